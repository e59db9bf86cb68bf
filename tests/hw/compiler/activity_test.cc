// SPDX-License-Identifier: Apache-2.0
// Which firings count as doing something: too few would be wrong, too many slow.

#include "hw/compiler/activity.h"

#include <gtest/gtest.h>

#include "hw/compiler/schedule.h"
#include "tests/hw/compiler/small_processes.h"

namespace vireo::compiler {
namespace {

// Reads `in` if there is a token; the condition.
Node* ReadIfThere(ProcessBuilder& b, uint32_t width, Node** data) {
  Node* valid = b.graph().Input(Op::kStreamValid, 1, 0);
  *data = b.Input("in", width, valid);
  return valid;
}

TEST(ActivityTest, AFiringWithoutATokenIsIdle) {
  ProcessBuilder b("p");
  Node* data = nullptr;
  Node* valid = ReadIfThere(b, 8, &data);
  Node* last = b.Register("last_", 8);
  b.Next(last, b.graph().Mux(valid, data, last));
  EXPECT_EQ(ScheduleProcess(b.process(), {}).active, valid);
}

TEST(ActivityTest, WhatATokenImpliesAddsNothing) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* data = nullptr;
  Node* valid = ReadIfThere(b, 8, &data);
  Node* odd = b.Register("odd_", 8);
  b.Next(odd, g.Mux(g.And(valid, g.Extract(data, 0, 1)), data, odd));
  EXPECT_EQ(ScheduleProcess(b.process(), {}).active, valid);
}

TEST(ActivityTest, AStateThatKeepsItsValueIsIdle) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* data = nullptr;
  Node* valid = ReadIfThere(b, 8, &data);
  Node* left = b.Register("left_", 8);
  Node* some = g.Not(g.Eq(left, g.Const(8, 0)));
  Node* next = g.Sub(left, g.ZExt(some, 8));
  b.Next(left, next);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_EQ(schedule.active, g.Or(valid, g.Ne(next, left)));
}

TEST(ActivityTest, AValueThatIsHandedOnIsActivity) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* data = nullptr;
  Node* valid = ReadIfThere(b, 8, &data);
  Node* first = b.Register("first_", 8);
  Node* second = b.Register("second_", 8);
  b.Next(first, g.Mux(valid, data, first));
  b.Next(second, first);
  const Schedule schedule = ScheduleProcess(b.process(), {});
  EXPECT_EQ(schedule.active, g.Or(valid, g.Ne(first, second)));
}

TEST(ActivityTest, AWideRegisterThatIsAlwaysSetIsNeverIdle) {
  ProcessBuilder b("p");
  Node* data = nullptr;
  ReadIfThere(b, 65, &data);
  Node* wide = b.Register("wide_", 65);
  b.Next(wide, b.graph().Not(wide));
  EXPECT_TRUE(ScheduleProcess(b.process(), {}).active->IsAllOnes());
}

TEST(ActivityTest, AChangeThatIsDecidedInALaterStageCounts) {
  ProcessBuilder b("p");
  Graph& g = b.graph();
  Node* data = nullptr;
  ReadIfThere(b, 32, &data);
  Node* mixed = data;
  for (uint64_t i = 1; i <= 12; ++i) {
    mixed = g.Xor(g.Add(mixed, g.Const(32, i)), g.Const(32, 0x55));
  }
  Node* seen = b.Register("seen_", 1);
  b.Next(seen, g.Or(seen, g.Eq(mixed, g.Const(32, 7))));
  const Schedule schedule = ScheduleProcess(b.process(), {});
  ASSERT_GT(schedule.register_stage[0], 0U);
  EXPECT_TRUE(schedule.active->IsAllOnes());
}

}  // namespace
}  // namespace vireo::compiler
