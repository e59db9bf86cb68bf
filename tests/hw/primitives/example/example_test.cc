// SPDX-License-Identifier: Apache-2.0
// The example network: both digests of every packet, and a cycle of credits that does not lock.
#include "hw/primitives/example/example.h"

#include <gtest/gtest.h>

#include "tests/hw/primitives/bench.h"
#include "tests/hw/primitives/packet.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::Packet;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

TEST(ExampleTest, GivesBothDigestsOfEveryPacket) {
  ForEachTraffic([](const Traffic& traffic) {
    Example network;
    hls::stream<Beat> packet_in;
    hls::stream<ap_uint<16>> checksum_out;
    hls::stream<ap_uint<32>> crc_out;
    Source<Beat> source(packet_in, traffic, "packet_in");
    Sink<ap_uint<16>> checksums(checksum_out, traffic, "checksum_out");
    Sink<ap_uint<32>> crcs(crc_out, traffic, "crc_out");
    sim::Random random(traffic.seed, "packets");
    std::vector<ap_uint<16>> expected_checksums;
    std::vector<ap_uint<32>> expected_crcs;
    for (int i = 0; i < 100; ++i) {
      const Packet packet = test::RandomPacket(random, random.Below(300));
      for (const Beat& beat : test::BeatsOf<64>(packet, random)) source.Add(beat);
      expected_checksums.push_back(test::ReferenceChecksum(packet));
      expected_crcs.push_back(test::ReferenceCrc32(packet));
    }
    RunUntil(
        50000, [&] { return crcs.tokens.size() + checksums.tokens.size() == 200; },
        [&](uint64_t) {
          source.Offer();
          checksums.Open();
          crcs.Open();
          network.Step(packet_in, checksum_out, crc_out);
          checksums.Collect();
          crcs.Collect();
        });
    EXPECT_EQ(checksums.tokens, expected_checksums);
    EXPECT_EQ(crcs.tokens, expected_crcs);
  });
}

TEST(ExampleTest, AdmitsNoMorePacketsThanItHasCredits) {
  Example network;
  hls::stream<Beat> packet_in;
  hls::stream<ap_uint<16>> checksum_out;
  hls::stream<ap_uint<32>> crc_out;
  crc_out.set_capacity(0);
  for (int i = 0; i < 50; ++i) packet_in.write(Beat{i, ~ap_uint<64>(0), 1});
  for (int i = 0; i < 200; ++i) network.Step(packet_in, checksum_out, crc_out);
  EXPECT_EQ(packet_in.size(), 50u - Example::kPackets - 1) << "and one waits in front";
  crc_out.set_capacity(50);
  for (int i = 0; i < 400; ++i) network.Step(packet_in, checksum_out, crc_out);
  EXPECT_EQ(crc_out.size(), 50u);
  EXPECT_EQ(checksum_out.size(), 50u);
}

}  // namespace
}  // namespace vireo
