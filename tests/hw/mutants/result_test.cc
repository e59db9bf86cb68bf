// SPDX-License-Identifier: Apache-2.0
// Results in their files and in the table.
#include "tests/hw/mutants/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace vireo::testing {
namespace {

using ::testing::HasSubstr;

Result Example(const char* process, size_t survivors) {
  return {.process = process,
          .mutants = 20,
          .killed = 17,
          .by_cosim = 15,
          .by_proof = 16,
          .asked = 19,
          .listed = 2,
          .survivors = survivors,
          .invalid = 4,
          .complaints = survivors,
          .kinds = {3, 0, 0, 0, 0, 0, 0, 0, 5}};
}

TEST(Result, IsReadAsItWasPrinted) {
  const Result example = Example("fifo", 1);
  const Result read = ParseResult(Print(example));
  EXPECT_EQ(read.process, "fifo");
  EXPECT_EQ(read.survivors, 1u);
  EXPECT_EQ(read.complaints, 1u);
  EXPECT_EQ(read.kinds, example.kinds);
  EXPECT_EQ(Print(read), Print(example));
}

TEST(Result, CutOffIsRefused) {
  EXPECT_THROW(ParseResult(""), std::runtime_error);
  EXPECT_THROW(ParseResult("fifo 20 17"), std::runtime_error);
}

TEST(Table, HasARowForEachProcessAndTheirSum) {
  const std::string table = Table(std::vector{Example("fifo", 1), Example("arbiter", 0)});
  EXPECT_THAT(table, HasSubstr("fifo                           20         17         15         16"
                               "         19          2          1          4\n"));
  EXPECT_THAT(table, HasSubstr("total                          40         34         30         32"
                               "         38          4          1          8\n"));
  EXPECT_THAT(table, HasSubstr("operator 6  negation 0"));
  EXPECT_THAT(table, HasSubstr("valid 10\n"));
}

}  // namespace
}  // namespace vireo::testing
