// SPDX-License-Identifier: Apache-2.0
// Prints a scheduled process stage by stage.

#include "hw/compiler/verilog_process.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/piping.h"
#include "hw/compiler/schedule_graph.h"
#include "hw/compiler/verilog_nets.h"
#include "hw/compiler/verilog_text.h"

namespace vireo::compiler {

namespace {

class ProcessPrinter {
 public:
  ProcessPrinter(const std::string& module, const Process& process, const Schedule& schedule)
      : module_(module),
        process_(process),
        schedule_(schedule),
        piping_(process, schedule),
        nets_(process, schedule, piping_) {
    const auto gate = [&](uint32_t stage) { last_gated_ = std::max(last_gated_, stage); };
    for (const OutputSchedule& out : schedule.outputs) gate(out.stage);
    for (const uint32_t stage : schedule.register_stage) gate(stage);
    for (const uint32_t stage : schedule.memory_stage) gate(stage);
    for (const uint32_t stage : schedule.assertion_stage) gate(stage);
    fire_ = nets_.names().Unique("fire");
    for (uint32_t stage = 1; stage <= last_gated_; ++stage) {
      valid_.push_back(nets_.names().Unique(fmt::format("v{}", stage)));
    }
    nets_.Declare("clk", 1);
    nets_.Declare("rst", 1);
    nets_.Declare(fire_, 1);
  }

  std::string Print() {
    Ports();
    State();
    for (uint32_t stage = 0; stage < schedule_.stages; ++stage) Stage(stage);
    Sink();
    text_.Line(0, "endmodule");
    return text_.str();
  }

 private:
  // The bit that says that a stage holds a firing.
  const std::string& Valid(uint32_t stage) {
    if (stage > 0) return valid_[stage - 1];
    nets_.Use(fire_, 0, 1);
    return fire_;
  }

  void Clocked() {
    nets_.Use("clk", 0, 1);
    text_.Line(2, "always @(posedge clk) begin");
  }

  void Ports() {
    std::vector<std::string> lines = {"input  wire clk", "input  wire rst"};
    const auto port = [&](bool is_input, uint32_t width, const std::string& name) {
      lines.push_back(
          fmt::format("{} wire {}{}", is_input ? "input " : "output", Range(width), name));
    };
    const ProcessPorts& ports = nets_.ports();
    for (size_t i = 0; i < process_.inputs.size(); ++i) {
      port(true, process_.inputs[i].payload.bits, ports.inputs[i].data);
      port(true, 1, ports.inputs[i].valid);
      port(false, 1, ports.inputs[i].ready);
    }
    for (size_t i = 0; i < process_.outputs.size(); ++i) {
      port(false, process_.outputs[i].payload.bits, ports.outputs[i].data);
      port(false, 1, ports.outputs[i].valid);
      port(true, 1, ports.outputs[i].ready);
      if (schedule_.outputs[i].stage == 0) continue;
      port(false, 1, ports.outputs[i].reserve);
      port(false, 1, ports.outputs[i].cancel);
    }
    for (size_t i = 0; i < process_.scalar_inputs.size(); ++i) {
      port(true, process_.scalar_inputs[i].width, ports.scalar_inputs[i]);
    }
    for (size_t i = 0; i < process_.scalar_outputs.size(); ++i) {
      const uint32_t reg = process_.scalar_outputs[i].register_index;
      port(false, process_.registers[reg].width, ports.scalar_outputs[i]);
    }
    text_.Line(0, fmt::format("module {} (", module_), process_.location);
    for (size_t i = 0; i < lines.size(); ++i) {
      text_.Line(2, lines[i] + (i + 1 < lines.size() ? "," : ""));
    }
    text_.Line(0, ");");
    text_.Blank();
  }

  void State() {
    for (size_t i = 0; i < process_.registers.size(); ++i) {
      const Register& reg = process_.registers[i];
      text_.Line(2, fmt::format("reg {}{};", Range(reg.width), nets_.RegisterName(i)),
                 reg.location);
    }
    for (size_t i = 0; i < process_.memories.size(); ++i) Storage(i);
    if (!process_.registers.empty() || !process_.memories.empty()) text_.Blank();
    for (size_t i = 0; i < process_.scalar_outputs.size(); ++i) {
      const uint32_t reg = process_.scalar_outputs[i].register_index;
      nets_.Use(nets_.RegisterName(reg), 0, process_.registers[reg].width);
      text_.Line(2, fmt::format("assign {} = {};", nets_.ports().scalar_outputs[i],
                                nets_.RegisterName(reg)));
    }
    if (!process_.scalar_outputs.empty()) text_.Blank();
  }

  bool IsRead(const Memory& memory) const {
    return std::any_of(memory.reads.begin(), memory.reads.end(),
                       [&](const Memory::Read& read) { return nets_.IsUsed(*read.result); });
  }

  void Storage(size_t i) {
    const Memory& memory = process_.memories[i];
    if (!IsRead(memory)) return;
    const char* style = "distributed";
    if (schedule_.memory_latency[i] > 0) {
      const StorageStyle resolved = ResolvedStyle(memory);
      if (resolved == StorageStyle::kBram) style = "block";
      if (resolved == StorageStyle::kUram) style = "ultra";
    }
    text_.Line(2, fmt::format("(* ram_style = \"{}\" *)", style));
    text_.Line(
        2,
        fmt::format("reg {}{} [0:{}];", Range(memory.width), nets_.MemoryName(i), memory.depth - 1),
        memory.location);
    if (memory.contents.empty()) return;
    text_.Line(2, "initial begin");
    for (size_t word = 0; word < memory.contents.size(); ++word) {
      text_.Line(4, fmt::format("{}[{}] = {};", nets_.MemoryName(i), word,
                                Literal(memory.contents[word])));
    }
    text_.Line(2, "end");
  }

  void Stage(uint32_t stage) {
    if (schedule_.stages > 1) {
      text_.Blank();
      text_.Line(2, fmt::format("// Stage {}", stage));
    }
    if (stage > 0) Boundary(stage);
    for (const Node* node : nets_.Defined(stage)) Define(*node, stage);
    if (stage == 0) Firing();
    for (size_t i = 0; i < process_.outputs.size(); ++i) Output(i, stage);
    for (size_t i = 0; i < process_.memories.size(); ++i) MemoryPorts(i, stage);
    Registers(stage);
    Assertions(stage);
  }

  // Valid bit and pipeline registers in front of a stage.
  void Boundary(uint32_t stage) {
    const bool has_valid = stage <= last_gated_;
    const std::vector<VerilogNets::PipeRegister>& pipe = nets_.Pipe(stage);
    if (!has_valid && pipe.empty()) return;
    if (has_valid) text_.Line(2, fmt::format("reg {};", valid_[stage - 1]));
    for (const VerilogNets::PipeRegister& reg : pipe) {
      text_.Line(2, fmt::format("reg {}{};", Range(reg.bits.width), reg.name), reg.node->location);
    }
    Clocked();
    if (has_valid) {
      // `fire` is low in reset.
      nets_.Use("rst", 0, 1);
      text_.Line(4, stage == 1
                        ? fmt::format("{} <= {};", valid_[0], Valid(0))
                        : fmt::format("{} <= {} & ~rst;", valid_[stage - 1], valid_[stage - 2]));
    }
    for (const VerilogNets::PipeRegister& reg : pipe) {
      text_.Line(4, fmt::format("{} <= {};", reg.name,
                                nets_.Slice(*reg.node, stage - 1, reg.bits.low, reg.bits.width)));
    }
    text_.Line(2, "end");
    text_.Blank();
  }

  void Define(const Node& node, uint32_t stage) {
    const std::string& name = nets_.NetName(node, stage);
    if (node.op != Op::kIndex) {
      text_.Line(
          2, fmt::format("wire {}{} = {};", Range(node.width), name, nets_.Definition(node, stage)),
          node.location);
      return;
    }
    text_.Line(2, fmt::format("reg {}{};", Range(node.width), name), node.location);
    text_.Line(2, "always @* begin");
    const Node& index = *node.operands[0];
    text_.Line(4, fmt::format("case ({})", nets_.Value(index, stage, true)));
    const size_t elements = node.operands.size() - 1;
    for (size_t i = 0; i + 1 < elements; ++i) {
      if (index.width < 32 && i >> index.width != 0) break;
      text_.Line(6, fmt::format("{}: {} = {};", Literal(index.width, i), name,
                                nets_.Value(*node.operands[i + 1], stage, true)));
    }
    text_.Line(6, fmt::format("default: {} = {};", name,
                              nets_.Value(*node.operands[elements], stage, true)));
    text_.Line(4, "endcase");
    text_.Line(2, "end");
  }

  void Firing() {
    std::vector<std::string> waits;
    const auto add = [&](const std::string& stream, const Node* wait,
                         const SourceLocation& location) {
      if (wait->IsZero()) return;
      const std::string name = nets_.names().Unique(stream + "_wait");
      text_.Line(2, fmt::format("wire {} = {};", name, nets_.Value(*wait, 0, true)), location);
      waits.push_back(name);
    };
    for (const InputStream& in : process_.inputs) add(in.name, in.wait, in.location);
    for (size_t i = 0; i < process_.outputs.size(); ++i) {
      add(process_.outputs[i].name, schedule_.outputs[i].wait, process_.outputs[i].location);
    }
    nets_.Use("rst", 0, 1);
    text_.Line(2, fmt::format("wire {} = ~rst{}{};", fire_, waits.empty() ? "" : " & ~",
                              fmt::join(waits, " & ~")));
    for (size_t i = 0; i < process_.inputs.size(); ++i) {
      const InputStream& in = process_.inputs[i];
      text_.Line(2,
                 fmt::format("assign {} = {};", nets_.ports().inputs[i].ready, Gated(*in.pop, 0)),
                 in.location);
    }
  }

  // A condition that holds in this stage's firing.
  std::string Gated(const Node& condition, uint32_t stage) {
    if (condition.IsZero()) return Literal(1, 0);
    if (condition.IsAllOnes()) return Valid(stage);
    // AND within AND needs no parentheses.
    const std::string value = nets_.Value(condition, stage, condition.op == Op::kAnd);
    return fmt::format("{} & {}", Valid(stage), value);
  }

  void Output(size_t i, uint32_t stage) {
    const OutputStream& out = process_.outputs[i];
    const OutputSchedule& plan = schedule_.outputs[i];
    const StreamPorts& ports = nets_.ports().outputs[i];
    const auto assign = [&](const std::string& port, const std::string& value) {
      text_.Line(2, fmt::format("assign {} = {};", port, value), out.location);
    };
    if (stage == 0 && plan.stage > 0) assign(ports.reserve, Gated(*plan.reserve, 0));
    if (stage != plan.stage) return;
    assign(ports.valid, Gated(*out.push, stage));
    assign(ports.data, nets_.Value(*out.data, stage, true));
    if (plan.stage == 0) return;
    if (plan.exact_reserve) {
      assign(ports.cancel, Literal(1, 0));
    } else {
      assign(ports.cancel,
             fmt::format("{} & {}", Gated(*plan.reserve, stage), nets_.Negated(*out.push, stage)));
    }
  }

  void MemoryPorts(size_t i, uint32_t stage) {
    const Memory& memory = process_.memories[i];
    if (!IsRead(memory)) return;
    const uint32_t latency = schedule_.memory_latency[i];
    for (size_t r = 0; r < memory.reads.size(); ++r) {
      const Node& result = *memory.reads[r].result;
      if (latency == 0 || !nets_.IsUsed(result) || schedule_.read_stage[i][r] != stage) {
        continue;
      }
      SynchronousRead(i, result, stage);
    }
    if (memory.write_enable == nullptr || schedule_.memory_stage[i] != stage) return;
    Clocked();
    // A firing that a reset catches on its way leaves no trace; `fire` is low in reset.
    if (stage > 0) nets_.Use("rst", 0, 1);
    text_.Line(4,
               fmt::format("if ({}{}) {}[{}] <= {};", stage > 0 ? "~rst & " : "",
                           Gated(*memory.write_enable, stage), nets_.MemoryName(i),
                           nets_.Address(*memory.write_address, stage, memory.depth),
                           nets_.Value(*memory.write_data, stage, true)),
               memory.location);
    text_.Line(2, "end");
  }

  void SynchronousRead(size_t i, const Node& result, uint32_t stage) {
    const Memory& memory = process_.memories[i];
    const uint32_t latency = schedule_.memory_latency[i];
    const std::string& name = nets_.NetName(result, stage + latency);
    std::vector<std::string> steps;
    for (uint32_t k = 1; k < latency; ++k) {
      steps.push_back(nets_.names().Unique(fmt::format("{}{}", name, k)));
    }
    steps.push_back(name);
    for (const std::string& step : steps) {
      text_.Line(2, fmt::format("reg {}{};", Range(memory.width), step), result.location);
    }
    Clocked();
    text_.Line(4, fmt::format("{} <= {}[{}];", steps[0], nets_.MemoryName(i),
                              nets_.Address(*result.operands[0], stage, memory.depth)));
    for (size_t k = 1; k < steps.size(); ++k) {
      text_.Line(4, fmt::format("{} <= {};", steps[k], steps[k - 1]));
    }
    text_.Line(2, "end");
  }

  void Registers(uint32_t stage) {
    std::vector<size_t> here;
    for (size_t i = 0; i < process_.registers.size(); ++i) {
      if (schedule_.register_stage[i] == stage) here.push_back(i);
    }
    if (here.empty()) return;
    Clocked();
    bool has_update = false;
    bool has_reset = false;
    for (const size_t i : here) {
      has_update = has_update || process_.registers[i].next != nullptr;
      has_reset = has_reset || process_.registers[i].reset.has_value();
    }
    if (has_update) {
      text_.Line(4, fmt::format("if ({}) begin", Valid(stage)));
      for (const size_t i : here) Update(i, stage);
      text_.Line(4, "end");
    }
    if (has_reset) {
      nets_.Use("rst", 0, 1);
      text_.Line(4, "if (rst) begin");
      for (const size_t i : here) {
        const Register& reg = process_.registers[i];
        if (!reg.reset) continue;
        text_.Line(6, fmt::format("{} <= {};", nets_.RegisterName(i), Literal(*reg.reset)));
      }
      text_.Line(4, "end");
    }
    text_.Line(2, "end");
  }

  // if / else if over the branches; a branch that holds the register turns its condition round.
  void Update(size_t i, uint32_t stage) {
    const Register& reg = process_.registers[i];
    if (reg.next == nullptr) return;
    int indent = 6;
    std::string prefix;
    std::vector<int> open;
    for (const Branch& branch : UpdateChain(reg, static_cast<uint32_t>(i))) {
      if (branch.value == nullptr) {
        if (!prefix.empty()) {
          text_.Line(indent, prefix + "begin");
          open.push_back(indent);
          indent += 2;
          prefix.clear();
        }
        text_.Line(indent, fmt::format("if ({}) begin", nets_.Negated(*branch.condition, stage)));
        open.push_back(indent);
        indent += 2;
        continue;
      }
      const std::string update =
          fmt::format("{} <= {};", nets_.RegisterName(i), nets_.Value(*branch.value, stage, true));
      const SourceLocation& place =
          branch.value->location.line != 0 ? branch.value->location : reg.location;
      if (branch.condition == nullptr) {
        text_.Line(indent, prefix + update, place);
        break;
      }
      text_.Line(
          indent,
          fmt::format("{}if ({}) {}", prefix, nets_.Value(*branch.condition, stage, true), update),
          place);
      prefix = "else ";
    }
    for (; !open.empty(); open.pop_back()) text_.Line(open.back(), "end");
  }

  void Assertions(uint32_t stage) {
    bool is_open = false;
    for (size_t i = 0; i < process_.assertions.size(); ++i) {
      const Assertion& assertion = process_.assertions[i];
      if (schedule_.assertion_stage[i] != stage || assertion.holds->IsAllOnes()) continue;
      if (!is_open) {
        text_.Raw("`ifndef SYNTHESIS");
        Clocked();
        if (stage > 0) nets_.Use("rst", 0, 1);
        text_.Line(4, fmt::format("if ({}{}) begin", stage > 0 ? "~rst & " : "", Valid(stage)));
        is_open = true;
      }
      const std::string place = Place(assertion.location);
      text_.Line(6, fmt::format("assert ({})", nets_.Value(*assertion.holds, stage, true)));
      text_.Raw(fmt::format("        else $error(\"{}{}{}\");", Escaped(place),
                            place.empty() ? "" : ": ", Escaped(assertion.text)));
    }
    if (!is_open) return;
    text_.Line(4, "end");
    text_.Line(2, "end");
    text_.Raw("`endif");
  }

  // What no one uses is named once, so that linters have nothing to say about it.
  void Sink() {
    const std::vector<std::string> unused = nets_.Unused();
    text_.Blank();
    if (!unused.empty()) {
      text_.Line(2, fmt::format("wire _unused = &{{1'b0, {}}};", fmt::join(unused, ", ")));
      text_.Blank();
    }
  }

  const std::string module_;
  const Process& process_;
  const Schedule& schedule_;
  const Piping piping_;
  VerilogNets nets_;
  Text text_;
  std::string fire_;
  std::vector<std::string> valid_;  // of stages 1, 2, ...
  uint32_t last_gated_ = 0;
};

}  // namespace

std::string EmitProcessModule(const std::string& module, const Process& process,
                              const Schedule& schedule) {
  return ProcessPrinter(module, process, schedule).Print();
}

}  // namespace vireo::compiler
