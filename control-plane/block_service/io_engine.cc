// SPDX-License-Identifier: Apache-2.0
#include "control-plane/block_service/io_engine.h"

#include <fmt/format.h>
#include <poll.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace vireo::block_service {
namespace {

constexpr uint64_t kWatch = uint64_t{1} << 32;  // completions of watched descriptors from here on
constexpr uint32_t kWatchEntries = 8;

}  // namespace

IoEngine::IoEngine(uint32_t tags, Done done)
    : done_(std::move(done)),
      works_(tags),
      pages_of_tags_(static_cast<uint8_t*>(std::aligned_alloc(kPage, tags * kPage))) {}

IoEngine::~IoEngine() {
  if (has_ring_) io_uring_queue_exit(&ring_);
}

Result<std::unique_ptr<IoEngine>> IoEngine::Make(uint32_t tags, Done done) {
  std::unique_ptr<IoEngine> engine(new IoEngine(tags, std::move(done)));
  const int error = -io_uring_queue_init(tags + kWatchEntries, &engine->ring_, 0);
  if (error != 0) {
    return tl::unexpected(
        fmt::format("set up io_uring: {}{}", strerror(error),
                    error == EPERM || error == ENOSYS
                        ? " (do kernel.io_uring_disabled or a container's seccomp filter allow it?)"
                        : ""));
  }
  engine->has_ring_ = true;
  return engine;
}

io_uring_sqe* IoEngine::Entry(uint64_t about) {
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);
  while (entry == nullptr) {
    io_uring_submit(&ring_);
    entry = io_uring_get_sqe(&ring_);
  }
  entry->user_data = about;
  return entry;
}

void IoEngine::Start(const Job& job) {
  const uint64_t align = job.disk->alignment();
  const uint64_t end = job.offset + job.data.size();
  const bool is_aligned = job.offset % align == 0 && end % align == 0;
  const bool is_write = job.kind == Job::Kind::kWrite;
  Work& work = works_[job.tag];
  work = {job, job.data.data(), job.offset, job.data.size(), 0, !is_write, !is_aligned, false};
  if (!is_aligned) {
    const uint64_t first = job.offset / align * align;
    work.at = OwnPage(job.tag) + first % kPage;
    work.offset = first;
    work.bytes = (end + align - 1) / align * align - first;
    work.is_reading = true;
    work.is_exclusive = is_write;
  }
  ++under_way_;
  if (!NeedsPage(job) || Enter(job.tag)) Submit(job.tag);
}

bool IoEngine::Enter(uint16_t tag) {
  const Work& work = works_[tag];
  Page& page = pages_[{work.job.disk, work.offset / kPage}];
  const bool may =
      page.waiting.empty() && !page.is_exclusive && (page.users == 0 || !work.is_exclusive);
  if (!may) {
    page.waiting.push_back(tag);
    return false;
  }
  ++page.users;
  page.is_exclusive = work.is_exclusive;
  return true;
}

void IoEngine::Leave(uint16_t tag) {
  const auto found = pages_.find({works_[tag].job.disk, works_[tag].offset / kPage});
  Page& page = found->second;
  --page.users;
  page.is_exclusive = false;
  while (!page.waiting.empty() && !page.is_exclusive) {
    const uint16_t next = page.waiting.front();
    if (page.users != 0 && works_[next].is_exclusive) break;
    page.waiting.pop_front();
    ++page.users;
    page.is_exclusive = works_[next].is_exclusive;
    Submit(next);
  }
  if (page.users == 0) pages_.erase(found);
}

void IoEngine::Submit(uint16_t tag) {
  const Work& work = works_[tag];
  io_uring_sqe* entry = Entry(tag);
  const int fd = work.job.disk->fd();
  uint8_t* at = work.at + work.done;
  const auto bytes = static_cast<uint32_t>(work.bytes - work.done);
  if (work.job.kind == Job::Kind::kFlush) {
    io_uring_prep_fsync(entry, fd, IORING_FSYNC_DATASYNC);
  } else if (work.is_reading) {
    io_uring_prep_read(entry, fd, at, bytes, work.offset + work.done);
  } else {
    io_uring_prep_write(entry, fd, at, bytes, work.offset + work.done);
  }
  entry->user_data = tag;
}

void IoEngine::TakeResult(uint16_t tag, int result) {
  Work& work = works_[tag];
  const Job& job = work.job;
  if (result == -EAGAIN || result == -EINTR) return Submit(tag);
  if (result < 0) return End(tag, -result);
  if (job.kind == Job::Kind::kFlush) return End(tag, 0);
  if (result == 0) return End(tag, EIO);  // the file has become shorter
  work.done += static_cast<uint64_t>(result);
  if (work.done < work.bytes) return Submit(tag);
  uint8_t* own = OwnPage(tag) + job.offset % kPage;
  if (!work.is_indirect || !work.is_reading) return End(tag, 0);
  if (job.kind == Job::Kind::kRead) {
    std::memcpy(job.data.data(), own, job.data.size());
    return End(tag, 0);
  }
  std::memcpy(own, job.data.data(), job.data.size());
  work.is_reading = false;
  work.done = 0;
  Submit(tag);
}

void IoEngine::End(uint16_t tag, int error) {
  if (NeedsPage(works_[tag].job)) Leave(tag);
  --under_way_;
  done_(tag, error);
}

void IoEngine::Watch(int fd, std::function<void()> readable) {
  watched_.push_back({fd, std::move(readable)});
  Arm(watched_.size() - 1);
}

void IoEngine::Arm(size_t watched) {
  io_uring_sqe* entry = Entry(0);
  io_uring_prep_poll_add(entry, watched_[watched].fd, POLLIN);
  entry->user_data = kWatch + watched;
}

void IoEngine::Take(const io_uring_cqe& cqe) {
  if (cqe.user_data < kWatch) return TakeResult(static_cast<uint16_t>(cqe.user_data), cqe.res);
  if (cqe.user_data == LIBURING_UDATA_TIMEOUT) return;
  const size_t watched = cqe.user_data - kWatch;
  watched_[watched].readable();
  Arm(watched);
}

Result<bool> IoEngine::Wait(std::chrono::milliseconds timeout) {
  __kernel_timespec time = {timeout.count() / 1000, timeout.count() % 1000 * 1'000'000};
  io_uring_cqe* cqe = nullptr;
  const int result = io_uring_submit_and_wait_timeout(&ring_, &cqe, 1, &time, nullptr);
  if (result < 0 && result != -ETIME && result != -EINTR && result != -EAGAIN && result != -EBUSY) {
    return tl::unexpected(fmt::format("wait for io_uring: {}", strerror(-result)));
  }
  bool any = false;
  while (io_uring_peek_cqe(&ring_, &cqe) == 0 && cqe != nullptr) {
    const io_uring_cqe taken = *cqe;
    io_uring_cqe_seen(&ring_, cqe);
    Take(taken);
    any = true;
  }
  return any;
}

}  // namespace vireo::block_service
