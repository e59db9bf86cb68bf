// SPDX-License-Identifier: Apache-2.0
// Evaluates every node of a graph in the order of creation.

#include "tests/hw/compiler/interpreter.h"

#include "hw/compiler/check.h"

namespace vireo::compiler {

using llvm::APInt;

Interpreter::Interpreter(const Process& process)
    : inputs(process.inputs.size()),
      room(process.outputs.size(), true),
      outputs(process.outputs.size()),
      process_(process) {
  for (const Register& reg : process.registers) {
    registers_.push_back(reg.reset.value_or(APInt(reg.width, 0)));
  }
  for (const Memory& memory : process.memories) {
    std::vector<APInt> words = memory.contents;
    words.resize(memory.depth, APInt(memory.width, 0));
    memories_.push_back(std::move(words));
  }
}

APInt Interpreter::Evaluate(const Node& node) const {
  const auto arg = [&](size_t i) -> const APInt& { return Of(node.operands[i]); };
  const auto bit = [](bool value) { return APInt(1, value); };
  const auto fold = [&](auto&& f) {
    APInt result = arg(0);
    for (size_t i = 1; i < node.operands.size(); ++i) result = f(result, arg(i));
    return result;
  };
  const auto amount = [&] { return static_cast<unsigned>(arg(1).getLimitedValue(node.width)); };
  switch (node.op) {
    case Op::kConst: return node.value;
    case Op::kStreamData:
      return inputs[node.index].empty() ? APInt(node.width, 0) : inputs[node.index].front();
    case Op::kStreamValid: return bit(!inputs[node.index].empty());
    case Op::kStreamRoom: return bit(room[node.index]);
    case Op::kRegister: return registers_[node.index];
    case Op::kMemoryRead: return memories_[node.index][arg(0).getZExtValue()];
    case Op::kNot: return ~arg(0);
    case Op::kAnd: return fold([](const APInt& a, const APInt& b) { return a & b; });
    case Op::kOr: return fold([](const APInt& a, const APInt& b) { return a | b; });
    case Op::kXor: return fold([](const APInt& a, const APInt& b) { return a ^ b; });
    case Op::kAdd: return arg(0) + arg(1);
    case Op::kSub: return arg(0) - arg(1);
    case Op::kMul: return arg(0) * arg(1);
    case Op::kUDiv: return arg(0).udiv(arg(1));
    case Op::kSDiv: return arg(0).sdiv(arg(1));
    case Op::kURem: return arg(0).urem(arg(1));
    case Op::kSRem: return arg(0).srem(arg(1));
    case Op::kShl: return arg(0).shl(amount());
    case Op::kLShr: return arg(0).lshr(amount());
    case Op::kAShr: return arg(0).ashr(amount());
    case Op::kEq: return bit(arg(0) == arg(1));
    case Op::kUlt: return bit(arg(0).ult(arg(1)));
    case Op::kSlt: return bit(arg(0).slt(arg(1)));
    case Op::kMux: return arg(0).isZero() ? arg(2) : arg(1);
    case Op::kOneHotMux: {
      APInt result(node.width, 0);
      for (size_t i = 0; i < node.operands.size(); i += 2) {
        if (!arg(i).isZero()) result |= arg(i + 1);
      }
      return result;
    }
    case Op::kIndex: return arg(1 + arg(0).getLimitedValue(node.operands.size() - 2));
    case Op::kConcat: return fold([](const APInt& a, const APInt& b) { return a.concat(b); });
    case Op::kExtract: return arg(0).extractBits(node.width, node.low);
    case Op::kZExt: return arg(0).zext(node.width);
    case Op::kSExt: return arg(0).sext(node.width);
    case Op::kReduceAnd: return bit(arg(0).isAllOnes());
    case Op::kReduceOr: return bit(!arg(0).isZero());
    case Op::kReduceXor: return bit((arg(0).popcount() & 1) != 0);
    case Op::kScalarIn: break;
  }
  VIREO_CHECK(false, "the interpreter knows the operation");
  return APInt(node.width, 0);
}

bool Interpreter::Fire() {
  values_.clear();
  for (const Node& node : process_.graph->nodes()) values_.push_back(Evaluate(node));
  for (const InputStream& in : process_.inputs) {
    if (!Of(in.wait).isZero()) return false;
  }
  for (const OutputStream& out : process_.outputs) {
    if (!Of(out.wait).isZero()) return false;
  }
  for (size_t i = 0; i < process_.registers.size(); ++i) {
    registers_[i] = Of(process_.registers[i].next);
  }
  for (size_t i = 0; i < process_.memories.size(); ++i) {
    const Memory& memory = process_.memories[i];
    if (memory.write_enable == nullptr || Of(memory.write_enable).isZero()) continue;
    memories_[i][Of(memory.write_address).getZExtValue()] = Of(memory.write_data);
  }
  for (size_t i = 0; i < process_.inputs.size(); ++i) {
    if (!Of(process_.inputs[i].pop).isZero()) inputs[i].pop_front();
  }
  for (size_t i = 0; i < process_.outputs.size(); ++i) {
    const OutputStream& out = process_.outputs[i];
    if (!Of(out.push).isZero()) outputs[i].push_back(Of(out.data));
  }
  return true;
}

}  // namespace vireo::compiler
