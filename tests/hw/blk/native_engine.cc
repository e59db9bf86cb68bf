// SPDX-License-Identifier: Apache-2.0
// The block engine as C++.
#include "hw/blk/blk.h"
#include "tests/hw/blk/blk_engine.h"
#include "tests/hw/primitives/bench.h"

namespace vireo::test {
namespace {

class NativeEngine final : public BlkEngine {
 public:
  void Step(BlkStreams& s) override {
    blk_->Step(s.setup_in, s.config_in, s.segment_in, s.read_out, s.line_in, s.write_out, s.ack_in,
               s.used_out, s.faulted_out, s.event_out, s.axi_ar, s.axi_r, s.axi_aw, s.axi_w,
               s.axi_b, s.channel_access_in, s.channel_reply_out, s.channel_read_out,
               s.channel_line_in, s.channel_write_out, s.channel_ack_in, s.channel_interrupt_out);
  }

 private:
  PoweredOn<Blk> blk_;
};

}  // namespace

std::unique_ptr<BlkEngine> MakeBlkEngine(uint64_t) { return std::make_unique<NativeEngine>(); }

}  // namespace vireo::test
