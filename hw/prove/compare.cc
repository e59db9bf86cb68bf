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
  // The variables that the guard fixes are put in, which makes both sides smaller.
  static void Narrow(Goal& goal) {
    z3::expr_vector fixed(Z3());
    z3::expr_vector values(Z3());
    std::vector<z3::expr> open{goal.guard};
    while (!open.empty()) {
      const z3::expr e = open.back();
      open.pop_back();
      const bool negated = e.decl().decl_kind() == Z3_OP_BNOT;
      const z3::expr inner = negated ? e.arg(0) : e;
      const Z3_decl_kind kind = inner.decl().decl_kind();
      if (kind == Z3_OP_UNINTERPRETED && inner.is_const()) {
        fixed.push_back(inner);
        values.push_back(negated ? False() : True());
      } else if (kind == (negated ? Z3_OP_BOR : Z3_OP_BAND)) {
        for (unsigned i = 0; i < inner.num_args(); ++i)
          open.push_back(negated ? Not(inner.arg(i)) : inner.arg(i));
      }
    }
    if (fixed.empty()) return;
    goal.source = goal.source.substitute(fixed, values);
    goal.verilog = goal.verilog.substitute(fixed, values);
  }

  Answer Check(Goal goal, const z3::expr& also = True()) const {
    Narrow(goal);
    return Decide(And(goal.guard, also), goal.source, goal.verilog, seconds_);
  }

  // Under conditions: each way to fulfil them is a case of its own, in which what is known to be a
  // constant is put in. A solver does not see that a sum over GF(2) is the same in such a case.
  Answer CheckCases(Goal goal, std::vector<z3::expr> conditions, int depth) const {
    constexpr int kDepth = 8;
    while (!conditions.empty()) {
      const z3::expr condition = conditions.back();
      conditions.pop_back();
      std::vector<z3::expr> ways =
          depth < kDepth ? Alternatives(condition) : std::vector<z3::expr>{};
      if (ways.size() == 2) {
        for (size_t i = 0; i < ways.size(); ++i) {
          std::vector<z3::expr> rest = conditions;
          rest.push_back(ways[i]);
          if (i == 1) rest.push_back(Not(ways[0]));
          const Answer answer = CheckCases(goal, rest, depth + 1);
          if (answer.verdict != Verdict::kImpossible) return answer;
        }
        return {.verdict = Verdict::kImpossible, .assignment = {}, .method = "cases"};
      }
      if (ways.size() == 3) {  // both of the last two
        conditions.push_back(ways[1]);
        conditions.push_back(ways[2]);
        continue;
      }
      Assume(condition, goal, conditions);
    }
    return Check(goal);
  }

  // The two operands of an "or"; for an "and" the condition itself and its two operands; else
  // nothing.
  static std::vector<z3::expr> Alternatives(const z3::expr& condition) {
    const bool negated = condition.decl().decl_kind() == Z3_OP_BNOT;
    const z3::expr e = negated ? condition.arg(0) : condition;
    const Z3_decl_kind kind = e.decl().decl_kind();
    if ((kind == Z3_OP_BAND || kind == Z3_OP_BOR) && e.num_args() == 2) {
      const z3::expr a = negated ? Not(e.arg(0)) : e.arg(0);
      const z3::expr b = negated ? Not(e.arg(1)) : e.arg(1);
      if ((kind == Z3_OP_BOR) != negated) return {a, b};
      return {condition, a, b};
    }
    if (kind == Z3_OP_ITE && (IsTrue(e.arg(1)) || IsFalse(e.arg(1))) &&
        !(IsTrue(e.arg(2)) || IsFalse(e.arg(2)))) {
      const bool then_value = IsTrue(e.arg(1)) != negated;
      const z3::expr choice = ToBit(e.arg(0));
      const z3::expr other = negated ? Not(e.arg(2)) : e.arg(2);
      if (then_value) return {choice, other};
      return {condition, Not(choice), other};
    }
    return {};
  }

  // Puts in what the condition says of a variable or a term; else it becomes part of the guard.
  static void Assume(const z3::expr& condition, Goal& goal, std::vector<z3::expr>& conditions) {
    const bool negated = condition.decl().decl_kind() == Z3_OP_BNOT;
    const z3::expr e = negated ? condition.arg(0) : condition;
    z3::expr_vector from(Z3());
    z3::expr_vector to(Z3());
    const z3::expr truth = ToBool(e);
    if (!negated && truth.decl().decl_kind() == Z3_OP_EQ &&
        (truth.arg(0).is_numeral() || truth.arg(1).is_numeral())) {
      const bool left = truth.arg(0).is_numeral();
      from.push_back(truth.arg(left ? 1 : 0));
      to.push_back(truth.arg(left ? 0 : 1));
    } else {
      from.push_back(e);
      to.push_back(negated ? False() : True());
    }
    goal.guard = And(goal.guard.substitute(from, to), condition);
    goal.source = goal.source.substitute(from, to);
    goal.verilog = goal.verilog.substitute(from, to);
    for (z3::expr& other : conditions) other = other.substitute(from, to);
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
    const Answer second = CheckCases(goal, {Not(claim_.misuse)}, 0);
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
