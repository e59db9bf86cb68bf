// SPDX-License-Identifier: Apache-2.0
// The management function as the Verilog that it is lowered to.
#include <memory>

#include "management_small_cosim.h"
#include "sim/harness/cosim_main.h"
#include "sim/harness/dut_streams.h"
#include "tests/hw/management/management_model.h"

namespace vireo::test {
namespace {

class RtlManagement final : public ManagementModel {
 public:
  explicit RtlManagement(uint64_t seed)
      : dut_(sim::MakeVerilated<cosim::management_small>(seed)), ports_(*dut_) {}

  void Step(ManagementPorts& streams) override { ports_.Step(streams); }

 private:
  std::unique_ptr<sim::Dut> dut_;
  sim::DutStreams ports_;
};

}  // namespace

std::unique_ptr<ManagementModel> MakeManagement(uint64_t seed) {
  return std::make_unique<RtlManagement>(seed);
}

}  // namespace vireo::test
