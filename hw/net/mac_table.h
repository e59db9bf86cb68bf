// SPDX-License-Identifier: Apache-2.0
// Finds the function that a frame is for by its destination address.
#ifndef VIREO_HW_NET_MAC_TABLE_H_
#define VIREO_HW_NET_MAC_TABLE_H_

#include <hls_stream.h>

#include "hw/net/receive_parse.h"
#include "hw/net/token.h"
#include "hw/primitives/bits/bits.h"

namespace vireo {

struct AddressedFrame {
  FunctionIndex function;
  NetBytes bytes;  // with the header
  ap_uint<16> hash;
};

struct FunctionPairs {
  FunctionIndex function;
  PairCount pairs;
};

// For each of an address's six bytes a table says, by the byte's value, which functions have it
// there: what all six say is the function, in a clock, however many there are. Of functions with
// the same address the lowest is taken. Frames to a group or to nobody are the first function's.
// A setting takes three clocks, in which frames wait, as in the first 256 after reset.
class MacTable {
 public:
  void Step(hls::stream<FunctionAddress>& address_in, hls::stream<ParsedFrame>& frame_in,
            hls::stream<AddressedFrame>& frame_out, hls::stream<FunctionPairs>& pairs_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS ARRAY_PARTITION variable = owners_ cyclic factor = 6 dim = 1
#pragma HLS BIND_STORAGE variable = owners_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = macs_ type = ram_2p impl = lutram
    const Bit is_clear = cleared_[8];
    const Bit is_idle = is_clear & Bit(phase_ == Phase::kIdle);
    const Bit has_setting = !address_in.empty();
    const Bit has_pairs_room = !pairs_out.full();
    const Bit sets = is_idle & has_setting & has_pairs_room;
    const Bit has_frame = !frame_in.empty();
    const Bit has_frame_room = !frame_out.full();
    const Bit looks_up = is_idle & ~sets & has_frame & has_frame_room;
    ParsedFrame frame = {};
    if (looks_up == 1 && !frame_in.empty()) frame = frame_in.read();

    // The six tables: looked at, changed, or cleared.
    const Bit removes = Bit(phase_ == Phase::kRemove) & old_.is_set;
    const Bit adds = Bit(phase_ == Phase::kAdd) & new_.is_set;
    const Bit writes = ~is_clear | removes | adds;
    const ap_uint<48> changing = adds == 1 ? new_.mac : old_.mac;
    const ap_uint<48> address = is_idle == 1 ? frame.destination : changing;
    const ap_uint<kFunctions> bit = ap_uint<kFunctions>(1) << function_;
    const ap_uint<kFunctions> added = adds == 1 ? bit : ap_uint<kFunctions>(0);
    const ap_uint<kFunctions> kept =
        is_clear == 1 ? ap_uint<kFunctions>(~bit) : ap_uint<kFunctions>(0);
    ap_uint<kFunctions> hits = ~ap_uint<kFunctions>(0);
    for (int i = 0; i < 6; ++i) {
      const ap_uint<8> value = address.range(8 * i + 7, 8 * i);
      const ap_uint<8> at = is_clear == 1 ? value : ap_uint<8>(cleared_);
      const ap_uint<kFunctions> owners = owners_[i][at];
      hits = hits & owners;
      if (writes == 1) owners_[i][at] = (owners & kept) | added;
    }
    const ap_uint<kFunctions> from_lowest = FromLowest<kFunctions>(hits);
    const ap_uint<kFunctions> lowest = from_lowest & ~(from_lowest << 1);
    const FunctionIndex owner = IndexOfOneHot<kFunctions>(lowest);
    const Bit is_known = Bit(hits != 0) & ~Bit(frame.destination[0]);
    AddressedFrame addressed;
    addressed.function = is_known == 1 ? owner : FunctionIndex(kNetFunction);
    addressed.bytes = frame.bytes;
    addressed.hash = frame.hash;
    if (looks_up == 1 && !frame_out.full()) frame_out.write(addressed);

    FunctionIndex changed = cleared_;
    Mac mac = {};
    if (sets == 1 && !address_in.empty() && !pairs_out.full()) {
      const FunctionAddress setting = address_in.read();
      changed = setting.function;
      mac.mac = setting.mac;
      mac.is_set = setting.has_mac;
      old_ = macs_[setting.function];
      new_ = mac;
      function_ = setting.function;
      FunctionPairs pairs;
      pairs.function = setting.function;
      pairs.pairs = setting.pairs == 0 ? PairCount(1) : setting.pairs;
      pairs_out.write(pairs);
    }
    if ((sets | ~is_clear) == 1) macs_[changed] = mac;
    if (is_clear == 0) cleared_ = cleared_ + 1;
    switch (phase_) {
      case Phase::kIdle: phase_ = sets == 1 ? Phase::kRemove : Phase::kIdle; break;
      case Phase::kRemove: phase_ = Phase::kAdd; break;
      case Phase::kAdd: phase_ = Phase::kIdle; break;
    }
  }

 private:
  using Bit = ap_uint<1>;
  enum class Phase : uint8_t { kIdle, kRemove, kAdd };
  struct Mac {
    ap_uint<48> mac;
    ap_uint<1> is_set;
  };
  static_assert(kFunctions <= 256, "all tables are cleared in 256 clocks");

  ap_uint<kFunctions> owners_[6][256];  // by place and value of a byte: a bit for each function
  Mac macs_[kFunctions];
  ap_uint<9> cleared_ = 0;  // entries cleared since reset
  Phase phase_ = Phase::kIdle;
  FunctionIndex function_ = 0;  // whose address changes
  Mac old_ = {};
  Mac new_ = {};
};

}  // namespace vireo

#endif  // VIREO_HW_NET_MAC_TABLE_H_
