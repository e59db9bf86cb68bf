// SPDX-License-Identifier: Apache-2.0
// Reads host memory for one engine: many reads in flight, units back whole and in their key's
// order.
#ifndef VIREO_HW_PCIE_DMA_READER_H_
#define VIREO_HW_PCIE_DMA_READER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"
#include "hw/pcie/read_admit.h"
#include "hw/pcie/read_buffer.h"
#include "hw/pcie/read_issue.h"
#include "hw/pcie/read_lines.h"
#include "hw/pcie/read_links.h"
#include "hw/pcie/read_measure.h"
#include "hw/pcie/read_table.h"
#include "hw/pcie/read_tail.h"
#include "hw/pcie/read_turn.h"

namespace vireo {

// A tag is in at most one place of each cycle of processes, and the streams that close a cycle have
// a place for every tag, so the cycles cannot lock.
template <typename Context, int kFirstTag, int kTags>
class DmaReader {
 public:
  static_assert(kFirstTag % kTags == 0 && kFirstTag + kTags <= 256,
                "a reader's tags are a block of its size, of 256 in all");

  void Step(hls::stream<ReadRequest<Context>>& request_in, hls::stream<ReadTlp>& tlp_out,
            hls::stream<CompletionLine>& completion_in, hls::stream<ReadLine<Context>>& line_out) {
#pragma HLS DATAFLOW
    measure_.Step(request_in, measured_);
    admit_.Step(measured_, admitted_, freed_, free_);
    issue_.Step(admitted_, free_, pieces_);
    table_.Step(pieces_, tlp_out, links_, empty_, ready_, deliveries_);
    tail_.Step(links_, tailed_);
    order_.Step(tailed_, arrived_, turned_, first_turns_, next_turns_, ready_);
    turn_.Step(read_, empty_, first_turns_, next_turns_, arrived_, turned_);
    lines_.Step(deliveries_, line_deliveries_);
    buffer_.Step(completion_in, read_, line_deliveries_, line_out, freed_);
  }

 private:
  using Tag = ap_uint<BitsFor(kTags)>;

  ReadMeasure<Context, kTags> measure_;
  ReadAdmit<Context, kTags> admit_;
  ReadIssue<Context, kTags> issue_;
  ReadTable<Context, kFirstTag, kTags> table_;
  ReadTail<kTags> tail_;
  ReadLinks<kTags> order_;
  ReadTurn<kTags> turn_;
  ReadLines<Context, kTags> lines_;
  ReadBuffer<Context, kTags> buffer_;

  hls::stream<MeasuredRead<Context>, 2> measured_, admitted_;
  hls::stream<ReadPiece<Context, kTags>, 2> pieces_;
  hls::stream<PieceLink<kTags>, 2> links_, tailed_;
  hls::stream<PieceArrival<kTags>, kTags> read_, empty_;
  hls::stream<Tag, kTags> first_turns_, next_turns_;
  hls::stream<PieceArrival<kTags>, kTags> arrived_, turned_;
  hls::stream<ReadyUnit<kTags>, kTags> ready_;
  hls::stream<PieceDelivery<Context, kTags>, 2> deliveries_;
  hls::stream<LineDelivery<Context, kTags>, 2> line_deliveries_;
  hls::stream<FreedTag<kTags>, kTags> freed_;
  hls::stream<Tag, kTags> free_;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_DMA_READER_H_
