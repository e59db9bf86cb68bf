// SPDX-License-Identifier: Apache-2.0
// Reading the reports of vireo-hls.

#include "hw/report/lowering.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vireo::report {
namespace {

using ::testing::HasSubstr;

std::string Report(double period_ns, const std::string& violations = "") {
  return fmt::format(
      R"({{"clock_ns": 4.0, "delay_model": "a proxy", "processes": [{{
         "name": "Fifo", "ii": 1, "latency": 2, "estimated_period_ns": {},
         "critical_path": {{"at": "a.h:3", "steps": []}}, "violations": [{}]}}]}})",
      period_ns, violations);
}

TEST(ParseLowering, ReadsWhatTheTableShows) {
  const Result<Lowering> lowering = ParseLowering(Report(3.5));
  ASSERT_TRUE(lowering) << lowering.error();
  EXPECT_EQ(lowering->clock_ns, 4.0);
  EXPECT_EQ(lowering->delay_model, "a proxy");
  ASSERT_EQ(lowering->processes.size(), 1);
  EXPECT_EQ(lowering->processes[0].name, "Fifo");
  EXPECT_EQ(lowering->processes[0].ii, 1);
  EXPECT_EQ(lowering->processes[0].latency, 2);
  EXPECT_EQ(lowering->processes[0].period_ns, 3.5);
  EXPECT_EQ(lowering->processes[0].period_at, "a.h:3");
}

TEST(ParseLowering, ReadsViolationsWithAndWithoutAPlace) {
  const Result<Lowering> lowering = ParseLowering(
      Report(4.5, R"({"at": "a.h:7", "message": "too long"}, {"at": null, "message": "also"})"));
  ASSERT_TRUE(lowering) << lowering.error();
  const std::vector<Violation>& violations = lowering->processes[0].violations;
  ASSERT_EQ(violations.size(), 2);
  EXPECT_EQ(violations[0].at, "a.h:7");
  EXPECT_EQ(violations[0].message, "too long");
  EXPECT_EQ(violations[1].at, "");
}

TEST(ParseLowering, NamesTheKeyThatIsMissing) {
  EXPECT_THAT(ParseLowering(R"({"clock_ns": 4.0})").error(), HasSubstr("'delay_model'"));
  EXPECT_THAT(ParseLowering("nothing").error(), HasSubstr("not a report of vireo-hls"));
  EXPECT_THAT(ParseLowering(R"({"clock_ns": 4.0, "delay_model": "", "processes": []})").error(),
              HasSubstr("no process"));
}

TEST(MeetsClock, AllowsThePeriodToEqualTheClock) {
  EXPECT_TRUE(MeetsClock(*ParseLowering(Report(4.0))));
  EXPECT_FALSE(MeetsClock(*ParseLowering(Report(4.001))));
}

TEST(MeetsClock, FailsByAViolationWhateverThePeriod) {
  EXPECT_FALSE(MeetsClock(*ParseLowering(Report(1.0, R"({"message": "dependence"})"))));
}

}  // namespace
}  // namespace vireo::report
