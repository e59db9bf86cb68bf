// SPDX-License-Identifier: Apache-2.0
// Prints a scheduled process stage by stage.

#include "hw/compiler/verilog_process.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/verilog_cones.h"
#include "hw/compiler/verilog_module.h"
#include "hw/compiler/verilog_nets.h"
#include "hw/compiler/verilog_text.h"
#include "hw/compiler/verilog_work.h"

namespace vireo::compiler {

namespace {

class ProcessPrinter {
 public:
  ProcessPrinter(const std::string& module, const Process& process, const Schedule& schedule)
      : name_(module),
        process_(process),
        schedule_(schedule),
        module_(process, schedule),
        nets_(module_.nets()),
        text_(module_.text()) {}

  std::string Print() {
    Ports();
    module_.DefineEachClock();
    State();
    for (uint32_t stage = 0; stage < schedule_.stages; ++stage) Stage(stage);
    Sink();
    text_.Line(0, "endmodule");
    return text_.str();
  }

 private:
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
    text_.Line(0, fmt::format("module {} (", name_), process_.location);
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

  void Storage(size_t i) {
    const Memory& memory = process_.memories[i];
    if (!module_.IsRead(memory)) return;
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

  // What decides is there in each clock, all else where the stage holds a firing.
  void Stage(uint32_t stage) {
    if (schedule_.stages > 1) {
      text_.Blank();
      text_.Line(2, fmt::format("// Stage {}", stage));
    }
    if (stage > 0 && stage <= module_.last_gated()) ValidBit(stage);
    const StageCones cones(process_, schedule_, module_.piping(), stage);
    std::vector<const Node*> given, kept;
    for (const Node* node : nets_.Defined(stage)) {
      if (cones.Decides(*node)) {
        Define(*node, stage);
      } else {
        (cones.Gives(*node) ? given : kept).push_back(node);
      }
    }
    if (stage == 0) Firing();
    Given(given, stage);
    for (size_t i = 0; i < process_.outputs.size(); ++i) Output(i, stage);
    PrintWork(module_, stage, kept);
  }

  void ValidBit(uint32_t stage) {
    text_.Line(2, fmt::format("reg {};", module_.Valid(stage)));
    module_.Clocked();
    text_.Line(4, fmt::format("{} <= {} & ~{};", module_.Valid(stage), module_.Active(stage - 1),
                              module_.Reset()));
    text_.Line(2, "end");
  }

  void Define(const Node& node, uint32_t stage) {
    if (node.op != Op::kIndex) {
      text_.Line(2,
                 fmt::format("wire {}{} = {};", Range(node.width), nets_.NetName(node, stage),
                             nets_.Definition(node, stage)),
                 node.location);
      return;
    }
    module_.DeclareVariable(node, stage);
    text_.Line(2, "always @* begin");
    module_.Assign(node, stage, 4);
    text_.Line(2, "end");
  }

  // What tokens are made of; where it is wide, only in a firing.
  void Given(const std::vector<const Node*>& nodes, uint32_t stage) {
    uint32_t bits = 0;
    for (const Node* node : nodes) bits += node->width;
    const bool is_always = stage == 0 && !module_.has_active();
    if (bits <= kNarrow || is_always) {
      for (const Node* node : nodes) Define(*node, stage);
      return;
    }
    std::vector<std::string> names;
    for (const Node* node : nodes) {
      module_.DeclareVariable(*node, stage);
      names.push_back(nets_.NetName(*node, stage));
    }
    text_.Line(2, "always @* begin");
    text_.Line(
        4, fmt::format("{} = {}'bx;",
                       names.size() == 1 ? names[0] : fmt::format("{{{}}}", fmt::join(names, ", ")),
                       bits));
    text_.Line(4, fmt::format("if ({}) begin", module_.Active(stage)));
    for (const Node* node : nodes) module_.Assign(*node, stage, 6);
    text_.Line(4, "end");
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
    const std::string& fire = module_.Valid(0);
    text_.Line(2, waits.empty() ? fmt::format("wire {} = 1'b1;", fire)
                                : fmt::format("wire {} = ~{};", fire, fmt::join(waits, " & ~")));
    if (module_.has_active()) {
      const std::string computed =
          fmt::format("{} | {}", module_.EachClock(), nets_.Value(*schedule_.active, 0, true));
      text_.Line(2, fmt::format(
                        fmt::runtime(waits.empty() ? "wire {0} = {2};" : "wire {0} = {1} & ({2});"),
                        module_.Active(0), fire, computed));
    }
    for (size_t i = 0; i < process_.inputs.size(); ++i) {
      const InputStream& in = process_.inputs[i];
      text_.Line(
          2,
          fmt::format("assign {} = {};", nets_.ports().inputs[i].ready, module_.Gated(*in.pop, 0)),
          in.location);
    }
  }

  void Output(size_t i, uint32_t stage) {
    const OutputStream& out = process_.outputs[i];
    const OutputSchedule& plan = schedule_.outputs[i];
    const StreamPorts& ports = nets_.ports().outputs[i];
    const auto assign = [&](const std::string& port, const std::string& value) {
      text_.Line(2, fmt::format("assign {} = {};", port, value), out.location);
    };
    if (stage == 0 && plan.stage > 0) assign(ports.reserve, module_.Gated(*plan.reserve, 0));
    if (stage != plan.stage) return;
    assign(ports.valid, module_.Gated(*out.push, stage));
    assign(ports.data, nets_.Value(*out.data, stage, true));
    if (plan.stage == 0) return;
    if (plan.exact_reserve) {
      assign(ports.cancel, Literal(1, 0));
    } else {
      assign(ports.cancel, fmt::format("{} & {}", module_.Gated(*plan.reserve, stage),
                                       nets_.Negated(*out.push, stage)));
    }
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

  // Up to this many bits are cheaper to compute than to pass over.
  static constexpr uint32_t kNarrow = 64;

  const std::string name_;
  const Process& process_;
  const Schedule& schedule_;
  VerilogModule module_;
  VerilogNets& nets_;
  Text& text_;
};

}  // namespace

std::string EmitProcessModule(const std::string& module, const Process& process,
                              const Schedule& schedule) {
  return ProcessPrinter(module, process, schedule).Print();
}

}  // namespace vireo::compiler
