// SPDX-License-Identifier: Apache-2.0
// Sends each access to what lies there in the function's BAR.
// VIRTIO 1.4, 4.1.3 "PCI Device Layout"; hw/spec/function_bar.h has the layout.
#ifndef VIREO_HW_VIRTIO_ACCESS_ROUTER_H_
#define VIREO_HW_VIRTIO_ACCESS_ROUTER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/function_bar.h"
#include "hw/virtio/reason_counters.h"
#include "hw/virtio/token.h"

namespace vireo {

// One access a clock; those through PCI_CFG's window go first, for there is one at a time. Nobody
// answers reads of the notification area and of what is not there: they read as 0. Of the
// management function, MSI-X and the counters of reasons are here, and the rest is its own.
class AccessRouter {
 public:
  void Step(hls::stream<RegisterAccess>& access_in, hls::stream<RegisterAccess>& window_in,
            hls::stream<RegisterAccess>& notify_out, hls::stream<RegisterAccess>& registers_out,
            hls::stream<RegisterAccess>& msix_out, hls::stream<RegisterAccess>& reason_out,
            hls::stream<RegisterAccess>& management_out, hls::stream<ReplyOrder>& order_out) {
#pragma HLS PIPELINE II = 1
    if (notify_out.full() || registers_out.full() || msix_out.full() || reason_out.full() ||
        management_out.full() || order_out.full()) {
      return;
    }
    if (has_access_)
      Route(notify_out, registers_out, msix_out, reason_out, management_out, order_out);
    has_access_ = true;
    is_window_ = !window_in.empty();
    if (!window_in.empty()) {
      access_ = window_in.read();
    } else if (!access_in.empty()) {
      access_ = access_in.read();
    } else {
      has_access_ = false;
    }
  }

 private:
  static constexpr int kPageBits =
      BitsFor(spec::function_bar::kBytes / spec::function_bar::kPageBytes);
  static_assert(spec::function_bar::kMsixTable == spec::function_bar::kBytes / 2,
                "the MSI-X table is the upper half");

  static constexpr unsigned PageOf(uint32_t offset) {
    return offset / spec::function_bar::kPageBytes;
  }

  // The access that was taken a clock ago.
  void Route(hls::stream<RegisterAccess>& notify_out, hls::stream<RegisterAccess>& registers_out,
             hls::stream<RegisterAccess>& msix_out, hls::stream<RegisterAccess>& reason_out,
             hls::stream<RegisterAccess>& management_out, hls::stream<ReplyOrder>& order_out) {
    namespace bar = spec::function_bar;
    const RegisterAccess& access = access_;
    const ap_uint<kPageBits> page = access.dword >> (BitsFor(bar::kPageBytes) - 2);
    const bool is_there = IsVirtio(access.function);
    const bool is_table = page[kPageBits - 1] == 1;
    const bool is_management = access.function == kManagementFunction;
    const bool is_low = (access.dword >> (BitsFor(bar::kBytes) - 2)) == 0;
    static_assert(spec::management_bar::kMsixTable == bar::kMsixTable &&
                      spec::management_bar::kPendingBits == bar::kPendingBits,
                  "MSI-X is at the same place in all BARs");
    const bool is_management_msix =
        is_management && is_low && (is_table || page == PageOf(bar::kPendingBits));
    const bool is_function_msix =
        is_there && (is_table || page == PageOf(bar::kPendingBits) || page == PageOf(bar::kIsrCfg));
    const bool is_msix = is_function_msix || is_management_msix;
    const bool is_register =
        is_there && (page == PageOf(bar::kCommonCfg) || page == PageOf(bar::kDeviceCfg));
    const bool is_notify = is_there && page == PageOf(bar::kNotifyCfg);
    if (is_msix) msix_out.write(access);
    if (is_register) registers_out.write(access);
    if (is_notify && access.write == 1) notify_out.write(access);
    const bool is_counter = is_management && IsReasonCounter(access.dword);
    const bool is_reason = is_counter && access.write == 0;
    if (is_reason) reason_out.write(access);
    const bool is_other = is_management && !is_counter && !is_management_msix;
    if (is_other) management_out.write(access);
    if (access.write == 0) {
      ReplyOrder order;
      order.from = is_msix       ? ReplyFrom::kMsix
                   : is_register ? ReplyFrom::kRegisters
                   : is_reason   ? ReplyFrom::kReasons
                   : is_other    ? ReplyFrom::kManagement
                                 : ReplyFrom::kNobody;
      order.to_window = is_window_;
      order_out.write(order);
    }
  }

  bool has_access_ = false;
  bool is_window_ = false;  // it came by PCI_CFG
  RegisterAccess access_ = {};
};

// Puts the replies into the order of the reads.
class ReplyJoin {
 public:
  void Step(hls::stream<ReplyOrder>& order_in, hls::stream<RegisterReply>& registers_in,
            hls::stream<RegisterReply>& msix_in, hls::stream<RegisterReply>& reason_in,
            hls::stream<RegisterReply>& management_in, hls::stream<RegisterReply>& reply_out,
            hls::stream<RegisterReply>& window_out) {
#pragma HLS PIPELINE II = 1
    if (!is_waiting_) {
      if (order_in.empty()) return;
      order_ = order_in.read();
      is_waiting_ = true;
      return;
    }
    if (reply_out.full() || window_out.full()) return;
    RegisterReply reply = 0;
    if (order_.from == ReplyFrom::kRegisters) {
      if (registers_in.empty()) return;
      reply = registers_in.read();
    } else if (order_.from == ReplyFrom::kMsix) {
      if (msix_in.empty()) return;
      reply = msix_in.read();
    } else if (order_.from == ReplyFrom::kReasons) {
      if (reason_in.empty()) return;
      reply = reason_in.read();
    } else if (order_.from == ReplyFrom::kManagement) {
      if (management_in.empty()) return;
      reply = management_in.read();
    }
    is_waiting_ = false;
    if (order_.to_window == 1) {
      window_out.write(reply);
    } else {
      reply_out.write(reply);
    }
  }

 private:
  bool is_waiting_ = false;
  ReplyOrder order_;  // of the reply that is next
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_ACCESS_ROUTER_H_
