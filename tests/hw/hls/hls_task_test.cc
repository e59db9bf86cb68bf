// SPDX-License-Identifier: Apache-2.0
// hls::task natively: processes that run when a blocking call outside needs them, one at a time and
// in a fixed order.
#include <gtest/gtest.h>
#include <hls_task.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

void Add(hls::stream<int>& a, hls::stream<int>& b, hls::stream<int>& out) {
  const int x = a.read();
  out.write(x + b.read());
}

void Double(hls::stream<int>& in, hls::stream<int>& out) { out.write(2 * in.read()); }

TEST(HlsTask, RunsWhenATokenIsWaitedFor) {
  hls::stream<int> a("a"), b("b"), sum("sum"), out("out");
  hls::task add(Add, a, b, sum);
  hls::task twice(Double, sum, out);
  for (int i = 0; i < 5; ++i) {
    a.write(i);
    b.write(10 * i);
  }
  EXPECT_TRUE(out.empty());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(out.read(), 22 * i);
}

TEST(HlsTask, KeepsItsPlaceWhereItBlocks) {
  hls::stream<int> a("a"), b("b"), sum("sum");
  hls::task add(Add, a, b, sum);
  a.write(1);
  EXPECT_THROW(sum.read(), hls::stall);  // the task has taken a's token and waits for b's
  EXPECT_TRUE(a.empty());
  b.write(2);
  EXPECT_EQ(sum.read(), 3);
}

TEST(HlsTask, WaitsForRoomInABoundedStream) {
  hls::stream<int> in("in"), middle("middle"), go("go"), out("out");
  middle.set_capacity(1);
  hls::task first(Double, in, middle);
  hls::task second(Add, go, middle, out);
  for (int i = 1; i <= 3; ++i) in.write(i);
  EXPECT_THROW(out.read(), hls::stall);
  EXPECT_EQ(middle.size(), 1u);
  EXPECT_EQ(in.size(), 1u);  // one more is in the task, which waits for room
  for (int i = 1; i <= 3; ++i) go.write(100);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(out.read(), 100 + 2 * i);
}

void Trickle(hls::stream<int>& in, hls::stream<int>& out, std::vector<int>& waited) {
  int x = 0;
  if (!in.read_nb(x)) {
    waited.push_back(1);
    return;
  }
  out.write(x);
}

TEST(HlsTask, MayPollWithoutEnd) {
  hls::stream<int> in("in"), out("out");
  std::vector<int> waited;
  hls::task poll(Trickle, in, out, waited);
  EXPECT_THROW(out.read(), hls::stall);
  EXPECT_EQ(waited.size(), static_cast<std::size_t>(hls::detail::kIdleRounds));
  in.write(7);
  EXPECT_EQ(out.read(), 7);
}

void Delay(hls::stream<int>& out, int& rounds) {
  if (++rounds == 100) out.write(rounds);
}

TEST(HlsTask, IsGivenTimeThoughNoTokenMoves) {
  hls::stream<int> out("out");
  int rounds = 0;
  hls::task delay(Delay, out, rounds);
  EXPECT_EQ(out.read(), 100);
}

TEST(HlsTask, TurnsComeInTheOrderOfConstruction) {
  std::vector<int> order;
  hls::stream<int> out("out");
  const auto note = [&order, &out](int id) {
    order.push_back(id);
    if (order.size() == 6) out.write(0);
  };
  hls::task first(note, 1);
  hls::task second(note, 2);
  out.read();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 1, 2, 1, 2}));
}

void Fail(hls::stream<int>& in) {
  in.read();
  throw std::runtime_error("broken");
}

TEST(HlsTask, AnErrorInsideComesOutOfTheBlockedCall) {
  hls::stream<int> in("in"), out("out");
  hls::task fail(Fail, in);
  in.write(1);
  try {
    out.read();
    FAIL() << "the error was lost";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "broken");
  }
}

void Top(hls::stream<int>& in, hls::stream<int>& out) {
  hls_thread_local hls::stream<int, 4> middle("middle");
  hls_thread_local hls::task first(Double, in, middle);
  hls_thread_local hls::task second(Double, middle, out);
}

TEST(HlsTask, TasksOfATopStayWhenItReturns) {
  static hls::stream<int> in("in"), out("out");
  Top(in, out);
  in.write(1);
  EXPECT_EQ(out.read(), 4);
  Top(in, out);
  in.write(2);
  EXPECT_EQ(out.read(), 8);
  EXPECT_TRUE(out.empty());
}

}  // namespace
