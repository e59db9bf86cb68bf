// SPDX-License-Identifier: Apache-2.0
// The graph builder: arithmetic, comparisons, choices, and wiring of whole words.

#include <algorithm>

#include "hw/compiler/check.h"
#include "hw/compiler/ir.h"

namespace vireo::compiler {

Node* Graph::Add(Node* a, Node* b) {
  VIREO_CHECK(a->width == b->width, "operands of an addition are of one width");
  if (a->IsConst() && b->IsConst()) return Const(a->value + b->value);
  if (a->IsConst()) std::swap(a, b);
  if (b->IsZero()) return a;
  if (a->width == 1) return Xor(a, b);
  // (x + c) + d = x + (c + d)
  if (b->IsConst() && a->op == Op::kAdd && a->operands[1]->IsConst()) {
    return Add(a->operands[0], Const(a->operands[1]->value + b->value));
  }
  if (a->id > b->id && !b->IsConst()) std::swap(a, b);
  return Make(Op::kAdd, a->width, {a, b});
}

Node* Graph::Sub(Node* a, Node* b) {
  VIREO_CHECK(a->width == b->width, "operands of a subtraction are of one width");
  if (a == b) return Const(a->width, 0);
  if (b->IsConst()) return Add(a, Const(-b->value));
  if (a->width == 1) return Xor(a, b);
  return Make(Op::kSub, a->width, {a, b});
}

Node* Graph::Binary(Op op, Node* a, Node* b) {
  VIREO_CHECK(a->width == b->width, "operands are of one width");
  const uint32_t width = a->width;
  if (op == Op::kMul) {
    if (a->IsConst()) std::swap(a, b);
    if (a->IsConst()) return Const(a->value * b->value);
    if (b->IsZero()) return b;
    if (b->IsConst() && b->value.isPowerOf2()) {
      return Shift(Op::kShl, a, Const(32, b->value.logBase2()));
    }
  } else {
    VIREO_CHECK(op == Op::kUDiv || op == Op::kSDiv || op == Op::kURem || op == Op::kSRem,
                "Binary() makes products, quotients and remainders");
    if (a->IsConst() && b->IsConst() && !b->IsZero()) {
      switch (op) {
        case Op::kUDiv: return Const(a->value.udiv(b->value));
        case Op::kSDiv: return Const(a->value.sdiv(b->value));
        case Op::kURem: return Const(a->value.urem(b->value));
        default: return Const(a->value.srem(b->value));
      }
    }
    if (b->IsConst() && b->value.isPowerOf2()) {
      const uint32_t log = b->value.logBase2();
      if (op == Op::kUDiv) return Shift(Op::kLShr, a, Const(32, log));
      if (op == Op::kURem) {
        return log == 0 ? Const(width, 0) : ZExt(Extract(a, 0, log), width);
      }
    }
  }
  return Make(op, width, {a, b});
}

Node* Graph::Shift(Op op, Node* a, Node* amount) {
  const uint32_t width = a->width;
  if (a->IsZero()) return a;
  if (amount->IsConst()) {
    const uint64_t n = amount->value.getLimitedValue(width);
    if (n == 0) return a;
    if (op == Op::kAShr) {
      const uint32_t kept = n >= width ? 1 : width - static_cast<uint32_t>(n);
      return SExt(Extract(a, width - kept, kept), width);
    }
    if (n >= width) return Const(width, 0);
    const auto m = static_cast<uint32_t>(n);
    if (op == Op::kShl) return Concat({Extract(a, 0, width - m), Const(m, 0)});
    return ZExt(Extract(a, m, width - m), width);
  }
  // Extended amounts say no more than what was extended.
  if (amount->op == Op::kZExt) return Shift(op, a, amount->operands[0]);
  return Make(op, width, {a, amount});
}

Node* Graph::Eq(Node* a, Node* b) {
  VIREO_CHECK(a->width == b->width, "operands of a comparison are of one width");
  if (a == b) return True();
  if (a->IsConst()) std::swap(a, b);
  if (a->IsConst()) return Const(1, a->value == b->value);
  if (a->width == 1) {
    if (b->IsConst()) return b->IsZero() ? Not(a) : a;
    return Not(Xor(a, b));
  }
  if (b->IsConst()) {
    if (a->op == Op::kZExt) {
      const uint32_t inner = a->operands[0]->width;
      if (b->value.getActiveBits() > inner) return False();
      return Eq(a->operands[0], Const(b->value.trunc(inner)));
    }
    if (a->op == Op::kSExt) {
      const uint32_t inner = a->operands[0]->width;
      if (!b->value.isSignedIntN(inner)) return False();
      return Eq(a->operands[0], Const(b->value.trunc(inner)));
    }
    if (a->op == Op::kMux && a->operands[1]->IsConst() && a->operands[2]->IsConst()) {
      return Mux(a->operands[0], Eq(a->operands[1], b), Eq(a->operands[2], b));
    }
    if (a->op == Op::kConcat) {
      Node* all = True();
      uint32_t low = 0;
      for (auto it = a->operands.rbegin(); it != a->operands.rend(); ++it) {
        all = And(all, Eq(*it, Const(b->value.extractBits((*it)->width, low))));
        low += (*it)->width;
      }
      return all;
    }
  }
  if (a->op == Op::kZExt && b->op == Op::kZExt && a->operands[0]->width == b->operands[0]->width) {
    return Eq(a->operands[0], b->operands[0]);
  }
  if (a->id > b->id && !b->IsConst()) std::swap(a, b);
  return Make(Op::kEq, 1, {a, b});
}

Node* Graph::Ult(Node* a, Node* b) {
  VIREO_CHECK(a->width == b->width, "operands of a comparison are of one width");
  if (a == b || b->IsZero() || a->IsAllOnes()) return False();
  if (a->IsConst() && b->IsConst()) return Const(1, a->value.ult(b->value));
  if (a->width == 1) return And(Not(a), b);
  if (a->IsZero()) return Not(Eq(b, a));
  if (b->IsConst(1)) return Eq(a, Const(a->width, 0));
  // Compare in the narrowest width that holds both.
  const auto active = [](const Node* n) {
    if (n->op == Op::kZExt) return n->operands[0]->width;
    if (n->IsConst()) return std::max(1U, n->value.getActiveBits());
    return n->width;
  };
  const uint32_t needed = std::max(active(a), active(b));
  if (needed < a->width) {
    if (a->op == Op::kZExt && active(b) > a->operands[0]->width && b->IsConst()) return True();
    if (b->op == Op::kZExt && active(a) > b->operands[0]->width && a->IsConst()) return False();
    return Ult(Extract(a, 0, needed), Extract(b, 0, needed));
  }
  return Make(Op::kUlt, 1, {a, b});
}

Node* Graph::Slt(Node* a, Node* b) {
  VIREO_CHECK(a->width == b->width, "operands of a comparison are of one width");
  if (a == b) return False();
  if (a->IsConst() && b->IsConst()) return Const(1, a->value.slt(b->value));
  const uint32_t width = a->width;
  if (b->IsZero()) return Extract(a, width - 1, 1);
  const auto non_negative = [](const Node* n) {
    return n->op == Op::kZExt || (n->IsConst() && n->value.isNonNegative());
  };
  if (non_negative(a) && non_negative(b)) return Ult(a, b);
  const auto significant = [](const Node* n) {
    if (n->op == Op::kZExt) return n->operands[0]->width + 1;
    if (n->op == Op::kSExt) return n->operands[0]->width;
    if (n->IsConst()) return n->value.getSignificantBits();
    return n->width;
  };
  const uint32_t needed = std::max(significant(a), significant(b));
  if (needed < width) return Slt(Extract(a, 0, needed), Extract(b, 0, needed));
  return Make(Op::kSlt, 1, {a, b});
}

Node* Graph::Mux(Node* condition, Node* a, Node* b) {
  VIREO_CHECK(condition->width == 1, "a multiplexer's condition is one bit");
  VIREO_CHECK(a->width == b->width, "a multiplexer's choices are of one width");
  if (condition->IsConst()) return condition->IsZero() ? b : a;
  if (a == b) return a;
  if (condition->op == Op::kNot) return Mux(condition->operands[0], b, a);
  if (a->op == Op::kMux && a->operands[0] == condition) a = a->operands[1];
  if (b->op == Op::kMux && b->operands[0] == condition) b = b->operands[2];
  if (a == b) return a;
  if (a->width == 1) {
    if (a->IsConst()) return a->IsZero() ? And(Not(condition), b) : Or(condition, b);
    if (b->IsConst()) return b->IsZero() ? And(condition, a) : Or(Not(condition), a);
    if (a == condition) return Or(condition, b);
    if (b == condition) return And(condition, a);
    if (Opposite(a, b)) return Not(Xor(condition, a));
  }
  // Both extended alike: choose in the narrow width.
  if (a->op == b->op && (a->op == Op::kZExt || a->op == Op::kSExt) &&
      a->operands[0]->width == b->operands[0]->width) {
    Node* narrow = Mux(condition, a->operands[0], b->operands[0]);
    return a->op == Op::kZExt ? ZExt(narrow, a->width) : SExt(narrow, a->width);
  }
  // c ? (d ? x : y) : y = (c & d) ? x : y, and the like: one condition less in the chain.
  if (a->op == Op::kMux && a->operands[2] == b) {
    return Mux(And(condition, a->operands[0]), a->operands[1], b);
  }
  if (b->op == Op::kMux && b->operands[1] == a) {
    return Mux(Or(condition, b->operands[0]), a, b->operands[2]);
  }
  if (a->op == Op::kMux && a->operands[1] == b) {
    return Mux(And(condition, Not(a->operands[0])), a->operands[2], b);
  }
  if (b->op == Op::kMux && b->operands[2] == a) {
    return Mux(Or(condition, Not(b->operands[0])), a, b->operands[1]);
  }
  return Make(Op::kMux, a->width, {condition, a, b});
}

Node* Graph::OneHotMux(llvm::ArrayRef<std::pair<Node*, Node*>> choices) {
  VIREO_CHECK(!choices.empty(), "there is something to choose from");
  // Equal values share a condition.
  std::vector<std::pair<Node*, Node*>> merged;
  for (const auto& choice : choices) {
    if (choice.first->IsZero()) continue;
    const auto same = std::find_if(merged.begin(), merged.end(),
                                   [&](const auto& m) { return m.second == choice.second; });
    if (same != merged.end()) {
      same->first = Or(same->first, choice.first);
    } else {
      merged.push_back(choice);
    }
  }
  if (merged.empty()) return Const(choices[0].second->width, 0);
  std::vector<Node*> operands;
  for (const auto& [condition, value] : merged) {
    operands.push_back(condition);
    operands.push_back(value);
  }
  return Make(Op::kOneHotMux, choices[0].second->width, std::move(operands));
}

Node* Graph::Index(Node* index, llvm::ArrayRef<Node*> elements) {
  VIREO_CHECK(!elements.empty(), "an array has elements");
  if (index->IsConst()) return elements[index->value.getLimitedValue(elements.size() - 1)];
  if (std::all_of(elements.begin(), elements.end(),
                  [&](const Node* e) { return e == elements[0]; })) {
    return elements[0];
  }
  if (elements.size() == 2) return Mux(Ne(index, Const(index->width, 0)), elements[1], elements[0]);
  std::vector<Node*> operands = {index};
  operands.insert(operands.end(), elements.begin(), elements.end());
  return Make(Op::kIndex, elements[0]->width, std::move(operands));
}

Node* Graph::Concat(llvm::ArrayRef<Node*> parts) {
  // Flat, with neighbours joined: constants, and adjacent extracts of one value.
  std::vector<Node*> flat;
  const auto append = [&](auto&& self, Node* part) -> void {
    if (part->op == Op::kConcat) {
      for (Node* inner : part->operands) self(self, inner);
      return;
    }
    if (part->op == Op::kZExt) {
      self(self, Const(part->width - part->operands[0]->width, 0));
      self(self, part->operands[0]);
      return;
    }
    if (!flat.empty()) {
      Node* last = flat.back();
      if (last->IsConst() && part->IsConst()) {
        flat.back() = Const(last->value.concat(part->value));
        return;
      }
      if (last->op == Op::kExtract && part->op == Op::kExtract &&
          last->operands[0] == part->operands[0] && part->low + part->width == last->low) {
        Node* joined = Extract(part->operands[0], part->low, part->width + last->width);
        flat.pop_back();
        self(self, joined);
        return;
      }
    }
    flat.push_back(part);
  };
  for (Node* part : parts) append(append, part);
  if (flat.size() == 1) return flat[0];
  uint32_t width = 0;
  for (const Node* part : flat) width += part->width;
  if (flat[0]->IsZero()) {
    return ZExt(Concat(llvm::ArrayRef<Node*>(flat).drop_front()), width);
  }
  return Make(Op::kConcat, width, std::move(flat));
}

Node* Graph::Extract(Node* a, uint32_t low, uint32_t width) {
  VIREO_CHECK(low + width <= a->width, "an extract stays within its operand");
  if (width == a->width) return a;
  const ExtractKey key{a->id, low, width};
  if (const auto known = extracts_.find(key); known != extracts_.end()) return known->second;
  Node* result = PushExtract(a, low, width);
  extracts_.emplace(key, result);
  return result;
}

// Moves an extract towards the inputs, so that only needed bits are computed and stored.
Node* Graph::PushExtract(Node* a, uint32_t low, uint32_t width) {
  switch (a->op) {
    case Op::kConst: return Const(a->value.extractBits(width, low));
    case Op::kExtract: return Extract(a->operands[0], a->low + low, width);
    case Op::kZExt: {
      const uint32_t inner = a->operands[0]->width;
      if (low >= inner) return Const(width, 0);
      if (low + width <= inner) return Extract(a->operands[0], low, width);
      return ZExt(Extract(a->operands[0], low, inner - low), width);
    }
    case Op::kSExt: {
      const uint32_t inner = a->operands[0]->width;
      if (low + width <= inner) return Extract(a->operands[0], low, width);
      if (low < inner) return SExt(Extract(a->operands[0], low, inner - low), width);
      return SExt(Extract(a->operands[0], inner - 1, 1), width);
    }
    case Op::kConcat: {
      std::vector<Node*> parts;
      uint32_t position = 0;
      for (auto it = a->operands.rbegin(); it != a->operands.rend(); ++it) {
        const uint32_t begin = std::max(low, position);
        const uint32_t end = std::min(low + width, position + (*it)->width);
        if (begin < end) parts.push_back(Extract(*it, begin - position, end - begin));
        position += (*it)->width;
      }
      std::reverse(parts.begin(), parts.end());
      return Concat(parts);
    }
    case Op::kNot: return Not(Extract(a->operands[0], low, width));
    case Op::kAnd:
      return And(Extract(a->operands[0], low, width), Extract(a->operands[1], low, width));
    case Op::kOr:
      return Or(Extract(a->operands[0], low, width), Extract(a->operands[1], low, width));
    case Op::kXor:
      return Xor(Extract(a->operands[0], low, width), Extract(a->operands[1], low, width));
    case Op::kMux:
      return Mux(a->operands[0], Extract(a->operands[1], low, width),
                 Extract(a->operands[2], low, width));
    case Op::kAdd:
    case Op::kSub:
    case Op::kMul:
      // Low bits of sums and products depend on low bits alone.
      if (low == 0) {
        Node* x = Extract(a->operands[0], 0, width);
        Node* y = Extract(a->operands[1], 0, width);
        return a->op == Op::kAdd ? Add(x, y) : a->op == Op::kSub ? Sub(x, y) : Binary(a->op, x, y);
      }
      break;
    default: break;
  }
  return Make(Op::kExtract, width, {a}, 0, 0, low);
}

Node* Graph::ZExt(Node* a, uint32_t width) {
  VIREO_CHECK(width >= a->width, "an extension does not cut");
  if (width == a->width) return a;
  if (a->IsConst()) return Const(a->value.zext(width));
  if (a->op == Op::kZExt) return ZExt(a->operands[0], width);
  return Make(Op::kZExt, width, {a});
}

Node* Graph::SExt(Node* a, uint32_t width) {
  VIREO_CHECK(width >= a->width, "an extension does not cut");
  if (width == a->width) return a;
  if (a->IsConst()) return Const(a->value.sext(width));
  if (a->op == Op::kSExt) return SExt(a->operands[0], width);
  if (a->op == Op::kZExt) return ZExt(a->operands[0], width);
  return Make(Op::kSExt, width, {a});
}

Node* Graph::Resize(Node* a, uint32_t width, bool is_signed) {
  if (width <= a->width) return Extract(a, 0, width);
  return is_signed ? SExt(a, width) : ZExt(a, width);
}

Node* Graph::Reduce(Op op, Node* a) {
  if (a->width == 1) return a;
  if (a->IsConst()) {
    switch (op) {
      case Op::kReduceAnd: return Const(1, a->value.isAllOnes());
      case Op::kReduceOr: return Const(1, !a->value.isZero());
      default: return Const(1, a->value.popcount() & 1);
    }
  }
  if (op != Op::kReduceAnd && a->op == Op::kZExt) return Reduce(op, a->operands[0]);
  return Make(op, 1, {a});
}

}  // namespace vireo::compiler
