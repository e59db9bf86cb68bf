// SPDX-License-Identifier: Apache-2.0
// The switch between the wire and all functions.
#ifndef VIREO_HW_NET_SWITCH_H_
#define VIREO_HW_NET_SWITCH_H_

#include <hls_stream.h>

#include "hw/net/mac.h"
#include "hw/net/mac_table.h"
#include "hw/net/receive_store.h"
#include "hw/net/switch_lines.h"
#include "hw/net/switch_order.h"
#include "hw/net/switch_send.h"
#include "hw/net/token.h"

namespace vireo {

// What functions send never waits for what they receive: between the two stands a store that
// drops what finds no room.
class Switch {
 public:
  void Step(hls::stream<FunctionAddress>& address_in, hls::stream<ReceiveLive>& live_in,
            hls::stream<SentFrame>& sent_in, hls::stream<Beat>& sent_beat_in,
            hls::stream<MacBeat>& mac_in, hls::stream<FunctionPairs>& pairs_out,
            hls::stream<AddressedFrame>& frame_out, hls::stream<FrameLine>& line_out,
            hls::stream<MacBeat>& mac_out, hls::stream<NetEvent>& wire_lost_out,
            hls::stream<NetEvent>& function_lost_out, hls::stream<NetEvent>& group_lost_out) {
#pragma HLS DATAFLOW
    from_mac_.Step(mac_in, from_wire_);
    wire_store_.Step(from_wire_, undirected_, wire_lines_, wire_lost_out);
    macs_.Step(address_in, live_in, undirected_, sent_in, wire_frames_, directions_, pairs_out);
    send_.Step(directions_, sent_beat_in, to_wire_, from_function_);
    to_mac_.Step(to_wire_, mac_out);
    function_store_.Step(from_function_, function_frames_, function_lines_, function_lost_out);
    order_.Step(wire_frames_, function_frames_, plans_, group_lost_out);
    lines_.Step(plans_, wire_lines_, function_lines_, frame_out, line_out);
  }

 private:
  static constexpr int kWireBeats = 1024;     // 64 KiB of frames
  static constexpr int kWireFrames = 512;     // of them at most
  static constexpr int kFunctionBeats = 512;  // 32 KiB
  static constexpr int kFunctionFrames = 256;

  ReceiveMac from_mac_;
  ReceiveStore<kWireBeats, Undirected> wire_store_;
  MacTable macs_;
  SwitchSend send_;
  TransmitMac to_mac_;
  ReceiveStore<kFunctionBeats, Directed> function_store_;
  SwitchOrder order_;
  SwitchLines lines_;

  hls::stream<ArrivedBeat<Undirected>, 2> from_wire_;
  hls::stream<StoredFrame<Undirected>, kWireFrames> undirected_;
  hls::stream<FrameLine, 2> wire_lines_, function_lines_;
  hls::stream<StoredFrame<Directed>, 4> wire_frames_;
  hls::stream<SentDirection, 64> directions_;  // of frames in TransmitStore
  hls::stream<Beat, 2> to_wire_;
  hls::stream<ArrivedBeat<Directed>, 2> from_function_;
  hls::stream<StoredFrame<Directed>, kFunctionFrames> function_frames_;
  hls::stream<SwitchPlan, 4> plans_;
};

}  // namespace vireo

#endif  // VIREO_HW_NET_SWITCH_H_
