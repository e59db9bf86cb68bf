// SPDX-License-Identifier: Apache-2.0
// Card memory behind AXI4: answers late and in order, and orders reads and writes only by answers.
#ifndef VIREO_TESTS_HW_BLK_CARD_MEMORY_MODEL_H_
#define VIREO_TESTS_HW_BLK_CARD_MEMORY_MODEL_H_

#include <hls_stream.h>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "sim/harness/random.h"
#include "tests/hw/blk/blk_engine.h"

namespace vireo::test {

// Bytes that nobody wrote are 0.
class CardBytes {
 public:
  uint8_t& operator[](uint64_t address) { return pages_[address / kPage][address % kPage]; }

 private:
  static constexpr uint64_t kPage = 4096;
  std::unordered_map<uint64_t, std::array<uint8_t, kPage>> pages_;
};

class CardMemoryModel {
 public:
  CardBytes bytes;
  bool answers_writes = true;
  // Lines that are read with SLVERR; writes of one of them are answered so.
  std::function<bool(uint64_t)> fails = [](uint64_t) { return false; };

  // One clock; each channel acts with a chance of `percent`. A read sees the memory as it is when
  // its address comes, or when its data leaves; a write is in memory when it is answered.
  void Step(BlkStreams& streams, sim::Random& random, unsigned percent) {
    if (!streams.axi_ar.empty() && random.Percent(percent)) {
      const Burst burst = Checked(streams.axi_ar.read());
      for (uint64_t i = 0; i < burst.lines; ++i) {
        const uint64_t address = burst.address + 64 * i;
        reads_.push_back({address, fails(address), i + 1 == burst.lines, Load(address)});
      }
      sees_late_ = random.Percent(50);
    }
    if (!reads_.empty() && random.Percent(percent)) {
      const Read& read = reads_.front();
      streams.axi_r.write(
          {0, sees_late_ ? Load(read.address) : read.line, read.fails ? 2 : 0, read.last});
      reads_.pop_front();
      ++lines_read;
    }
    if (!streams.axi_aw.empty() && random.Percent(percent)) {
      bursts_.push_back(Checked(streams.axi_aw.read()));
    }
    if (!streams.axi_w.empty() && random.Percent(percent)) {
      beats_.push_back(streams.axi_w.read());
      whole_ += beats_.back().last == 1;
    }
    if (answers_writes && whole_ != 0 && !bursts_.empty() && random.Percent(percent)) {
      Write(bursts_.front(), streams.axi_b);
      bursts_.pop_front();
      --whole_;
    }
  }

  uint64_t lines_read = 0, lines_written = 0;

 private:
  struct Burst {
    uint64_t address, lines;
    bool fails;
  };
  struct Read {
    uint64_t address;
    bool fails;
    bool last;
    Line line;
  };

  Burst Checked(const Axi4Address& token) {
    const auto address = static_cast<uint64_t>(token.address);
    const uint64_t lines = static_cast<uint64_t>(token.len) + 1;
    if (address % 64 != 0) throw std::logic_error("a burst begins in the middle of a line");
    if (address / 4096 != (address + 64 * lines - 1) / 4096) {
      throw std::logic_error("a burst crosses a multiple of 4 KiB");
    }
    bool any_fails = false;
    for (uint64_t i = 0; i < lines; ++i) any_fails = any_fails || fails(address + 64 * i);
    return {address, lines, any_fails};
  }

  Line Load(uint64_t address) {
    Line line = 0;
    for (int i = 0; i < 64; ++i)
      line.range(8 * i + 7, 8 * i) = bytes[address + static_cast<uint64_t>(i)];
    return line;
  }

  void Write(const Burst& burst, hls::stream<Axi4WriteResponse>& b) {
    for (uint64_t line = 0; line < burst.lines; ++line) {
      const Axi4WriteBeat beat = beats_.front();
      beats_.pop_front();
      if ((beat.last == 1) != (line + 1 == burst.lines)) {
        throw std::logic_error("a burst's beats do not fit its length");
      }
      for (int i = 0; i < 64; ++i) {
        if (beat.strb[i] == 0 || burst.fails) continue;
        bytes[burst.address + 64 * line + static_cast<uint64_t>(i)] =
            static_cast<uint8_t>(static_cast<uint64_t>(beat.data.range(8 * i + 7, 8 * i)));
      }
      ++lines_written;
    }
    b.write({0, burst.fails ? 2 : 0});
  }

  std::deque<Read> reads_;
  std::deque<Burst> bursts_;
  std::deque<Axi4WriteBeat> beats_;
  uint64_t whole_ = 0;  // bursts all of whose beats are here
  bool sees_late_ = false;
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_BLK_CARD_MEMORY_MODEL_H_
