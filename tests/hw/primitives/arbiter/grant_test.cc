// SPDX-License-Identifier: Apache-2.0
// The round-robin choice, exhaustively against a loop.
#include "hw/primitives/arbiter/grant.h"

#include <gtest/gtest.h>

namespace vireo {
namespace {

template <int kInputs>
void ExpectLikeALoop() {
  for (unsigned requests = 0; requests < 1u << kInputs; ++requests) {
    for (int last = 0; last < kInputs; ++last) {
      int winner = -1;
      for (int i = 1; i <= kInputs && winner < 0; ++i) {
        if (requests >> ((last + i) % kInputs) & 1) winner = (last + i) % kInputs;
      }
      const ap_uint<kInputs> preferred = ~ap_uint<kInputs>(0) << (last + 1);
      const ap_uint<kInputs> grant = RoundRobin<kInputs>(requests, preferred);
      ASSERT_EQ(grant, winner < 0 ? ap_uint<kInputs>(0) : ap_uint<kInputs>(1) << winner)
          << "requests " << requests << ", last " << last;
      if (winner < 0) continue;
      const ap_uint<kInputs> after = ~ap_uint<kInputs>(0) << (winner + 1);
      ASSERT_EQ(BehindWinner<kInputs>(grant), after)
          << "requests " << requests << ", last " << last;
    }
  }
}

TEST(RoundRobinTest, GrantsTheNextRequestAfterTheLastOne) {
  ExpectLikeALoop<2>();
  ExpectLikeALoop<3>();
  ExpectLikeALoop<5>();
  ExpectLikeALoop<8>();
  ExpectLikeALoop<11>();
}

}  // namespace
}  // namespace vireo
