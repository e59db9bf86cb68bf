// SPDX-License-Identifier: Apache-2.0
// Rotation and masking of a beat, lane by lane.
#include "hw/primitives/beat/beat.h"

#include <gtest/gtest.h>

#include "sim/harness/random.h"
#include "tests/hw/primitives/bench.h"
#include "tests/hw/primitives/packet.h"

namespace vireo {
namespace {

template <int kBytes>
void ExpectEachRotation() {
  sim::Random random(test::FirstSeed(), "rotation");
  const BeatOf<kBytes> beat = test::NoiseBeat<kBytes>(random);
  for (int distance = 0; distance < kBytes; ++distance) {
    const auto rotated = RotateBytesUp<kBytes>(beat.data, distance);
    for (int lane = 0; lane < kBytes; ++lane) {
      const int to = (lane + distance) % kBytes;
      EXPECT_EQ(ap_uint<8>(rotated.range(8 * to + 7, 8 * to)),
                ap_uint<8>(beat.data.range(8 * lane + 7, 8 * lane)))
          << kBytes << " bytes, distance " << distance << ", lane " << lane;
    }
  }
}

TEST(BeatTest, RotatesByEachDistance) {
  ExpectEachRotation<2>();
  ExpectEachRotation<8>();
  ExpectEachRotation<64>();
}

TEST(BeatTest, ClearsTheBytesThatAreNotKept) {
  sim::Random random(test::FirstSeed(), "keep");
  for (int i = 0; i < 200; ++i) {
    const Beat beat = test::NoiseBeat<64>(random);
    const ap_uint<64> keep = random.Next();
    const ap_uint<512> kept = KeptBytes<64>(beat.data, keep);
    for (int lane = 0; lane < 64; ++lane) {
      const ap_uint<8> byte = beat.data.range(8 * lane + 7, 8 * lane);
      EXPECT_EQ(ap_uint<8>(kept.range(8 * lane + 7, 8 * lane)), keep[lane] ? byte : ap_uint<8>(0));
    }
  }
}

}  // namespace
}  // namespace vireo
