// SPDX-License-Identifier: Apache-2.0
#include "host-driver/management/register_blocks.h"

#include <fmt/format.h>

#include "hw/spec/card_registers.h"
#include "hw/spec/tables.h"

namespace vireo::host {
namespace {

constexpr int kMostBlocks = 64;  // of a card whose headers are no circle

}  // namespace

Result<RegisterBlocks> RegisterBlocks::Of(Transport& transport) {
  namespace id = spec::identity;
  const RegisterBlocks blocks(transport);
  const auto records = blocks.Find(spec::management_bar::kIdentity);
  if (!records) return tl::unexpected(records.error());
  Registers identity = blocks.Record(*records, 0);
  if (spec::Read<id::kMagic>(identity) != id::kMagicValue) {
    return tl::unexpected<std::string>("this is no management function of a Vireo card");
  }
  const uint64_t hash = spec::Read<id::kSpecHash>(identity);
  if (hash != spec::kSpecHash) {
    return tl::unexpected(
        fmt::format("the card was built with registers {:016x} and this program with {:016x}: "
                    "build both from the same hw/spec",
                    hash, spec::kSpecHash));
  }
  return blocks;
}

Result<Records> RegisterBlocks::Find(const spec::Block& wanted) const {
  namespace header = spec::block_header;
  const auto type = static_cast<uint16_t>(wanted.type);
  uint32_t at = 0;
  for (int i = 0; i < kMostBlocks; ++i) {
    Registers block(*transport_, at);
    if (spec::Read<header::kType>(block) == type) {
      const uint16_t version = spec::Read<header::kVersion>(block);
      if (version != wanted.version) {
        return tl::unexpected(fmt::format("registers of type {} have version {}, not {}", type,
                                          version, wanted.version));
      }
      return Records{spec::Read<header::kRecords>(block), spec::Read<header::kCount>(block),
                     spec::Read<header::kStride>(block)};
    }
    at = spec::Read<header::kNext>(block);
    if (at == 0 || at >= spec::management_bar::kBytes) break;
  }
  return tl::unexpected(fmt::format("the card has no registers of type {}", type));
}

}  // namespace vireo::host
