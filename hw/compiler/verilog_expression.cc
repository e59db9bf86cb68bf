// SPDX-License-Identifier: Apache-2.0
// Expressions: every operand has its operator's width, so that Verilog's own widening never acts.

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "hw/compiler/check.h"
#include "hw/compiler/verilog_nets.h"

namespace vireo::compiler {

std::string VerilogNets::Definition(const Node& node, uint32_t stage) {
  return Expression(node, stage, true);
}

std::string VerilogNets::Value(const Node& node, uint32_t stage, bool is_top) {
  if (node.IsConst()) return Literal(node.value);
  if (piping_.IsPiped(node) && stage > schedule_.stage[node.id]) {
    return Slice(node, stage, 0, node.width);
  }
  if (IsSource(node)) {
    const std::string name = SourceNet(node);
    Use(name, 0, node.width);
    return name;
  }
  const Uses& uses = uses_.at({node.id, stage});
  if (!uses.is_net) return Expression(node, stage, is_top);
  Use(uses.name, 0, node.width);
  return uses.name;
}

std::string VerilogNets::Slice(const Node& node, uint32_t stage, uint32_t low, uint32_t width) {
  if (node.IsConst()) return Literal(node.value.extractBits(width, low));
  if (piping_.IsPiped(node) && stage > schedule_.stage[node.id]) {
    for (const size_t i : pipe_of_.at({node.id, stage})) {
      const PipeRegister& pipe = pipe_[stage][i];
      if (low < pipe.bits.low || low + width > pipe.bits.low + pipe.bits.width) continue;
      Use(pipe.name, low - pipe.bits.low, width);
      return Select(pipe.name, pipe.bits.width, low - pipe.bits.low, width);
    }
    VIREO_CHECK(false, "bits that a stage uses are piped to it");
  }
  if (width == node.width) return Value(node, stage);
  switch (node.op) {
    case Op::kNot: return "~" + Slice(*node.operands[0], stage, low, width);
    case Op::kExtract: return Slice(*node.operands[0], stage, low + node.low, width);
    case Op::kZExt:
    case Op::kSExt: {
      const Node& inner = *node.operands[0];
      const uint32_t extra =
          low + width > inner.width ? low + width - std::max(low, inner.width) : 0;
      std::string above;
      if (extra > 0 && node.op == Op::kZExt) above = Literal(extra, 0);
      if (extra > 0 && node.op == Op::kSExt) {
        const std::string sign = Slice(inner, stage, inner.width - 1, 1);
        above = extra == 1 ? sign : fmt::format("{{{}{{{}}}}}", extra, sign);
      }
      if (extra == width) return above;
      const std::string below = Slice(inner, stage, low, width - extra);
      return extra == 0 ? below : fmt::format("{{{}, {}}}", above, below);
    }
    case Op::kConcat: {
      std::string parts;
      uint32_t position = node.width;
      for (const Node* part : node.operands) {
        position -= part->width;
        const uint32_t begin = std::max(low, position);
        const uint32_t end = std::min(low + width, position + part->width);
        if (begin >= end) continue;
        const std::string text = Slice(*part, stage, begin - position, end - begin);
        if (end - begin == width) return text;
        parts += parts.empty() ? text : ", " + text;
      }
      return "{" + parts + "}";
    }
    default: break;
  }
  const std::string name = IsSource(node) ? SourceNet(node) : uses_.at({node.id, stage}).name;
  Use(name, low, width);
  return Select(name, node.width, low, width);
}

std::string VerilogNets::Negated(const Node& node, uint32_t stage) {
  if (node.IsConst()) return Literal(~node.value);
  if (node.op == Op::kNot && !uses_.at({node.id, stage}).is_net) {
    return Value(*node.operands[0], stage);
  }
  return "~" + Value(node, stage);
}

std::string VerilogNets::Address(const Node& node, uint32_t stage, uint32_t depth) {
  if (depth <= 1) return "0";
  const auto bits = static_cast<uint32_t>(std::bit_width(depth - 1));
  if (node.width > bits) return Slice(node, stage, 0, bits);
  if (node.width == bits) return Value(node, stage, true);
  return fmt::format("{{{}, {}}}", Literal(bits - node.width, 0), Value(node, stage, true));
}

std::string VerilogNets::Operator(const Node& node, uint32_t stage, const char* symbol) {
  std::string text;
  for (const Node* operand : node.operands) {
    if (!text.empty()) text += fmt::format(" {} ", symbol);
    text += Value(*operand, stage);
  }
  return text;
}

// Amounts of 32 bits and more are beyond what simulators take: they are cut to the few bits that
// matter, saturated.
std::string VerilogNets::Shift(const Node& node, uint32_t stage) {
  const Node& amount = *node.operands[1];
  std::string by;
  if (amount.width <= kMaxShiftAmount) {
    by = Value(amount, stage);
  } else {
    const auto bits = static_cast<uint32_t>(std::bit_width(node.width));
    const std::string high = Slice(amount, stage, bits, amount.width - bits);
    by = fmt::format("((|{}) ? {} : {})", high, Literal(llvm::APInt::getAllOnes(bits)),
                     Slice(amount, stage, 0, bits));
  }
  const std::string value = Value(*node.operands[0], stage);
  switch (node.op) {
    case Op::kShl: return fmt::format("{} << {}", value, by);
    case Op::kLShr: return fmt::format("{} >> {}", value, by);
    default: return fmt::format("$signed({}) >>> {}", value, by);
  }
}

std::string VerilogNets::Expression(const Node& node, uint32_t stage, bool is_top) {
  const auto value = [&](size_t i, bool top = false) {
    return Value(*node.operands[i], stage, top);
  };
  std::string text;
  switch (node.op) {
    case Op::kNot: return "~" + value(0);
    case Op::kExtract: return Slice(*node.operands[0], stage, node.low, node.width);
    case Op::kConcat:
      for (size_t i = 0; i < node.operands.size(); ++i) {
        text += (i == 0 ? "{" : ", ") + value(i, true);
      }
      return text + "}";
    case Op::kZExt:
      return fmt::format("{{{}, {}}}", Literal(node.width - node.operands[0]->width, 0),
                         value(0, true));
    case Op::kSExt: {
      const Node& inner = *node.operands[0];
      const uint32_t extra = node.width - inner.width;
      if (inner.width == 1) return fmt::format("{{{}{{{}}}}}", node.width, value(0, true));
      const std::string sign = Slice(inner, stage, inner.width - 1, 1);
      if (extra == 1) return fmt::format("{{{}, {}}}", sign, value(0, true));
      return fmt::format("{{{{{}{{{}}}}}, {}}}", extra, sign, value(0, true));
    }
    case Op::kMemoryRead: {
      const Memory& memory = process_.memories[node.index];
      return fmt::format("{}[{}]", memory_names_[node.index],
                         Address(*node.operands[0], stage, memory.depth));
    }
    case Op::kAnd: text = Operator(node, stage, "&"); break;
    case Op::kOr: text = Operator(node, stage, "|"); break;
    case Op::kXor: text = Operator(node, stage, "^"); break;
    case Op::kAdd: {
      const Node& added = *node.operands[1];
      if (added.IsConst() && added.value.isNegative() && node.width > 1) {
        text = fmt::format("{} - {}", value(0), Literal(-added.value));
      } else {
        text = Operator(node, stage, "+");
      }
      break;
    }
    case Op::kSub: text = Operator(node, stage, "-"); break;
    case Op::kMul: text = Operator(node, stage, "*"); break;
    case Op::kUDiv: text = Operator(node, stage, "/"); break;
    case Op::kURem: text = Operator(node, stage, "%"); break;
    case Op::kSDiv: text = fmt::format("$signed({}) / $signed({})", value(0), value(1)); break;
    case Op::kSRem: text = fmt::format("$signed({}) % $signed({})", value(0), value(1)); break;
    case Op::kShl:
    case Op::kLShr:
    case Op::kAShr: text = Shift(node, stage); break;
    case Op::kEq: text = Operator(node, stage, "=="); break;
    case Op::kUlt: text = Operator(node, stage, "<"); break;
    case Op::kSlt:
      text = fmt::format("$signed({}) < $signed({})", value(0, true), value(1, true));
      break;
    case Op::kMux: {
      const Node& otherwise = *node.operands[2];
      text = fmt::format("{} ? {} : {}", value(0), value(1), value(2, otherwise.op == Op::kMux));
      break;
    }
    case Op::kOneHotMux:
      for (size_t i = 0; i < node.operands.size(); i += 2) {
        const Node& chosen = *node.operands[i + 1];
        if (chosen.IsZero() && node.operands.size() > 2) continue;
        std::string condition = value(i);
        if (node.width > 1) {
          condition = fmt::format("{{{}{{{}}}}}", node.width, value(i, true));
        }
        if (!text.empty()) text += " | ";
        text += chosen.IsAllOnes() ? condition : fmt::format("({} & {})", condition, value(i + 1));
      }
      break;
    case Op::kReduceAnd: text = "&" + value(0); break;
    case Op::kReduceOr: text = "|" + value(0); break;
    case Op::kReduceXor: text = "^" + value(0); break;
    default: VIREO_CHECK(false, "an operation has an expression");
  }
  if (text.empty()) return Literal(node.width, 0);
  return is_top ? text : "(" + text + ")";
}

}  // namespace vireo::compiler
