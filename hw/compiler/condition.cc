// SPDX-License-Identifier: Apache-2.0
// Binary decision diagrams for path conditions.

#include "hw/compiler/condition.h"

#include <algorithm>
#include <set>

#include "hw/compiler/check.h"

namespace vireo::compiler {
namespace {

constexpr uint32_t kMaxSteps = 300;

}  // namespace

Condition Conditions::Make(uint32_t atom, Condition high, Condition low) {
  if (high == low) return high;
  const Diagram key{atom, high, low};
  const auto [it, is_new] = unique_.emplace(key, static_cast<Condition>(diagrams_.size()));
  if (is_new) diagrams_.push_back(key);
  return it->second;
}

std::optional<Condition> Conditions::TryIte(Condition f, Condition g, Condition h) {
  if (f == kAlways) return g;
  if (f == kNever) return h;
  if (g == h) return g;
  if (g == kAlways && h == kNever) return f;
  const auto key = std::make_tuple(f, g, h);
  if (const auto it = ite_.find(key); it != ite_.end()) return it->second;
  if (++steps_ > kMaxSteps) return {};
  const uint32_t atom = std::min({Atom(f), Atom(g), Atom(h)});
  const auto high = TryIte(High(f, atom), High(g, atom), High(h, atom));
  if (!high) return {};
  const auto low = TryIte(Low(f, atom), Low(g, atom), Low(h, atom));
  if (!low) return {};
  const Condition result = Make(atom, *high, *low);
  ite_.emplace(key, result);
  return result;
}

Condition Conditions::Ite(Condition f, Condition g, Condition h) {
  const auto key = std::make_tuple(f, g, h);
  for (;;) {
    steps_ = 0;
    if (const auto result = TryIte(f, g, h)) {
      if (key != std::make_tuple(f, g, h)) ite_.emplace(key, *result);
      return *result;
    }
    Condition* largest = &f;
    for (Condition* other : {&g, &h}) {
      if (SizeOf(*other) > SizeOf(*largest)) largest = other;
    }
    *largest = Opaque(*largest);
  }
}

size_t Conditions::SizeOf(Condition c) const {
  std::vector<Condition> open = {c};
  std::set<Condition> seen;
  while (!open.empty()) {
    const Condition one = open.back();
    open.pop_back();
    if (one <= kAlways || !seen.insert(one).second) continue;
    open.insert(open.end(), {diagrams_[one].high, diagrams_[one].low});
  }
  return seen.size();
}

// The same for a condition and its negation, so that the two sides of a branch still join.
Condition Conditions::Opaque(Condition c) {
  if (const auto it = opaque_.find(c); it != opaque_.end()) return it->second;
  Node* node = ToNode(c);
  const Condition atom = node->IsConst() ? FromNode(node) : AtomOf(node);
  opaque_.emplace(c, atom);
  steps_ = 0;
  if (const auto other = TryIte(c, kNever, kAlways)) opaque_.emplace(*other, Not(atom));
  return atom;
}

Condition Conditions::Restrict(Condition c, Condition care) {
  steps_ = 0;
  return TryRestrict(c, care).value_or(c);
}

std::optional<Condition> Conditions::TryRestrict(Condition c, Condition care) {
  if (c <= kAlways || care == kAlways) return c;
  if (care == kNever) return kNever;
  if (c == care) return kAlways;
  const auto key = std::make_pair(c, care);
  if (const auto it = restrict_.find(key); it != restrict_.end()) return it->second;
  if (++steps_ > kMaxSteps) return {};
  const uint32_t atom = std::min(Atom(c), Atom(care));
  std::optional<Condition> result;
  if (Atom(c) > atom) {
    // The care set speaks of an atom that `c` does not: forget it.
    const auto either = TryIte(High(care, atom), kAlways, Low(care, atom));
    if (either) result = TryRestrict(c, *either);
  } else if (High(care, atom) == kNever) {
    result = TryRestrict(Low(c, atom), Low(care, atom));
  } else if (Low(care, atom) == kNever) {
    result = TryRestrict(High(c, atom), High(care, atom));
  } else {
    const auto high = TryRestrict(High(c, atom), High(care, atom));
    const auto low = TryRestrict(Low(c, atom), Low(care, atom));
    if (high && low) result = Make(atom, *high, *low);
  }
  if (result) restrict_.emplace(key, *result);
  return result;
}

Condition Conditions::AtomOf(Node* node) {
  if (node->op == Op::kNot) {
    return Make(diagrams_[AtomOf(node->operands[0])].atom, kNever, kAlways);
  }
  const auto [it, is_new] = atom_of_.emplace(node, static_cast<uint32_t>(atoms_.size()));
  if (is_new) atoms_.push_back(node);
  return Make(it->second, kAlways, kNever);
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
    const bool is_new = !atom_of_.contains(node);
    result = AtomOf(node);
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
