// SPDX-License-Identifier: Apache-2.0
// What ap_int.h is made of: the storage of W bits, widths and signs of operand types, and AMD's
// result widths.
#ifndef VIREO_HW_HLS_DETAIL_AP_TRAITS_H_
#define VIREO_HW_HLS_DETAIL_AP_TRAITS_H_

#ifdef __VIREO_HLS__
extern "C" {
void __assert_fail(const char* assertion, const char* file, unsigned line,
                   const char* function) noexcept __attribute__((noreturn));
// vireo-hls refuses constant arguments that lead out of the integer.
constexpr void __vireo_check_bit(int, int) noexcept {}
constexpr void __vireo_check_range(int, int, int) noexcept {}
}
#define VIREO_AP_CHECK(condition, sentence) ((void)0)
#define VIREO_AP_CHECK_BIT(index, width) __vireo_check_bit(index, width)
#define VIREO_AP_CHECK_RANGE(hi, lo, width) __vireo_check_range(hi, lo, width)
#define VIREO_AP_CHECK_ORDER(condition, sentence) \
  ((condition) ? (void)0 : __assert_fail(sentence, __FILE__, __LINE__, "range"))
#else
#include <cassert>
#define VIREO_AP_CHECK(condition, sentence) assert((condition) && sentence)
#define VIREO_AP_CHECK_BIT(index, width) \
  VIREO_AP_CHECK((index) >= 0 && (index) < (width), "the bit lies inside the integer")
#define VIREO_AP_CHECK_RANGE(hi, lo, width)                                  \
  VIREO_AP_CHECK((lo) >= 0 && (hi) >= 0 && (hi) < (width) && (lo) < (width), \
                 "the range lies inside the integer")
#define VIREO_AP_CHECK_ORDER(condition, sentence) ((void)0)
#endif

// Clang has _BitInt in C++; g++ 12 has not. A test may ask for the other one. Locals of a store are
// never const: clang 19 crashes on a const _BitInt local wider than 128 bits whose value is
// computed.
#if defined(__BITINT_MAXWIDTH__) && __BITINT_MAXWIDTH__ >= 16384 && !defined(VIREO_AP_WIDE_INT)
#define VIREO_AP_BITINT 1
#else
#define VIREO_AP_BITINT 0
#include "wide_int.h"
#endif

template <int W>
struct ap_uint;
template <int W>
struct ap_int;

namespace ap_detail {

constexpr int Max(int a, int b) { return a > b ? a : b; }
constexpr int Min(int a, int b) { return a < b ? a : b; }

#if VIREO_AP_BITINT
// One bit of two's complement: 0 or -1. _BitInt(1) does not exist.
struct SignedBit {
  unsigned _BitInt(1) bit;
  SignedBit() = default;
  template <class T>
  constexpr explicit SignedBit(T value) : bit(static_cast<unsigned _BitInt(1)>(value)) {}
  constexpr operator _BitInt(2)() const { return -static_cast<_BitInt(2)>(bit); }
};
template <int W, bool S>
struct StoreOf {
  using Type = unsigned _BitInt(W);
};
template <int W>
struct StoreOf<W, true> {
  using Type = _BitInt(W);
};
template <>
struct StoreOf<1, true> {
  using Type = SignedBit;
};
template <int W, bool S>
using Store = typename StoreOf<W, S>::Type;
#else
template <int W, bool S>
using Store = WideInt<W, S>;
#endif

// The unsigned store of the same width, in which bits are handled.
template <int W>
using Bits = Store<W, false>;

template <int W, bool S>
struct ApOf {
  using Type = ap_uint<W>;
};
template <int W>
struct ApOf<W, true> {
  using Type = ap_int<W>;
};
template <int W, bool S>
using Ap = typename ApOf<W, S>::Type;

template <class A>
struct RangeRef;
template <class A>
struct BitRef;
template <class A, class B>
struct ConcatRef;

// Width, sign and kind of every operand type. A range counts as its whole object's width, as AMD's.
// The kinds are no enum, because comparing enums would look among the operators that are
// constrained by them.
struct Kind {
  static constexpr int kNone = 0;
  static constexpr int kNative = 1;
  static constexpr int kAp = 2;
  static constexpr int kBit = 3;
  static constexpr int kRange = 4;
  static constexpr int kConcat = 5;
  static constexpr int kFloating = 6;
};
template <int K, int W, bool S>
struct Is {
  static constexpr int kKind = K;
  static constexpr int kWidth = W;
  static constexpr bool kSigned = S;
};
template <class T, bool IsEnum>
struct EnumTraits : Is<Kind::kNone, 0, false> {};
template <class T>
struct Traits : EnumTraits<T, __is_enum(T)> {};
template <class T>
concept ImplicitInteger = requires(void (*take)(int), T t) { take(t); };
// A fixed underlying type counts itself, otherwise the promoted type.
template <class T>
concept FixedEnum = requires { T{0}; };
template <class T>
  requires ImplicitInteger<T>
struct EnumTraits<T, true> : Traits<decltype(true ? T() : static_cast<signed char>(0))> {};
template <class T>
  requires ImplicitInteger<T> && FixedEnum<T>
struct EnumTraits<T, true> : Traits<__underlying_type(T)> {};

template <>
struct Traits<bool> : Is<Kind::kNative, 1, false> {};
template <>
struct Traits<char> : Is<Kind::kNative, 8, (static_cast<char>(-1) < 0)> {};
template <>
struct Traits<signed char> : Is<Kind::kNative, 8, true> {};
template <>
struct Traits<unsigned char> : Is<Kind::kNative, 8, false> {};
template <>
struct Traits<short> : Is<Kind::kNative, 16, true> {};
template <>
struct Traits<unsigned short> : Is<Kind::kNative, 16, false> {};
template <>
struct Traits<int> : Is<Kind::kNative, 32, true> {};
template <>
struct Traits<unsigned> : Is<Kind::kNative, 32, false> {};
template <>
struct Traits<long> : Is<Kind::kNative, sizeof(long) * 8, true> {};
template <>
struct Traits<unsigned long> : Is<Kind::kNative, sizeof(long) * 8, false> {};
template <>
struct Traits<long long> : Is<Kind::kNative, 64, true> {};
template <>
struct Traits<unsigned long long> : Is<Kind::kNative, 64, false> {};
template <>
struct Traits<float> : Is<Kind::kFloating, 0, true> {};
template <>
struct Traits<double> : Is<Kind::kFloating, 0, true> {};
template <int W>
struct Traits<ap_uint<W>> : Is<Kind::kAp, W, false> {};
template <int W>
struct Traits<ap_int<W>> : Is<Kind::kAp, W, true> {};
template <class A>
struct Traits<BitRef<A>> : Is<Kind::kBit, 1, false> {};
template <class A>
struct Traits<RangeRef<A>> : Is<Kind::kRange, Traits<A>::kWidth, false> {};
template <class T>
struct Traits<const T> : Traits<T> {};
template <class T>
struct Traits<T&> : Traits<T> {};
template <class A, class B>
struct Traits<ConcatRef<A, B>> : Is<Kind::kConcat, Traits<A>::kWidth + Traits<B>::kWidth, false> {};

template <class T>
inline constexpr int kWidth = Traits<T>::kWidth;
template <class T>
inline constexpr bool kSigned = Traits<T>::kSigned;
template <class T>
inline constexpr int kKind = Traits<T>::kKind;

template <class T>
concept ApInt = kKind<T> == Kind::kAp;
template <class T>
concept Native = kKind<T> == Kind::kNative;
template <class T>
concept Ref = kKind<T> == Kind::kBit || kKind<T> == Kind::kRange || kKind<T> == Kind::kConcat;
template <class T>
concept Operand = kKind<T> != Kind::kNone && kKind<T> != Kind::kFloating;
template <class T>
concept Floating = kKind<T> == Kind::kFloating;

template <class T>
struct ValueOf {
  using Type = T;
};
template <class T>
struct ValueOf<const T> : ValueOf<T> {};
template <class T>
struct ValueOf<T&> : ValueOf<T> {};
template <class T>
struct ValueOf<T&&> : ValueOf<T> {};
template <class T>
using Value = typename ValueOf<T>::Type;

// A reference takes part as the ap_uint of its value. A bit with a bit or a native integer stays a
// bool, as AMD's.
template <class A, class B>
concept RefPair = Operand<A> && Operand<B> && (Ref<A> || Ref<B>) &&
                  !((kKind<A> == Kind::kBit && (kKind<B> == Kind::kBit || Native<B>)) ||
                    (kKind<B> == Kind::kBit && Native<A>));

// Result types of A op B (UG1399, "Class Methods and Operators", and AMD's header where it says
// nothing).
template <class A, class B, int Extra>
inline constexpr int kJoinedWidth =
    Max(kWidth<A> + (kSigned<B> && !kSigned<A>), kWidth<B> + (kSigned<A> && !kSigned<B>)) + Extra;
template <class A, class B>
using Plus = Ap<kJoinedWidth<A, B, 1>, kSigned<A> || kSigned<B>>;
template <class A, class B>
using Minus = Ap<kJoinedWidth<A, B, 1>, true>;
template <class A, class B>
using Logic = Ap<kJoinedWidth<A, B, 0>, kSigned<A> || kSigned<B>>;
template <class A, class B>
using Mult = Ap<kWidth<A> + kWidth<B>, kSigned<A> || kSigned<B>>;
template <class A, class B>
using Div = Ap<kWidth<A> + kSigned<B>, kSigned<A> || kSigned<B>>;
template <class A, class B>
using Mod = Ap<Min(kWidth<A>, kWidth<B> + (!kSigned<B> && kSigned<A>)), kSigned<A>>;

// A store in which A and B are both exact; signed ones have a bit to spare, so that the least value
// divided by -1 fits.
template <class A, class B>
using Common = Store<kJoinedWidth<A, B, (kSigned<A> || kSigned<B>)>, kSigned<A> || kSigned<B>>;

// Stores for comparisons.
template <class A, class B>
inline constexpr bool kComparedUnsigned =
    kSigned<A> != kSigned<B> && Max(kWidth<A>, kWidth<B>) >= 32 &&
    (kSigned<A> ? kWidth<B> >= kWidth<A> : kWidth<A> >= kWidth<B>);
template <class A, class B>
using Ordered = Store<Max(2, kJoinedWidth<A, B, 0> + kComparedUnsigned<A, B>),
                      (kSigned<A> || kSigned<B>) && !kComparedUnsigned<A, B>>;
template <class A, class B>
using Equated =
    Store<Max(2, kComparedUnsigned<A, B> ? Max(kWidth<A>, kWidth<B>) : kJoinedWidth<A, B, 0>),
          (kSigned<A> || kSigned<B>) && !kComparedUnsigned<A, B>>;

// Where AMD's headers lose bits without a word, ours do not compile.
template <class A, class B>
concept WideConcats =
    kKind<A> == Kind::kConcat && kKind<B> == Kind::kConcat && (Max(kWidth<A>, kWidth<B>) > 64);
template <class T>
concept SignedRange = kKind<T> == Kind::kRange && T::kOfSigned;
template <class A, class B>
concept SignedRangePair = (SignedRange<A> && ApInt<B>) || (ApInt<A> && SignedRange<B>);

template <int W, bool S>
constexpr Store<W, S> Parse(const char* text, int radix);
template <class Value, class T>
constexpr Value FromDouble(T value);

}  // namespace ap_detail

#endif  // VIREO_HW_HLS_DETAIL_AP_TRAITS_H_
