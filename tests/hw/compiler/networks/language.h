// SPDX-License-Identifier: Apache-2.0
// Processes with the parts of C++ that engines are written in, several to a firing.
#ifndef VIREO_TESTS_HW_COMPILER_NETWORKS_LANGUAGE_H_
#define VIREO_TESTS_HW_COMPILER_NETWORKS_LANGUAGE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace vireo::testing {

// Control flow: switch with fall-through, loops left early, goto, recursion on a constant, lambdas,
// templates, pointers to variables and to functions.
class ControlFlow {
 public:
  struct Token {
    ap_uint<8> kind;
    ap_int<17> value;
    uint16_t words[3];
  };

  void Step(hls::stream<Token>& in, hls::stream<ap_int<40>>& out) {
    if (in.empty() || out.full()) return;
    const Token token = in.read();
    ap_int<40> result = token.value;
    switch (token.kind.to_uint() & 7) {
      case 0: result = -result; break;
      case 1: result += 5; [[fallthrough]];
      case 2: result *= 3; break;
      case 5: {
        for (int i = 0; i < 17; ++i) {
          if (!token.value[i]) continue;
          result = i;
          if (token.words[i % 3] & 1) break;
        }
        break;
      }
      case 6: result = Tree<4>(token.words[0], token.words[1]); break;
      default: {
        int n = 0;
        while (true) {
          if (token.words[1] >> n == 0 || n == 15) break;
          ++n;
        }
        result = n;
      }
    }
    const auto add = [&](ap_int<40> more) { result += more; };
    add(last_);
    ap_int<40>* chosen = token.kind[7] ? &result : &last_;
    *chosen ^= 0x55;
    if (token.kind == 0x33) goto done;
    last_ = Apply(token.kind[3] ? 1 : 2, result);
  done:
    out.write(result);
  }

 private:
  template <int kDepth>
  static int Tree(uint16_t a, uint16_t b) {
    if constexpr (kDepth == 0) {
      return a ^ b;
    } else {
      return Tree<kDepth - 1>(a >> kDepth, b) + Tree<kDepth - 1>(a, b >> kDepth);
    }
  }
  static ap_int<40> Half(ap_int<40> x) { return x >> 1; }
  static ap_int<40> Apply(int times, ap_int<40> x) {
    ap_int<40> (*function)(ap_int<40>) = Half;
    return times == 0 ? x : times == 1 ? function(x) : function(function(x));
  }

  ap_int<40> last_ = -3;
};

// Numbers: shifts of signed values by data, quotients by constants, 4096 bits, mixed signs.
class Numbers {
 public:
  struct Token {
    ap_int<33> a;
    ap_uint<6> count;
    int8_t small;
  };
  struct Result {
    ap_int<33> shifted[2];
    ap_int<33> quotient, remainder;
    ap_uint<64> folded;
    int mixed;
    bool less;
  };

  void Step(hls::stream<Token>& in, hls::stream<Result>& out) {
    if (in.empty() || out.full()) return;
    const Token token = in.read();
    Result result;
    result.shifted[0] = token.a >> token.count;
    result.shifted[1] = token.a << token.count;
    result.quotient = token.a / 7;
    result.remainder = token.a % 10;
    wide_ = (wide_ << 33) | ap_uint<4096>(ap_uint<33>(token.a));
    const ap_int<4096> all = wide_;
    result.folded = wide_.range(4095, 4032) ^ ap_uint<4096>(all >> 2000).range(63, 0);
    result.mixed = token.small * 3 - static_cast<int>(token.count.to_uint());
    result.less = token.a < token.small;
    out.write(result);
  }

 private:
  ap_uint<4096> wide_ = 0;
};

// A register that keeps what another had one firing before, while that one's next value takes
// several stages.
class CopiedRegister {
 public:
  void Step(hls::stream<ap_uint<24>>& in, hls::stream<ap_uint<24>>& out) {
    const ap_uint<24> token = in.read();
    out.write(before_ ^ token);
    before_ = sum_;
    sum_ += token * token * token;
  }

 private:
  ap_uint<24> before_ = 1, sum_ = 2;
};

// Data: arrays in structs in arrays, three dimensions, std::array, tables of constants, a union,
// two reads of a LUTRAM.
class Shapes {
 public:
  struct Point {
    ap_int<9> x[2];
    bool set;
  };
  struct Token {
    Point points[2];
    ap_uint<12> at;
  };

  void Step(hls::stream<Token>& in, hls::stream<Token>& out) {
#pragma HLS BIND_STORAGE variable = table_ type = ram_1wnr impl = lutram
#pragma HLS ARRAY_PARTITION variable = cube_ complete dim = 0
    if (in.empty() || out.full()) return;
    Token token = in.read();
    const ap_uint<2> i = token.at.range(1, 0), j = token.at.range(3, 2);
    const ap_uint<1> k = token.at[4];
    const ap_uint<4> a = token.at.range(7, 4), b = token.at.range(11, 8);
    Point& point = token.points[k];
    const ap_int<9> old = cube_[i][j][k];
    cube_[i][j][k] = point.x[0];
    point.x[k] += old + kPrimes[i][k];
    for (auto& each : token.points) {
      for (auto& x : each.x) x ^= ring_[0];
    }
    for (std::size_t r = 0; r + 1 < ring_.size(); ++r) ring_[r] = ring_[r + 1];
    ring_[3] = point.x[0];
    Point first = {}, second = {};
    if (written_[a]) first = table_[a];
    if (written_[b]) second = table_[b];
    table_[a] = point;
    written_[a] = 1;
    point.x[1] = first.x[0] + second.x[1];
    union {
      uint32_t whole;
      uint8_t bytes[4];
    } split;
    split.whole = token.at.to_uint() * 0x10201U;
    token.at.range(7, 0) = split.bytes[1];
    out.write(token);
  }

 private:
  static constexpr int kPrimes[4][2] = {{2, 3}, {5, 7}, {11, 13}, {17, -19}};

  Point table_[16];
  ap_uint<16> written_ = 0;
  ap_int<9> cube_[4][4][2] = {};
  std::array<ap_int<9>, 4> ring_ = {1, 2, 3, 4};
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_NETWORKS_LANGUAGE_H_
