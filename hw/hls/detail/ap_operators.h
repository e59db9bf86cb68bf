// SPDX-License-Identifier: Apache-2.0
// The operators of ap_uint and ap_int with one another, with native integers and with references
// into them. Each is one expression on the stores, because vireo-hls executes it step by step; with
// their types spelled out, because clang copies a local that is returned as auto.
#ifndef VIREO_HW_HLS_DETAIL_AP_OPERATORS_H_
#define VIREO_HW_HLS_DETAIL_AP_OPERATORS_H_

#include "ap_refs.h"

// Computed in the result's store, which holds every operand and result exactly or as wanted modulo
// its width.
#define VIREO_AP_ARITHMETIC(op, Result)                                                        \
  template <ap_detail::ApInt A, ap_detail::ApInt B>                                            \
  constexpr ap_detail::Result<A, B> operator op(const A & a, const B & b) {                    \
    ap_detail::Result<A, B> result;                                                            \
    using Store = decltype(result.V);                                                          \
    result.V = static_cast<Store>(static_cast<Store>(a.V) op static_cast<Store>(b.V));         \
    return result;                                                                             \
  }                                                                                            \
  template <ap_detail::ApInt A, ap_detail::Native B>                                           \
  constexpr ap_detail::Result<A, B> operator op(const A & a, B b) {                            \
    ap_detail::Result<A, B> result;                                                            \
    using Store = decltype(result.V);                                                          \
    result.V = static_cast<Store>(static_cast<Store>(a.V) op static_cast<Store>(b));           \
    return result;                                                                             \
  }                                                                                            \
  template <ap_detail::Native A, ap_detail::ApInt B>                                           \
  constexpr ap_detail::Result<A, B> operator op(A a, const B & b) {                            \
    ap_detail::Result<A, B> result;                                                            \
    using Store = decltype(result.V);                                                          \
    result.V = static_cast<Store>(static_cast<Store>(a) op static_cast<Store>(b.V));           \
    return result;                                                                             \
  }                                                                                            \
  template <class A, class B>                                                                  \
    requires ap_detail::RefPair<A, B>                                                          \
  constexpr auto operator op(const A& a, const B& b) {                                         \
    static_assert(!ap_detail::SignedRangePair<A, B>,                                           \
                  "AMD's headers have a narrower result for a range of an ap_int here: write " \
                  "ap_uint<N>(x.range(hi, lo)) " #op " y");                                    \
    return ap_detail::ToAp(a) op ap_detail::ToAp(b);                                           \
  }

VIREO_AP_ARITHMETIC(+, Plus)
VIREO_AP_ARITHMETIC(-, Minus)
VIREO_AP_ARITHMETIC(*, Mult)
VIREO_AP_ARITHMETIC(&, Logic)
VIREO_AP_ARITHMETIC(|, Logic)
VIREO_AP_ARITHMETIC(^, Logic)
#undef VIREO_AP_ARITHMETIC

// Towards zero, and the remainder has the dividend's sign. A zero divisor is an error natively and
// unspecified in hardware.
#define VIREO_AP_DIVISION(op, Result)                                                              \
  template <ap_detail::ApInt A, ap_detail::ApInt B>                                                \
  constexpr ap_detail::Result<A, B> operator op(const A & a, const B & b) {                        \
    static_assert(                                                                                 \
        !(ap_detail::kSigned<A> && !ap_detail::kSigned<B> &&                                       \
          ap_detail::kWidth<B> > ap_detail::kWidth<A>),                                            \
        "AMD's headers do not divide a signed value by a wider unsigned one: make both signed");   \
    VIREO_AP_CHECK(b.or_reduce(), "the divisor is not zero");                                      \
    ap_detail::Result<A, B> result;                                                                \
    using Common = ap_detail::Common<A, B>;                                                        \
    result.V =                                                                                     \
        static_cast<decltype(result.V)>(static_cast<Common>(a.V) op static_cast<Common>(b.V));     \
    return result;                                                                                 \
  }                                                                                                \
  template <class A, class B>                                                                      \
    requires(ap_detail::ApInt<A> && ap_detail::Native<B>) || ap_detail::RefPair<A, B>              \
  constexpr auto operator op(const A& a, const B& b) {                                             \
    return ap_detail::ToAp(a) op ap_detail::ToAp(b);                                               \
  }                                                                                                \
  template <ap_detail::Native A, ap_detail::ApInt B>                                               \
  constexpr auto operator op(A, const B&) {                                                        \
    static_assert(                                                                                 \
        sizeof(B) == 0,                                                                            \
        "native " #op                                                                              \
        " ap_int has another width in AMD's headers than documented: write ap_int<N>(native) " #op \
        " x");                                                                                     \
  }

VIREO_AP_DIVISION(/, Div)
VIREO_AP_DIVISION(%, Mod)
#undef VIREO_AP_DIVISION

// Mixed signs compare as in C, which AMD's headers follow: exactly where both have fewer than 32
// bits or the signed one is the wider; otherwise as unsigned, with the signed one's sign extended.
#define VIREO_AP_COMPARISON(op, Common)                                                        \
  template <ap_detail::ApInt A, ap_detail::ApInt B>                                            \
  constexpr bool operator op(const A& a, const B& b) {                                         \
    using Store = ap_detail::Common<A, B>;                                                     \
    return static_cast<Store>(a.V) op static_cast<Store>(b.V);                                 \
  }                                                                                            \
  template <ap_detail::ApInt A, ap_detail::Native B>                                           \
  constexpr bool operator op(const A& a, B b) {                                                \
    using Store = ap_detail::Common<A, B>;                                                     \
    return static_cast<Store>(a.V) op static_cast<Store>(b);                                   \
  }                                                                                            \
  template <ap_detail::Native A, ap_detail::ApInt B>                                           \
  constexpr bool operator op(A a, const B& b) {                                                \
    using Store = ap_detail::Common<A, B>;                                                     \
    return static_cast<Store>(a) op static_cast<Store>(b.V);                                   \
  }                                                                                            \
  template <class A, class B>                                                                  \
    requires ap_detail::RefPair<A, B>                                                          \
  constexpr bool operator op(const A& a, const B& b) {                                         \
    static_assert(                                                                             \
        !ap_detail::WideConcats<A, B>,                                                         \
        "AMD's headers compare 64 bits of a concatenation here: write ap_uint<N>((a, b)) " #op \
        " x");                                                                                 \
    return ap_detail::ToAp(a) op ap_detail::ToAp(b);                                           \
  }

VIREO_AP_COMPARISON(==, Equated)
VIREO_AP_COMPARISON(!=, Equated)
VIREO_AP_COMPARISON(<, Ordered)
VIREO_AP_COMPARISON(<=, Ordered)
VIREO_AP_COMPARISON(>, Ordered)
VIREO_AP_COMPARISON(>=, Ordered)
#undef VIREO_AP_COMPARISON

namespace ap_detail {

// Shifts by a count that is not negative: zeros come in, or the sign from above; Limit is the
// largest count the type of the count can hold, so that a narrow count needs no comparison.
template <unsigned long long Limit, ApInt A, class N>
constexpr A ShiftLeft(const A& a, N count) {
  A result;
  using Store = decltype(result.V);
  if constexpr (Limit < static_cast<unsigned>(kWidth<A>)) {
    result.V = static_cast<Store>(static_cast<Bits<kWidth<A>>>(a.V) << static_cast<int>(count));
  } else {
    result.V =
        count >= static_cast<unsigned>(kWidth<A>)
            ? static_cast<Store>(0)
            : static_cast<Store>(static_cast<Bits<kWidth<A>>>(a.V) << static_cast<int>(count));
  }
  return result;
}
template <unsigned long long Limit, ApInt A, class N>
constexpr A ShiftRight(const A& a, N count) {
  A result;
  using Store = decltype(result.V);
  if constexpr (Limit < static_cast<unsigned>(kWidth<A>)) {
    result.V = static_cast<Store>(a.V >> static_cast<int>(count));
  } else if constexpr (kSigned<A>) {
    result.V = static_cast<Store>(
        a.V >>
        (count >= static_cast<unsigned>(kWidth<A>) ? kWidth<A> - 1 : static_cast<int>(count)));
  } else {
    result.V = count >= static_cast<unsigned>(kWidth<A>)
                   ? static_cast<Store>(0)
                   : static_cast<Store>(a.V >> static_cast<int>(count));
  }
  return result;
}

template <int W>
inline constexpr unsigned long long kLargest = W >= 32 ? ~0ull : (1ull << W) - 1;

// Counts are 32 bits as AMD's, 64 from a native type of that width.
template <class B>
struct CountOf {
  using Type = unsigned;
};
template <class B>
  requires(Native<B> && kWidth<B> > 32)
struct CountOf<B> {
  using Type = unsigned long long;
};

}  // namespace ap_detail

// The result has the left operand's type; a negative count shifts the other way.
#define VIREO_AP_SHIFT(op, Forward, Backward)                                                    \
  template <ap_detail::ApInt A, ap_detail::ApInt B>                                              \
  constexpr A operator op(const A& a, const B& b) {                                              \
    if constexpr (ap_detail::kSigned<B>) {                                                       \
      if (b.sign()) return ap_detail::Backward<~0ull>(a, 0u - static_cast<unsigned>(b.V));       \
    }                                                                                            \
    return ap_detail::Forward<ap_detail::kLargest<ap_detail::kWidth<B>>>(                        \
        a, static_cast<unsigned>(b.V));                                                          \
  }                                                                                              \
  template <ap_detail::ApInt A, ap_detail::Native B>                                             \
  constexpr A operator op(const A& a, B b) {                                                     \
    using Count = typename ap_detail::CountOf<B>::Type;                                          \
    if constexpr (ap_detail::kSigned<B>) {                                                       \
      if (b < 0) return ap_detail::Backward<~0ull>(a, Count{0} - static_cast<Count>(b));         \
    }                                                                                            \
    return ap_detail::Forward<ap_detail::kLargest<ap_detail::kWidth<B>>>(a,                      \
                                                                         static_cast<Count>(b)); \
  }                                                                                              \
  template <class A, class B>                                                                    \
    requires ap_detail::RefPair<A, B>                                                            \
  constexpr auto operator op(const A& a, const B& b) {                                           \
    static_assert(!ap_detail::SignedRangePair<A, B>,                                             \
                  "AMD's headers have a narrower result for a range of an ap_int here: write "   \
                  "ap_uint<N>(x.range(hi, lo)) " #op " y");                                      \
    return ap_detail::ToAp(a) op ap_detail::ToAp(b);                                             \
  }

VIREO_AP_SHIFT(<<, ShiftLeft, ShiftRight)
VIREO_AP_SHIFT(>>, ShiftRight, ShiftLeft)
#undef VIREO_AP_SHIFT

// Modulo the left operand's width.
#define VIREO_AP_ASSIGN(op)                                                             \
  template <ap_detail::ApInt A, ap_detail::ApInt B>                                     \
  constexpr A& operator op##=(A & a, const B & b) {                                     \
    using Bits = ap_detail::Bits<ap_detail::kWidth<A>>;                                 \
    a.V = static_cast<decltype(a.V)>(static_cast<Bits>(a.V) op static_cast<Bits>(b.V)); \
    return a;                                                                           \
  }                                                                                     \
  template <ap_detail::ApInt A, ap_detail::Native B>                                    \
  constexpr A& operator op##=(A & a, B b) {                                             \
    using Bits = ap_detail::Bits<ap_detail::kWidth<A>>;                                 \
    a.V = static_cast<decltype(a.V)>(static_cast<Bits>(a.V) op static_cast<Bits>(b));   \
    return a;                                                                           \
  }
VIREO_AP_ASSIGN(+)
VIREO_AP_ASSIGN(-)
VIREO_AP_ASSIGN(*)
VIREO_AP_ASSIGN(&)
VIREO_AP_ASSIGN(|)
VIREO_AP_ASSIGN(^)
#undef VIREO_AP_ASSIGN

#define VIREO_AP_ASSIGN(op)                              \
  template <ap_detail::ApInt A, class B>                 \
    requires ap_detail::ApInt<B> || ap_detail::Native<B> \
  constexpr A& operator op##=(A & a, const B & b) {      \
    return a = a op b;                                   \
  }
VIREO_AP_ASSIGN(/)
VIREO_AP_ASSIGN(%)
VIREO_AP_ASSIGN(<<)
VIREO_AP_ASSIGN(>>)
#undef VIREO_AP_ASSIGN

#define VIREO_AP_ASSIGN(op)                                                      \
  template <ap_detail::ApInt A, ap_detail::Ref B>                                \
  constexpr A& operator op##=(A & a, const B & b) {                              \
    static_assert(ap_detail::kWidth<B> <= 64,                                    \
                  "AMD's headers take 64 bits of a reference here: write x " #op \
                  "= ap_uint<N>(reference)");                                    \
    return a op## = b.get();                                                     \
  }
VIREO_AP_ASSIGN(+)
VIREO_AP_ASSIGN(-)
VIREO_AP_ASSIGN(*)
VIREO_AP_ASSIGN(&)
VIREO_AP_ASSIGN(|)
VIREO_AP_ASSIGN(^)
VIREO_AP_ASSIGN(/)
VIREO_AP_ASSIGN(%)
VIREO_AP_ASSIGN(<<)
VIREO_AP_ASSIGN(>>)
#undef VIREO_AP_ASSIGN

template <ap_detail::ApInt A>
constexpr A& operator++(A& a) {
  return a += true;
}
template <ap_detail::ApInt A>
constexpr A& operator--(A& a) {
  return a -= true;
}
template <ap_detail::ApInt A>
constexpr A operator++(A& a, int) {
  const A before = a;
  a += true;
  return before;
}
template <ap_detail::ApInt A>
constexpr A operator--(A& a, int) {
  const A before = a;
  a -= true;
  return before;
}

template <ap_detail::ApInt A>
constexpr A operator+(const A& a) {
  return a;
}
template <ap_detail::ApInt A>
constexpr auto operator-(const A& a) {
  return false - a;
}
template <ap_detail::ApInt A>
constexpr A operator~(const A& a) {
  A result;
  result.V = static_cast<decltype(result.V)>(~a.V);
  return result;
}
template <ap_detail::ApInt A>
constexpr bool operator!(const A& a) {
  return !static_cast<bool>(a.V);
}

#endif  // VIREO_HW_HLS_DETAIL_AP_OPERATORS_H_
