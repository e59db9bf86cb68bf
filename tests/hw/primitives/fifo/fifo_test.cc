// SPDX-License-Identifier: Apache-2.0
// Fifo and SkidBuffer: nothing lost, nothing reordered, no clock wasted.
#include "hw/primitives/fifo/fifo.h"

#include <gtest/gtest.h>

#include "hw/primitives/beat/beat.h"
#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::PoweredOn;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

template <typename T, typename Process>
void ExpectInOrder(const Traffic& traffic, uint64_t fill) {
  PoweredOn<Process> process(static_cast<uint8_t>(fill));
  hls::stream<T> in, out;
  Source<T> source(in, traffic, "in");
  Sink<T> sink(out, traffic, "out");
  constexpr int kTokens = 300;
  for (int i = 0; i < kTokens; ++i) source.Add(T(i));
  RunUntil(
      20000, [&] { return sink.tokens.size() == kTokens; },
      [&](uint64_t clock) {
        source.Offer();
        sink.Open();
        process->Step(in, out);
        sink.Collect(clock);
      });
  for (size_t i = 0; i < sink.tokens.size(); ++i) ASSERT_EQ(sink.tokens[i], T(i));
  if (traffic.idle == 0 && traffic.stall == 0) {
    EXPECT_EQ(sink.clocks.back(), uint64_t{kTokens}) << "one token a clock, one clock later";
  }
}

TEST(FifoTest, KeepsOrderUnderAnyTraffic) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectInOrder<ap_uint<64>, Fifo<ap_uint<64>, 16>>(traffic, 0xA5);
    ExpectInOrder<ap_uint<64>, Fifo<ap_uint<64>, 2>>(traffic, 0x5A);
    ExpectInOrder<ap_uint<1>, Fifo<ap_uint<1>, 4>>(traffic, 0);
    ExpectInOrder<ap_uint<600>, Fifo<ap_uint<600>, 64>>(traffic, 0xFF);
  });
}

TEST(SkidBufferTest, KeepsOrderUnderAnyTraffic) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectInOrder<ap_uint<64>, SkidBuffer<ap_uint<64>>>(traffic, 0xA5);
    ExpectInOrder<ap_uint<1>, SkidBuffer<ap_uint<1>>>(traffic, 0x5A);
  });
}

template <typename Process>
int TokensTakenWithoutRoom() {
  Process process;
  hls::stream<ap_uint<8>> in, out;
  out.set_capacity(0);
  for (int i = 0; i < 100; ++i) in.write(i);
  for (int i = 0; i < 100; ++i) process.Step(in, out);
  return 100 - static_cast<int>(in.size());
}

TEST(FifoTest, HoldsItsDepth) {
  EXPECT_EQ((TokensTakenWithoutRoom<Fifo<ap_uint<8>, 2>>()), 2);
  EXPECT_EQ((TokensTakenWithoutRoom<Fifo<ap_uint<8>, 32>>()), 32);
}

TEST(SkidBufferTest, HoldsTwo) { EXPECT_EQ(TokensTakenWithoutRoom<SkidBuffer<ap_uint<8>>>(), 2); }

TEST(SkidBufferTest, TakesByItsOwnStateAlone) {
  // With both registers full, room behind lets a token out, and only the next clock takes one.
  SkidBuffer<ap_uint<8>> process;
  hls::stream<ap_uint<8>> in, out;
  out.set_capacity(0);
  for (int i = 0; i < 4; ++i) in.write(i);
  for (int i = 0; i < 3; ++i) process.Step(in, out);
  EXPECT_EQ(in.size(), 2u);
  out.set_capacity(1);
  process.Step(in, out);
  EXPECT_EQ(out.size(), 1u);
  EXPECT_EQ(in.size(), 2u);
  process.Step(in, out);
  EXPECT_EQ(in.size(), 1u);
}

}  // namespace
}  // namespace vireo
