// SPDX-License-Identifier: Apache-2.0
// CreditCounter: never more out than there are credits, never fewer than could be.
#include "hw/primitives/credit/credit.h"

#include <gtest/gtest.h>

#include "hw/primitives/beat/beat.h"
#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

// A request's cost is its value.
struct CostIsValue {
  static ap_uint<8> Of(const ap_uint<8>& request) { return request; }
};

template <int kCredits, typename Cost>
void ExpectNeverOverdrawn(const Traffic& traffic, unsigned largest_request) {
  using Counter = CreditCounter<ap_uint<8>, kCredits, Cost>;
  Counter process;
  hls::stream<ap_uint<8>> in, out;
  hls::stream<typename Counter::Count> returned;
  Source<ap_uint<8>> source(in, traffic, "in");
  Sink<ap_uint<8>> sink(out, traffic, "out");
  sim::Random random(traffic.seed, "credits");
  std::vector<ap_uint<8>> requests;
  for (int i = 0; i < 500; ++i) requests.push_back(random.Below(largest_request + 1));
  for (const auto& request : requests) source.Add(request);

  unsigned taken = 0;
  RunUntil(
      50000, [&] { return sink.tokens.size() == requests.size(); },
      [&](uint64_t clock) {
        unsigned back = 0;
        if (taken > 0 && random.Percent(20)) {
          back = static_cast<unsigned>(random.Between(1, taken));
          returned.write(back);
        }
        source.Offer();
        sink.Open();
        const bool could_pass = !out.full() && !in.empty();
        const bool has_all = taken == 0;
        process.Step(in, returned, out);
        ASSERT_TRUE(returned.empty()) << "credits are always taken back";
        const size_t passed = sink.Collect(clock);
        if (could_pass && has_all) ASSERT_EQ(passed, 1u) << "all credits cover any request";
        if (passed == 1) taken += ap_uint<8>(Cost::Of(sink.tokens.back())).to_uint();
        ASSERT_LE(taken, unsigned{kCredits});
        taken -= back;
      });
  EXPECT_EQ(sink.tokens, requests);
}

TEST(CreditCounterTest, IsNeverOverdrawn) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectNeverOverdrawn<1, OneCredit>(traffic, 255);
    ExpectNeverOverdrawn<64, OneCredit>(traffic, 255);
    ExpectNeverOverdrawn<5, CostIsValue>(traffic, 5);
    ExpectNeverOverdrawn<200, CostIsValue>(traffic, 200);
  });
}

TEST(CreditCounterTest, LetsAllCreditsOutAndNoMore) {
  CreditCounter<ap_uint<8>, 10> process;
  hls::stream<ap_uint<8>> in, out;
  hls::stream<ap_uint<4>> returned;
  for (int i = 0; i < 30; ++i) in.write(i);
  for (int i = 0; i < 30; ++i) process.Step(in, returned, out);
  EXPECT_EQ(out.size(), 10u);
  returned.write(3);
  for (int i = 0; i < 30; ++i) process.Step(in, returned, out);
  EXPECT_EQ(out.size(), 13u);
}

TEST(CreditCounterTest, CountsPacketsByTheirLastBeat) {
  CreditCounter<Beat, 2, OneCreditAPacket> process;
  hls::stream<Beat> in, out;
  hls::stream<ap_uint<2>> returned;
  for (int packet = 0; packet < 4; ++packet) {
    for (int beat = 0; beat < 3; ++beat) in.write(Beat{packet, ~ap_uint<64>(0), beat == 2});
  }
  for (int i = 0; i < 30; ++i) process.Step(in, returned, out);
  EXPECT_EQ(out.size(), 8u) << "two packets, and the third without its last beat";
}

TEST(CreditCounterTest, DropsCreditsThatWereNotTaken) {
  CreditCounter<ap_uint<8>, 10> process;
  hls::stream<ap_uint<8>> in, out;
  hls::stream<ap_uint<4>> returned;
  returned.write(15);
  process.Step(in, returned, out);
  for (int i = 0; i < 30; ++i) in.write(i);
  for (int i = 0; i < 30; ++i) process.Step(in, returned, out);
  EXPECT_EQ(out.size(), 10u);
}

TEST(CreditCounterDeathTest, RefusesARequestThatAllCreditsDoNotCover) {
  CreditCounter<ap_uint<8>, 10, CostIsValue> process;
  hls::stream<ap_uint<8>> in, out;
  hls::stream<ap_uint<4>> returned;
  in.write(11);
  EXPECT_DEATH(process.Step(in, returned, out), "a request costs no more than all credits");
}

}  // namespace
}  // namespace vireo
