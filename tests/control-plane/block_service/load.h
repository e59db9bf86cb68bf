// SPDX-License-Identifier: Apache-2.0
// A driver of a card's virtio-blk function behind a vfio-user socket, that reads and writes at
// random and knows what has to come back.
#ifndef VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_LOAD_H_
#define VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_LOAD_H_

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "control-plane/block_service/shared_memory.h"
#include "host-driver/transport/vfio_user_transport.h"
#include "hw/spec/device_cfg.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/virtio_blk.h"
#include "sim/harness/random.h"
#include "tests/driver/virtio_pci.h"

namespace vireo::block_service {

class Load {
 public:
  static constexpr unsigned kRequests = 16;  // at once, each in an area of its own
  static constexpr uint32_t kAreaSectors = 16;
  static constexpr uint32_t kSectors = kRequests * kAreaSectors;

  Load(const std::string& socket, uint64_t seed, const std::string& content)
      : disk_(content.begin(), content.end()),
        random_(seed, socket),
        transport_(Good(host::VfioUserTransport::Connect(socket))),
        shared_(Good(SharedMemory::Make(kMemoryBytes))),
        memory_(kMemory, shared_.bytes()),
        driver_(*transport_, memory_, kMemory),
        used_(eventfd(0, EFD_CLOEXEC)) {
    Good(transport_->Enable());
    Good(transport_->MapDma({kMemory, shared_.fd(), 0, kMemoryBytes, shared_.bytes().data()}));
    const int eventfds[] = {used_.get()};
    Good(transport_->EnableInterrupts(eventfds));
    driver_.Negotiate(~uint64_t{0});
    queue_ = &driver_.AddQueue(0, 128, 0);
    driver_.Start();
  }

  uint64_t capacity() {
    return spec::Read<spec::blk_cfg::kCapacity>(
        spec::Window<host::Transport>(*transport_, spec::function_bar::kDeviceCfg));
  }

  // Keeps requests under way until `count` more are done.
  void Run(uint64_t count) {
    for (unsigned slot = 0; slot < kRequests; ++slot) {
      if (!slots_[slot].is_under_way) Ask(slot);
    }
    Publish();
    for (const uint64_t end = done_ + count; done_ < end;) Look(true);
  }
  // Until none is under way.
  void Finish() {
    while (std::ranges::any_of(slots_, &Slot::is_under_way)) Look(false);
  }
  // One request, to its end: gives the status.
  uint8_t Do(uint32_t type, uint64_t sector, uint32_t sectors) {
    Put(0, type, sector, sectors * spec::kSectorBytes);
    Publish();
    Finish();
    return last_status_;
  }

  const std::vector<uint8_t>& disk() const { return disk_; }
  uint64_t done() const { return done_; }
  // Of requests that ended with VIRTIO_BLK_S_IOERR, which is an error unless it is allowed. Such a
  // request is asked again.
  uint64_t failed() const { return failed_; }
  bool may_fail = false;

 private:
  static constexpr uint64_t kMemory = 0x1'0000'0000, kMemoryBytes = 4U << 20;
  static constexpr uint64_t kBuffers = kMemory + (2U << 20);
  static constexpr uint32_t kSlotBytes = 16U << 10, kStatusAt = 16, kDataAt = 64;
  static constexpr int kPatienceMs = 240'000;

  struct Slot {
    uint16_t head = 0;
    uint32_t type = 0;
    uint64_t sector = 0;
    uint32_t bytes = 0;
    bool is_under_way = false;
  };

  template <typename T>
  static T Good(host::Result<T> result) {
    if (!result) throw std::runtime_error(result.error());
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

  void Ask(unsigned slot) {
    if (random_.Percent(4)) return Put(slot, spec::VIRTIO_BLK_T_FLUSH, 0, 0);
    const auto first = static_cast<uint32_t>(random_.Below(kAreaSectors));
    const auto sectors = static_cast<uint32_t>(random_.Below(kAreaSectors - first)) + 1;
    const bool is_read = random_.Percent(50);
    Put(slot, is_read ? spec::VIRTIO_BLK_T_IN : spec::VIRTIO_BLK_T_OUT,
        uint64_t{slot} * kAreaSectors + first, sectors * spec::kSectorBytes);
  }

  void Put(unsigned slot, uint32_t type, uint64_t sector, uint32_t bytes) {
    const uint64_t data = Base(slot) + kDataAt;
    for (uint32_t i = 0; i < bytes; ++i) {
      *memory_.At(data + i, 1) = static_cast<uint8_t>(random_.Next());
    }
    slots_[slot] = {0, type, sector, bytes, true};
    Offer(slot);
  }

  void Offer(unsigned slot) {
    Slot& asked = slots_[slot];
    const uint64_t at = Base(slot);
    const bool is_in = asked.type == spec::VIRTIO_BLK_T_IN;
    memory_.Store(at, spec::virtio_blk_req{asked.type, 0, asked.sector});
    memory_.Store(at + kStatusAt, uint8_t{0xff});
    // Cut anywhere, so that the service gets what is aligned to nothing.
    const auto cut = static_cast<uint32_t>(random_.Below(asked.bytes + 1));
    std::vector<testing::Buffer> buffers = {{at, sizeof(spec::virtio_blk_req), false}};
    if (cut != 0) buffers.push_back({at + kDataAt, cut, is_in});
    if (cut != asked.bytes) buffers.push_back({at + kDataAt + cut, asked.bytes - cut, is_in});
    buffers.push_back({at + kStatusAt, 1, true});
    asked.head = queue_->Add(buffers, testing::ChainForm::kIndirect).value();
  }

  void Publish() {
    queue_->WantInterrupt(true);
    if (queue_->Publish()) driver_.Notify(0);
  }

  void Look(bool goes_on) {
    if (!queue_->HasUsed()) {
      pollfd wait = {used_.get(), POLLIN, 0};
      if (poll(&wait, 1, kPatienceMs) != 1) throw std::runtime_error("a request is lost");
      eventfd_t count;
      eventfd_read(used_.get(), &count);
    }
    while (const auto used = queue_->Take()) TakeUsed(*used, goes_on);
    Publish();
  }

  void TakeUsed(const spec::virtq_used_elem& used, bool goes_on) {
    const auto found = std::ranges::find_if(
        slots_, [&](const Slot& s) { return s.is_under_way && s.head == used.id; });
    if (found == slots_.end()) throw std::runtime_error("used what was not asked");
    const auto slot = static_cast<unsigned>(found - slots_.begin());
    last_status_ = *memory_.At(Base(slot) + kStatusAt, 1);
    if (last_status_ != spec::VIRTIO_BLK_S_OK) {
      if (!may_fail) throw std::runtime_error("status " + std::to_string(last_status_));
      ++failed_;
      if (goes_on) return Offer(slot);
    } else {
      Check(*found, slot);
      ++done_;
    }
    found->is_under_way = false;
    if (goes_on) Ask(slot);
  }

  void Check(const Slot& asked, unsigned slot) {
    const uint8_t* data = memory_.At(Base(slot) + kDataAt, asked.bytes);
    uint8_t* disk = &disk_[asked.sector * spec::kSectorBytes];
    if (asked.type == spec::VIRTIO_BLK_T_OUT) std::memcpy(disk, data, asked.bytes);
    if (asked.type == spec::VIRTIO_BLK_T_IN && std::memcmp(disk, data, asked.bytes) != 0) {
      throw std::runtime_error("what was read is not what was written");
    }
  }

  static uint64_t Base(unsigned slot) { return kBuffers + uint64_t{slot} * kSlotBytes; }

  std::vector<uint8_t> disk_;  // what it has to hold
  sim::Random random_;
  std::unique_ptr<host::VfioUserTransport> transport_;
  SharedMemory shared_;
  testing::HostMemory memory_;
  testing::VirtioPci<host::Transport> driver_;
  vfio_user::UniqueFd used_;
  testing::SplitQueue* queue_ = nullptr;
  std::vector<Slot> slots_ = std::vector<Slot>(kRequests);
  uint64_t done_ = 0, failed_ = 0;
  uint8_t last_status_ = 0xff;
};

}  // namespace vireo::block_service

#endif  // VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_LOAD_H_
