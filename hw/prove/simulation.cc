// SPDX-License-Identifier: Apache-2.0
// Every bit of a net under many random patterns at once: bits that differ under one are not equal.
#include "hw/prove/simulation.h"

#include <algorithm>

namespace vireo::prove {

// Fields that are all ones, runs of ones and small numbers matter more than their share among all
// values, so in most words a bit is that of its neighbour below unless it is drawn anew.
uint64_t Simulation::RandomWord(const BitNet::Atom& atom, size_t word) {
  constexpr int kRarity[] = {0, 2, 4, 6};  // how many random words have to agree on a change
  uint64_t change = ~uint64_t{0};
  for (int i = 0; i < kRarity[word % std::size(kRarity)]; ++i) change &= random_();
  uint64_t& last = last_[uint64_t{atom.a} * 64 + word % 64];
  if (atom.b == 0) last = random_();
  last = (last & ~change) | (random_() & change);
  return last;
}

uint64_t Simulation::EvaluateAtom(uint32_t index, size_t word) const {
  const BitNet::Atom& atom = net_.At(index);
  if (atom.kind == BitNet::Atom::Kind::kAnd) return Word(atom.a, word) & Word(atom.b, word);
  const uint64_t choose = Word(atom.a, word);
  return (choose & Word(atom.b, word)) | (~choose & Word(atom.c, word));
}

uint64_t Simulation::Evaluate(uint32_t sum, size_t word,
                              const std::function<uint64_t(uint32_t)>& free_atom) const {
  if (sum == kZero / 2) return 0;
  const BitNet::Origin& origin = net_.OriginOf(sum);
  if (!origin.is_atom) return Word(origin.a, word) ^ Word(origin.b, word);
  if (net_.At(origin.atom).kind == BitNet::Atom::Kind::kFree) return free_atom(origin.atom);
  return EvaluateAtom(origin.atom, word);
}

void Simulation::Append(uint32_t sum) {
  for (size_t word = 0; word < words_.size(); ++word) {
    words_[word].push_back(
        Evaluate(sum, word, [&](uint32_t atom) { return RandomWord(net_.At(atom), word); }));
  }
}

void Simulation::DropLast() {
  for (std::vector<uint64_t>& word : words_) word.pop_back();
}

uint64_t Simulation::Key(uint32_t sum) const {
  const uint64_t flip = words_.front()[sum] % 2 == 0 ? 0 : ~uint64_t{0};
  uint64_t key = 0;
  for (size_t word = 0; word < kStart; ++word) {
    key = (key ^ words_[word][sum] ^ flip) * 0x9E3779B97F4A7C15;
    key ^= key >> 29;
  }
  return key;
}

bool Simulation::AreAlike(Bit a, Bit b) const {
  for (size_t word = 0; word < words_.size(); ++word) {
    if (Word(a, word) != Word(b, word)) return false;
  }
  return true;
}

void Simulation::Learn(const std::unordered_map<uint32_t, bool>& free_atoms) {
  const size_t word = words_.size();
  if (word * net_.sums() > kMostWords) return;
  words_.emplace_back();
  words_.back().reserve(net_.sums());
  for (uint32_t sum = 0; sum < net_.sums(); ++sum) {
    words_.back().push_back(Evaluate(sum, word, [&](uint32_t atom) {
      const auto given = free_atoms.find(atom);
      if (given == free_atoms.end()) return RandomWord(net_.At(atom), word);
      const uint64_t changed = random_() & random_() & random_() & random_() & ~uint64_t{1};
      return (given->second ? ~uint64_t{0} : 0) ^ changed;
    }));
  }
}

}  // namespace vireo::prove
