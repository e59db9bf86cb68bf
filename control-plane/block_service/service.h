// SPDX-License-Identifier: Apache-2.0
// Serves a card's backend channel: requests from its ring become I/O on disks, and completions.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "control-plane/block_service/attachment.h"
#include "control-plane/block_service/disk.h"
#include "control-plane/block_service/io_engine.h"
#include "control-plane/block_service/rings.h"

namespace vireo::block_service {

class Service {
 public:
  struct Served {
    std::string name;  // the function's
    std::unique_ptr<Disk> disk;
    uint64_t errors = 0;
  };
  struct Counts {
    uint64_t reads = 0, writes = 0, flushes = 0, errors = 0;
  };

  // Goes on with the channel of a predecessor, or enables it. Disks are by function number.
  // `patience`: for how long guests wait for a service that is gone.
  static Result<std::unique_ptr<Service>> Start(Attachment attachment,
                                                std::map<uint16_t, Served> disks,
                                                std::chrono::seconds patience);

  // One round: takes what is new, waits for something to happen if nothing is, tells the card of
  // what has ended.
  Result<void> Step();
  // Ends what is under way and then the channel: from then on requests fail at once.
  Result<void> Stop();

  // Calls `readable` from Step when the descriptor is.
  void Watch(int fd, std::function<void()> readable) { engine_->Watch(fd, std::move(readable)); }
  const Counts& counts() const { return counts_; }
  uint32_t under_way() const { return engine_->under_way(); }

 private:
  using Clock = std::chrono::steady_clock;

  Service(Attachment attachment, std::map<uint16_t, Served> disks, std::chrono::seconds patience);

  Result<void> Open();
  Result<void> GoOn();
  // Enables the channel. What was with the service fails.
  Result<void> BeginAnew();
  Result<bool> TakeAll();
  void Begin(const spec::backend_request& request);
  // VIRTIO_BLK_S_OK: it may begin.
  uint8_t Check(const spec::backend_request& request) const;
  void End(uint16_t tag, int error);
  void RingDoorbell();
  // Tells the card that the service lives, and looks whether the channel does.
  Result<void> CheckChannel();
  Result<void> WaitForNothing();

  Attachment attachment_;
  std::map<uint16_t, Served> disks_;
  const std::chrono::seconds patience_;
  const std::chrono::milliseconds heartbeat_;
  Rings rings_;
  std::unique_ptr<IoEngine> engine_;
  std::vector<uint16_t> functions_;  // of the requests under way, by tag
  bool is_discarding_ = false;       // what ends is of a channel that has failed
  bool is_gone_ = false;             // the card
  uint32_t told_ = 0;                // completions
  std::optional<uint32_t> armed_;    // requests that had been seen when the interrupt was asked for
  Clock::time_point told_at_, checked_at_;
  Counts counts_;
};

}  // namespace vireo::block_service
