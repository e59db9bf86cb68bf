// SPDX-License-Identifier: Apache-2.0
// The host service behind the backend channel: its memory, its disks, and what it does wrong if it
// is told to. hw/spec/README.md has the protocol.
#ifndef VIREO_TESTS_HW_BLK_SERVICE_MODEL_H_
#define VIREO_TESTS_HW_BLK_SERVICE_MODEL_H_

#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <stdexcept>
#include <vector>

#include "hw/spec/card_registers.h"
#include "sim/harness/random.h"
#include "tests/driver/host_memory.h"
#include "tests/hw/blk/blk_engine.h"
#include "tests/hw/blk/card_memory_model.h"
#include "tests/hw/virtqueue/memory_reader.h"

namespace vireo::test {

class ServiceModel {
 public:
  static constexpr uint64_t kBase = 0x9'0000'0000;
  static constexpr uint64_t kRequests = kBase, kCompletions = kBase + 0x10000,
                            kData = kBase + 0x20000;
  static constexpr uint32_t kEntries = kBlockCommands;

  // --- How it behaves ---

  unsigned percent = 30;              // chance that it acts in a clock
  bool answers = true;                // otherwise requests stay with it
  std::vector<spec::Reason> reasons;  // what the card counted for the management function
  // A disk's bytes, by function; those that nobody wrote are 0.
  std::map<unsigned, CardBytes> disks;
  uint8_t status = spec::VIRTIO_BLK_S_OK;      // of all that it answers
  std::deque<spec::backend_request> requests;  // that it has, oldest first
  unsigned flushes = 0, interrupts = 0;
  uint64_t seen = 0;  // requests since it was started

  // --- Its registers ---

  void Write(const spec::Register& r, uint64_t value) {
    Access(r.offset, true, static_cast<uint32_t>(value));
    if (r.bytes == 8) Access(r.offset + 4, true, static_cast<uint32_t>(value >> 32));
  }
  void AskFor(const spec::Register& r) { Access(r.offset, false, 0); }
  std::deque<uint32_t> replies;

  // Starts afresh: nothing of what it had is known any more.
  void Start() {
    namespace reg = spec::backend_channel;
    Write(reg::kControl, 0);
    std::memset(memory.At(kRequests, 32 * kEntries), 0, 32 * kEntries);
    std::memset(memory.At(kCompletions, 8 * kEntries), 0, 8 * kEntries);
    Write(reg::kRequestBase, kRequests);
    Write(reg::kCompletionBase, kCompletions);
    Write(reg::kDataBase, kData);
    Write(reg::kControl, reg::kControlEnable);
    requests.clear();
    seen = 0;
    completed = 0;
    ++generation;
  }

  // --- What it writes ---

  void Complete(const spec::backend_completion& completion) {
    Store(kCompletions + 8 * (completed++ % kEntries), completion);
    Write(spec::backend_channel::kCompletionProduced, completed);
  }
  // Does what is asked for, and says so.
  void Answer(const spec::backend_request& request) {
    const uint64_t slot = kData + uint64_t{4096} * request.tag + request.offset % 4096;
    CardBytes& disk = disks[request.function];
    if (request.offset % 4096 + request.bytes > 4096) throw std::logic_error("more than a slot");
    uint8_t* data = request.bytes == 0 ? nullptr : memory.At(slot, request.bytes);
    for (uint32_t i = 0; i < request.bytes && status == spec::VIRTIO_BLK_S_OK; ++i) {
      if (request.type == spec::VIRTIO_BLK_T_OUT) disk[request.offset + i] = data[i];
      if (request.type == spec::VIRTIO_BLK_T_IN) data[i] = disk[request.offset + i];
    }
    flushes += request.type == spec::VIRTIO_BLK_T_FLUSH;
    Complete({request.tag, status, 0, request.generation});
  }

  void Step(BlkStreams& streams, sim::Random& random) {
    if (!streams.channel_read_out.empty()) {
      reader_.requests.write(streams.channel_read_out.read());
    }
    if (!streams.channel_write_out.empty() && writer_.lines.empty()) {
      const WriteLine line = streams.channel_write_out.read();
      if (line.function != kManagementFunction) throw std::logic_error("not the card's own write");
      writer_.lines.write(line);
    }
    reader_.Step(memory, random, percent);
    writer_.Step(memory, random, percent);
    if (!reader_.lines.empty() && streams.channel_line_in.empty()) {
      streams.channel_line_in.write(reader_.lines.read());
    }
    if (!writer_.acks.empty() && streams.channel_ack_in.empty()) {
      streams.channel_ack_in.write(writer_.acks.read());
    }
    if (!accesses_.empty() && streams.channel_access_in.empty()) {
      streams.channel_access_in.write(accesses_.front());
      accesses_.pop_front();
    }
    if (!streams.channel_reply_out.empty()) {
      replies.push_back(streams.channel_reply_out.read().to_uint());
    }
    if (!streams.channel_interrupt_out.empty()) {
      const Interrupt interrupt = streams.channel_interrupt_out.read();
      if (interrupt.function != kManagementFunction || interrupt.vector != 0) {
        throw std::logic_error("not the channel's vector");
      }
      ++interrupts;
    }
    Take();
    if (answers && accesses_.empty() && !requests.empty() && random.Percent(percent)) {
      const size_t pick = random.Below(requests.size());
      const spec::backend_request request = requests[pick];
      requests.erase(requests.begin() + static_cast<ptrdiff_t>(pick));
      Answer(request);
    }
  }

  testing::HostMemory memory{kBase, 0x20000 + 4096 * uint64_t{kEntries}};
  uint32_t generation = 0;
  uint32_t completed = 0;  // entries that it wrote

 private:
  void Access(uint32_t offset, bool write, uint32_t data) {
    RegisterAccess access = {};
    access.function = kManagementFunction;
    access.dword = (spec::management_bar::kBackendChannels.At(0) + offset) / 4;
    access.write = write;
    access.byte_enables = 15;
    access.data = data;
    accesses_.push_back(access);
  }

  template <typename T>
  void Store(uint64_t address, const T& value) {
    std::memcpy(memory.At(address, sizeof value), &value, sizeof value);
  }

  // Polls the next entry of the ring.
  void Take() {
    spec::backend_request request;
    const uint64_t address = kRequests + 32 * (seen % kEntries);
    std::memcpy(&request, memory.At(address, sizeof request), sizeof request);
    if (request.lap != spec::BackendLap(static_cast<uint32_t>(seen), kEntries)) return;
    if (request.generation != generation) return;  // of before it was started
    for (const spec::backend_request& other : requests) {
      if (other.tag == request.tag) throw std::logic_error("a tag is used twice");
    }
    requests.push_back(request);
    ++seen;
  }

  std::deque<RegisterAccess> accesses_;
  testing::MemoryReader<ChannelContext> reader_;
  testing::MemoryWriter writer_;
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_BLK_SERVICE_MODEL_H_
