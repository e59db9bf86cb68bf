// SPDX-License-Identifier: Apache-2.0
// What travels between the parts of the DMA engines: pieces of reads on their way out, and what
// comes back for their tags.
//
// A piece is what of a request lies in one block of 512 bytes. It is one memory read with one tag,
// keeps to a Max_Read_Request_Size of 512, crosses no 4 KiB boundary, and has at most eight lines.
#ifndef VIREO_HW_PCIE_DMA_TOKEN_H_
#define VIREO_HW_PCIE_DMA_TOKEN_H_

#include <ap_int.h>

#include "hw/pcie/token.h"
#include "hw/primitives/bits/bits.h"

namespace vireo {

inline constexpr int kReadBlock = 512;   // bytes; a piece lies in one block
inline constexpr int kWriteBlock = 256;  // bytes; Max_Payload_Size, a write TLP lies in one block
inline constexpr int kLinesOfPiece = kReadBlock / 64;

using PcieTag = ap_uint<8>;  // of the card

// A memory read to be sent.
struct ReadTlp {
  PcieTag tag;
  FunctionIndex function;
  ap_uint<62> address;  // in DWords
  ap_uint<8> dwords;    // 1 to 128
  ap_uint<4> first_be;
  ap_uint<4> last_be;  // 0 with one DWord
};

// DWords of a completion, at their places in memory: lane i holds a DWord whose address modulo 64
// is 4 * i. Lanes from `start` on belong to `line` of the tag's block, those below to the next one.
struct CompletionLine {
  PcieTag tag;
  ap_uint<3> line;
  ap_uint<4> start;
  ap_uint<16> lanes;  // which hold data
  Line data;
  ap_uint<1> last;   // nothing more comes for the tag
  ap_uint<1> error;  // the completion failed: its data is not to be used
};

// A read of a function that may not be the bus master.
struct RefusedRead {
  PcieTag tag;
};

// A request of which is known how many pieces it has.
template <typename Context>
struct MeasuredRead {
  ReadRequest<Context> request;
  ap_uint<8> pieces;
  ap_uint<1> first;  // of its unit
  ap_uint<1> error;  // the unit ends here, and is not all that was asked for
};

// A request on its way to the PCIE4C block: a read in one of these, a write in one for each line.
struct RequestLine {
  ap_uint<1> is_write;
  ap_uint<1> first;
  ap_uint<1> last;
  FunctionIndex function;
  ap_uint<62> address;  // this and the next four: of the whole request, known with `first`
  ap_uint<8> dwords;
  ap_uint<4> first_be;
  ap_uint<4> last_be;
  PcieTag tag;  // of a read
  Line data;
  ap_uint<1> spills;   // with `last`: behind the descriptor, the data needs one more beat
  ap_uint<1> refused;  // the function may not be the bus master
  ap_uint<1> acks;     // a WriteAck goes to `writer` with `cookie`
  ap_uint<3> writer;
  QueueIndex cookie;
};

// A write request all of whose lines are there, at most kWriteLines.
using WholeWrite = ap_uint<1>;
inline constexpr int kWriteLines = kWriteBlock / 64;

// A piece that has its tag, in the order of asking.
template <typename Context, int kTags>
struct ReadPiece {
  using Tag = ap_uint<BitsFor(kTags)>;
  Tag tag;
  Tag unit;    // tag of the unit's first piece
  Tag before;  // tag of the piece issued before this one, of the same unit or not
  QueueIndex key;
  FunctionIndex function;
  Iova address;
  ap_uint<10> bytes;  // 0 to 512
  ap_uint<1> last_of_request;
  ap_uint<1> last_of_unit;
  ap_uint<1> error;  // the unit ends here, and is not all that was asked for
  Context context;
};

// A piece on its way into its key's list.
template <int kTags>
struct PieceLink {
  using Tag = ap_uint<BitsFor(kTags)>;
  Tag tag;
  Tag unit;
  QueueIndex key;
  ap_uint<1> last_of_unit;
  ap_uint<1> error;
  Tag tail;  // of the key's list, if that piece has not left it
};

// A piece of which everything is here.
template <int kTags>
struct PieceArrival {
  ap_uint<BitsFor(kTags)> tag;
  ap_uint<1> error;
};

// A unit that is complete and whose turn it is.
template <int kTags>
struct ReadyUnit {
  ap_uint<BitsFor(kTags)> unit;
  ap_uint<1> error;
};

// A piece to be delivered.
template <typename Context, int kTags>
struct PieceDelivery {
  ap_uint<BitsFor(kTags)> tag;
  FunctionIndex function;
  ap_uint<9> offset;  // of the first byte in its block
  ap_uint<10> bytes;
  ap_uint<1> last_of_request;
  ap_uint<1> last_of_unit;
  ap_uint<1> error;
  Context context;
};

// A line to be taken out of the buffer.
template <typename Context, int kTags>
struct LineDelivery {
  ap_uint<BitsFor(kTags)> tag;
  FunctionIndex function;
  ap_uint<3> line;
  ap_uint<6> offset;
  ap_uint<7> bytes;
  ap_uint<1> last_of_piece;
  ap_uint<1> last_of_request;
  ap_uint<1> last_of_unit;
  ap_uint<1> error;
  Context context;
};

// A piece has been delivered.
template <int kTags>
struct FreedTag {
  ap_uint<BitsFor(kTags)> tag;
  FunctionIndex function;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_DMA_TOKEN_H_
