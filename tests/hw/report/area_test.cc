// SPDX-License-Identifier: Apache-2.0
// Cells as Yosys counts them, in columns.

#include "hw/report/area.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vireo::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(ParseStat, TakesTheCellsOfTheOneModule) {
  const Result<CellCounts> cells = ParseStat(R"({
    "creator": "Yosys 0.23",
    "modules": {"\\top": {"num_cells": 5, "num_cells_by_type": {"LUT6": 3, "FDRE": 2}}},
    "design": {"num_cells": 5, "num_cells_by_type": {"LUT6": 3, "FDRE": 2}}})");
  ASSERT_TRUE(cells) << cells.error();
  EXPECT_THAT(*cells, UnorderedElementsAre(Pair("LUT6", 3), Pair("FDRE", 2)));
}

TEST(ParseStat, TakesAModuleWithoutCells) {
  const Result<CellCounts> cells = ParseStat(R"({"modules": {"\\t": {"num_cells_by_type": {}}}})");
  ASSERT_TRUE(cells) << cells.error();
  EXPECT_TRUE(cells->empty());
}

TEST(ParseStat, RefusesAHierarchy) {
  const Result<CellCounts> cells =
      ParseStat(R"({"modules": {"a": {"num_cells_by_type": {}}, "b": {"num_cells_by_type": {}}}})");
  ASSERT_FALSE(cells);
  EXPECT_EQ(cells.error(), "yosys left 2 modules where -flatten leaves one");
}

TEST(ParseStat, RefusesWhatIsNoStatistics) {
  for (const char* text : {"", "{", "[]", "{}", R"({"modules": 3})", R"({"modules": {"a": {}}})",
                           R"({"modules": {"a": {"num_cells_by_type": {"LUT6": "x"}}}})"}) {
    const Result<CellCounts> cells = ParseStat(text);
    EXPECT_FALSE(cells) << text;
  }
  EXPECT_THAT(ParseStat("{}").error(), HasSubstr("'stat -json' of Yosys 0.23"));
}

TEST(AreaOf, PutsEachCellIntoItsColumn) {
  const Area area = AreaOf({{"LUT1", 1},
                            {"LUT6", 10},
                            {"INV", 2},
                            {"FDRE", 20},
                            {"FDSE", 1},
                            {"CARRY4", 7},
                            {"CARRY8", 2},
                            {"URAM288", 3},
                            {"DSP48E2", 4}});
  EXPECT_EQ(area.luts, 13);
  EXPECT_EQ(area.flip_flops, 21);
  EXPECT_EQ(area.carry4s, 7);
  EXPECT_EQ(area.carry8s, 2);
  EXPECT_EQ(area.urams, 3);
  EXPECT_EQ(area.dsps, 4);
  EXPECT_TRUE(area.others.empty());
}

TEST(AreaOf, CountsTheLutsInsideMemoryCells) {
  EXPECT_EQ(AreaOf({{"RAM32M16", 2}, {"RAM64M8", 1}, {"SRL16E", 3}}).memory_luts, 27);
  EXPECT_EQ(AreaOf({{"RAM64X1D", 1}, {"RAM256X1D", 1}}).memory_luts, 10);
}

TEST(AreaOf, CountsBlockRamInHalves) {
  EXPECT_EQ(AreaOf({{"RAMB18E2", 1}, {"RAMB36E2", 2}}).half_brams, 5);
}

TEST(AreaOf, HidesNothingItDoesNotKnow) {
  EXPECT_THAT(AreaOf({{"LDCE", 2}, {"$assert", 1}, {"LUT2", 1}}).others,
              UnorderedElementsAre(Pair("LDCE", 2), Pair("$assert", 1)));
}

TEST(Area, Adds) {
  Area sum = AreaOf({{"LUT2", 1}, {"LDCE", 1}, {"RAMB18E2", 1}, {"CARRY4", 1}});
  sum += AreaOf({{"LUT3", 2}, {"LDCE", 3}, {"RAMB36E2", 1}, {"FDRE", 5}, {"URAM288", 1}});
  EXPECT_EQ(
      sum,
      AreaOf(
          {{"LUT2", 3}, {"LDCE", 4}, {"RAMB18E2", 3}, {"CARRY4", 1}, {"FDRE", 5}, {"URAM288", 1}}));
}

}  // namespace
}  // namespace vireo::report
