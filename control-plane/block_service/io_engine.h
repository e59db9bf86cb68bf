// SPDX-License-Identifier: Apache-2.0
// Reads, writes and flushes of disks by io_uring, many at a time, ended in any order.
#pragma once

#include <liburing.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "control-plane/block_service/disk.h"

namespace vireo::block_service {

// `data` is of `length` bytes, lies at the disk's offset modulo a page, and inside one page.
struct Job {
  enum class Kind : uint8_t { kRead, kWrite, kFlush };
  Kind kind;
  uint16_t tag;  // its own while it is under way
  Disk* disk;
  uint64_t offset;
  std::span<uint8_t> data;
};

// Where a disk takes aligned I/O alone, other jobs are done by way of a page of their own. A write
// of that kind, which also writes what it read around it, has the page of the disk to itself.
class IoEngine {
 public:
  // `done` is called from Wait with each job's tag and 0 or an errno.
  using Done = std::function<void(uint16_t tag, int error)>;
  static Result<std::unique_ptr<IoEngine>> Make(uint32_t tags, Done done);
  ~IoEngine();
  IoEngine(const IoEngine&) = delete;
  IoEngine& operator=(const IoEngine&) = delete;

  void Start(const Job& job);
  // Calls `readable` from Wait when the descriptor is.
  void Watch(int fd, std::function<void()> readable);
  // Hands on what was started, and waits until something happens or the time is over (false).
  Result<bool> Wait(std::chrono::milliseconds timeout);
  uint32_t under_way() const { return under_way_; }

 private:
  static constexpr uint64_t kPage = 4096;

  struct Work {
    Job job;
    uint8_t* at;      // of the I/O: the job's data, or in its own page
    uint64_t offset;  // of the I/O, in the disk
    uint64_t bytes, done;
    bool is_reading;
    bool is_indirect;  // by way of its own page
    bool is_exclusive;
  };
  // Of a disk with alignment, while a job is under way or waits there.
  struct Page {
    uint32_t users = 0;
    bool is_exclusive = false;
    std::deque<uint16_t> waiting;
  };
  struct Watched {
    int fd;
    std::function<void()> readable;
  };
  using PageKey = std::pair<const Disk*, uint64_t>;

  IoEngine(uint32_t tags, Done done);

  io_uring_sqe* Entry(uint64_t about);
  bool Enter(uint16_t tag);  // false: it waits for its page
  void Leave(uint16_t tag);
  void Begin(uint16_t tag);
  void Submit(uint16_t tag);
  void Take(const io_uring_cqe& cqe);
  void TakeResult(uint16_t tag, int result);
  void End(uint16_t tag, int error);
  void Arm(size_t watched);
  uint8_t* OwnPage(uint16_t tag) const { return pages_of_tags_.get() + tag * kPage; }
  static bool NeedsPage(const Job& job) {
    return job.kind != Job::Kind::kFlush && job.disk->alignment() > 1;
  }

  struct Free {
    void operator()(uint8_t* memory) const { std::free(memory); }
  };

  io_uring ring_ = {};
  bool has_ring_ = false;
  Done done_;
  std::vector<Work> works_;  // by tag
  std::unique_ptr<uint8_t, Free> pages_of_tags_;
  std::map<PageKey, Page> pages_;
  std::deque<Watched> watched_;
  uint32_t under_way_ = 0;
};

}  // namespace vireo::block_service
