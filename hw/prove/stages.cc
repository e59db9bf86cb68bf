// SPDX-License-Identifier: Apache-2.0
// Where in the pipeline every signal of the Verilog lives, and whether signals of one firing meet.
#include "hw/prove/stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "hw/prove/dependence.h"

namespace vireo::prove {
namespace {

constexpr int kAny = -1;  // constants, and state whose stage is not known yet

// What a register takes where it does not hold its value.
struct Load {
  int64_t value = 0;
  int64_t enable = 0;  // or its negation; 0: in each clock
};

Load LoadOf(const Btor& btor, const BtorState& state) {
  if (state.next <= 0) return {state.next, 0};
  const BtorLine& line = btor.lines.at(state.next);
  if (line.operation == "ite" && line.operands[3] == state.id) {
    return {line.operands[2], line.operands[1]};
  }
  if (line.operation == "ite" && line.operands[2] == state.id) {
    return {line.operands[3], line.operands[1]};
  }
  return {state.next, 0};
}

class Checker {
 public:
  Checker(const Btor& btor, const std::function<bool(const BtorState&)>& is_stage_register)
      : btor_(btor), is_stage_register_(is_stage_register) {
    for (const BtorState& state : btor.states) states_[state.id] = &state;
    for (const BtorPort& input : btor.inputs) inputs_[input.id] = input.name;
  }

  StageReport Run() {
    // The stage of state follows from what it is updated with; that may be other state.
    for (size_t round = 0; round <= btor_.states.size(); ++round) {
      Clear();
      bool changed = false;
      for (const BtorState& state : btor_.states) {
        if (is_stage_register_(state) || state.address_width > 0 || state.next == 0) continue;
        const int stage = Stage(state.next, state.name);
        if (stage == kAny || stage_[state.id] == stage || known_.contains(state.id)) continue;
        known_.insert(state.id);
        stage_[state.id] = stage;
        changed = true;
      }
      if (!changed) break;
    }
    Clear();
    Registers();
    Outputs();
    Memories();
    return std::move(report_);
  }

 private:
  void Clear() {
    labels_.clear();
    report_ = {};
  }

  void Error(const std::string& text) {
    if (std::find(report_.errors.begin(), report_.errors.end(), text) == report_.errors.end())
      report_.errors.push_back(text);
  }

  // The stage of a signal; `user` is named in errors.
  int Stage(int64_t id, const std::string& user) {
    id = std::abs(id);
    const auto known = labels_.find(id);
    if (known != labels_.end()) return known->second;
    const BtorLine& line = btor_.lines.at(id);
    int stage = kAny;
    if (line.operation == "input") {
      const std::string& name = inputs_.at(id);  // empty: a value that the Verilog leaves open
      stage = name.empty() || name == "rst" || name == "clk" ? kAny : 0;
    } else if (line.operation == "state") {
      const BtorState& state = *states_.at(id);
      if (state.address_width > 0) {
        stage = kAny;
      } else if (is_stage_register_(state)) {
        if (IsReadRegister(btor_, state)) {
          const int taken = Taken(state, user);
          stage = taken == kAny ? kAny : taken + 1;
        } else {
          stage = StageOf(state.name);
        }
      } else {
        const auto found = stage_.find(id);
        stage = found == stage_.end() ? kAny : found->second;
      }
    } else if (!line.operation.starts_with("const")) {
      const size_t end =
          line.operation == "slice" || line.operation == "uext" || line.operation == "sext"
              ? 2
              : line.operands.size();
      for (size_t i = 1; i < end; ++i) stage = Join(stage, Stage(line.operands[i], user), user);
      if (line.operation == "read") {
        reads_[MemoryOf(line.operands[1])].insert(stage);
      }
    }
    labels_[id] = stage;
    return stage;
  }

  // The stage of what a stage register takes, and of the condition under which it does.
  int Taken(const BtorState& state, const std::string& user) {
    const Load load = LoadOf(btor_, state);
    const int value = Stage(load.value, user);
    return load.enable == 0 ? value : Join(value, Stage(load.enable, user), user);
  }

  int Join(int a, int b, const std::string& user) {
    if (a == kAny || a == b) return b;
    if (b == kAny) return a;
    Error(fmt::format("{} is made of signals of stage {} and of stage {}", user, a, b));
    return std::max(a, b);
  }

  int64_t MemoryOf(int64_t id) const {
    const BtorLine& line = btor_.lines.at(id);
    if (line.operation == "state") return id;
    return MemoryOf(line.operands[line.operation == "ite" ? 2 : 1]);
  }

  void Registers() {
    for (const BtorState& state : btor_.states) {
      if (state.next == 0 || state.address_width > 0) continue;
      const int made =
          is_stage_register_(state) ? Taken(state, state.name) : Stage(state.next, state.name);
      if (!is_stage_register_(state)) {
        if (made > 0) report_.late_states.insert(state.id);
        const auto own = stage_.find(state.id);
        if (own != stage_.end() && made != kAny && made != own->second) {
          Error(fmt::format("{} is read in stage {} and written in stage {}", state.name,
                            own->second, made));
        }
        continue;
      }
      if (IsReadRegister(btor_, state)) continue;
      if (made != kAny && made + 1 != StageOf(state.name)) {
        Error(fmt::format("{} takes a signal of stage {}", state.name, made));
      }
    }
  }

  void Outputs() {
    std::map<std::string, int> stream_stage;
    for (const BtorPort& output : btor_.outputs) {
      const int stage = Stage(output.id, output.name);
      const size_t last = output.name.rfind('_');
      const std::string suffix = last == std::string::npos ? "" : output.name.substr(last);
      if (suffix == "_ready" || suffix == "_reserve") {
        if (stage > 0) Error(fmt::format("{} is of stage {}", output.name, stage));
      } else if (suffix == "_valid" || suffix == "_data" || suffix == "_cancel") {
        if (stage > 0) report_.late_outputs[output.name] = stage;
        int& expected = stream_stage.try_emplace(output.name.substr(0, last), kAny).first->second;
        expected = Join(expected, stage, output.name);
      }
    }
  }

  void Memories() {
    for (const BtorState& state : btor_.states) {
      if (state.address_width == 0 || state.next == 0) continue;
      // Only the enable, address and data of the writes; a masked write reads its own word too.
      const int written = Stage(state.next, state.name);
      if (written > 0) report_.late_states.insert(state.id);
      for (const int read : reads_[state.id]) {
        if (read == kAny || written == kAny || read == written) continue;
        if (read > written) {
          Error(fmt::format("{} is read in stage {}, after its write in stage {}", state.name, read,
                            written));
        } else {
          report_.gaps.push_back({&state, read, written});
        }
      }
    }
  }

  const Btor& btor_;
  const std::function<bool(const BtorState&)>& is_stage_register_;
  std::map<int64_t, const BtorState*> states_;
  std::map<int64_t, std::string> inputs_;
  std::map<int64_t, int> labels_;
  std::map<int64_t, int> stage_;  // of state registers
  std::set<int64_t> known_;
  std::map<int64_t, std::set<int>> reads_;
  StageReport report_;
};

}  // namespace

bool IsReadRegister(const Btor& btor, const BtorState& state) {
  int64_t id = LoadOf(btor, state).value;
  for (size_t steps = 0; steps <= btor.states.size() && id > 0; ++steps) {
    const BtorLine& line = btor.lines.at(id);
    if (line.operation == "read") return state.address_width == 0;
    if (line.operation != "state" || line.address_width > 0) return false;
    const auto before = std::find_if(btor.states.begin(), btor.states.end(),
                                     [&](const BtorState& other) { return other.id == id; });
    id = LoadOf(btor, *before).value;
  }
  return false;
}

std::string StageReport::Gap::Explain(uint64_t promised) const {
  const std::string what =
      fmt::format("{} is read in stage {} and written in stage {}", memory->name, read, written);
  if (promised >= distance()) {
    return fmt::format(
        "{}: right if firings that meet an element are {} or more apart; DEPENDENCE promises {}",
        what, distance(),
        promised == Promise::kNever ? "that none do" : fmt::format("{}", promised));
  }
  return fmt::format(
      "{}: that needs firings that meet an element to be {} or more apart, and the source promises "
      "{}; if that holds, say so: #pragma HLS DEPENDENCE variable={} inter RAW distance={} true",
      what, distance(), promised == 1 ? "nothing" : fmt::format("{}", promised), memory->name,
      distance());
}

int StageOf(const std::string& name) { return std::atoi(name.c_str() + 1); }

StageReport CheckStages(const Btor& btor,
                        const std::function<bool(const BtorState&)>& is_stage_register) {
  return Checker(btor, is_stage_register).Run();
}

}  // namespace vireo::prove
