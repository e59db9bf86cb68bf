// SPDX-License-Identifier: Apache-2.0
// SAT sweeping: bits of a net that turn out equal under random patterns are proved equal from the
// inputs on, each over the few gates around it, and made one.
#include "hw/prove/sweep.h"

#include <functional>
#include <map>
#include <string>

#include "hw/prove/deadline.h"
#include "hw/prove/terms.h"

namespace vireo::prove {
namespace {

// Booleans of z3 for the bits of a cone.
class Formula {
 public:
  explicit Formula(const BitNet& net) : net_(net) {}

  void AddLeaf(uint32_t atom) {
    atoms_.emplace(atom, Z3().bool_const(("n" + std::to_string(atom)).c_str()));
  }
  // After all that it is made of.
  void AddGate(uint32_t index) {
    const BitNet::Atom& atom = net_.At(index);
    atoms_.emplace(index, atom.kind == BitNet::Atom::Kind::kAnd
                              ? Term(atom.a) && Term(atom.b)
                              : z3::ite(Term(atom.a), Term(atom.b), Term(atom.c)));
  }

  const z3::expr& AtomTerm(uint32_t atom) const { return atoms_.at(atom); }

  z3::expr Parity(const std::vector<uint32_t>& sum) const {
    z3::expr term = Z3().bool_val(false);
    for (const uint32_t atom : sum) {
      const z3::expr& next = atoms_.at(atom);
      term = term.is_false() ? next : term != next;
    }
    return term;
  }

 private:
  z3::expr Term(Bit bit) {
    auto it = sums_.find(bit / 2);
    if (it == sums_.end()) it = sums_.emplace(bit / 2, Parity(net_.Sum(bit))).first;
    return bit % 2 == 0 ? it->second : !it->second;
  }

  const BitNet& net_;
  std::unordered_map<uint32_t, z3::expr> atoms_;
  std::unordered_map<uint32_t, z3::expr> sums_;
};

}  // namespace

Sweep::Sweep(BitNet& net) : net_(net), simulation_(net) {
  net_.OnNew([this](uint32_t sum) { return Settle(sum); });
  for (uint32_t sum = 0; sum < net_.sums(); ++sum) {
    simulation_.Append(sum);
    classes_[simulation_.Key(sum)].sums.push_back(sum);
  }
}

void Sweep::GiveSeconds(double seconds) { end_ = ProcessorTime() + seconds; }

Bit Sweep::Settle(uint32_t sum) {
  constexpr int kTries = 4;
  constexpr int kUnknown = 16;  // as of numbers that are hardly ever equal
  simulation_.Append(sum);
  Class& alike = classes_[simulation_.Key(sum)];
  int tries = 0;
  for (size_t i = 0; i < alike.sums.size() && tries < kTries; ++i) {
    const Bit same = alike.sums[i] * 2;
    const bool inverted = (simulation_.Word(same, 0) ^ simulation_.Word(sum * 2, 0)) % 2 != 0;
    const Bit other = inverted ? same + 1 : same;
    if (!simulation_.AreAlike(sum * 2, other)) continue;
    if (ProcessorTime() > end_) break;
    ++tries;
    const Relation relation = Compare(sum * 2, other, alike.unknown < kUnknown);
    if (relation == Relation::kUnknown) ++alike.unknown;
    if (relation != Relation::kEqual) continue;
    simulation_.DropLast();
    return other;
  }
  alike.sums.push_back(sum);
  return sum * 2;
}

Sweep::Relation Sweep::Compare(Bit a, Bit b, bool in_depth) {
  const Relation relation = Ask(a, b, {1000, true});
  return relation == Relation::kUnknown && in_depth ? Ask(a, b, {20000, false}) : relation;
}

Sweep::Cone Sweep::Below(Bit a, Bit b, const Window& window) const {
  Cone cone;
  std::map<uint32_t, int, std::greater<>> open;  // and which of the two sides they are below
  for (const auto& [bit, side] : {std::pair{a, 1}, std::pair{b, 2}}) {
    for (const uint32_t atom : net_.Sum(bit)) open[atom] |= side;
  }
  std::erase_if(open, [](const auto& entry) { return entry.second == 3; });
  for (const auto& [atom, side] : open) cone.roots.push_back(atom);
  size_t operands = 0;
  while (!open.empty()) {
    const auto [atom, sides] = *open.begin();
    open.erase(open.begin());
    const bool is_leaf = net_.At(atom).kind == BitNet::Atom::Kind::kFree ||
                         (window.cut_shared && sides == 3) || operands > window.operands;
    (is_leaf ? cone.leaves : cone.gates).push_back(atom);
    if (is_leaf) continue;
    for (const Bit operand : net_.Operands(atom)) {
      for (const uint32_t below : net_.Sum(operand)) open[below] |= sides;
      operands += net_.Sum(operand).size();
    }
  }
  return cone;
}

Sweep::Relation Sweep::Ask(Bit a, Bit b, const Window& window) {
  constexpr unsigned kConflicts = 1000;
  const Cone cone = Below(a, b, window);
  Formula formula(net_);
  for (const uint32_t leaf : cone.leaves) formula.AddLeaf(leaf);
  for (size_t i = cone.gates.size(); i-- > 0;) formula.AddGate(cone.gates[i]);
  const z3::expr differ = formula.Parity(cone.roots);
  z3::solver solver(Z3(), "QF_FD");
  z3::params params(Z3());
  params.set("max_conflicts", kConflicts);
  solver.set(params);
  solver.add((a ^ b) % 2 == 0 ? differ : !differ);
  const z3::check_result result = solver.check();
  if (result == z3::unsat) return Relation::kEqual;
  if (result == z3::unknown || window.cut_shared) return Relation::kUnknown;

  const z3::model model = solver.get_model();
  std::unordered_map<uint32_t, bool> inputs;
  for (const uint32_t leaf : cone.leaves) {
    if (net_.At(leaf).kind == BitNet::Atom::Kind::kFree)
      inputs[leaf] = model.eval(formula.AtomTerm(leaf), true).is_true();
  }
  simulation_.Learn(inputs);
  return simulation_.AreAlike(a, b) ? Relation::kUnknown : Relation::kDifferent;
}

}  // namespace vireo::prove
