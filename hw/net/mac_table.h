// SPDX-License-Identifier: Apache-2.0
// Finds the functions that a frame is for by its destination address.
#ifndef VIREO_HW_NET_MAC_TABLE_H_
#define VIREO_HW_NET_MAC_TABLE_H_

#include <hls_stream.h>

#include "hw/net/token.h"
#include "hw/primitives/bits/bits.h"

namespace vireo {

// For each of an address's six bytes a table says, by the byte's value, which functions have it
// there: what all six say is the function, in a clock, however many there are. Of functions with
// the same address the lowest is taken. A frame to a group is for all functions with a live receive
// queue but its sender; one from the wire that would be nobody's is the first function's.
//
// Frames that arrive and frames that are sent take turns, and neither waits for the other's way on.
// A setting takes three clocks, in which frames wait, as in the first 256 after reset.
class MacTable {
 public:
  void Step(hls::stream<FunctionAddress>& address_in, hls::stream<ReceiveLive>& live_in,
            hls::stream<StoredFrame<Undirected>>& arrived_in, hls::stream<SentFrame>& sent_in,
            hls::stream<StoredFrame<Directed>>& arrived_out, hls::stream<SentDirection>& sent_out,
            hls::stream<FunctionPairs>& pairs_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS ARRAY_PARTITION variable = owners_ cyclic factor = 6 dim = 1
#pragma HLS BIND_STORAGE variable = owners_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = macs_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = live_pairs_ type = ram_2p impl = lutram
    const Bit is_clear = cleared_[8];
    const Bit is_idle = is_clear & Bit(phase_ == Phase::kIdle);
    const Bit has_setting = !address_in.empty();
    const Bit has_pairs_room = !pairs_out.full();
    const Bit sets = is_idle & has_setting & has_pairs_room;
    const Bit has_arrived = !arrived_in.empty();
    const Bit has_arrived_room = !arrived_out.full();
    const Bit has_sent = !sent_in.empty();
    const Bit has_sent_room = !sent_out.full();
    const Bit may_look_up = is_idle & ~sets;
    const Bit can_arrive = has_arrived & has_arrived_room;
    const Bit can_send = has_sent & has_sent_room;
    const Bit arrives = may_look_up & can_arrive & ~(can_send & has_arrived_last_);
    const Bit is_sent = may_look_up & can_send & ~(can_arrive & ~has_arrived_last_);
    if ((arrives | is_sent) == 1) has_arrived_last_ = arrives;
    StoredFrame<Undirected> arrived = {};
    SentFrame sent = {};
    if (arrives == 1 && !arrived_in.empty()) arrived = arrived_in.read();
    if (is_sent == 1 && !sent_in.empty()) sent = sent_in.read();
    const ap_uint<48> destination = is_sent == 1 ? sent.destination : arrived.origin.destination;

    // The six tables: looked at, changed, or cleared.
    const Bit removes = Bit(phase_ == Phase::kRemove) & old_.is_set;
    const Bit adds = Bit(phase_ == Phase::kAdd) & new_.is_set;
    const Bit writes = ~is_clear | removes | adds;
    const ap_uint<48> changing = adds == 1 ? new_.mac : old_.mac;
    const ap_uint<48> address = is_idle == 1 ? destination : changing;
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

    const Bit is_group = destination[0];
    const FunctionSet sender =
        is_sent == 1 ? FunctionSet(FunctionSet(1) << sent.sender) : FunctionSet(0);
    const FunctionSet group = live_ & ~sender;
    const FunctionSet found = is_group == 1 ? group : lowest;
    StoredFrame<Directed> received;
    received.origin.receivers = found == 0 ? FunctionSet(1 << kNetFunction) : found;
    received.origin.has_several = is_group & HasSeveral(group);
    received.origin.sender = kNetFunction;
    received.bytes = arrived.bytes;
    if (arrives == 1 && !arrived_out.full()) arrived_out.write(received);
    SentDirection direction;
    direction.functions.receivers = found;
    direction.functions.has_several = is_group & HasSeveral(group);
    direction.functions.sender = sent.sender;
    direction.to_wire = is_group | Bit(lowest == 0);
    if (is_sent == 1 && !sent_out.full()) sent_out.write(direction);

    // Which functions can receive.
    const Bit has_live = !live_in.empty();
    const Bit changes_live = is_clear & has_live;
    ReceiveLive live = {};
    if (changes_live == 1 && !live_in.empty()) live = live_in.read();
    const FunctionIndex changing_live =
        is_clear == 1 ? live.owner.function : FunctionIndex(cleared_);
    const PairSet pair = PairSet(1) << live.owner.pair;
    const PairSet others = live_pairs_[changing_live] & ~pair;
    const PairSet live_pairs = live.is_live == 1 ? PairSet(others | pair) : others;
    if ((changes_live | ~is_clear) == 1) {
      live_pairs_[changing_live] = is_clear == 1 ? live_pairs : PairSet(0);
    }
    const FunctionSet changed_live = FunctionSet(1) << live.owner.function;
    const FunctionSet others_live = live_ & ~changed_live;
    if (changes_live == 1) {
      live_ = live_pairs != 0 ? FunctionSet(others_live | changed_live) : others_live;
    }

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
  using PairSet = ap_uint<kPairs>;
  enum class Phase : uint8_t { kIdle, kRemove, kAdd };
  struct Mac {
    ap_uint<48> mac;
    ap_uint<1> is_set;
  };
  static_assert(kFunctions <= 256, "all tables are cleared in 256 clocks");

  static Bit HasSeveral(const FunctionSet& set) { return (set & (set - 1)) != 0; }

  ap_uint<kFunctions> owners_[6][256];  // by place and value of a byte: a bit for each function
  Mac macs_[kFunctions];
  PairSet live_pairs_[kFunctions];  // whose receive queues are live
  FunctionSet live_ = 0;            // functions that have any
  Bit has_arrived_last_ = 0;        // the last frame that was looked up
  ap_uint<9> cleared_ = 0;          // entries cleared since reset
  Phase phase_ = Phase::kIdle;
  FunctionIndex function_ = 0;  // whose address changes
  Mac old_ = {};
  Mac new_ = {};
};

}  // namespace vireo

#endif  // VIREO_HW_NET_MAC_TABLE_H_
