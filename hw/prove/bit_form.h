// SPDX-License-Identifier: Apache-2.0
// Terms as bits of a swept net, and the question whether two terms can differ.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hw/prove/bit_net.h"
#include "hw/prove/sweep.h"
#include "hw/prove/terms.h"

namespace vireo::prove {

class BitForm {
 public:
  // The bits of a term, least significant first; a boolean has one.
  const Bits& Form(const z3::expr& root);
  // How much processor time may go into sweeping from now on.
  void GiveSeconds(double seconds) { sweep_.GiveSeconds(seconds); }
  // The other way: a boolean.
  z3::expr Term(Bit bit);

  // Whether two terms of one width were found to be the same.
  bool AreEqual(const z3::expr& a, const z3::expr& b);
  // Where two terms of one width differ under a guard of one bit: one of these is true. None if
  // they never do.
  Bits Differences(const z3::expr& guard, const z3::expr& a, const z3::expr& b);

  // Values of variables under which a bit is 1, if simulation has met some. To be checked where
  // operations are kept as they are (products), for these are simulated as if free.
  struct Example {
    z3::expr_vector variables{Z3()};
    z3::expr_vector values{Z3()};
  };
  std::optional<Example> FindExample(Bit bit) const;

 private:
  const Bits& Arg(const z3::expr& e, unsigned i) const { return cache_.at(e.arg(i).id()); }
  Bits Compute(const z3::expr& e);
  template <typename Combine>
  Bits Fold(const z3::expr& e, Combine combine);
  Bits Add(const Bits& a, const Bits& b, Bit carry);
  Bit Less(const Bits& a, const Bits& b, bool is_signed, bool or_equal);
  Bits Shift(const Bits& a, const Bits& by, bool left, Bit fill);
  void AddDifferences(const Bits& guard, const Bits& a, const Bits& b, int splits,
                      Bits& differences);
  Bits Other(const z3::expr& e);
  z3::expr Whole(const Bits& bits, bool boolean);
  z3::expr AtomTerm(uint32_t index);
  z3::expr SumTerm(uint32_t root);

  BitNet net_;
  Sweep sweep_{net_};
  std::map<std::pair<unsigned, Bits>, uint32_t> other_index_;
  std::vector<z3::expr> others_;  // variables, and operations kept as they are
  std::vector<Bits> free_bits_;   // of those
  std::unordered_map<unsigned, Bits> cache_;
  std::vector<z3::expr> kept_;  // ids in the cache stay theirs
  std::unordered_map<uint32_t, z3::expr> terms_;
};

}  // namespace vireo::prove
