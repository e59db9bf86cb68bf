// SPDX-License-Identifier: Apache-2.0
// What each Reason is called and means, what it leads to, and which cases of a hostile driver it is
// for; they are numbered as in README.md.
#ifndef VIREO_HW_SPEC_REASON_TABLE_H_
#define VIREO_HW_SPEC_REASON_TABLE_H_

#include "hw/spec/reason.h"

namespace vireo::spec {

// What the card does besides counting.
enum class Effect : uint8_t {
  kStopsQueue,    // the queue stops, device_status gets DEVICE_NEEDS_RESET
  kFailsRequest,  // the request or command is answered with an error, the queue goes on
  kIgnored,       // the access or notification has no effect
  kDropsFrame,    // the frame is gone; a transmitted one's buffer is used all the same
};

struct ReasonEntry {
  Reason reason;
  const char* name;
  Effect effect;
  const char* cases;
  const char* about;
};

inline constexpr ReasonEntry kReasonTable[] = {
    {Reason::kIndexTooFar, "index_too_far", Effect::kStopsQueue, "1",
     "The available index is more than the queue's size ahead."},
    {Reason::kHeadOutOfRange, "head_out_of_range", Effect::kStopsQueue, "2",
     "A head in the available ring is no descriptor of the table."},
    {Reason::kHeadInFlight, "head_in_flight", Effect::kStopsQueue, "22",
     "A head or buffer id was made available while the device still has it."},
    {Reason::kNextOutOfRange, "next_out_of_range", Effect::kStopsQueue, "3",
     "The next of a descriptor is no descriptor of its table."},
    {Reason::kChainTooLong, "chain_too_long", Effect::kStopsQueue, "4 5 23",
     "A chain has more descriptors than the queue or table, or loops."},
    {Reason::kChainEmpty, "chain_empty", Effect::kStopsQueue, "9", "A chain has no byte in it."},
    {Reason::kZeroLength, "zero_length", Effect::kStopsQueue, "9",
     "A descriptor of a chain has length 0."},
    {Reason::kTooManyBytes, "too_many_bytes", Effect::kStopsQueue, "10",
     "A chain has more bytes than the device takes in one buffer."},
    {Reason::kAddressWraps, "address_wraps", Effect::kStopsQueue, "10",
     "An address with its length passes 2^64."},
    {Reason::kReadableAfterWritable, "readable_after_writable", Effect::kStopsQueue, "12",
     "A device-readable descriptor follows a device-writable one."},
    {Reason::kWrongDirection, "wrong_direction", Effect::kStopsQueue, "12",
     "A transmit chain is device-writable, or a receive chain device-readable."},
    {Reason::kIndirectLength, "indirect_length", Effect::kStopsQueue, "6",
     "An indirect table has length 0, no multiple of 16, or more than the limit."},
    {Reason::kIndirectMisaligned, "indirect_misaligned", Effect::kStopsQueue, "8",
     "An indirect table is not at a multiple of 16."},
    {Reason::kIndirectFlags, "indirect_flags", Effect::kStopsQueue, "7",
     "A descriptor has INDIRECT together with NEXT."},
    {Reason::kIndirectNested, "indirect_nested", Effect::kStopsQueue, "7",
     "A descriptor in an indirect table has INDIRECT."},
    {Reason::kIndirectNotNegotiated, "indirect_not_negotiated", Effect::kStopsQueue, "7",
     "A descriptor has INDIRECT without VIRTIO_F_INDIRECT_DESC."},
    {Reason::kPackedBufferId, "packed_buffer_id", Effect::kStopsQueue, "23",
     "A buffer id of a packed ring is not less than its size."},
    {Reason::kPackedWrap, "packed_wrap", Effect::kStopsQueue, "23",
     "The wrap bit of a packed ring flips without progress."},
    {Reason::kPackedEventFlags, "packed_event_flags", Effect::kStopsQueue, "23",
     "The event flags of a packed ring are the reserved 3."},
    {Reason::kPackedEventOffset, "packed_event_offset", Effect::kStopsQueue, "23",
     "The event offset of a packed ring is past its end."},

    {Reason::kRingReadFailed, "ring_read_failed", Effect::kStopsQueue, "11 24",
     "The host refused a read of the available ring or of an event."},
    {Reason::kDescriptorReadFailed, "descriptor_read_failed", Effect::kStopsQueue, "8 11",
     "The host refused a read of a descriptor or of an indirect table."},
    {Reason::kBufferReadFailed, "buffer_read_failed", Effect::kStopsQueue, "11",
     "The host refused a read of a buffer."},
    {Reason::kReadTimeout, "read_timeout", Effect::kStopsQueue, "11 25",
     "The host did not answer a read in time."},
    {Reason::kBusMasterOff, "bus_master_off", Effect::kStopsQueue, "25",
     "The function had to reach memory with its bus master bit off."},
    {Reason::kStrayCompletion, "stray_completion", Effect::kIgnored, "25",
     "A completion came for which no read was waiting."},

    {Reason::kNetHeaderShort, "net_header_short", Effect::kStopsQueue, "15",
     "A transmit chain is shorter than virtio_net_hdr."},
    {Reason::kNetChecksumRange, "net_checksum_range", Effect::kDropsFrame, "16",
     "csum_start and csum_offset point past the frame."},
    {Reason::kNetGsoType, "net_gso_type", Effect::kDropsFrame, "16",
     "gso_type is undefined or was not negotiated."},
    {Reason::kNetGsoSize, "net_gso_size", Effect::kDropsFrame, "16",
     "gso_size is 0 or larger than a frame."},
    {Reason::kNetHeaderLength, "net_header_length", Effect::kDropsFrame, "16",
     "hdr_len is larger than the frame."},
    {Reason::kNetReceiveBufferSmall, "net_receive_buffer_small", Effect::kStopsQueue, "17 18",
     "A receive buffer does not hold virtio_net_hdr."},

    {Reason::kCtrlTruncated, "ctrl_truncated", Effect::kFailsRequest, "19",
     "A control command is shorter than its class and command ask for."},
    {Reason::kCtrlNoAck, "ctrl_no_ack", Effect::kStopsQueue, "19",
     "A control command has no byte for its ack."},
    {Reason::kCtrlUnknown, "ctrl_unknown", Effect::kFailsRequest, "19",
     "The class or command is unknown or was not negotiated."},
    {Reason::kCtrlMacTable, "ctrl_mac_table", Effect::kFailsRequest, "19",
     "A MAC table has more entries than the command has bytes for."},
    {Reason::kCtrlVlan, "ctrl_vlan", Effect::kFailsRequest, "19", "A VLAN id is above 4095."},
    {Reason::kCtrlQueuePairs, "ctrl_queue_pairs", Effect::kFailsRequest, "19",
     "VQ_PAIRS_SET asks for no pair, or for more than there are."},
    {Reason::kCtrlRssTable, "ctrl_rss_table", Effect::kFailsRequest, "19",
     "An RSS table or key has a wrong length, or names no receive queue."},

    {Reason::kBlkHeaderShort, "blk_header_short", Effect::kStopsQueue, "13",
     "A request is shorter than virtio_blk_req."},
    {Reason::kBlkNoStatus, "blk_no_status", Effect::kStopsQueue, "13",
     "A request does not end in a device-writable byte."},
    {Reason::kBlkUnaligned, "blk_unaligned", Effect::kFailsRequest, "13",
     "The data of a request is no multiple of 512 bytes."},
    {Reason::kBlkOutOfRange, "blk_out_of_range", Effect::kFailsRequest, "14",
     "A request passes the capacity, or 2^64."},
    {Reason::kBlkUnknownType, "blk_unknown_type", Effect::kFailsRequest, "14",
     "The type is unknown or was not negotiated."},
    {Reason::kBlkBadSegment, "blk_bad_segment", Effect::kFailsRequest, "14",
     "A segment of DISCARD, WRITE_ZEROES or SECURE_ERASE is out of its bounds."},
    {Reason::kBlkReadOnly, "blk_read_only", Effect::kFailsRequest, "14",
     "A read-only disk is written."},
    {Reason::kBlkSegments, "blk_segments", Effect::kFailsRequest, "14",
     "A request has more segments than seg_max, or one larger than size_max."},
    {Reason::kBlkBackendFailed, "blk_backend_failed", Effect::kFailsRequest, "",
     "The backend answered with an error, or is not there."},

    {Reason::kNotifyNoQueue, "notify_no_queue", Effect::kIgnored, "20",
     "A queue was notified that the function does not have."},
    {Reason::kNotifyDisabled, "notify_disabled", Effect::kIgnored, "20",
     "A queue was notified that is not enabled."},
    {Reason::kNotifyNotRunning, "notify_not_running", Effect::kIgnored, "20",
     "A queue was notified before DRIVER_OK or while the device needs reset."},
    {Reason::kNotifyData, "notify_data", Effect::kStopsQueue, "20",
     "The data of a notification contradicts the ring."},

    {Reason::kQueueSize, "queue_size", Effect::kIgnored, "24",
     "A queue_size was written that is 0, too large, or no power of two."},
    {Reason::kQueueMisaligned, "queue_misaligned", Effect::kStopsQueue, "24",
     "A queue was enabled with a misaligned area."},
    {Reason::kQueueNoAddress, "queue_no_address", Effect::kStopsQueue, "24",
     "A queue was enabled with an area at address 0."},
    {Reason::kQueueOverlap, "queue_overlap", Effect::kStopsQueue, "24",
     "A queue was enabled with areas that overlap."},
    {Reason::kQueueInOwnBar, "queue_in_own_bar", Effect::kStopsQueue, "24",
     "A ring or buffer lies in a BAR of this card."},
    {Reason::kQueueLocked, "queue_locked", Effect::kIgnored, "24",
     "A queue's registers were written while it was enabled."},
    {Reason::kQueueSelectRange, "queue_select_range", Effect::kIgnored, "24",
     "A register was written of a queue that the function does not have."},
    {Reason::kStatusOrder, "status_order", Effect::kIgnored, "25",
     "device_status bits were set out of order, or cleared one by one."},
    {Reason::kFeaturesRefused, "features_refused", Effect::kIgnored, "25",
     "FEATURES_OK was refused: the accepted features do not fit together."},
    {Reason::kVectorOutOfRange, "vector_out_of_range", Effect::kIgnored, "25",
     "An MSI-X vector was written that the function does not have."},
    {Reason::kPciCfgAccess, "pci_cfg_access", Effect::kIgnored, "25",
     "The PCI_CFG window has a bad BAR, offset or length."},
    {Reason::kRegisterAccess, "register_access", Effect::kIgnored, "",
     "An access to the BAR is misaligned, of a wrong width, or hits no register."},

    {Reason::kChannelTooMany, "channel_too_many", Effect::kIgnored, "",
     "The service says that it has written more completions than there are requests with it."},
    {Reason::kChannelStale, "channel_stale", Effect::kIgnored, "",
     "A completion is of another generation of the channel."},
    {Reason::kChannelTag, "channel_tag", Effect::kIgnored, "",
     "A completion has a tag that is not with the service."},
    {Reason::kChannelReadFailed, "channel_read_failed", Effect::kFailsRequest, "",
     "The host refused a read of a completion: the channel has failed."},

    {Reason::kDropNoBuffer, "drop_no_buffer", Effect::kDropsFrame, "17",
     "No receive buffer was available."},
    {Reason::kDropBuffersShort, "drop_buffers_short", Effect::kDropsFrame, "17",
     "A frame needs more receive buffers, or a larger one, than were available."},
    {Reason::kDropFrameTooLong, "drop_frame_too_long", Effect::kDropsFrame, "",
     "A frame is longer than the largest that the card or the MTU allows."},
    {Reason::kDropFrameTooShort, "drop_frame_too_short", Effect::kDropsFrame, "15",
     "A frame is shorter than an Ethernet header."},
    {Reason::kDropFrameBad, "drop_frame_bad", Effect::kDropsFrame, "",
     "The MAC marked a frame as bad."},
    {Reason::kDropNotRunning, "drop_not_running", Effect::kDropsFrame, "",
     "A frame came for a device before DRIVER_OK, or for a queue that is not enabled."},
    {Reason::kDropLinkDown, "drop_link_down", Effect::kDropsFrame, "", "The link is down."},
    {Reason::kDropOtherAddress, "drop_other_address", Effect::kDropsFrame, "",
     "No function takes the frame's destination address."},
    {Reason::kDropVlan, "drop_vlan", Effect::kDropsFrame, "", "The VLAN filter refused the frame."},
    {Reason::kDropOverrun, "drop_overrun", Effect::kDropsFrame, "",
     "The card's receive buffer was full."},
    {Reason::kDropReset, "drop_reset", Effect::kDropsFrame, "25",
     "The function was reset while the frame was in it."},
    {Reason::kDropFaulty, "drop_faulty", Effect::kDropsFrame, "",
     "The frame's queue was stopped by a fault."},
    {Reason::kDropSwitchFull, "drop_switch_full", Effect::kDropsFrame, "",
     "The card's buffer for frames from function to function was full."},
    {Reason::kDropGroupFull, "drop_group_full", Effect::kDropsFrame, "",
     "The card's buffer for broadcast and multicast frames that are being copied was full."},
};

inline constexpr int kReasonTableSize = sizeof(kReasonTable) / sizeof(kReasonTable[0]);

// The entry of a reason, or null for a number without one.
constexpr const ReasonEntry* FindReason(Reason reason) {
  for (const ReasonEntry& entry : kReasonTable) {
    if (entry.reason == reason) return &entry;
  }
  return nullptr;
}

constexpr bool AreReasonsInOrder() {
  for (int i = 1; i < kReasonTableSize; ++i) {
    if (kReasonTable[i - 1].reason >= kReasonTable[i].reason) return false;
  }
  return static_cast<int>(kReasonTable[kReasonTableSize - 1].reason) < kReasons;
}
static_assert(AreReasonsInOrder());

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_REASON_TABLE_H_
