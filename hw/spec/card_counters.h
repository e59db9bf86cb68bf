// SPDX-License-Identifier: Apache-2.0
// The card's counters in the management function, for each function and for each virtqueue. They
// count from the card's reset and wrap at 64 bits. One access of 8 bytes sees a counter as it was
// at one moment; two of 4 bytes do not.
#ifndef VIREO_HW_SPEC_CARD_COUNTERS_H_
#define VIREO_HW_SPEC_CARD_COUNTERS_H_

#include <cstdint>

#include "hw/spec/management_bar.h"
#include "hw/spec/reason.h"
#include "hw/spec/register.h"

namespace vireo::spec {

// Record n is function number n.
namespace function_counters {

using enum Access;

inline constexpr Register kRxPackets("rx_packets", 0x000, 8, kRo, 0, "Net: frames to the driver.");
inline constexpr Register kRxBytes("rx_bytes", 0x008, 8, kRo, 0, "Net: bytes of these.");
inline constexpr Register kTxPackets("tx_packets", 0x010, 8, kRo, 0,
                                     "Net: frames from the driver.");
inline constexpr Register kTxBytes("tx_bytes", 0x018, 8, kRo, 0, "Net: bytes of these.");
inline constexpr Register kReads("reads", 0x020, 8, kRo, 0, "Blk: reads done.");
inline constexpr Register kReadBytes("read_bytes", 0x028, 8, kRo, 0, "Blk: bytes of these.");
inline constexpr Register kWrites("writes", 0x030, 8, kRo, 0, "Blk: writes done.");
inline constexpr Register kWriteBytes("write_bytes", 0x038, 8, kRo, 0, "Blk: bytes of these.");
inline constexpr Register kOthers("others", 0x040, 8, kRo, 0,
                                  "Blk: other requests done; net: control commands done.");
inline constexpr Register kDescriptors("descriptors", 0x048, 8, kRo, 0, "Descriptors fetched.");
inline constexpr Register kDmaReads("dma_reads", 0x050, 8, kRo, 0, "Read requests on the link.");
inline constexpr Register kDmaReadBytes("dma_read_bytes", 0x058, 8, kRo, 0, "Bytes of these.");
inline constexpr Register kDmaWrites("dma_writes", 0x060, 8, kRo, 0, "Write requests on the link.");
inline constexpr Register kDmaWriteBytes("dma_write_bytes", 0x068, 8, kRo, 0, "Bytes of these.");
inline constexpr Register kNotifications("notifications", 0x070, 8, kRo, 0,
                                         "Available buffer notifications.");
inline constexpr Register kInterrupts("interrupts", 0x078, 8, kRo, 0,
                                      "MSI-X messages, and INTx lines raised.");
inline constexpr Register kResets("resets", 0x080, 8, kRo, 0,
                                  "Resets of the device, FLR with them.");
inline constexpr Register kReserved088 = Reserved(0x088, 8, 111);
inline constexpr Register kReasonCount("reason_count", 0x400, 8, kRo, 0,
                                       "How often each Reason was met, by its number.", kReasons);

inline constexpr const Register* kRegisters[] = {
    &kRxPackets,  &kRxBytes,      &kTxPackets,   &kTxBytes,       &kReads,
    &kReadBytes,  &kWrites,       &kWriteBytes,  &kOthers,        &kDescriptors,
    &kDmaReads,   &kDmaReadBytes, &kDmaWrites,   &kDmaWriteBytes, &kNotifications,
    &kInterrupts, &kResets,       &kReserved088, &kReasonCount};
inline constexpr Structure kStructure =
    MakeStructure("function_counters", "hw/spec/card_counters.h",
                  management_bar::kFunctionCounters.stride, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace function_counters

// Record n is virtqueue n of the card: virtqueue n - first_queue of its function.
namespace queue_counters {

using enum Access;

inline constexpr uint32_t kStateEnabled = 1 << 8;
inline constexpr uint32_t kStateStopped = 1 << 9;

inline constexpr Register kOwner("owner", 0x00, 4, kRo, 0,
                                 "Bits 0 to 15 function number, 16 to 31 virtqueue of it.");
inline constexpr Register kState("state", 0x04, 4, kRo, 0,
                                 "Bits 0 to 7 the Reason that stopped it; 8 enabled, 9 stopped.");
inline constexpr Register kBuffers("buffers", 0x08, 8, kRo, 0, "Buffers used.");
inline constexpr Register kPackets("packets", 0x10, 8, kRo, 0, "Frames, requests or commands.");
inline constexpr Register kBytes("bytes", 0x18, 8, kRo, 0, "Bytes of these.");
inline constexpr Register kDescriptors("descriptors", 0x20, 8, kRo, 0, "Descriptors fetched.");
inline constexpr Register kDmaReads("dma_reads", 0x28, 8, kRo, 0, "Read requests on the link.");
inline constexpr Register kDmaWrites("dma_writes", 0x30, 8, kRo, 0, "Write requests on the link.");
inline constexpr Register kNotifications("notifications", 0x38, 8, kRo, 0,
                                         "Available buffer notifications.");
inline constexpr Register kInterrupts("interrupts", 0x40, 8, kRo, 0,
                                      "Used buffer notifications sent.");
inline constexpr Register kDrops("drops", 0x48, 8, kRo, 0, "Frames dropped, for whatever Reason.");
inline constexpr Register kFaults("faults", 0x50, 8, kRo, 0, "Other Reasons met.");

inline constexpr const Register* kRegisters[] = {
    &kOwner,    &kState,     &kBuffers,       &kPackets,    &kBytes, &kDescriptors,
    &kDmaReads, &kDmaWrites, &kNotifications, &kInterrupts, &kDrops, &kFaults};
inline constexpr Structure kStructure = MakeStructure(
    "queue_counters", "hw/spec/card_counters.h", management_bar::kQueueCounters.stride, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace queue_counters

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_CARD_COUNTERS_H_
