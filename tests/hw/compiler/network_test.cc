// SPDX-License-Identifier: Apache-2.0
// What a top becomes: its channels and their depths.

#include <map>
#include <string>

#include "tests/hw/compiler/first_error.h"

namespace vireo::compiler {
namespace {

std::map<std::string, uint32_t> Depths(const std::string& source) {
  std::map<std::string, uint32_t> depths;
  for (const Channel& channel : LowerSource(source).channels) {
    if (channel.producer && channel.consumer) depths[channel.name] = channel.depth;
  }
  return depths;
}

constexpr const char* kPass = "void pass(S& in, S& out) { out.write(in.read()); }\n";

TEST(StreamPragma, ReachesEveryStreamOfAMemberArrayAndNoOther) {
  EXPECT_EQ(Depths(std::string(kPass) + R"(class top { public: void Step(S& in, S& out) {
#pragma HLS DATAFLOW
#pragma HLS STREAM variable=lanes_ depth=7
  pass(in, before_);
  pass(before_, lanes_[0][0]); pass(lanes_[0][0], lanes_[0][1]); pass(lanes_[0][1], lanes_[1][0]);
  pass(lanes_[1][0], lanes_[1][1]); pass(lanes_[1][1], after_); pass(after_, out); }
 S before_, lanes_[2][2], after_; };)"),
            (std::map<std::string, uint32_t>{{"before_", 2},
                                             {"lanes__0_0", 7},
                                             {"lanes__0_1", 7},
                                             {"lanes__1_0", 7},
                                             {"lanes__1_1", 7},
                                             {"after_", 2}}));
}

TEST(StreamPragma, ReachesEveryStreamOfALocalArray) {
  EXPECT_EQ(Depths(std::string(kPass) + R"(void top(S& in, S& out) {
#pragma HLS DATAFLOW
  S lanes[2];
#pragma HLS STREAM variable=lanes depth=5
  pass(in, lanes[0]); pass(lanes[0], lanes[1]); pass(lanes[1], out); })"),
            (std::map<std::string, uint32_t>{{"lanes_0", 5}, {"lanes_1", 5}}));
}

TEST(StreamPragma, TakesThePlaceOfTheTypesDepth) {
  EXPECT_EQ(Depths(std::string(kPass) + R"(template <int N> void chain(S& in, S& out) {
#pragma HLS DATAFLOW
  hls::stream<u8, 4> first;
  hls::stream<u8, 4> second;
#pragma HLS STREAM variable=second depth=N*2
  pass(in, first); pass(first, second); pass(second, out); }
void top(S& in, S& out) {
#pragma HLS DATAFLOW
  chain<8>(in, out); })"),
            (std::map<std::string, uint32_t>{{"first", 4}, {"second", 16}}));
}

}  // namespace
}  // namespace vireo::compiler
