// SPDX-License-Identifier: Apache-2.0
// The Toeplitz hash against Microsoft's published values ("Verifying the RSS Hash Calculation") and
// a bitwise reference.
#include "hw/primitives/toeplitz/toeplitz.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;
using Bytes = std::vector<uint8_t>;

const Bytes kKey = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
                    0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
                    0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
                    0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};

// For each set bit of the input, from the first on, the 32 key bits that start there are added.
uint32_t Reference(const Bytes& input, const Bytes& key) {
  const auto bit = [](const Bytes& bytes, size_t i) { return bytes[i / 8] >> (7 - i % 8) & 1u; };
  uint32_t hash = 0;
  for (size_t i = 0; i < 8 * input.size(); ++i) {
    if (bit(input, i) == 0) continue;
    for (size_t j = 0; j < 32; ++j) hash ^= bit(key, i + j) << (31 - j);
  }
  return hash;
}

template <int kBits>
ap_uint<kBits> Packed(const Bytes& bytes) {
  ap_uint<kBits> packed = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    packed.range(static_cast<int>(8 * i + 7), static_cast<int>(8 * i)) = ap_uint<8>(bytes[i]);
  }
  return packed;
}

Bytes Address(const std::string& text) {
  const bool is_v6 = text.find(':') != std::string::npos;
  Bytes bytes(is_v6 ? 16 : 4);
  EXPECT_EQ(inet_pton(is_v6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()), 1) << text;
  return bytes;
}

struct Vector {
  const char* destination;
  uint16_t destination_port;
  const char* source;
  uint16_t source_port;
  uint32_t addresses_hash, ports_hash;
};

constexpr Vector kVectors[] = {
    {"161.142.100.80", 1766, "66.9.149.187", 2794, 0x323e8fc2, 0x51ccc178},
    {"65.69.140.83", 4739, "199.92.111.2", 14230, 0xd718262a, 0xc626b0ea},
    {"12.22.207.184", 38024, "24.19.198.95", 12898, 0xd2d0a5de, 0x5c2b394a},
    {"209.142.163.6", 2217, "38.27.205.30", 48228, 0x82989176, 0xafc7327f},
    {"202.188.127.2", 1303, "153.39.163.191", 44251, 0x5d1809c5, 0x10e828a2},
    {"3ffe:2501:200:3::1", 1766, "3ffe:2501:200:1fff::7", 2794, 0x2cc18cd5, 0x40207d3d},
    {"ff02::1", 4739, "3ffe:501:8::260:97ff:fe40:efab", 14230, 0x0f0c461c, 0xdde51bbf},
    {"fe80::200:f8ff:fe21:67cf", 38024, "3ffe:1900:4545:3:200:f8ff:fe21:67cf", 44251, 0x4b61e985,
     0x02d1feef},
};

TEST(ToeplitzHashTest, HasThePublishedValues) {
  for (const Vector& vector : kVectors) {
    SCOPED_TRACE(vector.destination);
    Bytes tuple = Address(vector.source);
    for (const uint8_t byte : Address(vector.destination)) tuple.push_back(byte);
    EXPECT_EQ(Reference(tuple, kKey), vector.addresses_hash);
    EXPECT_EQ(ToeplitzHash<36>(Packed<288>(tuple), Packed<320>(kKey)).to_uint(),
              vector.addresses_hash);
    for (const uint16_t port : {vector.source_port, vector.destination_port}) {
      tuple.push_back(static_cast<uint8_t>(port >> 8));
      tuple.push_back(static_cast<uint8_t>(port));
    }
    EXPECT_EQ(ToeplitzHash<36>(Packed<288>(tuple), Packed<320>(kKey)).to_uint(), vector.ports_hash);
  }
}

template <int kTupleBytes>
void ExpectLikeReference(const Traffic& traffic) {
  using Process = ToeplitzOf<kTupleBytes>;
  Process process;
  hls::stream<typename Process::Tuple> tuples;
  hls::stream<typename Process::KeyWord> key_words;
  hls::stream<ap_uint<32>> hashes;
  Source<typename Process::Tuple> source(tuples, traffic, "tuples");
  Sink<ap_uint<32>> sink(hashes, traffic, "hashes");
  sim::Random random(traffic.seed, "values");

  Bytes key(kTupleBytes + 4);
  for (uint8_t& byte : key) byte = static_cast<uint8_t>(random.Next());
  for (size_t i = 0; i < key.size(); i += 4) {
    key_words.write({i / 4, Packed<32>(Bytes(key.begin() + static_cast<long>(i),
                                             key.begin() + static_cast<long>(i) + 4))});
    process.Step(tuples, key_words, hashes);
  }
  std::vector<ap_uint<32>> expected;
  for (int i = 0; i < 100; ++i) {
    Bytes tuple(random.Below(kTupleBytes + 1));
    for (uint8_t& byte : tuple) byte = static_cast<uint8_t>(random.Next());
    source.Add(Packed<8 * kTupleBytes>(tuple));
    expected.push_back(Reference(tuple, key));
  }
  RunUntil(
      20000, [&] { return sink.tokens.size() == expected.size(); },
      [&](uint64_t) {
        source.Offer();
        sink.Open();
        process.Step(tuples, key_words, hashes);
        sink.Collect();
      });
  EXPECT_EQ(sink.tokens, expected);
}

TEST(ToeplitzTest, IsLikeTheReferenceForAnyKey) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectLikeReference<4>(traffic);
    ExpectLikeReference<12>(traffic);
    ExpectLikeReference<36>(traffic);
    ExpectLikeReference<40>(traffic);
  });
}

TEST(ToeplitzTest, UsesAKeyWordFromTheNextClockOn) {
  Toeplitz process;
  hls::stream<Toeplitz::Tuple> tuples;
  hls::stream<Toeplitz::KeyWord> key_words;
  hls::stream<ap_uint<32>> hashes;
  for (int i = 0; i < 2; ++i) tuples.write(0x80);  // the first bit: the hash is the first key word
  key_words.write({0, 0xDDCCBBAA});
  for (int i = 0; i < 2; ++i) process.Step(tuples, key_words, hashes);
  EXPECT_EQ(hashes.read(), ap_uint<32>(0));
  EXPECT_EQ(hashes.read(), ap_uint<32>(0xAABBCCDD));
}

}  // namespace
}  // namespace vireo
