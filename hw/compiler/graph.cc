// SPDX-License-Identifier: Apache-2.0
// The graph builder: sharing of equal nodes, constants, and bitwise logic.

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

}  // namespace

bool Opposite(const Node* a, const Node* b) {
  return (b->op == Op::kNot && b->operands[0] == a) || (a->op == Op::kNot && a->operands[0] == b);
}

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
  const auto is_equality = [](const Node* n) {
    return n->op == Op::kEq && n->operands[1]->IsConst();
  };
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

}  // namespace vireo::compiler
