// SPDX-License-Identifier: Apache-2.0
// Binary decision diagrams for path conditions.

#include "hw/compiler/condition.h"

#include <algorithm>

#include "hw/compiler/check.h"

namespace vireo::compiler {

Condition Conditions::Make(uint32_t atom, Condition high, Condition low) {
  if (high == low) return high;
  const Diagram key{atom, high, low};
  const auto [it, is_new] = unique_.emplace(key, static_cast<Condition>(diagrams_.size()));
  if (is_new) diagrams_.push_back(key);
  return it->second;
}

Condition Conditions::Ite(Condition f, Condition g, Condition h) {
  if (f == kAlways) return g;
  if (f == kNever) return h;
  if (g == h) return g;
  if (g == kAlways && h == kNever) return f;
  const auto key = std::make_tuple(f, g, h);
  if (const auto it = ite_.find(key); it != ite_.end()) return it->second;
  const uint32_t atom = std::min({Atom(f), Atom(g), Atom(h)});
  const Condition high = Ite(High(f, atom), High(g, atom), High(h, atom));
  const Condition low = Ite(Low(f, atom), Low(g, atom), Low(h, atom));
  const Condition result = Make(atom, high, low);
  ite_.emplace(key, result);
  return result;
}

Condition Conditions::Restrict(Condition c, Condition care) {
  if (c <= kAlways || care == kAlways) return c;
  if (care == kNever) return kNever;
  if (c == care) return kAlways;
  const auto key = std::make_pair(c, care);
  if (const auto it = restrict_.find(key); it != restrict_.end()) return it->second;
  const uint32_t atom = std::min(Atom(c), Atom(care));
  Condition result;
  if (Atom(c) > atom) {
    // The care set speaks of an atom that `c` does not: forget it.
    result = Restrict(c, Or(High(care, atom), Low(care, atom)));
  } else if (High(care, atom) == kNever) {
    result = Restrict(Low(c, atom), Low(care, atom));
  } else if (Low(care, atom) == kNever) {
    result = Restrict(High(c, atom), High(care, atom));
  } else {
    result = Make(atom, Restrict(High(c, atom), High(care, atom)),
                  Restrict(Low(c, atom), Low(care, atom)));
  }
  restrict_.emplace(key, result);
  return result;
}

Condition Conditions::FromNode(Node* node) {
  VIREO_CHECK(node->width == 1, "a condition is one bit");
  if (node->IsConst()) return node->IsZero() ? kNever : kAlways;
  if (const auto it = from_node_.find(node); it != from_node_.end()) return it->second;
  Condition result;
  if (node->op == Op::kNot) {
    result = Not(FromNode(node->operands[0]));
  } else if (node->op == Op::kAnd || node->op == Op::kOr) {
    const bool is_and = node->op == Op::kAnd;
    result = is_and ? kAlways : kNever;
    for (Node* operand : node->operands) {
      const Condition term = FromNode(operand);
      result = is_and ? And(result, term) : Or(result, term);
    }
  } else {
    const auto [it, is_new] = atom_of_.emplace(node, static_cast<uint32_t>(atoms_.size()));
    if (is_new) atoms_.push_back(node);
    result = Make(it->second, kAlways, kNever);
    if (is_new && node->op == Op::kEq && node->operands[1]->IsConst()) {
      std::vector<Condition>& others = equalities_[node->operands[0]];
      for (const Condition other : others) {
        consistent_ = AndNot(consistent_, And(result, other));
      }
      others.push_back(result);
    }
  }
  from_node_.emplace(node, result);
  return result;
}

Node* Conditions::ToNode(Condition c) {
  if (c == kNever) return graph_.False();
  if (c == kAlways) return graph_.True();
  if (const auto it = nodes_.find(c); it != nodes_.end()) return it->second;
  const Diagram diagram = diagrams_[c];
  Node* result = graph_.Mux(atoms_[diagram.atom], ToNode(diagram.high), ToNode(diagram.low));
  nodes_.emplace(c, result);
  return result;
}

}  // namespace vireo::compiler
