// SPDX-License-Identifier: Apache-2.0
// A network of several pieces, with a cycle: the checksum and the CRC-32 of every packet.
#ifndef VIREO_HW_PRIMITIVES_EXAMPLE_EXAMPLE_H_
#define VIREO_HW_PRIMITIVES_EXAMPLE_EXAMPLE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/arbiter/arbiter.h"
#include "hw/primitives/beat/beat.h"
#include "hw/primitives/checksum/checksum.h"
#include "hw/primitives/crc32/crc32.h"
#include "hw/primitives/credit/credit.h"
#include "hw/primitives/example/digest.h"
#include "hw/primitives/fifo/fifo.h"

namespace vireo {

// Both digests of a packet go through one shared path. At most kPackets packets are between their
// last beat's entry and their CRC's exit, so `credits_` never holds more tokens than there are
// credits and the cycle cannot lock.
class Example {
 public:
  static constexpr int kPackets = 8;

  void Step(hls::stream<Beat>& packet_in, hls::stream<ap_uint<16>>& checksum_out,
            hls::stream<ap_uint<32>>& crc_out) {
#pragma HLS DATAFLOW
#pragma HLS STREAM variable = digests_ depth = 2
    admit_.Step(packet_in, credits_, admitted_);
    fork_.Step(admitted_, to_checksum_, to_crc_);
    checksum_.Step(to_checksum_, checksums_);
    crc32_.Step(to_crc_, crcs_);
    label_checksum_.Step(checksums_, digests_[0]);
    label_crc_.Step(crcs_, digests_[1]);
    arbiter_.Step(digests_, merged_);
    fifo_.Step(merged_, queued_);
    route_.Step(queued_, checksum_out, crc_out, credits_);
  }

 private:
  using Admit = CreditCounter<Beat, kPackets, OneCreditAPacket>;

  Admit admit_;
  Fork<Beat> fork_;
  Checksum checksum_;
  Crc32 crc32_;
  Label<16, false> label_checksum_;
  Label<32, true> label_crc_;
  RoundRobinArbiter<Digest, 2> arbiter_;
  Fifo<Digest, 16> fifo_;
  Route<Admit::Count> route_;

  hls::stream<Beat, 2> admitted_;
  hls::stream<Beat, 2> to_checksum_, to_crc_;
  hls::stream<ap_uint<16>, 2> checksums_;
  hls::stream<ap_uint<32>, 2> crcs_;
  hls::stream<Digest> digests_[2];
  hls::stream<Digest, 2> merged_, queued_;
  hls::stream<Admit::Count, kPackets> credits_;
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_EXAMPLE_EXAMPLE_H_
