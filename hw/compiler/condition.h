// SPDX-License-Identifier: Apache-2.0
// Path conditions as reduced ordered binary decision diagrams over one-bit graph nodes.
//
// A canonical form makes the join of all paths out of a branch the branch's own condition again,
// and tells exactly (up to the meaning of the atoms) whether two places in the source can be
// reached by one firing. A diagram grows with the order in which its atoms were met; where that
// makes it explode, the largest operand becomes an atom of its own, of which nothing is known.
// Source: Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", 1986; the restrict
// operator is Coudert and Madre's (1990).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

// A condition; equal conditions are equal numbers.
using Condition = uint32_t;
inline constexpr Condition kNever = 0;
inline constexpr Condition kAlways = 1;

class Conditions {
 public:
  explicit Conditions(Graph& graph) : graph_(graph) {}

  // The condition that a one-bit node is true. AND, OR and NOT nodes are taken apart.
  Condition FromNode(Node* node);
  // A node that is true exactly under the condition.
  Node* ToNode(Condition c);

  Condition Not(Condition c) { return Ite(c, kNever, kAlways); }
  Condition And(Condition a, Condition b) { return Ite(a, b, kNever); }
  Condition Or(Condition a, Condition b) { return Ite(a, kAlways, b); }
  Condition AndNot(Condition a, Condition b) { return And(a, Not(b)); }
  // Whether one firing can meet both: an equality with one constant excludes that with another.
  bool CanMeet(Condition a, Condition b) { return And(And(a, b), consistent_) != kNever; }
  // Equal to `c` wherever `care` holds, and as simple as can be had elsewhere.
  Condition Restrict(Condition c, Condition care);

  // How many diagrams there are.
  size_t size() const { return diagrams_.size(); }

 private:
  struct Diagram {
    uint32_t atom;
    Condition high;
    Condition low;
    auto operator<=>(const Diagram&) const = default;
  };

  Condition Ite(Condition f, Condition g, Condition h);
  // Nothing where it takes more steps than a condition is worth.
  std::optional<Condition> TryIte(Condition f, Condition g, Condition h);
  std::optional<Condition> TryRestrict(Condition c, Condition care);
  Condition Opaque(Condition c);
  Condition AtomOf(Node* node);
  size_t SizeOf(Condition c) const;
  Condition Make(uint32_t atom, Condition high, Condition low);
  uint32_t Atom(Condition c) const { return c <= kAlways ? UINT32_MAX : diagrams_[c].atom; }
  Condition High(Condition c, uint32_t atom) const {
    return Atom(c) == atom ? diagrams_[c].high : c;
  }
  Condition Low(Condition c, uint32_t atom) const { return Atom(c) == atom ? diagrams_[c].low : c; }

  Graph& graph_;
  std::vector<Node*> atoms_;
  std::map<const Node*, std::vector<Condition>> equalities_;  // with constants, of one value
  Condition consistent_ = kAlways;
  std::unordered_map<const Node*, uint32_t> atom_of_;
  uint32_t steps_ = 0;  // of the operation that runs
  std::vector<Diagram> diagrams_ = {{UINT32_MAX, 0, 0}, {UINT32_MAX, 1, 1}};
  std::map<Diagram, Condition> unique_;
  std::map<std::tuple<Condition, Condition, Condition>, Condition> ite_;
  std::map<std::pair<Condition, Condition>, Condition> restrict_;
  std::unordered_map<Condition, Node*> nodes_;
  std::unordered_map<const Node*, Condition> from_node_;
  std::unordered_map<Condition, Condition> opaque_;
};

}  // namespace vireo::compiler
