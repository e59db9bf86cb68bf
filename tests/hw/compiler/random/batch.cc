// SPDX-License-Identifier: Apache-2.0
// Text of the wrapper and of the comparing program.
#include "tests/hw/compiler/random/batch.h"

#include <fmt/format.h>

namespace vireo::testing {
namespace {

struct Wire {
  std::string name;
  int bits;
  bool is_input;          // of the module
  std::string at_module;  // what the module calls it
};

std::vector<Wire> WiresOf(const Lowered& lowered) {
  std::vector<Wire> wires;
  for (const Program::Port& port : lowered.program.ports) {
    const bool is_pin = lowered.program.is_network;
    const auto add = [&](const char* name, const char* pin, int bits, bool is_input) {
      wires.push_back({fmt::format("{}_{}", port.name, name), bits, is_input,
                       fmt::format("{}_{}", port.name, is_pin ? pin : name)});
    };
    // The pins of a full top are whole bytes wide.
    const int bits = BitsOf(port.type);
    add("data", "TDATA", is_pin ? (bits + 7) / 8 * 8 : bits, port.is_input);
    add("valid", "TVALID", 1, port.is_input);
    add("ready", "TREADY", 1, !port.is_input);
    if (lowered.late.contains(port.name)) {
      add("reserve", "", 1, false);
      add("cancel", "", 1, false);
    }
  }
  return wires;
}

std::string PortTables(const Lowered& lowered) {
  std::string leaves, ports;
  for (const Program::Port& port : lowered.program.ports) {
    const std::string type =
        port.type.structure ? lowered.program.name + "::" + port.type.Name() : port.type.Name();
    std::string list;
    int bit = 0;
    for (const Part& part : PartsOf(port.type)) {
      const std::string scalar = part.scalar.kind == Scalar::Kind::kEnum
                                     ? lowered.program.name + "::Mode"
                                     : part.scalar.Name();
      const std::string offset =
          part.path.empty() ? "0" : fmt::format("offsetof({}, {})", type, part.path.substr(1));
      list += fmt::format("{}{{{}, sizeof({}), {}, {}, {}}}", list.empty() ? "" : ", ", offset,
                          scalar, bit, part.scalar.width, part.scalar.is_signed);
      bit += part.scalar.width;
    }
    leaves += fmt::format("const Leaf k{}_{}[] = {{{}}};\n", lowered.program.name, port.name, list);
    ports += fmt::format("{}{{\"{}\", {}, {}, k{}_{}}}", ports.empty() ? "" : ", ", port.name,
                         port.is_input, BitsOf(port.type), lowered.program.name, port.name);
  }
  return leaves +
         fmt::format("const StreamPort k{}_ports[] = {{{}}};\n", lowered.program.name, ports);
}

// A method that does `text` for each port of one direction.
std::string Method(const std::string& signature, const Lowered& lowered, bool is_input,
                   const std::string& text, const std::string& rest) {
  std::string body;
  for (size_t p = 0; p < lowered.program.ports.size(); ++p) {
    const Program::Port& port = lowered.program.ports[p];
    if (port.is_input != is_input) continue;
    const std::string stem = fmt::format("model.{}_{}", lowered.program.name, port.name);
    std::string line = text;
    for (size_t at; (at = line.find('$')) != std::string::npos;) line.replace(at, 1, stem);
    body += fmt::format("      case {}: {} \n", p, line);
  }
  return fmt::format("  {} override {{\n    switch (p) {{\n{}    }}\n    {}\n  }}\n", signature,
                     body, rest);
}

std::string DutClass(const Lowered& lowered) {
  const std::string& name = lowered.program.name;
  std::string text = fmt::format(
      "struct {0}_dut final : BatchDut {{\n  using BatchDut::BatchDut;\n"
      "  std::span<const StreamPort> ports() const override {{ return k{0}_ports; }}\n"
      "  uint32_t latency() const override {{ return {1}; }}\n"
      "  bool is_core() const override {{ return {2}; }}\n",
      name, lowered.latency, !lowered.program.is_network);
  text += Method("void SetInput(size_t p, bool valid, const uint32_t* words)", lowered, true,
                 "$_valid = valid; Put($_data, words); return;", "");
  text +=
      Method("bool InputReady(size_t p) const", lowered, true, "return $_ready;", "return false;");
  text += Method("void SetOutputReady(size_t p, bool ready)", lowered, false,
                 "$_ready = ready; return;", "");
  text += Method("bool OutputValid(size_t p) const", lowered, false, "return $_valid;",
                 "return false;");
  text += Method("void GetOutput(size_t p, uint32_t* words) const", lowered, false,
                 "Get($_data, words); return;", "");
  // An output that is pushed in stage 0 takes its room then.
  std::string reserve, cancel;
  for (size_t p = 0; p < lowered.program.ports.size(); ++p) {
    const std::string& port = lowered.program.ports[p].name;
    if (!lowered.late.contains(port)) continue;
    reserve += fmt::format("    if (p == {}) return model.{}_{}_reserve;\n", p, name, port);
    cancel += fmt::format("    if (p == {}) return model.{}_{}_cancel;\n", p, name, port);
  }
  text += fmt::format(
      "  bool OutputReserve(size_t p) const override {{\n{}    return OutputValid(p);\n  }}\n",
      reserve);
  text += fmt::format(
      "  bool OutputCancel(size_t p) const override {{\n{}    return false;\n  }}\n", cancel);
  if (lowered.has_fire)
    text += fmt::format(
        "  std::optional<bool> Fired() const override {{ return model.{}_fire != 0; }}\n", name);
  return text + "};\n";
}

std::string NativeClass(const Program& program) {
  std::string streams, slots, arguments;
  for (size_t p = 0; p < program.ports.size(); ++p) {
    const Program::Port& port = program.ports[p];
    const bool is_local = port.type.structure || port.type.scalar.kind == Scalar::Kind::kEnum;
    slots += fmt::format("{}&s{}[{}]", p == 0 ? "" : ", ", p - static_cast<size_t>(port.index),
                         port.index);
    if (port.index != 0) continue;
    streams += fmt::format("  hls::stream<{}{}> s{}[{}];\n", is_local ? program.name + "::" : "",
                           port.type.Name(), p, port.count);
    arguments += fmt::format("{}s{}{}", p == 0 ? "" : ", ", p, port.array.empty() ? "[0]" : "");
  }
  if (program.is_function)
    return fmt::format(
        "struct {0}_native final : FlatFunction {{\n{1}  {0}_native() {{ Bind({{{2}}}); }}\n"
        "  void Step() override {{ {3}({4}); }}\n}};\n",
        program.name, streams, slots, program.Top(), arguments);
  if (program.is_network)
    return fmt::format(
        "struct {0}_native final : FlatNetwork {{\n  alignas({3}) std::byte object[sizeof({3})];\n"
        "  std::optional<{3}> backup;\n{1}"
        "  {0}_native() {{ SetObject(object, nullptr, sizeof object); Bind({{{2}}}); }}\n"
        "  {3}& it() {{ return *reinterpret_cast<{3}*>(object); }}\n"
        "  void New(void* at) override {{ new (at) {3}; }}\n"
        "  void Copy(bool back) override {{ if (back) it() = *backup; else backup = it(); }}\n"
        "  void Step() override {{ it().Step({4}); }}\n}};\n",
        program.name, streams, slots, program.Top(), arguments);
  return fmt::format(
      "struct {0}_native final : FlatObject {{\n  alignas({3}) std::byte object[sizeof({3})], "
      "backup[sizeof({3})];\n{1}"
      "  {0}_native() {{ SetObject(object, backup, sizeof object); Bind({{{2}}}); }}\n"
      "  void New(void* at) override {{ new (at) {3}; }}\n"
      "  void Step() override {{ reinterpret_cast<{3}*>(object)->Step({4}); }}\n}};\n",
      program.name, streams, slots, program.Top(), arguments);
}

}  // namespace

std::string BatchVerilog(const std::vector<Lowered>& batch) {
  std::string ports, instances;
  for (const Lowered& lowered : batch) {
    const std::string& name = lowered.program.name;
    std::string connections;
    for (const Wire& wire : WiresOf(lowered)) {
      ports += fmt::format(",\n  {} wire [{}:0] {}_{}", wire.is_input ? "input" : "output",
                           wire.bits - 1, name, wire.name);
      connections += fmt::format(", .{}({}_{})", wire.at_module, name, wire.name);
    }
    if (lowered.has_fire) {
      ports += fmt::format(",\n  output wire {}_fire", name);
      instances += fmt::format("  assign {0}_fire = i_{0}.fire;\n", name);
    }
    const char* clock =
        lowered.program.is_network ? ".ap_clk(clk), .ap_rst_n(~rst)" : ".clk(clk), .rst(rst)";
    instances += fmt::format("  {} i_{} ({}{});\n", name, name, clock, connections);
  }
  return fmt::format("module batch (\n  input wire clk,\n  input wire rst{}\n);\n{}endmodule\n",
                     ports, instances);
}

std::string BatchMain(const std::vector<Lowered>& batch) {
  std::string text =
      "#include <optional>\n#include "
      "\"tests/hw/compiler/random/batch_bench.h\"\nVIREO_STATICS_BEGIN\n";
  for (const Lowered& lowered : batch)
    text += fmt::format("#include \"{}.h\"\n", lowered.program.name);
  text += "VIREO_STATICS_END\nusing namespace vireo::sim;\nusing namespace vireo::testing;\n";
  std::string entries;
  for (const Lowered& lowered : batch) {
    text += PortTables(lowered) + DutClass(lowered) + NativeClass(lowered.program);
    entries += fmt::format(
        "    {{\"{0}\", [](Vbatch& m) -> Dut* {{ return new {0}_dut(m); }}, "
        "[]() -> Native* {{ return new {0}_native; }}}},\n",
        lowered.program.name);
  }
  return text + "int main(int argc, char** argv) {\n  static const BatchEntry entries[] = {\n" +
         entries + "  };\n  return RunBatch(entries, argc, argv);\n}\n";
}

}  // namespace vireo::testing
