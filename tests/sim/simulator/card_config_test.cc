// SPDX-License-Identifier: Apache-2.0
// A card's configuration file: what is wrong in it is named with its place, what is right is taken.

#include "sim/simulator/card_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw/virtio/functions.h"
#include "tests/sim/simulator/scratch.h"

namespace vireo::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class CardConfigTest : public ::testing::Test {
 protected:
  // What is said of a file with this content, from its place on; nothing if it is good.
  std::string Complaint(const std::string& content) {
    const std::string path = scratch_.Write("card.yaml", content);
    const auto read = ReadCardConfig(path, config_);
    return read ? "" : read.error().substr(path.size() + 1);
  }

  Scratch scratch_;
  CardConfig config_;
};

TEST_F(CardConfigTest, NamesTheNearestKeyOfOneThatItDoesNotKnow) {
  EXPECT_EQ(Complaint("seeed: 1\n"), "1:1: the card has no 'seeed'; did you mean 'seed'?");
  EXPECT_EQ(Complaint("link:\n  round_trip: 5\n"),
            "2:3: link has no 'round_trip'; did you mean 'round_trip_ns'?");
  EXPECT_EQ(Complaint("functions:\n  net: {mut: 1500}\n"),
            "2:9: net has no 'mut'; did you mean 'mtu'?");
  EXPECT_EQ(Complaint("functions: {nett: {}}\n"),
            "1:13: functions has no 'nett'; did you mean 'net'?");
  EXPECT_THAT(Complaint("functions: {net_vf99: {}}\n"), HasSubstr("did you mean 'net_vf"));
}

TEST_F(CardConfigTest, NamesThePlaceOfAWrongValue) {
  EXPECT_EQ(Complaint("seed: -1\n"), "1:7: '-1' is no whole number from 0 to 18446744073709551615");
  EXPECT_EQ(Complaint("link:\n  max_payload: 300\n"), "2:16: 300 is no power of two");
  EXPECT_EQ(Complaint("link: {rate: gen9x16}\n"),
            "1:14: 'gen9x16' is none of gen3x16, gen4x16, gen4x8");
  EXPECT_EQ(Complaint("functions: {blk: {read_only: maybe}}\n"),
            "1:30: 'maybe' is neither true nor false");
  EXPECT_EQ(Complaint("functions: {net: {mac: 52-54-00-00-00-01}}\n"),
            "1:24: '52-54-00-00-00-01' is no MAC address, like 52:54:00:56:00:00");
  EXPECT_EQ(Complaint("functions: {net: {mac: 01:00:5e:00:00:01}}\n"),
            "1:24: 01:00:5e:00:00:01 is a group's address");
  EXPECT_EQ(Complaint("functions: {net: {mtu: 67}}\n"),
            "1:24: '67' is no whole number from 68 to 9202");
}

TEST_F(CardConfigTest, RefusesWhatIsNoConfiguration) {
  EXPECT_EQ(Complaint("- 1\n"), "1:1: the card is a mapping: KEY: VALUE");
  EXPECT_EQ(Complaint("ports: loop\n"), "1:8: ports is a list, such as [tap:vireo0]");
  EXPECT_EQ(Complaint("ports: [[loop]]\n"), "1:9: a word or a text is expected here");
  EXPECT_EQ(Complaint("seed: 1\nseed: 2\n"), "2:1: the card has 'seed' twice");
  EXPECT_THAT(Complaint("link: {\n"), HasSubstr("2:1: "));
  EXPECT_THAT(Complaint("seed: !!binary [\n"), HasSubstr(": "));
}

TEST_F(CardConfigTest, SaysWhichFileIsMissing) {
  const auto read = ReadCardConfig(scratch_.Path("none.yaml"), config_);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error(), EndsWith("none.yaml: No such file or directory"));
}

TEST_F(CardConfigTest, TakesEverythingThatIsKnown) {
  EXPECT_EQ(Complaint(R"(
seed: 7
link:
  round_trip_ns: 1200
  jitter_ns: 10
  rate: gen4x8
  split: random
  max_payload: 512
  max_read_request: 1024
  reorder_percent: 50
  reorder_window: 8
  completion_headers: 128
  completion_bytes: 8192
  host_credits: {posted_headers: 64, posted_data: 512, nonposted_headers: 32}
  card_credits: {posted_headers: 32, posted_data: 256, nonposted_headers: 16}
ports: [loop, "pcap-out:x.pcap"]
functions:
  net: {mac: 02:00:00:00:00:0a, mtu: 9000, pairs: 4}
  net_vf1:
  blk_vf0: {sectors: 64, read_only: true, load: a, save: b}
)"),
            "");
  EXPECT_EQ(config_.block.seed, 7U);
  EXPECT_EQ(config_.block.round_trip_ns, 1200);
  EXPECT_EQ(config_.block.gigabits_per_second, pcie::kGen4x8);
  EXPECT_EQ(config_.block.split, pcie::Split::kRandom);
  EXPECT_EQ(config_.block.max_read_request, 1024U);
  EXPECT_EQ(config_.block.host_credits.nonposted_headers, 32U);
  EXPECT_EQ(config_.block.card_credits.posted_data, 256U);
  EXPECT_THAT(config_.ports, ElementsAre("loop", "pcap-out:x.pcap"));
  EXPECT_THAT(config_.nets[0].mac, ElementsAre(2, 0, 0, 0, 0, 10));
  EXPECT_EQ(config_.nets[0].mtu, 9000);
  EXPECT_EQ(config_.nets[0].pairs, 4);
  EXPECT_EQ(config_.nets[kFirstNetVirtual + 1].mtu, 1500);
  const BlkSettings& blk = config_.blks[kFirstBlkVirtual];
  EXPECT_EQ(blk.sectors, 64U);
  EXPECT_TRUE(blk.read_only);
  EXPECT_EQ(blk.load, "a");
  EXPECT_EQ(blk.save, "b");
}

TEST_F(CardConfigTest, TakesADiskOfTheBackendChannelWithoutFiles) {
  EXPECT_EQ(Complaint("functions: {blk: {backend: channel, sectors: 99}}\n"), "");
  EXPECT_EQ(config_.blks[1].backend, DiskBackend::kChannel);
  EXPECT_EQ(config_.blks[1].sectors, 99U);
  EXPECT_EQ(Complaint("functions: {blk: {backend: file}}\n"),
            "1:28: 'file' is none of card_memory, channel");
  EXPECT_EQ(Complaint("functions: {blk: {backend: channel, save: a}}\n"),
            "1:18: blk has its disk with a service behind the channel: there is nothing to load or "
            "save here");
}

TEST_F(CardConfigTest, LeavesWhatAnEmptyFileDoesNotName) {
  EXPECT_EQ(Complaint(""), "");
  EXPECT_THAT(config_.nets[0].mac, ElementsAre(0x52, 0x54, 0, 0x56, 0, 0));
  EXPECT_EQ(config_.blks[1].sectors, 128U * 1024);
}

}  // namespace
}  // namespace vireo::sim
