// SPDX-License-Identifier: Apache-2.0
// Repeatable chance: every agent draws from its own stream, keyed by the run's seed and the agent's
// name, so that adding an agent does not change what the others do.
#ifndef VIREO_SIM_HARNESS_RANDOM_H_
#define VIREO_SIM_HARNESS_RANDOM_H_

#include <cstdint>
#include <string_view>

namespace vireo::sim {

// xoshiro256** by Blackman and Vigna (prng.di.unimi.it), seeded by splitmix64 over an FNV-1a hash
// of the name.
class Random {
 public:
  Random(uint64_t seed, std::string_view name) {
    uint64_t x = 0xcbf29ce484222325;
    for (const char c : name) x = (x ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    x ^= seed * 0x9e3779b97f4a7c15;
    for (uint64_t& word : state_) {
      x += 0x9e3779b97f4a7c15;
      uint64_t z = x;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }

  uint64_t Next() {
    const uint64_t result = Rotate(state_[1] * 5, 7) * 9;
    const uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  // Uniform over 0 .. bound - 1; bound is at least 1.
  uint64_t Below(uint64_t bound) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(Next()) * bound) >> 64);
  }

  // Uniform over low .. high, both included.
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low) + 1));
  }

  bool Percent(unsigned percent) { return Below(100) < percent; }

 private:
  static uint64_t Rotate(uint64_t x, int n) { return (x << n) | (x >> (64 - n)); }

  uint64_t state_[4];
};

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_RANDOM_H_
