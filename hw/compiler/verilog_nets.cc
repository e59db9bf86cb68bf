// SPDX-License-Identifier: Apache-2.0
// Choice and names of nets: what is used once and is short stays an expression, the rest is named.

#include "hw/compiler/verilog_nets.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "hw/compiler/check.h"
#include "hw/compiler/schedule_graph.h"

namespace vireo::compiler {

namespace {

constexpr uint32_t kMaxWeight = 6;  // operators in an expression without a name of its own

uint32_t OwnWeight(const Node& node) {
  switch (node.op) {
    case Op::kAnd:
    case Op::kOr:
    case Op::kXor: return static_cast<uint32_t>(node.operands.size() - 1);
    case Op::kMux: return 2;
    case Op::kOneHotMux: return static_cast<uint32_t>(node.operands.size());
    case Op::kConcat: return static_cast<uint32_t>(node.operands.size() / 2);
    case Op::kExtract: return 0;
    default: return 1;
  }
}

// A declaration of its own: operators whose signs matter, and what is no expression.
bool NeedsNet(Op op) {
  return op == Op::kIndex || op == Op::kMemoryRead || op == Op::kAShr || op == Op::kSDiv ||
         op == Op::kSRem || op == Op::kUDiv || op == Op::kURem || op == Op::kMul;
}

bool Reads(const Node* node, uint32_t index) {
  return node->op == Op::kRegister && node->index == index;
}

// Whether some branch of a chain of multiplexers is the register itself.
bool Holds(const Node* node, uint32_t index) {
  for (; node->op == Op::kMux; node = node->operands[2]) {
    if (Reads(node->operands[1], index)) return true;
  }
  return Reads(node, index);
}

}  // namespace

std::vector<Branch> UpdateChain(const Register& reg, uint32_t index) {
  std::vector<Branch> chain;
  const Node* node = reg.next;
  while (node->op == Op::kMux && Holds(node, index)) {
    const Node* then = node->operands[1];
    chain.push_back({node->operands[0], Reads(then, index) ? nullptr : then});
    node = node->operands[2];
  }
  if (chain.empty() || !Reads(node, index)) chain.push_back({nullptr, node});
  return chain;
}

VerilogNets::VerilogNets(const Process& process, const Schedule& schedule, const Piping& piping)
    : process_(process), schedule_(schedule), piping_(piping) {
  defined_.resize(schedule.stages);
  pipe_.resize(schedule.stages + 1);
  ports_ = NamePorts(process, schedule, names_);
  DeclareInputs();
  CountRoots();
  const std::deque<Node>& nodes = process.graph->nodes();
  for (size_t i = nodes.size(); i-- > 0;) {
    const Node& node = nodes[i];
    const uint32_t id = node.id;
    if (node.IsConst() || IsSource(node)) continue;
    const uint32_t home = schedule.stage[id];
    if (piping.IsPiped(node) && piping.LastStage(node) > home) uses_[{id, home}].is_net = true;
    for (auto it = uses_.lower_bound({id, 0}); it != uses_.end() && it->first.first == id; ++it) {
      CountOperands(node, it->first.second);
    }
  }
  ChooseNets();
  NamePipe();
}

bool VerilogNets::IsSource(const Node& node) const {
  switch (node.op) {
    case Op::kStreamData:
    case Op::kStreamValid:
    case Op::kStreamRoom:
    case Op::kScalarIn:
    case Op::kRegister: return true;
    default: return false;
  }
}

std::string VerilogNets::SourceNet(const Node& node) const {
  switch (node.op) {
    case Op::kStreamData: return ports_.inputs[node.index].data;
    case Op::kStreamValid: return ports_.inputs[node.index].valid;
    case Op::kStreamRoom: return ports_.outputs[node.index].ready;
    case Op::kScalarIn: return ports_.scalar_inputs[node.index];
    case Op::kRegister: return register_names_[node.index];
    default: return "";
  }
}

void VerilogNets::DeclareInputs() {
  for (size_t i = 0; i < process_.inputs.size(); ++i) {
    Declare(ports_.inputs[i].data, process_.inputs[i].payload.bits);
    Declare(ports_.inputs[i].valid, 1);
  }
  for (const StreamPorts& port : ports_.outputs) Declare(port.ready, 1);
  for (size_t i = 0; i < process_.scalar_inputs.size(); ++i) {
    Declare(ports_.scalar_inputs[i], process_.scalar_inputs[i].width);
  }
  for (const Register& reg : process_.registers) {
    register_names_.push_back(names_.Unique(reg.name));
    Declare(register_names_.back(), reg.width);
  }
  for (const Memory& memory : process_.memories) {
    memory_names_.push_back(names_.Unique(memory.name));
  }
}

void VerilogNets::CountRoots() {
  for (const Node* wait : schedule_.waits) Count(*wait, 0);
  Count(*schedule_.active, 0);
  for (const InputStream& in : process_.inputs) Count(*in.pop, 0);
  for (size_t i = 0; i < process_.outputs.size(); ++i) {
    const OutputStream& out = process_.outputs[i];
    const OutputSchedule& plan = schedule_.outputs[i];
    Count(*out.push, plan.stage);
    Count(*out.data, plan.stage);
    if (plan.stage == 0) continue;
    Count(*plan.reserve, 0);
    if (!plan.exact_reserve) {
      Count(*out.push, plan.stage);
      Count(*plan.reserve, plan.stage);
    }
  }
  for (size_t i = 0; i < process_.registers.size(); ++i) {
    const Register& reg = process_.registers[i];
    if (reg.next == nullptr) continue;
    const uint32_t stage = schedule_.register_stage[i];
    for (const Branch& branch : UpdateChain(reg, static_cast<uint32_t>(i))) {
      if (branch.condition != nullptr) Count(*branch.condition, stage);
      if (branch.value != nullptr) Count(*branch.value, stage);
    }
  }
  for (size_t i = 0; i < process_.memories.size(); ++i) {
    const Memory& memory = process_.memories[i];
    if (memory.write_enable == nullptr) continue;
    const uint32_t stage = schedule_.memory_stage[i];
    Count(*memory.write_enable, stage);
    CountAddress(*memory.write_address, stage, memory.depth);
    Count(*memory.write_data, stage);
  }
  for (size_t i = 0; i < process_.assertions.size(); ++i) {
    Count(*process_.assertions[i].holds, schedule_.assertion_stage[i]);
  }
}

void VerilogNets::Count(const Node& node, uint32_t stage) {
  if (node.IsConst() || IsSource(node)) return;
  if (piping_.IsPiped(node) && stage > schedule_.stage[node.id]) return;
  ++uses_[{node.id, stage}].whole;
}

void VerilogNets::CountSlice(const Node& node, uint32_t stage, uint32_t low, uint32_t width) {
  if (width == node.width) return Count(node, stage);
  switch (node.op) {
    case Op::kNot: return CountSlice(*node.operands[0], stage, low, width);
    case Op::kExtract: return CountSlice(*node.operands[0], stage, low + node.low, width);
    case Op::kZExt:
    case Op::kSExt: {
      const Node& inner = *node.operands[0];
      if (low < inner.width) {
        CountSlice(inner, stage, low, std::min(width, inner.width - low));
      }
      if (node.op == Op::kSExt && low + width > inner.width) {
        CountSlice(inner, stage, inner.width - 1, 1);
      }
      return;
    }
    case Op::kConcat: {
      uint32_t position = 0;
      for (auto it = node.operands.rbegin(); it != node.operands.rend(); ++it) {
        const uint32_t begin = std::max(low, position);
        const uint32_t end = std::min(low + width, position + (*it)->width);
        if (begin < end) CountSlice(**it, stage, begin - position, end - begin);
        position += (*it)->width;
      }
      return;
    }
    default: break;
  }
  if (node.IsConst() || IsSource(node)) return;
  if (stage > schedule_.stage[node.id]) return;
  uses_[{node.id, stage}].sliced = true;
}

void VerilogNets::CountAddress(const Node& node, uint32_t stage, uint32_t depth) {
  if (depth <= 1) return;
  const auto bits = static_cast<uint32_t>(std::bit_width(depth - 1));
  CountSlice(node, stage, 0, std::min(bits, node.width));
}

uint32_t VerilogNets::OperandStage(const Node& node, uint32_t stage) const {
  return node.op == Op::kMemoryRead ? stage - schedule_.memory_latency[node.index] : stage;
}

void VerilogNets::CountOperands(const Node& node, uint32_t stage) {
  const uint32_t at = OperandStage(node, stage);
  switch (node.op) {
    case Op::kMemoryRead:
      return CountAddress(*node.operands[0], at, process_.memories[node.index].depth);
    case Op::kExtract: return CountSlice(*node.operands[0], at, node.low, node.width);
    case Op::kSExt:
      Count(*node.operands[0], at);
      return CountSlice(*node.operands[0], at, node.operands[0]->width - 1, 1);
    case Op::kShl:
    case Op::kLShr:
    case Op::kAShr:
      Count(*node.operands[0], at);
      if (const Node& amount = *node.operands[1]; amount.width <= kMaxShiftAmount) {
        Count(amount, at);
      } else {
        const auto bits = static_cast<uint32_t>(std::bit_width(node.width));
        CountSlice(amount, at, bits, amount.width - bits);
        CountSlice(amount, at, 0, bits);
      }
      return;
    default:
      for (const Node* operand : node.operands) Count(*operand, at);
  }
}

uint32_t VerilogNets::Weight(const Node& node, uint32_t stage) const {
  uint32_t weight = OwnWeight(node);
  for (const Node* operand : node.operands) {
    const auto known = uses_.find({operand->id, OperandStage(node, stage)});
    if (known != uses_.end() && !known->second.is_net) weight += known->second.weight;
  }
  return weight;
}

bool VerilogNets::IsExpression(const Node& node, uint32_t stage, const Uses& uses) const {
  if (uses.is_net || NeedsNet(node.op)) return false;
  if (node.op == Op::kExtract) {
    return uses.whole <= 1 || (node.name.empty() && DerivedName(node) == "value");
  }
  if (uses.sliced) return false;
  if (node.op == Op::kNot && uses.whole > 1) {
    const Node& operand = *node.operands[0];
    const auto known = uses_.find({operand.id, stage});
    return known == uses_.end() || known->second.is_net;
  }
  if (!IsWiring(node.op) && !node.name.empty()) return false;
  if (uses.weight > kMaxWeight && node.op != Op::kConcat) return false;
  if (uses.whole <= 1) return true;
  return node.op == Op::kZExt && uses.weight <= 1;
}

void VerilogNets::ChooseNets() {
  const std::deque<Node>& nodes = process_.graph->nodes();
  for (auto& [key, uses] : uses_) {
    const Node& node = nodes[key.first];
    uses.weight = Weight(node, key.second);
    uses.is_net = !IsExpression(node, key.second, uses);
    if (!uses.is_net) continue;
    std::string name = node.name.empty() ? DerivedName(node) : Identifier(node.name);
    const bool is_clone = key.second > schedule_.stage[node.id];
    if (is_clone) name = fmt::format("s{}_{}", key.second, name);
    uses.name = names_.Unique(name);
    Declare(uses.name, node.width);
    const bool is_late = node.op == Op::kMemoryRead && schedule_.memory_latency[node.index] > 0;
    if (!is_late) defined_[key.second].push_back(&node);
  }
}

void VerilogNets::NamePipe() {
  for (uint32_t stage = 1; stage < schedule_.stages; ++stage) {
    for (const Node& node : process_.graph->nodes()) {
      for (const BitRange& run : piping_.Runs(node, stage)) {
        std::string name =
            IsSource(node) ? SourceNet(node) : uses_.at({node.id, schedule_.stage[node.id]}).name;
        if (run.width < node.width) {
          const std::string field = FieldName(node, run.low, run.width);
          name = field.empty() ? Identifier(Select(name, node.width, run.low, run.width)) : field;
        }
        name = names_.Unique(fmt::format("p{}_{}", stage, name));
        Declare(name, run.width);
        pipe_of_[{node.id, stage}].push_back(pipe_[stage].size());
        pipe_[stage].push_back({&node, run, std::move(name)});
      }
    }
  }
}

std::string VerilogNets::BaseName(const Node& node) const {
  if (!node.name.empty()) return Identifier(node.name);
  if (IsSource(node)) return SourceNet(node);
  if (node.op == Op::kMemoryRead) return memory_names_[node.index];
  if (node.op == Op::kExtract || node.op == Op::kZExt) {
    const std::string name = DerivedName(node);
    if (name != "value") return name;
  }
  return "";
}

// A whole field of a payload.
std::string VerilogNets::FieldName(const Node& node, uint32_t low, uint32_t width) const {
  if (node.op != Op::kStreamData) return "";
  const InputStream& in = process_.inputs[node.index];
  for (const Leaf& leaf : in.payload.leaves) {
    if (leaf.bit_offset == low && leaf.bits == width && !leaf.name.empty()) {
      return Identifier(in.name + "_" + leaf.name);
    }
  }
  return "";
}

std::string VerilogNets::DerivedName(const Node& node) const {
  const auto with = [&](const Node& operand, const std::string& suffix,
                        const char* otherwise) -> std::string {
    const std::string base = BaseName(operand);
    if (base.empty() || base.size() > 32) return otherwise;
    return base.ends_with("_") ? base + suffix : base + "_" + suffix;
  };
  const auto number = [](const llvm::APInt& value) {
    return value.getActiveBits() <= 16 ? std::to_string(value.getZExtValue()) : std::string();
  };
  const auto amount = [&](const Node& operand) {
    return operand.IsConst() ? number(operand.value) : std::string();
  };
  const auto first = [&]() -> const Node& { return *node.operands[0]; };
  switch (node.op) {
    case Op::kExtract: {
      const std::string field = FieldName(first(), node.low, node.width);
      return field.empty() ? "value" : field;
    }
    case Op::kZExt: return with(first(), "wide", "value");
    case Op::kMemoryRead:
      return with(node, schedule_.memory_latency[node.index] > 0 ? "q" : "read", "read");
    case Op::kNot: return with(first(), "not", "inverted");
    case Op::kAnd: return node.width == 1 ? "all" : with(first(), "masked", "masked");
    case Op::kOr: return node.width == 1 ? "any" : with(first(), "merged", "merged");
    case Op::kXor: return with(first(), "xor", "odd");
    case Op::kAdd: {
      const Node& second = *node.operands[1];
      if (second.IsConst() && second.value.isNegative() && node.width > 1) {
        return with(first(), "minus_" + number(-second.value), "difference");
      }
      const std::string added = amount(second);
      return with(first(), added.empty() ? "sum" : "plus_" + added, "sum");
    }
    case Op::kSub: return with(first(), "difference", "difference");
    case Op::kMul: return with(first(), "product", "product");
    case Op::kUDiv:
    case Op::kSDiv: return with(first(), "quotient", "quotient");
    case Op::kURem:
    case Op::kSRem: return with(first(), "remainder", "remainder");
    case Op::kShl:
    case Op::kLShr:
    case Op::kAShr: return with(first(), "shifted", "shifted");
    case Op::kEq: {
      const std::string value = amount(*node.operands[1]);
      return with(first(), value.empty() ? "matches" : "is_" + value, "matches");
    }
    case Op::kUlt:
    case Op::kSlt: {
      const std::string bound = amount(*node.operands[1]);
      return with(first(), bound.empty() ? "below" : "below_" + bound, "below");
    }
    case Op::kMux: return with(*node.operands[2], "mux", "mux");
    case Op::kOneHotMux: return "chosen";
    case Op::kIndex: return with(first(), "element", "element");
    case Op::kConcat: return "joined";
    case Op::kSExt: return with(first(), "extended", "extended");
    case Op::kReduceAnd: return with(first(), "all", "all");
    case Op::kReduceOr: return with(first(), "any", "any");
    case Op::kReduceXor: return with(first(), "parity", "parity");
    default: return "value";
  }
}

const std::string& VerilogNets::NetName(const Node& node, uint32_t stage) const {
  return uses_.at({node.id, stage}).name;
}

bool VerilogNets::IsUsed(const Node& node) const {
  const auto known = uses_.lower_bound({node.id, 0});
  return known != uses_.end() && known->first.first == node.id;
}

void VerilogNets::Declare(const std::string& name, uint32_t width) {
  if (nets_.try_emplace(name, Net{width, llvm::APInt(width, 0)}).second) {
    net_order_.push_back(name);
  }
}

void VerilogNets::Use(const std::string& name, uint32_t low, uint32_t width) {
  const auto known = nets_.find(name);
  VIREO_CHECK(known != nets_.end(), "a net is declared before it is used");
  known->second.used.setBits(low, low + width);
}

std::vector<std::string> VerilogNets::Unused() const {
  std::vector<std::string> unused;
  for (const std::string& name : net_order_) {
    const Net& net = nets_.at(name);
    for (uint32_t low = 0; low < net.width;) {
      const llvm::APInt rest = ~net.used.lshr(low);
      low += rest.countr_zero();
      if (low >= net.width) break;
      const uint32_t width = std::min<uint32_t>(net.width - low, net.used.lshr(low).countr_zero());
      unused.push_back(Select(name, net.width, low, width));
      low += width;
    }
  }
  return unused;
}

}  // namespace vireo::compiler
