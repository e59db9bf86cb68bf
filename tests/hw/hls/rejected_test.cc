// SPDX-License-Identifier: Apache-2.0
// What does not compile, because AMD's headers would do something else with it, and the sentence
// that says what to write.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace {

// What the compiler says of a function body; empty if it takes it.
std::string Errors(const std::string& body) {
  const std::string source =
      "#include <ap_int.h>\\n#include <hls_stream.h>\\n"
      "void f(ap_uint<8>& x, ap_int<8>& s, ap_uint<100>& w, ap_int<100>& sw) { " +
      body + " }";
  const std::string command =
      "printf '" + source +
      "' | " VIREO_CLANGXX
      " -std=c++20 -D__SYNTHESIS__ -D__VIREO_HLS__ -fsyntax-only -Wno-unused -I" VIREO_HLS_HEADERS
      " -x c++ - 2>&1 | grep -E 'error|fatal' || true";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 512> line;
  while (fgets(line.data(), line.size(), pipe.get()) != nullptr) output += line.data();
  return output;
}

#define EXPECT_REJECTED(body, sentence) \
  EXPECT_NE(Errors(body).find(sentence), std::string::npos) << Errors(body)
#define EXPECT_TAKEN(body) EXPECT_EQ(Errors(body), "")

TEST(Rejected, ANativeDividend) {
  EXPECT_REJECTED("100 / x;", "write ap_int<N>(native) / x");
  EXPECT_REJECTED("100 %% x;", "write ap_int<N>(native) % x");
  EXPECT_TAKEN("ap_int<32>(100) / x;");
}

TEST(Rejected, ASignedDividendOfAWiderUnsignedDivisor) {
  EXPECT_REJECTED("s / 7u;", "make both signed");
  EXPECT_REJECTED("s %%= w;", "make both signed");
  EXPECT_TAKEN("s / 7; x / 7; s / x;");
}

TEST(Rejected, ArithmeticOnARangeOfASignedInteger) {
  EXPECT_REJECTED("s(3, 0) + x;", "write ap_uint<N>(x.range(hi, lo)) + y");
  EXPECT_REJECTED("x & s(3, 0);", "write ap_uint<N>(x.range(hi, lo)) & y");
  EXPECT_TAKEN("x(3, 0) + s; s(3, 0) + 1; s(3, 0) == x;");
}

TEST(Rejected, AConcatenationOfMoreThan64BitsWhereAmdTakes64) {
  EXPECT_REJECTED("w(99, 0) = (x, w);", "ap_uint<N>((a, b))");
  EXPECT_REJECTED("x[0] = (x, w);", "ap_uint<N>((a, b))");
  EXPECT_REJECTED("bool b = (x, w) == (w, x);", "write ap_uint<N>((a, b)) == x");
  EXPECT_TAKEN(
      "w = (x, w); w(99, 0) = ap_uint<100>((x, w)); bool b = (x, x) == (x, s); (x, w) = (w, x);");
}

TEST(Rejected, CompoundAssignmentOfAReferenceOfMoreThan64Bits) {
  EXPECT_REJECTED("w += w(99, 0);", "write x += ap_uint<N>(reference)");
  EXPECT_REJECTED("x |= (w, w);", "write x |= ap_uint<N>(reference)");
  EXPECT_TAKEN("w += x(3, 0); w += ap_uint<100>(w(99, 0)); w += x[1];");
}

TEST(Rejected, RotationOfASignedInteger) {
  EXPECT_REJECTED("s.lrotate(1);", "rotate an ap_uint");
  EXPECT_REJECTED("s.rrotate(1);", "rotate an ap_uint");
  EXPECT_TAKEN("x.lrotate(1); x.rrotate(1);");
}

TEST(Rejected, ReductionsAndCompoundAssignmentOnReferences) {
  EXPECT_REJECTED("x(3, 0).and_reduce();", "no member named 'and_reduce'");
  EXPECT_REJECTED("x(3, 0) += 1;", "error");
  EXPECT_REJECTED("x[0] |= 1;", "error");
}

TEST(Rejected, StreamsByValue) {
  EXPECT_REJECTED("hls::stream<int> a; hls::stream<int> b = a;", "deleted");
}

}  // namespace
