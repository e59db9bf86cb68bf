// SPDX-License-Identifier: Apache-2.0
#include "control-plane/block_service/attachment.h"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <map>

#include "control-plane/block_service/fd_store.h"
#include "host-driver/transport/vfio_user_transport.h"

namespace vireo::block_service {
namespace {

using host::VfioUserTransport;
using vfio_user::UniqueFd;

constexpr const char* kCard = "vireo-card";
constexpr const char* kMemory = "vireo-memory";
constexpr const char* kInterrupt = "vireo-interrupt";
constexpr uint32_t kSlotBytes = 4096;

Result<MemoryLayout> LayoutOf(Management& management) {
  namespace reg = spec::backend_channel;
  const uint32_t ring_size = spec::Read<reg::kRingSize>(management.channel());
  const uint32_t slot_bytes = spec::Read<reg::kSlotBytes>(management.channel());
  if (ring_size == 0 || ring_size > spec::kBackendRingMax || slot_bytes != kSlotBytes) {
    return tl::unexpected(fmt::format(
        "the card's channel has {} slots of {} bytes; this program serves 1 to {} of {}", ring_size,
        slot_bytes, spec::kBackendRingMax, kSlotBytes));
  }
  return MemoryLayout(ring_size, slot_bytes);
}

Result<Attachment> GoOn(const std::string& card, std::map<std::string, UniqueFd>& kept) {
  auto transport = VfioUserTransport::Adopt(card, std::move(kept[kCard]));
  if (!transport) return tl::unexpected(transport.error());
  auto management = Management::Find(**transport);
  if (!management) return tl::unexpected(management.error());
  const auto layout = LayoutOf(*management);
  if (!layout) return tl::unexpected(layout.error());
  auto memory = SharedMemory::Adopt(std::move(kept[kMemory]), layout->bytes);
  if (!memory) return tl::unexpected(memory.error());
  return Attachment{std::move(*transport), *management, *layout, std::move(*memory),
                    std::move(kept[kInterrupt])};
}

Result<Attachment> BeginAnew(const std::string& card) {
  auto transport = VfioUserTransport::Connect(card);
  if (!transport) return tl::unexpected(transport.error());
  if (const auto enabled = (*transport)->Enable(); !enabled) {
    return tl::unexpected(enabled.error());
  }
  auto management = Management::Find(**transport);
  if (!management) return tl::unexpected(fmt::format("{}: {}", card, management.error()));
  const auto layout = LayoutOf(*management);
  if (!layout) return tl::unexpected(layout.error());
  auto memory = SharedMemory::Make(layout->bytes);
  if (!memory) return tl::unexpected(memory.error());
  const auto mapped =
      (*transport)
          ->MapDma({Attachment::kIova, memory->fd(), 0, layout->journal, memory->bytes().data()});
  if (!mapped) return tl::unexpected(mapped.error());
  UniqueFd interrupt(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const int eventfds[] = {interrupt.get()};
  if (const auto enabled = (*transport)->EnableInterrupts(eventfds); !enabled) {
    return tl::unexpected(enabled.error());
  }
  KeepFd(kMemory, memory->fd());
  KeepFd(kInterrupt, interrupt.get());
  KeepFd(kCard, (*transport)->kept_fd());
  return Attachment{std::move(*transport), *management, *layout, std::move(*memory),
                    std::move(interrupt)};
}

}  // namespace

Result<Attachment> Attach(const std::string& card) {
  auto kept = TakeKeptFds();
  if (kept.contains(kCard) && kept.contains(kMemory) && kept.contains(kInterrupt)) {
    auto attachment = GoOn(card, kept);
    if (attachment) return attachment;
    fmt::print(stderr, "attach anew=1 why=\"{}\"\n", attachment.error());
  }
  for (const char* name : {kCard, kMemory, kInterrupt}) ForgetFd(name);
  kept.clear();
  return BeginAnew(card);
}

}  // namespace vireo::block_service
