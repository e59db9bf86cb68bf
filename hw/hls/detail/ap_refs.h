// SPDX-License-Identifier: Apache-2.0
// References into ap_uint and ap_int: one bit, a range of bits, and concatenations of these.
#ifndef VIREO_HW_HLS_DETAIL_AP_REFS_H_
#define VIREO_HW_HLS_DETAIL_AP_REFS_H_

#include "ap_members.h"

#define VIREO_AP_CONCAT_LOST \
  "AMD's headers assign 64 bits of a concatenation here: write ... = ap_uint<N>((a, b))"

namespace ap_detail {

// x[i]
template <class A>
struct BitRef {
  A& object;
  int index;

  constexpr BitRef(A& object_in, int index_in) : object(object_in), index(index_in) {
    VIREO_AP_CHECK_BIT(index_in, kWidth<A>);
  }
  constexpr BitRef(const BitRef&) = default;

  constexpr operator bool() const {
    return static_cast<bool>(static_cast<Bits<1>>(static_cast<Bits<kWidth<A>>>(object.V) >> index));
  }
  constexpr bool to_bool() const { return *this; }
  constexpr bool operator~() const { return !*this; }
  constexpr ap_uint<1> get() const { return ap_uint<1>(static_cast<bool>(*this)); }
  constexpr int length() const { return 1; }

  // Any value but zero sets the bit.
  template <Operand B>
  constexpr BitRef& operator=(const B& value) {
    if constexpr (ApInt<B>) {
      object.set(index, value.to_bool());
    } else if constexpr (Ref<B>) {
      static_assert(kKind<B> != Kind::kConcat || kWidth<B> <= 64, VIREO_AP_CONCAT_LOST);
      object.set(index, value.get().to_bool());
    } else {
      object.set(index, static_cast<bool>(value));
    }
    return *this;
  }
  constexpr BitRef& operator=(const BitRef& other) {
    object.set(index, static_cast<bool>(other));
    return *this;
  }
};

// x.range(hi, lo), also mirrored with hi < lo. Its value has the type ap_uint of x's whole width.
template <class A>
struct RangeRef {
  static constexpr int kW = kWidth<A>;
  static constexpr bool kOfSigned = kSigned<A>;

  A& object;
  int hi;
  int lo;

  constexpr RangeRef(A& object_in, int hi_in, int lo_in) : object(object_in), hi(hi_in), lo(lo_in) {
    VIREO_AP_CHECK_RANGE(hi_in, lo_in, kW);
    VIREO_AP_CHECK_ORDER(lo_in <= hi_in,
                         "range(hi, lo) in hardware has hi >= lo; mirror bits by reverse()");
  }
  constexpr RangeRef(const RangeRef&) = default;

  constexpr int length() const {
#ifndef __VIREO_HLS__
    if (hi < lo) return lo - hi + 1;
#endif
    return hi - lo + 1;
  }

  constexpr ap_uint<kW> get() const {
    ap_uint<kW> result;
#ifndef __VIREO_HLS__
    if (hi < lo) {
      ap_uint<kW> mirrored(object);
      mirrored.reverse();
      return RangeRef<ap_uint<kW>>(mirrored, kW - 1 - hi, kW - 1 - lo).get();
    }
#endif
    result.V =
        static_cast<Bits<kW>>((static_cast<Bits<kW>>(object.V) >> lo) & Ones<kW>(hi - lo + 1));
    return result;
  }

  constexpr void SetBits(Bits<kW> value) {
#ifndef __VIREO_HLS__
    if (hi < lo) {
      ap_uint<kW> mirrored;
      mirrored.V = value;
      mirrored.reverse();
      mirrored.V = static_cast<Bits<kW>>(mirrored.V >> (kW - length()));
      RangeRef(object, lo, hi).SetBits(mirrored.V);
      return;
    }
#endif
    Bits<kW> mask = Ones<kW>(hi - lo + 1);
    Bits<kW> rest = static_cast<Bits<kW>>(object.V) & ~(mask << lo);
    object.V = static_cast<decltype(object.V)>(rest | ((value & mask) << lo));
  }

  template <ApInt B>
  constexpr RangeRef& operator=(const B& value) {
    SetBits(static_cast<Bits<kW>>(value.V));
    return *this;
  }
  template <Native B>
  constexpr RangeRef& operator=(B value) {
    SetBits(static_cast<Bits<kW>>(value));
    return *this;
  }
  template <Ref B>
  constexpr RangeRef& operator=(const B& value) {
    static_assert(kKind<B> != Kind::kConcat || kWidth<B> <= 64, VIREO_AP_CONCAT_LOST);
    SetBits(static_cast<Bits<kW>>(value.get().V));
    return *this;
  }
  constexpr RangeRef& operator=(const RangeRef& other) {
    SetBits(other.get().V);
    return *this;
  }
  constexpr RangeRef& operator=(const char* text) { return *this = ap_uint<kW>(text); }

  constexpr operator unsigned long long() const { return get().to_uint64(); }
  constexpr int to_int() const { return get().to_int(); }
  constexpr unsigned to_uint() const { return get().to_uint(); }
  constexpr long to_long() const { return get().to_long(); }
  constexpr unsigned long to_ulong() const { return get().to_ulong(); }
  constexpr long long to_int64() const { return get().to_int64(); }
  constexpr unsigned long long to_uint64() const { return get().to_uint64(); }
#ifndef __SYNTHESIS__
  std::string to_string(signed char radix = 2) const { return get().to_string(radix); }
#endif
};

// What a concatenation keeps of an operand: lvalues by reference, references and temporaries by
// value.
template <class T>
struct HoldOf {
  using Type = Value<T>;
};
template <ApInt T>
struct HoldOf<T&> {
  using Type = T&;
};
// Any operand as an ap_uint or ap_int.
template <ApInt T>
constexpr const T& ToAp(const T& value) {
  return value;
}
template <Native T>
constexpr Ap<kWidth<T>, kSigned<T>> ToAp(T value) {
  return value;
}
template <Ref T>
constexpr auto ToAp(const T& value) {
  return value.get();
}

// The part of a concatenation that is assigned to one of its operands.
template <class T, class B>
constexpr void AssignBits(T& target, B bits) {
  if constexpr (ApInt<T>) {
    target.V = static_cast<decltype(target.V)>(bits);
  } else if constexpr (kKind<T> == Kind::kBit) {
    target.object.set(target.index, static_cast<bool>(bits));
  } else {
    target.SetBits(bits);
  }
}

// (high, low). A range takes as many bits as it has, though the type has room for its object's
// whole width.
template <class A, class B>
struct ConcatRef {
  static constexpr int kWA = kWidth<A>;
  static constexpr int kWB = kWidth<B>;
  static constexpr int kW = kWA + kWB;

  A high;
  B low;

  template <class A2, class B2>
  constexpr ConcatRef(A2&& high_in, B2&& low_in) : high(high_in), low(low_in) {}
  constexpr ConcatRef(const ConcatRef&) = default;

  constexpr int length() const { return high.length() + low.length(); }

  constexpr ap_uint<kW> get() const {
    ap_uint<kW> result;
    result.V = static_cast<Bits<kW>>(static_cast<Bits<kW>>(static_cast<Bits<kWA>>(ToAp(high).V))
                                     << low.length()) |
               static_cast<Bits<kW>>(static_cast<Bits<kWB>>(ToAp(low).V));
    return result;
  }

  constexpr void SetBits(Bits<kW> value) {
    const int low_bits = low.length();
    AssignBits(low, static_cast<Bits<kWB>>(value));
    AssignBits(high, static_cast<Bits<kWA>>(value >> low_bits));
  }

  template <Operand B2>
  constexpr ConcatRef& operator=(const B2& value) {
    SetBits(static_cast<Bits<kW>>(ToAp(value).V));
    return *this;
  }
  constexpr ConcatRef& operator=(const ConcatRef& other) {
    SetBits(other.get().V);
    return *this;
  }

  constexpr operator unsigned long long() const { return get().to_uint64(); }
};

template <class T>
using Hold = typename HoldOf<T>::Type;

template <class T>
concept Joinable = ApInt<Value<T>> || Ref<Value<T>>;

template <class Derived, int W, bool S>
template <class B>
  requires ApInt<Value<B>> || Ref<Value<B>>
constexpr auto Members<Derived, W, S>::concat(B&& other) {
  return ConcatRef<Derived&, Hold<B>>(Self(), other);
}
template <class Derived, int W, bool S>
template <class B>
  requires ApInt<Value<B>> || Ref<Value<B>>
constexpr auto Members<Derived, W, S>::concat(B&& other) const {
  return ConcatRef<const Derived&, Hold<B>>(Self(), other);
}

}  // namespace ap_detail

template <ap_detail::Joinable A, ap_detail::Joinable B>
constexpr ap_detail::ConcatRef<ap_detail::Hold<A>, ap_detail::Hold<B>> operator,(A&& high,
                                                                                 B&& low) {
  return ap_detail::ConcatRef<ap_detail::Hold<A>, ap_detail::Hold<B>>(high, low);
}
// With a native integer, of its type's width, there is nothing to assign to: the result is a value.
template <ap_detail::Joinable A, ap_detail::Native B>
constexpr auto operator,(A&& high, B low) {
  auto low_ap = ap_detail::ToAp(low);
  return ap_detail::ConcatRef<ap_detail::Hold<A>, decltype(low_ap)&>(high, low_ap).get();
}
template <ap_detail::Native A, ap_detail::Joinable B>
constexpr auto operator,(A high, B&& low) {
  auto high_ap = ap_detail::ToAp(high);
  return ap_detail::ConcatRef<decltype(high_ap)&, ap_detail::Hold<B>>(high_ap, low).get();
}

#undef VIREO_AP_CONCAT_LOST

#endif  // VIREO_HW_HLS_DETAIL_AP_REFS_H_
