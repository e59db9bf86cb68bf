// SPDX-License-Identifier: Apache-2.0
// A host's memory behind ReadRequest and WriteLine, without PCI Express: units of a key in order,
// those of other keys in any.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_MEMORY_READER_H_
#define VIREO_TESTS_HW_VIRTQUEUE_MEMORY_READER_H_

#include <hls_stream.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <stdexcept>
#include <vector>

#include "hw/pcie/token.h"
#include "sim/harness/random.h"
#include "tests/driver/host_memory.h"

namespace vireo::testing {

// Serves one reader of the card. A read outside of the memory is answered with an error.
template <typename Context>
class MemoryReader {
 public:
  hls::stream<ReadRequest<Context>> requests;
  hls::stream<ReadLine<Context>> lines;

  // One clock: takes a request, and finishes one that waits with a chance of `percent`.
  void Step(HostMemory& memory, sim::Random& random, unsigned percent) {
    if (!requests.empty()) {
      const ReadRequest<Context> request = requests.read();
      open_.push_back(request);
      if (request.last == 1) {
        units_.push_back(std::move(open_));
        open_.clear();
      }
    }
    if (units_.empty() || !random.Percent(percent)) return;
    size_t pick = random.Below(units_.size());
    for (size_t i = 0; i < pick; ++i) {
      if (units_[i].front().key == units_[pick].front().key) pick = i;
    }
    for (const ReadRequest<Context>& request : units_[pick]) Answer(request, memory);
    units_.erase(units_.begin() + static_cast<ptrdiff_t>(pick));
  }

  bool IsIdle() const { return units_.empty() && open_.empty(); }
  uint64_t reads() const { return reads_; }

 private:
  void Answer(const ReadRequest<Context>& request, HostMemory& memory) {
    const uint64_t address = static_cast<uint64_t>(request.address);
    const uint64_t length = static_cast<uint64_t>(request.length);
    if (length != 0) ++reads_;
    const bool is_good = length == 0 || memory.Has(address, length);
    uint64_t done = 0;
    do {
      ReadLine<Context> line = {};
      line.context = request.context;
      const uint64_t at = address + done;
      const uint64_t bytes = std::min<uint64_t>(length - done, 64 - at % 64);
      line.offset = at % 64;
      line.bytes = bytes;
      for (uint64_t i = 0; is_good && i < bytes; ++i) {
        const unsigned lane = static_cast<unsigned>((at + i) % 64);
        line.data.range(static_cast<int>(8 * lane + 7), static_cast<int>(8 * lane)) =
            *memory.At(at + i, 1);
      }
      done += bytes;
      line.error = is_good ? 0 : 1;
      line.last_of_request = done == length;
      line.last_of_unit = done == length && request.last == 1;
      lines.write(line);
    } while (done < length);
  }

  std::vector<ReadRequest<Context>> open_;
  std::deque<std::vector<ReadRequest<Context>>> units_;
  uint64_t reads_ = 0;
};

// Serves one writer of the card.
class MemoryWriter {
 public:
  hls::stream<WriteLine> lines;
  hls::stream<WriteAck> acks;

  void Step(HostMemory& memory, sim::Random& random, unsigned percent) {
    if (lines.empty() || !random.Percent(percent)) return;
    const WriteLine line = lines.read();
    if (left_ == 0) {
      at_ = static_cast<uint64_t>(line.address);
      left_ = static_cast<uint64_t>(line.length);
      ++writes_;
    }
    const uint64_t bytes = std::min<uint64_t>(left_, 64 - at_ % 64);
    for (uint64_t i = 0; i < bytes; ++i) {
      const unsigned lane = static_cast<unsigned>((at_ + i) % 64);
      *memory.At(at_ + i, 1) = static_cast<uint8_t>(static_cast<uint64_t>(
          line.data.range(static_cast<int>(8 * lane + 7), static_cast<int>(8 * lane))));
    }
    at_ += bytes;
    left_ -= bytes;
    if ((left_ == 0) != (line.last == 1)) throw std::logic_error("a write's lines do not fit it");
    if (line.last == 1 && line.wants_ack == 1) acks.write({line.cookie});
  }

  uint64_t writes() const { return writes_; }

 private:
  uint64_t at_ = 0, left_ = 0, writes_ = 0;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_MEMORY_READER_H_
