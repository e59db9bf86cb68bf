// SPDX-License-Identifier: Apache-2.0
// The model's own rate, against the arithmetic of reference pcie-limit, within 1 %.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/sim/pcie/mock_card.h"

namespace vireo::sim::pcie {
namespace {

constexpr uint64_t kWarmUp = 4'000;
constexpr uint64_t kMeasured = 40'000;
constexpr uint64_t kBase = 0x100000000;  // requests have 64-bit addresses
constexpr double kTolerance = 0.01;

struct Link {
  const char* name;
  double gigabits;
};
constexpr Link kLinks[] = {{"Gen3 x16", kGen3x16}, {"Gen4 x8", kGen4x8}, {"Gen4 x16", kGen4x16}};

// Counts of what is done after warming up.
struct Rates {
  double reads = 0, writes = 0;  // operations a clock
};

// Keeps a card busy with reads and writes of one size, in turn or of one kind.
class Saturation {
 public:
  Saturation(const HardBlockConfig& config, uint32_t read_bytes, uint32_t write_bytes)
      : bench_(config), read_bytes_(read_bytes), write_bytes_(write_bytes), data_(1 << 20) {
    EXPECT_TRUE(bench_.memory.Map(0, {kBase, data_.size(), data_.data()}));
    bench_.Enable(0);
    for (uint32_t tag = 0; tag < kTags; ++tag) free_.push_back(static_cast<uint8_t>(tag));
    bench_.card.on_rc = [this](const Tlp& tlp) {
      if (!tlp.request_completed) return;
      free_.push_back(tlp.tag);
      if (--parts_left_[tlp.tag] == 0) ++reads_;
    };
    bench_.card.on_clock = [this] { Refill(); };
  }

  Rates Run() {
    bench_.Run(kWarmUp);
    const uint64_t reads = reads_, writes = Writes();
    bench_.Run(kMeasured);
    EXPECT_TRUE(bench_.errors.empty()) << bench_.errors[0].what;
    EXPECT_TRUE(bench_.card.malformed.empty()) << bench_.card.malformed[0];
    return {static_cast<double>(reads_ - reads) / kMeasured,
            static_cast<double>(Writes() - writes) / kMeasured};
  }

 private:
  // Of write_bytes_; each may be several packets.
  uint64_t Writes() const {
    return write_bytes_ == 0 ? 0 : bench_.block.counters().write_bytes / write_bytes_;
  }

  void Refill() {
    while (bench_.card.rq.size() < 8) {
      const bool reads = read_bytes_ != 0 && (write_bytes_ == 0 || write_turn_ == 0);
      if (reads && free_.empty() && write_bytes_ == 0) return;
      if (reads && !free_.empty()) {
        const uint32_t bytes =
            std::min(read_bytes_ - read_at_, bench_.block.config().max_read_request);
        const uint8_t tag = free_.pop_front();
        // A read of several requests counts when its last is done: tags stand for parts.
        parts_left_[tag] = read_at_ + bytes == read_bytes_ ? 1 : 2;
        bench_.card.Read(0, tag, kBase + read_at_, bytes);
        read_at_ = (read_at_ + bytes) % read_bytes_;
        if (read_at_ == 0) write_turn_ = write_bytes_ != 0 ? 1 : 0;
      } else if (write_bytes_ != 0) {
        if (reads) return;  // in turn: waits for a tag
        const uint32_t bytes =
            std::min(write_bytes_ - write_at_, bench_.block.config().max_payload);
        bench_.card.Write(0, kBase + write_at_, {data_.data(), bytes});
        write_at_ = (write_at_ + bytes) % write_bytes_;
        if (write_at_ == 0) write_turn_ = 0;
      }
    }
  }

  Bench bench_;
  const uint32_t read_bytes_, write_bytes_;
  std::vector<uint8_t> data_;
  Ring<uint8_t> free_;
  std::array<int, kTags> parts_left_ = {};
  uint32_t read_at_ = 0, write_at_ = 0;
  int write_turn_ = 0;
  uint64_t reads_ = 0;
};

uint32_t Ceil(uint32_t a, uint32_t b) { return (a + b - 1) / b; }

// Bytes on the link, up and down, and clocks of the ports for an operation.
struct Cost {
  double up = 0, down = 0, rq_beats = 0, rc_beats = 0;
};

// RQ and RC beats of one packet: whole ones, or, straddling, in steps of `step` bytes.
double Beats(uint32_t bytes, bool straddle, uint32_t step) {
  return straddle ? Ceil(bytes, step) * step / 64.0 : Ceil(bytes, 64);
}

Cost ReadCost(const HardBlockConfig& config, uint32_t bytes) {
  Cost cost;
  for (uint32_t at = 0; at < bytes; at += config.max_read_request) {
    const uint32_t request = std::min(bytes - at, config.max_read_request);
    cost.up += 24;
    cost.rq_beats += Beats(16, config.straddle_rq, 32);
    const uint32_t chunk = config.split == Split::kBoundary ? 64 : config.max_payload;
    for (uint32_t done = 0; done < request; done += chunk) {
      const uint32_t part = std::min(request - done, chunk);
      cost.down += 20 + part;
      cost.rc_beats += Beats(12 + part, config.straddle_rc, 16);
    }
  }
  return cost;
}

Cost WriteCost(const HardBlockConfig& config, uint32_t bytes) {
  Cost cost;
  for (uint32_t at = 0; at < bytes; at += config.max_payload) {
    const uint32_t part = std::min(bytes - at, config.max_payload);
    cost.up += 24 + part;
    cost.rq_beats += Beats(16 + part, config.straddle_rq, 32);
  }
  return cost;
}

// Operations a clock, by the narrowest place.
double Bound(const HardBlockConfig& config, const Cost& cost) {
  const double bytes_per_clock = config.gigabits_per_second * 1000 / 8 / config.clock_mhz;
  double clocks = std::max(cost.up, cost.down) / bytes_per_clock;
  clocks = std::max({clocks, cost.rq_beats, cost.rc_beats});
  return 1 / clocks;
}

class Rate : public testing::TestWithParam<Link> {
 protected:
  HardBlockConfig Config(bool straddle) const {
    HardBlockConfig config;
    config.gigabits_per_second = GetParam().gigabits;
    // Short, so that 256 tags and completion headers are enough for the rates of the link.
    config.round_trip_ns = 100;
    config.completion_headers = 1024;
    config.completion_bytes = 128 * 1024;
    config.straddle_rq = config.straddle_rc = straddle;
    return config;
  }

  void Expect(const char* what, uint32_t bytes, double measured, double bound) {
    std::printf("  %-9s %-16s %5u B: %7.2f M/s of %7.2f\n", GetParam().name, what, bytes,
                measured * 250, bound * 250);
    EXPECT_NEAR(measured / bound, 1, kTolerance) << what << " of " << bytes << " bytes";
  }
};

constexpr uint32_t kSizes[] = {4, 16, 64, 72, 256, 512, 1500, 4096};

TEST_P(Rate, WritesReachTheBound) {
  for (const bool straddle : {false, true}) {
    for (const uint32_t bytes : kSizes) {
      const HardBlockConfig config = Config(straddle);
      Expect(straddle ? "write, straddled" : "write", bytes,
             Saturation(config, 0, bytes).Run().writes, Bound(config, WriteCost(config, bytes)));
    }
  }
}

TEST_P(Rate, ReadsReachTheBound) {
  for (const bool straddle : {false, true}) {
    for (const uint32_t bytes : kSizes) {
      const HardBlockConfig config = Config(straddle);
      Expect(straddle ? "read, straddled" : "read", bytes, Saturation(config, bytes, 0).Run().reads,
             Bound(config, ReadCost(config, bytes)));
    }
  }
}

TEST_P(Rate, ReadsSplitAt64BytesReachTheBound) {
  for (const uint32_t bytes : kSizes) {
    HardBlockConfig config = Config(true);
    config.split = Split::kBoundary;
    Expect("read, split", bytes, Saturation(config, bytes, 0).Run().reads,
           Bound(config, ReadCost(config, bytes)));
  }
}

TEST_P(Rate, AReadAndAWriteInTurnReachTheBound) {
  for (const bool straddle : {false, true}) {
    for (const uint32_t bytes : kSizes) {
      const HardBlockConfig config = Config(straddle);
      const Cost read = ReadCost(config, bytes), write = WriteCost(config, bytes);
      const Cost both = {read.up + write.up, read.down, read.rq_beats + write.rq_beats,
                         read.rc_beats};
      const Rates rates = Saturation(config, bytes, bytes).Run();
      const double bound = Bound(config, both);
      Expect(straddle ? "reads, straddled" : "reads in turn", bytes, rates.reads, bound);
      EXPECT_NEAR(rates.writes / bound, 1, kTolerance) << bytes;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Links, Rate, testing::ValuesIn(kLinks), [](const auto& info) {
  std::string name = info.param.name;
  std::erase(name, ' ');
  return name;
});

}  // namespace
}  // namespace vireo::sim::pcie
