// SPDX-License-Identifier: Apache-2.0
#include "control-plane/block_service/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "hw/spec/virtio_blk.h"

namespace vireo::block_service {
namespace {

namespace reg = spec::backend_channel;

constexpr uint64_t kKhzPerSecond = 1000;

void Drain(int eventfd) {
  uint64_t count;
  (void)!read(eventfd, &count, sizeof count);
}

}  // namespace

Service::Service(Attachment attachment, std::map<uint16_t, Served> disks,
                 std::chrono::seconds patience)
    : attachment_(std::move(attachment)),
      disks_(std::move(disks)),
      patience_(patience),
      heartbeat_(
          std::min(std::chrono::milliseconds(1000), std::chrono::milliseconds(patience) / 4)),
      rings_(attachment_.memory.bytes(), attachment_.layout),
      functions_(attachment_.layout.ring_size),
      told_at_(Clock::now()),
      checked_at_(told_at_) {}

Result<std::unique_ptr<Service>> Service::Start(Attachment attachment,
                                                std::map<uint16_t, Served> disks,
                                                std::chrono::seconds patience) {
  std::unique_ptr<Service> service(new Service(std::move(attachment), std::move(disks), patience));
  if (const auto opened = service->Open(); !opened) return tl::unexpected(opened.error());
  return service;
}

Result<void> Service::Open() {
  auto engine = IoEngine::Make(attachment_.layout.ring_size,
                               [this](uint16_t tag, int error) { End(tag, error); });
  if (!engine) return tl::unexpected(engine.error());
  engine_ = std::move(*engine);
  engine_->Watch(attachment_.interrupt.get(), [this] { Drain(attachment_.interrupt.get()); });
  engine_->Watch(attachment_.transport->gone_fd(), [this] {
    Drain(attachment_.transport->gone_fd());
    is_gone_ = true;
  });
  auto& channel = attachment_.management.channel();
  const bool is_running = spec::Read<reg::kState>(channel) == reg::kStateRunning;
  const bool is_ours = rings_.IsOf(spec::Read<reg::kGeneration>(channel));
  const auto begun = is_running && is_ours ? GoOn() : BeginAnew();
  if (!begun) return begun;
  for (const auto& [function, served] : disks_) {
    attachment_.management.SetDisk(function, served.disk->sectors(), served.disk->read_only());
  }
  return {};
}

Result<void> Service::GoOn() {
  const auto held = rings_.Recover();
  fmt::print(stderr, "channel resumed=1 requests={}\n", held.size());
  for (const spec::backend_request& request : held) Begin(request);
  RingDoorbell();  // it may have been cut off
  return {};
}

Result<void> Service::BeginAnew() {
  auto& channel = attachment_.management.channel();
  const uint64_t ticks =
      static_cast<uint64_t>(patience_.count()) * kKhzPerSecond * attachment_.management.clock_khz();
  if (ticks == 0 || ticks > UINT32_MAX) {
    return tl::unexpected(fmt::format(
        "a patience of {} s does not fit in the card's register: at most {} s", patience_.count(),
        UINT32_MAX / kKhzPerSecond / std::max(attachment_.management.clock_khz(), 1U)));
  }
  spec::Write<reg::kControl>(channel, 0);
  spec::Read<reg::kControl>(channel);  // behind it, requests come no more
  rings_.Clear();
  const uint64_t base = Attachment::kIova;
  spec::Write<reg::kRequestBase>(channel, base + attachment_.layout.requests);
  spec::Write<reg::kCompletionBase>(channel, base + attachment_.layout.completions);
  spec::Write<reg::kDataBase>(channel, base + attachment_.layout.data);
  spec::Write<reg::kPatience>(channel, static_cast<uint32_t>(ticks));
  spec::Write<reg::kControl>(channel, reg::kControlEnable);
  rings_.Begin(spec::Read<reg::kGeneration>(channel));
  told_ = 0;
  armed_.reset();
  return {};
}

Result<bool> Service::TakeAll() {
  for (bool any = false;; any = true) {
    const auto request = rings_.Take();
    if (!request) return tl::unexpected(request.error());
    if (!*request) return any;
    Begin(**request);
  }
}

uint8_t Service::Check(const spec::backend_request& request) const {
  const auto found = disks_.find(request.function);
  if (found == disks_.end()) return spec::VIRTIO_BLK_S_IOERR;
  const Disk& disk = *found->second.disk;
  const uint32_t slot_bytes = attachment_.layout.slot_bytes;
  if (request.type == spec::VIRTIO_BLK_T_FLUSH) return spec::VIRTIO_BLK_S_OK;
  if (request.type != spec::VIRTIO_BLK_T_IN && request.type != spec::VIRTIO_BLK_T_OUT) {
    return spec::VIRTIO_BLK_S_UNSUPP;
  }
  const bool fits = request.bytes != 0 && request.bytes <= slot_bytes &&
                    request.offset % slot_bytes + request.bytes <= slot_bytes &&
                    request.offset < disk.bytes() && request.bytes <= disk.bytes() - request.offset;
  const bool may = request.type == spec::VIRTIO_BLK_T_IN || !disk.read_only();
  return fits && may ? spec::VIRTIO_BLK_S_OK : spec::VIRTIO_BLK_S_IOERR;
}

void Service::Begin(const spec::backend_request& request) {
  const uint8_t status = Check(request);
  if (status != spec::VIRTIO_BLK_S_OK) {
    ++counts_.errors;
    rings_.Complete(request.tag, status);
    return;
  }
  functions_[request.tag] = request.function;
  Job job = {Job::Kind::kFlush, request.tag, disks_.at(request.function).disk.get(), 0, {}};
  if (request.type == spec::VIRTIO_BLK_T_FLUSH) {
    // What was completed is in the file already, so all that it has is to become durable.
    ++counts_.flushes;
  } else {
    const bool is_read = request.type == spec::VIRTIO_BLK_T_IN;
    ++(is_read ? counts_.reads : counts_.writes);
    job.kind = is_read ? Job::Kind::kRead : Job::Kind::kWrite;
    job.offset = request.offset;
    job.data = rings_.SlotOf(request.tag)
                   .subspan(request.offset % attachment_.layout.slot_bytes, request.bytes);
  }
  engine_->Start(job);
}

void Service::End(uint16_t tag, int error) {
  if (error != 0) {
    ++counts_.errors;
    Served& served = disks_.at(functions_[tag]);
    // The first, the second, the fourth, ...: a disk that is full says so very often.
    if (std::has_single_bit(++served.errors)) {
      fmt::print(stderr, "disk={} file={} errors={} latest=\"{}\"\n", served.name,
                 served.disk->file(), served.errors, strerror(error));
    }
  }
  if (is_discarding_) return;
  rings_.Complete(tag, error == 0 ? spec::VIRTIO_BLK_S_OK : spec::VIRTIO_BLK_S_IOERR);
}

void Service::RingDoorbell() {
  told_ = rings_.completed();
  told_at_ = Clock::now();
  spec::Write<reg::kCompletionProduced>(attachment_.management.channel(), told_);
}

Result<void> Service::CheckChannel() {
  const auto now = Clock::now();
  if (under_way() != 0 && now - told_at_ >= heartbeat_) RingDoorbell();
  if (now - checked_at_ < heartbeat_) return {};
  checked_at_ = now;
  const uint32_t state = spec::Read<reg::kState>(attachment_.management.channel());
  if (state == reg::kStateRunning) return {};
  if ((state & reg::kStateFailed) == 0) return {};
  fmt::print(stderr, "channel failed=1 requests={} restart=1\n", under_way());
  is_discarding_ = true;
  const auto waited = WaitForNothing();
  is_discarding_ = false;
  if (!waited) return waited;
  return BeginAnew();
}

Result<void> Service::WaitForNothing() {
  while (under_way() != 0) {
    if (const auto waited = engine_->Wait(heartbeat_); !waited) {
      return tl::unexpected(waited.error());
    }
  }
  return {};
}

Result<void> Service::Step() {
  const auto any = TakeAll();
  if (!any) return tl::unexpected(any.error());
  if (told_ != rings_.completed()) RingDoorbell();
  if (!*any && armed_ != rings_.seen()) {
    armed_ = rings_.seen();
    spec::Write<reg::kInterruptAt>(attachment_.management.channel(), *armed_);
  }
  const auto waited = engine_->Wait(*any ? std::chrono::milliseconds(0) : heartbeat_);
  if (!waited) return tl::unexpected(waited.error());
  if (is_gone_) return tl::unexpected<std::string>("the card has gone");
  if (told_ != rings_.completed()) RingDoorbell();
  return CheckChannel();
}

Result<void> Service::Stop() {
  if (const auto any = TakeAll(); !any) return tl::unexpected(any.error());
  if (const auto waited = WaitForNothing(); !waited) return waited;
  RingDoorbell();
  auto& channel = attachment_.management.channel();
  const auto end = Clock::now() + patience_;
  while (!is_gone_ && spec::Read<reg::kCompletionConsumed>(channel) != told_ &&
         (spec::Read<reg::kState>(channel) & reg::kStateRunning) != 0 && Clock::now() < end) {
  }
  spec::Write<reg::kControl>(channel, 0);
  spec::Read<reg::kControl>(channel);
  return {};
}

}  // namespace vireo::block_service
