// SPDX-License-Identifier: Apache-2.0
// ap_uint and ap_int from and to text and floating point.
#ifndef VIREO_HW_HLS_DETAIL_AP_TEXT_H_
#define VIREO_HW_HLS_DETAIL_AP_TEXT_H_

#include "ap_operators.h"
#ifndef __SYNTHESIS__
#include <ios>
#include <ostream>
#include <string>
#endif

namespace ap_detail {

// Towards zero, modulo the width; 0 for what is not finite.
template <class Result, class T>
constexpr Result FromDouble(T value) {
  const bool negative = value < 0;
  T rest = negative ? -value : value;
  Result result = static_cast<Result>(0);
  if (!(rest - rest == 0)) return result;
  T weight = 1;
  while (weight <= rest) weight *= 2;
  while (weight > 1) {
    weight /= 2;
    const bool one = rest >= weight;
    if (one) rest -= weight;
    result = static_cast<Result>(static_cast<Result>(result << 1) | static_cast<Result>(one));
  }
  return negative ? static_cast<Result>(static_cast<Result>(0) - result) : result;
}

// A number as in "-0x1f", "0b101", "0o17", "42" in radix 2, 8, 10 or 16; radix 0 takes it from the
// prefix. Modulo the width.
template <int W, bool S>
constexpr Store<W, S> Parse(const char* text, int radix) {
  const bool negative = *text == '-';
  if (*text == '-' || *text == '+') ++text;
  if (text[0] == '0' && text[1] != '\0') {
    const int letter = text[1] | 0x20;
    const int prefix = letter == 'x' ? 16 : letter == 'b' ? 2 : letter == 'o' ? 8 : 0;
    if (prefix != 0 && (radix == 0 || radix == prefix)) {
      radix = prefix;
      text += 2;
    }
  }
  if (radix == 0) radix = 10;
  VIREO_AP_CHECK(radix == 2 || radix == 8 || radix == 10 || radix == 16,
                 "the radix is 2, 8, 10 or 16");
  // Room for a digit's bits, so that no shift is by the width or more; multiplying by shifts
  // compiles faster at great widths.
  using Wide = Bits<W + 4>;
  Wide result = static_cast<Wide>(0);
  for (; *text != '\0'; ++text) {
    const int c = *text;
    const int digit = c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
    VIREO_AP_CHECK(digit >= 0 && digit < radix, "the text has digits of its radix only");
    Wide scaled =
        radix == 2   ? static_cast<Wide>(result << 1)
        : radix == 8 ? static_cast<Wide>(result << 3)
        : radix == 16
            ? static_cast<Wide>(result << 4)
            : static_cast<Wide>(static_cast<Wide>(result << 3) + static_cast<Wide>(result << 1));
    result = static_cast<Wide>(scaled + static_cast<Wide>(digit));
  }
  return static_cast<Store<W, S>>(negative ? static_cast<Wide>(static_cast<Wide>(0) - result)
                                           : result);
}

#ifndef __SYNTHESIS__
template <class Derived, int W, bool S>
constexpr double Members<Derived, W, S>::to_double() const {
  const bool negative = sign();
  Bits<W> magnitude = static_cast<Bits<W>>(Self().V);
  if (negative) magnitude = static_cast<Bits<W>>(static_cast<Bits<W>>(0) - magnitude);
  double result = 0;
  for (int i = (W - 1) / 32; i >= 0; --i) {
    result =
        result * 4294967296.0 + static_cast<unsigned>(static_cast<Bits<W>>(magnitude >> (i * 32)));
  }
  return negative ? -result : result;
}

template <class Derived, int W, bool S>
std::string Members<Derived, W, S>::to_string(signed char radix, bool with_sign) const {
  constexpr char kDigits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  const bool negative = with_sign && radix != 2 && sign();
  Bits<W> magnitude = static_cast<Bits<W>>(Self().V);
  if (negative) magnitude = static_cast<Bits<W>>(static_cast<Bits<W>>(0) - magnitude);
  // By limbs, since a division of the whole is slow at great widths.
  constexpr int kLimbs = (W + 31) / 32;
  unsigned limbs[kLimbs];
  for (int i = 0; i < kLimbs; ++i)
    limbs[i] = static_cast<unsigned>(static_cast<Bits<W>>(magnitude >> (32 * i)));
  std::string reversed;
  bool more = true;
  while (more) {
    unsigned long long rest = 0;
    more = false;
    for (int i = kLimbs - 1; i >= 0; --i) {
      rest = rest << 32 | limbs[i];
      limbs[i] = static_cast<unsigned>(rest / static_cast<unsigned>(radix));
      rest %= static_cast<unsigned>(radix);
      more = more || limbs[i] != 0;
    }
    reversed += kDigits[rest];
  }
  const char* prefix = radix == 2 ? "0b" : radix == 8 ? "0o" : radix == 16 ? "0x" : "";
  return (negative ? "-" : "") + std::string(prefix) +
         std::string(reversed.rbegin(), reversed.rend());
}
#endif

}  // namespace ap_detail

#ifndef __SYNTHESIS__
// In the stream's base: decimal, std::hex or std::oct.
template <class A>
  requires ap_detail::ApInt<A> || (ap_detail::Ref<A> && !std::is_same_v<A, bool>)
std::ostream& operator<<(std::ostream& out, const A& value) {
  const auto base = out.flags() & std::ios_base::basefield;
  const signed char radix = base == std::ios_base::hex ? 16 : base == std::ios_base::oct ? 8 : 10;
  return out << ap_detail::ToAp(value).to_string(radix);
}
#endif

#endif  // VIREO_HW_HLS_DETAIL_AP_TEXT_H_
