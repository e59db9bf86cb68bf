// SPDX-License-Identifier: Apache-2.0
// The lexer, the parser, the mutations and the order in which they are taken.
#include "tests/hw/mutants/mutation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/hw/mutants/equivalents.h"
#include "tests/hw/mutants/verilog_module.h"

namespace vireo::testing {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr const char* kModule = R"(// Emitted by hand.
module other (
  input  wire a,
  output wire b
);
  assign b = ~a;
endmodule
module small (  // small.h:1
  input  wire clk,
  input  wire rst,
  input  wire [7:0] in_data,
  input  wire in_valid,
  output wire in_ready,
  output wire [3:0] out_data,
  output wire out_valid
);

  reg [7:0] held_;  // small.h:2 a & b
  (* ram_style = "distributed" *)
  reg [7:0] table_ [0:15];

  wire odd = in_data[0] ^ held_[7];
  wire [7:0] next = odd ? (in_data + 8'd1) : held_;
  wire fire = ~rst;
  assign in_ready = fire & in_valid;
  always @(posedge clk) begin
    if (fire & odd) table_[in_data[3:0]] <= next;
  end
  always @(posedge clk) begin
    if (fire) begin
      if (in_valid) held_ <= next;
    end
    if (rst) begin
      held_ <= 8'd0;
    end
  end
`ifndef SYNTHESIS
  always @(posedge clk) begin
    assert (~odd) else $error("not & odd");
  end
`endif

  reg v1;
  reg [7:0] p1_next;
  reg [7:0] p1_in_data;
  always @(posedge clk) begin
    v1 <= fire;
    p1_next <= next;
    p1_in_data <= in_data;
  end
  assign out_valid = v1;
  assign out_data = (p1_next < p1_in_data) ? p1_next[3:0] : p1_in_data[7:4];
  wire _unused = &{1'b0, odd};
endmodule
)";

std::vector<std::string> Changes(MutationKind kind, const std::string& target,
                                 const std::string& verilog = kModule) {
  std::vector<std::string> changes;
  for (const Mutation& mutation : ListMutations(verilog, "small")) {
    if (mutation.kind == kind && mutation.target == target) changes.push_back(mutation.change);
  }
  return changes;
}

// A module of one statement over a, b and c of eight bits and the bits p and q.
std::string WithStatement(const std::string& statement) {
  return "module small (input wire clk, input wire [7:0] a, input wire [7:0] b, input wire [7:0] "
         "c, "
         "input wire p, input wire q);\n" +
         statement + "\nendmodule\n";
}

TEST(Lex, LeavesOutCommentsAndAttributesAndKeepsPlaces) {
  const std::string text = "a // b & c\n(* keep *) [3:0] 4'd12 >>> \"x & y\" @(*)";
  std::vector<std::string> tokens;
  for (const Token& token : Lex(text)) {
    tokens.push_back(token.text);
    EXPECT_EQ(text.substr(token.begin, token.end - token.begin), token.text);
  }
  EXPECT_THAT(tokens, ElementsAre("a", "[", "3", ":", "0", "]", "4'd12", ">>>", "\"x & y\"", "@",
                                  "(", "*", ")"));
}

TEST(Lex, NamesAStrayCharacter) { EXPECT_THROW(Lex("wire \x01;"), std::runtime_error); }

TEST(ParseVerilogModule, KnowsWidthsMemoriesAndStatements) {
  const VerilogModule module = ParseVerilogModule(kModule, "small");
  EXPECT_EQ(module.signals.at("in_data").width, 8u);
  EXPECT_EQ(module.signals.at("v1").width, 1u);
  EXPECT_TRUE(module.signals.at("table_").is_memory);
  EXPECT_EQ(module.signals.at("table_").width, 8u);
  EXPECT_FALSE(module.signals.contains("a"));
  std::vector<std::string> conditions;
  for (const Statement& statement : module.statements) {
    if (statement.kind == Statement::Kind::kCondition) conditions.push_back(statement.target);
    EXPECT_NE(statement.target, "_unused");
  }
  EXPECT_EQ(conditions.size(), 4u);  // none of the assertion
}

TEST(ParseVerilogModule, RefusesAConstructThatItDoesNotKnow) {
  EXPECT_THROW(ParseVerilogModule(WithStatement("generate endgenerate"), "small"),
               std::runtime_error);
  EXPECT_THROW(ParseVerilogModule("module other (); endmodule", "small"), std::runtime_error);
}

TEST(Mutations, ReplaceAnOperatorByNearOnes) {
  EXPECT_THAT(Changes(MutationKind::kOperator, "x", WithStatement("wire x = a == b + c;")),
              ElementsAre("a [[== -> !=]] b + c", "a == b [[+ -> -]] c"));
  EXPECT_THAT(Changes(MutationKind::kOperator, "x", WithStatement("wire x = p & q;")),
              ElementsAre("p [[& -> |]] q", "p [[& -> ^]] q"));
  EXPECT_THAT(Changes(MutationKind::kOperator, "x", WithStatement("wire x = |a;")),
              ElementsAre("[[| -> &]] a", "[[| -> ^]] a"));
  EXPECT_THAT(Changes(MutationKind::kOperator, "x", WithStatement("wire [7:0] x = a << b;")),
              ElementsAre("a [[<< -> >>]] b"));
}

TEST(Mutations, LeaveTheArrowOfAWriteAlone) {
  EXPECT_THAT(Changes(MutationKind::kOperator, "p1_next"), IsEmpty());
}

TEST(Mutations, DropANegation) {
  EXPECT_THAT(Changes(MutationKind::kNegation, "fire"), ElementsAre("[[~ -> ]] rst"));
}

TEST(Mutations, SwapArmsToTheirEnds) {
  EXPECT_THAT(
      Changes(MutationKind::kArms, "next"),
      ElementsAre("odd ? [[( in_data + 8'd1 ) : held_ -> ( held_ ) : ( ( in_data + 8'd1 ) )]]"));
  EXPECT_THAT(
      Changes(MutationKind::kArms, "x",
              WithStatement("wire [7:0] x = p ? q ? a : b : {c[7:1], q};")),
      ElementsAre(
          "p ? [[q ? a : b : { c [ 7 : 1 ] , q } -> ( { c [ 7 : 1 ] , q } ) : ( q ? a : b )]]",
          "p ? q ? [[a : b -> ( b ) : ( a )]] : { c [ ..."));
  EXPECT_THAT(
      Changes(MutationKind::kArms, "x", WithStatement("wire [8:0] x = {p ? a : q ? b : c, p};")),
      ElementsAre("{ p ? [[a : q ? b : c -> ( q ? b : c ) : ( a )]] , p }",
                  "... a : q ? [[b : c -> ( c ) : ( b )]] , p }"));
}

TEST(Mutations, ChangeAConstantOfAnyWidth) {
  EXPECT_THAT(Changes(MutationKind::kConstant, "x", WithStatement("wire x = p ^ 1'b1;")),
              ElementsAre("p ^ [[1'b1 -> 1'b0]]"));
  const auto wide = Changes(MutationKind::kConstant, "x",
                            WithStatement("wire [99:0] x = 100'd1267650600228229401496703205375;"));
  ASSERT_EQ(wide.size(), 2u);  // from all ones
  EXPECT_THAT(wide[0], HasSubstr("-> 100'h0]]"));
  EXPECT_THAT(wide[1], HasSubstr("-> ( 100'd1267650600228229401496703205375 ^ 100'd1 << "));
  EXPECT_THAT(Changes(MutationKind::kConstant, "x", WithStatement("wire [31:0] x = 32'd254;")),
              Contains("[[32'd254 -> 32'hff]]"));
  EXPECT_THAT(Changes(MutationKind::kConstant, "x", WithStatement("wire [7:0] x = 8'h0f;")),
              Contains("[[8'h0f -> 8'b00010000]]"));
}

TEST(Mutations, MoveAPartByOneBitWithinTheSignal) {
  EXPECT_THAT(Changes(MutationKind::kSelect, "out_data"),
              ElementsAre("... ) ? p1_next [ [[3 : 0 -> 4 : 1]] ] : p1_in_data [ ...",
                          "... ] : p1_in_data [ [[7 : 4 -> 6 : 3]] ]"));
  EXPECT_THAT(Changes(MutationKind::kSelect, "odd"),
              ElementsAre("in_data [ [[0 -> 1]] ] ^ held_ [ ...", "... ] ^ held_ [ [[7 -> 6]] ]"));
  EXPECT_EQ(Changes(MutationKind::kSelect, "table_").size(), 1u);
}

TEST(Mutations, DropOrNegateTheConditionOfAWrite) {
  EXPECT_THAT(Changes(MutationKind::kCondition, "if table_"),
              ElementsAre("[[fire & odd -> 1'b1]]", "[[fire & odd -> ~ ( fire & odd )]]"));
}

// As a simulator reads it, EACH_CLOCK is 0.
const std::string kGuarded = WithStatement(R"(
`ifdef SYNTHESIS
  localparam EACH_CLOCK = 1'b1;
`else
  localparam EACH_CLOCK = 1'b0;
`endif
  wire both = p & q;
  wire active = EACH_CLOCK | both;
  reg v1;
  reg [7:0] p1_sum;
  reg [7:0] held_;
  reg [7:0] last_;
  reg [7:0] sum;
  always @(posedge clk) begin
    if (active) begin
      sum = a + b;
      p1_sum <= sum;
    end
  end
  reg [7:0] late;
  always @* begin
    late = 8'bx;
    if (v1) begin
      late = p1_sum + c;
    end
  end
  always @(posedge clk) begin
    if (v1 | EACH_CLOCK) begin
      held_ <= c;
      if (v1) begin
        last_ <= held_;
      end
    end
  end
)");

TEST(Mutations, LeaveAloneWhatOnlySavesASimulatorWork) {
  EXPECT_THAT(Changes(MutationKind::kCondition, "if sum", kGuarded),
              ElementsAre("[[active -> ~ ( active )]]"));
  EXPECT_THAT(Changes(MutationKind::kCondition, "if held_", kGuarded),
              ElementsAre("[[v1 | EACH_CLOCK -> ~ ( v1 | EACH_CLOCK )]]"));
  EXPECT_THAT(Changes(MutationKind::kCondition, "if last_", kGuarded),
              ElementsAre("[[v1 -> ~ ( v1 )]]"));
  EXPECT_THAT(Changes(MutationKind::kOperator, "active", kGuarded), IsEmpty());
  EXPECT_THAT(Changes(MutationKind::kOperator, "both", kGuarded), IsEmpty());
}

TEST(Mutations, ChangeTheVariablesOfABlockAndUseThemOnlyThere) {
  EXPECT_THAT(Changes(MutationKind::kOperator, "sum", kGuarded), ElementsAre("a [[+ -> -]] b"));
  EXPECT_THAT(Changes(MutationKind::kConstant, "late", kGuarded), IsEmpty());
  for (const std::string& change : Changes(MutationKind::kData, "held_", kGuarded)) {
    EXPECT_THAT(change, Not(AnyOf(HasSubstr("-> sum"), HasSubstr("-> late"))));
  }
}

TEST(Mutations, WriteAnotherSignalOfTheWidth) {
  const auto changes = Changes(MutationKind::kData, "table_");
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_THAT(changes, UnorderedElementsAre("[[next -> in_data]]", "[[next -> held_]]"));
}

TEST(Mutations, FeedAStageFromItsNeighbour) {
  EXPECT_THAT(Changes(MutationKind::kStage, "p1_next"), ElementsAre("[[next -> in_data]]"));
  EXPECT_THAT(Changes(MutationKind::kData, "p1_next"), IsEmpty());
}

TEST(Mutations, StickValidBits) {
  EXPECT_THAT(Changes(MutationKind::kValid, "v1"),
              ElementsAre("[[fire -> 1'b0]]", "[[fire -> 1'b1]]"));
  EXPECT_THAT(Changes(MutationKind::kValid, "in_ready").size(), 2u);
  EXPECT_THAT(Changes(MutationKind::kValid, "out_data"), IsEmpty());
}

TEST(Mutations, ChangeOnePlaceOfTheFile) {
  const std::string original = kModule;
  for (const Mutation& mutation : ListMutations(original, "small")) {
    const std::string mutant = Apply(original, mutation);
    EXPECT_NE(mutant, original);
    EXPECT_EQ(mutant.substr(0, mutation.begin), original.substr(0, mutation.begin));
    EXPECT_EQ(mutant.substr(mutation.begin + mutation.text.size()), original.substr(mutation.end));
    EXPECT_NO_THROW(ParseVerilogModule(mutant, "small")) << mutation.change;
  }
}

TEST(Mutations, HaveNamesOfTheirOwn) {
  const auto mutations = ListMutations(
      WithStatement("wire x = (p & q) ^ (p & q) ^ (p & q) ^ (p & q) ^ (p & q) ^ (p & q);"),
      "small");
  std::set<std::string> names;
  for (const Mutation& mutation : mutations) {
    names.insert(std::string(NameOf(mutation.kind)) + mutation.target + mutation.change);
  }
  EXPECT_EQ(names.size(), mutations.size());
}

std::vector<std::string> Taken(const std::string& verilog, uint64_t seed, size_t number) {
  const auto mutations = ListMutations(verilog, "small");
  Selection selection(mutations, seed, "small");
  std::vector<std::string> taken;
  while (taken.size() < number) {
    const size_t next = selection.Next();
    if (next == mutations.size()) break;
    taken.push_back(NameOf(mutations[next].kind) + (" " + mutations[next].target) + " " +
                    mutations[next].change);
  }
  return taken;
}

TEST(Selection, TakesEveryKindInTurnAndEachMutationOnce) {
  const auto all = ListMutations(kModule, "small");
  const auto taken = Taken(kModule, 1, all.size() + 10);
  EXPECT_EQ(taken.size(), all.size());
  EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), all.size());
  std::set<std::string> kinds;
  for (size_t i = 0; i < kMutationKinds; ++i) kinds.insert(taken[i].substr(0, taken[i].find(' ')));
  EXPECT_EQ(kinds.size(), kMutationKinds);
}

TEST(Selection, DependsOnTheSeedAlone) {
  EXPECT_EQ(Taken(kModule, 3, 12), Taken(kModule, 3, 12));
  EXPECT_NE(Taken(kModule, 3, 12), Taken(kModule, 4, 12));
}

TEST(Selection, StaysWhenCommentsChange) {
  std::string moved = kModule;
  moved.replace(moved.find("small.h:1"), 9, "small.h:100");
  EXPECT_EQ(Taken(kModule, 1, 12), Taken(moved, 1, 12));
}

TEST(Equivalents, AreReadWithTheirReason) {
  const auto list = ParseEquivalents("# comment\n\nsmall\tvalid\tv1\t[[fire -> 1'b1]]\tit is so\n");
  ASSERT_EQ(list.size(), 1u);
  const auto mutations = ListMutations(kModule, "small");
  EXPECT_EQ(std::count_if(mutations.begin(), mutations.end(),
                          [&](const Mutation& m) { return list[0].Names("small", m); }),
            1);
}

TEST(Equivalents, WithoutAReasonAreRefused) {
  EXPECT_THROW(ParseEquivalents("small\tvalid\tv1\t[[fire -> 1'b1]]\n"), std::runtime_error);
  EXPECT_THROW(ParseEquivalents("small\tvalid\tv1\t[[fire -> 1'b1]]\tobvious\n"),
               std::runtime_error);
}

}  // namespace
}  // namespace vireo::testing
