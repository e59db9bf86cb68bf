// SPDX-License-Identifier: Apache-2.0
#include "sim/vfio_user/remote_dma.h"

#include <utility>

namespace vireo::vfio_user {

void RemoteDma::Read(uint64_t address, uint64_t count, Done done) {
  Start(Command::kDmaRead, {address, count}, {}, std::move(done));
}

void RemoteDma::Write(uint64_t address, std::span<const uint8_t> data, Done done) {
  Start(Command::kDmaWrite, {address, data.size()}, data, std::move(done));
}

void RemoteDma::Start(Command command, const DmaAccess& access, std::span<const uint8_t> data,
                      Done done) {
  if (operations_.size() >= kMaxOutstanding) return done(false, {});
  while (operations_.contains(next_id_)) ++next_id_;
  Header header = {};
  header.id = next_id_++;
  header.command = static_cast<uint16_t>(command);
  std::vector<uint8_t> body;
  Append(body, access);
  body.insert(body.end(), data.begin(), data.end());
  if (!send_(header, body)) return done(false, {});
  operations_.emplace(header.id, Operation{command, access, std::move(done)});
}

bool RemoteDma::OnReply(const Message& reply) {
  const auto found = operations_.find(reply.header.id);
  if (found == operations_.end() ||
      reply.header.command != static_cast<uint16_t>(found->second.command)) {
    return false;
  }
  const Operation operation = std::move(found->second);
  operations_.erase(found);
  if (!operation.done) return true;
  bool ok = (reply.header.flags & kFlagError) == 0;
  std::span<const uint8_t> data;
  if (ok && operation.command == Command::kDmaRead) {
    const auto access = reply.As<DmaAccess>();
    ok = access && access->address == operation.access.address &&
         access->count == operation.access.count &&
         reply.body.size() == sizeof(DmaAccess) + access->count;
    if (ok) data = std::span(reply.body).subspan(sizeof(DmaAccess));
  }
  operation.done(ok, data);
  return true;
}

void RemoteDma::Cancel(uint64_t address, uint64_t size) {
  std::vector<Done> cancelled;
  for (auto& [id, operation] : operations_) {
    const DmaAccess& access = operation.access;
    const bool touches =
        access.address <= address + (size - 1) && address <= access.address + (access.count - 1);
    if (touches && operation.done) cancelled.push_back(std::exchange(operation.done, nullptr));
  }
  for (const Done& done : cancelled) done(false, {});
}

void RemoteDma::Clear() {
  for (const auto& [id, operation] : std::exchange(operations_, {})) {
    if (operation.done) operation.done(false, {});
  }
}

}  // namespace vireo::vfio_user
