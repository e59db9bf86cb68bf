// SPDX-License-Identifier: Apache-2.0
// What the engine asks of whoever keeps the disks, in lines of 64 bytes.
//
// A backend answers the reads in their order, and the writes in theirs; a read that is asked for
// after a write was answered sees it.
#ifndef VIREO_HW_BLK_BACKEND_H_
#define VIREO_HW_BLK_BACKEND_H_

#include <ap_int.h>

#include "hw/blk/token.h"

namespace vireo {

inline constexpr int kMoveLines = kMoveBytes / 64;
using MoveLineCount = ap_uint<BitsFor(kMoveLines + 1)>;

// Of kMoveBytes of card memory at a multiple of them, some lines. One BlkLine comes back for each.
struct BackendRead {
  Iova address;  // a multiple of 64
  MoveLineCount lines;
};

// A line of a write; its lines follow each other. One BackendWritten comes back for the write.
struct BackendWrite {
  BlkSlot slot;  // this and the next two: of the write
  Iova address;
  MoveLineCount lines;
  Line data;
  ap_uint<64> strobe;  // the bytes that are written
  ap_uint<1> first;
  ap_uint<1> last;
};

struct BackendWritten {
  ap_uint<1> error;
};

// Lines that `bytes` bytes from `address` on lie in.
inline MoveLineCount LinesOf(const Iova& address, const MoveBytes& bytes) {
  const ap_uint<14> end = address.range(5, 0) + bytes;
  return (end + 63) >> 6;
}

inline Iova LineAddress(const Iova& address) {
  const Iova line = address >> 6;
  return line << 6;
}

}  // namespace vireo

#endif  // VIREO_HW_BLK_BACKEND_H_
