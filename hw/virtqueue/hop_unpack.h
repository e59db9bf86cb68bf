// SPDX-License-Identifier: Apache-2.0
// Takes the descriptors out of the lines that HopFollow has asked for.
// VIRTIO 1.4, 2.7.5 "The Virtqueue Descriptor Table".
#ifndef VIREO_HW_VIRTQUEUE_HOP_UNPACK_H_
#define VIREO_HW_VIRTQUEUE_HOP_UNPACK_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/token.h"
#include "hw/virtqueue/descriptor.h"

namespace vireo {

// Chains that are followed at once: a long one of one driver does not stand in the way of others.
inline constexpr int kHopSlots = 8;
using HopSlot = ap_uint<BitsFor(kHopSlots)>;

// Places for reads that are asked for: one for each slot, and one for the firing that looks.
inline constexpr int kHopReads = kHopSlots + 1;

// A read lies in one block of so many bytes.
inline constexpr int kHopBlock = 128;

// A descriptor of a read.
struct HopRead {
  HopSlot slot;
  ap_uint<1> begins;  // the read's first
  ap_uint<1> ends;    // its last
  ap_uint<1> error;   // it could not be read
  Descriptor descriptor;
};

// A descriptor a clock.
class HopUnpack {
 public:
  void Step(hls::stream<ReadLine<HopSlot>>& line_in, hls::stream<HopRead>& read_out) {
#pragma HLS PIPELINE II = 1
    if (read_out.full()) return;
    ReadLine<HopSlot> line = line_;
    const bool arrives = left_ == 0;
    const bool begins = arrives && is_first_;
    if (arrives) {
      if (line_in.empty()) return;
      line = line_in.read();
      line.data = line.data >> (ap_uint<9>(line.offset.range(5, 4)) << 7);
      is_first_ = line.last_of_unit == 1;
    }
    const ap_uint<3> behind = arrives ? ap_uint<3>((line.bytes >> 4) - 1) : ap_uint<3>(left_ - 1);
    HopRead read;
    read.slot = line.context;
    read.begins = begins;
    read.ends = line.last_of_unit == 1 && behind == 0;
    read.error = line.error;
    read.descriptor = DescriptorOf(line.data.range(127, 0));
    read_out.write(read);
    line.data = line.data >> 128;
    line_ = line;
    left_ = behind;
  }

 private:
  ReadLine<HopSlot> line_ = {};  // the next descriptor lowest in `data`
  ap_uint<3> left_ = 0;          // descriptors in it
  bool is_first_ = true;         // the next line begins a read
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_HOP_UNPACK_H_
