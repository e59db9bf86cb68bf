// SPDX-License-Identifier: Apache-2.0
#include "hw/compiler/verilog_module.h"

#include <fmt/format.h>

#include <algorithm>

namespace vireo::compiler {

VerilogModule::VerilogModule(const Process& process, const Schedule& schedule)
    : process_(process),
      schedule_(schedule),
      piping_(process, schedule),
      nets_(process, schedule, piping_) {
  const auto gate = [&](uint32_t stage) { last_gated_ = std::max(last_gated_, stage); };
  for (const OutputSchedule& out : schedule.outputs) gate(out.stage);
  for (const uint32_t stage : schedule.register_stage) gate(stage);
  for (const uint32_t stage : schedule.memory_stage) gate(stage);
  for (const uint32_t stage : schedule.assertion_stage) gate(stage);
  fire_ = nets_.names().Unique("fire");
  if (!schedule.active->IsAllOnes()) active_ = nets_.names().Unique("active");
  const auto stalls = [](const auto& stream) { return !stream.wait->IsZero(); };
  always_fires_ = std::none_of(process.inputs.begin(), process.inputs.end(), stalls) &&
                  std::none_of(schedule.outputs.begin(), schedule.outputs.end(), stalls);
  if (has_active() || last_gated_ > 0) each_clock_ = nets_.names().Unique("EACH_CLOCK");
  for (uint32_t stage = 1; stage <= last_gated_; ++stage) {
    valid_.push_back(nets_.names().Unique(fmt::format("v{}", stage)));
  }
  nets_.Declare("clk", 1);
  nets_.Declare("rst", 1);
  nets_.Declare(fire_, 1);
  if (has_active()) nets_.Declare(active_, 1);
  if (!each_clock_.empty()) nets_.Declare(each_clock_, 1);
}

const std::string& VerilogModule::Valid(uint32_t stage) {
  if (stage > 0) return valid_[stage - 1];
  nets_.Use(fire_, 0, 1);
  return fire_;
}

const std::string& VerilogModule::Active(uint32_t stage) {
  if (stage > 0 || !has_active()) return Valid(stage);
  nets_.Use(active_, 0, 1);
  return active_;
}

std::string VerilogModule::Loading(uint32_t stage) {
  if (LoadsOnlyFirings(stage)) return Active(stage);
  return fmt::format("{} | {}", Active(stage), EachClock());
}

const std::string& VerilogModule::EachClock() {
  nets_.Use(each_clock_, 0, 1);
  return each_clock_;
}

void VerilogModule::DefineEachClock() {
  if (each_clock_.empty()) return;
  text_.Raw("`ifdef SYNTHESIS");
  text_.Line(2, fmt::format("localparam {} = 1'b1;", each_clock_));
  text_.Raw("`else  // a simulator passes over what changes nothing");
  text_.Line(2, fmt::format("localparam {} = 1'b0;", each_clock_));
  text_.Raw("`endif");
  text_.Blank();
}

std::string VerilogModule::Gated(const Node& condition, uint32_t stage) {
  if (condition.IsZero()) return Literal(1, 0);
  if (condition.IsAllOnes()) return Valid(stage);
  // AND within AND needs no parentheses.
  const std::string value = nets_.Value(condition, stage, condition.op == Op::kAnd);
  return fmt::format("{} & {}", Valid(stage), value);
}

const char* VerilogModule::Reset() {
  nets_.Use("rst", 0, 1);
  return "rst";
}

void VerilogModule::Clocked() {
  nets_.Use("clk", 0, 1);
  text_.Line(2, "always @(posedge clk) begin");
}

bool VerilogModule::IsRead(const Memory& memory) const {
  return std::any_of(memory.reads.begin(), memory.reads.end(),
                     [&](const Memory::Read& read) { return nets_.IsUsed(*read.result); });
}

std::string VerilogModule::ReadRegister(const Node& result, uint32_t begin, uint32_t step,
                                        uint32_t latency) {
  const std::string& name = nets_.NetName(result, begin + latency);
  if (step == latency) return name;
  std::string& known = read_registers_[{result.id, step}];
  if (known.empty()) known = nets_.names().Unique(fmt::format("{}{}", name, step));
  return known;
}

void VerilogModule::DeclareVariable(const Node& node, uint32_t stage) {
  text_.Line(2, fmt::format("reg {}{};", Range(node.width), nets_.NetName(node, stage)));
}

void VerilogModule::Assign(const Node& node, uint32_t stage, int indent) {
  const std::string& name = nets_.NetName(node, stage);
  if (node.op != Op::kIndex) {
    text_.Line(indent, fmt::format("{} = {};", name, nets_.Definition(node, stage)), node.location);
    return;
  }
  const Node& index = *node.operands[0];
  text_.Line(indent, fmt::format("case ({})", nets_.Value(index, stage, true)), node.location);
  const size_t elements = node.operands.size() - 1;
  for (size_t i = 0; i + 1 < elements; ++i) {
    if (index.width < 32 && i >> index.width != 0) break;
    text_.Line(indent + 2, fmt::format("{}: {} = {};", Literal(index.width, i), name,
                                       nets_.Value(*node.operands[i + 1], stage, true)));
  }
  text_.Line(indent + 2, fmt::format("default: {} = {};", name,
                                     nets_.Value(*node.operands[elements], stage, true)));
  text_.Line(indent, "endcase");
}

}  // namespace vireo::compiler
