// SPDX-License-Identifier: Apache-2.0
// Two processes whose Verilog is written by hand, right and wrong, to test the bench itself.
#ifndef VIREO_TESTS_SIM_HARNESS_PROCESSES_H_
#define VIREO_TESTS_SIM_HARNESS_PROCESSES_H_

#include <cstdint>

#include "hw/hls/hls_stream.h"

namespace vireo::testing {

struct Item {
  bool add;
  uint8_t amount[2];
  int16_t bias;
};

struct Total {
  int32_t sum;
  uint8_t count;
};

// Sums items, blocking; sends the total with each fourth one and, non-blocking, when asked.
class Tally {
 public:
  void Step(hls::stream<Item>& in, hls::stream<bool>& peek, hls::stream<Total>& out) {
    if (!peek.empty() && !out.full()) {
      peek.read();
      out.write({sum_, count_});
      return;
    }
    const Item item = in.read();
    sum_ += (item.add ? item.amount[0] + item.amount[1] : 0) + item.bias;
    ++count_;
    if (count_ % 4 == 0) out.write({sum_, count_});
  }

 private:
  int32_t sum_ = 0;
  uint8_t count_ = 0;
};

struct Job {
  uint16_t a, b;
};

// Sends some products plus the sum of all `a` so far.
class Scale {
 public:
  void Step(hls::stream<Job>& in, hls::stream<uint32_t>& out) {
    const Job job = in.read();
    total_ += job.a;
    const uint32_t product = uint32_t{job.a} * job.b;
    if (((product ^ (product >> 1)) & 1) != 0) out.write(product + total_);
  }

 private:
  uint32_t total_ = 0;
};

// Scale as a function with statics.
inline void ScaleFunction(hls::stream<Job>& in, hls::stream<uint32_t>& out) {
  static Scale scale;
  scale.Step(in, out);
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_SIM_HARNESS_PROCESSES_H_
