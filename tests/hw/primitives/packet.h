// SPDX-License-Identifier: Apache-2.0
// Packets as plain bytes, and what they are as beats.
#ifndef VIREO_TESTS_HW_PRIMITIVES_PACKET_H_
#define VIREO_TESTS_HW_PRIMITIVES_PACKET_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "hw/primitives/beat/beat.h"
#include "sim/harness/random.h"

namespace vireo::test {

using Packet = std::vector<uint8_t>;

inline Packet BytesOf(std::string_view text) { return Packet(text.begin(), text.end()); }

inline Packet RandomPacket(sim::Random& random, size_t length) {
  Packet packet(length);
  for (uint8_t& byte : packet) byte = static_cast<uint8_t>(random.Next());
  return packet;
}

// The lanes that are not kept hold noise, which nobody may look at.
template <int kBytes>
BeatOf<kBytes> NoiseBeat(sim::Random& random) {
  BeatOf<kBytes> beat;
  for (int lane = 0; lane < kBytes; ++lane) {
    beat.data.range(8 * lane + 7, 8 * lane) = ap_uint<8>(random.Next());
  }
  beat.keep = 0;
  beat.last = 0;
  return beat;
}

// Packed beats; an empty packet is one beat without bytes.
template <int kBytes>
std::vector<BeatOf<kBytes>> BeatsOf(const Packet& packet, sim::Random& random) {
  std::vector<BeatOf<kBytes>> beats;
  size_t at = 0;
  do {
    BeatOf<kBytes> beat = NoiseBeat<kBytes>(random);
    for (int lane = 0; lane < kBytes && at < packet.size(); ++lane, ++at) {
      beat.data.range(8 * lane + 7, 8 * lane) = ap_uint<8>(packet[at]);
      beat.keep[lane] = 1;
    }
    beat.last = at == packet.size();
    beats.push_back(beat);
  } while (at < packet.size());
  return beats;
}

// A beat that may follow any other in a stream of packed packets.
template <int kBytes>
BeatOf<kBytes> RandomPackedBeat(sim::Random& random) {
  BeatOf<kBytes> beat = NoiseBeat<kBytes>(random);
  beat.last = random.Percent(40);
  const int length = beat.last == 1 ? static_cast<int>(random.Below(kBytes + 1)) : kBytes;
  beat.keep = LowOnes<kBytes>(length);
  return beat;
}

// RFC 1071, byte by byte.
inline uint16_t ReferenceChecksum(const Packet& packet) {
  uint64_t sum = 0;
  for (size_t i = 0; i < packet.size(); ++i) {
    sum += i % 2 == 0 ? uint64_t{packet[i]} << 8 : packet[i];
  }
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

// IEEE 802.3, bit by bit.
inline uint32_t ReferenceCrc32(const Packet& packet) {
  uint32_t crc = 0xFFFFFFFF;
  for (const uint8_t byte : packet) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
  }
  return ~crc;
}

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_PRIMITIVES_PACKET_H_
