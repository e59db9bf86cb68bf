// SPDX-License-Identifier: Apache-2.0
// The block engine as a bench sees it: as C++ (native_engine.cc) or as Verilog (rtl_engine.cc).
#ifndef VIREO_TESTS_HW_BLK_BLK_ENGINE_H_
#define VIREO_TESTS_HW_BLK_BLK_ENGINE_H_

#include <hls_stream.h>

#include <cstdint>
#include <memory>

#include "hw/blk/axi4.h"
#include "hw/blk/channel_token.h"
#include "hw/blk/token.h"
#include "hw/pcie/completer_token.h"
#include "hw/virtio/token.h"

namespace vireo::test {

struct BlkStreams {
  hls::stream<QueueSetup> setup_in;
  hls::stream<BlkConfig> config_in;
  hls::stream<Segment> segment_in;
  hls::stream<ReadRequest<BlkContext>> read_out;
  hls::stream<ReadLine<BlkContext>> line_in;
  hls::stream<WriteLine> write_out;
  hls::stream<WriteAck> ack_in;
  hls::stream<UsedBuffer> used_out;
  hls::stream<QueueFaulted> faulted_out;
  hls::stream<BlkEvent> event_out;
  hls::stream<Axi4Address> axi_ar;
  hls::stream<Axi4ReadBeat> axi_r;
  hls::stream<Axi4Address> axi_aw;
  hls::stream<Axi4WriteBeat> axi_w;
  hls::stream<Axi4WriteResponse> axi_b;
  hls::stream<RegisterAccess> channel_access_in;
  hls::stream<RegisterReply> channel_reply_out;
  hls::stream<ReadRequest<ChannelContext>> channel_read_out;
  hls::stream<ReadLine<ChannelContext>> channel_line_in;
  hls::stream<WriteLine> channel_write_out;
  hls::stream<WriteAck> channel_ack_in;
  hls::stream<Interrupt> channel_interrupt_out;

  // action(stream, name) for each input and each output.
  template <typename Action>
  void ForEachInput(Action action) {
    action(setup_in, "setup_in");
    action(config_in, "config_in");
    action(segment_in, "segment_in");
    action(line_in, "line_in");
    action(ack_in, "ack_in");
    action(axi_r, "axi_r");
    action(axi_b, "axi_b");
    action(channel_access_in, "channel_access_in");
    action(channel_line_in, "channel_line_in");
    action(channel_ack_in, "channel_ack_in");
  }
  template <typename Action>
  void ForEachOutput(Action action) {
    action(read_out, "read_out");
    action(write_out, "write_out");
    action(used_out, "used_out");
    action(faulted_out, "faulted_out");
    action(event_out, "event_out");
    action(axi_ar, "axi_ar");
    action(axi_aw, "axi_aw");
    action(axi_w, "axi_w");
    action(channel_reply_out, "channel_reply_out");
    action(channel_read_out, "channel_read_out");
    action(channel_write_out, "channel_write_out");
    action(channel_interrupt_out, "channel_interrupt_out");
  }
};

class BlkEngine {
 public:
  virtual ~BlkEngine() = default;
  // One clock: at most one token from each input, and one to each output that is not full.
  virtual void Step(BlkStreams& streams) = 0;
};

// Fresh from reset.
std::unique_ptr<BlkEngine> MakeBlkEngine(uint64_t seed);

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_BLK_BLK_ENGINE_H_
