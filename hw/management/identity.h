// SPDX-License-Identifier: Apache-2.0
// What never changes in the management function's BAR: the headers of its blocks, and what the card
// is. hw/spec/management_bar.h and hw/spec/card_registers.h have the layout.
#ifndef VIREO_HW_MANAGEMENT_IDENTITY_H_
#define VIREO_HW_MANAGEMENT_IDENTITY_H_

#include <ap_int.h>

#include "hw/primitives/bits/bits.h"
#include "hw/spec/card_registers.h"
#include "hw/spec/size.h"
#include "hw/spec/tables.h"

namespace vireo {

inline constexpr uint32_t kClockKhz = 250'000;
inline constexpr uint32_t kBackendChannels = 1;

// Records of a block in this card.
constexpr uint32_t RecordsOf(const spec::Block& block) {
  switch (block.type) {
    case spec::BlockType::kIdentity: return 1;
    case spec::BlockType::kBackendChannels: return kBackendChannels;
    case spec::BlockType::kFunctions:
    case spec::BlockType::kFunctionCounters: return kFunctions;
    case spec::BlockType::kQueueCounters: return 0;
  }
  return 0;
}

// The first page as DWords: headers, and from there on the identity.
struct FirstPage {
  static constexpr int kDwords = 512;
  uint32_t value[kDwords] = {};

  constexpr void Put(uint32_t base, const spec::Register& r, uint64_t data) {
    const uint32_t at = (base + r.offset) / 4;
    const uint32_t shift = 8 * (r.offset % 4);
    value[at] |= static_cast<uint32_t>(data) << shift;
    if (r.bytes == 8) value[at + 1] = static_cast<uint32_t>(data >> 32);
  }
};

constexpr FirstPage MakeFirstPage() {
  namespace bar = spec::management_bar;
  namespace header = spec::block_header;
  namespace id = spec::identity;
  static_assert(bar::kIdentity.records + bar::kIdentity.stride <= 4 * FirstPage::kDwords);
  FirstPage page;
  for (int i = 0; i < bar::kBlockCount; ++i) {
    const spec::Block& block = *bar::kBlocks[i];
    page.Put(block.header, header::kType, static_cast<uint64_t>(block.type));
    page.Put(block.header, header::kVersion, block.version);
    page.Put(block.header, header::kNext, bar::NextHeader(i));
    page.Put(block.header, header::kRecords, block.records);
    page.Put(block.header, header::kCount, RecordsOf(block));
    page.Put(block.header, header::kStride, block.stride);
  }
  const uint32_t base = bar::kIdentity.records;
  page.Put(base, id::kMagic, id::kMagicValue);
  page.Put(base, id::kSpecHash, spec::kSpecHash);
  page.Put(base, id::kClockKhz, kClockKhz);
  page.Put(base, id::kFunctions, kFunctions);
  page.Put(base, id::kQueues, kQueues);
  page.Put(base, id::kMaxQueueSize, kMaxQueueSize);
  page.Put(base, id::kMaxFrameBytes, kMaxFrame);
  page.Put(base, id::kBackendChannels, kBackendChannels);
  page.Put(base, id::kPorts, 1);
  return page;
}

inline constexpr FirstPage kFirstPage = MakeFirstPage();

}  // namespace vireo

#endif  // VIREO_HW_MANAGEMENT_IDENTITY_H_
