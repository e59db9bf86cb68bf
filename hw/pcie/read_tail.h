// SPDX-License-Identifier: Apache-2.0
// The last piece of each key's list.
#ifndef VIREO_HW_PCIE_READ_TAIL_H_
#define VIREO_HW_PCIE_READ_TAIL_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// Each piece takes the tag of the piece before it in its key, and leaves its own. Whether that one
// is still in the key's list is known to ReadLinks. The first kQueues clocks after reset clear the
// table; nothing is taken until then.
template <int kTags>
class ReadTail {
 public:
  using Link = PieceLink<kTags>;

  void Step(hls::stream<Link>& link_in, hls::stream<Link>& link_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = tails_ type = ram_2p impl = bram latency = 2
    const bool is_clear = cleared_[BitsFor(kQueues)] == 1;
    if (is_clear && (link_in.empty() || link_out.full())) return;
    QueueIndex key = cleared_;
    typename Link::Tag tag = 0;
    if (is_clear) {
      Link link = link_in.read();
      key = link.key;
      tag = link.tag;
      link.tail = tails_[key];
      link_out.write(link);
    } else {
      cleared_ = cleared_ + 1;
    }
    tails_[key] = tag;
  }

 private:
  typename Link::Tag tails_[kQueues];
  ap_uint<BitsFor(kQueues) + 1> cleared_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_READ_TAIL_H_
