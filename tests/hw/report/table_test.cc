// SPDX-License-Identifier: Apache-2.0
// The table as it is printed.

#include "hw/report/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vireo::report {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

Row MakeRow(const std::string& module, double period_ns, CellCounts cells) {
  return {.entry = {.module = module},
          .lowering = Lowering{.clock_ns = 4.0,
                               .delay_model = "a proxy for a card",
                               .processes = {{.name = "Fifo",
                                              .latency = 1,
                                              .period_ns = period_ns,
                                              .period_at = "a.h:3",
                                              .violations = {}}}},
          .cells = std::move(cells),
          .errors = {}};
}

// The lines below the header.
std::string BodyOf(const std::string& table) { return table.substr(table.find("\n\n") + 2); }

TEST(TableText, HasALineForEachProcessAndTheirTotals) {
  const std::string table =
      TableText({MakeRow("fifo", 3.456, {{"LUT6", 12}, {"FDRE", 100}, {"RAMB18E2", 1}}),
                 MakeRow("checksum_512", 4.0, {{"LUT2", 3}, {"CARRY4", 5}, {"RAM32M16", 2}})},
                "Yosys 0.23");
  EXPECT_EQ(
      BodyOf(table),
      "process       II latency    period  clock     LUT      FF  LUTRAM   BRAM  URAM  carry   "
      "DSP\n"
      "fifo           1       1      3.46   4.00      12     100       0    0.5     0      0     "
      "0\n"
      "checksum_512   1       1      4.00   4.00       3       0      16      0     0      5     "
      "0\n"
      "total                                          15     100      16    0.5     0      5     "
      "0\n"
      "\n"
      "2 of 2 meet their clock by the model.\n");
}

TEST(TableText, SaysWhereItsNumbersComeFrom) {
  std::string table = TableText({MakeRow("fifo", 3.0, {{"CARRY4", 1}})}, "Yosys 0.23 (git)");
  EXPECT_THAT(table, Not(ContainsRegex("[^\n]{101}")));
  for (size_t at = 0; (at = table.find("\n  ")) != std::string::npos;) table.replace(at, 3, " ");
  EXPECT_THAT(table, HasSubstr("a proxy by the delay model in hw/compiler/delay.h, no result of "
                               "Vivado: a proxy for a card."));
  EXPECT_THAT(table, HasSubstr("Area: no result of Vivado but of Yosys 0.23 (git): "));
  EXPECT_THAT(table, HasSubstr("synth_xilinx -family xcup"));
  EXPECT_THAT(table, HasSubstr("CARRY4 cells"));
}

TEST(TableText, MarksWhatMissesItsClockAndSaysWhy) {
  Row slow = MakeRow("bucket", 4.348, {});
  slow.lowering->processes[0].violations = {{.at = "b.h:48", .message = "the cycle is too long"}};
  const std::vector<Row> rows = {MakeRow("fifo", 3.0, {}), slow, MakeRow("late", 4.1, {})};
  const std::string table = TableText(rows, "Yosys");
  EXPECT_THAT(table, HasSubstr("  MISSES THE CLOCK\nlate "));
  EXPECT_THAT(table, HasSubstr("1 of 3 meet their clock"));
  EXPECT_THAT(table, HasSubstr("bucket: b.h:48: the cycle is too long\n"));
  EXPECT_THAT(table,
              HasSubstr("late: Fifo takes 4.10 ns, 0.10 ns more than the clock, at a.h:3\n"));
  EXPECT_FALSE(AllWell(rows));
  EXPECT_TRUE(AllWell({rows[0]}));
}

TEST(TableText, ShowsTheProcessesOfANetworkUnderIt) {
  Row network = MakeRow("example", 2.0, {{"LUT6", 9}});
  network.entry.is_network = true;
  network.lowering->processes.push_back(
      {.name = "Crc32", .latency = 4, .period_ns = 3.86, .period_at = "", .violations = {}});
  EXPECT_THAT(BodyOf(TableText({network}, "Yosys")),
              HasSubstr("example   1       -      3.86   4.00       9       0       0      0     0 "
                        "     0     0\n"
                        "  Fifo    1       1      2.00   4.00\n"
                        "  Crc32   1       4      3.86   4.00\n"
                        "total"));
}

TEST(TableText, KeepsARowForWhatCouldNotBeMeasured) {
  Row row = {.entry = {.module = "gone"}, .lowering = {}, .cells = {}, .errors = {"not lowered"}};
  const std::vector<Row> rows = {row, MakeRow("fifo", 3.0, {{"LUT6", 1}})};
  const std::string table = TableText(rows, "Yosys");
  EXPECT_THAT(table, HasSubstr("gone   -       -         -      -       -"));
  EXPECT_THAT(table, HasSubstr("gone: not lowered\n"));
  EXPECT_FALSE(AllWell(rows));
}

TEST(TableText, NamesCellsThatFitNoColumn) {
  EXPECT_THAT(TableText({MakeRow("fifo", 3.0, {{"LDCE", 2}})}, "Yosys"),
              HasSubstr("fifo: 2 LDCE in none of the columns\n"));
}

TEST(TableJson, HasTheTableWithAllCells) {
  const auto json = nlohmann::json::parse(
      TableJson({MakeRow("fifo", 3.5, {{"LUT6", 2}, {"RAMB18E2", 3}})}, "Yosys 0.23"));
  EXPECT_EQ(json["area_is_of"], "Yosys 0.23");
  EXPECT_EQ(json["all_well"], true);
  const auto& module = json["modules"][0];
  EXPECT_EQ(module["name"], "fifo");
  EXPECT_EQ(module["meets_clock"], true);
  EXPECT_EQ(module["processes"][0]["period_ns"], 3.5);
  EXPECT_EQ(module["area"]["bram36"], 1.5);
  EXPECT_EQ(module["cells"]["LUT6"], 2);
  EXPECT_EQ(json["total_area"]["lut"], 2);
}

}  // namespace
}  // namespace vireo::report
