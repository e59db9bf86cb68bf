// SPDX-License-Identifier: Apache-2.0
// The management function: what it shows, sets and counts.
#ifndef VIREO_HW_MANAGEMENT_MANAGEMENT_H_
#define VIREO_HW_MANAGEMENT_MANAGEMENT_H_

#include <hls_stream.h>

#include "hw/management/management_registers.h"
#include "hw/management/traffic.h"
#include "hw/primitives/state_table/state_table.h"

namespace vireo {

class Management {
 public:
  void Step(hls::stream<RegisterAccess>& access_in, hls::stream<RegisterReply>& reply_out,
            hls::stream<ConfigUpdate>& update_out, hls::stream<FunctionAddress>& address_out,
            hls::stream<BlkConfig>& disk_out, hls::stream<NetEvent>& net_in,
            hls::stream<BlkEvent>& blk_in, hls::stream<ReasonCount>& reason_out,
            hls::stream<RegisterAccess>& channel_access_out,
            hls::stream<RegisterReply>& channel_reply_in) {
#pragma HLS DATAFLOW
    registers_.Step(access_in, reply_out, update_out, address_out, disk_out, read_, value_,
                    channel_access_out, channel_reply_in);
    source_.Step(read_, net_in, blk_in, event_, failed_);
    gather_.Step(failed_, reason_out);
    table_.Step(event_, result_);
    reply_.Step(result_, value_);
  }

 private:
  ManagementRegisters registers_;
  TrafficSource source_;
  ReasonGather gather_;
  StateTable<TrafficPolicy> table_;
  TrafficReply reply_;

  hls::stream<TrafficKey, 2> read_;
  hls::stream<TrafficPolicy::State, 2> value_;
  hls::stream<TrafficPolicy::Event, 2> event_;
  hls::stream<TrafficPolicy::Result, 2> result_;
  hls::stream<ReasonEvent, 2> failed_;
};

}  // namespace vireo

#endif  // VIREO_HW_MANAGEMENT_MANAGEMENT_H_
