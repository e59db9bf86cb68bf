// SPDX-License-Identifier: Apache-2.0
// The flow of a frame: addresses and ports where they are, nothing where they are not.
#include "hw/net/flow.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "tests/hw/primitives/packet.h"

namespace vireo {
namespace {

using test::Packet;

// Every byte is its own place in the untagged frame, so that a tuple shows where it came from.
Packet Frame(uint16_t ether_type, bool is_tagged = false) {
  Packet frame(64);
  for (size_t i = 0; i < 64; ++i) frame[i] = static_cast<uint8_t>(i);
  frame[12] = static_cast<uint8_t>(ether_type >> 8);
  frame[13] = static_cast<uint8_t>(ether_type);
  if (is_tagged) {
    frame.insert(frame.begin() + 12, {0x81, 0x00, 0x20, 0x07});
    frame.resize(64);
  }
  return frame;
}

Line LineOf(const Packet& frame) {
  Line line = 0;
  for (int i = 0; i < 64; ++i)
    line.range(8 * i + 7, 8 * i) = ap_uint<8>(frame[static_cast<size_t>(i)]);
  return line;
}

Packet Tuple(const Packet& frame) {
  const FlowTuple tuple = TupleOf(LineOf(frame));
  Packet bytes;
  for (int i = 0; i < kTupleBytes; ++i) {
    bytes.push_back(ap_uint<8>(tuple.range(8 * i + 7, 8 * i)).to_uchar());
  }
  while (!bytes.empty() && bytes.back() == 0) bytes.pop_back();
  return bytes;
}

// The places first to first + count - 1, and so on.
Packet Places(std::initializer_list<std::pair<int, int>> runs) {
  Packet bytes;
  for (const auto& [first, count] : runs) {
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<uint8_t>(first + i));
  }
  return bytes;
}

Packet Ipv4(uint8_t protocol, uint8_t version = 0x45, uint16_t fragment = 0x4000,
            bool is_tagged = false) {
  Packet frame = Frame(0x0800, is_tagged);
  const size_t ip = is_tagged ? 18 : 14;
  frame[ip] = version;
  frame[ip + 6] = static_cast<uint8_t>(fragment >> 8);
  frame[ip + 7] = static_cast<uint8_t>(fragment);
  frame[ip + 9] = protocol;
  return frame;
}

Packet Ipv6(uint8_t protocol, bool is_tagged = false) {
  Packet frame = Frame(0x86DD, is_tagged);
  frame[is_tagged ? 24 : 20] = protocol;
  return frame;
}

TEST(FlowTest, HasAddressesAndPortsOfIpv4) {
  const Packet addresses = Places({{26, 8}}), all = Places({{26, 8}, {34, 4}});
  for (const bool is_tagged : {false, true}) {
    EXPECT_EQ(Tuple(Ipv4(6, 0x45, 0x4000, is_tagged)), all);
    EXPECT_EQ(Tuple(Ipv4(17, 0x45, 0, is_tagged)), all);
    EXPECT_EQ(Tuple(Ipv4(1, 0x45, 0, is_tagged)), addresses) << "ICMP has no ports";
    EXPECT_EQ(Tuple(Ipv4(6, 0x46, 0, is_tagged)), addresses) << "options before the ports";
    EXPECT_EQ(Tuple(Ipv4(17, 0x45, 0x2000, is_tagged)), addresses) << "a first fragment";
    EXPECT_EQ(Tuple(Ipv4(17, 0x45, 0x0001, is_tagged)), addresses) << "a later one";
  }
}

TEST(FlowTest, HasAddressesAndPortsOfIpv6) {
  for (const bool is_tagged : {false, true}) {
    EXPECT_EQ(Tuple(Ipv6(6, is_tagged)), Places({{22, 32}, {54, 4}}));
    EXPECT_EQ(Tuple(Ipv6(17, is_tagged)), Places({{22, 32}, {54, 4}}));
    EXPECT_EQ(Tuple(Ipv6(58, is_tagged)), Places({{22, 32}}));
  }
}

TEST(FlowTest, IsNoneForWhatIsNotIp) {
  EXPECT_EQ(Tuple(Frame(0x0806)), Packet{});
  EXPECT_EQ(Tuple(Frame(0x0806, true)), Packet{});
  EXPECT_EQ(FlowHash(0), 0);
}

TEST(FlowTest, SpreadsPortsEvenly) {
  constexpr unsigned kPorts = 4096, kBuckets = 16;
  std::vector<unsigned> buckets(kBuckets);
  for (unsigned port = 0; port < kPorts; ++port) {
    Packet frame = Ipv4(6);
    frame[34] = static_cast<uint8_t>(port >> 8);
    frame[35] = static_cast<uint8_t>(port);
    ++buckets[(FlowHash(TupleOf(LineOf(frame))).to_uint() * kBuckets) >> 16];
  }
  for (const unsigned count : buckets) {
    EXPECT_GE(count, kPorts / kBuckets / 2);
    EXPECT_LE(count, kPorts / kBuckets * 2);
  }
}

}  // namespace
}  // namespace vireo
