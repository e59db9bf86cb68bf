// SPDX-License-Identifier: Apache-2.0
// Every bit of a net under many random patterns at once: bits that differ under one are not equal.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <unordered_map>
#include <vector>

#include "hw/prove/bit_net.h"

namespace vireo::prove {

class Simulation {
 public:
  explicit Simulation(const BitNet& net) : net_(net) {}

  // Takes the net's newest sum; sums come in their order.
  void Append(uint32_t sum);
  void DropLast();

  // Equal for sums that are equal, or the inverse of each other, under the patterns of the start.
  uint64_t Key(uint32_t sum) const;
  bool AreAlike(Bit a, Bit b) const;

  // 64 patterns more: the given values of free atoms, and that with some of them changed.
  void Learn(const std::unordered_map<uint32_t, bool>& free_atoms);

  // Words of 64 patterns, and a bit's value under one of those.
  size_t words() const { return words_.size(); }
  uint64_t Word(Bit bit, size_t word) const {
    return words_[word][bit / 2] ^ (bit % 2 == 0 ? 0 : ~uint64_t{0});
  }

 private:
  uint64_t RandomWord(const BitNet::Atom& atom, size_t word);
  uint64_t Evaluate(uint32_t sum, size_t word,
                    const std::function<uint64_t(uint32_t atom)>& free_atom) const;
  uint64_t EvaluateAtom(uint32_t atom, size_t word) const;

  static constexpr size_t kStart = 16;              // words of random patterns
  static constexpr size_t kMostWords = 50'000'000;  // of all sums together: 400 MB

  const BitNet& net_;
  std::vector<std::vector<uint64_t>> words_ = std::vector<std::vector<uint64_t>>(kStart);
  // The bit before of the same owner, so that neighbours are alike in some patterns.
  std::unordered_map<uint64_t, uint64_t> last_;
  std::mt19937_64 random_{1};
};

}  // namespace vireo::prove
