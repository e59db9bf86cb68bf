// SPDX-License-Identifier: Apache-2.0
// Why a queue was stopped, a request refused, an access ignored, or a frame dropped: one number,
// the same in the card's counters and on the host. reason_table.h has names and sentences.
#ifndef VIREO_HW_SPEC_REASON_H_
#define VIREO_HW_SPEC_REASON_H_

#include <cstdint>

namespace vireo::spec {

enum class Reason : uint8_t {
  kNone = 0,

  // Rings and descriptor chains, both formats.
  kIndexTooFar = 1,
  kHeadOutOfRange = 2,
  kHeadInFlight = 3,
  kNextOutOfRange = 4,
  kChainTooLong = 5,
  kChainEmpty = 6,
  kZeroLength = 7,
  kTooManyBytes = 8,
  kAddressWraps = 9,
  kReadableAfterWritable = 10,
  kWrongDirection = 11,
  kIndirectLength = 12,
  kIndirectMisaligned = 13,
  kIndirectFlags = 14,
  kIndirectNested = 15,
  kIndirectNotNegotiated = 16,
  kPackedBufferId = 17,
  kPackedWrap = 18,
  kPackedEventFlags = 19,
  kPackedEventOffset = 20,

  // DMA.
  kRingReadFailed = 24,
  kDescriptorReadFailed = 25,
  kBufferReadFailed = 26,
  kReadTimeout = 27,
  kBusMasterOff = 28,
  kStrayCompletion = 29,

  // Network device: transmitted frames and receive buffers.
  kNetHeaderShort = 32,
  kNetChecksumRange = 33,
  kNetGsoType = 34,
  kNetGsoSize = 35,
  kNetHeaderLength = 36,
  kNetReceiveBufferSmall = 37,

  // Network device: control virtqueue.
  kCtrlTruncated = 40,
  kCtrlNoAck = 41,
  kCtrlUnknown = 42,
  kCtrlMacTable = 43,
  kCtrlVlan = 44,
  kCtrlQueuePairs = 45,
  kCtrlRssTable = 46,

  // Block device.
  kBlkHeaderShort = 48,
  kBlkNoStatus = 49,
  kBlkUnaligned = 50,
  kBlkOutOfRange = 51,
  kBlkUnknownType = 52,
  kBlkBadSegment = 53,
  kBlkReadOnly = 54,
  kBlkSegments = 55,
  kBlkBackendFailed = 56,

  // Notifications.
  kNotifyNoQueue = 64,
  kNotifyDisabled = 65,
  kNotifyNotRunning = 66,
  kNotifyData = 67,

  // Configuration and registers.
  kQueueSize = 72,
  kQueueMisaligned = 73,
  kQueueNoAddress = 74,
  kQueueOverlap = 75,
  kQueueInOwnBar = 76,
  kQueueLocked = 77,
  kQueueSelectRange = 78,
  kStatusOrder = 79,
  kFeaturesRefused = 80,
  kVectorOutOfRange = 81,
  kPciCfgAccess = 82,
  kRegisterAccess = 83,

  // Backend channel: what the service did wrong.
  kChannelTooMany = 88,
  kChannelStale = 89,
  kChannelTag = 90,
  kChannelReadFailed = 91,

  // Frames that arrived or were to be sent, and were dropped.
  kDropNoBuffer = 96,
  kDropBuffersShort = 97,
  kDropFrameTooLong = 98,
  kDropFrameTooShort = 99,
  kDropFrameBad = 100,
  kDropNotRunning = 101,
  kDropLinkDown = 102,
  kDropOtherAddress = 103,
  kDropVlan = 104,
  kDropOverrun = 105,
  kDropReset = 106,
  kDropFaulty = 107,
  kDropSwitchFull = 108,
  kDropGroupFull = 109,
};

inline constexpr int kReasons = 128;  // numbers, and counters of a function
inline constexpr int kFirstDropReason = 96;

constexpr bool IsDrop(Reason reason) { return static_cast<int>(reason) >= kFirstDropReason; }

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_REASON_H_
