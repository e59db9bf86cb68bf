// SPDX-License-Identifier: Apache-2.0
// Descriptors bit by bit, and that hardware and simulator read them alike.
#include <gtest/gtest.h>

#include "hw/pcie/pcie4c.h"
#include "sim/harness/random.h"
#include "sim/pcie/pcie4c.h"

namespace vireo::sim::pcie {
namespace {

template <int kBits>
ap_uint<kBits> ToBits(const uint32_t* words) {
  ap_uint<kBits> bits = 0;
  for (int i = 0; i < kBits; i += 32) {
    const int high = std::min(i + 31, kBits - 1);
    bits.range(high, i) = ap_uint<32>(words[i / 32]);
  }
  return bits;
}

TlpHeader Request() {
  TlpHeader tlp;
  tlp.type = TlpType::kMemoryWrite;
  tlp.tag = 0xa5;
  tlp.traffic_class = 5;
  tlp.attributes = 2;
  tlp.requester = 0x0142;
  tlp.completer = 0x0137;
  tlp.dwords = 0x12;
  tlp.address = 0x123456789abcdef0;
  tlp.bar = 4;
  tlp.bar_aperture = 16;
  return tlp;
}

// The words are put together by hand from the tables of PG213.
TEST(Pcie4c, RequestDescriptorsHaveTheBitsOfTheManual) {
  const TlpHeader tlp = Request();
  const Descriptor rq = Encode(Stream::kRq, tlp);
  EXPECT_EQ(rq[0], 0x9abcdef0U);
  EXPECT_EQ(rq[1], 0x12345678U);
  EXPECT_EQ(rq[2], 0x12U | (1U << 11) | (0x42U << 16));
  EXPECT_EQ(rq[3], 0xa5U | (5U << 25) | (2U << 28));
  const Descriptor cq = Encode(Stream::kCq, tlp);
  EXPECT_EQ(cq[0], 0x9abcdef0U);
  EXPECT_EQ(cq[1], 0x12345678U);
  EXPECT_EQ(cq[2], 0x12U | (1U << 11) | (0x0142U << 16));
  EXPECT_EQ(cq[3], 0xa5U | (0x37U << 8) | (4U << 16) | (16U << 19) | (5U << 25) | (2U << 28));
}

TEST(Pcie4c, CompletionDescriptorsHaveTheBitsOfTheManual) {
  TlpHeader tlp;
  tlp.type = TlpType::kCompletion;
  tlp.tag = 0x5a;
  tlp.requester = 0x0142;
  tlp.completer = 0x0037;
  tlp.dwords = 0x40;
  tlp.byte_count = 0x1000;
  tlp.lower_address = 0xabc;
  tlp.status = Status::kCompleterAbort;
  tlp.error = ErrorCode::kTimeout;
  tlp.request_completed = true;
  tlp.traffic_class = 3;
  tlp.attributes = 1;
  const Descriptor rc = Encode(Stream::kRc, tlp);
  EXPECT_EQ(rc[0], 0xabcU | (9U << 12) | (0x1000U << 16) | (1U << 30));
  EXPECT_EQ(rc[1], 0x40U | (4U << 11) | (0x0142U << 16));
  EXPECT_EQ(rc[2], 0x5aU | (0x37U << 8) | (3U << 25) | (1U << 28));
  const Descriptor cc = Encode(Stream::kCc, tlp);
  EXPECT_EQ(cc[0], 0x3cU | (0x1000U << 16));
  EXPECT_EQ(cc[1], 0x40U | (4U << 11) | (0x0142U << 16));
  EXPECT_EQ(cc[2], 0x5aU | (0x37U << 8) | (3U << 25) | (1U << 28));
}

TEST(Pcie4c, HardwareReadsWhatTheSimulatorWrites) {
  const TlpHeader tlp = Request();
  const auto cq =
      pcie4c::Unpack<pcie4c::CqDescriptor>(ToBits<128>(Encode(Stream::kCq, tlp).data()));
  EXPECT_EQ(static_cast<uint64_t>(cq.address) << 2, tlp.address);
  EXPECT_EQ(cq.dword_count, tlp.dwords);
  EXPECT_EQ(cq.request_type, 1);
  EXPECT_EQ(cq.requester_id, tlp.requester);
  EXPECT_EQ(cq.tag, tlp.tag);
  EXPECT_EQ(cq.target_function, 0x37);
  EXPECT_EQ(cq.bar_id, tlp.bar);
  EXPECT_EQ(cq.bar_aperture, tlp.bar_aperture);
  EXPECT_EQ(cq.traffic_class, tlp.traffic_class);
  EXPECT_EQ(cq.attributes, tlp.attributes);
}

template <class Fields>
void PackUndoesUnpack(uint64_t seed, const ap_uint<Fields::kBits>& reserved) {
  Random random(seed, "fields");
  for (int i = 0; i < 200; ++i) {
    uint32_t words[6];
    for (uint32_t& word : words) word = static_cast<uint32_t>(random.Next());
    const ap_uint<Fields::kBits> bits = ToBits<Fields::kBits>(words) & ~reserved;
    EXPECT_EQ(pcie4c::Pack(pcie4c::Unpack<Fields>(bits)), bits);
  }
}

TEST(Pcie4c, FieldsCoverEveryBitOnce) {
  const auto bit = [](int at) { return ap_uint<128>(1) << at; };
  PackUndoesUnpack<pcie4c::CqDescriptor>(1, bit(79) | bit(127));
  PackUndoesUnpack<pcie4c::RqDescriptor>(2, ap_uint<128>(0));
  PackUndoesUnpack<pcie4c::CcDescriptor>(
      3, bit(7) | (ap_uint<128>(0x3f) << 10) | (ap_uint<128>(3) << 30) | bit(43 + 4));
  PackUndoesUnpack<pcie4c::RcDescriptor>(4, bit(31) | bit(47) | bit(88) | bit(95));
  PackUndoesUnpack<pcie4c::CqUser>(5, ap_uint<183>(0));
  PackUndoesUnpack<pcie4c::CcUser>(6, ap_uint<81>(0));
  PackUndoesUnpack<pcie4c::RqUser>(7, ap_uint<137>(0));
  PackUndoesUnpack<pcie4c::RcUser>(8, ap_uint<161>(0));
}

TEST(Pcie4c, ByteEnablesOfPayloads) {
  TlpHeader write;
  write.type = TlpType::kMemoryWrite;
  SetRange(write, 0x1003, 6);
  EXPECT_EQ(PayloadBytes(write, 0), 0b1000);
  EXPECT_EQ(PayloadBytes(write, 1), 0b1111);
  EXPECT_EQ(PayloadBytes(write, 2), 0b0001);
  TlpHeader completion;
  completion.type = TlpType::kCompletion;
  completion.lower_address = 0x3d;
  completion.byte_count = 6;
  completion.dwords = 2;  // as far as 0x43, where the request ends
  EXPECT_EQ(PayloadBytes(completion, 0), 0b1110);
  EXPECT_EQ(PayloadBytes(completion, 1), 0b0111);
  completion.byte_count = 60;  // the request goes on behind this completion
  completion.dwords = 1;
  EXPECT_EQ(PayloadBytes(completion, 0), 0b1110);
}

TEST(Pcie4c, UnknownRequestsAreRefusedWithTheReason) {
  TlpHeader tlp = Request(), decoded;
  Descriptor d = Encode(Stream::kRq, tlp);
  EXPECT_EQ(Decode(Stream::kRq, d, 0xf, 0xf, decoded), "");
  Put(d.data(), pcie4c::rq::kRequestType, 4);
  EXPECT_EQ(Decode(Stream::kRq, d, 0xf, 0xf, decoded),
            "request type 4: only memory reads and writes are known");
  d = Encode(Stream::kRq, tlp);
  Put(d.data(), pcie4c::rq::kDwordCount, 0);
  EXPECT_EQ(Decode(Stream::kRq, d, 0xf, 0xf, decoded), "DWord count 0: it must be 1 to 1024");
  d = Encode(Stream::kRq, tlp);
  Put(d.data(), pcie4c::rq::kRequesterIdEnable, 1);
  EXPECT_NE(Decode(Stream::kRq, d, 0xf, 0xf, decoded), "");
  d = Encode(Stream::kRq, tlp);
  Put(d.data(), pcie4c::rq::kAddressType, 2);
  EXPECT_NE(Decode(Stream::kRq, d, 0xf, 0xf, decoded), "");
  d = Encode(Stream::kRq, tlp);
  Put(d.data(), pcie4c::rq::kPoisoned, 1);
  EXPECT_NE(Decode(Stream::kRq, d, 0xf, 0xf, decoded), "");
}

}  // namespace
}  // namespace vireo::sim::pcie
