// SPDX-License-Identifier: Apache-2.0
#include "control-plane/block_service/management.h"

#include "host-driver/management/functions.h"

namespace vireo::block_service {

Result<Management> Management::Find(Transport& transport) {
  namespace bar = spec::management_bar;
  const auto blocks = host::RegisterBlocks::Of(transport);
  if (!blocks) return tl::unexpected(blocks.error());
  const auto identity = blocks->Find(bar::kIdentity);
  if (!identity) return tl::unexpected(identity.error());
  const auto channels = blocks->Find(bar::kBackendChannels);
  if (!channels) return tl::unexpected(channels.error());
  if (channels->count == 0) return tl::unexpected<std::string>("the card has no backend channel");
  const auto functions = blocks->Find(bar::kFunctions);
  if (!functions) return tl::unexpected(functions.error());
  const auto disks = host::FindFunctions(*blocks, spec::FunctionKind::kBlk);
  if (!disks) return tl::unexpected(disks.error());
  return Management(*blocks, blocks->Record(*identity, 0), blocks->Record(*channels, 0), *functions,
                    *disks);
}

void Management::SetDisk(uint16_t function, uint64_t sectors, bool read_only) {
  namespace reg = spec::function_record;
  Registers record = blocks_.Record(functions_, function);
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
