// SPDX-License-Identifier: Apache-2.0
// What happens to the registers of virtio functions, as one stream of events.
#ifndef VIREO_HW_VIRTIO_REGISTER_EVENTS_H_
#define VIREO_HW_VIRTIO_REGISTER_EVENTS_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cstdint>

#include "hw/pcie/config_tokens.h"
#include "hw/virtio/reasons.h"
#include "hw/virtio/token.h"

namespace vireo {

enum class RegisterEventKind : uint8_t {
  kAccess,   // of the driver
  kWalk,     // a queue's turn in a walk along those of the function
  kStopped,  // a queue has
  kFaulted,  // a queue has
  kFlr,
  kUpdate,   // of device configuration
  kCleared,  // nothing of the function is left among the interrupts
};

struct RegisterEvent {
  RegisterEventKind kind;
  FunctionIndex function;
  VirtqueueIndex virtqueue;  // kWalk, kStopped, kFaulted
  ap_uint<1> is_flr;         // kCleared: by a reset of the function
  RegisterAccess access;     // kAccess
  ConfigUpdate update;       // kUpdate
};

// Accesses and the steps of walks alternate, all others go first: there are few of them, and the
// number of each is bounded by that of queues or functions. Functions that wait for a walk are in
// `walk_in`.
class RegisterEvents {
 public:
  void Step(hls::stream<RegisterAccess>& access_in, hls::stream<FunctionIndex>& walk_in,
            hls::stream<QueueStopped>& stopped_in, hls::stream<QueueFaulted>& fault_in,
            hls::stream<pcie4c::FunctionState>& state_in, hls::stream<ConfigUpdate>& update_in,
            hls::stream<InterruptReset>& cleared_in, hls::stream<RegisterEvent>& event_out,
            hls::stream<ReasonEvent>& count_out) {
#pragma HLS PIPELINE II = 1
    if (event_out.full() || count_out.full()) return;
    if (walk_left_ == 0 && !walk_in.empty()) {
      walk_function_ = walk_in.read();
      walk_at_ = 0;
      walk_left_ = QueuesOf(walk_function_);
      return;
    }
    const bool has_walk = walk_left_ != 0 && (walk_is_next_ || access_in.empty());
    RegisterEvent event = {};
    bool is_event = true;
    if (!cleared_in.empty()) {
      const InterruptReset reset = cleared_in.read();
      event.kind = RegisterEventKind::kCleared;
      event.function = reset.function;
      event.is_flr = reset.is_flr;
    } else if (!stopped_in.empty()) {
      const Virtqueue stopped = VirtqueueOf(stopped_in.read().queue);
      event.kind = RegisterEventKind::kStopped;
      event.function = stopped.function;
      event.virtqueue = stopped.index;
    } else if (!fault_in.empty()) {
      const QueueFaulted fault = fault_in.read();
      const Virtqueue faulted = VirtqueueOf(fault.queue);
      event.kind = RegisterEventKind::kFaulted;
      event.function = faulted.function;
      event.virtqueue = faulted.index;
      count_out.write(ReasonEvent{faulted.function, ReasonOf(fault.fault)});
    } else if (!state_in.empty()) {
      const pcie4c::FunctionState state = state_in.read();
      event.kind = RegisterEventKind::kFlr;
      event.function = state.function;
      is_event = state.flr == 1;
    } else if (!update_in.empty()) {
      event.update = update_in.read();
      event.kind = RegisterEventKind::kUpdate;
      event.function = event.update.function;
    } else if (has_walk) {
      event.kind = RegisterEventKind::kWalk;
      event.function = walk_function_;
      event.virtqueue = walk_at_;
      walk_at_ = walk_at_ + 1;
      walk_left_ = walk_left_ - 1;
      walk_is_next_ = false;
    } else if (!access_in.empty()) {
      event.access = access_in.read();
      event.kind = RegisterEventKind::kAccess;
      event.function = event.access.function;
      walk_is_next_ = true;
    } else {
      is_event = false;
    }
    if (is_event) event_out.write(event);
  }

 private:
  bool walk_is_next_ = false;    // before accesses
  FunctionIndex walk_function_;  // along whose queues the walk goes
  VirtqueueIndex walk_at_;
  QueueCount walk_left_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_REGISTER_EVENTS_H_
