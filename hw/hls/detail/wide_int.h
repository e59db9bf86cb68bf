// SPDX-License-Identifier: Apache-2.0
// An integer of W bits for compilers without _BitInt in C++ (g++ 12): what ap_int.h asks of a
// store, with _BitInt's results.
#ifndef VIREO_HW_HLS_DETAIL_WIDE_INT_H_
#define VIREO_HW_HLS_DETAIL_WIDE_INT_H_

#include <array>
#include <concepts>
#include <cstdint>
#include <type_traits>

namespace ap_detail {

// Little-endian limbs of 32 bits; the bits above W repeat the sign, or are zero if unsigned. Both
// operands of an operator have the same type. A shift is by less than W; a division is by a divisor
// that is not zero.
template <int W, bool S>
class WideInt {
 public:
  WideInt() = default;

  template <std::integral T>
  constexpr explicit WideInt(T value) {
    const std::uint32_t fill = Negative(value) ? ~0u : 0u;
    std::uint64_t rest = static_cast<std::uint64_t>(value);
    for (int i = 0; i < kLimbs; ++i) {
      limbs_[i] = i < 2 ? static_cast<std::uint32_t>(rest) : fill;
      rest >>= 32;
    }
    Trim();
  }
  template <class T>
    requires std::is_enum_v<T>
  constexpr explicit WideInt(T value) : WideInt(static_cast<std::underlying_type_t<T>>(value)) {}
  template <int W2, bool S2>
  constexpr explicit WideInt(const WideInt<W2, S2>& other) {
    const std::uint32_t fill = other.IsNegative() ? ~0u : 0u;
    for (int i = 0; i < kLimbs; ++i)
      limbs_[i] = i < WideInt<W2, S2>::kLimbs ? other.limbs_[i] : fill;
    Trim();
  }

  template <std::integral T>
  constexpr explicit operator T() const {
    if constexpr (std::same_as<T, bool>) {
      for (const std::uint32_t limb : limbs_) {
        if (limb != 0) return true;
      }
      return false;
    } else {
      const std::uint64_t high = kLimbs > 1 ? limbs_[kLimbs > 1] : IsNegative() ? ~0u : 0u;
      return static_cast<T>(high << 32 | limbs_[0]);
    }
  }

  friend constexpr WideInt operator+(const WideInt& a, const WideInt& b) {
    return AddWithCarry(a, b, 0);
  }
  friend constexpr WideInt operator-(const WideInt& a, const WideInt& b) {
    return AddWithCarry(a, ~b, 1);
  }
  constexpr WideInt operator~() const {
    WideInt result(*this);
    for (std::uint32_t& limb : result.limbs_) limb = ~limb;
    return result.Trim();
  }
  constexpr WideInt operator-() const { return WideInt(0) - *this; }

  friend constexpr WideInt operator*(const WideInt& a, const WideInt& b) {
    WideInt result(0);
    for (int i = 0; i < kLimbs; ++i) {
      std::uint64_t carry = 0;
      for (int j = 0; i + j < kLimbs; ++j) {
        carry += static_cast<std::uint64_t>(a.limbs_[i]) * b.limbs_[j] + result.limbs_[i + j];
        result.limbs_[i + j] = static_cast<std::uint32_t>(carry);
        carry >>= 32;
      }
    }
    return result.Trim();
  }

  friend constexpr WideInt operator/(const WideInt& a, const WideInt& b) {
    const WideInt<W + 1, false> quotient = Divide(Magnitude(a), Magnitude(b))[0];
    return a.IsNegative() != b.IsNegative() ? -WideInt(quotient) : WideInt(quotient);
  }
  friend constexpr WideInt operator%(const WideInt& a, const WideInt& b) {
    const WideInt remainder(Divide(Magnitude(a), Magnitude(b))[1]);
    return a.IsNegative() ? -remainder : remainder;
  }

  friend constexpr WideInt operator&(const WideInt& a, const WideInt& b) {
    return Limbwise(a, b, [](std::uint32_t x, std::uint32_t y) { return x & y; });
  }
  friend constexpr WideInt operator|(const WideInt& a, const WideInt& b) {
    return Limbwise(a, b, [](std::uint32_t x, std::uint32_t y) { return x | y; });
  }
  friend constexpr WideInt operator^(const WideInt& a, const WideInt& b) {
    return Limbwise(a, b, [](std::uint32_t x, std::uint32_t y) { return x ^ y; });
  }

  friend constexpr WideInt operator<<(const WideInt& a, int count) {
    WideInt result(0);
    for (int i = count / 32; i < kLimbs; ++i) {
      const int from = i - count / 32;
      const std::uint64_t pair =
          static_cast<std::uint64_t>(a.limbs_[from]) << 32 | (from > 0 ? a.limbs_[from - 1] : 0);
      result.limbs_[i] = static_cast<std::uint32_t>(pair << (count % 32) >> 32);
    }
    return result.Trim();
  }
  friend constexpr WideInt operator>>(const WideInt& a, int count) {
    WideInt result(0);
    const std::uint32_t fill = a.IsNegative() ? ~0u : 0u;
    for (int i = 0; i < kLimbs; ++i) {
      const int from = i + count / 32;
      const std::uint64_t low = from < kLimbs ? a.limbs_[from] : fill;
      const std::uint64_t high = from + 1 < kLimbs ? a.limbs_[from + 1] : fill;
      result.limbs_[i] = static_cast<std::uint32_t>((high << 32 | low) >> (count % 32));
    }
    return result.Trim();
  }

  friend constexpr bool operator==(const WideInt& a, const WideInt& b) {
    return a.limbs_ == b.limbs_;
  }
  friend constexpr bool operator<(const WideInt& a, const WideInt& b) {
    if (a.IsNegative() != b.IsNegative()) return a.IsNegative();
    for (int i = kLimbs - 1; i >= 0; --i) {
      if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] < b.limbs_[i];
    }
    return false;
  }
  friend constexpr bool operator>(const WideInt& a, const WideInt& b) { return b < a; }
  friend constexpr bool operator<=(const WideInt& a, const WideInt& b) { return !(b < a); }
  friend constexpr bool operator>=(const WideInt& a, const WideInt& b) { return !(a < b); }

 private:
  template <int W2, bool S2>
  friend class WideInt;

  static constexpr int kLimbs = (W + 31) / 32;
  using Unsigned = WideInt<W + 1, false>;

  template <class T>
  static constexpr bool Negative(T value) {
    if constexpr (std::unsigned_integral<T>) {
      return false;
    } else {
      return value < 0;
    }
  }
  constexpr bool IsNegative() const { return S && limbs_[kLimbs - 1] >> 31 != 0; }

  // Puts the bits above W right.
  constexpr WideInt& Trim() {
    if constexpr (W % 32 != 0) {
      constexpr int kSpare = 32 - W % 32;
      const std::uint32_t top = limbs_[kLimbs - 1] << kSpare;
      limbs_[kLimbs - 1] =
          S ? static_cast<std::uint32_t>(static_cast<std::int32_t>(top) >> kSpare) : top >> kSpare;
    }
    return *this;
  }

  static constexpr WideInt AddWithCarry(const WideInt& a, const WideInt& b, std::uint64_t carry) {
    WideInt result(0);
    for (int i = 0; i < kLimbs; ++i) {
      carry += static_cast<std::uint64_t>(a.limbs_[i]) + b.limbs_[i];
      result.limbs_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    return result.Trim();
  }

  template <class F>
  static constexpr WideInt Limbwise(const WideInt& a, const WideInt& b, F f) {
    WideInt result(0);
    for (int i = 0; i < kLimbs; ++i) result.limbs_[i] = f(a.limbs_[i], b.limbs_[i]);
    return result.Trim();
  }

  static constexpr Unsigned Magnitude(const WideInt& a) {
    return a.IsNegative() ? Unsigned(0) - Unsigned(a) : Unsigned(a);
  }

  // Quotient and remainder: by limbs for a divisor of one limb, otherwise by bits.
  static constexpr std::array<Unsigned, 2> Divide(const Unsigned& dividend,
                                                  const Unsigned& divisor) {
    Unsigned quotient(0);
    Unsigned remainder(0);
    bool one_limb = true;
    for (int i = 1; i < Unsigned::kLimbs; ++i) one_limb = one_limb && divisor.limbs_[i] == 0;
    if (one_limb) {
      std::uint64_t rest = 0;
      for (int i = Unsigned::kLimbs - 1; i >= 0; --i) {
        rest = rest << 32 | dividend.limbs_[i];
        quotient.limbs_[i] = static_cast<std::uint32_t>(rest / divisor.limbs_[0]);
        rest %= divisor.limbs_[0];
      }
      return {quotient, Unsigned(rest)};
    }
    for (int i = W - 1; i >= 0; --i) {
      remainder = remainder << 1;
      remainder.limbs_[0] |= dividend.limbs_[i / 32] >> (i % 32) & 1;
      if (remainder >= divisor) {
        remainder = remainder - divisor;
        quotient.limbs_[i / 32] |= 1u << (i % 32);
      }
    }
    return {quotient, remainder};
  }

  std::array<std::uint32_t, kLimbs> limbs_;
};

}  // namespace ap_detail

#endif  // VIREO_HW_HLS_DETAIL_WIDE_INT_H_
