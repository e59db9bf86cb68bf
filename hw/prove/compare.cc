// SPDX-License-Identifier: Apache-2.0
// The claim: a firing of the Verilog equals a firing of the source, output by output and bit by
// bit.
#include "hw/prove/compare.h"

#include <fmt/format.h>

#include <chrono>
#include <set>

#include "hw/prove/claim.h"
#include "hw/prove/solve.h"

namespace vireo::prove {
namespace {

std::string Hex(const z3::expr& number) {
  std::string text = number.to_string();
  if (text.starts_with("#b")) {
    std::string bits = text.substr(2);
    bits.insert(0, (4 - bits.size() % 4) % 4, '0');
    text = "#x";
    for (size_t i = 0; i < bits.size(); i += 4)
      text += fmt::format("{:x}", std::stoi(bits.substr(i, 4), nullptr, 2));
  }
  if (!text.starts_with("#x")) return text;
  const size_t first = text.find_first_not_of('0', 2);
  return "0x" + (first == std::string::npos ? "0" : text.substr(first));
}

// The inputs, and the state that matters, under an assignment.
std::string Describe(const Claim& claim, const Assignment& assignment, const z3::expr& about) {
  std::string text;
  for (const SourceStream& stream : claim.model.streams) {
    const bool available = IsTrue(assignment.Value(stream.status));
    const bool input = !IsFalse(stream.read) || IsFalse(stream.write);
    text += fmt::format(
        "    {} {}", stream.name,
        input ? (available ? "holds" : "is empty") : (available ? "has room" : "is full"));
    for (const Leaf& leaf : stream.leaves) {
      if (!input || !available) break;
      const z3::expr value = assignment.Value(
          Extract(stream.data, leaf.bit_offset + leaf.type->bits - 1, leaf.bit_offset));
      text += fmt::format(" {}{}{}", leaf.path, leaf.path.empty() ? "" : "=", Hex(value));
    }
    text += '\n';
  }
  std::set<unsigned> ports;
  for (const SourceStream& stream : claim.model.streams)
    ports.insert({stream.status.id(), stream.data.id()});
  const z3::expr_vector variables = FreeVariables(about);
  for (unsigned i = 0; i < variables.size(); ++i) {
    const z3::expr variable = variables[static_cast<int>(i)];
    const std::string name = variable.decl().name().str();
    if (ports.contains(variable.id())) continue;
    const z3::expr value = assignment.Value(variable);
    if (value.is_bv()) text += fmt::format("    {} = {}\n", name, Hex(value));
    z3::expr array = value;
    while (array.is_app() && array.decl().decl_kind() == Z3_OP_STORE) {
      const std::string index = Hex(array.arg(1));
      std::string element = name;
      if (const size_t bracket = element.find("[]"); bracket != std::string::npos)
        element.insert(bracket + 1, index);
      text += fmt::format("    {} = {}\n", element, Hex(array.arg(2)));
      array = array.arg(0);
    }
  }
  return text;
}

class Prover {
 public:
  Prover(const Claim& claim, double seconds) : claim_(claim), seconds_(seconds) {}

  GoalResult Prove(const Goal& goal) {
    const auto start = std::chrono::steady_clock::now();
    GoalResult result = Attempt(goal);
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
  }

 private:
  Answer Check(const Goal& goal, const z3::expr& also = True()) const {
    const z3::expr guard = And(goal.guard, also);
    Answer answer = Decide(goal.cases.empty() ? guard : And(guard, goal.cases.front()), goal.source,
                           goal.verilog, seconds_);
    for (size_t i = 1; i < goal.cases.size() && answer.verdict == Verdict::kImpossible; ++i)
      answer = Decide(And(guard, goal.cases[i]), goal.source, goal.verilog, seconds_);
    return answer;
  }

  GoalResult Attempt(const Goal& goal) {
    GoalResult result{.name = goal.name};
    undecided_ = false;
    bool suffices = !goal.sufficient.empty();
    for (const Goal& part : goal.sufficient) {
      suffices = suffices && Check(part).verdict == Verdict::kImpossible;
    }
    if (suffices) {
      result.outcome = Outcome::kProved;
      result.method = "write";
      return result;
    }
    const Answer first = Check(goal);
    result.method = first.method;
    if (first.verdict == Verdict::kImpossible) {
      result.outcome = Outcome::kProved;
      return result;
    }
    if (WithChoice(goal, result) || WithoutMisuse(goal, first, result)) return result;
    if (undecided_ || first.verdict == Verdict::kUnknown) {
      result.counterexample =
          fmt::format("  {}: not decided in {:.0f} s; raise --timeout\n", goal.name, seconds_);
      return result;
    }
    result.outcome = Outcome::kDiffers;
    const z3::expr source = first.assignment.Value(goal.source);
    const z3::expr verilog = first.assignment.Value(goal.verilog);
    result.counterexample = fmt::format(
        "  {}{}: source {}, Verilog {}\n{}", goal.place.empty() ? "" : goal.place + ": ", goal.name,
        Hex(source), Hex(verilog),
        Describe(claim_, first.assignment, And(goal.guard, Equal(goal.source, goal.verilog))));
    return result;
  }

  // Undefined values of the source may be chosen: as zero, or as what the Verilog has.
  bool WithChoice(const Goal& goal, GoalResult& result) {
    z3::expr_vector choices(Z3());
    const z3::expr_vector variables = FreeVariables(goal.source);
    for (unsigned i = 0; i < variables.size(); ++i) {
      const z3::expr variable = variables[static_cast<int>(i)];
      if (claim_.model.undefined.contains(variable.id())) choices.push_back(variable);
    }
    if (choices.empty()) return false;
    for (const bool as_verilog : {false, true}) {
      z3::expr_vector values(Z3());
      for (unsigned i = 0; i < choices.size(); ++i) {
        const uint32_t width = Width(choices[static_cast<int>(i)]);
        values.push_back(as_verilog ? Resize(goal.verilog, width, false) : Number(0, width));
      }
      Goal chosen = goal;
      chosen.source = chosen.source.substitute(choices, values);
      // Without a condition on the source first; a proof that needs one has to say so.
      Verdict verdict = Check(chosen).verdict;
      const bool needs_care = verdict != Verdict::kImpossible && !IsFalse(claim_.misuse);
      if (needs_care) verdict = Check(chosen, Not(claim_.misuse)).verdict;
      undecided_ |= verdict == Verdict::kUnknown;
      if (verdict != Verdict::kImpossible) continue;
      result.outcome = Outcome::kProved;
      result.assumed.push_back(
          fmt::format("{} holds an uninitialised value of the source, of any choice", goal.name));
      if (needs_care) {
        for (const Misuse& misuse : claim_.model.misuses)
          result.assumed.push_back("never: " + misuse.what);
      }
      return true;
    }
    return false;
  }

  bool WithoutMisuse(const Goal& goal, const Answer& first, GoalResult& result) {
    if (IsFalse(claim_.misuse)) return false;
    const Answer second = Check(goal, Not(claim_.misuse));
    undecided_ |= second.verdict == Verdict::kUnknown;
    if (second.verdict != Verdict::kImpossible) return false;
    result.outcome = Outcome::kProved;
    result.method = second.method;
    for (const Misuse& misuse : claim_.model.misuses) {
      const bool matters =
          first.verdict == Verdict::kUnknown || IsTrue(first.assignment.Value(misuse.condition));
      const std::string text = "never: " + misuse.what;
      if (matters && (result.assumed.empty() || result.assumed.back() != text))
        result.assumed.push_back(text);
    }
    return true;
  }

  const Claim& claim_;
  double seconds_;
  bool undecided_ = false;  // some attempt on the goal ran out of time
};

GoalResult CheckReset(const Goal& goal) {
  GoalResult result{.name = goal.name, .outcome = Outcome::kProved, .method = "constant"};
  if (z3::eq(goal.source, goal.verilog)) return result;
  result.outcome = Outcome::kDiffers;
  const std::string mine = goal.verilog.is_numeral() ? Hex(goal.verilog) : "not set by rst";
  result.counterexample =
      fmt::format("  {}: source {}, Verilog {}\n", goal.name, Hex(goal.source), mine);
  return result;
}

}  // namespace

Outcome Report::outcome() const {
  Outcome worst = Outcome::kProved;
  for (const GoalResult& goal : goals) {
    if (goal.outcome == Outcome::kDiffers) return Outcome::kDiffers;
    if (goal.outcome == Outcome::kUnknown) worst = Outcome::kUnknown;
  }
  return worst;
}

Report Compare(const SourceIr& ir, const Btor& btor, const CompareOptions& options) {
  const Claim claim = MakeClaim(ir, btor);
  Report report{.pipelined = claim.pipelined, .goals = {}, .notes = claim.notes};
  if (claim.pipelined) {
    GoalResult stages{.name = "stages", .outcome = Outcome::kProved, .method = "structure"};
    for (const std::string& error : claim.stage_errors)
      stages.counterexample += fmt::format("  stages: {}\n", error);
    if (!claim.stage_errors.empty()) stages.outcome = Outcome::kDiffers;
    report.goals.push_back(std::move(stages));
  }
  for (const Goal& goal : claim.reset) report.goals.push_back(CheckReset(goal));
  Prover prover(claim, options.goal_seconds);
  for (const Goal& goal : claim.goals) {
    report.goals.push_back(prover.Prove(goal));
    if (options.stop_at_first_difference && report.goals.back().outcome == Outcome::kDiffers) break;
  }
  return report;
}

}  // namespace vireo::prove
