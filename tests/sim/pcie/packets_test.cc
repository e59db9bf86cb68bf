// SPDX-License-Identifier: Apache-2.0
// Packets into beats and back, on every stream, straddled and not; and beats that make no packet.
#include <algorithm>
#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/harness/random.h"
#include "sim/pcie/packet_receiver.h"
#include "sim/pcie/packet_sender.h"

namespace vireo::sim::pcie {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A random packet that may stand on the stream.
Tlp* RandomPacket(Random& random, TlpPool& pool, Stream stream) {
  Tlp* tlp = pool.Take();
  tlp->tag = static_cast<uint8_t>(random.Below(256));
  const auto bytes = static_cast<uint32_t>(random.Between(1, random.Percent(50) ? 40 : 1000));
  if (stream == Stream::kCc || stream == Stream::kRc) {
    tlp->type = TlpType::kCompletion;
    tlp->lower_address = static_cast<uint16_t>(random.Below(128));
    tlp->byte_count = static_cast<uint16_t>(bytes);
    const bool has_data = random.Percent(90);
    tlp->dwords = static_cast<uint16_t>(has_data ? (tlp->lower_address % 4 + bytes + 3) / 4 : 0);
  } else {
    tlp->type = random.Percent(50) ? TlpType::kMemoryRead : TlpType::kMemoryWrite;
    SetRange(*tlp, random.Below(1 << 20), bytes);
  }
  for (uint32_t i = 0; i < 4 * tlp->payload_dwords(); ++i)
    tlp->payload[i] = static_cast<uint8_t>(random.Next());
  return tlp;
}

void ExpectSame(const Tlp& got, const Tlp& want) {
  EXPECT_EQ(got.type, want.type);
  EXPECT_EQ(got.tag, want.tag);
  EXPECT_EQ(got.dwords, want.dwords);
  EXPECT_EQ(got.address, want.address);
  EXPECT_EQ(got.first_be, want.first_be);
  EXPECT_EQ(got.last_be, want.last_be);
  EXPECT_EQ(got.byte_count, want.byte_count);
  EXPECT_EQ(got.lower_address, want.lower_address);
  EXPECT_TRUE(std::equal(got.payload, got.payload + 4 * got.payload_dwords(), want.payload));
}

struct Case {
  Stream stream;
  bool straddle;
};

class Packets : public testing::TestWithParam<Case> {};

TEST_P(Packets, ArriveAsTheyWereSent) {
  const auto [stream, straddle] = GetParam();
  constexpr uint64_t kSeed = 11;
  Random random(kSeed, "packets");
  TlpPool pool;
  PacketSender sender(stream, straddle);
  std::deque<Tlp> expected;
  size_t received = 0;
  PacketReceiver receiver(
      stream, straddle, pool,
      [&](Tlp* tlp) {
        ASSERT_FALSE(expected.empty());
        ExpectSame(*tlp, expected.front());
        expected.pop_front();
        pool.Give(tlp);
        ++received;
      },
      [](const std::string& what) { ADD_FAILURE() << what; });
  Ring<Tlp*> queue;
  constexpr size_t kPackets = 3000;
  size_t sent = 0;
  while (received < kPackets) {
    while (sent < kPackets && random.Percent(60)) {
      queue.push_back(RandomPacket(random, pool, stream));
      expected.push_back(*queue[queue.size() - 1]);
      ++sent;
    }
    Beat beat;
    if (!sender.Next(queue, beat)) continue;
    receiver.Take(beat);
    for (Tlp* tlp : sender.ended()) pool.Give(tlp);
  }
  EXPECT_EQ(pool.in_use(), 1U);  // the receiver's own
}

// Byte enables of a packet in one beat, a bit for each byte behind the descriptor.
uint64_t ByteEnables(Stream stream, const Tlp& tlp) {
  TlpPool pool;
  Ring<Tlp*> queue;
  Tlp copy = tlp;
  queue.push_back(&copy);
  PacketSender sender(stream, false);
  Beat beat;
  EXPECT_TRUE(sender.Next(queue, beat));
  const StreamLayout& layout = Layout(stream);
  const uint64_t bits = GetBits(beat.user.data(), static_cast<uint32_t>(layout.byte_enables), 64);
  EXPECT_EQ(bits & ((uint64_t{1} << (4 * layout.descriptor_dwords)) - 1), 0U);
  return bits >> (4 * layout.descriptor_dwords);
}

TEST(PacketSender, MarksTheBytesOfAWrite) {
  for (uint32_t skip = 0; skip < 4; ++skip) {
    for (uint32_t bytes = 1; bytes <= 44; ++bytes) {
      Tlp tlp{};
      tlp.type = TlpType::kMemoryWrite;
      SetRange(tlp, 0x100 + skip, bytes);
      EXPECT_EQ(ByteEnables(Stream::kCq, tlp), ((uint64_t{1} << bytes) - 1) << skip);
    }
  }
}

TEST(PacketSender, MarksTheBytesOfACompletion) {
  for (uint32_t skip = 0; skip < 4; ++skip) {
    for (uint32_t bytes = 1; bytes <= 44; ++bytes) {
      Tlp tlp{};
      tlp.type = TlpType::kCompletion;
      tlp.lower_address = static_cast<uint16_t>(0x40 + skip);
      tlp.byte_count = static_cast<uint16_t>(bytes);
      tlp.dwords = static_cast<uint16_t>((skip + bytes + 3) / 4);
      EXPECT_EQ(ByteEnables(Stream::kRc, tlp), ((uint64_t{1} << bytes) - 1) << skip);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Streams, Packets,
                         testing::Values(Case{Stream::kCq, false}, Case{Stream::kCq, true},
                                         Case{Stream::kCc, false}, Case{Stream::kCc, true},
                                         Case{Stream::kRq, false}, Case{Stream::kRq, true},
                                         Case{Stream::kRc, false}, Case{Stream::kRc, true}),
                         [](const auto& info) {
                           return std::string(Layout(info.param.stream).name) +
                                  (info.param.straddle ? "Straddled" : "");
                         });

// Beats of a write of so many bytes, and what a receiver of RQ says of them when they are changed.
class Malformed : public testing::Test {
 protected:
  void Send(uint32_t bytes, bool straddle) {
    TlpPool pool;
    Ring<Tlp*> queue;
    Tlp* tlp = pool.Take();
    tlp->type = TlpType::kMemoryWrite;
    SetRange(*tlp, 0x1000, bytes);
    queue.push_back(tlp);
    PacketSender sender(Stream::kRq, straddle);
    for (Beat beat; sender.Next(queue, beat);) beats_.push_back(beat);
  }
  void Receive(bool straddle) {
    PacketReceiver receiver(
        Stream::kRq, straddle, pool_, [&](Tlp* tlp) { received_.push_back(tlp->dwords); },
        [&](std::string what) { errors_.push_back(std::move(what)); });
    for (const Beat& beat : beats_) receiver.Take(beat);
  }

  TlpPool pool_;
  std::vector<Beat> beats_;
  std::vector<uint32_t> received_;
  std::vector<std::string> errors_;
};

TEST_F(Malformed, LessPayloadThanTheDescriptorPromises) {
  Send(100, false);
  Put(beats_[0].data.data(), pcie4c::rq::kDwordCount, 26);
  Receive(false);
  EXPECT_THAT(errors_, ElementsAre("RQ: the descriptor promises 26 DWords of payload, the beats "
                                   "have 25"));
}

TEST_F(Malformed, AReadWithPayload) {
  Send(8, false);
  Put(beats_[0].data.data(), pcie4c::rq::kRequestType, 0);
  Receive(false);
  EXPECT_THAT(errors_, ElementsAre(HasSubstr("promises 0 DWords of payload, the beats have 2")));
}

TEST_F(Malformed, KeepWithGaps) {
  Send(8, false);
  beats_[0].keep = 0b101111;
  Receive(false);
  EXPECT_THAT(errors_, ElementsAre(HasSubstr("TKEEP 0x002f is not one run")));
}

TEST_F(Malformed, KeepNotFullBeforeTheLastBeat) {
  Send(200, false);
  beats_[1].keep = 0x7fff;
  Receive(false);
  EXPECT_THAT(errors_, ElementsAre(HasSubstr("TKEEP 0x7fff in a beat without TLAST")));
}

TEST_F(Malformed, APacketShorterThanItsDescriptor) {
  Send(8, false);
  beats_[0].keep = 0b111;
  Receive(false);
  EXPECT_THAT(errors_, ElementsAre(HasSubstr("3 DWords is shorter than its descriptor")));
}

TEST_F(Malformed, SopInALaterBeat) {
  Send(200, false);
  Put(beats_[2].user.data(), pcie4c::rq::kIsSop, 1);
  Receive(false);
  EXPECT_THAT(errors_, ElementsAre("RQ: is_sop is 1 in the packet's later beat"));
}

TEST_F(Malformed, EopWithoutLast) {
  Send(200, false);
  Put(beats_[1].user.data(), pcie4c::rq::kIsEop, 1);
  Receive(false);
  EXPECT_THAT(errors_, ElementsAre("RQ: is_eop is 1 in a beat without TLAST"));
}

TEST_F(Malformed, APacketWithoutEnd) {
  Send(1024, false);
  for (Beat& beat : beats_) beat.last = false;
  for (Beat& beat : beats_) beat.keep = 0xffff;
  for (Beat& beat : beats_) Put(beat.user.data(), pcie4c::rq::kIsEop, 0);
  beats_.push_back(beats_.back());
  Receive(false);
  EXPECT_THAT(errors_, ElementsAre("RQ: the packet goes on after 1024 bytes of payload"));
}

TEST_F(Malformed, ADiscontinuedPacketIsDroppedAndTheNextIsTaken) {
  Send(200, false);
  Put(beats_[1].user.data(), pcie4c::rq::kDiscontinue, 1);
  Send(8, false);
  Receive(false);
  EXPECT_THAT(errors_, ElementsAre("RQ: the packet is discontinued"));
  EXPECT_THAT(received_, ElementsAre(2));
}

TEST_F(Malformed, AStraddledStartInsideAPacket) {
  Send(200, true);
  Put(beats_[1].user.data(), pcie4c::rq::kIsSop, 1);
  Receive(true);
  EXPECT_THAT(errors_[0], HasSubstr("packet 0 of the beat begins in DWord 0, and what is before it "
                                    "ends behind DWord 15"));
}

TEST_F(Malformed, AStraddledStartBehindNothing) {
  Send(8, true);
  std::copy_n(beats_[0].data.begin(), 8, beats_[0].data.begin() + 8);
  Put(beats_[0].user.data(), pcie4c::rq::kSop0, 2);
  Put(beats_[0].user.data(), pcie4c::rq::kEop0, 13);
  Receive(true);
  EXPECT_THAT(errors_, ElementsAre("RQ: packet 0 of the beat begins in DWord 8, and nothing is "
                                   "before it: it must begin in DWord 0"));
}

TEST_F(Malformed, AStraddledPacketThatEndsBeforeItBegins) {
  Send(8, true);
  std::copy_n(beats_[0].data.begin(), 8, beats_[0].data.begin() + 8);
  uint32_t* user = beats_[0].user.data();
  Put(user, pcie4c::rq::kIsSop, 3);
  Put(user, pcie4c::rq::kSop1, 2);
  Put(user, pcie4c::rq::kIsEop, 3);
  Put(user, pcie4c::rq::kEop1, 6);
  Receive(true);
  EXPECT_THAT(errors_, ElementsAre("RQ: packet 1 of the beat begins in DWord 8 and ends in DWord "
                                   "6"));
  EXPECT_THAT(received_, ElementsAre(2));
}

TEST_F(Malformed, AStraddledBeatOfNoPacket) {
  Send(8, true);
  Put(beats_[0].user.data(), pcie4c::rq::kIsSop, 0);
  Receive(true);
  EXPECT_THAT(errors_[0], HasSubstr("a beat that belongs to no packet"));
}

TEST_F(Malformed, AStraddledSecondStartWithoutTheFirst) {
  Send(8, true);
  Put(beats_[0].user.data(), pcie4c::rq::kIsSop, 2);
  Receive(true);
  EXPECT_THAT(errors_, ElementsAre(HasSubstr("a later bit is set without those before it")));
}

TEST_F(Malformed, RandomBeatsNeverCrash) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed, "beats");
    beats_.clear();
    for (int i = 0; i < 200; ++i) {
      Beat beat;
      for (uint32_t& word : beat.data) word = static_cast<uint32_t>(random.Next());
      for (uint32_t& word : beat.user) word = static_cast<uint32_t>(random.Next());
      Put(beat.user.data(), pcie4c::rq::kDiscontinue, 0);
      beat.keep = random.Percent(70) ? 0xffff : static_cast<uint16_t>(random.Next());
      beat.last = random.Percent(20);
      beats_.push_back(beat);
    }
    Receive(false);
    Receive(true);
  }
  EXPECT_FALSE(errors_.empty());
}

}  // namespace
}  // namespace vireo::sim::pcie
