// SPDX-License-Identifier: Apache-2.0
// Lets requests through while there is room for them behind, as counted by credits.
#ifndef VIREO_HW_PRIMITIVES_CREDIT_CREDIT_H_
#define VIREO_HW_PRIMITIVES_CREDIT_CREDIT_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cassert>

#include "hw/primitives/bits/bits.h"

namespace vireo {

// What a request costs: one credit.
struct OneCredit {
  template <typename T>
  static ap_uint<1> Of(const T&) {
    return 1;
  }
};

// What a beat costs when credits count packets: one with the last.
struct OneCreditAPacket {
  template <typename T>
  static ap_uint<1> Of(const T& beat) {
    return beat.last;
  }
};

// A request passes once its cost is covered, in order; it waits in a register until then.
// A credit that comes back is usable in the next clock; more than were taken are dropped.
template <typename T, int kCredits, typename Cost = OneCredit>
class CreditCounter {
 public:
  static_assert(kCredits >= 1 && kCredits <= 65535, "a CreditCounter has 1 to 65535 credits");

  using Count = ap_uint<BitsFor(kCredits + 1LL)>;

  void Step(hls::stream<T>& in, hls::stream<Count>& returned, hls::stream<T>& out) {
#pragma HLS PIPELINE II = 1
    Count left = credits_;
    if (!out.full() && (is_waiting_ || !in.empty())) {
      T request = waiting_;
      if (!is_waiting_) request = in.read();
      const Count cost = Cost::Of(request);
      assert(cost <= kCredits && "a request costs no more than all credits");
      const bool passes = credits_ >= cost;
      if (passes) {
        out.write(request);
        left = credits_ - cost;
      }
      waiting_ = request;
      is_waiting_ = !passes;
    }
    Count back = 0;
    if (!returned.empty()) back = returned.read();
    const ap_uint<BitsFor(kCredits + 1LL) + 1> sum = left + back;
    credits_ = sum > kCredits ? Count(kCredits) : Count(sum);
  }

 private:
  Count credits_ = kCredits;  // credits not taken
  T waiting_ = {};            // the request that was not covered
  bool is_waiting_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_CREDIT_CREDIT_H_
