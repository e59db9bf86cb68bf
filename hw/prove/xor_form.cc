// SPDX-License-Identifier: Apache-2.0
// Rewrites a condition bit by bit so that sums over GF(2) become sorted sets, where equal ones
// meet.
#include "hw/prove/xor_form.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>

namespace vireo::prove {
namespace {

// An interned sum: twice its index, plus one if inverted.
using Bit = uint32_t;
constexpr Bit kZero = 0;
constexpr Bit kOne = 1;
using Bits = std::vector<Bit>;

class Former {
 public:
  Former() { Intern({}); }

  // Fills the cache for the term; operands come first.
  const Bits& Form(const z3::expr& root) {
    std::vector<z3::expr> open{root};
    while (!open.empty()) {
      const z3::expr e = open.back();
      if (cache_.contains(e.id())) {
        open.pop_back();
        continue;
      }
      bool ready = true;
      for (unsigned i = 0; i < e.num_args(); ++i) {
        if (!cache_.contains(e.arg(i).id())) {
          open.push_back(e.arg(i));
          ready = false;
        }
      }
      if (!ready) continue;
      cache_.emplace(e.id(), Compute(e));
      kept_.push_back(e);
      open.pop_back();
    }
    return cache_.at(root.id());
  }

  z3::expr Term(Bit bit) {
    const z3::expr sum = SumTerm(bit / 2);
    return bit % 2 == 0 ? sum : !sum;
  }

  z3::expr Difference(const z3::expr& guard, const z3::expr& a, const z3::expr& b, bool cut) {
    Form(guard);
    Form(a);
    Form(b);
    const Bit where = cache_.at(guard.id()).front();
    known_.clear();
    rebuilt_.clear();
    Know(where);
    Bits left;
    Bits right;
    for (const Bit bit : cache_.at(a.id())) left.push_back(Under(bit));
    for (const Bit bit : cache_.at(b.id())) right.push_back(Under(bit));
    const Bit differ = Equal(left, right) ^ 1;
    const Bit all = And(where, differ);
    if (all == kZero || !cut) return Term(all);
    const std::set<uint32_t> of_left = Cone(left);
    cut_.clear();
    for (uint32_t atom : Cone(right)) {
      if (of_left.contains(atom)) cut_.insert(atom);
    }
    std::unordered_map<uint32_t, z3::expr> whole;
    whole.swap(terms_);
    const z3::expr term = Term(all);
    whole.swap(terms_);
    cut_.clear();
    return term;
  }

 private:
  struct Atom {
    enum class Kind { kAnd, kMux, kOther };
    Kind kind = Kind::kOther;
    Bit a = 0;
    Bit b = 0;
    Bit c = 0;
  };

  Bit Intern(const std::vector<uint32_t>& atoms) {
    const auto [it, fresh] = sum_index_.try_emplace(atoms, static_cast<uint32_t>(sums_.size()));
    if (fresh) sums_.push_back(&it->first);
    return it->second * 2;
  }

  Bit NewAtom(const Atom& atom) {
    const auto key = std::make_tuple(static_cast<int>(atom.kind), atom.a, atom.b, atom.c);
    const auto [it, fresh] = atom_index_.try_emplace(key, static_cast<uint32_t>(atoms_.size()));
    if (fresh) atoms_.push_back(atom);
    return Intern({it->second});
  }

  size_t Size(Bit bit) const { return sums_[bit / 2]->size(); }

  Bit Xor(Bit a, Bit b) {
    const Bit invert = (a ^ b) & 1;
    if (a / 2 == b / 2) return invert;
    std::vector<uint32_t> sum;
    std::set_symmetric_difference(sums_[a / 2]->begin(), sums_[a / 2]->end(), sums_[b / 2]->begin(),
                                  sums_[b / 2]->end(), std::back_inserter(sum));
    return Intern(sum) ^ invert;
  }
  Bit And(Bit a, Bit b) {
    if (a == kZero || b == kZero || a == (b ^ 1)) return kZero;
    if (a == kOne || a == b) return b;
    if (b == kOne) return a;
    return NewAtom({Atom::Kind::kAnd, std::min(a, b), std::max(a, b), 0});
  }
  Bit Or(Bit a, Bit b) { return And(a ^ 1, b ^ 1) ^ 1; }
  Bit Mux(Bit c, Bit a, Bit b) {
    if (c == kOne || a == b) return a;
    if (c == kZero) return b;
    if (c % 2 == 1) return Mux(c ^ 1, b, a);
    if (a <= kOne) return a == kZero ? And(c ^ 1, b) : Or(c, b);
    if (b <= kOne) return b == kZero ? And(c, a) : Or(c ^ 1, a);
    const Bit difference = Xor(a, b);
    if (Size(difference) < std::max(Size(a), Size(b))) return Xor(b, And(c, difference));
    if (a % 2 == 1) return Mux(c, a ^ 1, b ^ 1) ^ 1;
    return NewAtom({Atom::Kind::kMux, c, a, b});
  }

  Bits Add(const Bits& a, const Bits& b, Bit carry) {
    Bits sum;
    for (size_t i = 0; i < a.size(); ++i) {
      const Bit half = Xor(a[i], b[i]);
      sum.push_back(Xor(half, carry));
      carry = Xor(And(a[i], b[i]), And(half, carry));
    }
    return sum;
  }
  static Bits Inverted(Bits bits) {
    for (Bit& bit : bits) bit ^= 1;
    return bits;
  }
  Bit Equal(const Bits& a, const Bits& b) {
    Bit equal = kOne;
    for (size_t i = 0; i < a.size(); ++i) equal = And(equal, Xor(a[i], b[i]) ^ 1);
    return equal;
  }
  Bit Less(const Bits& a, const Bits& b, bool is_signed, bool or_equal) {
    Bit less = or_equal ? kOne : kZero;
    for (size_t i = 0; i < a.size(); ++i) {
      const bool sign = is_signed && i + 1 == a.size();
      less = Mux(Xor(a[i], b[i]), sign ? a[i] : b[i], less);
    }
    return less;
  }

  Bits Shift(const Bits& a, const Bits& by, bool left, Bit fill) {
    Bits value = a;
    const size_t width = a.size();
    for (size_t k = 0; k < by.size(); ++k) {
      Bits moved(width, fill);
      const size_t step = k < 32 ? size_t{1} << k : width;
      for (size_t i = 0; i + step < width; ++i)
        (left ? moved[i + step] : moved[i]) = left ? value[i] : value[i + step];
      if (step >= width) moved.assign(width, fill);
      for (size_t i = 0; i < width; ++i) value[i] = Mux(by[k], moved[i], value[i]);
    }
    return value;
  }

  template <typename Combine>
  Bits Fold(const z3::expr& e, Combine combine) {
    Bits result = Arg(e, 0);
    for (unsigned k = 1; k < e.num_args(); ++k) {
      const Bits& next = Arg(e, k);
      for (size_t i = 0; i < result.size(); ++i) result[i] = combine(result[i], next[i]);
    }
    return result;
  }

  const Bits& Arg(const z3::expr& e, unsigned i) const { return cache_.at(e.arg(i).id()); }

  // An operation kept as it is, over what its operands became.
  Bits Other(const z3::expr& e) {
    z3::expr_vector from(Z3());
    z3::expr_vector to(Z3());
    Bits key;
    for (unsigned i = 0; i < e.num_args(); ++i) {
      from.push_back(e.arg(i));
      to.push_back(Whole(Arg(e, i), e.arg(i).is_bool()));
      key.insert(key.end(), Arg(e, i).begin(), Arg(e, i).end());
    }
    const z3::expr rebuilt = e.num_args() == 0 ? e : z3::expr(e).substitute(from, to);
    const auto [it, fresh] =
        other_index_.try_emplace({rebuilt.id(), key}, static_cast<uint32_t>(others_.size()));
    if (fresh) others_.push_back(rebuilt);
    Bits bits;
    const uint32_t width = e.is_bool() ? 1 : Width(e);
    for (uint32_t i = 0; i < width; ++i)
      bits.push_back(NewAtom({Atom::Kind::kOther, it->second, i, 0}));
    return bits;
  }

  z3::expr Whole(const Bits& bits, bool boolean) {
    if (boolean) return Term(bits.front());
    std::vector<z3::expr> parts;
    for (Bit bit : bits) parts.push_back(ToBit(Term(bit)));
    return ConcatAll(parts);
  }

  Bits Compute(const z3::expr& e) {
    const Z3_decl_kind kind = e.decl().decl_kind();
    if (e.is_numeral()) {
      Bits bits;
      for (uint32_t i = 0; i < Width(e); ++i)
        bits.push_back(IsTrue(Extract(e, i, i)) ? kOne : kZero);
      return bits;
    }
    switch (kind) {
      case Z3_OP_TRUE: return {kOne};
      case Z3_OP_FALSE: return {kZero};
      case Z3_OP_NOT:
      case Z3_OP_BNOT: return Inverted(Arg(e, 0));
      case Z3_OP_AND:
      case Z3_OP_BAND: return Fold(e, [this](Bit a, Bit b) { return And(a, b); });
      case Z3_OP_OR:
      case Z3_OP_BOR: return Fold(e, [this](Bit a, Bit b) { return Or(a, b); });
      case Z3_OP_XOR:
      case Z3_OP_BXOR: return Fold(e, [this](Bit a, Bit b) { return Xor(a, b); });
      case Z3_OP_EQ:
      case Z3_OP_IFF:
      case Z3_OP_BCOMP:
        if (!e.arg(0).is_bv() && !e.arg(0).is_bool()) return Other(e);
        return {Equal(Arg(e, 0), Arg(e, 1))};
      case Z3_OP_ITE: {
        Bits bits;
        for (size_t i = 0; i < Arg(e, 1).size(); ++i)
          bits.push_back(Mux(Arg(e, 0)[0], Arg(e, 1)[i], Arg(e, 2)[i]));
        return bits;
      }
      case Z3_OP_CONCAT: {
        Bits bits;
        for (unsigned k = e.num_args(); k-- > 0;)
          bits.insert(bits.end(), Arg(e, k).begin(), Arg(e, k).end());
        return bits;
      }
      case Z3_OP_EXTRACT: return Bits(Arg(e, 0).begin() + e.lo(), Arg(e, 0).begin() + e.hi() + 1);
      case Z3_OP_ZERO_EXT:
      case Z3_OP_SIGN_EXT: {
        Bits bits = Arg(e, 0);
        bits.resize(Width(e), kind == Z3_OP_ZERO_EXT ? kZero : bits.back());
        return bits;
      }
      case Z3_OP_BADD: {
        Bits sum = Arg(e, 0);
        for (unsigned k = 1; k < e.num_args(); ++k) sum = Add(sum, Arg(e, k), kZero);
        return sum;
      }
      case Z3_OP_BSUB: return Add(Arg(e, 0), Inverted(Arg(e, 1)), kOne);
      case Z3_OP_BNEG: return Add(Bits(Width(e), kZero), Inverted(Arg(e, 0)), kOne);
      case Z3_OP_BSHL: return Shift(Arg(e, 0), Arg(e, 1), true, kZero);
      case Z3_OP_BLSHR: return Shift(Arg(e, 0), Arg(e, 1), false, kZero);
      case Z3_OP_BASHR: return Shift(Arg(e, 0), Arg(e, 1), false, Arg(e, 0).back());
      case Z3_OP_ULT: return {Less(Arg(e, 0), Arg(e, 1), false, false)};
      case Z3_OP_ULEQ: return {Less(Arg(e, 0), Arg(e, 1), false, true)};
      case Z3_OP_UGT: return {Less(Arg(e, 1), Arg(e, 0), false, false)};
      case Z3_OP_UGEQ: return {Less(Arg(e, 1), Arg(e, 0), false, true)};
      case Z3_OP_SLT: return {Less(Arg(e, 0), Arg(e, 1), true, false)};
      case Z3_OP_SLEQ: return {Less(Arg(e, 0), Arg(e, 1), true, true)};
      case Z3_OP_SGT: return {Less(Arg(e, 1), Arg(e, 0), true, false)};
      case Z3_OP_SGEQ: return {Less(Arg(e, 1), Arg(e, 0), true, true)};
      default: return Other(e);
    }
  }

  // What a true bit makes true.
  void Know(Bit bit) {
    if (bit <= kOne) return;
    const std::vector<uint32_t>& sum = *sums_[bit / 2];
    if (bit % 2 == 0 && sum.size() == 1 && atoms_[sum.front()].kind == Atom::Kind::kAnd) {
      const Atom atom = atoms_[sum.front()];
      Know(atom.a);
      Know(atom.b);
    }
    known_[bit / 2] = bit % 2 == 0 ? kOne : kZero;
  }

  // A bit where the known ones are put in. Operands are rebuilt before what stands on them.
  Bit Under(Bit root) {
    std::vector<uint32_t> open{root / 2};
    while (!open.empty()) {
      const uint32_t sum = open.back();
      if (rebuilt_.contains(sum)) {
        open.pop_back();
        continue;
      }
      if (const auto known = known_.find(sum); known != known_.end()) {
        rebuilt_[sum] = known->second;
        continue;
      }
      bool ready = true;
      const auto need = [&](Bit bit) {
        if (rebuilt_.contains(bit / 2)) return;
        open.push_back(bit / 2);
        ready = false;
      };
      const std::vector<uint32_t> indices = *sums_[sum];
      for (const uint32_t index : indices) {
        const Atom& atom = atoms_[index];
        if (atom.kind == Atom::Kind::kOther) continue;
        need(atom.a);
        need(atom.b);
        if (atom.kind == Atom::Kind::kMux) need(atom.c);
      }
      if (!ready) continue;
      Bit result = kZero;
      for (const uint32_t index : indices) {
        const Atom atom = atoms_[index];
        const auto now = [&](Bit bit) { return rebuilt_.at(bit / 2) ^ (bit % 2); };
        Bit part = Intern({index});
        if (const auto known = known_.find(part / 2); known != known_.end()) {
          part = known->second;
        } else if (atom.kind == Atom::Kind::kAnd) {
          part = And(now(atom.a), now(atom.b));
        } else if (atom.kind == Atom::Kind::kMux) {
          part = Mux(now(atom.a), now(atom.b), now(atom.c));
        }
        result = Xor(result, part);
      }
      rebuilt_[sum] = result;
    }
    return rebuilt_.at(root / 2) ^ (root % 2);
  }

  // All atoms below some bits.
  std::set<uint32_t> Cone(const Bits& bits) const {
    std::set<uint32_t> cone;
    std::vector<Bit> open = bits;
    while (!open.empty()) {
      const uint32_t sum = open.back() / 2;
      open.pop_back();
      for (uint32_t index : *sums_[sum]) {
        if (!cone.insert(index).second || atoms_[index].kind == Atom::Kind::kOther) continue;
        open.push_back(atoms_[index].a);
        open.push_back(atoms_[index].b);
        if (atoms_[index].kind == Atom::Kind::kMux) open.push_back(atoms_[index].c);
      }
    }
    return cone;
  }

  z3::expr AtomTerm(uint32_t index) {
    if (cut_.contains(index)) return Z3().bool_const(("cut." + std::to_string(index)).c_str());
    const Atom& atom = atoms_[index];
    switch (atom.kind) {
      case Atom::Kind::kAnd: return Term(atom.a) && Term(atom.b);
      case Atom::Kind::kMux: return z3::ite(Term(atom.a), Term(atom.b), Term(atom.c));
      default: {
        const z3::expr& whole = others_[atom.a];
        return whole.is_bool() ? whole : ToBool(Extract(whole, atom.b, atom.b));
      }
    }
  }

  // Operands of an atom are older than it, so a walk in order needs no deep recursion; terms are
  // made when they are first asked for, their operands before them.
  z3::expr SumTerm(uint32_t root) {
    std::vector<uint32_t> open{root};
    while (!open.empty()) {
      const uint32_t sum = open.back();
      if (terms_.contains(sum)) {
        open.pop_back();
        continue;
      }
      bool ready = true;
      const auto need = [&](Bit bit) {
        if (terms_.contains(bit / 2)) return;
        open.push_back(bit / 2);
        ready = false;
      };
      for (uint32_t index : *sums_[sum]) {
        const Atom& atom = atoms_[index];
        if (atom.kind == Atom::Kind::kOther || cut_.contains(index)) continue;
        need(atom.a);
        need(atom.b);
        if (atom.kind == Atom::Kind::kMux) need(atom.c);
      }
      if (!ready) continue;
      z3::expr term = Z3().bool_val(false);
      for (uint32_t index : *sums_[sum]) {
        const z3::expr atom = AtomTerm(index);
        term = term.is_false() ? atom : term != atom;
      }
      terms_.emplace(sum, term);
      open.pop_back();
    }
    return terms_.at(root);
  }

  std::map<std::vector<uint32_t>, uint32_t> sum_index_;
  std::vector<const std::vector<uint32_t>*> sums_;
  std::map<std::tuple<int, Bit, Bit, Bit>, uint32_t> atom_index_;
  std::vector<Atom> atoms_;
  std::map<std::pair<unsigned, Bits>, uint32_t> other_index_;
  std::vector<z3::expr> others_;
  std::unordered_map<unsigned, Bits> cache_;
  std::vector<z3::expr> kept_;  // ids in the cache stay theirs
  std::unordered_map<uint32_t, z3::expr> terms_;
  std::set<uint32_t> cut_;
  std::unordered_map<uint32_t, Bit> known_;    // sums that the guard fixes
  std::unordered_map<uint32_t, Bit> rebuilt_;  // sums with those put in
};

}  // namespace

z3::expr XorDifference(const z3::expr& guard, const z3::expr& a, const z3::expr& b, bool cut) {
  static Former former;  // goals of one process share most of their terms
  return former.Difference(guard, a, b, cut);
}

}  // namespace vireo::prove
