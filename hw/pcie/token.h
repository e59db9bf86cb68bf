// SPDX-License-Identifier: Apache-2.0
// What travels between the DMA engines and their users: requests, lines of data, writes.
//
// Data is aligned to memory: the byte of address A lies in data[8 * (A % 64) +: 8]. Whoever cuts at
// multiples of 64 bytes moves no byte.
#ifndef VIREO_HW_PCIE_TOKEN_H_
#define VIREO_HW_PCIE_TOKEN_H_

#include <ap_int.h>

#include "hw/primitives/bits/bits.h"
#include "hw/spec/size.h"

namespace vireo {

using FunctionIndex = ap_uint<BitsFor(kFunctions)>;
using QueueIndex = ap_uint<BitsFor(kQueues)>;  // of the card, not of the function
using Iova = ap_uint<64>;
using Line = ap_uint<512>;

// A piece of a unit of reads. The requests of a unit follow each other, with `last` on its end.
// Units of a key are delivered whole and in the order of asking; those of other keys may overtake.
template <typename Context>
struct ReadRequest {
  QueueIndex key;
  FunctionIndex function;
  Iova address;
  ap_uint<16> length;  // bytes; with 0 nothing is read, and one line without bytes comes back
  ap_uint<1> last;
  Context context;  // comes back with every line of the request
};

// Up to 64 bytes that were read.
template <typename Context>
struct ReadLine {
  Line data;
  ap_uint<6> offset;  // of the first byte: its address modulo 64
  ap_uint<7> bytes;   // 0 to 64
  ap_uint<1> last_of_request;
  ap_uint<1> last_of_unit;
  ap_uint<1> error;  // the completer refused, or did not answer: bytes are not to be used
  Context context;
};

// 64 bytes or less of a write to memory. The lines of a write follow each other.
struct WriteLine {
  FunctionIndex function;  // this and the next two: the same in all lines of a write
  Iova address;            // of the write's first byte
  ap_uint<14> length;      // bytes of the whole write, not 0
  Line data;
  ap_uint<1> last;
  ap_uint<1> wants_ack;  // a WriteAck follows when the write is on its way
  QueueIndex cookie;     // of the ack
};

// Reads that are sent after this was received cannot pass the write.
struct WriteAck {
  QueueIndex cookie;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_TOKEN_H_
