// SPDX-License-Identifier: Apache-2.0
// The graph builder: constant folding, local identities, and sharing of equal nodes.

#include <algorithm>
#include <cstdlib>

#include "hw/compiler/check.h"
#include "hw/compiler/ir.h"
#include "llvm/ADT/Hashing.h"

namespace vireo::compiler {

using llvm::APInt;

const char* OpName(Op op) {
  switch (op) {
    case Op::kConst: return "const";
    case Op::kStreamData: return "stream_data";
    case Op::kStreamValid: return "stream_valid";
    case Op::kStreamRoom: return "stream_room";
    case Op::kScalarIn: return "scalar_in";
    case Op::kRegister: return "register";
    case Op::kMemoryRead: return "memory_read";
    case Op::kNot: return "not";
    case Op::kAnd: return "and";
    case Op::kOr: return "or";
    case Op::kXor: return "xor";
    case Op::kAdd: return "add";
    case Op::kSub: return "sub";
    case Op::kMul: return "mul";
    case Op::kUDiv: return "udiv";
    case Op::kSDiv: return "sdiv";
    case Op::kURem: return "urem";
    case Op::kSRem: return "srem";
    case Op::kShl: return "shl";
    case Op::kLShr: return "lshr";
    case Op::kAShr: return "ashr";
    case Op::kEq: return "eq";
    case Op::kUlt: return "ult";
    case Op::kSlt: return "slt";
    case Op::kMux: return "mux";
    case Op::kOneHotMux: return "one_hot_mux";
    case Op::kIndex: return "index";
    case Op::kConcat: return "concat";
    case Op::kExtract: return "extract";
    case Op::kZExt: return "zext";
    case Op::kSExt: return "sext";
    case Op::kReduceAnd: return "reduce_and";
    case Op::kReduceOr: return "reduce_or";
    case Op::kReduceXor: return "reduce_xor";
  }
  return "?";
}

namespace {

bool ById(const Node* a, const Node* b) { return a->id < b->id; }

// Whether `b` is the negation of `a`.
bool Opposite(const Node* a, const Node* b) {
  return (b->op == Op::kNot && b->operands[0] == a) || (a->op == Op::kNot && a->operands[0] == b);
}

}  // namespace

Node* Graph::Make(Op op, uint32_t width, std::vector<Node*> operands, uint32_t index, uint32_t port,
                  uint32_t low) {
  VIREO_CHECK(width > 0, "a node has at least one bit");
  size_t hash = llvm::hash_combine(static_cast<int>(op), width, index, port, low);
  for (const Node* operand : operands) hash = llvm::hash_combine(hash, operand->id);
  const auto [begin, end] = shared_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    Node* node = it->second;
    if (node->op == op && node->width == width && node->index == index && node->port == port &&
        node->low == low && node->operands == operands) {
      return node;
    }
  }
  Node& node = nodes_.emplace_back();
  node.op = op;
  node.width = width;
  node.id = static_cast<uint32_t>(nodes_.size() - 1);
  node.index = index;
  node.port = port;
  node.low = low;
  node.operands = std::move(operands);
  node.location = location_;
  shared_.emplace(hash, &node);
  return &node;
}

void Graph::Name(Node* node, const std::string& name) {
  const bool is_input = node->operands.empty() || node->op == Op::kMemoryRead;
  if (node->name.empty() && !is_input && !name.empty()) node->name = name;
}

Node* Graph::Const(APInt value) {
  const uint32_t width = value.getBitWidth();
  const size_t hash = llvm::hash_combine(static_cast<int>(Op::kConst), llvm::hash_value(value));
  const auto [begin, end] = shared_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    Node* node = it->second;
    if (node->IsConst() && node->width == width && node->value == value) return node;
  }
  Node& node = nodes_.emplace_back();
  node.op = Op::kConst;
  node.width = width;
  node.id = static_cast<uint32_t>(nodes_.size() - 1);
  node.value = std::move(value);
  shared_.emplace(hash, &node);
  return &node;
}

Node* Graph::Const(uint32_t width, uint64_t value) { return Const(APInt(width, value)); }

Node* Graph::Input(Op op, uint32_t width, uint32_t index) { return Make(op, width, {}, index); }

Node* Graph::MemoryRead(uint32_t memory, uint32_t port, uint32_t width, Node* address) {
  return Make(Op::kMemoryRead, width, {address}, memory, port);
}

Node* Graph::Not(Node* a) {
  if (a->IsConst()) return Const(~a->value);
  if (a->op == Op::kNot) return a->operands[0];
  return Make(Op::kNot, a->width, {a});
}

// One-bit AND and OR are kept flat and sorted, so that equal sets of terms are one node.
Node* Graph::NaryBit(Op op, Node* a, Node* b) {
  const bool is_and = op == Op::kAnd;
  std::vector<Node*> terms;
  for (Node* side : {a, b}) {
    if (side->op == op) {
      terms.insert(terms.end(), side->operands.begin(), side->operands.end());
    } else {
      terms.push_back(side);
    }
  }
  std::sort(terms.begin(), terms.end(), ById);
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  for (Node* term : terms) {
    if (term->op == Op::kNot &&
        std::binary_search(terms.begin(), terms.end(), term->operands[0], ById)) {
      return is_and ? False() : True();
    }
  }
  // A value equals one constant at most: x == 1 excludes x == 2.
  const auto is_equality = [](const Node* n) { return n->op == Op::kEq && n->operands[1]->IsConst(); };
  if (is_and) {
    for (size_t i = 0; i < terms.size(); ++i) {
      if (!is_equality(terms[i])) continue;
      const Node* value = terms[i]->operands[0];
      const auto other = [&](const Node* n) {
        return n != terms[i] && is_equality(n) && n->operands[0] == value;
      };
      if (std::any_of(terms.begin(), terms.end(), other)) return False();
      const Node* equality = terms[i];
      std::erase_if(terms, [&](const Node* n) {
        return n->op == Op::kNot && is_equality(n->operands[0]) && n->operands[0] != equality &&
               n->operands[0]->operands[0] == value;
      });
      i = static_cast<size_t>(std::find(terms.begin(), terms.end(), equality) - terms.begin());
    }
  }
  // Absorption: x & (x | y) = x, and with a negated term inside: x & (!x | y) = x & y.
  const Op dual = is_and ? Op::kOr : Op::kAnd;
  for (size_t i = 0; i < terms.size(); ++i) {
    if (terms[i]->op != dual) continue;
    std::vector<Node*> kept;
    bool absorbed = false;
    for (Node* inner : terms[i]->operands) {
      if (std::binary_search(terms.begin(), terms.end(), inner, ById)) absorbed = true;
      const bool opposite = std::any_of(terms.begin(), terms.end(),
                                        [&](Node* term) { return Opposite(term, inner); });
      if (!opposite) kept.push_back(inner);
    }
    if (absorbed) {
      terms.erase(terms.begin() + static_cast<std::ptrdiff_t>(i));
      --i;
    } else if (kept.size() < terms[i]->operands.size()) {
      std::vector<Node*> others = terms;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      Node* result = is_and ? False() : True();
      for (Node* inner : kept) result = is_and ? Or(result, inner) : And(result, inner);
      for (Node* other : others) result = is_and ? And(result, other) : Or(result, other);
      return result;
    }
  }
  if (terms.size() == 1) return terms[0];
  return Make(op, 1, std::move(terms));
}

Node* Graph::And(Node* a, Node* b) {
  VIREO_CHECK(a->width == b->width, "operands of AND are of one width");
  if (a->IsConst() && b->IsConst()) return Const(a->value & b->value);
  if (a->IsConst()) std::swap(a, b);
  if (b->IsZero()) return b;
  if (b->IsAllOnes() || a == b) return a;
  if (Opposite(a, b)) return Const(a->width, 0);
  if (a->width == 1) return NaryBit(Op::kAnd, a, b);
  if (b->IsConst()) {
    // A mask of adjacent bits is wiring.
    unsigned low = 0;
    unsigned length = 0;
    if (b->value.isShiftedMask(low, length)) {
      Node* middle = Extract(a, low, length);
      Node* shifted = low == 0 ? middle : Concat({middle, Const(low, 0)});
      return ZExt(shifted, a->width);
    }
    // A mask with a hole of adjacent bits clears that field.
    const APInt hole = ~b->value;
    if (hole.isShiftedMask(low, length)) {
      std::vector<Node*> parts;
      if (low + length < a->width) {
        parts.push_back(Extract(a, low + length, a->width - low - length));
      }
      parts.push_back(Const(length, 0));
      if (low > 0) parts.push_back(Extract(a, 0, low));
      return Concat(parts);
    }
  }
  if (a->id > b->id && !b->IsConst()) std::swap(a, b);
  return Make(Op::kAnd, a->width, {a, b});
}

namespace {

// A concatenation seen as pieces from the least significant up; constants and zero extension too.
struct Piece {
  Node* node;  // null: zeros
  uint32_t width;
};

void AppendPieces(Node* node, std::vector<Piece>& pieces) {
  if (node->op == Op::kConcat) {
    for (auto it = node->operands.rbegin(); it != node->operands.rend(); ++it) {
      AppendPieces(*it, pieces);
    }
  } else if (node->op == Op::kZExt) {
    AppendPieces(node->operands[0], pieces);
    pieces.push_back({nullptr, node->width - node->operands[0]->width});
  } else if (node->IsZero()) {
    pieces.push_back({nullptr, node->width});
  } else {
    pieces.push_back({node, node->width});
  }
}

}  // namespace

Node* Graph::Or(Node* a, Node* b) {
  VIREO_CHECK(a->width == b->width, "operands of OR are of one width");
  if (a->IsConst() && b->IsConst()) return Const(a->value | b->value);
  if (a->IsConst()) std::swap(a, b);
  if (b->IsAllOnes()) return b;
  if (b->IsZero() || a == b) return a;
  if (Opposite(a, b)) return Const(APInt::getAllOnes(a->width));
  if (a->width == 1) return NaryBit(Op::kOr, a, b);
  // Fields that do not overlap are wiring: cut both sides at all borders, and look whether one
  // of the two is zero in each part.
  std::vector<Piece> left;
  std::vector<Piece> right;
  AppendPieces(a, left);
  AppendPieces(b, right);
  if (left.size() > 1 || right.size() > 1) {
    std::vector<Node*> parts;
    bool disjoint = true;
    size_t i = 0;
    size_t j = 0;
    uint32_t used_left = 0;
    uint32_t used_right = 0;
    while (disjoint && i < left.size()) {
      const uint32_t width = std::min(left[i].width - used_left, right[j].width - used_right);
      Node* l = left[i].node;
      Node* r = right[j].node;
      if (l != nullptr && r != nullptr) {
        disjoint = false;
      } else if (l != nullptr) {
        parts.push_back(Extract(l, used_left, width));
      } else if (r != nullptr) {
        parts.push_back(Extract(r, used_right, width));
      } else {
        parts.push_back(Const(width, 0));
      }
      used_left += width;
      used_right += width;
      if (used_left == left[i].width) ++i, used_left = 0;
      if (used_right == right[j].width) ++j, used_right = 0;
    }
    if (disjoint) {
      std::reverse(parts.begin(), parts.end());
      return Concat(parts);
    }
  }
  if (a->id > b->id && !b->IsConst()) std::swap(a, b);
  return Make(Op::kOr, a->width, {a, b});
}

Node* Graph::Xor(Node* a, Node* b) {
  VIREO_CHECK(a->width == b->width, "operands of XOR are of one width");
  if (a->IsConst() && b->IsConst()) return Const(a->value ^ b->value);
  if (a->IsConst()) std::swap(a, b);
  if (a == b) return Const(a->width, 0);
  if (b->IsZero()) return a;
  if (b->IsAllOnes()) return Not(a);
  if (Opposite(a, b)) return Const(APInt::getAllOnes(a->width));
  if (a->width > 1) {
    if (a->id > b->id && !b->IsConst()) std::swap(a, b);
    return Make(Op::kXor, a->width, {a, b});
  }
  bool inverted = false;
  std::vector<Node*> terms;
  for (Node* side : {a, b}) {
    if (side->op == Op::kNot) {
      inverted = !inverted;
      side = side->operands[0];
    }
    if (side->op == Op::kXor) {
      terms.insert(terms.end(), side->operands.begin(), side->operands.end());
    } else {
      terms.push_back(side);
    }
  }
  std::sort(terms.begin(), terms.end(), ById);
  std::vector<Node*> odd;
  for (Node* term : terms) {
    if (!odd.empty() && odd.back() == term) {
      odd.pop_back();
    } else {
      odd.push_back(term);
    }
  }
  Node* result = odd.empty()       ? False()
                 : odd.size() == 1 ? odd[0]
                                   : Make(Op::kXor, 1, std::move(odd));
  return inverted ? Not(result) : result;
}

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
  if (a->op == Op::kZExt && b->op == Op::kZExt &&
      a->operands[0]->width == b->operands[0]->width) {
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
    case Op::kConst:
      return Const(a->value.extractBits(width, low));
    case Op::kExtract:
      return Extract(a->operands[0], a->low + low, width);
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
    case Op::kNot:
      return Not(Extract(a->operands[0], low, width));
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
    default:
      break;
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
