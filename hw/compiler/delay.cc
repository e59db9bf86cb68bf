// SPDX-License-Identifier: Apache-2.0
// The delay proxy: LUT packing, carry chains, multipliers, memories.

#include "hw/compiler/delay.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <queue>

namespace vireo::compiler {

namespace {

using Inputs = std::vector<Timing::Input>;
using TimingOf = std::function<const Timing&(const Node&)>;

uint32_t CeilDiv(uint32_t a, uint32_t b) { return (a + b - 1) / b; }

uint32_t CeilLog2(uint32_t n) { return n <= 1 ? 0 : static_cast<uint32_t>(std::bit_width(n - 1)); }

uint32_t Bits(const Inputs& inputs) {
  uint32_t bits = 0;
  for (const Timing::Input& input : inputs) bits += input.bits;
  return bits;
}

void AddInput(Inputs& inputs, const Timing::Input& input) {
  for (Timing::Input& known : inputs) {
    if (known.node == input.node) {
      known.bits = std::max(known.bits, input.bits);
      known.arrival = std::max(known.arrival, input.arrival);
      return;
    }
  }
  inputs.push_back(input);
}

const Timing::Input& Latest(const Inputs& inputs) {
  return *std::max_element(inputs.begin(), inputs.end(),
                           [](const auto& a, const auto& b) { return a.arrival < b.arrival; });
}

Timing OneLut(Inputs inputs) {
  Timing result;
  if (inputs.empty()) return result;
  const Timing::Input latest = Latest(inputs);
  result.arrival = latest.arrival + delay::kLut;
  result.from = latest.node;
  result.lut = std::move(inputs);
  return result;
}

// A function of more than six inputs as a tree: the earliest inputs go first.
Timing LutTree(const Inputs& inputs) {
  std::priority_queue<Picoseconds, std::vector<Picoseconds>, std::greater<>> arrivals;
  for (const Timing::Input& input : inputs) {
    for (uint32_t i = 0; i < input.bits; ++i) arrivals.push(input.arrival);
  }
  size_t take = (arrivals.size() - 2) % (delay::kLutInputs - 1) + 2;
  Timing result;
  result.from = Latest(inputs).node;
  while (arrivals.size() > 1) {
    Picoseconds latest = 0;
    for (size_t i = 0; i < take && !arrivals.empty(); ++i) {
      latest = std::max(latest, arrivals.top());
      arrivals.pop();
    }
    arrivals.push(latest + delay::kLut);
    take = delay::kLutInputs;
  }
  result.arrival = arrivals.top();
  return result;
}

// A function of these inputs. Those that come last are packed into its LUT if six inputs suffice.
Timing Function(Inputs inputs, const TimingOf& of) {
  if (inputs.empty()) return {};
  if (Bits(inputs) > delay::kLutInputs) return LutTree(inputs);
  for (;;) {
    const Timing::Input latest = Latest(inputs);
    const Timing& timing = of(*latest.node);
    if (timing.lut.empty()) break;
    Inputs packed;
    for (const Timing::Input& input : inputs) {
      if (input.node != latest.node) AddInput(packed, input);
    }
    for (Timing::Input inner : timing.lut) {
      inner.bits *= latest.bits;
      AddInput(packed, inner);
    }
    if (Bits(packed) > delay::kLutInputs) break;
    inputs = std::move(packed);
  }
  return OneLut(std::move(inputs));
}

void Append(Inputs& inputs, const Node& node, uint32_t bits, const TimingOf& of,
            Picoseconds extra = 0) {
  if (!node.IsConst()) AddInput(inputs, {&node, bits, of(node).arrival + extra});
}

// After the last operand, a block that takes no part in packing.
Timing Block(const Node& node, Picoseconds block, const TimingOf& of) {
  Timing result;
  for (const Node* operand : node.operands) {
    const Picoseconds arrival = of(*operand).arrival;
    if (operand->IsConst() || (result.from != nullptr && arrival <= result.arrival)) continue;
    result.arrival = arrival;
    result.from = operand;
  }
  result.arrival += block;
  return result;
}

Picoseconds CarryChain(uint32_t bits) {
  return delay::kLut + delay::kCarryIn +
         delay::kCarry8 * static_cast<Picoseconds>(CeilDiv(bits, 8));
}

Picoseconds Levels(uint32_t levels) { return delay::kLut * static_cast<Picoseconds>(levels); }

Picoseconds Multiply(const Node& node) {
  uint32_t a = node.operands[0]->width;
  uint32_t b = node.operands[1]->width;
  for (int side = 0; side < 2; ++side) {
    const Node& operand = *node.operands[static_cast<size_t>(side)];
    uint32_t& width = side == 0 ? a : b;
    if (operand.op == Op::kZExt) width = operand.operands[0]->width;
    if (operand.op == Op::kSExt) width = operand.operands[0]->width;
    if (operand.IsConst()) width = std::max(1U, operand.value.getActiveBits());
  }
  const uint32_t narrow = std::min(a, b);
  const uint32_t wide = std::max(a, b);
  if (node.operands[1]->IsConst()) {
    const uint32_t terms = node.operands[1]->value.popcount();
    return CarryChain(node.width) * static_cast<Picoseconds>(CeilLog2(terms));
  }
  if (narrow <= 3) return CarryChain(wide) * static_cast<Picoseconds>(narrow > 1 ? narrow - 1 : 1);
  const uint32_t blocks = CeilDiv(wide, 26) * CeilDiv(narrow, 17);
  return delay::kRoute + delay::kDspMultiply +
         delay::kDspCascade * static_cast<Picoseconds>(blocks - 1);
}

// Data of a LUTRAM: 64 words a LUT, multiplexed above.
Picoseconds LutramRead(uint32_t depth, uint32_t width) {
  return Levels(1 + CeilDiv(CeilLog2(CeilDiv(depth, 64)), 2)) + FanoutDelay(width);
}

// An element chosen by index: four to a LUT; from constants a table of six index bits a LUT.
Picoseconds IndexTree(const Node& node) {
  const auto elements = static_cast<uint32_t>(node.operands.size() - 1);
  const bool constant = std::all_of(node.operands.begin() + 1, node.operands.end(),
                                    [](const Node* e) { return e->IsConst(); });
  const uint32_t index_bits = CeilLog2(elements);
  if (constant) return Levels(index_bits <= 6 ? 1 : 1 + CeilDiv(index_bits - 6, 2));
  return Levels(CeilDiv(index_bits, 2)) + FanoutDelay(node.width);
}

Timing Compare(const Node& node, const TimingOf& of) {
  const Node& a = *node.operands[0];
  const Node& b = *node.operands[1];
  Inputs inputs;
  Append(inputs, a, a.width, of);
  Append(inputs, b, b.width, of);
  if (node.op == Op::kEq || Bits(inputs) <= delay::kLutInputs) return Function(inputs, of);
  return Block(node, CarryChain(CeilDiv(a.width, 2)), of);
}

Timing Choose(const Node& node, const TimingOf& of) {
  Inputs inputs;
  const Picoseconds fanout = FanoutDelay(node.width);
  const size_t stride = node.op == Op::kMux ? 3 : 2;
  for (size_t i = 0; i < node.operands.size(); ++i) {
    const bool is_condition = i % stride == 0;
    Append(inputs, *node.operands[i], 1, of, is_condition ? fanout : 0);
  }
  return Function(std::move(inputs), of);
}

}  // namespace

Picoseconds FanoutDelay(uint32_t loads) {
  if (loads <= 16) return 0;
  return static_cast<Picoseconds>(40.0 * std::log2(static_cast<double>(loads) / 16.0));
}

StorageStyle ResolvedStyle(const Memory& memory) {
  if (memory.style != StorageStyle::kAuto) return memory.style;
  return memory.read_latency == 0 ? StorageStyle::kLutram : StorageStyle::kBram;
}

Picoseconds MemoryClockToOut(const Memory& memory) {
  const uint32_t latency = memory.read_latency;
  switch (ResolvedStyle(memory)) {
    case StorageStyle::kUram: {
      const auto cascade = static_cast<Picoseconds>(CeilDiv(memory.depth, 4096) - 1);
      return latency >= 2 ? 400 : 1500 + 300 * cascade;
    }
    case StorageStyle::kBram: return latency >= 2 ? 300 : 1000;
    default: return delay::kClockToQ;
  }
}

Picoseconds MemorySetup(const Memory& memory) {
  return ResolvedStyle(memory) == StorageStyle::kLutram ? delay::kLutramWrite : delay::kBlockPort;
}

bool IsWiring(Op op) {
  switch (op) {
    case Op::kConst:
    case Op::kNot:
    case Op::kConcat:
    case Op::kExtract:
    case Op::kZExt:
    case Op::kSExt: return true;
    default: return false;
  }
}

Timing ArriveAnd(const std::vector<const Node*>& terms, const TimingOf& of) {
  Inputs inputs;
  for (const Node* term : terms) Append(inputs, *term, 1, of);
  return Function(std::move(inputs), of);
}

Timing Arrive(const Node& node, const std::vector<Memory>& memories, const TimingOf& of) {
  switch (node.op) {
    case Op::kConst: return {};
    case Op::kStreamData:
    case Op::kStreamValid:
    case Op::kStreamRoom:
    case Op::kScalarIn:
    case Op::kRegister: return {.arrival = delay::kClockToQ, .from = nullptr, .lut = {}};
    case Op::kMemoryRead: {
      const Memory& memory = memories[node.index];
      return Block(node, LutramRead(memory.depth, memory.width), of);
    }
    case Op::kNot:
    case Op::kExtract:
    case Op::kZExt:
    case Op::kSExt: {
      Timing result = of(*node.operands[0]);
      result.from = node.operands[0];
      return result;
    }
    case Op::kConcat: return Block(node, 0, of);
    case Op::kAnd:
    case Op::kOr:
    case Op::kXor: {
      Inputs inputs;
      for (const Node* operand : node.operands) Append(inputs, *operand, 1, of);
      return Function(std::move(inputs), of);
    }
    case Op::kMux:
    case Op::kOneHotMux: return Choose(node, of);
    case Op::kAdd:
    case Op::kSub:
      if (node.width <= 3) {
        Inputs inputs;
        for (const Node* operand : node.operands) Append(inputs, *operand, node.width, of);
        return Function(std::move(inputs), of);
      }
      return Block(node, CarryChain(node.width), of);
    case Op::kMul: return Block(node, Multiply(node), of);
    case Op::kUDiv:
    case Op::kSDiv:
    case Op::kURem:
    case Op::kSRem:
      return Block(node, CarryChain(node.width) * static_cast<Picoseconds>(node.width), of);
    case Op::kShl:
    case Op::kLShr:
    case Op::kAShr: {
      const uint32_t full = CeilLog2(node.width);
      const uint32_t amount = node.operands[1]->width;
      const uint32_t levels = CeilDiv(std::min(full, amount), 2) + (amount > full ? 1 : 0);
      return Block(node, Levels(levels) + FanoutDelay(node.width), of);
    }
    case Op::kEq:
    case Op::kUlt:
    case Op::kSlt: return Compare(node, of);
    case Op::kIndex: return Block(node, IndexTree(node), of);
    case Op::kReduceAnd:
    case Op::kReduceOr:
    case Op::kReduceXor: {
      Inputs inputs;
      Append(inputs, *node.operands[0], node.operands[0]->width, of);
      return Function(std::move(inputs), of);
    }
  }
  return {};
}

}  // namespace vireo::compiler
