// SPDX-License-Identifier: Apache-2.0
// The DMA loop under test: as C++, or as Verilog. A test program is linked with one of them.
#ifndef VIREO_TESTS_HW_PCIE_LOOP_MODEL_H_
#define VIREO_TESTS_HW_PCIE_LOOP_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "tests/hw/pcie/dma_loop.h"

namespace vireo::test {

using Loop = DmaLoop<64>;

struct LoopPorts {
  hls::stream<Loop::Request> request[Loop::kReaders];
  hls::stream<ReadLine<Loop::Context>> line[Loop::kReaders];
  hls::stream<WriteLine> write[Loop::kWriters];
  hls::stream<WriteAck> ack[Loop::kWriters];
  hls::stream<pcie4c::FunctionState> state;
  hls::stream<pcie4c::RqBeat> rq;
  hls::stream<pcie4c::RcBeat> rc;
  std::optional<uint32_t> dropped_writes;  // a pin, which the Verilog's binding does not show
};

class LoopModel {
 public:
  virtual ~LoopModel() = default;
  // One clock: takes from the inputs, gives to the outputs that are not full.
  virtual void Clock(LoopPorts& ports) = 0;
};

std::unique_ptr<LoopModel> MakeLoopModel(uint64_t seed);

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_PCIE_LOOP_MODEL_H_
