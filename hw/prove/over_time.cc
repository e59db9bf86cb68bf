// SPDX-License-Identifier: Apache-2.0
// A bounded run of a pipelined module beside its one-stage form.
#include "hw/prove/over_time.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "hw/prove/claim.h"
#include "hw/prove/stages.h"

namespace vireo::prove {
namespace {

// A module with its state; both have the same inputs, and the same memories at power-up.
class Machine {
 public:
  Machine(const Btor& btor, const std::string& name) : btor_(btor), name_(name) {
    for (const BtorState& state : btor.states) {
      if (state.address_width == 0)
        registers_.emplace(
            state.id, Variable(fmt::format("{}.{}.{}", name, state.id, state.name), state.width));
    }
  }

  // The outputs in this clock, by name; then the clock's edge.
  std::map<std::string, z3::expr> Clock(int clock) {
    BtorEvaluator evaluator(btor_, Environment(clock));
    std::map<std::string, z3::expr> outputs;
    for (const BtorPort& port : btor_.outputs) outputs.emplace(port.name, evaluator.Eval(port.id));
    std::map<int64_t, z3::expr> registers;
    std::map<int64_t, std::vector<MemoryValue::Write>> writes;
    for (const BtorState& state : btor_.states) {
      if (state.address_width == 0) {
        registers.emplace(state.id,
                          state.next == 0 ? registers_.at(state.id) : evaluator.Next(state));
      } else if (state.next != 0) {
        writes[state.id] = evaluator.NextMemory(state).writes;
      }
    }
    registers_ = std::move(registers);
    for (auto& [id, list] : writes) writes_[id].insert(writes_[id].end(), list.begin(), list.end());
    return outputs;
  }

 private:
  BtorEvaluator::Environment Environment(int clock) const {
    BtorEvaluator::Environment environment;
    environment.input = [this, clock](const BtorPort& port) {
      if (port.name == "rst") return clock == 0 ? True() : False();
      const std::string name = port.name.empty() ? fmt::format("{}.{}", name_, port.id) : port.name;
      return Variable(fmt::format("{} in clock {}", name, clock), port.width);
    };
    environment.state = [this](const BtorState& state) { return registers_.at(state.id); };
    environment.read = [this](const BtorState& state, const z3::expr& address) {
      return Read(state, address);
    };
    return environment;
  }

  z3::expr Read(const BtorState& memory, const z3::expr& address) const {
    const z3::sort sort =
        Z3().array_sort(Z3().bv_sort(memory.address_width), Z3().bv_sort(memory.width));
    z3::expr word = z3::select(Z3().constant(memory.name.c_str(), sort), address);
    const auto written = writes_.find(memory.id);
    if (written == writes_.end()) return word;
    for (const MemoryValue::Write& write : written->second)
      word = Choose(And(write.condition, Equal(write.address, address)), write.data, word);
    return word;
  }

  const Btor& btor_;
  std::string name_;
  std::map<int64_t, z3::expr> registers_;
  std::map<int64_t, std::vector<MemoryValue::Write>> writes_;  // of all clocks so far
};

std::string Describe(const Assignment& assignment, const z3::expr& about) {
  std::string text;
  const z3::expr_vector variables = FreeVariables(about);
  for (unsigned i = 0; i < variables.size(); ++i) {
    const z3::expr variable = variables[static_cast<int>(i)];
    text += fmt::format("\n  {} = {}", variable.decl().name().str(),
                        assignment.Value(variable).to_string());
  }
  return text;
}

}  // namespace

TimeResult CompareOverTime(const Btor& one_stage, const Btor& pipelined, int clocks,
                           double goal_seconds) {
  const StageReport stages = CheckStages(pipelined, [&](const BtorState& state) {
    return IsStageRegister(state.name) || IsReadRegister(pipelined, state);
  });
  Machine slow(one_stage, "one stage");
  Machine fast(pipelined, "pipelined");
  std::vector<std::map<std::string, z3::expr>> expected;
  TimeResult result;
  for (int clock = 0; clock < clocks; ++clock) {
    expected.push_back(slow.Clock(clock));
    const std::map<std::string, z3::expr> outputs = fast.Clock(clock);
    if (clock == 0) continue;  // the reset
    for (const auto& [name, output] : outputs) {
      const bool is_data = name.ends_with("_data");
      if (!is_data && !name.ends_with("_valid") && !name.ends_with("_ready")) continue;
      const auto late = stages.late_outputs.find(name);
      const int then = clock - (late == stages.late_outputs.end() ? 0 : late->second);
      const std::string valid = name.substr(0, name.rfind('_')) + "_valid";
      // Before the first firing can have left the pipeline, nothing does.
      const z3::expr other =
          then > 0 ? expected.at(static_cast<size_t>(then)).at(name) : Number(0, Width(output));
      if (then <= 0 && is_data) continue;
      const z3::expr guard = is_data ? outputs.at(valid) : True();
      const Answer answer = Decide(guard, other, output, goal_seconds);
      ++result.goals;
      if (answer.verdict == Verdict::kImpossible) continue;
      result.verdict = answer.verdict;
      result.what = fmt::format("{} in clock {}", name, clock);
      if (answer.verdict == Verdict::kPossible)
        result.what += Describe(answer.assignment, And(guard, Equal(other, output)));
      return result;
    }
  }
  return result;
}

}  // namespace vireo::prove
