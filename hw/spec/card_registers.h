// SPDX-License-Identifier: Apache-2.0
// The card's registers in the management function: its identity, its functions, the backend
// channels. Each namespace is a record of the block of the same name in management_bar.h.
#ifndef VIREO_HW_SPEC_CARD_REGISTERS_H_
#define VIREO_HW_SPEC_CARD_REGISTERS_H_

#include <cstdint>

#include "hw/spec/management_bar.h"
#include "hw/spec/register.h"

namespace vireo::spec {

namespace identity {

using enum Access;

inline constexpr uint64_t kMagicValue = 0x0031'304f'4552'4956;  // "VIREO01" in ASCII

inline constexpr Register kMagic("magic", 0x00, 8, kRo, kMagicValue, "VIREO01 in ASCII.");
inline constexpr Register kSpecHash("spec_hash", 0x08, 8, kRo, 0,
                                    "The hash of hw/spec with which the card was built.");
inline constexpr Register kBuildId("build_id", 0x10, 8, kRo, 0,
                                   "The first 8 bytes of the commit it was built from, or 0.");
inline constexpr Register kClockKhz("clock_khz", 0x18, 4, kRo, 0, "The engines' clock.");
inline constexpr Register kFunctions("functions", 0x1c, 4, kRo, 0, "Function numbers there are.");
inline constexpr Register kQueues("queues", 0x20, 4, kRo, 0, "Virtqueues of all functions.");
inline constexpr Register kMaxQueueSize("max_queue_size", 0x24, 4, kRo, 0, "Entries in a queue.");
inline constexpr Register kMaxFrameBytes("max_frame_bytes", 0x28, 4, kRo, 0,
                                         "Longest Ethernet frame, without its CRC.");
inline constexpr Register kBackendChannels("backend_channels", 0x2c, 4, kRo, 0,
                                           "Backend channels.");
inline constexpr Register kMemoryBytes("memory_bytes", 0x30, 8, kRo, 0, "Card memory.");
inline constexpr Register kCycles("cycles", 0x38, 8, kRo, 0, "Clocks since the card's reset.");
inline constexpr Register kPorts("ports", 0x40, 4, kRo, 0, "Ethernet ports.");
inline constexpr Register kLinks("links", 0x44, 4, kRo, 0, "Bit n: Ethernet port n has a link.");
inline constexpr Register kScratch("scratch", 0x48, 4, kRw, 0, "Keeps what is written.");

inline constexpr const Register* kRegisters[] = {
    &kMagic,  &kSpecHash,     &kBuildId,       &kClockKhz,        &kFunctions,
    &kQueues, &kMaxQueueSize, &kMaxFrameBytes, &kBackendChannels, &kMemoryBytes,
    &kCycles, &kPorts,        &kLinks,         &kScratch};
inline constexpr Structure kStructure = MakeStructure("identity", "hw/spec/card_registers.h",
                                                      management_bar::kIdentity.stride, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace identity

// Record n is function number n. Software writes a record while the function is not enabled; only
// control, reset, capacity, mtu and mac may be written later, and those that the driver can see
// make a configuration change. A register of 8 bytes changes with the write of its upper half. A
// disk's place is changed while its backend is 0: its requests are refused meanwhile.
namespace function_record {

using enum Access;

inline constexpr uint32_t kControlEnable = 1 << 0;    // the function answers on PCI Express
inline constexpr uint32_t kControlLinkUp = 1 << 1;    // VIRTIO_NET_S_LINK_UP
inline constexpr uint32_t kControlReadOnly = 1 << 2;  // of a disk
inline constexpr uint32_t kStateMemorySpace = 1 << 8;
inline constexpr uint32_t kStateBusMaster = 1 << 9;
inline constexpr uint32_t kStateResetting = 1 << 10;  // by FLR, device_status or `reset`
inline constexpr uint32_t kBackendNone = 0;
inline constexpr uint32_t kBackendCardMemory = 1;
inline constexpr uint32_t kBackendChannel = 2;

inline constexpr Register kKind("kind", 0x00, 4, kRo, 0, "A FunctionKind.");
inline constexpr Register kControl("control", 0x04, 4, kRw, 0,
                                   "Bit 0 enable, bit 1 link up, bit 2 disk read-only.");
inline constexpr Register kState("state", 0x08, 4, kRo, 0,
                                 "Bits 0 to 7 device_status; 8 memory space, 9 bus master, "
                                 "10 reset under way.");
inline constexpr Register kReset("reset", 0x0c, 4, kWo, 0, "1 resets the function as FLR does.");
inline constexpr Register kFeatures("features", 0x10, 4, kRw, 0, "Features offered, word by word.",
                                    3);
inline constexpr Register kDriverFeatures("driver_features", 0x1c, 4, kRo, 0,
                                          "Features accepted, word by word.", 3);
inline constexpr Register kMac("mac", 0x28, 8, kRw, 0,
                               "Net: MAC address, its first byte in bits 0 to 7.");
inline constexpr Register kMtu("mtu", 0x30, 2, kRw, 1500, "Net: bytes.");
inline constexpr Register kMaxQueueSize("max_queue_size", 0x32, 2, kRw, 0,
                                        "Largest queue_size; 0 is the card's.");
inline constexpr Register kFirstQueue("first_queue", 0x34, 4, kRo, 0,
                                      "Number on the card of virtqueue 0.");
inline constexpr Register kNumQueues("num_queues", 0x38, 2, kRw, 0,
                                     "Virtqueues, at most what the card has for the function.");
inline constexpr Register kVectors("vectors", 0x3a, 2, kRo, 0, "MSI-X vectors.");
inline constexpr Register kSpeed("speed", 0x3c, 4, kRw, 0, "Net: Mbit/s.");
inline constexpr Register kCapacity("capacity", 0x40, 8, kRw, 0, "Blk: sectors of 512 bytes.");
inline constexpr Register kSizeMax("size_max", 0x48, 4, kRw, 0, "Blk: bytes in a segment.");
inline constexpr Register kSegMax("seg_max", 0x4c, 4, kRw, 0, "Blk: data segments in a request.");
inline constexpr Register kBlkSize("blk_size", 0x50, 4, kRw, 512, "Blk: bytes in a block.");
inline constexpr Register kBackend("backend", 0x54, 4, kRw, 0,
                                   "Blk: 0 none, 1 card memory, 2 backend channel.");
inline constexpr Register kBackendOffset("backend_offset", 0x58, 8, kRw, 0,
                                         "Blk: byte of card memory where sector 0 is.");
inline constexpr Register kBackendChannelNumber("backend_channel", 0x60, 4, kRw, 0,
                                                "Blk: which backend channel.");
inline constexpr Register kPort("port", 0x64, 4, kRw, 0, "Net: which Ethernet port.");
inline constexpr Register kId("id", 0x68, 4, kRw, 0, "Blk: answer to GET_ID, 20 bytes.", 5);
inline constexpr Register kLastReason("last_reason", 0x7c, 4, kRo, 0,
                                      "Reason of the latest fault, cleared by a reset.");

inline constexpr const Register* kRegisters[] = {
    &kKind,           &kControl, &kState,     &kReset,         &kFeatures,
    &kDriverFeatures, &kMac,     &kMtu,       &kMaxQueueSize,  &kFirstQueue,
    &kNumQueues,      &kVectors, &kSpeed,     &kCapacity,      &kSizeMax,
    &kSegMax,         &kBlkSize, &kBackend,   &kBackendOffset, &kBackendChannelNumber,
    &kPort,           &kId,      &kLastReason};
inline constexpr Structure kStructure = MakeStructure(
    "function", "hw/spec/card_registers.h", management_bar::kFunctions.stride, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace function_record

// Record n is backend channel n; backend_ring.h has what is in its rings. Indices count entries
// from 0 when the channel is enabled, and do not wrap at the ring's size. Bases count when the
// channel is enabled; while it is not, nothing of the service's memory is touched.
namespace backend_channel {

using enum Access;

inline constexpr uint32_t kControlEnable = 1 << 0;
inline constexpr uint32_t kStateRunning = 1 << 0;
inline constexpr uint32_t kStateFailed = 1 << 1;  // enable it anew

inline constexpr Register kRequestBase("request_base", 0x00, 8, kRw, 0,
                                       "Address of the request ring, a multiple of 4096.");
inline constexpr Register kCompletionBase("completion_base", 0x08, 8, kRw, 0,
                                          "Address of the completion ring, a multiple of 4096.");
inline constexpr Register kDataBase("data_base", 0x10, 8, kRw, 0,
                                    "Address of data slot 0, a multiple of 4096.");
inline constexpr Register kRingSize("ring_size", 0x18, 4, kRo, 0,
                                    "Entries of each ring and slots, a power of two to 4096.");
inline constexpr Register kSlotBytes("slot_bytes", 0x1c, 4, kRo, 4096, "Bytes of a data slot.");
inline constexpr Register kControl(
    "control", 0x20, 4, kRw, 0,
    "Bit 0 enable; 0 fails what is with the service, 1 begins a new generation.");
inline constexpr Register kState("state", 0x24, 4, kRo, 0, "Bit 0 running, bit 1 failed.");
inline constexpr Register kRequestProduced("request_produced", 0x28, 4, kRo, 0,
                                           "Requests that the card has written.");
inline constexpr Register kGeneration("generation", 0x2c, 4, kRo, 0,
                                      "How often the channel was enabled.");
inline constexpr Register kCompletionProduced(
    "completion_produced", 0x30, 4, kWo, 0, "Doorbell: completions that the service has written.");
inline constexpr Register kCompletionConsumed("completion_consumed", 0x34, 4, kRo, 0,
                                              "Completions that the card has taken.");
inline constexpr Register kInterruptAt(
    "interrupt_at", 0x38, 4, kWo, 0,
    "The card interrupts once when request_produced is past this, also if it is already.");
inline constexpr Register kPatience(
    "patience", 0x3c, 4, kRw, 250'000'000,
    "Clocks without a doorbell, while requests wait, after which the channel fails; 0: none do.");

inline constexpr const Register* kRegisters[] = {&kRequestBase,
                                                 &kCompletionBase,
                                                 &kDataBase,
                                                 &kRingSize,
                                                 &kSlotBytes,
                                                 &kControl,
                                                 &kState,
                                                 &kRequestProduced,
                                                 &kGeneration,
                                                 &kCompletionProduced,
                                                 &kCompletionConsumed,
                                                 &kInterruptAt,
                                                 &kPatience};
inline constexpr Structure kStructure =
    MakeStructure("backend_channel", "hw/spec/card_registers.h",
                  management_bar::kBackendChannels.stride, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace backend_channel

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_CARD_REGISTERS_H_
