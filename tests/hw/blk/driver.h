// SPDX-License-Identifier: Apache-2.0
// A driver of one virtio-blk queue, and the disk as it should be.
#ifndef VIREO_TESTS_HW_BLK_DRIVER_H_
#define VIREO_TESTS_HW_BLK_DRIVER_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/harness/random.h"
#include "tests/hw/blk/blk_bench.h"

namespace vireo::test {

inline constexpr uint8_t kNoStatus = 0xEE;  // what lies in guest memory where a status will be

// What the driver sees of a request.
struct Answer {
  uint8_t status;
  uint32_t length;
  std::vector<uint8_t> data;  // of IN and GET_ID
};

class BlkDriver {
 public:
  // Percent of pieces that are cut, and whether they lie at any byte.
  unsigned cuts = 0;
  bool odd = false;

  BlkDriver(BlkBench& bench, unsigned queue, unsigned function, uint64_t seed)
      : bench_(bench), queue_(queue), random_(seed, "driver" + std::to_string(queue)) {
    bench.SetUp(queue, function);
  }

  uint16_t In(uint64_t sector, uint32_t bytes) { return Add(spec::VIRTIO_BLK_T_IN, sector, bytes); }
  uint16_t Out(uint64_t sector, const std::vector<uint8_t>& data) {
    return Add(spec::VIRTIO_BLK_T_OUT, sector, 0, data);
  }
  uint16_t Flush() { return Add(spec::VIRTIO_BLK_T_FLUSH, 0, 0); }
  uint16_t GetId() { return Add(spec::VIRTIO_BLK_T_GET_ID, 0, spec::VIRTIO_BLK_ID_BYTES); }

  // A request of any type: `data` for the device, then `room` bytes and the status from it.
  uint16_t Add(uint32_t type, uint64_t sector, uint32_t room,
               const std::vector<uint8_t>& data = {}) {
    std::vector<Piece> pieces;
    std::vector<uint8_t> readable(sizeof(spec::virtio_blk_req));
    const spec::virtio_blk_req header{type, 0, sector};
    std::memcpy(readable.data(), &header, sizeof(header));
    readable.insert(readable.end(), data.begin(), data.end());
    uint64_t done = 0;
    const uint32_t end = static_cast<uint32_t>(readable.size());
    for (const uint32_t length : Lengths(end, {static_cast<uint32_t>(sizeof(header))})) {
      const uint64_t address = bench_.Allocate(length, odd);
      std::memcpy(bench_.memory.At(address, length), readable.data() + done, length);
      pieces.push_back({address, length, false});
      done += length;
    }
    for (const uint32_t length : Lengths(room + 1, {room})) {
      const uint64_t address = bench_.Allocate(length, odd);
      std::memset(bench_.memory.At(address, length), kNoStatus, length);
      pieces.push_back({address, length, true});
    }
    return AddChain(pieces);
  }

  // Any chain at all.
  uint16_t AddChain(const std::vector<Piece>& pieces) {
    const auto head = static_cast<uint16_t>(random_.Next());
    if (open_.contains(head)) return AddChain(pieces);
    open_[head] = pieces;
    bench_.Add(queue_, head, pieces);
    return head;
  }

  // Takes what came back for the queue; `used` is one of the bench's.
  std::pair<uint16_t, Answer> Take(const UsedBuffer& used) {
    const auto head = static_cast<uint16_t>(used.id);
    const auto found = open_.find(head);
    if (found == open_.end()) throw std::logic_error("a chain came back that was not there");
    Answer answer{kNoStatus, static_cast<uint32_t>(used.length), {}};
    for (const Piece& piece : found->second) {
      if (!piece.writable) continue;
      const uint8_t* bytes = bench_.memory.At(piece.address, piece.length);
      answer.data.insert(answer.data.end(), bytes, bytes + piece.length);
    }
    if (!answer.data.empty()) {
      answer.status = answer.data.back();
      answer.data.pop_back();
    }
    open_.erase(found);
    return {head, answer};
  }

  // Runs until the request came back.
  Answer Wait(uint16_t head) {
    if (!bench_.RunUntilUsed(1)) throw std::logic_error("a request did not come back");
    const UsedBuffer used = bench_.used.front();
    bench_.used.pop_front();
    const auto [id, answer] = Take(used);
    EXPECT_EQ(id, head);
    return answer;
  }

  std::vector<uint8_t> Noise(size_t bytes) {
    std::vector<uint8_t> noise(bytes);
    for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random_.Next());
    return noise;
  }

  bool is_idle() const { return open_.empty(); }
  size_t in_flight() const { return open_.size(); }
  unsigned queue() const { return queue_; }
  sim::Random& random() { return random_; }

 private:
  // Lengths that add up to `end`: cut at `borders`, unless pieces may be cut anywhere; then some of
  // them reach over, and some are empty.
  std::vector<uint32_t> Lengths(uint32_t end, const std::vector<uint32_t>& borders) {
    std::vector<uint32_t> cut;
    for (const uint32_t border : borders) {
      if (border < end && !random_.Percent(cuts / 2)) cut.push_back(border);
    }
    while (cut.size() < 60 && random_.Percent(cuts)) {
      const uint64_t near = random_.Percent(50) ? 20 : end;
      cut.push_back(static_cast<uint32_t>(random_.Below(std::min<uint64_t>(near, end) + 1)));
    }
    cut.push_back(end);
    std::sort(cut.begin(), cut.end());
    std::vector<uint32_t> lengths;
    uint32_t from = 0;
    for (const uint32_t to : cut) {
      if (to != from || random_.Percent(cuts / 2)) lengths.push_back(to - from);
      from = to;
    }
    return lengths;
  }

  BlkBench& bench_;
  unsigned queue_;
  sim::Random random_;
  std::map<uint16_t, std::vector<Piece>> open_;  // chains that are with the device
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_BLK_DRIVER_H_
