// SPDX-License-Identifier: Apache-2.0
// Prints the binding between a Verilated module's pins and sim/harness.

#include "hw/compiler/cosim_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "hw/compiler/verilog_axilite.h"
#include "hw/compiler/verilog_ports.h"
#include "hw/compiler/verilog_text.h"

namespace vireo::compiler {

namespace {

// A pin and the payload's bits in it.
struct Pin {
  std::string name;
  uint32_t low = 0;
  uint32_t width = 0;
  uint32_t pins = 0;
};

struct Stream {
  std::string name;
  bool is_input = false;
  const Payload* payload = nullptr;
  std::vector<Pin> data;
  std::string valid;
  std::string ready;
  std::string reserve;
  std::string cancel;
};

// Verilator makes a pin of more than 64 bits an array of words, else an integer.
std::string ReadBits(const Pin& pin) {
  if (pin.pins > 64) {
    return fmt::format("CopyBits(&dut_.{}[0], 0, words, {}, {});", pin.name, pin.low, pin.width);
  }
  return fmt::format("PutBits(words, {}, {}, dut_.{});", pin.low, pin.width, pin.name);
}

std::string WriteBits(const Pin& pin) {
  if (pin.pins > 64) {
    return fmt::format("CopyBits(words, {}, &dut_.{}[0], 0, {});", pin.low, pin.name, pin.width);
  }
  const char* type = pin.pins <= 8    ? "CData"
                     : pin.pins <= 16 ? "SData"
                     : pin.pins <= 32 ? "IData"
                                      : "QData";
  return fmt::format("dut_.{} = static_cast<{}>(GetBits(words, {}, {}));", pin.name, type, pin.low,
                     pin.width);
}

// In the order of the top's channels, which is that of the process' parameters.
std::vector<Stream> CoreStreams(const Network& network, const Schedule& schedule) {
  const Process& process = *network.processes[0];
  const Instance& instance = network.instances[0];
  const ProcessPorts ports = NamePorts(process, schedule);
  std::map<size_t, Stream> streams;
  const auto add = [&](size_t channel, const std::string& name, bool is_input,
                       const Payload& payload, const StreamPorts& port) {
    streams[channel] = {
        name,       is_input,   &payload,     {{port.data, 0, payload.bits, payload.bits}},
        port.valid, port.ready, port.reserve, port.cancel};
  };
  for (size_t i = 0; i < process.inputs.size(); ++i) {
    const InputStream& in = process.inputs[i];
    add(instance.inputs[i], in.name, true, in.payload, ports.inputs[i]);
  }
  for (size_t i = 0; i < process.outputs.size(); ++i) {
    const OutputStream& out = process.outputs[i];
    add(instance.outputs[i], out.name, false, out.payload, ports.outputs[i]);
  }
  std::vector<Stream> ordered;
  ordered.reserve(streams.size());
  for (auto& [channel, stream] : streams) ordered.push_back(std::move(stream));
  return ordered;
}

std::vector<Stream> NetworkStreams(const Network& network) {
  std::vector<Stream> streams;
  for (const TopStream& top : TopStreams(network)) {
    Stream stream{top.channel->name,
                  top.is_input,
                  &top.channel->payload,
                  {},
                  top.name + "_TVALID",
                  top.name + "_TREADY",
                  "",
                  ""};
    for (const AxisSignal& signal : AxisSignals(top.channel->payload)) {
      stream.data.push_back(
          {top.name + "_" + signal.suffix, signal.low, signal.width, signal.pins});
    }
    streams.push_back(std::move(stream));
  }
  return streams;
}

// A member function with a statement for each stream of one direction.
void Switch(Text& text, const std::string& signature, const std::vector<Stream>& streams,
            bool is_input, const std::string& otherwise, const auto& body) {
  text.Raw("  " + signature + " {");
  text.Raw("    switch (port) {");
  for (size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].is_input != is_input) continue;
    text.Raw(fmt::format("      case {}:  // {}", i, streams[i].name));
    body(streams[i]);
  }
  text.Raw("      default: " + otherwise);
  text.Raw("    }");
  text.Raw("  }");
}

void Constructor(Text& text, const std::string& name, const Network& network, bool core) {
  text.Raw(fmt::format("  {}() {{", name));
  if (!core) {
    for (const AxiLiteBlock& block : AxiLiteBlocks(network)) {
      for (const BusPin& pin : AxiLitePins(block.address_bits)) {
        if (pin.is_input)
          text.Raw(fmt::format("    dut_.s_axi_{}_{} = 0;", block.bundle, pin.name));
      }
    }
  }
  text.Raw("    SetClock(false);");
  text.Raw("  }");
}

void Tables(Text& text, const std::vector<Stream>& streams) {
  for (size_t i = 0; i < streams.size(); ++i) {
    text.Raw(fmt::format("  static constexpr vireo::sim::Leaf kLeaves{}[] = {{", i));
    for (const Leaf& leaf : streams[i].payload->leaves) {
      text.Raw(fmt::format("      {{{}, {}, {}, {}, {}}},  // {}", leaf.byte_offset, leaf.byte_size,
                           leaf.bit_offset, leaf.bits, leaf.is_signed, leaf.name));
    }
    if (streams[i].payload->leaves.empty()) {
      text.Raw(fmt::format("      {{0, {}, 0, {}, false}},", (streams[i].payload->bits + 7) / 8,
                           streams[i].payload->bits));
    }
    text.Raw("  };");
  }
  text.Raw(fmt::format("  static constexpr std::array<vireo::sim::StreamPort, {}> kPorts = {{{{",
                       streams.size()));
  for (size_t i = 0; i < streams.size(); ++i) {
    text.Raw(fmt::format("      {{\"{}\", {}, {}, kLeaves{}}},", streams[i].name,
                         streams[i].is_input, streams[i].payload->bits, i));
  }
  text.Raw("  }};");
}

constexpr const char* kBitFunctions =
    R"(  static uint64_t GetBits(const uint32_t* words, uint32_t low, uint32_t width) {
    uint64_t value = 0;
    for (uint32_t i = 0; i < width;) {
      const uint32_t shift = (low + i) % 32;
      const uint32_t part = std::min(32 - shift, width - i);
      const uint64_t bits = (words[(low + i) / 32] >> shift) & Mask(part);
      value |= bits << i;
      i += part;
    }
    return value;
  }
  static void PutBits(uint32_t* words, uint32_t low, uint32_t width, uint64_t value) {
    for (uint32_t i = 0; i < width;) {
      const uint32_t shift = (low + i) % 32;
      const uint32_t part = std::min(32 - shift, width - i);
      uint32_t& word = words[(low + i) / 32];
      const uint32_t mask = static_cast<uint32_t>(Mask(part)) << shift;
      word = (word & ~mask) | ((static_cast<uint32_t>(value >> i) << shift) & mask);
      i += part;
    }
  }
  template <typename From, typename To>
  static void CopyBits(const From* from, uint32_t from_low, To* to, uint32_t to_low,
                       uint32_t width) {
    for (uint32_t i = 0; i < width; i += 32) {
      const uint32_t part = std::min(32U, width - i);
      PutBits(to, to_low + i, part, GetBits(from, from_low + i, part));
    }
  }
  static uint64_t Mask(uint32_t bits) { return bits >= 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1; }
)";

}  // namespace

std::string EmitCosimHeader(const Network& network, const std::vector<Schedule>& schedules,
                            const EmitOptions& options) {
  const std::string name = Identifier(network.name);
  const std::vector<Stream> streams =
      options.core ? CoreStreams(network, schedules[0]) : NetworkStreams(network);
  uint32_t latency = 0;
  for (const Schedule& schedule : schedules) latency = std::max(latency, schedule.latency);
  Text text;
  text.Raw("// Emitted by vireo-hls: drives the Verilated module " + name + ".");
  text.Raw("#pragma once");
  text.Raw("");
  text.Raw("#include <algorithm>");
  text.Raw("#include <array>");
  text.Raw("#include <cstddef>");
  text.Raw("#include <cstdint>");
  text.Raw("#include <span>");
  text.Raw("");
  text.Raw(fmt::format("#include \"V{}.h\"", name));
  text.Raw("#include \"sim/harness/dut.h\"");
  text.Raw("#include \"sim/harness/waves.h\"");
  text.Raw("");
  text.Raw("namespace vireo::cosim {");
  text.Raw("");
  text.Raw(fmt::format("class {} final : public vireo::sim::Dut {{", name));
  text.Raw(" public:");
  Constructor(text, name, network, options.core);
  text.Raw(fmt::format("  ~{}() override {{ dut_.final(); }}", name));
  text.Raw("");
  text.Raw("  std::span<const vireo::sim::StreamPort> ports() const override { return kPorts; }");
  text.Raw(fmt::format("  void SetClock(bool high) override {{ dut_.{} = high; }}",
                       options.core ? "clk" : "ap_clk"));
  text.Raw(fmt::format("  void SetReset(bool asserted) override {{ dut_.{} = {}asserted; }}",
                       options.core ? "rst" : "ap_rst_n", options.core ? "" : "!"));
  text.Raw("  void Eval() override { dut_.eval(); }");
  text.Raw(fmt::format("  bool is_core() const override {{ return {}; }}", options.core));
  text.Raw(fmt::format("  uint32_t latency() const override {{ return {}; }}", latency));
  Switch(text, "void SetInput(size_t port, bool valid, const uint32_t* words) override", streams,
         true, "break;", [&](const Stream& stream) {
           text.Raw(fmt::format("        dut_.{} = valid;", stream.valid));
           for (const Pin& pin : stream.data) text.Raw("        " + WriteBits(pin));
           text.Raw("        break;");
         });
  Switch(text, "bool InputReady(size_t port) const override", streams, true, "return false;",
         [&](const Stream& stream) {
           text.Raw(fmt::format("        return dut_.{} != 0;", stream.ready));
         });
  Switch(text, "void SetOutputReady(size_t port, bool ready) override", streams, false, "break;",
         [&](const Stream& stream) {
           text.Raw(fmt::format("        dut_.{} = ready;", stream.ready));
           text.Raw("        break;");
         });
  const auto get = [&](const char* function, const std::string Stream::* pin,
                       const std::string Stream::* otherwise) {
    Switch(text, fmt::format("bool {}(size_t port) const override", function), streams, false,
           "return false;", [&](const Stream& stream) {
             const std::string& read = !(stream.*pin).empty() ? stream.*pin
                                       : otherwise != nullptr ? stream.*otherwise
                                                              : stream.*pin;
             text.Raw(read.empty() ? "        return false;"
                                   : fmt::format("        return dut_.{} != 0;", read));
           });
  };
  get("OutputValid", &Stream::valid, nullptr);
  get("OutputReserve", &Stream::reserve, &Stream::valid);
  get("OutputCancel", &Stream::cancel, nullptr);
  Switch(text, "void GetOutput(size_t port, uint32_t* words) const override", streams, false,
         "break;", [&](const Stream& stream) {
           text.Raw(fmt::format("        std::fill_n(words, {}, 0U);",
                                (stream.payload->bits + 31) / 32));
           for (const Pin& pin : stream.data) text.Raw("        " + ReadBits(pin));
           text.Raw("        break;");
         });
  text.Raw("  bool OpenWaves(const char* path) override { return waves_.Open(dut_, path); }");
  text.Raw("  void DumpWaves(uint64_t time) override { waves_.Dump(time); }");
  text.Raw("  void CloseWaves() override { waves_.Close(); }");
  text.Raw("");
  text.Raw(fmt::format("  V{}& model() {{ return dut_; }}", name));
  text.Raw("");
  text.Raw(" private:");
  Tables(text, streams);
  text.Append(kBitFunctions);
  text.Raw("");
  text.Raw(fmt::format("  V{} dut_;", name));
  text.Raw(fmt::format("  vireo::sim::WaveFile<V{}> waves_;", name));
  text.Raw("};");
  text.Raw("");
  text.Raw("}  // namespace vireo::cosim");
  return text.str();
}

}  // namespace vireo::compiler
