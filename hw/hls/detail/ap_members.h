// SPDX-License-Identifier: Apache-2.0
// The member functions that ap_uint and ap_int share.
#ifndef VIREO_HW_HLS_DETAIL_AP_MEMBERS_H_
#define VIREO_HW_HLS_DETAIL_AP_MEMBERS_H_

#include "ap_traits.h"
#ifndef __SYNTHESIS__
#include <string>
#endif

namespace ap_detail {

// x without its bits [lo, lo + count), where 1 <= count and lo + count <= W.
template <int W>
constexpr Bits<W> Ones(int count) {
  return static_cast<Bits<W>>(static_cast<Bits<W>>(~static_cast<Bits<W>>(0)) >> (W - count));
}

// Exclusive or of all bits: one operation where the compiler has it, else by halving.
template <int W>
constexpr bool Parity(Bits<W> bits) {
#if VIREO_AP_BITINT
  return (__builtin_popcountg(bits) & 1) != 0;
#else
  if constexpr (W == 1) {
    return static_cast<bool>(bits);
  } else {
    constexpr int kHalf = (W + 1) / 2;
    return Parity<kHalf>(static_cast<Bits<kHalf>>(bits) ^ static_cast<Bits<kHalf>>(bits >> kHalf));
  }
#endif
}

// Derived is ap_uint<W> or ap_int<W>, whose only data member is V. Bits and ranges spell their cast
// out: vireo-hls steps through every call.
template <class Derived, int W, bool S>
struct Members {
  static constexpr int width = W;

  constexpr int length() const { return W; }

  constexpr RangeRef<Derived> range(int hi, int lo) {
    return RangeRef<Derived>(static_cast<Derived&>(*this), hi, lo);
  }
  constexpr RangeRef<const Derived> range(int hi, int lo) const {
    return RangeRef<const Derived>(static_cast<const Derived&>(*this), hi, lo);
  }
  constexpr RangeRef<Derived> range() {
    return RangeRef<Derived>(static_cast<Derived&>(*this), W - 1, 0);
  }
  constexpr RangeRef<const Derived> range() const {
    return RangeRef<const Derived>(static_cast<const Derived&>(*this), W - 1, 0);
  }
  constexpr RangeRef<Derived> operator()(int hi, int lo) {
    return RangeRef<Derived>(static_cast<Derived&>(*this), hi, lo);
  }
  constexpr RangeRef<const Derived> operator()(int hi, int lo) const {
    return RangeRef<const Derived>(static_cast<const Derived&>(*this), hi, lo);
  }

  constexpr BitRef<Derived> operator[](int index) {
    return BitRef<Derived>(static_cast<Derived&>(*this), index);
  }
  constexpr bool operator[](int index) const { return test(index); }
  constexpr BitRef<Derived> bit(int index) {
    return BitRef<Derived>(static_cast<Derived&>(*this), index);
  }
  constexpr bool bit(int index) const { return test(index); }
  constexpr bool get_bit(int index) const { return test(index); }
  constexpr bool test(int index) const {
    VIREO_AP_CHECK_BIT(index, W);
    return static_cast<bool>(
        static_cast<Bits<1>>(static_cast<Bits<W>>(static_cast<const Derived&>(*this).V) >> index));
  }

  constexpr void set(int index, bool value) {
    VIREO_AP_CHECK_BIT(index, W);
    Bits<W> rest = static_cast<Bits<W>>(Self().V) & ~(static_cast<Bits<W>>(1) << index);
    Self().V = static_cast<Store<W, S>>(rest | (static_cast<Bits<W>>(value) << index));
  }
  constexpr void set_bit(int index, bool value) { set(index, value); }
  constexpr void set(int index) { set(index, true); }
  constexpr void clear(int index) { set(index, false); }
  constexpr void invert(int index) {
    VIREO_AP_CHECK_BIT(index, W);
    Self().V = static_cast<Store<W, S>>(static_cast<Bits<W>>(Self().V) ^
                                        (static_cast<Bits<W>>(1) << index));
  }
  constexpr void b_not() { Self().V = static_cast<Store<W, S>>(~static_cast<Bits<W>>(Self().V)); }

  constexpr bool is_zero() const { return !or_reduce(); }
  constexpr bool iszero() const { return !or_reduce(); }
  constexpr bool sign() const { return S && test(W - 1); }

  constexpr bool and_reduce() const {
    return static_cast<Bits<W>>(~static_cast<Bits<W>>(Self().V)) == static_cast<Bits<W>>(0);
  }
  constexpr bool nand_reduce() const { return !and_reduce(); }
  constexpr bool or_reduce() const { return static_cast<bool>(Self().V); }
  constexpr bool nor_reduce() const { return !static_cast<bool>(Self().V); }
  constexpr bool xor_reduce() const { return Parity<W>(static_cast<Bits<W>>(Self().V)); }
  constexpr bool xnor_reduce() const { return !Parity<W>(static_cast<Bits<W>>(Self().V)); }

  constexpr Derived& reverse() {
    Bits<W> bits = static_cast<Bits<W>>(Self().V);
    Bits<W> mirrored = static_cast<Bits<W>>(0);
    for (int i = 0; i < W; ++i) {
      mirrored = static_cast<Bits<W>>(
          mirrored | (static_cast<Bits<W>>(static_cast<Bits<1>>(bits >> i)) << (W - 1 - i)));
    }
    Self().V = static_cast<Store<W, S>>(mirrored);
    return Self();
  }
  // Rotate by 0 <= count < W.
  constexpr Derived& lrotate(int count) {
    static_assert(!S, "AMD's headers rotate copies of the sign into an ap_int: rotate an ap_uint");
    VIREO_AP_CHECK(count >= 0 && count < W, "a rotation is by less than the width");
    Bits<W> bits = static_cast<Bits<W>>(Self().V);
    if (count != 0) Self().V = static_cast<Store<W, S>>((bits << count) | (bits >> (W - count)));
    return Self();
  }
  constexpr Derived& rrotate(int count) {
    static_assert(!S, "AMD's headers rotate copies of the sign into an ap_int: rotate an ap_uint");
    VIREO_AP_CHECK(count >= 0 && count < W, "a rotation is by less than the width");
    Bits<W> bits = static_cast<Bits<W>>(Self().V);
    if (count != 0) Self().V = static_cast<Store<W, S>>((bits >> count) | (bits << (W - count)));
    return Self();
  }
  // Zeros above the highest one; W for zero.
  constexpr int countLeadingZeros() const {
    int zeros = W;
    for (int i = 0; i < W; ++i) {
      if (test(i)) zeros = W - 1 - i;
    }
    return zeros;
  }

  constexpr bool to_bool() const { return static_cast<bool>(Self().V); }
  constexpr char to_char() const { return static_cast<char>(Self().V); }
  constexpr signed char to_schar() const { return static_cast<signed char>(Self().V); }
  constexpr unsigned char to_uchar() const { return static_cast<unsigned char>(Self().V); }
  constexpr short to_short() const { return static_cast<short>(Self().V); }
  constexpr unsigned short to_ushort() const { return static_cast<unsigned short>(Self().V); }
  constexpr int to_int() const { return static_cast<int>(Self().V); }
  constexpr unsigned to_uint() const { return static_cast<unsigned>(Self().V); }
  constexpr long to_long() const { return static_cast<long>(Self().V); }
  constexpr unsigned long to_ulong() const { return static_cast<unsigned long>(Self().V); }
  constexpr long long to_int64() const { return static_cast<long long>(Self().V); }
  constexpr unsigned long long to_uint64() const {
    return static_cast<unsigned long long>(Self().V);
  }

  // this above other, as (this, other).
  template <class B>
    requires ApInt<Value<B>> || Ref<Value<B>>
  constexpr auto concat(B&& other);
  template <class B>
    requires ApInt<Value<B>> || Ref<Value<B>>
  constexpr auto concat(B&& other) const;

#ifndef __SYNTHESIS__
  constexpr double to_double() const;
  constexpr float to_float() const { return static_cast<float>(to_double()); }
  std::string to_string(signed char radix = 2, bool with_sign = S) const;
#endif

 private:
  constexpr Derived& Self() { return static_cast<Derived&>(*this); }
  constexpr const Derived& Self() const { return static_cast<const Derived&>(*this); }
};

}  // namespace ap_detail

#endif  // VIREO_HW_HLS_DETAIL_AP_MEMBERS_H_
