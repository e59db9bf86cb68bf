// SPDX-License-Identifier: Apache-2.0
// Lines of lawful writes.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_WRITES_H_
#define VIREO_TESTS_HW_PCIE_COSIM_WRITES_H_

#include <algorithm>

#include "hw/pcie/token.h"
#include "sim/harness/random.h"

namespace vireo::testing {

class RandomWrites {
 public:
  WriteLine Next(sim::Random& random) {
    if (left_ == 0) {
      line_.function = random.Next();
      line_.address = random.Next();
      line_.length = 1 + random.Below(random.Percent(70) ? 150 : 1200);
      line_.wants_ack = random.Percent(50);
      line_.cookie = random.Next();
      left_ = line_.length.to_uint();
      room_ = 64 - static_cast<unsigned>(line_.address.to_uint64() % 64);
    }
    for (int low = 0; low < 512; low += 64) line_.data.range(low + 63, low) = random.Next();
    left_ -= std::min(left_, room_);
    room_ = 64;
    line_.last = left_ == 0;
    return line_;
  }

 private:
  WriteLine line_;
  unsigned left_ = 0;
  unsigned room_ = 0;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_WRITES_H_
