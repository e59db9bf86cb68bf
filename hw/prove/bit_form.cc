// SPDX-License-Identifier: Apache-2.0
// Terms as bits of a swept net, and the question whether two terms can differ.
#include "hw/prove/bit_form.h"

#include <bit>

namespace vireo::prove {
namespace {

Bits Inverted(Bits bits) {
  for (Bit& bit : bits) bit ^= 1;
  return bits;
}

}  // namespace

// Fills the cache for the term; operands come first.
const Bits& BitForm::Form(const z3::expr& root) {
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

Bits BitForm::Add(const Bits& a, const Bits& b, Bit carry) {
  Bits sum;
  for (size_t i = 0; i < a.size(); ++i) {
    const Bit half = net_.Xor(a[i], b[i]);
    sum.push_back(net_.Xor(half, carry));
    carry = net_.Xor(net_.And(a[i], b[i]), net_.And(half, carry));
  }
  return sum;
}

Bit BitForm::Less(const Bits& a, const Bits& b, bool is_signed, bool or_equal) {
  Bit less = or_equal ? kOne : kZero;
  for (size_t i = 0; i < a.size(); ++i) {
    const bool sign = is_signed && i + 1 == a.size();
    less = net_.Mux(net_.Xor(a[i], b[i]), sign ? a[i] : b[i], less);
  }
  return less;
}

Bits BitForm::Shift(const Bits& a, const Bits& by, bool left, Bit fill) {
  Bits value = a;
  const size_t width = a.size();
  for (size_t k = 0; k < by.size(); ++k) {
    Bits moved(width, fill);
    const size_t step = k < 32 ? size_t{1} << k : width;
    for (size_t i = 0; i + step < width; ++i)
      (left ? moved[i + step] : moved[i]) = left ? value[i] : value[i + step];
    if (step >= width) moved.assign(width, fill);
    for (size_t i = 0; i < width; ++i) value[i] = net_.Mux(by[k], moved[i], value[i]);
  }
  return value;
}

template <typename Combine>
Bits BitForm::Fold(const z3::expr& e, Combine combine) {
  Bits result = Arg(e, 0);
  for (unsigned k = 1; k < e.num_args(); ++k) {
    const Bits& next = Arg(e, k);
    for (size_t i = 0; i < result.size(); ++i) result[i] = combine(result[i], next[i]);
  }
  return result;
}

// An operation kept as it is, over what its operands became.
Bits BitForm::Other(const z3::expr& e) {
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
  if (fresh) {
    others_.push_back(rebuilt);
    Bits& bits = free_bits_.emplace_back();
    const uint32_t width = e.is_bool() ? 1 : Width(e);
    for (uint32_t i = 0; i < width; ++i) bits.push_back(net_.Free(it->second, i));
  }
  return free_bits_[it->second];
}

z3::expr BitForm::Whole(const Bits& bits, bool boolean) {
  if (boolean) return Term(bits.front());
  std::vector<z3::expr> parts;
  for (Bit bit : bits) parts.push_back(ToBit(Term(bit)));
  return ConcatAll(parts);
}

Bits BitForm::Compute(const z3::expr& e) {
  const Z3_decl_kind kind = e.decl().decl_kind();
  if (e.is_numeral()) {
    Bits bits;
    for (uint32_t i = 0; i < Width(e); ++i) bits.push_back(IsTrue(Extract(e, i, i)) ? kOne : kZero);
    return bits;
  }
  switch (kind) {
    case Z3_OP_TRUE: return {kOne};
    case Z3_OP_FALSE: return {kZero};
    case Z3_OP_NOT:
    case Z3_OP_BNOT: return Inverted(Arg(e, 0));
    case Z3_OP_AND:
    case Z3_OP_BAND: return Fold(e, [this](Bit a, Bit b) { return net_.And(a, b); });
    case Z3_OP_OR:
    case Z3_OP_BOR: return Fold(e, [this](Bit a, Bit b) { return net_.Or(a, b); });
    case Z3_OP_XOR:
    case Z3_OP_BXOR: return Fold(e, [this](Bit a, Bit b) { return net_.Xor(a, b); });
    case Z3_OP_EQ:
    case Z3_OP_IFF:
    case Z3_OP_BCOMP:
      if (!e.arg(0).is_bv() && !e.arg(0).is_bool()) return Other(e);
      return {net_.Equal(Arg(e, 0), Arg(e, 1))};
    case Z3_OP_ITE: {
      Bits bits;
      for (size_t i = 0; i < Arg(e, 1).size(); ++i)
        bits.push_back(net_.Mux(Arg(e, 0)[0], Arg(e, 1)[i], Arg(e, 2)[i]));
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

z3::expr BitForm::Term(Bit bit) {
  const z3::expr sum = SumTerm(bit / 2);
  return bit % 2 == 0 ? sum : !sum;
}

z3::expr BitForm::AtomTerm(uint32_t index) {
  const BitNet::Atom& atom = net_.At(index);
  switch (atom.kind) {
    case BitNet::Atom::Kind::kAnd: return Term(atom.a) && Term(atom.b);
    case BitNet::Atom::Kind::kMux: return z3::ite(Term(atom.a), Term(atom.b), Term(atom.c));
    case BitNet::Atom::Kind::kFree: break;
  }
  const z3::expr& whole = others_[atom.a];
  return whole.is_bool() ? whole : ToBool(Extract(whole, atom.b, atom.b));
}

// Operands of an atom are older than it, so a walk in order needs no deep recursion; terms are made
// when they are first asked for, their operands before them.
z3::expr BitForm::SumTerm(uint32_t root) {
  std::vector<uint32_t> open{root};
  while (!open.empty()) {
    const uint32_t sum = open.back();
    if (terms_.contains(sum)) {
      open.pop_back();
      continue;
    }
    bool ready = true;
    for (const uint32_t index : net_.Sum(sum * 2)) {
      for (const Bit operand : net_.Operands(index)) {
        if (terms_.contains(operand / 2)) continue;
        open.push_back(operand / 2);
        ready = false;
      }
    }
    if (!ready) continue;
    z3::expr term = Z3().bool_val(false);
    for (const uint32_t index : net_.Sum(sum * 2)) {
      const z3::expr atom = AtomTerm(index);
      term = term.is_false() ? atom : term != atom;
    }
    terms_.emplace(sum, term);
    open.pop_back();
  }
  return terms_.at(root);
}

bool BitForm::AreEqual(const z3::expr& a, const z3::expr& b) {
  const Bits left = Form(a);
  return left == Form(b);
}

Bits BitForm::Differences(const z3::expr& guard, const z3::expr& a, const z3::expr& b) {
  constexpr int kSplits = 5;
  Bits differences;
  const Bits left = Form(a);
  const Bits right = Form(b);
  if (left != right) AddDifferences({Form(guard).front()}, left, right, kSplits, differences);
  return differences;
}

// Each way to fulfil the guard is a case of its own, in which what is known is put in.
void BitForm::AddDifferences(const Bits& guard, const Bits& a, const Bits& b, int splits,
                             Bits& differences) {
  const BitNet::Facts facts = net_.Assume(guard);
  if (facts.impossible) return;
  const Bits left = net_.Under(facts, a);
  const Bits right = net_.Under(facts, b);
  if (left == right) return;
  if (splits > 0 && !facts.either.empty()) {
    const auto [one, other] = facts.either.front();
    Bits with_one = facts.holds;
    with_one.push_back(one);
    AddDifferences(with_one, left, right, splits - 1, differences);
    Bits with_other = facts.holds;
    with_other.insert(with_other.end(), {one ^ 1, other});
    AddDifferences(with_other, left, right, splits - 1, differences);
    return;
  }
  Bit where = kOne;
  for (const Bit bit : facts.holds) where = net_.And(where, bit);
  for (size_t i = 0; i < left.size(); ++i) {
    const Bit differs = net_.And(where, net_.Xor(left[i], right[i]));
    if (differs != kZero) differences.push_back(differs);
  }
}

std::optional<BitForm::Example> BitForm::FindExample(Bit bit) const {
  const Simulation& simulation = sweep_.simulation();
  for (size_t word = 0; word < simulation.words(); ++word) {
    const uint64_t where = simulation.Word(bit, word);
    if (where == 0) continue;
    const int pattern = std::countr_zero(where);
    Example example;
    for (uint32_t i = 0; i < others_.size(); ++i) {
      if (!others_[i].is_const()) continue;
      std::vector<z3::expr> parts;
      for (const Bit free : free_bits_[i])
        parts.push_back((simulation.Word(free, word) >> pattern) % 2 != 0 ? True() : False());
      example.variables.push_back(others_[i]);
      example.values.push_back(ConcatAll(parts));
    }
    return example;
  }
  return std::nullopt;
}

}  // namespace vireo::prove
