// SPDX-License-Identifier: Apache-2.0
// The headers as vireo-hls sees them, executed: the four stream calls are given here, on one FIFO a
// stream.
#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <map>
#include <type_traits>

#define __SYNTHESIS__ 1
#define __VIREO_HLS__ 1
#include <ap_axi_sdata.h>
#include <ap_int.h>
#include <hls_stream.h>
#include <hls_task.h>

namespace {

struct Token {
  ap_uint<70> data;
  ap_int<1> sign;
};

struct Fifo {
  std::deque<Token> tokens;
  bool full = false;
};
std::map<const void*, Fifo>& Fifos() {
  static std::map<const void*, Fifo> fifos;
  return fifos;
}

}  // namespace

extern "C" {
bool __vireo_stream_empty(const void* stream) noexcept { return Fifos()[stream].tokens.empty(); }
bool __vireo_stream_full(const void* stream) noexcept { return Fifos()[stream].full; }
void __vireo_stream_read(void* stream, void* value) noexcept {
  std::deque<Token>& tokens = Fifos()[stream].tokens;
  std::memcpy(value, &tokens.front(), sizeof(Token));
  tokens.pop_front();
}
void __vireo_stream_write(void* stream, const void* value) noexcept {
  Token token;
  std::memcpy(&token, value, sizeof(Token));
  Fifos()[stream].tokens.push_back(token);
}
}

namespace {

TEST(SynthesisMode, StreamsAreNothingButTheirCalls) {
  static_assert(std::is_empty_v<hls::stream<Token>> && std::is_empty_v<hls::stream<Token, 4>>);
  static_assert(!std::is_copy_constructible_v<hls::stream<Token>> &&
                !std::is_copy_assignable_v<hls::stream<Token, 4>>);
  static_assert(std::is_base_of_v<hls::stream<Token, 0>, hls::stream<Token, 4>>);
  hls::stream<Token, 4> deep("deep");
  hls::stream<Token>& s = deep;
  Token t{1, 0};
  EXPECT_FALSE(s.read_nb(t));
  EXPECT_EQ(t.data, 1);
  EXPECT_TRUE(s.write_nb({ap_uint<70>(5) << 64, -1}));
  s.write({6, 0});
  s << Token{7, 0};
  Fifos()[&s].full = true;
  EXPECT_TRUE(s.full());
  EXPECT_FALSE(s.write_nb({8, 0}));
  EXPECT_TRUE(s.read_nb(t));
  EXPECT_EQ(t.data >> 64, 5);
  EXPECT_EQ(t.sign, -1);
  EXPECT_EQ(s.read().data, 6);
  s >> t;
  EXPECT_EQ(t.data, 7);
  EXPECT_TRUE(s.empty());
}

TEST(SynthesisMode, AnIntegerIsOneBitInt) {
  static_assert(std::is_same_v<decltype(ap_uint<9>::V), unsigned _BitInt(9)>);
  static_assert(std::is_same_v<decltype(ap_int<9>::V), _BitInt(9)>);
  static_assert(sizeof(ap_int<1>) == sizeof(unsigned _BitInt(1)));
  static_assert(std::is_trivially_copyable_v<ap_int<526>> &&
                std::is_trivially_default_constructible_v<ap_uint<526>>);
}

TEST(SynthesisMode, RangesWithVariableBoundsHaveTheSameValues) {
  ap_uint<64> x = 0x0123456789ABCDEFull;
  for (int i = 7; i >= 0; --i) {
    EXPECT_EQ(x.range(8 * i + 7, 8 * i), (0x0123456789ABCDEFull >> (8 * i)) & 0xFF);
    x.range(8 * i + 7, 8 * i) = 0x100 + i;
  }
  EXPECT_EQ(x, 0x0706050403020100ull);
  EXPECT_TRUE(x[8] && !x[9]);
}

TEST(SynthesisModeDeathTest, ARangeThatIsMirroredIsAnAssertion) {
  ap_uint<8> x = 1;
  int hi = 0;
  EXPECT_DEATH(x.range(hi, 7).to_int(), "hi >= lo");
}

TEST(SynthesisMode, ATaskIsItsCall) {
  hls::stream<Token> a, b;
  a.write({3, 0});
  hls::task t([](hls::stream<Token>& in, hls::stream<Token>& out) { out.write(in.read()); }, a, b);
  EXPECT_EQ(b.read().data, 3);
}

}  // namespace
