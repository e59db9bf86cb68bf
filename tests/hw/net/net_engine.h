// SPDX-License-Identifier: Apache-2.0
// The network engine as a bench sees it: as C++ (native_engine.cc) or as Verilog (rtl_engine.cc).
#ifndef VIREO_TESTS_HW_NET_NET_ENGINE_H_
#define VIREO_TESTS_HW_NET_NET_ENGINE_H_

#include <hls_stream.h>

#include <memory>

#include "hw/net/token.h"

namespace vireo::test {

struct NetStreams {
  hls::stream<QueueSetup> setup_in;
  hls::stream<FunctionAddress> address_in;
  hls::stream<Segment> segment_in;
  hls::stream<ReadRequest<TransmitContext>> read_out;
  hls::stream<ReadLine<TransmitContext>> line_in;
  hls::stream<WriteLine> write_out;
  hls::stream<WriteAck> ack_in;
  hls::stream<UsedBuffer> used_out;
  hls::stream<QueueFaulted> faulted_out;
  hls::stream<NetEvent> event_out;
  hls::stream<MacBeat> mac_in, mac_out;
};

class NetEngine {
 public:
  virtual ~NetEngine() = default;
  // One clock: at most one token from each input, and one to each output that is not full.
  virtual void Step(NetStreams& streams) = 0;
};

// Fresh from reset.
std::unique_ptr<NetEngine> MakeNetEngine();

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_NET_NET_ENGINE_H_
