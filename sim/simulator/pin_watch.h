// SPDX-License-Identifier: Apache-2.0
// A Verilated card whose pins are watched: when a token last moved, and who waits for whom.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/harness/dut.h"

namespace vireo::sim {

class PinWatch final : public Dut {
 public:
  // `dut` must outlive the watch.
  explicit PinWatch(Dut& dut) : dut_(dut), driven_(dut.ports().size()) {}

  // Rising edges since one at which a token moved on some stream.
  uint64_t still() const { return still_; }
  // The streams that hold a token which is not taken, one in a line.
  std::string Waiting() const;

  std::span<const StreamPort> ports() const override { return dut_.ports(); }
  void SetClock(bool high) override;
  void SetReset(bool asserted) override { dut_.SetReset(asserted); }
  void Eval() override { dut_.Eval(); }
  void SetInput(size_t port, bool valid, const uint32_t* words) override;
  bool InputReady(size_t port) const override { return dut_.InputReady(port); }
  void SetOutputReady(size_t port, bool ready) override;
  bool OutputValid(size_t port) const override { return dut_.OutputValid(port); }
  void GetOutput(size_t port, uint32_t* words) const override { dut_.GetOutput(port, words); }
  bool is_core() const override { return dut_.is_core(); }
  uint32_t latency() const override { return dut_.latency(); }
  bool OpenWaves(const char* path) override { return dut_.OpenWaves(path); }
  void DumpWaves(uint64_t time) override { dut_.DumpWaves(time); }
  void CloseWaves() override { dut_.CloseWaves(); }

 private:
  // Whether the card's side of a stream is ready for, or has, a token.
  bool CardSide(size_t port) const {
    return ports()[port].is_input ? dut_.InputReady(port) : dut_.OutputValid(port);
  }

  Dut& dut_;
  std::vector<bool> driven_;  // an input's valid, an output's ready
  uint64_t still_ = 0;
};

}  // namespace vireo::sim
