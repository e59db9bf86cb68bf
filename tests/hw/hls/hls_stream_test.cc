// SPDX-License-Identifier: Apache-2.0
// hls::stream natively: a FIFO without a bound until a bench sets one, and stalls that leave
// nothing half done.
#include <ap_int.h>
#include <gtest/gtest.h>
#include <hls_stream.h>

#include <memory>
#include <string>

namespace {

struct Word {
  ap_uint<512> data;
  bool last;
};

TEST(HlsStream, KeepsTheOrderOfTokens) {
  hls::stream<int> s("s");
  s.write(1);
  s << 2;
  EXPECT_TRUE(s.write_nb(3));
  EXPECT_EQ(s.size(), 3u);
  int x = 0;
  s >> x;
  EXPECT_EQ(x, 1);
  s.read(x);
  EXPECT_EQ(x, 2);
  EXPECT_EQ(s.read(), 3);
  EXPECT_TRUE(s.empty());
}

TEST(HlsStream, NonBlockingReadOfAnEmptyStreamLeavesTheValue) {
  hls::stream<Word> s;
  Word w{5, true};
  EXPECT_FALSE(s.read_nb(w));
  EXPECT_EQ(w.data, 5);
  s.write({7, false});
  EXPECT_TRUE(s.read_nb(w));
  EXPECT_EQ(w.data, 7);
  EXPECT_FALSE(w.last);
}

TEST(HlsStream, IsNeverFullUntilABenchSetsItsCapacity) {
  hls::stream<int, 2> s("s");
  for (int i = 0; i < 100; ++i) s.write(i);
  EXPECT_FALSE(s.full());
  EXPECT_EQ(s.capacity(), 2u);
  s.set_capacity(100);
  EXPECT_TRUE(s.full());
  EXPECT_FALSE(s.write_nb(1));
  EXPECT_EQ(s.size(), 100u);
  s.read();
  EXPECT_FALSE(s.full());
  EXPECT_TRUE(s.write_nb(1));
  EXPECT_EQ(s.capacity(), 100u);
}

TEST(HlsStream, ABlockedCallStallsAndNamesItsStream) {
  hls::stream<int> s("requests");
  try {
    s.read();
    FAIL() << "the read did not stall";
  } catch (const hls::stall& stall) {
    EXPECT_EQ(stall.stream(), "requests");
    EXPECT_EQ(std::string(stall.what()),
              "stream 'requests' is empty: the blocking read has no token to take");
  }
  s.set_capacity(0);
  EXPECT_THROW(s.write(1), hls::stall);
  EXPECT_TRUE(s.empty());
}

// Reads both of its inputs, so that a stall comes after one was read.
struct Adder {
  int count = 0;
  void Step(hls::stream<int>& a, hls::stream<int>& b, hls::stream<int>& out) {
    ++count;
    const int x = a.read();
    out.write(x + b.read());
  }
};

TEST(HlsStream, ABenchTakesAStalledFiringBackByCopies) {
  hls::stream<int> a("a");
  hls::stream<int> b("b");
  hls::stream<int> out("out");
  Adder adder;
  a.write(1);
  const Adder adder_before = adder;
  const hls::stream<int> a_before = a;
  EXPECT_THROW(adder.Step(a, b, out), hls::stall);
  adder = adder_before;
  a = a_before;
  b.write(2);
  adder.Step(a, b, out);
  EXPECT_EQ(out.read(), 3);
  EXPECT_EQ(adder.count, 1);
}

TEST(HlsStream, OneWithADepthIsTakenWhereAnyStreamIs) {
  hls::stream<int, 4> in("in");
  hls::stream<int, 1> more("more");
  hls::stream<int> out;
  in.write(20);
  more.write(22);
  Adder().Step(in, more, out);
  EXPECT_EQ(out.read(), 42);
}

TEST(HlsStream, HasAName) {
  hls::stream<int> s;
  EXPECT_STREQ(s.get_name(), "unnamed");
  s.set_name("other");
  EXPECT_STREQ(s.get_name(), "other");
  EXPECT_STREQ((hls::stream<int, 3>("depth").get_name()), "depth");
}

TEST(HlsStream, IsDestroyedWithTokensInSilence) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  auto s = std::make_unique<hls::stream<int, 8>>("s");
  s->write(1);
  s.reset();
  EXPECT_EQ(testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr(), "");
}

}  // namespace
