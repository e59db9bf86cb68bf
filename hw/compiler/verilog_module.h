// SPDX-License-Identifier: Apache-2.0
// What all printers of one process' module share: its nets, its text, the bits that say which
// stages hold a firing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hw/compiler/ir.h"
#include "hw/compiler/piping.h"
#include "hw/compiler/schedule.h"
#include "hw/compiler/verilog_nets.h"
#include "hw/compiler/verilog_text.h"

namespace vireo::compiler {

class VerilogModule {
 public:
  VerilogModule(const Process& process, const Schedule& schedule);

  const Process& process() const { return process_; }
  const Schedule& schedule() const { return schedule_; }
  const Piping& piping() const { return piping_; }
  VerilogNets& nets() { return nets_; }
  Text& text() { return text_; }

  // The last stage that has to know whether it holds a firing.
  uint32_t last_gated() const { return last_gated_; }
  // The bit that says that a stage holds a firing.
  const std::string& Valid(uint32_t stage);
  // In stage 0 that of a firing which changes anything.
  const std::string& Active(uint32_t stage);
  bool has_active() const { return !active_.empty(); }
  // When a stage's data registers load: with its firing for a simulator, in each clock in hardware,
  // where an enable would cost the registers their place in shift registers.
  std::string Loading(uint32_t stage);
  // Whether that alone says that the stage holds a firing.
  bool LoadsOnlyFirings(uint32_t stage) const { return stage == 0 && always_fires_; }
  // A condition that holds in this stage's firing.
  std::string Gated(const Node& condition, uint32_t stage);
  // Uses the reset.
  const char* Reset();

  // The constant by which the text for hardware differs from that for a simulator.
  void DefineEachClock();
  const std::string& EachClock();

  // "always @(posedge clk) begin".
  void Clocked();

  bool IsRead(const Memory& memory) const;
  // The register that holds a synchronous read's `result` after `step` of its `latency` clocks.
  std::string ReadRegister(const Node& result, uint32_t begin, uint32_t step, uint32_t latency);
  // A node's net as a variable of an always block, and `name = value`.
  void DeclareVariable(const Node& node, uint32_t stage);
  void Assign(const Node& node, uint32_t stage, int indent);

 private:
  const Process& process_;
  const Schedule& schedule_;
  const Piping piping_;
  VerilogNets nets_;
  Text text_;
  std::string fire_;
  std::string active_;      // empty: each firing is
  std::string each_clock_;  // the constant that is true in hardware; empty: nothing asks
  bool always_fires_ = true;
  std::vector<std::string> valid_;                                       // of stages 1, 2, ...
  std::map<std::pair<uint32_t, uint32_t>, std::string> read_registers_;  // by node and step
  uint32_t last_gated_ = 0;
};

}  // namespace vireo::compiler
