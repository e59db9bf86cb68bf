// SPDX-License-Identifier: Apache-2.0
// A net of single bits, each held as the sorted set of the bits whose parity it is, where equal
// ones meet.
//
// A SAT solver cannot see that a serial CRC is an XOR matrix; as sets of atoms over GF(2) both are
// the same before the solver starts.
#pragma once

#include <cstdint>
#include <functional>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vireo::prove {

// A sum of atoms: twice its index, plus one if inverted.
using Bit = uint32_t;
constexpr Bit kZero = 0;
constexpr Bit kOne = 1;
using Bits = std::vector<Bit>;

class BitNet {
 public:
  // What a sum is made of. Operands are older than the atom.
  struct Atom {
    enum class Kind { kAnd, kMux, kFree };
    Kind kind = Kind::kFree;
    Bit a = 0;  // of a free one: whose bit it is, a number of the user
    Bit b = 0;  // of a free one: which bit
    Bit c = 0;
  };
  // How a sum came to be: an atom of its own, or two sums.
  struct Origin {
    bool is_atom = false;
    uint32_t atom = 0;
    Bit a = 0;
    Bit b = 0;
  };

  BitNet();

  // Asked for each new sum: an older bit that it equals, or the sum itself.
  void OnNew(std::function<Bit(uint32_t sum)> settle) { settle_ = std::move(settle); }

  Bit Free(uint32_t owner, uint32_t index) { return NewAtom({Atom::Kind::kFree, owner, index, 0}); }
  Bit And(Bit a, Bit b);
  Bit Or(Bit a, Bit b) { return And(a ^ 1, b ^ 1) ^ 1; }
  Bit Xor(Bit a, Bit b);
  Bit Mux(Bit choose, Bit then_bit, Bit else_bit);
  Bit Equal(const Bits& a, const Bits& b);

  // What follows from some bits being true.
  struct Facts {
    std::unordered_map<uint32_t, Bit> known;  // sums that are constant then
    std::vector<std::pair<Bit, Bit>> either;  // of these one is true, at least
    Bits holds;                               // true, and all together the same as what was given
    bool impossible = false;
  };
  Facts Assume(Bits true_bits);
  // The bits with the known ones put in.
  Bits Under(const Facts& facts, const Bits& bits);

  const std::vector<uint32_t>& Sum(Bit bit) const { return *sums_[bit / 2]; }
  const Atom& At(uint32_t atom) const { return atoms_[atom]; }
  const Origin& OriginOf(uint32_t sum) const { return origins_[sum]; }
  size_t sums() const { return sums_.size(); }
  size_t atoms() const { return atoms_.size(); }
  // The operands of an atom; a free one has none.
  std::vector<Bit> Operands(uint32_t atom) const;

 private:
  struct HashSum {
    size_t operator()(const std::vector<uint32_t>& atoms) const;
  };
  struct HashAtom {
    size_t operator()(const std::tuple<int, Bit, Bit, Bit>& key) const;
  };
  Bit Intern(std::vector<uint32_t> atoms, const Origin& origin);
  Bit NewAtom(const Atom& atom);
  Bit Single(uint32_t atom);
  Facts Propagate(Bits true_bits) const;
  void Rebuild(const Facts& facts, const Bits& roots, std::unordered_map<uint32_t, Bit>& rebuilt);
  Bit Combine(const Facts& facts, uint32_t sum, const std::unordered_map<uint32_t, Bit>& rebuilt,
              bool is_fact);

  std::function<Bit(uint32_t)> settle_;
  std::unordered_map<std::vector<uint32_t>, Bit, HashSum> sum_index_;
  std::vector<const std::vector<uint32_t>*> sums_;
  std::vector<Origin> origins_;
  std::unordered_map<std::tuple<int, Bit, Bit, Bit>, Bit, HashAtom> atom_index_;
  std::vector<Atom> atoms_;
};

}  // namespace vireo::prove
