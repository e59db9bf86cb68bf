// SPDX-License-Identifier: Apache-2.0
// The Duts of the hand-written modules, as vireo-hls --cosim would write them, with the choice of a
// mutant.
#ifndef VIREO_TESTS_SIM_HARNESS_DUTS_H_
#define VIREO_TESTS_SIM_HARNESS_DUTS_H_

#include <cstddef>

#include "Vscale.h"
#include "Vscale_top.h"
#include "Vtally.h"
#include "sim/harness/dut.h"
#include "sim/harness/waves.h"
#include "tests/sim/harness/processes.h"

namespace vireo::testing {

// The mutant of the models made from now on.
inline unsigned chosen_mutant = 0;

inline constexpr sim::Leaf kItemLeaves[] = {{offsetof(Item, add), 1, 0, 1},
                                            {offsetof(Item, amount), 1, 1, 8},
                                            {offsetof(Item, amount) + 1, 1, 9, 8},
                                            {offsetof(Item, bias), 2, 17, 16, true}};
inline constexpr sim::Leaf kBoolLeaves[] = {{0, 1, 0, 1}};
inline constexpr sim::Leaf kTotalLeaves[] = {{offsetof(Total, sum), 4, 0, 32, true},
                                             {offsetof(Total, count), 1, 32, 8}};
inline constexpr sim::Leaf kJobLeaves[] = {{0, 2, 0, 16}, {2, 2, 16, 16}};
inline constexpr sim::Leaf kWordLeaves[] = {{0, 4, 0, 32}};

inline constexpr sim::StreamPort kTallyPorts[] = {{"in", true, 33, kItemLeaves},
                                                  {"peek", true, 1, kBoolLeaves},
                                                  {"out", false, 40, kTotalLeaves}};
inline constexpr sim::StreamPort kScalePorts[] = {{"in", true, 32, kJobLeaves},
                                                  {"out", false, 32, kWordLeaves}};

template <class Model>
class ModelDut : public sim::Dut {
 public:
  ModelDut() { model_.mutant = static_cast<CData>(chosen_mutant); }
  void Eval() override { model_.eval(); }
  bool OpenWaves(const char* path) override { return waves_.Open(model_, path); }
  void DumpWaves(uint64_t time) override { waves_.Dump(time); }
  void CloseWaves() override { waves_.Close(); }

 protected:
  Model model_;
  sim::WaveFile<Model> waves_;
};

class TallyDut final : public ModelDut<Vtally> {
 public:
  std::span<const sim::StreamPort> ports() const override { return kTallyPorts; }
  void SetClock(bool high) override { model_.clk = high; }
  void SetReset(bool asserted) override { model_.rst = asserted; }
  void SetInput(size_t port, bool valid, const uint32_t* words) override {
    if (port == 0) {
      model_.in_valid = valid;
      model_.in_data = words[0] | static_cast<uint64_t>(words[1]) << 32;
    } else {
      model_.peek_valid = valid;
      model_.peek_data = words[0] & 1;
    }
  }
  bool InputReady(size_t port) const override {
    return port == 0 ? model_.in_ready : model_.peek_ready;
  }
  void SetOutputReady(size_t, bool ready) override { model_.out_ready = ready; }
  bool OutputValid(size_t) const override { return model_.out_valid; }
  void GetOutput(size_t, uint32_t* words) const override {
    words[0] = static_cast<uint32_t>(model_.out_data);
    words[1] = static_cast<uint32_t>(model_.out_data >> 32);
  }
  bool is_core() const override { return true; }
  uint32_t latency() const override { return 0; }
};

class ScaleDut final : public ModelDut<Vscale> {
 public:
  std::span<const sim::StreamPort> ports() const override { return kScalePorts; }
  void SetClock(bool high) override { model_.clk = high; }
  void SetReset(bool asserted) override { model_.rst = asserted; }
  void SetInput(size_t, bool valid, const uint32_t* words) override {
    model_.in_valid = valid;
    model_.in_data = words[0];
  }
  bool InputReady(size_t) const override { return model_.in_ready; }
  void SetOutputReady(size_t, bool ready) override { model_.out_ready = ready; }
  bool OutputValid(size_t) const override { return model_.out_valid; }
  void GetOutput(size_t, uint32_t* words) const override { words[0] = model_.out_data; }
  bool OutputReserve(size_t) const override { return model_.out_reserve; }
  bool OutputCancel(size_t) const override { return model_.out_cancel; }
  bool is_core() const override { return true; }
  uint32_t latency() const override { return 2; }
};

class ScaleTopDut final : public ModelDut<Vscale_top> {
 public:
  std::span<const sim::StreamPort> ports() const override { return kScalePorts; }
  void SetClock(bool high) override { model_.ap_clk = high; }
  void SetReset(bool asserted) override { model_.ap_rst_n = !asserted; }
  void SetInput(size_t, bool valid, const uint32_t* words) override {
    model_.in_TVALID = valid;
    model_.in_TDATA = words[0];
  }
  bool InputReady(size_t) const override { return model_.in_TREADY; }
  void SetOutputReady(size_t, bool ready) override { model_.out_TREADY = ready; }
  bool OutputValid(size_t) const override { return model_.out_TVALID; }
  void GetOutput(size_t, uint32_t* words) const override { words[0] = model_.out_TDATA; }
  bool is_core() const override { return false; }
  uint32_t latency() const override { return 3; }
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_SIM_HARNESS_DUTS_H_
