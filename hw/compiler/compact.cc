// SPDX-License-Identifier: Apache-2.0
// Drops what is not needed, joins memories and ports, and rebuilds the graph.

#include "hw/compiler/compact.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "hw/compiler/check.h"
#include "hw/compiler/diagnostic.h"

namespace vireo::compiler {
namespace {

constexpr uint32_t kGone = UINT32_MAX;

class Compactor {
 public:
  Compactor(Process& process, const std::vector<uint32_t>& stream_index,
            const std::vector<MemoryPlan>& plans)
      : process_(process), stream_index_(stream_index), plans_(plans) {}

  void Run() {
    FindLive();
    JoinMemories();
    NumberRegisters();
    Rebuild();
  }

 private:
  // Where a provisional memory went: a slice of a joined one.
  struct Slice {
    uint32_t memory = kGone;
    uint32_t low = 0;
  };

  bool IsConstant(const Register& reg, uint32_t index) const {
    return reg.reset && reg.next->op == Op::kRegister && reg.next->index == index;
  }
  uint32_t FinalPort(const Node* read) const { return plans_[read->index].ports[read->port]; }

  void FindLive();
  void JoinMemories();
  void NumberRegisters();
  void Rebuild();
  Node* Copy(Node* root);
  Node* CopyOne(const Node* node, const std::vector<Node*>& operands);
  // What a node needs before it: its operands, or for a memory read the address of its final port.
  std::vector<Node*> Needs(const Node* node) const;

  Process& process_;
  const std::vector<uint32_t>& stream_index_;
  const std::vector<MemoryPlan>& plans_;
  std::vector<bool> live_registers_;
  std::vector<std::vector<bool>> live_ports_;  // by memory and final port
  std::vector<bool> live_memories_;
  std::vector<Slice> slices_;
  std::vector<std::vector<uint32_t>> port_numbers_;  // dense numbers of the live final ports
  std::vector<Memory> joined_;
  std::vector<uint32_t> register_numbers_;
  std::unique_ptr<Graph> graph_ = std::make_unique<Graph>();
  std::unordered_map<const Node*, Node*> copies_;
};

void Compactor::FindLive() {
  live_registers_.assign(process_.registers.size(), false);
  live_memories_.assign(process_.memories.size(), false);
  for (const Memory& memory : process_.memories) {
    live_ports_.emplace_back(memory.reads.size(), false);
  }
  std::vector<Node*> work;
  for (const InputStream& input : process_.inputs) work.insert(work.end(), {input.pop, input.wait});
  for (const OutputStream& output : process_.outputs) {
    work.insert(work.end(), {output.push, output.wait, output.data});
  }
  for (const Assertion& assertion : process_.assertions) work.push_back(assertion.holds);
  for (const ScalarOutput& output : process_.scalar_outputs) {
    live_registers_[output.register_index] = true;
    work.push_back(process_.registers[output.register_index].next);
  }
  std::unordered_set<const Node*> seen;
  while (!work.empty()) {
    Node* node = work.back();
    work.pop_back();
    if (!seen.insert(node).second) continue;
    if (node->op == Op::kRegister) {
      Register& reg = process_.registers[node->index];
      if (IsConstant(reg, node->index)) continue;
      live_registers_[node->index] = true;
      work.push_back(reg.next);
    } else if (node->op == Op::kMemoryRead) {
      Memory& memory = process_.memories[node->index];
      const uint32_t port = FinalPort(node);
      Memory::Read& read = memory.reads[port];
      live_ports_[node->index][port] = true;
      live_memories_[node->index] = true;
      work.push_back(read.address);
      if (memory.read_latency == 0) read.enable = nullptr;
      if (read.enable != nullptr) work.push_back(read.enable);
      if (memory.write_enable != nullptr) {
        work.insert(work.end(), {memory.write_enable, memory.write_address, memory.write_data});
      }
    } else {
      work.insert(work.end(), node->operands.begin(), node->operands.end());
    }
  }
}

void Compactor::JoinMemories() {
  slices_.resize(process_.memories.size());
  port_numbers_.resize(process_.memories.size());
  // Members of a joined memory, by what has to agree.
  using Key = std::tuple<std::string, const Node*, const Node*, std::vector<const Node*>, bool>;
  std::map<Key, uint32_t> known;
  std::map<std::string, uint32_t> parts_of_group;
  for (size_t m = 0; m < process_.memories.size(); ++m) {
    if (!live_memories_[m]) continue;
    Memory& memory = process_.memories[m];
    std::vector<const Node*> addresses;
    std::vector<Memory::Read> reads;
    port_numbers_[m].assign(memory.reads.size(), kGone);
    for (size_t p = 0; p < memory.reads.size(); ++p) {
      if (!live_ports_[m][p]) continue;
      port_numbers_[m][p] = static_cast<uint32_t>(reads.size());
      addresses.push_back(memory.reads[p].address);
      reads.push_back(memory.reads[p]);
    }
    const Key key{plans_[m].group, memory.write_enable, memory.write_address, addresses,
                  memory.contents.empty()};
    const auto [it, is_new] = known.emplace(key, static_cast<uint32_t>(joined_.size()));
    if (is_new) {
      ++parts_of_group[plans_[m].group];
      slices_[m] = {it->second, 0};
      Memory joined = memory;
      joined.reads = std::move(reads);
      joined_.push_back(std::move(joined));
      continue;
    }
    Memory& joined = joined_[it->second];
    slices_[m] = {it->second, joined.width};
    joined.width += memory.width;
    for (size_t i = 0; i < joined.contents.size(); ++i) {
      joined.contents[i] = memory.contents[i].concat(joined.contents[i]);
    }
    if (joined.write_data != nullptr) {
      joined.write_data = process_.graph->Concat({memory.write_data, joined.write_data});
    }
  }
  for (size_t m = 0; m < process_.memories.size(); ++m) {
    if (slices_[m].memory != kGone && parts_of_group[plans_[m].group] == 1) {
      joined_[slices_[m].memory].name = plans_[m].group_name;
    }
  }
}

void Compactor::NumberRegisters() {
  uint32_t next = 0;
  for (const bool live : live_registers_) register_numbers_.push_back(live ? next++ : kGone);
}

std::vector<Node*> Compactor::Needs(const Node* node) const {
  if (node->op == Op::kMemoryRead) {
    return {process_.memories[node->index].reads[FinalPort(node)].address};
  }
  return node->operands;
}

Node* Compactor::Copy(Node* root) {
  // Depth first with a stack of its own: a graph can be deeper than the machine's stack.
  std::vector<std::pair<Node*, size_t>> stack = {{root, 0}};
  std::unordered_set<const Node*> open;
  while (!stack.empty()) {
    auto& [node, next] = stack.back();
    if (copies_.contains(node)) {
      stack.pop_back();
      continue;
    }
    const std::vector<Node*> needs = Needs(node);
    if (next == 0) open.insert(node);
    if (next < needs.size()) {
      Node* need = needs[next++];
      if (open.contains(need) && !copies_.contains(need)) {
        Fail(need->location,
             "a memory with one read port is read at an address that depends on another read of it "
             "in the same firing; read it in two firings, or give it two read ports by "
             "BIND_STORAGE type=ram_1wnr impl=lutram");
      }
      if (!copies_.contains(need)) stack.emplace_back(need, 0);
      continue;
    }
    std::vector<Node*> operands;
    for (Node* need : needs) operands.push_back(copies_.at(need));
    graph_->SetLocation(node->location);
    Node* copy = CopyOne(node, operands);
    graph_->Name(copy, node->name);
    copies_.emplace(node, copy);
    open.erase(node);
    stack.pop_back();
  }
  return copies_.at(root);
}

Node* Compactor::CopyOne(const Node* node, const std::vector<Node*>& operands) {
  Graph& graph = *graph_;
  const auto all = [&](auto&& combine) {
    Node* result = operands[0];
    for (size_t i = 1; i < operands.size(); ++i) result = combine(result, operands[i]);
    return result;
  };
  switch (node->op) {
    case Op::kConst: return graph.Const(node->value);
    case Op::kStreamData:
    case Op::kStreamValid:
    case Op::kStreamRoom: return graph.Input(node->op, node->width, stream_index_[node->index]);
    case Op::kScalarIn: return graph.Input(node->op, node->width, node->index);
    case Op::kRegister: {
      const Register& reg = process_.registers[node->index];
      if (IsConstant(reg, node->index)) return graph.Const(*reg.reset);
      return graph.Input(node->op, node->width, register_numbers_[node->index]);
    }
    case Op::kMemoryRead: {
      const Slice slice = slices_[node->index];
      const uint32_t port = port_numbers_[node->index][FinalPort(node)];
      Memory& joined = joined_[slice.memory];
      Node* read = graph.MemoryRead(slice.memory, port, joined.width, operands[0]);
      joined.reads[port].result = read;
      return graph.Extract(read, slice.low, node->width);
    }
    case Op::kNot: return graph.Not(operands[0]);
    case Op::kAnd: return all([&](Node* a, Node* b) { return graph.And(a, b); });
    case Op::kOr: return all([&](Node* a, Node* b) { return graph.Or(a, b); });
    case Op::kXor: return all([&](Node* a, Node* b) { return graph.Xor(a, b); });
    case Op::kAdd: return graph.Add(operands[0], operands[1]);
    case Op::kSub: return graph.Sub(operands[0], operands[1]);
    case Op::kMul:
    case Op::kUDiv:
    case Op::kSDiv:
    case Op::kURem:
    case Op::kSRem: return graph.Binary(node->op, operands[0], operands[1]);
    case Op::kShl:
    case Op::kLShr:
    case Op::kAShr: return graph.Shift(node->op, operands[0], operands[1]);
    case Op::kEq: return graph.Eq(operands[0], operands[1]);
    case Op::kUlt: return graph.Ult(operands[0], operands[1]);
    case Op::kSlt: return graph.Slt(operands[0], operands[1]);
    case Op::kMux: return graph.Mux(operands[0], operands[1], operands[2]);
    case Op::kOneHotMux: {
      std::vector<std::pair<Node*, Node*>> choices;
      for (size_t i = 0; i < operands.size(); i += 2) {
        choices.emplace_back(operands[i], operands[i + 1]);
      }
      return graph.OneHotMux(choices);
    }
    case Op::kIndex: return graph.Index(operands[0], llvm::ArrayRef<Node*>(operands).drop_front());
    case Op::kConcat: return graph.Concat(operands);
    case Op::kExtract: return graph.Extract(operands[0], node->low, node->width);
    case Op::kZExt: return graph.ZExt(operands[0], node->width);
    case Op::kSExt: return graph.SExt(operands[0], node->width);
    case Op::kReduceAnd:
    case Op::kReduceOr:
    case Op::kReduceXor: return graph.Reduce(node->op, operands[0]);
  }
  VIREO_CHECK(false, "every operation can be copied");
}

void Compactor::Rebuild() {
  for (InputStream& input : process_.inputs) {
    input.pop = Copy(input.pop);
    input.wait = Copy(input.wait);
  }
  for (OutputStream& output : process_.outputs) {
    output.push = Copy(output.push);
    output.wait = Copy(output.wait);
    output.data = Copy(output.data);
  }
  std::vector<Register> registers;
  for (size_t i = 0; i < process_.registers.size(); ++i) {
    if (!live_registers_[i]) continue;
    Register reg = process_.registers[i];
    reg.next = Copy(reg.next);
    registers.push_back(std::move(reg));
  }
  for (Memory& memory : joined_) {
    for (Memory::Read& read : memory.reads) {
      read.address = Copy(read.address);
      if (read.enable != nullptr) read.enable = Copy(read.enable);
    }
    if (memory.write_enable == nullptr) continue;
    memory.write_enable = Copy(memory.write_enable);
    memory.write_address = Copy(memory.write_address);
    memory.write_data = Copy(memory.write_data);
  }
  std::vector<Assertion> assertions;
  for (Assertion assertion : process_.assertions) {
    assertion.holds = Copy(assertion.holds);
    if (!assertion.holds->IsAllOnes()) assertions.push_back(std::move(assertion));
  }
  for (ScalarOutput& output : process_.scalar_outputs) {
    output.register_index = register_numbers_[output.register_index];
  }
  process_.registers = std::move(registers);
  process_.memories = std::move(joined_);
  process_.assertions = std::move(assertions);
  process_.graph = std::move(graph_);
}

}  // namespace

void Compact(Process& process, const std::vector<uint32_t>& stream_index,
             const std::vector<MemoryPlan>& plans) {
  Compactor(process, stream_index, plans).Run();
}

}  // namespace vireo::compiler
