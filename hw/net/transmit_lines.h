// SPDX-License-Identifier: Apache-2.0
// Takes the header off what was read for a chain, and says what becomes of the chain.
// VIRTIO 1.4, 5.1.9 "Device Operation": struct virtio_net_hdr.
#ifndef VIREO_HW_NET_TRANSMIT_LINES_H_
#define VIREO_HW_NET_TRANSMIT_LINES_H_

#include <hls_stream.h>

#include "hw/net/token.h"
#include "hw/primitives/beat/beat.h"

namespace vireo {

struct TransmitVerdict {
  ap_uint<1> is_sent;
  FunctionIndex function;  // that sends it
};

// Each unit, also one without a frame, gives one beat with `last` and one verdict. After a fault
// the chains of a queue are discarded, until its stop.
//
// No offload is offered, so nothing in the header changes the frame: a driver that fills it in all
// the same has its frame sent as it stands. The first kQueues clocks after reset clear `dead_`.
class TransmitLines {
 public:
  void Step(hls::stream<ReadLine<TransmitContext>>& line_in, hls::stream<Beat>& beat_out,
            hls::stream<TransmitVerdict>& verdict_out, hls::stream<UsedBuffer>& used_out,
            hls::stream<QueueFaulted>& faulted_out, hls::stream<NetEvent>& event_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = dead_ type = ram_2p impl = lutram
    const bool is_clear = cleared_[BitsFor(kQueues)] == 1;
    if (!is_clear) {
      dead_[cleared_] = 0;
      cleared_ = cleared_ + 1;
      return;
    }
    if (line_in.empty() || beat_out.full() || verdict_out.full() || used_out.full() ||
        faulted_out.full() || event_out.full()) {
      return;
    }
    const ReadLine<TransmitContext> line = line_in.read();
    const TransmitContext& context = line.context;
    const bool ends = line.last_of_unit == 1;
    const bool is_read = line.error == 0;

    const ap_uint<4> stripped = line.bytes < header_left_ ? ap_uint<4>(line.bytes) : header_left_;
    header_left_ = ends ? ap_uint<4>(kNetHeader) : ap_uint<4>(header_left_ - stripped);
    const ap_uint<64> bytes = LowOnes<64>(line.bytes);
    const ap_uint<64> kept = bytes & ~ap_uint<64>(LowOnes<16>(stripped));
    Beat beat;
    beat.data = line.data;
    beat.keep = is_read ? ap_uint<64>(kept << line.offset) : ap_uint<64>(0);
    beat.last = ends;
    beat_out.write(beat);

    const bool failed = has_failed_ || !is_read;
    has_failed_ = failed && !ends;
    if (!ends) return;

    const bool is_stop = context.is_stop == 1;
    const bool is_dead = dead_[context.queue] == 1;
    const bool is_good = !is_stop && context.fault == QueueFault::kNone && !failed;
    if (is_stop || !is_good) dead_[context.queue] = is_stop ? 0 : 1;
    TransmitVerdict verdict;
    verdict.is_sent = is_good && !is_dead;
    verdict.function = context.function;
    verdict_out.write(verdict);
    NetEvent event;
    event.reason = is_good && !is_dead ? spec::Reason::kNone : spec::Reason::kDropFaulty;
    event.is_transmit = 1;
    event.has_queue = 1;
    event.function = context.function;
    event.queue = context.queue;
    event.bytes = context.bytes;
    if (!is_stop) event_out.write(event);
    if (is_stop || (is_good && !is_dead)) {
      UsedBuffer used = {};
      used.queue = context.queue;
      used.is_stop = context.is_stop;
      used.id = context.head;
      used_out.write(used);
    }
    if (!is_stop && !is_good && !is_dead) {
      QueueFaulted faulted;
      faulted.queue = context.queue;
      faulted.fault = context.fault == QueueFault::kNone ? QueueFault::kReadFailed : context.fault;
      faulted_out.write(faulted);
    }
  }

 private:
  ap_uint<4> header_left_ = kNetHeader;        // bytes of the unit's header still to come
  bool has_failed_ = false;                    // a line of the unit had an error
  ap_uint<1> dead_[kQueues];                   // the queue had a fault
  ap_uint<BitsFor(kQueues + 1)> cleared_ = 0;  // entries of dead_ cleared since reset
};

}  // namespace vireo

#endif  // VIREO_HW_NET_TRANSMIT_LINES_H_
