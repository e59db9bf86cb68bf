// SPDX-License-Identifier: Apache-2.0
// Every operation on random operands of many widths against digests that Python's integers give
// (ap_int_golden.py). Built by clang++ and by g++, which so agree on every value.
#include <ap_int.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

namespace {

// splitmix64, and operands among which the extremes are frequent.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  template <int W>
  [[gnu::noinline]] ap_uint<W> Bits() {
    const std::uint64_t mode = Next() % 8;
    ap_uint<W> value = 0;
    for (int i = 0; i < (W + 63) / 64; ++i) value |= ap_uint<W>(Next()) << (64 * i);
    const ap_uint<W> ones = ~ap_uint<W>(0);
    switch (mode) {
      case 0: return 0;
      case 1: return ones;
      case 2: return ap_uint<W>(1) << (W - 1);
      case 3: return ones >> 1;
      case 4: return value & 0xFF;
      case 5: return value | (ones & ~ap_uint<W>(0x3F));
      default: return value;
    }
  }

 private:
  std::uint64_t state_;
};

class Digest {
 public:
  template <int W>
  void Add(const ap_uint<W>& value) {
    AddBits(value, false);
  }
  template <int W>
  void Add(const ap_int<W>& value) {
    AddBits(ap_uint<W>(value), true);
  }
  void Add(bool value) { Add(ap_uint<1>(value)); }
  void Add(int value) { Add(ap_int<32>(value)); }
  void Add(const std::string& text) {
    std::uint64_t sum = 0;
    std::uint64_t power = 1;
    for (const char c : text) {
      sum += static_cast<std::uint64_t>(c - 40) * power;
      power *= 131;
    }
    Add(ap_uint<64>(sum));
  }
  std::uint64_t value() const { return hash_; }

 private:
  template <int W>
  void AddBits(const ap_uint<W>& bits, bool is_signed) {
    Mix(W);
    Mix(is_signed);
    for (int i = 0; i < (W + 63) / 64; ++i) Mix((bits >> (64 * i)).to_uint64());
  }
  void Mix(std::uint64_t word) { hash_ = (hash_ ^ word) * 0x100000001B3u; }

  std::uint64_t hash_ = 0xCBF29CE484222325u;
};

// Clang takes minutes to compile products of thousands of bits, so that g++ alone checks those.
template <class A, class B>
constexpr bool kMultiplies = A::width + B::width <= 1100 || !VIREO_AP_BITINT;

// Each operation in a function of its own, or compiling takes minutes.
template <class Operation>
[[gnu::noinline]] void Note(Digest& digest, Operation operation) {
  digest.Add(operation());
}

template <class A, class B>
std::map<std::string, Digest> AllDigests() {
  constexpr int kRounds = 12;
  constexpr bool kSignedA = A(-1) < A(0);
  constexpr bool kSignedB = B(-1) < B(0);
  std::map<std::string, Digest> digests;
  Random random(static_cast<std::uint64_t>(A::width) * 8192 * 4 +
                static_cast<std::uint64_t>(B::width) * 4 + kSignedA * 2 + kSignedB);
  for (int round = 0; round < kRounds; ++round) {
    const A a = random.Bits<A::width>();
    const B b = random.Bits<B::width>();
    const unsigned count = (ap_uint<B::width>(b) % static_cast<unsigned>(A::width + 9)).to_uint();
    const int low = static_cast<int>(count) % A::width;
    Note(digests["add"], [&] { return a + b; });
    Note(digests["sub"], [&] { return a - b; });
    if constexpr (!(kSignedA && !kSignedB && B::width > A::width)) {
      if (b.or_reduce()) {
        Note(digests["div"], [&] { return a / b; });
        Note(digests["mod"], [&] { return a % b; });
      }
    }
    Note(digests["and"], [&] { return a & b; });
    Note(digests["or"], [&] { return a | b; });
    Note(digests["xor"], [&] { return a ^ b; });
    Note(digests["eq"], [&] { return a == b; });
    Note(digests["ne"], [&] { return a != b; });
    Note(digests["lt"], [&] { return a < b; });
    Note(digests["le"], [&] { return a <= b; });
    Note(digests["gt"], [&] { return a > b; });
    Note(digests["ge"], [&] { return a >= b; });
    Note(digests["shl"], [&] { return a << count; });
    Note(digests["shr"], [&] { return a >> count; });
    Note(digests["neg"], [&] { return -a; });
    Note(digests["not"], [&] { return ~a; });
    A x = a;
    Note(digests["add_assign"], [&] { return x += b; });
    x = a;
    Note(digests["sub_assign"], [&] { return x -= b; });
    if constexpr (kMultiplies<A, B>) {
      x = a;
      Note(digests["mul"], [&] { return a * b; });
      Note(digests["mul_assign"], [&] { return x *= b; });
    }
    Note(digests["convert"], [&] { return B(a); });
    Note(digests["parity"], [&] { return a.xor_reduce(); });
    x = a;
    Note(digests["reverse"], [&] { return x.reverse(); });
    Note(digests["zeros"], [&] { return a.countLeadingZeros(); });
    Note(digests["range"], [&] { return ap_uint<A::width>(a.range(A::width - 1, low)); });
    Note(digests["concat"], [&] { return ap_uint<A::width + B::width>((a, b)); });
    Note(digests["decimal"], [&] { return a.to_string(10); });
  }
  return digests;
}

template <int W, bool S>
using Int = ap_detail::Ap<W, S>;

// One pair of types is computed once.
template <class A, class B>
const std::map<std::string, Digest>& Digests() {
  static const std::map<std::string, Digest> digests = AllDigests<A, B>();
  return digests;
}

TEST(ApIntGolden, EveryOperationHasPythonsValueWidthAndSign) {
#define VIREO_GOLDEN(w1, s1, w2, s2, name, golden)                           \
  EXPECT_EQ((Digests<Int<w1, s1>, Int<w2, s2>>().at(#name).value()), golden) \
      << #name " of " << (s1 ? "ap_int<" : "ap_uint<") << w1 << "> and "     \
      << (s2 ? "ap_int<" : "ap_uint<") << w2 << ">";
#if VIREO_AP_BITINT
#define VIREO_GOLDEN_SLOW(w1, s1, w2, s2, name, golden)
#else
#define VIREO_GOLDEN_SLOW VIREO_GOLDEN
#endif
#include "tests/hw/hls/ap_int_golden.inc"
#undef VIREO_GOLDEN
#undef VIREO_GOLDEN_SLOW
}

}  // namespace
