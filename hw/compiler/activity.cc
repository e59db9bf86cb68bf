// SPDX-License-Identifier: Apache-2.0
#include "hw/compiler/activity.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "hw/compiler/schedule_graph.h"
#include "hw/compiler/weaken.h"

namespace vireo::compiler {

namespace {

// Up to this many bits a value is compared with the register that it is to replace; a wider one
// counts as a change.
constexpr uint32_t kMaxCompared = 64;

// An OR of ANDs without those that another makes superfluous: what b & c & d adds to b & c.
class Alternatives {
 public:
  void Add(Node* condition) {
    if (condition->op == Op::kOr) {
      for (Node* operand : condition->operands) Add(operand);
      return;
    }
    std::set<uint32_t> factors;
    if (condition->op == Op::kAnd) {
      for (const Node* operand : condition->operands) factors.insert(operand->id);
    } else if (!condition->IsAllOnes()) {
      factors.insert(condition->id);
    }
    const auto covers = [](const std::set<uint32_t>& a, const std::set<uint32_t>& b) {
      return std::includes(b.begin(), b.end(), a.begin(), a.end());
    };
    for (const Alternative& other : all_) {
      if (covers(other.factors, factors)) return;
    }
    std::erase_if(all_, [&](const Alternative& other) { return covers(factors, other.factors); });
    all_.push_back({condition, std::move(factors)});
  }

  Node* Any(Graph& graph) const {
    Node* any = graph.False();
    for (const Alternative& alternative : all_) any = graph.Or(any, alternative.condition);
    return any;
  }

 private:
  struct Alternative {
    Node* condition;
    std::set<uint32_t> factors;  // node ids; none: true
  };
  std::vector<Alternative> all_;
};

class Finder {
 public:
  Finder(Process& process, const Schedule& schedule) : process_(process), schedule_(schedule) {}

  Node* Run() {
    for (const InputStream& in : process_.inputs) Add(in.pop);
    for (const OutputSchedule& out : schedule_.outputs) Add(out.reserve);
    for (uint32_t i = 0; i < process_.registers.size(); ++i) {
      if (IsConstant(process_, i)) continue;
      changes_.clear();
      Add(Changes(process_.registers[i].next, i));
    }
    for (const Memory& memory : process_.memories) {
      if (memory.write_enable != nullptr) Add(memory.write_enable);
    }
    return alternatives_.Any(graph_);
  }

 private:
  void Add(Node* condition) {
    if (condition->IsZero()) return;
    alternatives_.Add(
        Weaken(graph_, condition, [this](const Node* node) { return IsReady(*node); }));
  }

  // Whether the register changes where `next` is its next value.
  Node* Changes(Node* next, uint32_t reg) {
    if (next->op == Op::kRegister && next->index == reg) return graph_.False();
    const auto [known, is_new] = changes_.try_emplace(next->id, nullptr);
    if (!is_new) return known->second;
    Node* result = graph_.True();
    if (next->op == Op::kMux) {
      result = graph_.Mux(next->operands[0], Changes(next->operands[1], reg),
                          Changes(next->operands[2], reg));
    } else if (next->width <= kMaxCompared && schedule_.register_stage[reg] == 0 &&
               IsReady(*next)) {
      result = graph_.Ne(next, graph_.Input(Op::kRegister, next->width, reg));
    }
    changes_[next->id] = result;
    return result;
  }

  // Whether the value is there in stage 0. The graph grows here, by nodes made of others.
  bool IsReady(const Node& node) const {
    if (node.IsConst()) return true;
    if (node.id < schedule_.stage.size()) return schedule_.stage[node.id] == 0;
    return std::all_of(node.operands.begin(), node.operands.end(),
                       [this](const Node* operand) { return IsReady(*operand); });
  }

  Process& process_;
  const Schedule& schedule_;
  Graph& graph_ = *process_.graph;
  Alternatives alternatives_;
  std::map<uint32_t, Node*> changes_;  // by node, of one register
};

}  // namespace

Node* Activity(Process& process, const Schedule& schedule) {
  return Finder(process, schedule).Run();
}

}  // namespace vireo::compiler
