// SPDX-License-Identifier: Apache-2.0
// Finds the vector of a queue that has used buffers, and puts all interrupts into one order.
// VIRTIO 1.4, 4.1.5.1.2 "MSI-X Vector Configuration".
#ifndef VIREO_HW_VIRTIO_INTERRUPT_MAP_H_
#define VIREO_HW_VIRTIO_INTERRUPT_MAP_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/virtio_pci.h"
#include "hw/virtio/token.h"

namespace vireo {

// One a clock; events of the registers go first, then what the card itself has to tell. An
// interrupt of a queue that is not live is dropped. The first kQueues clocks after reset clear the
// table.
class InterruptMap {
 public:
  void Step(hls::stream<InterruptEvent>& event_in, hls::stream<QueueInterrupt>& queue_in,
            hls::stream<Interrupt>& card_in, hls::stream<Interrupt>& interrupt_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = queues_ type = ram_2p impl = bram latency = 1
    if (interrupt_out.full()) return;
    Interrupt interrupt;
    interrupt.kind = InterruptKind::kQueue;
    interrupt.is_flr = 0;
    bool is_interrupt = false;
    QueueIndex written = cleared_;
    Queue queue;
    queue.is_live = 0;
    queue.vector = spec::VIRTIO_MSI_NO_VECTOR;
    bool writes = false;
    if (cleared_[BitsFor(kQueues)] == 0) {
      cleared_ = cleared_ + 1;
      writes = true;
    } else if (!event_in.empty()) {
      const InterruptEvent event = event_in.read();
      written = event.queue;
      queue.is_live = event.is_live;
      queue.vector = event.vector;
      writes = event.kind == InterruptEventKind::kQueue;
      interrupt.kind = event.kind == InterruptEventKind::kConfig ? InterruptKind::kConfig
                                                                 : InterruptKind::kReset;
      interrupt.function = event.function;
      interrupt.vector = event.vector;
      interrupt.is_flr = event.is_flr;
      is_interrupt = !writes;
    } else if (!card_in.empty()) {
      interrupt = card_in.read();
      is_interrupt = true;
    } else if (!queue_in.empty()) {
      const QueueIndex index = queue_in.read().queue;
      const Queue found = queues_[index];
      interrupt.function = VirtqueueOf(index).function;
      interrupt.vector = found.vector;
      is_interrupt = found.is_live == 1;
    }
    if (is_interrupt) interrupt_out.write(interrupt);
    if (writes) queues_[written] = queue;
  }

 private:
  struct Queue {
    ap_uint<1> is_live;
    ap_uint<16> vector;
  };

  ap_uint<BitsFor(kQueues) + 1> cleared_ = 0;  // queues since reset
  Queue queues_[kQueues];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_INTERRUPT_MAP_H_
