// SPDX-License-Identifier: Apache-2.0
// Keeps the segments of the data of all commands, and looks them up for their moves.
#ifndef VIREO_HW_BLK_STORE_H_
#define VIREO_HW_BLK_STORE_H_

#include <hls_stream.h>

#include "hw/blk/collect.h"
#include "hw/blk/token.h"

namespace vireo {

// A cursor and the segment that it stands in.
struct BlkLookup {
  BlkCursor cursor;
  BlkBuffer buffer;
};

// A slot has room for the longest chain. A chain's header is asked for through here, behind its
// segments: so they are in the memory long before anything of its command is moved.
class BlkStore {
 public:
  void Step(hls::stream<BlkEntry>& entry_in, hls::stream<ReadRequest<BlkContext>>& read_out,
            hls::stream<BlkCursor>& start_in, hls::stream<BlkCursor>& next_in,
            hls::stream<BlkLookup>& lookup_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = buffers_ type = ram_2p impl = uram latency = 3
    if ((!start_in.empty() || !next_in.empty()) && !lookup_out.full()) {
      BlkLookup lookup;
      const bool starts = next_in.empty() || (prefers_start_ && !start_in.empty());
      if (starts) {
        lookup.cursor = start_in.read();
      } else {
        lookup.cursor = next_in.read();
      }
      prefers_start_ = !starts;
      lookup.buffer = buffers_[lookup.cursor.slot.concat(lookup.cursor.place)];
      lookup_out.write(lookup);
    }
    if (!entry_in.empty() && !read_out.full()) {
      const BlkEntry entry = entry_in.read();
      if (entry.has_buffer == 1) buffers_[entry.slot.concat(entry.place)] = entry.buffer;
      if (entry.has_read == 1) read_out.write(entry.read);
    }
  }

 private:
  BlkBuffer buffers_[kBlockCommands * kMaxSegments];
  bool prefers_start_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_STORE_H_
