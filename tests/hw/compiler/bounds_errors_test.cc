// SPDX-License-Identifier: Apache-2.0
// Errors about constants that name what is not there: bits, elements, widths, quotients.

#include "tests/hw/compiler/first_error.h"

namespace vireo::compiler {
namespace {

INSTANTIATE_TEST_SUITE_P(
    OfBounds, Errors,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"RangeOrder", R"(void top(S& in, S& out) { u8 a = in.read(); out.write(a.range(2, 5)); })",
         "6:57: error: range(2, 5) has its bits in the wrong order; write range(hi, lo) with hi >= "
         "lo, and mirror bits by reverse()"},
        {"RangePast", R"(void top(S& in, S& out) { u8 a = in.read(); out.write(a(9, 5)); })",
         "6:55: error: range(9, 5) lies outside of an integer of 8 bits; its bits are 7 to 0: "
         "convert it to a wider one first"},
        {"RangeWrittenPast",
         R"(void top(S& in, S& out) { u8 a = in.read(); a.range(8, 8) = 1; out.write(a); })",
         "6:47: error: range(8, 8) lies outside of an integer of 8 bits; its bits are 7 to 0: "
         "convert it to a wider one first"},
        {"RangeNegative",
         R"(void top(S& in, S& out) { u8 a = in.read(); out.write(a.range(3, -1)); })",
         "6:57: error: range(3, -1) lies outside of an integer of 8 bits; its bits are 7 to 0: "
         "convert it to a wider one first"},
        {"BitPast", R"(void top(S& in, S& out) { u8 a = in.read(); out.write(a[8]); })",
         "6:55: error: bit 8 lies outside of an integer of 8 bits; its bits are 7 to 0: convert it "
         "to a wider one first"},
        {"BitInLoop",
         R"(void top(S& in, S& out) { u8 a = in.read(); for (int i = 0; i <= 8; ++i) a[i] = 1; out.write(a); })",
         "6:74: error: bit 8 lies outside of an integer of 8 bits; its bits are 7 to 0: convert it "
         "to a wider one first"},
        {"BitTestedPast",
         R"(void top(S& in, S& out) { const u8 a = in.read(); out.write(a.test(-1)); })",
         "6:63: error: bit -1 lies outside of an integer of 8 bits; its bits are 7 to 0: convert "
         "it to a wider one first"},
        {"DivideByZero", R"(void top(S& in, S& out) { u8 a = in.read(); out.write(a / u8(0)); })",
         "6:57: error: a division by a constant that is 0; leave it out by if where there is "
         "nothing to divide by"},
        {"RemainderOfZero",
         R"(template <int N> int part(int n) { return n % N; }
void top(S& in, S& out) { out.write(part<0>(in.read())); })",
         "6:45: error: a division by a constant that is 0; leave it out by if where there is "
         "nothing to divide by"},
        {"WideLocal", R"(void top(S& in, S& out) { ap_uint<4097> a = in.read(); out.write(a); })",
         "6:41: error: 'a' is an ap_uint<4097> (over 4096 bits); cut it into an array of narrower "
         "ones"},
        {"WideState",
         R"(class top { public: void Step(S& in, S& out) { s_ += in.read(); out.write(s_); }
 ap_int<5000> s_ = 0; };)",
         "7:1: error: 's_' of type 'ap_int<5000> (over 4096 bits)' cannot be state; use numbers, "
         "enums, ap_uint, ap_int, and arrays and structs of them"},
        {"WidePayload",
         R"(void top(hls::stream<ap_uint<5000>>& in, S& out) { out.write(in.read()); })",
         "6:1: error: stream 'in' carries 'ap_uint<5000> (over 4096 bits)', which has no fixed "
         "bits; use numbers, enums, ap_uint, ap_int, and arrays and structs of them"},
        {"ElementOfMember",
         R"(class top { public: void Step(S& in, S& out) { t_[4] = in.read(); out.write(t_[0]); }
 u8 t_[4] = {}; };)",
         "6:54: error: element 4 of 't_' is written, which has 4; keep the index from 0 to 3"},
        {"ElementIntoTheNext",
         R"(class top { public: void Step(S& in, S& out) { u8 a = in.read();
  for (int i = 0; i <= 4; ++i) t_[i] = a; out.write(t_[0]); }
 u8 t_[4] = {}, other_[4] = {}; };)",
         "7:38: error: element 4 of 't_' is written, which has 4; keep the index from 0 to 3"},
        {"ElementOfMemory",
         R"(class top { public: void Step(S& in, S& out) { u8 a = in.read();
  t_[a & 3] = a; out.write(t_[5]); }
 u8 t_[4], other_[4]; };)",
         "7:22: error: element 5 of 't_' is read, which has 4; keep the index from 0 to 3"},
        {"ElementOfTable",
         R"(static const u8 kT[4] = {1, 2, 3, 4};
void top(S& in, S& out) { out.write(kT[4] + in.read()); })",
         "7:43: error: element 4 of 'kT' is read, which has 4; keep the index from 0 to 3"},
        {"ElementBefore",
         R"(void top(S& in, S& out) { u8 a[4] = {}; in.read(); out.write(*(a - 1)); })",
         "6:56: error: element -1 of 'a' is read, which has 4; keep the index from 0 to 3"},
        {"NoArray", R"(void top(S& in, S& out) { u8 a = in.read(); out.write(*(&a + 1)); })",
         "6:49: error: a read of 1 bytes at byte 1 is outside of 'a', which has 1"},
        {"NoArrayWritten",
         R"(void top(S& in, S& out) { u8 a = in.read(); *(&a + 1) = a; out.write(a); })",
         "6:55: error: a write of 1 bytes at byte 1 is outside of 'a', which has 1"}}),
    NameOfErrorCase);

TEST(Bounds, WhatIsInsideIsTaken) {
  EXPECT_EQ(FirstError(R"(class top { public: void Step(S& in, S& out) { u8 a = in.read();
  for (const u8& x : t_) a += x;
  for (int i = 0; i < 8; ++i) if (i + 4 < 8) a[i] = a[i + 4];
  __builtin_memcpy(&m_[0][0], &t_[0], sizeof t_);
  out.write(a.range(7, 7) / u8(1) + m_[1][1]); }
 u8 t_[4] = {}, m_[2][2] = {}; };)"),
            "");
}

}  // namespace
}  // namespace vireo::compiler
