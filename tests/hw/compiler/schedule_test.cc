// SPDX-License-Identifier: Apache-2.0
// Which stage the scheduler gives to what, and what it says where the clock cannot be met.

#include "hw/compiler/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw/compiler/piping.h"
#include "hw/compiler/weaken.h"
#include "tests/hw/compiler/small_processes.h"

namespace vireo::compiler {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// `count` additions one after the other.
Node* Chain(Graph& g, Node* value, uint64_t first, int count) {
  for (int i = 0; i < count; ++i) {
    value = g.Xor(g.Add(value, g.Const(value->width, first + static_cast<uint64_t>(i))),
                  g.Const(value->width, 0x55));
  }
  return value;
}

TEST(ScheduleTest, LongLogicIsCutIntoStages) {
  ProcessBuilder b("p");
  Node* in = b.Input("in", 32);
  b.Output("out", Chain(b.graph(), in, 1, 12));
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_THAT(schedule.violations, IsEmpty());
  EXPECT_GE(schedule.latency, 2U);
  EXPECT_GE(schedule.slack(), 0);
  EXPECT_EQ(schedule.outputs[0].stage, schedule.latency);
  EXPECT_TRUE(schedule.outputs[0].exact_reserve);
  EXPECT_TRUE(schedule.outputs[0].exact_wait);
}

TEST(ScheduleTest, WithoutPipelineAllStandsInStageZero) {
  ProcessBuilder b("p");
  Node* in = b.Input("in", 32);
  const uint32_t table = b.Memory("table_", 32, 64, 2);
  Node* read = b.Read(table, b.graph().Extract(in, 0, 6));
  b.Output("out", Chain(b.graph(), read, 1, 12));
  const Schedule schedule = ScheduleProcess(b.process(), {.pipeline = false});
  EXPECT_THAT(schedule.violations, IsEmpty());
  EXPECT_EQ(schedule.latency, 0U);
  EXPECT_EQ(schedule.memory_latency[0], 0U);
  EXPECT_LT(schedule.slack(), 0);
}

TEST(ScheduleTest, ARegisterIsReadAndWrittenInOneStage) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 16);
  Node* sum = b.Register("sum_", 16);
  Node* next = g.Add(sum, Chain(g, in, 1, 12));
  b.Next(sum, next);
  b.Output("out", next);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_THAT(schedule.violations, IsEmpty());
  EXPECT_GE(schedule.register_stage[0], 2U);
  EXPECT_EQ(schedule.stage[sum->id], schedule.register_stage[0]);
  EXPECT_EQ(schedule.stage[next->id], schedule.register_stage[0]);
}

TEST(ScheduleTest, ARegisterThatTakesAnothersValueIsReadBeforeItChanges) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 32);
  Node* last = b.Register("last_", 32);
  Node* before = b.Register("before_", 32);
  b.Next(last, in);
  b.Next(before, last);
  b.Output("out", g.Xor(before, Chain(g, in, 1, 12)));
  const Schedule schedule = ScheduleProcess(b.process(), {});
  ASSERT_GE(schedule.outputs[0].stage, 1U);
  const Piping piping(b.process(), schedule);
  EXPECT_TRUE(piping.IsPiped(*before));
  EXPECT_EQ(schedule.register_stage[1], schedule.stage[before->id]);
  EXPECT_EQ(piping.LastStage(*before), schedule.outputs[0].stage);
}

TEST(ScheduleTest, ARecurrenceOverTheClockIsReportedWithItsPath) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 16);
  Node* state = b.Register("state_", 16);
  g.SetLocation(b.At(42));
  b.Next(state, Chain(g, g.Xor(state, in), 1, 12));
  b.Output("out", state);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  ASSERT_EQ(schedule.violations.size(), 1U);
  const Violation& violation = schedule.violations[0];
  EXPECT_EQ(violation.kind, Violation::Kind::kTiming);
  EXPECT_FALSE(schedule.has_errors());
  EXPECT_LT(violation.slack, 0);
  EXPECT_THAT(violation.message, HasSubstr("the cycle of state through 'state_' takes"));
  EXPECT_EQ(violation.location.line, 10U);
  EXPECT_THAT(FormatPath(violation.path), HasSubstr("p.cc:42"));
  EXPECT_THAT(FormatPath(violation.path), HasSubstr("register state_, with setup"));
}

TEST(ScheduleTest, WhatDecidesAboutReadingStandsInStageZeroWithItsState) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* busy = b.Register("busy_", 1);
  Node* in = b.Input("in", 16, g.Not(busy));
  b.Next(busy, g.Xor(busy, g.Eq(Chain(g, in, 1, 6), g.Const(16, 7))));
  b.Output("out", in);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_EQ(schedule.register_stage[0], 0U);
  ASSERT_EQ(schedule.violations.size(), 1U);
  EXPECT_LT(schedule.slack(), 0);
}

TEST(ScheduleTest, ASynchronousMemoryAnswersLater) {
  ProcessBuilder b("p");
  Node* in = b.Input("in", 9);
  const uint32_t rom = b.Memory("rom_", 32, 512, 2);
  Node* read = b.Read(rom, in);
  b.Output("out", read);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_THAT(schedule.violations, IsEmpty());
  EXPECT_EQ(schedule.read_stage[0][0], 0U);
  EXPECT_EQ(schedule.stage[read->id], 2U);
  EXPECT_EQ(schedule.outputs[0].stage, 2U);
}

TEST(ScheduleTest, ReadAndWriteOfACheckedMemoryShareAStage) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 32);
  const uint32_t table = b.Memory("table_", 16, 64);
  Node* address = g.Extract(Chain(g, in, 1, 8), 0, 6);
  Node* read = b.Read(table, address);
  b.Write(table, g.True(), address, g.Add(read, g.Const(16, 1)));
  b.Output("out", read);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_THAT(schedule.violations, IsEmpty());
  EXPECT_GE(schedule.memory_stage[0], 1U);
  EXPECT_EQ(schedule.read_stage[0][0], schedule.memory_stage[0]);
}

TEST(ScheduleTest, ReadModifyWriteOfASynchronousMemoryIsRefused) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 6);
  const uint32_t table = b.Memory("table_", 16, 64, 1);
  Node* read = b.Read(table, in);
  b.Write(table, g.True(), in, g.Add(read, g.Const(16, 1)));
  b.Output("out", read);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_TRUE(schedule.has_errors());
  ASSERT_EQ(schedule.violations.size(), 1U);
  EXPECT_THAT(schedule.violations[0].message,
              HasSubstr("memory 'table_' depends on what the same"));
  EXPECT_THAT(schedule.violations[0].message, HasSubstr("#pragma HLS DEPENDENCE variable=table_"));
}

TEST(ScheduleTest, APromisedDistanceLetsTheWriteComeLater) {
  const auto build = [](uint32_t distance, bool checked) {
    ProcessBuilder b("p");
    Graph& g = b.graph();
    Node* in = b.Input("in", 6);
    const uint32_t table = b.Memory("table_", 16, 64, 1);
    b.process().memories[table].dependence = {checked, distance};
    Node* read = b.Read(table, in);
    b.Write(table, g.True(), in, Chain(g, read, 1, 4));
    b.Output("out", read);
    return ScheduleProcess(b.process(), {});
  };
  const Schedule free = build(1, false);
  EXPECT_THAT(free.violations, IsEmpty());
  const uint32_t gap = free.memory_stage[0] - free.read_stage[0][0];
  EXPECT_GE(gap, 2U);
  EXPECT_THAT(build(gap + 1, true).violations, IsEmpty());
  const Schedule refused = build(gap, true);
  ASSERT_TRUE(refused.has_errors());
  EXPECT_THAT(refused.violations[0].message,
              HasSubstr("promise distance=" + std::to_string(gap + 1)));
}

TEST(ScheduleTest, AReadIsDelayedTowardsALateWriteThatDoesNotDependOnIt) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 32);
  const uint32_t table = b.Memory("table_", 32, 64, 1);
  b.process().memories[table].dependence = {true, 2};
  Node* read = b.Read(table, g.Extract(in, 0, 6));
  b.Write(table, g.True(), g.Extract(in, 0, 6), Chain(g, in, 1, 16));
  b.Output("out", read);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_THAT(schedule.violations, IsEmpty());
  EXPECT_GE(schedule.memory_stage[0], 2U);
  EXPECT_EQ(schedule.read_stage[0][0] + 1, schedule.memory_stage[0]);
}

TEST(ScheduleTest, ReadingAStreamMayNotDependOnASynchronousMemory) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 6);
  const uint32_t rom = b.Memory("rom_", 1, 64, 1);
  Node* read = b.Read(rom, in);
  b.Input("more", 8, read);
  b.Output("out", g.ZExt(read, 8));
  const Schedule schedule = ScheduleProcess(b.process(), {});
  ASSERT_TRUE(schedule.has_errors());
  EXPECT_THAT(schedule.violations[0].message,
              HasSubstr("whether a stream is read depends on memory 'rom_'"));
}

TEST(ScheduleTest, StateOnACycleThroughASynchronousMemoryIsRefused) {
  ProcessBuilder b("p");
  Node* in = b.Input("in", 6);
  Node* at = b.Register("at_", 6);
  const uint32_t rom = b.Memory("rom_", 6, 64, 1);
  b.Next(at, b.graph().Xor(b.Read(rom, at), in));
  b.Output("out", at);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  ASSERT_TRUE(schedule.has_errors());
  EXPECT_THAT(schedule.violations[0].message, HasSubstr("no state may lie on a cycle through it"));
}

TEST(ScheduleTest, RoomIsReservedWhereAPushIsDecidedLate) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 32);
  Node* late = g.Eq(Chain(g, in, 1, 12), g.Const(32, 5));
  Node* push = g.And(late, g.Extract(in, 0, 1));
  b.Output("out", in, push);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  const OutputSchedule& out = schedule.outputs[0];
  EXPECT_GE(out.stage, 1U);
  EXPECT_FALSE(out.exact_reserve);
  EXPECT_FALSE(out.exact_wait);
  Node* room = g.Input(Op::kStreamRoom, 1, 0);
  Node* first = g.Extract(in, 0, 1);
  EXPECT_EQ(out.reserve, g.And(first, room));
  EXPECT_EQ(out.wait, g.And(first, g.Not(room)));
}

TEST(ScheduleTest, OnlyUsedBitsArePiped) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 512);
  Node* sum = Chain(g, g.Extract(in, 480, 32), 1, 8);
  // Late use of 8 + 4 bits of the input, one field of them extended to 64 bits.
  Node* late = g.Add(g.ZExt(sum, 64), g.SExt(g.Extract(in, 8, 8), 64));
  b.Output("out", g.Xor(late, g.ZExt(g.Extract(in, 100, 4), 64)));
  const Schedule schedule = ScheduleProcess(b.process(), {});
  ASSERT_GE(schedule.latency, 1U);
  const Piping piping(b.process(), schedule);
  const std::vector<BitRange> runs = piping.Runs(*in, 1);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].low, 8U);
  EXPECT_EQ(runs[0].width, 8U);
  EXPECT_EQ(runs[1].low, 100U);
  EXPECT_EQ(runs[1].width, 4U);
}

TEST(WeakenTest, UnknownAtomsCountByPolarity) {
  Graph g;
  Node* a = g.Input(Op::kRegister, 1, 0);
  Node* late = g.Input(Op::kRegister, 1, 1);
  Node* other = g.Input(Op::kRegister, 1, 2);
  const auto ready = [&](const Node* n) { return n == a || n == other; };
  EXPECT_EQ(Weaken(g, g.And(a, late), ready), a);
  EXPECT_EQ(Weaken(g, g.And(a, g.Not(late)), ready), a);
  EXPECT_EQ(Weaken(g, g.Or(a, late), ready), g.True());
  EXPECT_EQ(Weaken(g, g.Not(g.Or(a, late)), ready), g.Not(a));
  EXPECT_EQ(Weaken(g, g.Not(g.And(a, late)), ready), g.True());
  EXPECT_EQ(Weaken(g, g.Mux(late, a, other), ready), g.Or(a, other));
  EXPECT_EQ(Weaken(g, g.OneHotMux({{late, a}, {other, late}}), ready), g.Or(a, other));
}

TEST(DelayTest, SmallLogicIsPackedIntoOneLut) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* in = b.Input("in", 6);
  const auto bit = [&](uint32_t i) { return g.Extract(in, i, 1); };
  Node* five = g.Or(g.And(bit(0), bit(1)), g.Mux(bit(2), bit(3), bit(4)));
  b.Output("out", five);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_EQ(schedule.arrival[five->id], delay::kClockToQ + delay::kLut);
}

}  // namespace
}  // namespace vireo::compiler
