// SPDX-License-Identifier: Apache-2.0
// A bench of one process: clocks with idle inputs and full outputs at random, repeatable by seed.
#ifndef VIREO_TESTS_HW_PRIMITIVES_BENCH_H_
#define VIREO_TESTS_HW_PRIMITIVES_BENCH_H_

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <new>
#include <string>
#include <vector>

#include "hw/hls/hls_stream.h"
#include "sim/harness/random.h"

namespace vireo::test {

// How often, in percent, an input has nothing to give and an output has no room.
struct Traffic {
  uint64_t seed;
  unsigned idle;
  unsigned stall;
};

// VIREO_SEED, or 1.
inline uint64_t FirstSeed() {
  const char* text = std::getenv("VIREO_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 0);
}

// Calls run(traffic) for each mixture of idle and stall; what fails says how to run it again.
template <typename Run>
void ForEachTraffic(Run run) {
  uint64_t seed = FirstSeed();
  for (const unsigned idle : {0u, 30u, 90u}) {
    for (const unsigned stall : {0u, 30u, 90u}) {
      const auto* test = testing::UnitTest::GetInstance()->current_test_info();
      SCOPED_TRACE("idle " + std::to_string(idle) + " %, stall " + std::to_string(stall) +
                   " %, seed " + std::to_string(seed) + "; first seed of the test: VIREO_SEED=" +
                   std::to_string(FirstSeed()) + " build/bin/" + program_invocation_short_name +
                   " --gtest_filter=" + test->test_suite_name() + "." + test->name());
      run(Traffic{seed++, idle, stall});
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

// A process in storage whose bytes all held `fill`, as memories do at power-on.
template <typename Process>
class PoweredOn {
 public:
  explicit PoweredOn(uint8_t fill = 0xA5) {
    std::memset(storage_, fill, sizeof storage_);
    asm volatile("" : : "r"(storage_) : "memory");  // else the bytes count as unwritten
    process_ = new (storage_) Process;
  }
  ~PoweredOn() { process_->~Process(); }
  PoweredOn(const PoweredOn&) = delete;
  PoweredOn& operator=(const PoweredOn&) = delete;

  Process* operator->() { return process_; }

 private:
  alignas(Process) unsigned char storage_[sizeof(Process)];
  Process* process_;
};

// Gives its tokens to a stream, one at a time.
template <typename T>
class Source {
 public:
  Source(hls::stream<T>& stream, const Traffic& traffic, const std::string& name)
      : stream_(&stream), idle_(traffic.idle), random_(traffic.seed, name) {}

  void Add(const T& token) { tokens_.push_back(token); }

  // Before a firing.
  void Offer() {
    if (!stream_->empty() || tokens_.empty() || random_.Percent(idle_)) return;
    stream_->write(tokens_.front());
    tokens_.pop_front();
  }

  bool is_done() const { return tokens_.empty() && stream_->empty(); }
  size_t left() const { return tokens_.size() + stream_->size(); }

 private:
  hls::stream<T>* stream_;
  std::deque<T> tokens_;
  unsigned idle_;
  sim::Random random_;
};

// Takes tokens from a stream that has room for one or for none.
template <typename T>
class Sink {
 public:
  Sink(hls::stream<T>& stream, const Traffic& traffic, const std::string& name)
      : stream_(&stream), stall_(traffic.stall), random_(traffic.seed, name) {}

  // Before a firing.
  void Open() { stream_->set_capacity(random_.Percent(stall_) ? 0 : 1); }

  // After a firing: the number of tokens that came.
  size_t Collect(uint64_t clock = 0) {
    size_t count = 0;
    for (; !stream_->empty(); ++count) {
      tokens.push_back(stream_->read());
      clocks.push_back(clock);
    }
    return count;
  }

  std::vector<T> tokens;
  std::vector<uint64_t> clocks;  // of each token

 private:
  hls::stream<T>* stream_;
  unsigned stall_;
  sim::Random random_;
};

// Clocks until done() or a limit, which is a failure.
template <typename Done, typename Clock>
void RunUntil(uint64_t limit, Done done, Clock clock) {
  for (uint64_t time = 0; time < limit; ++time) {
    if (done()) return;
    clock(time);
  }
  FAIL() << "not done after " << limit << " clocks";
}

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_PRIMITIVES_BENCH_H_
