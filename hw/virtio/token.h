// SPDX-License-Identifier: Apache-2.0
// What travels between the processes of the transport.
#ifndef VIREO_HW_VIRTIO_TOKEN_H_
#define VIREO_HW_VIRTIO_TOKEN_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/pcie/completer_token.h"
#include "hw/virtio/functions.h"
#include "hw/virtqueue/token.h"

namespace vireo {

// Who answers a read, and whom.
enum class ReplyFrom : uint8_t { kNobody, kRegisters, kMsix, kReasons, kManagement };
struct ReplyOrder {
  ReplyFrom from;
  ap_uint<1> to_window;  // of PCI_CFG, otherwise to the completer
};

// A queue begins or ends to be live.
struct QueueChange {
  ap_uint<1> is_stop;
  QueueSetup setup;  // of a stop only `queue`
};

// In the order in which they happen, on the way to the MSI-X table.
enum class InterruptEventKind : uint8_t {
  kQueue,   // a queue's vector and whether it is live
  kConfig,  // the function's configuration has changed
  kReset,   // of the function; answered by an InterruptReset
};
struct InterruptEvent {
  InterruptEventKind kind;
  FunctionIndex function;
  QueueIndex queue;
  ap_uint<1> is_live;
  ap_uint<16> vector;  // of the queue or the configuration, or VIRTIO_MSI_NO_VECTOR
  ap_uint<1> is_flr;   // the reset is one of the function, not only of the device
};

struct InterruptReset {
  FunctionIndex function;
  ap_uint<1> is_flr;
};

// What MSI-X or INTx is to tell the driver.
enum class InterruptKind : uint8_t { kQueue, kConfig, kReset };
struct Interrupt {
  InterruptKind kind;
  FunctionIndex function;
  ap_uint<16> vector;
  ap_uint<1> is_flr;
};

// Eight bytes of a function's device configuration change at once.
inline constexpr int kConfigWords = 16;  // of a function
struct ConfigUpdate {
  FunctionIndex function;
  ap_uint<BitsFor(kConfigWords)> word;  // byte offset / 8
  ap_uint<64> data;
};

// Something that happened to a function several times, to be counted.
struct ReasonCount {
  ReasonEvent event;
  ap_uint<8> times;
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_TOKEN_H_
