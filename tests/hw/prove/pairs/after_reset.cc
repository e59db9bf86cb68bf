// SPDX-License-Identifier: Apache-2.0
// Sums by key, and a count of those that are odd. Each clock is a firing, of which some do nothing.
#include <ap_int.h>
#include <hls_stream.h>

struct Item {
  ap_uint<4> key;
  ap_uint<8> add;
};

class Top {
 public:
  void Step(hls::stream<Item>& in, hls::stream<ap_uint<8>>& out) {
    if (in.empty() || out.full()) return;
    const Item item = in.read();
    const ap_uint<8> sum = sums_[item.key] + item.add;
    sums_[item.key] = sum;
    if (sum[0] == 0) return;
    out.write(odd_);
    odd_ = odd_ + 1;
  }

 private:
  ap_uint<8> sums_[16];
  ap_uint<8> odd_ = 0;
};

Top __vireo_instance;
auto __vireo_top __attribute__((used)) = &Top::Step;
