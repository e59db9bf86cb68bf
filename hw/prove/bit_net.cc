// SPDX-License-Identifier: Apache-2.0
// A net of single bits, each held as the sorted set of the bits whose parity it is, where equal
// ones meet.
#include "hw/prove/bit_net.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace vireo::prove {
namespace {

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 32);
}

}  // namespace

size_t BitNet::HashSum::operator()(const std::vector<uint32_t>& atoms) const {
  uint64_t hash = atoms.size();
  for (const uint32_t atom : atoms) hash = Mix(hash, atom);
  return hash;
}

size_t BitNet::HashAtom::operator()(const std::tuple<int, Bit, Bit, Bit>& key) const {
  const auto [kind, a, b, c] = key;
  return Mix(Mix(Mix(static_cast<uint64_t>(kind), a), b), c);
}

BitNet::BitNet() { Intern({}, {}); }

Bit BitNet::Intern(std::vector<uint32_t> atoms, const Origin& origin) {
  const auto fresh_sum = static_cast<uint32_t>(sums_.size());
  const auto [it, fresh] = sum_index_.try_emplace(std::move(atoms), fresh_sum * 2);
  if (!fresh) return it->second;
  sums_.push_back(&it->first);
  origins_.push_back(origin);
  if (settle_) it->second = settle_(fresh_sum);
  const Bit settled = it->second;
  if (settled != fresh_sum * 2) {
    sums_.pop_back();
    origins_.pop_back();
  }
  return settled;
}

Bit BitNet::NewAtom(const Atom& atom) {
  const auto key = std::make_tuple(static_cast<int>(atom.kind), atom.a, atom.b, atom.c);
  const auto [it, fresh] = atom_index_.try_emplace(key, 0);
  if (!fresh) return it->second;
  atoms_.push_back(atom);
  return it->second = Single(static_cast<uint32_t>(atoms_.size() - 1));
}

Bit BitNet::Single(uint32_t atom) {
  return Intern({atom}, {.is_atom = true, .atom = atom, .a = 0, .b = 0});
}

Bit BitNet::Xor(Bit a, Bit b) {
  const Bit invert = (a ^ b) & 1;
  if (a / 2 == b / 2) return invert;
  if (a <= kOne) return b ^ (a & 1);
  if (b <= kOne) return a ^ (b & 1);
  std::vector<uint32_t> sum;
  sum.reserve(Sum(a).size() + Sum(b).size());
  std::set_symmetric_difference(Sum(a).begin(), Sum(a).end(), Sum(b).begin(), Sum(b).end(),
                                std::back_inserter(sum));
  return Intern(std::move(sum), {.is_atom = false, .atom = 0, .a = a & ~1U, .b = b & ~1U}) ^ invert;
}

Bit BitNet::And(Bit a, Bit b) {
  if (a == kZero || b == kZero || a == (b ^ 1)) return kZero;
  if (a == kOne || a == b) return b;
  if (b == kOne) return a;
  return NewAtom({Atom::Kind::kAnd, std::min(a, b), std::max(a, b), 0});
}

Bit BitNet::Mux(Bit choose, Bit then_bit, Bit else_bit) {
  if (choose == kOne || then_bit == else_bit) return then_bit;
  if (choose == kZero) return else_bit;
  if (choose % 2 == 1) return Mux(choose ^ 1, else_bit, then_bit);
  if (then_bit <= kOne) {
    return then_bit == kZero ? And(choose ^ 1, else_bit) : Or(choose, else_bit);
  }
  if (else_bit <= kOne) return else_bit == kZero ? And(choose, then_bit) : Or(choose ^ 1, then_bit);
  const Bit difference = Xor(then_bit, else_bit);
  if (Sum(difference).size() < std::max(Sum(then_bit).size(), Sum(else_bit).size()))
    return Xor(else_bit, And(choose, difference));
  if (then_bit % 2 == 1) return Mux(choose, then_bit ^ 1, else_bit ^ 1) ^ 1;
  return NewAtom({Atom::Kind::kMux, choose, then_bit, else_bit});
}

// As a tree: of a chain, most parts would hardly ever be true.
Bit BitNet::Equal(const Bits& a, const Bits& b) {
  Bits equal;
  for (size_t i = 0; i < a.size(); ++i) equal.push_back(Xor(a[i], b[i]) ^ 1);
  if (equal.empty()) return kOne;
  for (; equal.size() > 1; equal.resize((equal.size() + 1) / 2)) {
    for (size_t i = 0; i < equal.size() / 2; ++i) equal[i] = And(equal[2 * i], equal[2 * i + 1]);
    if (equal.size() % 2 != 0) equal[equal.size() / 2] = equal.back();
  }
  return equal.front();
}

std::vector<Bit> BitNet::Operands(uint32_t atom) const {
  const Atom& at = atoms_[atom];
  switch (at.kind) {
    case Atom::Kind::kAnd: return {at.a, at.b};
    case Atom::Kind::kMux: return {at.a, at.b, at.c};
    case Atom::Kind::kFree: return {};
  }
  return {};
}

BitNet::Facts BitNet::Propagate(Bits open) const {
  Facts facts;
  const auto value = [&](Bit bit) -> std::optional<bool> {
    if (bit <= kOne) return bit == kOne;
    const auto it = facts.known.find(bit / 2);
    if (it == facts.known.end()) return std::nullopt;
    return (it->second ^ (bit % 2)) == kOne;
  };
  while (!open.empty()) {
    for (; !open.empty();) {
      const Bit bit = open.back();
      open.pop_back();
      if (const auto known = value(bit)) {
        facts.impossible |= !*known;
        continue;
      }
      facts.known[bit / 2] = bit % 2 == 0 ? kOne : kZero;
      const std::vector<uint32_t>& sum = Sum(bit);
      if (sum.size() != 1 || atoms_[sum.front()].kind != Atom::Kind::kAnd) continue;
      const Atom& atom = atoms_[sum.front()];
      if (bit % 2 == 0) {
        open.insert(open.end(), {atom.a, atom.b});
      } else {
        facts.either.emplace_back(atom.a ^ 1, atom.b ^ 1);
      }
    }
    std::erase_if(facts.either, [&](const std::pair<Bit, Bit>& either) {
      const auto a = value(either.first);
      const auto b = value(either.second);
      if (a == false) open.push_back(either.second);
      if (b == false) open.push_back(either.first);
      return a.has_value() || b.has_value();
    });
  }
  return facts;
}

BitNet::Facts BitNet::Assume(Bits true_bits) {
  constexpr int kRounds = 4;
  Facts facts;
  for (int round = 0; round < kRounds; ++round) {
    facts = Propagate(true_bits);
    if (facts.impossible) break;
    // Facts that are made of others are the same with those put in.
    Bits operands;
    for (const auto& [sum, value] : facts.known) {
      for (const uint32_t atom : *sums_[sum]) {
        for (const Bit operand : Operands(atom)) operands.push_back(operand);
      }
    }
    std::unordered_map<uint32_t, Bit> rebuilt;
    Rebuild(facts, operands, rebuilt);
    for (const auto& [sum, value] : facts.known) {
      const Bit now = Combine(facts, sum, rebuilt, true) ^ value ^ 1;
      if (now != kOne) facts.holds.push_back(now);
    }
    std::sort(facts.holds.begin(), facts.holds.end());
    if (facts.holds == true_bits) break;
    true_bits = facts.holds;
  }
  return facts;
}

// A sum with what its operands became.
Bit BitNet::Combine(const Facts& facts, uint32_t sum,
                    const std::unordered_map<uint32_t, Bit>& rebuilt, bool is_fact) {
  const auto now = [&](Bit bit) { return rebuilt.at(bit / 2) ^ (bit % 2); };
  const std::vector<uint32_t> indices = *sums_[sum];
  Bit result = kZero;
  for (const uint32_t index : indices) {
    const Atom atom = atoms_[index];
    Bit part = Single(index);
    const auto known = facts.known.find(part / 2);
    if (known != facts.known.end() && !(is_fact && part / 2 == sum)) {
      part = known->second ^ (part % 2);
    } else if (atom.kind == Atom::Kind::kAnd) {
      part = And(now(atom.a), now(atom.b));
    } else if (atom.kind == Atom::Kind::kMux) {
      part = Mux(now(atom.a), now(atom.b), now(atom.c));
    }
    result = Xor(result, part);
  }
  return result;
}

// Operands are rebuilt before what stands on them.
void BitNet::Rebuild(const Facts& facts, const Bits& roots,
                     std::unordered_map<uint32_t, Bit>& rebuilt) {
  std::vector<uint32_t> open;
  for (const Bit bit : roots) open.push_back(bit / 2);
  while (!open.empty()) {
    const uint32_t sum = open.back();
    if (rebuilt.contains(sum)) {
      open.pop_back();
      continue;
    }
    if (const auto it = facts.known.find(sum); it != facts.known.end()) {
      rebuilt[sum] = it->second;
      continue;
    }
    bool ready = true;
    for (const uint32_t index : *sums_[sum]) {
      for (const Bit operand : Operands(index)) {
        if (rebuilt.contains(operand / 2)) continue;
        open.push_back(operand / 2);
        ready = false;
      }
    }
    if (ready) rebuilt[sum] = Combine(facts, sum, rebuilt, false);
  }
}

Bits BitNet::Under(const Facts& facts, const Bits& bits) {
  std::unordered_map<uint32_t, Bit> rebuilt;
  Rebuild(facts, bits, rebuilt);
  Bits result;
  for (const Bit bit : bits) result.push_back(rebuilt.at(bit / 2) ^ (bit % 2));
  return result;
}

}  // namespace vireo::prove
