// SPDX-License-Identifier: Apache-2.0
// The block engine as the Verilog that it is lowered to.
#include <memory>

#include "blk_small_cosim.h"
#include "sim/harness/cosim_main.h"
#include "sim/harness/dut_streams.h"
#include "tests/hw/blk/blk_engine.h"

namespace vireo::test {
namespace {

class RtlEngine final : public BlkEngine {
 public:
  explicit RtlEngine(uint64_t seed)
      : dut_(sim::MakeVerilated<cosim::blk_small>(seed)), ports_(*dut_) {}

  void Step(BlkStreams& streams) override { ports_.Step(streams); }

 private:
  std::unique_ptr<sim::Dut> dut_;
  sim::DutStreams ports_;
};

}  // namespace

std::unique_ptr<BlkEngine> MakeBlkEngine(uint64_t seed) {
  return std::make_unique<RtlEngine>(seed);
}

}  // namespace vireo::test
