// SPDX-License-Identifier: Apache-2.0
// Reads the service's memory: completions, and data slots piece by piece.
#ifndef VIREO_HW_BLK_CHANNEL_FETCH_H_
#define VIREO_HW_BLK_CHANNEL_FETCH_H_

#include <hls_stream.h>

#include <cstddef>

#include "hw/blk/channel_token.h"

namespace vireo {

// Completions and data have a key each: neither waits for the other. A piece of data is a unit of
// its own, so a reader of few tags will do.
class ChannelAskMemory {
 public:
  void Step(hls::stream<ChannelFetch>& entry_in, hls::stream<ChannelFetch>& data_in,
            hls::stream<ReadRequest<ChannelContext>>& read_out) {
#pragma HLS PIPELINE II = 1
    if (read_out.full()) return;
    ReadRequest<ChannelContext> read = {};
    read.function = kManagementFunction;
    read.last = 1;
    if (!entry_in.empty()) {
      const ChannelFetch entry = entry_in.read();
      read.key = 0;
      read.address = entry.address;
      read.length = sizeof(spec::backend_completion);
      read.context.is_entry = 1;
      read.context.generation = entry.generation;
      read_out.write(read);
    } else if (data_.lines != 0) {
      const ap_uint<3> begin = data_.address >> 6;
      const ap_uint<4> fits = ap_uint<4>(kPieceLines) - begin;
      const bool ends = data_.lines <= fits;
      const ap_uint<4> lines = ends ? ap_uint<4>(data_.lines) : fits;
      read.key = 1;
      read.address = data_.address;
      read.length = ap_uint<16>(lines) << 6;
      read.context.slot = data_.slot;
      read.context.resumes = ends ? data_.resumes : ap_uint<1>(0);
      read_out.write(read);
      data_.address = data_.address + (Iova(lines) << 6);
      data_.lines = data_.lines - lines;
    } else if (!data_in.empty()) {
      data_ = data_in.read();
    }
  }

 private:
  static constexpr int kPieceLines = 8;  // of a block of 512 bytes

  ChannelFetch data_ = {};  // what is left to ask for
};

class ChannelSortMemory {
 public:
  void Step(hls::stream<ReadLine<ChannelContext>>& line_in, hls::stream<ChannelEntry>& entry_out,
            hls::stream<BlkLine>& data_out, hls::stream<BlkSlot>& fetched_out) {
#pragma HLS PIPELINE II = 1
    if (line_in.empty() || entry_out.full() || data_out.full() || fetched_out.full()) return;
    const ReadLine<ChannelContext> line = line_in.read();
    const ChannelContext& context = line.context;
    const ap_uint<9> first_bit = ap_uint<9>(line.offset.range(5, 3).to_uint()) << 6;
    const ap_uint<64> bytes = line.data >> first_bit;
    ChannelEntry entry;
    entry.tag = bytes.range(15, 0);
    entry.status = bytes.range(23, 16);
    entry.generation = bytes.range(63, 32);
    entry.asked = context.generation;
    entry.error = line.error;
    static_assert(offsetof(spec::backend_completion, tag) == 0 &&
                  offsetof(spec::backend_completion, status) == 2 &&
                  offsetof(spec::backend_completion, generation) == 4);
    BlkLine data;
    data.data = line.data;
    data.error = line.error;
    if (context.is_entry == 1) entry_out.write(entry);
    if (context.is_entry == 0) data_out.write(data);
    const ap_uint<1> resumes = context.resumes & line.last_of_request & ~context.is_entry;
    if (resumes == 1) fetched_out.write(context.slot);
  }
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_CHANNEL_FETCH_H_
