// SPDX-License-Identifier: Apache-2.0
// The order of pieces within each key: linked lists, one piece in and one out in every clock.
#ifndef VIREO_HW_PCIE_READ_LINKS_H_
#define VIREO_HW_PCIE_READ_LINKS_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// A piece is linked behind its key's tail, or, if the tail has left, is the list's head at once. A
// head that has arrived leaves, and its successor becomes the head. With a unit's last piece, the
// unit is ready. ReadTurn says when a head has arrived: each piece is announced to it once as head
// (first_out, next_out) and comes back once (arrived_in, turned_in).
//
// A tag's flags are pairs of bits in memories with one writer each, and set where the two differ.
// The first kTags clocks after reset clear them; nothing is taken until then.
template <int kTags>
class ReadLinks {
 public:
  using Link = PieceLink<kTags>;
  using Tag = typename Link::Tag;

  void Step(hls::stream<Link>& link_in, hls::stream<PieceArrival<kTags>>& arrived_in,
            hls::stream<PieceArrival<kTags>>& turned_in, hls::stream<Tag>& first_out,
            hls::stream<Tag>& next_out, hls::stream<ReadyUnit<kTags>>& ready_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = entered_ type = ram_1wnr impl = lutram
#pragma HLS BIND_STORAGE variable = linked_ type = ram_1wnr impl = lutram
#pragma HLS BIND_STORAGE variable = left_ type = ram_1wnr impl = lutram
#pragma HLS BIND_STORAGE variable = keys_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = next_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = places_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = bad_ type = ram_2p impl = lutram
    if (cleared_[BitsFor(kTags)] == 0) {
      const Tag tag = cleared_;
      entered_[tag] = 0;
      linked_[tag] = 0;
      left_[tag] = Past{0, 0};
      cleared_ = cleared_ + 1;
      return;
    }

    if ((!arrived_in.empty() || !turned_in.empty()) && !next_out.full() && !ready_out.full()) {
      PieceArrival<kTags> arrival;
      const bool second = arrived_in.empty() || (prefer_second_ && !turned_in.empty());
      if (second) {
        arrival = turned_in.read();
      } else {
        arrival = arrived_in.read();
      }
      prefer_second_ = !second;

      const Tag leaver = arrival.tag;
      const Past past = left_[leaver];
      Past now;
      now.entered = entered_[leaver];
      now.linked = linked_[leaver];
      left_[leaver] = now;
      if (now.linked != past.linked) next_out.write(next_[leaver]);

      const Place place = places_[leaver];
      const ap_uint<1> before = place.unit == leaver ? ap_uint<1>(0) : bad_[place.unit];
      const ap_uint<1> bad = before | arrival.error | place.error;
      bad_[place.unit] = bad;
      ReadyUnit<kTags> ready;
      ready.unit = place.unit;
      ready.error = bad;
      if (place.last_of_unit == 1) ready_out.write(ready);
    }

    // Behind the leaving: a tail that has just left is no tail.
    if (!link_in.empty() && !first_out.full()) {
      const Link link = link_in.read();
      const bool in_list =
          entered_[link.tail] != left_[link.tail].entered && keys_[link.tail] == link.key;
      if (in_list) {
        next_[link.tail] = link.tag;
        linked_[link.tail] = ~linked_[link.tail];
      } else {
        first_out.write(link.tag);
      }
      entered_[link.tag] = ~entered_[link.tag];
      keys_[link.tag] = link.key;
      Place place;
      place.unit = link.unit;
      place.last_of_unit = link.last_of_unit;
      place.error = link.error;
      places_[link.tag] = place;
    }
  }

 private:
  struct Past {
    ap_uint<1> entered;
    ap_uint<1> linked;
  };
  struct Place {
    Tag unit;
    ap_uint<1> last_of_unit;
    ap_uint<1> error;
  };

  ap_uint<1> entered_[kTags];  // turns over as a piece enters its list
  ap_uint<1> linked_[kTags];   // turns over as a successor is linked behind the piece
  Past left_[kTags];           // both, as they were when the piece left: differs while it has not
  QueueIndex keys_[kTags];
  Tag next_[kTags];  // the successor
  Place places_[kTags];
  ap_uint<1> bad_[kTags];  // by unit: one of the pieces that left had an error
  ap_uint<BitsFor(kTags) + 1> cleared_ = 0;
  bool prefer_second_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_READ_LINKS_H_
