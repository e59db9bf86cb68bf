// SPDX-License-Identifier: Apache-2.0
#include "control-plane/block_service/management.h"

#include <fmt/format.h>

#include "hw/spec/function_type.h"
#include "hw/spec/management_bar.h"
#include "hw/spec/size.h"
#include "hw/spec/tables.h"

namespace vireo::block_service {
namespace {

struct Records {
  uint32_t at = 0, count = 0, stride = 0;
};

// By type, from header to header.
Result<Records> FindBlock(Transport& transport, const spec::Block& wanted) {
  namespace header = spec::block_header;
  uint32_t at = 0;
  for (int i = 0; i < 64; ++i) {
    spec::Window<Transport> block(transport, at);
    if (spec::Read<header::kType>(block) == static_cast<uint16_t>(wanted.type)) {
      const uint16_t version = spec::Read<header::kVersion>(block);
      if (version != wanted.version) {
        return tl::unexpected(fmt::format("registers of type {} have version {}, not {}",
                                          static_cast<unsigned>(wanted.type), version,
                                          wanted.version));
      }
      return Records{spec::Read<header::kRecords>(block), spec::Read<header::kCount>(block),
                     spec::Read<header::kStride>(block)};
    }
    at = spec::Read<header::kNext>(block);
    if (at == 0 || at >= spec::management_bar::kBytes) break;
  }
  return tl::unexpected(
      fmt::format("the card has no registers of type {}", static_cast<unsigned>(wanted.type)));
}

}  // namespace

Result<Management> Management::Find(Transport& transport) {
  namespace bar = spec::management_bar;
  namespace id = spec::identity;
  const auto identity = FindBlock(transport, bar::kIdentity);
  if (!identity) return tl::unexpected(identity.error());
  spec::Window<Transport> registers(transport, identity->at);
  if (spec::Read<id::kMagic>(registers) != id::kMagicValue) {
    return tl::unexpected<std::string>("this is no management function of a Vireo card");
  }
  const uint64_t hash = spec::Read<id::kSpecHash>(registers);
  if (hash != spec::kSpecHash) {
    return tl::unexpected(
        fmt::format("the card was built with registers {:016x} and this program with {:016x}: "
                    "build both from the same hw/spec",
                    hash, spec::kSpecHash));
  }
  const auto channels = FindBlock(transport, bar::kBackendChannels);
  if (!channels) return tl::unexpected(channels.error());
  if (channels->count == 0) return tl::unexpected<std::string>("the card has no backend channel");
  const auto functions = FindBlock(transport, bar::kFunctions);
  if (!functions) return tl::unexpected(functions.error());
  Management management(transport, identity->at, channels->at, functions->at, functions->stride);
  management.FindDisks(functions->count);
  return management;
}

void Management::FindDisks(uint32_t functions) {
  unsigned virtuals = 0;
  for (uint32_t number = 0; number < functions; ++number) {
    const auto kind = spec::Read<spec::function_record::kKind>(Function(number));
    if (kind != static_cast<uint32_t>(spec::FunctionKind::kBlk)) continue;
    const bool is_virtual = number >= kFirstVirtualFunction;
    disks_[is_virtual ? fmt::format("blk_vf{}", virtuals++) : "blk"] =
        static_cast<uint16_t>(number);
  }
}

void Management::SetDisk(uint16_t function, uint64_t sectors, bool read_only) {
  namespace reg = spec::function_record;
  auto record = Function(function);
  const bool was_read_only = (spec::Read<reg::kControl>(record) & reg::kControlReadOnly) != 0;
  if (spec::Read<reg::kBackend>(record) == reg::kBackendChannel &&
      spec::Read<reg::kCapacity>(record) == sectors && was_read_only == read_only) {
    return;
  }
  spec::Write<reg::kBackend>(record, reg::kBackendNone);
  spec::Write<reg::kCapacity>(record, sectors);
  spec::Write<reg::kControl>(record, reg::kControlEnable | (read_only ? reg::kControlReadOnly : 0));
  spec::Write<reg::kBackend>(record, reg::kBackendChannel);
}

}  // namespace vireo::block_service
