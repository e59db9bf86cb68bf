// SPDX-License-Identifier: Apache-2.0
// Single changes of emitted Verilog: where they can be made, and which of them a run takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vireo::testing {

enum class MutationKind {
  kOperator,   // + - & | ^ == != < <= << >> * by a near one
  kNegation,   // ~ dropped
  kArms,       // c ? a : b to c ? b : a
  kConstant,   // a sized constant off by one, or with one bit inverted
  kSelect,     // x[7:0] to x[8:1], x[3] to x[4]
  kCondition,  // the condition of a write dropped or negated
  kData,       // what is written is another signal of the width
  kStage,      // a stage register is fed from its neighbour of the width
  kValid,      // a stage's valid bit or a handshake output is stuck
};
inline constexpr size_t kMutationKinds = 9;
const char* NameOf(MutationKind kind);

struct Mutation {
  MutationKind kind;
  size_t statement;    // of the module: mutations of one statement are not taken in a row
  std::string target;  // what the statement assigns
  std::string change;  // "a | [[~b -> b]] & c": the change among the tokens around it
  size_t begin, end;   // bytes of the file
  std::string text;    // in their place
};

// All of them, in the order of the file. `target` and `change` together name one: they stay the
// same when statements before it change.
std::vector<Mutation> ListMutations(std::string_view verilog, const std::string& module);

std::string Apply(std::string_view verilog, const Mutation& mutation);

// Hands out mutations in an order that depends on the seed and their names alone: kinds take turns,
// and within a kind the statements do.
class Selection {
 public:
  Selection(const std::vector<Mutation>& mutations, uint64_t seed, const std::string& module);
  // An index into the mutations, or their number when all are taken.
  size_t Next();

 private:
  struct Candidate {
    uint64_t rank;
    bool is_taken;
  };
  const std::vector<Mutation>& mutations_;
  std::vector<Candidate> candidates_;
  std::vector<size_t> taken_;  // by statement
  size_t turn_;
};

}  // namespace vireo::testing
