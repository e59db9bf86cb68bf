// SPDX-License-Identifier: Apache-2.0
// Holds what was read until it is delivered: a block for each tag.
#ifndef VIREO_HW_PCIE_READ_BUFFER_H_
#define VIREO_HW_PCIE_READ_BUFFER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// Sixteen banks, one for each DWord of a line, each with an address of its own: the DWords of a
// completion go to two neighbouring lines in one clock. A line is written and one is read in every
// clock. Bytes that were not asked for, or whose read failed, are 0: what another function read
// stays unseen. The first kTags clocks after reset clear the errors; nothing is taken until then.
template <typename Context, int kTags>
class ReadBuffer {
 public:
  using Delivery = LineDelivery<Context, kTags>;
  using Tag = ap_uint<BitsFor(kTags)>;

  void Step(hls::stream<CompletionLine>& completion_in,
            hls::stream<PieceArrival<kTags>>& arrival_out, hls::stream<Delivery>& delivery_in,
            hls::stream<ReadLine<Context>>& line_out, hls::stream<FreedTag<kTags>>& freed_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS ARRAY_PARTITION variable = banks_ cyclic factor = 16 dim = 1
#pragma HLS BIND_STORAGE variable = banks_ type = ram_2p impl = bram latency = 2
#pragma HLS BIND_STORAGE variable = errors_ type = ram_2p impl = lutram
    if (cleared_[BitsFor(kTags)] == 0) {
      errors_[cleared_.range(BitsFor(kTags) - 1, 0)] = 0;
      cleared_ = cleared_ + 1;
      return;
    }

    if (!delivery_in.empty() && !line_out.full() && !freed_out.full()) {
      const Delivery delivery = delivery_in.read();
      const Address address = delivery.tag.concat(delivery.line);
      ReadLine<Context> line;
      for (int i = 0; i < 16; ++i) line.data.range(32 * i + 31, 32 * i) = banks_[i][address];
      const ap_uint<64> before = LowOnes<64>(delivery.offset);
      const ap_uint<64> behind = ~LowOnes<64>(delivery.offset + delivery.bytes);
      const ap_uint<64> kept = delivery.error == 1 ? ap_uint<64>(0) : ~(before | behind);
      line.data = line.data & RepeatBits<64, 8>(kept);
      line.offset = delivery.offset;
      line.bytes = delivery.bytes;
      line.last_of_request = delivery.last_of_request;
      line.last_of_unit = delivery.last_of_unit;
      line.error = delivery.error;
      line.context = delivery.context;
      line_out.write(line);
      FreedTag<kTags> freed;
      freed.tag = delivery.tag;
      freed.function = delivery.function;
      if (delivery.last_of_piece == 1) freed_out.write(freed);
    }

    if (!completion_in.empty() && !arrival_out.full()) {
      const CompletionLine completion = completion_in.read();
      const Tag tag = completion.tag;
      for (int i = 0; i < 16; ++i) {
        const ap_uint<3> line = completion.line + (i < completion.start ? 1 : 0);
        const Address address = tag.concat(line);
        if (completion.lanes[i]) banks_[i][address] = completion.data.range(32 * i + 31, 32 * i);
      }
      const ap_uint<1> error = errors_[tag] | completion.error;
      errors_[tag] = completion.last == 1 ? ap_uint<1>(0) : error;
      PieceArrival<kTags> arrival;
      arrival.tag = tag;
      arrival.error = error;
      if (completion.last == 1) arrival_out.write(arrival);
    }
  }

 private:
  using Address = ap_uint<BitsFor(kTags) + 3>;

  ap_uint<32> banks_[16][kTags * kLinesOfPiece];
  ap_uint<1> errors_[kTags];  // of a completion that was not the tag's last one
  ap_uint<BitsFor(kTags) + 1> cleared_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_READ_BUFFER_H_
