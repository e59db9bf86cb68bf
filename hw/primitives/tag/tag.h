// SPDX-License-Identifier: Apache-2.0
// Hands out tags for requests in flight, and puts what comes back for them into the order of
// asking.
#ifndef VIREO_HW_PRIMITIVES_TAG_TAG_H_
#define VIREO_HW_PRIMITIVES_TAG_TAG_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

// A value under a tag.
template <typename T, int kTags>
struct Tagged {
  ap_uint<BitsFor(kTags)> tag;
  T value;
};

// A request and what came back for it.
template <typename Request, typename Completion>
struct Completed {
  Request request;
  Completion completion;
};

// Tags are handed out in a ring, and freed in the order in which they were handed out; completions
// may come in any order, one for each tag. One for a tag that is not in flight is dropped.
// The first kTags clocks after reset clear `done_`; requests wait until then.
template <typename Request, typename Completion, int kTags>
class TagAllocator {
 public:
  static_assert(kTags >= 2 && IsPowerOfTwo(kTags), "the number of tags is a power of two");

  using Issued = Tagged<Request, kTags>;
  using Arrived = Tagged<Completion, kTags>;
  using Ordered = Completed<Request, Completion>;

  void Step(hls::stream<Request>& request_in, hls::stream<Issued>& request_out,
            hls::stream<Arrived>& completion_in, hls::stream<Ordered>& completion_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = done_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = requests_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = completions_ type = ram_2p impl = bram latency = 1
    const Tag oldest = oldest_;
    const Tag next = next_;
    const ap_uint<1> lap = oldest_[kTagBits];
    const Count in_flight = next_ - oldest_;
    const bool is_clear = cleared_[kTagBits] == 1;

    // The oldest tag's completion leaves, if it is here.
    const bool gives = is_clear && done_[oldest] != lap && !completion_out.full();
    if (gives) {
      Ordered ordered;
      ordered.request = requests_[oldest];
      ordered.completion = completions_[oldest];
      completion_out.write(ordered);
      oldest_ = oldest_ + 1;
    }

    // A request takes the next tag.
    if (is_clear && in_flight != kTags && !request_in.empty() && !request_out.full()) {
      Issued issued;
      issued.tag = next;
      issued.value = request_in.read();
      requests_[next] = issued.value;
      request_out.write(issued);
      next_ = next_ + 1;
    }

    // A completion is put in its slot and marked with the lap it belongs to. Clearing marks a slot
    // as done in the lap before the first.
    Tag done_at = cleared_;
    ap_uint<1> done_lap = 0;
    bool marks = !is_clear;
    if (!completion_in.empty()) {
      const Arrived arrived = completion_in.read();
      const Tag distance = arrived.tag - oldest;
      if (is_clear && distance < in_flight) {
        const ap_uint<1> later_lap = arrived.tag < oldest;
        done_at = arrived.tag;
        done_lap = ~(lap ^ later_lap);
        marks = true;
        completions_[arrived.tag] = arrived.value;
      }
    }
    if (marks) done_[done_at] = done_lap;
    if (!is_clear) cleared_ = cleared_ + 1;
  }

 private:
  static constexpr int kTagBits = BitsFor(kTags);
  using Tag = ap_uint<kTagBits>;
  using Count = ap_uint<kTagBits + 1>;

  // The bit above a tag is the parity of its lap around the ring.
  Count oldest_ = 0;               // the oldest tag in flight
  Count next_ = 0;                 // the tag handed out next
  Count cleared_ = 0;              // entries of done_ cleared since reset
  ap_uint<1> done_[kTags];         // differs from the tag's lap once its completion is here
  Request requests_[kTags];        // of the tags in flight
  Completion completions_[kTags];  // of those that are done
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_TAG_TAG_H_
