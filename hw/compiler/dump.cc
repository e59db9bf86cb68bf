// SPDX-License-Identifier: Apache-2.0
// Prints processes and networks.

#include "hw/compiler/dump.h"

#include <fmt/format.h>

#include "llvm/ADT/SmallString.h"

namespace vireo::compiler {
namespace {

std::string Hex(const llvm::APInt& value) {
  llvm::SmallString<32> text;
  value.toString(text, 16, false, true);
  return text.str().str();
}

std::string Ref(const Node* node) {
  if (node == nullptr) return "-";
  return node->IsConst() ? fmt::format("{}'{}", node->width, Hex(node->value))
                         : fmt::format("%{}", node->id);
}

std::string Where(const SourceLocation& location) {
  return location.line == 0 ? "" : fmt::format("  // {}:{}", location.file, location.line);
}

}  // namespace

std::string DumpProcess(const Process& process) {
  std::string out = fmt::format("process {}\n", process.name);
  for (const Node& node : process.graph->nodes()) {
    if (node.IsConst()) continue;
    std::string text = fmt::format("  %{}: {} = {}", node.id, node.width, OpName(node.op));
    switch (node.op) {
      case Op::kRegister: text += " " + process.registers[node.index].name; break;
      case Op::kMemoryRead:
        text += fmt::format(" {} port {}", process.memories[node.index].name, node.port);
        break;
      case Op::kStreamData:
      case Op::kStreamValid: text += " " + process.inputs[node.index].name; break;
      case Op::kStreamRoom: text += " " + process.outputs[node.index].name; break;
      case Op::kScalarIn: text += " " + process.scalar_inputs[node.index].name; break;
      case Op::kExtract: text += fmt::format(" [{}+:{}]", node.low, node.width); break;
      default: break;
    }
    for (const Node* operand : node.operands) text += " " + Ref(operand);
    if (!node.name.empty()) text += " \"" + node.name + "\"";
    out += text + Where(node.location) + "\n";
  }
  for (const Register& reg : process.registers) {
    out += fmt::format("  register {}: {} reset {} next {}\n", reg.name, reg.width,
                       reg.reset ? Hex(*reg.reset) : "-", Ref(reg.next));
  }
  for (const Memory& memory : process.memories) {
    out += fmt::format("  memory {}: {} x {} latency {} write {} address {} data {}\n", memory.name,
                       memory.depth, memory.width, memory.read_latency, Ref(memory.write_enable),
                       Ref(memory.write_address), Ref(memory.write_data));
  }
  for (const InputStream& input : process.inputs) {
    out += fmt::format("  in {}: {} pop {} wait {}\n", input.name, input.payload.bits,
                       Ref(input.pop), Ref(input.wait));
  }
  for (const OutputStream& output : process.outputs) {
    out += fmt::format("  out {}: {} push {} data {} wait {}\n", output.name, output.payload.bits,
                       Ref(output.push), Ref(output.data), Ref(output.wait));
  }
  for (const Assertion& assertion : process.assertions) {
    out += fmt::format("  assert {} \"{}\"\n", Ref(assertion.holds), assertion.text);
  }
  return out;
}

std::string DumpNetwork(const Network& network) {
  std::string out = fmt::format("network {}\n", network.name);
  for (const Instance& instance : network.instances) {
    out += fmt::format("  instance {} of {}\n", instance.name,
                       network.processes[instance.process]->name);
  }
  const auto end = [&](const auto& place) {
    return place ? network.instances[place->first].name : std::string("pin");
  };
  for (const Channel& channel : network.channels) {
    out += fmt::format("  channel {}: {} bits, depth {}, {} -> {}\n", channel.name,
                       channel.payload.bits, channel.depth, end(channel.producer),
                       end(channel.consumer));
  }
  for (const ScalarPort& port : network.scalar_ports) {
    out += fmt::format("  {} {}: {} bits\n", port.is_input ? "input" : "output", port.name,
                       port.width);
  }
  return out;
}

}  // namespace vireo::compiler
