// SPDX-License-Identifier: Apache-2.0
// The module that holds the original and its mutants.
#include "tests/hw/mutants/switched_module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vireo::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kModule = R"(module other (input wire a);
endmodule
module small (
  input  wire clk,
  input  wire [7:0] a,
  input  wire [7:0] b
);
  wire same = a == b;
  reg [7:0] held_;
  always @(posedge clk) begin
    if (same) held_ <= $signed(a) >>> 2'd1;
  end
endmodule
)";

std::string Switched(const std::vector<std::string>& changes) {
  std::vector<Mutation> chosen;
  const std::vector<Mutation> all = ListMutations(kModule, "small");
  for (const std::string& change : changes) {
    const auto found = std::ranges::find(all, change, &Mutation::change);
    EXPECT_NE(found, all.end()) << change;
    if (found != all.end()) chosen.push_back(*found);
  }
  return SwitchedModule(kModule, "small", chosen);
}

TEST(SwitchedModule, AsksOnceWhichMutantActs) {
  EXPECT_THAT(Switched({}), HasSubstr("input  wire [7:0] b\n"
                                      ");\n"
                                      "  import \"DPI-C\" function int vireo_mutant();\n"
                                      "  reg [31:0] mutant_;\n"
                                      "  initial mutant_ = vireo_mutant();\n"));
}

TEST(SwitchedModule, WithoutMutantsIsTheOriginal) {
  std::string switched = Switched({});
  const size_t begin = switched.find("\n  import");
  switched.erase(begin, switched.find(";\n\n", begin) + 2 - begin);
  EXPECT_EQ(switched, kModule);
}

TEST(SwitchedModule, ChoosesBetweenTheMutantsOfAnExpressionAndTheOriginal) {
  EXPECT_THAT(Switched({"a [[== -> !=]] b", "[[same -> 1'b1]]"}),
              HasSubstr("wire same = mutant_ == 32'd1 ? (a != b) : (a == b);"));
  EXPECT_THAT(Switched({"[[same -> 1'b1]]", "[[same -> ~ ( same )]]"}),
              HasSubstr("if (mutant_ == 32'd2 ? ($signed(~(same))) : mutant_ == 32'd1 ? "
                        "($signed(1'b1)) : (same)) held_ <="));
}

TEST(SwitchedModule, LeavesASignedOriginalSigned) {
  EXPECT_THAT(Switched({"[[$signed ( a ) >>> 2'd1 -> b]]"}),
              HasSubstr("held_ <= mutant_ == 32'd1 ? ($signed(b)) : ($signed(a) >>> 2'd1);"));
}

TEST(SwitchedModule, LeavesOtherExpressionsAlone) {
  EXPECT_THAT(Switched({"[[same -> 1'b1]]"}), HasSubstr("wire same = a == b;"));
  EXPECT_THAT(Switched({}), Not(HasSubstr("mutant_ ==")));
}

}  // namespace
}  // namespace vireo::testing
