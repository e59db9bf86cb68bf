// SPDX-License-Identifier: Apache-2.0
// What lies where in BAR0 of the management function: the card's registers, 2 MiB of memory space.
//
// Registers come in blocks. The first page holds a header for each block; the first header is at 0,
// each names the next, and each says where the block's records begin, how many there are and how
// far apart. Software finds a block by its type and takes nothing else as fixed.
#ifndef VIREO_HW_SPEC_MANAGEMENT_BAR_H_
#define VIREO_HW_SPEC_MANAGEMENT_BAR_H_

#include <cstdint>

#include "hw/spec/function_bar.h"
#include "hw/spec/register.h"

namespace vireo::spec {

// What a card can be built for at most; hw/spec/size.h has what it is built for.
inline constexpr uint32_t kMaxFunctions = 256;  // functions of one PCI Express device, with ARI
inline constexpr uint32_t kMaxQueues = 4096;    // virtqueues of all functions together
inline constexpr uint32_t kMaxBackendChannels = 16;

enum class BlockType : uint16_t {
  kIdentity = 1,
  kBackendChannels = 2,
  kFunctions = 3,
  kFunctionCounters = 4,
  kQueueCounters = 5,
};

namespace block_header {

using enum Access;

inline constexpr Register kType("type", 0x00, 2, kRo, 0, "A BlockType.");
inline constexpr Register kVersion("version", 0x02, 2, kRo, 1,
                                   "1; grows with incompatible changes.");
inline constexpr Register kNext("next", 0x04, 4, kRo, 0,
                                "Offset in the BAR of the next header; 0 in the last.");
inline constexpr Register kRecords("records", 0x08, 4, kRo, 0, "Offset in the BAR of record 0.");
inline constexpr Register kCount("count", 0x0c, 4, kRo, 0, "Records of this card.");
inline constexpr Register kStride("stride", 0x10, 4, kRo, 0, "Bytes from record to record.");

inline constexpr const Register* kRegisters[] = {&kType,    &kVersion, &kNext,
                                                 &kRecords, &kCount,   &kStride};
inline constexpr uint32_t kBytes = 0x20;
inline constexpr Structure kStructure =
    MakeStructure("block_header", "hw/spec/management_bar.h", kBytes, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace block_header

struct Block {
  BlockType type;
  uint16_t version;
  uint32_t header;   // offset in the BAR
  uint32_t records;  // offset in the BAR
  uint32_t max_count;
  uint32_t stride;  // bytes, a power of two

  constexpr uint32_t At(uint32_t record) const { return records + record * stride; }
};

namespace management_bar {

inline constexpr uint32_t kBytes = 0x20'0000;

// MSI-X is where virtio functions have it.
inline constexpr uint32_t kPendingBits = function_bar::kPendingBits;
inline constexpr uint32_t kMsixTable = function_bar::kMsixTable;
inline constexpr uint32_t kMaxVectors = kMaxBackendChannels;  // vector n is for channel n

inline constexpr Block kIdentity = {BlockType::kIdentity, 1, 0x000, 0x0400, 1, 0x100};
inline constexpr Block kBackendChannels = {BlockType::kBackendChannels, 1,   0x020, 0x1000,
                                           kMaxBackendChannels,         0x80};
inline constexpr Block kFunctions = {BlockType::kFunctions, 1,    0x040, 0x1'0000,
                                     kMaxFunctions,         0x100};
inline constexpr Block kFunctionCounters = {
    BlockType::kFunctionCounters, 1, 0x060, 0x8'0000, kMaxFunctions, 0x800};
inline constexpr Block kQueueCounters = {
    BlockType::kQueueCounters, 1, 0x080, 0x10'0000, kMaxQueues, 0x80};

inline constexpr const Block* kBlocks[] = {&kIdentity, &kBackendChannels, &kFunctions,
                                           &kFunctionCounters, &kQueueCounters};
inline constexpr int kBlockCount = sizeof(kBlocks) / sizeof(kBlocks[0]);

// The value of the register `next` of block `n`.
constexpr uint32_t NextHeader(int n) { return n + 1 < kBlockCount ? kBlocks[n + 1]->header : 0; }

// Headers and records follow each other without overlap and keep clear of MSI-X.
constexpr bool IsLaidOut() {
  uint32_t header = 0;
  uint32_t end = kBlockCount * block_header::kBytes;
  for (const Block* block : kBlocks) {
    const bool below = block->At(block->max_count) <= kPendingBits;
    const bool above = block->records >= kMsixTable + function_bar::kMaxVectors * 16;
    if (block->header != header || block->records < end || !(below || above)) return false;
    if ((block->stride & (block->stride - 1)) != 0 || block->records % block->stride != 0)
      return false;
    header += block_header::kBytes;
    end = block->At(block->max_count);
  }
  return end <= kBytes;
}
static_assert(IsLaidOut());

}  // namespace management_bar

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_MANAGEMENT_BAR_H_
