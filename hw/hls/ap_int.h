// SPDX-License-Identifier: Apache-2.0
// ap_uint<W> and ap_int<W>: integers of any width with the interface of AMD's ap_int.h (UG1399,
// "Arbitrary Precision Data Types"). The same text serves native builds and vireo-hls. Files of
// detail/ are found relative to this one, because an engine that includes <ap_int.h> may have no
// other include path than this folder.
#ifndef VIREO_HW_HLS_AP_INT_H_
#define VIREO_HW_HLS_AP_INT_H_

#include "detail/ap_traits.h"
// After the traits.
#include "detail/ap_members.h"

// Unsigned integer of W bits; arithmetic on one object wraps at W. The default constructor leaves
// it uninitialised.
template <int W>
struct ap_uint final : ap_detail::Members<ap_uint<W>, W, false> {
  static_assert(W >= 1, "ap_uint<W>: the width is at least 1");

  ap_detail::Store<W, false> V;

  ap_uint() = default;
  template <int W2>
  constexpr ap_uint(const ap_uint<W2>& other)
      : V(static_cast<ap_detail::Store<W, false>>(other.V)) {}
  template <int W2>
  constexpr ap_uint(const ap_int<W2>& other)
      : V(static_cast<ap_detail::Store<W, false>>(other.V)) {}
  template <ap_detail::Native T>
  constexpr ap_uint(T value) : V(static_cast<ap_detail::Store<W, false>>(value)) {}
  template <ap_detail::Ref R>
  constexpr ap_uint(const R& ref) : V(static_cast<ap_detail::Store<W, false>>(ref.get().V)) {}
  template <ap_detail::Floating T>
  constexpr ap_uint(T value) : V(ap_detail::FromDouble<ap_detail::Store<W, false>>(value)) {}
  constexpr ap_uint(const char* text, signed char radix = 0)
      : V(ap_detail::Parse<W, false>(text, radix)) {}

  // The low 64 bits, as AMD's: `if (x)` on a wider value looks at those only; use or_reduce().
  constexpr operator unsigned long long() const { return static_cast<unsigned long long>(V); }
};

// Signed integer of W bits in two's complement; otherwise as ap_uint.
template <int W>
struct ap_int final : ap_detail::Members<ap_int<W>, W, true> {
  static_assert(W >= 1, "ap_int<W>: the width is at least 1");

  ap_detail::Store<W, true> V;

  ap_int() = default;
  template <int W2>
  constexpr ap_int(const ap_uint<W2>& other) : V(static_cast<ap_detail::Store<W, true>>(other.V)) {}
  template <int W2>
  constexpr ap_int(const ap_int<W2>& other) : V(static_cast<ap_detail::Store<W, true>>(other.V)) {}
  template <ap_detail::Native T>
  constexpr ap_int(T value) : V(static_cast<ap_detail::Store<W, true>>(value)) {}
  template <ap_detail::Ref R>
  constexpr ap_int(const R& ref) : V(static_cast<ap_detail::Store<W, true>>(ref.get().V)) {}
  template <ap_detail::Floating T>
  constexpr ap_int(T value) : V(ap_detail::FromDouble<ap_detail::Store<W, true>>(value)) {}
  constexpr ap_int(const char* text, signed char radix = 0)
      : V(ap_detail::Parse<W, true>(text, radix)) {}

  // The low 64 bits, as AMD's.
  constexpr operator long long() const { return static_cast<long long>(V); }
};

// After the classes, which they use.
#include "detail/ap_operators.h"
#include "detail/ap_refs.h"
#include "detail/ap_text.h"

#endif  // VIREO_HW_HLS_AP_INT_H_
