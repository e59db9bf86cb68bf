// SPDX-License-Identifier: Apache-2.0
// SAT sweeping: bits of a net that turn out equal under random patterns are proved equal from the
// inputs on, each over the few gates around it, and made one.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "hw/prove/bit_net.h"
#include "hw/prove/simulation.h"

namespace vireo::prove {

class Sweep {
 public:
  explicit Sweep(BitNet& net);
  Sweep(const Sweep&) = delete;
  Sweep& operator=(const Sweep&) = delete;

  const Simulation& simulation() const { return simulation_; }

  // How much processor time may be used from now on; after that new bits are taken as they are.
  void GiveSeconds(double seconds);

 private:
  // A question to z3 looks at gates with so many operands in all; what is beyond them is free.
  struct Window {
    size_t operands = 0;
    bool cut_shared = false;  // what both sides have in common is free too
  };
  // The gates and the free atoms below two bits, newest first.
  struct Cone {
    std::vector<uint32_t> roots;  // in one of the two, but not in both
    std::vector<uint32_t> gates;
    std::vector<uint32_t> leaves;
  };
  // Sums that random patterns do not tell apart, and how often z3 could not either.
  struct Class {
    std::vector<uint32_t> sums;
    int unknown = 0;
  };
  enum class Relation { kEqual, kDifferent, kUnknown };

  Bit Settle(uint32_t sum);
  Relation Compare(Bit a, Bit b, bool in_depth);
  Cone Below(Bit a, Bit b, const Window& window) const;
  Relation Ask(Bit a, Bit b, const Window& window);

  BitNet& net_;
  Simulation simulation_;
  std::unordered_map<uint64_t, Class> classes_;  // by the key of the simulation
  double end_ = 0;                               // in processor time
};

}  // namespace vireo::prove
