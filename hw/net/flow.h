// SPDX-License-Identifier: Apache-2.0
// What the first 64 bytes of a frame say about where it goes: plain logic without ports.
#ifndef VIREO_HW_NET_FLOW_H_
#define VIREO_HW_NET_FLOW_H_

#include <ap_int.h>

#include "hw/pcie/token.h"
#include "hw/primitives/toeplitz/toeplitz.h"

namespace vireo {

inline constexpr int kTupleBytes = 36;  // two IPv6 addresses and two ports
using FlowTuple = ap_uint<8 * kTupleBytes>;

template <int kFirst, int kBytes>
ap_uint<8 * kBytes> BytesAt(const Line& line) {
  return line.range(8 * (kFirst + kBytes) - 1, 8 * kFirst);
}

// A number as the wire has it: most significant byte first.
constexpr int AsOnWire(int number) { return ((number & 0xFF) << 8) | (number >> 8); }

// Source and destination address, then for TCP and UDP both ports; 0 for what is not IP. Behind
// one 802.1Q tag, or none; the ports of fragments and behind IPv4 options are not looked at.
inline FlowTuple TupleOf(const Line& frame) {
  const bool is_tagged = BytesAt<12, 2>(frame) == AsOnWire(0x8100);
  const Line untagged = frame >> 32;
  const Line packet = is_tagged ? untagged : frame;
  const ap_uint<16> ether_type = BytesAt<12, 2>(packet);

  const ap_uint<8> protocol_v4 = BytesAt<23, 1>(packet);
  const ap_uint<8> protocol_v6 = BytesAt<20, 1>(packet);
  const ap_uint<16> fragment = BytesAt<20, 2>(packet) & AsOnWire(0x3FFF);
  const bool has_ports_v4 =
      BytesAt<14, 1>(packet) == 0x45 && fragment == 0 && (protocol_v4 == 6 || protocol_v4 == 17);
  const bool has_ports_v6 = protocol_v6 == 6 || protocol_v6 == 17;

  FlowTuple tuple = 0;
  if (ether_type == AsOnWire(0x0800)) {
    tuple.range(63, 0) = BytesAt<26, 8>(packet);
    if (has_ports_v4) tuple.range(95, 64) = BytesAt<34, 4>(packet);
  } else if (ether_type == AsOnWire(0x86DD)) {
    tuple.range(255, 0) = BytesAt<22, 32>(packet);
    if (has_ports_v6) tuple.range(287, 256) = BytesAt<54, 4>(packet);
  }
  return tuple;
}

// A Toeplitz hash under a key of the card's own: packets of a flow stay on one queue.
inline ap_uint<16> FlowHash(const FlowTuple& tuple) {
  ap_uint<8 * kTupleBytes + 32> key = 0;
  ap_uint<32> word = 0x9E3779B9;
  for (int i = 0; i < kTupleBytes / 4 + 1; ++i) {
    key.range(32 * i + 31, 32 * i) = word;
    word = word * 1664525u + 1013904223u;
  }
  return ToeplitzHash<kTupleBytes>(tuple, key);
}

}  // namespace vireo

#endif  // VIREO_HW_NET_FLOW_H_
