// SPDX-License-Identifier: Apache-2.0
// Holds requests back to a mean rate with a burst; a clock is a firing.
#ifndef VIREO_HW_PRIMITIVES_TOKEN_BUCKET_TOKEN_BUCKET_H_
#define VIREO_HW_PRIMITIVES_TOKEN_BUCKET_TOKEN_BUCKET_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

// `rate`: cost a clock, with 20 bits of fraction. `burst`: the cost saved up while idle.
struct TokenBucketConfig {
  ap_uint<1> is_limited;
  ap_uint<28> rate;
  ap_uint<20> burst;
};

// With 20 bits of fraction. Below 0: in debt.
using TokenLevel = ap_int<44>;

// What a clock changes: the rate comes in, and the cost of what passes goes out.
inline TokenLevel Income(const TokenBucketConfig& config) { return config.rate; }
inline TokenLevel Income(const TokenBucketConfig& config, const ap_uint<16>& cost) {
  return Income(config) - (TokenLevel(cost) << 20);
}

// What is in the bucket after its excess over the burst has run off.
inline TokenLevel Brimmed(const TokenLevel& level, const TokenBucketConfig& config) {
  const TokenLevel brim = TokenLevel(config.burst) << 20;
  return level > brim ? brim : level;
}

// The request is its own cost.
struct OwnCost {
  template <typename T>
  static ap_uint<16> Of(const T& request) {
    return request;
  }
};

// A request passes while the bucket is not in debt, and then takes its cost even if that makes a
// debt: over any t clocks at most burst + t * rate + one request passes, and no request is too
// large to pass. Without limit after reset.
template <typename T, typename Cost = OwnCost>
class TokenBucket {
 public:
  void Step(hls::stream<T>& in, hls::stream<TokenBucketConfig>& configs, hls::stream<T>& out) {
#pragma HLS PIPELINE II = 1
    const bool is_open = config_.is_limited == 0 || level_ >= 0;
    const bool passes = is_open && !in.empty() && !out.full();
    TokenLevel change = Income(config_);
    if (passes) {
      const T request = in.read();
      change = Income(config_, Cost::Of(request));
      out.write(request);
    }
    if (config_.is_limited == 1) level_ = Brimmed(level_, config_) + change;
    if (!configs.empty()) config_ = configs.read();
  }

 private:
  TokenBucketConfig config_ = {0, 0, 0};
  TokenLevel level_ = 0;  // with the excess of the last clock, which runs off in the next
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_TOKEN_BUCKET_TOKEN_BUCKET_H_
