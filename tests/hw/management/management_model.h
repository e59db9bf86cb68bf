// SPDX-License-Identifier: Apache-2.0
// The management function under test: as C++ (native_management.cc), or as Verilog
// (rtl_management.cc).
#ifndef VIREO_TESTS_HW_MANAGEMENT_MANAGEMENT_MODEL_H_
#define VIREO_TESTS_HW_MANAGEMENT_MANAGEMENT_MODEL_H_

#include <hls_stream.h>

#include <cstdint>
#include <memory>

#include "hw/blk/token.h"
#include "hw/net/token.h"
#include "hw/virtio/token.h"

namespace vireo::test {

struct ManagementPorts {
  hls::stream<RegisterAccess> access_in;
  hls::stream<RegisterReply> reply_out;
  hls::stream<ConfigUpdate> update_out;
  hls::stream<FunctionAddress> address_out;
  hls::stream<BlkConfig> disk_out;
  hls::stream<NetEvent> net_in;
  hls::stream<BlkEvent> blk_in;
  hls::stream<ReasonCount> reason_out;
  hls::stream<RegisterAccess> channel_access_out;
  hls::stream<RegisterReply> channel_reply_in;

  // action(stream, name) for each input and each output.
  template <typename Action>
  void ForEachInput(Action action) {
    action(access_in, "access_in");
    action(net_in, "net_in");
    action(blk_in, "blk_in");
    action(channel_reply_in, "channel_reply_in");
  }
  template <typename Action>
  void ForEachOutput(Action action) {
    action(reply_out, "reply_out");
    action(update_out, "update_out");
    action(address_out, "address_out");
    action(disk_out, "disk_out");
    action(reason_out, "reason_out");
    action(channel_access_out, "channel_access_out");
  }
};

class ManagementModel {
 public:
  virtual ~ManagementModel() = default;
  // One clock: at most one token from each input, and one to each output that is not full.
  virtual void Step(ManagementPorts& ports) = 0;
};

// Fresh from reset.
std::unique_ptr<ManagementModel> MakeManagement(uint64_t seed);

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_MANAGEMENT_MANAGEMENT_MODEL_H_
