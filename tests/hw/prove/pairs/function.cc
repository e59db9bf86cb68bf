// SPDX-License-Identifier: Apache-2.0
// A function with statics, signed arithmetic, a table of constants and streams used without
// blocking.
#include <ap_int.h>
#include <hls_stream.h>

#include <cassert>

static const ap_int<6> kWeights[4] = {-3, 5, -17, 30};

struct Sample {
  ap_uint<2> kind;
  ap_int<6> value;
};

void f(hls::stream<Sample>& samples, hls::stream<bool>& clears, hls::stream<ap_int<14>>& sums) {
  static ap_int<14> sum = -5;
  static bool busy = false;
  if (!clears.empty() && !busy) {
    if (clears.read()) sum = 0;
    busy = true;
    return;
  }
  busy = false;
  if (samples.empty()) return;
  const Sample sample = samples.read();
  assert(sample.value != -32 && "the converter does not give its lowest code");
  sum = sum + sample.value * kWeights[sample.kind];
  if (sum < 0) sums.write(sum >> 1);
}

auto __vireo_top __attribute__((used)) = &f;
