// SPDX-License-Identifier: Apache-2.0
// Needs of each stage, propagated from what a process leaves behind back to its inputs.

#include "hw/compiler/piping.h"

#include <iterator>

#include "hw/compiler/schedule_graph.h"

namespace vireo::compiler {

using llvm::APInt;

Piping::Piping(const Process& process, const Schedule& schedule)
    : process_(process), schedule_(schedule), need_(process.graph->nodes().size()) {
  Roots();
  const std::deque<Node>& nodes = process.graph->nodes();
  for (size_t id = nodes.size(); id-- > 0;) {
    const Node& node = nodes[id];
    if (need_[id].empty()) continue;
    if (IsWiring(node.op)) {
      for (const auto& [stage, bits] : need_[id]) WantOperands(node, stage, bits);
      continue;
    }
    uint32_t stage = schedule.stage[id];
    if (node.op == Op::kMemoryRead) stage -= schedule.memory_latency[node.index];
    for (const Node* operand : node.operands) Want(*operand, stage);
  }
}

void Piping::Roots() {
  for (const Node* wait : schedule_.waits) Want(*wait, 0);
  Want(*schedule_.active, 0);
  for (const InputStream& in : process_.inputs) Want(*in.pop, 0);
  for (size_t i = 0; i < process_.outputs.size(); ++i) {
    const OutputStream& out = process_.outputs[i];
    const OutputSchedule& plan = schedule_.outputs[i];
    Want(*out.push, plan.stage);
    Want(*out.data, plan.stage);
    if (plan.stage == 0) continue;
    Want(*plan.reserve, 0);
    if (!plan.exact_reserve) Want(*plan.reserve, plan.stage);
  }
  for (size_t i = 0; i < process_.registers.size(); ++i) {
    if (IsConstant(process_, i)) continue;
    Want(*process_.registers[i].next, schedule_.register_stage[i]);
  }
  for (size_t i = 0; i < process_.memories.size(); ++i) {
    const Memory& memory = process_.memories[i];
    if (memory.write_enable == nullptr) continue;
    for (const Node* node : {memory.write_enable, memory.write_address, memory.write_data}) {
      Want(*node, schedule_.memory_stage[i]);
    }
  }
  for (size_t i = 0; i < process_.assertions.size(); ++i) {
    Want(*process_.assertions[i].holds, schedule_.assertion_stage[i]);
  }
}

void Piping::Want(const Node& node, uint32_t stage, const APInt& bits) {
  if (node.IsConst() || bits.isZero()) return;
  const auto [known, is_new] = need_[node.id].try_emplace(stage, bits);
  if (!is_new) known->second |= bits;
}

void Piping::WantOperands(const Node& node, uint32_t stage, const APInt& bits) {
  switch (node.op) {
    case Op::kNot: Want(*node.operands[0], stage, bits); break;
    case Op::kExtract:
      Want(*node.operands[0], stage, bits.zext(node.operands[0]->width).shl(node.low));
      break;
    case Op::kZExt: Want(*node.operands[0], stage, bits.trunc(node.operands[0]->width)); break;
    case Op::kSExt: {
      const uint32_t inner = node.operands[0]->width;
      APInt wanted = bits.trunc(inner);
      if (!bits.lshr(inner).isZero()) wanted.setBit(inner - 1);
      Want(*node.operands[0], stage, wanted);
      break;
    }
    case Op::kConcat: {
      uint32_t low = 0;
      for (auto it = node.operands.rbegin(); it != node.operands.rend(); ++it) {
        Want(**it, stage, bits.extractBits((*it)->width, low));
        low += (*it)->width;
      }
      break;
    }
    default: break;
  }
}

const APInt* Piping::Need(const Node& node, uint32_t stage) const {
  const auto known = need_[node.id].find(stage);
  return known == need_[node.id].end() ? nullptr : &known->second;
}

bool Piping::IsPiped(const Node& node) const {
  if (IsWiring(node.op)) return false;
  return node.op != Op::kRegister || !IsConstant(process_, node.index);
}

uint32_t Piping::LastStage(const Node& node) const {
  return need_[node.id].empty() ? 0 : need_[node.id].rbegin()->first;
}

std::vector<BitRange> Piping::Runs(const Node& node, uint32_t stage) const {
  std::vector<BitRange> runs;
  if (!IsPiped(node) || stage <= schedule_.stage[node.id]) return runs;
  APInt bits(node.width, 0);
  for (auto it = need_[node.id].lower_bound(stage); it != need_[node.id].end(); ++it) {
    bits |= it->second;
  }
  for (uint32_t low = 0; low < node.width;) {
    const APInt rest = bits.lshr(low);
    if (rest.isZero()) break;
    low += rest.countr_zero();
    const uint32_t width = bits.lshr(low).countr_one();
    runs.push_back({low, width});
    low += width;
  }
  return runs;
}

uint64_t Piping::TotalBits() const {
  uint64_t bits = 0;
  for (const Node& node : process_.graph->nodes()) {
    for (uint32_t stage = schedule_.stage[node.id] + 1; stage <= LastStage(node); ++stage) {
      for (const BitRange& run : Runs(node, stage)) bits += run.width;
    }
  }
  return bits;
}

}  // namespace vireo::compiler
