// SPDX-License-Identifier: Apache-2.0
// A table in block RAM with one client, which writes entries and asks for them.
#ifndef VIREO_HW_VIRTIO_TABLE_SERVER_H_
#define VIREO_HW_VIRTIO_TABLE_SERVER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

template <typename Entry, int kEntries>
struct TableAccess {
  ap_uint<1> write;
  ap_uint<BitsFor(kEntries)> index;
  Entry entry;  // of a write
};

// An access a clock, in order; each read is answered.
template <typename Entry, int kEntries>
class TableServer {
 public:
  void Step(hls::stream<TableAccess<Entry, kEntries>>& access_in, hls::stream<Entry>& entry_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = entries_ type = ram_2p impl = bram latency = 1
    if (access_in.empty() || entry_out.full()) return;
    const TableAccess<Entry, kEntries> access = access_in.read();
    if (access.write == 1) {
      entries_[access.index] = access.entry;
    } else {
      entry_out.write(entries_[access.index]);
    }
  }

 private:
  Entry entries_[kEntries];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_TABLE_SERVER_H_
