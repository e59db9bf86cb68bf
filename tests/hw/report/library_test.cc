// SPDX-License-Identifier: Apache-2.0
// Reading processes.tsv, and what is said of a wrong one.

#include "hw/report/library.h"

#include <gtest/gtest.h>

namespace vireo::report {
namespace {

TEST(ParseLibrary, ReadsModulesInTheirOrder) {
  const auto entries = ParseLibrary(
      "# Columns\n"
      "fifo\tprocess\tvireo::Fifo<ap_uint<8>, 4>\thw/a.h hw/b.h\n"
      "\n"
      "example\tnetwork\tvireo::Example\thw/c.h\n");
  ASSERT_TRUE(entries) << entries.error();
  ASSERT_EQ(entries->size(), 2);
  EXPECT_EQ((*entries)[0].module, "fifo");
  EXPECT_FALSE((*entries)[0].is_network);
  EXPECT_EQ((*entries)[1].module, "example");
  EXPECT_TRUE((*entries)[1].is_network);
}

TEST(ParseLibrary, SaysWhichLineIsWrong) {
  const auto error = [](const char* text) {
    const auto entries = ParseLibrary(text);
    return entries ? "none" : entries.error();
  };
  EXPECT_EQ(error("# only\n"), "no process in it");
  EXPECT_EQ(error("a process top source\n"),
            "line 1: 1 columns; write module, kind, top and sources with a tab between each");
  EXPECT_EQ(error("a\tprocess\tt\ts\nb\tunit\tt\ts\n"),
            "line 2: kind 'unit'; write process or network");
  EXPECT_EQ(error("a\tprocess\tt\ts\na\tprocess\tt\ts\n"),
            "line 2: module 'a' stands here for the second time");
}

}  // namespace
}  // namespace vireo::report
