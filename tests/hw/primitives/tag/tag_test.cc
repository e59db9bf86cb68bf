// SPDX-License-Identifier: Apache-2.0
// TagAllocator: completions in any order come out in the order of requests.
#include "hw/primitives/tag/tag.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::PoweredOn;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

using Request = ap_uint<32>;
using Completion = ap_uint<64>;

Completion CompletionOf(const Request& request) { return ap_uint<64>(request) * 0x9E3779B9u + 1; }

template <int kTags>
struct Bench {
  using Allocator = TagAllocator<Request, Completion, kTags>;

  explicit Bench(uint8_t fill = 0xA5) : process(fill) {}

  void Step() { process->Step(request_in, request_out, completion_in, completion_out); }

  void Clear() {
    for (int i = 0; i < kTags; ++i) Step();
  }

  PoweredOn<Allocator> process;
  hls::stream<Request> request_in;
  hls::stream<typename Allocator::Issued> request_out;
  hls::stream<typename Allocator::Arrived> completion_in;
  hls::stream<typename Allocator::Ordered> completion_out;
};

template <int kTags>
void ExpectReordered(const Traffic& traffic, uint8_t fill) {
  using Allocator = typename Bench<kTags>::Allocator;
  Bench<kTags> bench(fill);
  Source<Request> requests(bench.request_in, traffic, "requests");
  Sink<typename Allocator::Issued> issued(bench.request_out, traffic, "issued");
  Sink<typename Allocator::Ordered> ordered(bench.completion_out, traffic, "ordered");
  sim::Random random(traffic.seed, "completer");
  constexpr unsigned kRequests = 700;
  for (unsigned i = 0; i < kRequests; ++i) requests.Add(i * 77);

  std::vector<typename Allocator::Issued> pending;
  RunUntil(
      200000, [&] { return ordered.tokens.size() == kRequests; },
      [&](uint64_t clock) {
        requests.Offer();
        issued.Open();
        ordered.Open();
        if (!pending.empty() && !random.Percent(traffic.idle)) {
          const size_t pick = random.Below(pending.size());
          const auto request = pending[pick];
          pending[pick] = pending.back();
          pending.pop_back();
          bench.completion_in.write({request.tag, CompletionOf(request.value)});
        }
        bench.Step();
        ASSERT_TRUE(bench.completion_in.empty()) << "completions never wait";
        if (issued.Collect(clock) == 1) {
          for (const auto& other : pending) ASSERT_NE(other.tag, issued.tokens.back().tag);
          pending.push_back(issued.tokens.back());
        }
        ordered.Collect(clock);
      });
  for (unsigned i = 0; i < ordered.tokens.size(); ++i) {
    ASSERT_EQ(ordered.tokens[i].request, Request(i * 77));
    ASSERT_EQ(ordered.tokens[i].completion, CompletionOf(i * 77));
  }
}

TEST(TagAllocatorTest, PutsCompletionsInTheOrderOfRequests) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectReordered<2>(traffic, 0x00);
    ExpectReordered<16>(traffic, 0xFF);
    ExpectReordered<256>(traffic, 0xA5);
  });
}

TEST(TagAllocatorTest, HasEveryTagInFlight) {
  Bench<16> bench;
  bench.Clear();
  for (int i = 0; i < 40; ++i) bench.request_in.write(i);
  for (int i = 0; i < 40; ++i) bench.Step();
  EXPECT_EQ(bench.request_out.size(), 16u);
}

TEST(TagAllocatorTest, WaitsForTheOldest) {
  Bench<16> bench;
  bench.Clear();
  for (int i = 0; i < 16; ++i) bench.request_in.write(i);
  for (int i = 0; i < 16; ++i) bench.Step();
  for (int tag = 15; tag > 0; --tag) {
    bench.completion_in.write({tag, tag});
    bench.Step();
  }
  for (int i = 0; i < 20; ++i) bench.Step();
  EXPECT_TRUE(bench.completion_out.empty());
  bench.completion_in.write({0, 0});
  for (int i = 0; i < 20; ++i) bench.Step();
  ASSERT_EQ(bench.completion_out.size(), 16u);
  for (int i = 0; i < 16; ++i) EXPECT_EQ(bench.completion_out.read().completion, Completion(i));
}

TEST(TagAllocatorTest, DropsCompletionsOfTagsThatAreNotInFlight) {
  Bench<16> bench;
  bench.Clear();
  for (int i = 0; i < 3; ++i) bench.request_in.write(i);
  for (int i = 0; i < 3; ++i) bench.Step();
  for (int tag = 3; tag < 16; ++tag) {
    bench.completion_in.write({tag, 99});
    bench.Step();
  }
  for (int tag = 0; tag < 3; ++tag) {
    bench.completion_in.write({tag, tag});
    bench.Step();
  }
  bench.completion_in.write({0, 99});  // again, after it left
  for (int i = 0; i < 20; ++i) bench.Step();
  ASSERT_EQ(bench.completion_out.size(), 3u);
  for (int i = 0; i < 20; ++i) bench.request_in.write(i);
  for (int i = 0; i < 20; ++i) bench.Step();
  EXPECT_EQ(bench.completion_out.size(), 3u) << "none of the new requests is done";
}

TEST(TagAllocatorTest, DropsWhatComesBeforeItIsClear) {
  Bench<16> bench(0xFF);
  for (int tag = 0; tag < 16; ++tag) {
    bench.completion_in.write({tag, 99});
    bench.Step();
  }
  for (int i = 0; i < 16; ++i) bench.request_in.write(i);
  for (int i = 0; i < 40; ++i) bench.Step();
  EXPECT_EQ(bench.request_out.size(), 16u);
  EXPECT_TRUE(bench.completion_out.empty());
}

TEST(TagAllocatorTest, DoesARequestInEveryClock) {
  Bench<16> bench;
  bench.Clear();
  for (int i = 0; i < 200; ++i) {
    bench.request_in.write(i);
    if (!bench.request_out.empty()) {
      const auto request = bench.request_out.read();
      bench.completion_in.write({request.tag, CompletionOf(request.value)});
    }
    bench.Step();
  }
  EXPECT_TRUE(bench.request_in.empty());
  EXPECT_EQ(bench.completion_out.size(), 198u);
}

}  // namespace
}  // namespace vireo
