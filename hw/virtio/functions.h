// SPDX-License-Identifier: Apache-2.0
// Which function is what, and which virtqueues and MSI-X vectors of the card are its own.
//
// A function's queues lie next to each other in the card's numbering: first those of the physical
// functions, then those of the virtual ones. The vectors of a function are one for each queue and
// one for its configuration.
#ifndef VIREO_HW_VIRTIO_FUNCTIONS_H_
#define VIREO_HW_VIRTIO_FUNCTIONS_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/spec/size.h"
#include "hw/virtqueue/token.h"

namespace vireo {

enum class DeviceType : uint8_t { kNone, kNet, kBlk, kManagement };

inline constexpr int kFirstNetVirtual = kFirstVirtualFunction;
inline constexpr int kFirstBlkVirtual = kFirstNetVirtual + kNetVirtualFunctions;
inline constexpr int kVirtualEnd = kFirstBlkVirtual + kBlkVirtualFunctions;
inline constexpr int kPhysicalQueues = 2 * kQueuesOfPhysical;  // of net and blk together

static_assert(kNetFunction == 0 && kBlkFunction == 1, "queues are numbered in this order");
static_assert(kVirtualEnd <= kFunctions, "every function has a number");
static_assert(IsPowerOfTwo(kQueuesOfPhysical) && IsPowerOfTwo(kQueuesOfVirtual));
static_assert(kPhysicalQueues + (kVirtualEnd - kFirstVirtualFunction) * kQueuesOfVirtual <= kQueues,
              "every function has its queues");

using VirtqueueIndex = ap_uint<BitsFor(kQueuesOfPhysical)>;  // of the function
using VirtqueueMask = ap_uint<kQueuesOfPhysical>;            // a bit for each
inline constexpr int kVectorsOfPhysical = kQueuesOfPhysical + 1;
using VectorIndex = ap_uint<BitsFor(kVectorsOfPhysical)>;  // of the function
using VectorMask = ap_uint<kVectorsOfPhysical>;
static_assert(kVectorsOfPhysical <= 64, "a function's vectors fit in a mask");

inline bool IsPhysical(const FunctionIndex& function) { return function < kFirstVirtualFunction; }

inline DeviceType TypeOf(const FunctionIndex& function) {
  const ap_uint<9> number = function;
  if (number == kNetFunction) return DeviceType::kNet;
  if (number == kBlkFunction) return DeviceType::kBlk;
  if (number == kManagementFunction) return DeviceType::kManagement;
  if (number < kFirstVirtualFunction || number >= kVirtualEnd) return DeviceType::kNone;
  return number < kFirstBlkVirtual ? DeviceType::kNet : DeviceType::kBlk;
}

inline bool IsVirtio(const FunctionIndex& function) {
  const ap_uint<9> number = function;
  if (IsPhysical(function)) return number == kNetFunction || number == kBlkFunction;
  return number < kVirtualEnd;
}

using QueueCount = ap_uint<BitsFor(kQueuesOfPhysical + 1)>;
inline QueueCount QueuesOf(const FunctionIndex& function) {
  if (!IsVirtio(function)) return 0;
  return IsPhysical(function) ? kQueuesOfPhysical : kQueuesOfVirtual;
}

using VectorCount = ap_uint<BitsFor(kVectorsOfPhysical + 1)>;
inline VectorCount VectorsOf(const FunctionIndex& function) {
  if (function == kManagementFunction) return 1;
  if (!IsVirtio(function)) return 0;
  return IsPhysical(function) ? kQueuesOfPhysical + 1 : kQueuesOfVirtual + 1;
}

inline QueueIndex FirstQueueOf(const FunctionIndex& function) {
  if (IsPhysical(function)) {
    const ap_uint<1> is_blk = function == kBlkFunction;
    return QueueIndex(is_blk) << BitsFor(kQueuesOfPhysical);
  }
  const FunctionIndex ordinal = function - kFirstVirtualFunction;
  return kPhysicalQueues + (QueueIndex(ordinal) << BitsFor(kQueuesOfVirtual));
}

inline QueueIndex QueueOf(const FunctionIndex& function, const VirtqueueIndex& virtqueue) {
  return FirstQueueOf(function) + virtqueue;
}

// The other way round.
struct Virtqueue {
  FunctionIndex function;
  VirtqueueIndex index;
};
inline Virtqueue VirtqueueOf(const QueueIndex& queue) {
  Virtqueue virtqueue;
  if (queue < kPhysicalQueues) {
    virtqueue.function = queue >> BitsFor(kQueuesOfPhysical);
    virtqueue.index = queue;
  } else {
    const QueueIndex offset = queue - kPhysicalQueues;
    virtqueue.function = (offset >> BitsFor(kQueuesOfVirtual)) + kFirstVirtualFunction;
    virtqueue.index = ap_uint<BitsFor(kQueuesOfVirtual)>(offset);
  }
  return virtqueue;
}

// VIRTIO 1.4, 5.1.2 and 5.2.2 "Virtqueues".
inline QueueKind KindOf(DeviceType type, const VirtqueueIndex& virtqueue) {
  if (type == DeviceType::kBlk) return QueueKind::kBlock;
  if (type != DeviceType::kNet) return QueueKind::kNone;
  return virtqueue[0] == 1 ? QueueKind::kTransmit : QueueKind::kReceive;
}

// A vector's place among all of the card: those of queues are numbered as queues are, those of
// configurations follow by function.
inline constexpr int kVectors = kQueues + kFunctions;
using CardVector = ap_uint<BitsFor(kVectors)>;
inline CardVector CardVectorOf(const FunctionIndex& function, const VectorIndex& vector) {
  if (vector == QueuesOf(function)) return CardVector(kQueues) + function;
  return CardVector(FirstQueueOf(function)) + vector;
}

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_FUNCTIONS_H_
