// SPDX-License-Identifier: Apache-2.0
// Processes built by hand for tests of the compiler's back end.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

inline Payload ScalarPayload(uint32_t bits) {
  Payload payload;
  payload.type = "ap_uint<" + std::to_string(bits) + ">";
  payload.bits = bits;
  payload.bytes = (bits + 7) / 8;
  payload.leaves = {{"", 0, payload.bytes, 0, bits, false}};
  return payload;
}

// Adds streams and state to a process while its graph is built. Streams block.
class ProcessBuilder {
 public:
  explicit ProcessBuilder(const std::string& name) : process_(std::make_unique<Process>()) {
    process_->name = name;
    process_->graph = std::make_unique<Graph>();
    process_->location = {name + ".cc", 1, 1};
  }

  Graph& graph() { return *process_->graph; }
  Process& process() { return *process_; }
  std::unique_ptr<Process> Take() { return std::move(process_); }

  // The head of a new input stream, read if `pop` (default: in each firing).
  Node* Input(const std::string& name, uint32_t width, Node* pop = nullptr) {
    const auto index = static_cast<uint32_t>(process_->inputs.size());
    Graph& g = graph();
    Node* valid = g.Input(Op::kStreamValid, 1, index);
    if (pop == nullptr) pop = g.True();
    process_->inputs.push_back({name, ScalarPayload(width), pop, g.And(pop, g.Not(valid)), At(2)});
    return g.Input(Op::kStreamData, width, index);
  }

  // Writes a new output stream if `push`.
  void Output(const std::string& name, Node* data, Node* push = nullptr) {
    const auto index = static_cast<uint32_t>(process_->outputs.size());
    Graph& g = graph();
    Node* room = g.Input(Op::kStreamRoom, 1, index);
    if (push == nullptr) push = g.True();
    process_->outputs.push_back(
        {name, ScalarPayload(data->width), push, data, g.And(push, g.Not(room)), At(3)});
  }

  // A register of reset value 0, as a firing finds it; give it its next value with Next.
  Node* Register(const std::string& name, uint32_t width, uint64_t reset = 0) {
    const auto index = static_cast<uint32_t>(process_->registers.size());
    process_->registers.push_back(
        {name, width, false, llvm::APInt(width, reset), nullptr, At(10 + index)});
    Node* node = graph().Input(Op::kRegister, width, index);
    process_->registers.back().next = node;
    return node;
  }
  void Next(Node* reg, Node* next) { process_->registers[reg->index].next = next; }

  // A memory; its index.
  uint32_t Memory(const std::string& name, uint32_t width, uint32_t depth, uint32_t latency = 0) {
    compiler::Memory memory;
    memory.name = name;
    memory.width = width;
    memory.depth = depth;
    memory.read_latency = latency;
    memory.location = At(20);
    process_->memories.push_back(std::move(memory));
    return static_cast<uint32_t>(process_->memories.size() - 1);
  }
  Node* Read(uint32_t memory, Node* address) {
    compiler::Memory& m = process_->memories[memory];
    const auto port = static_cast<uint32_t>(m.reads.size());
    Node* result = graph().MemoryRead(memory, port, m.width, address);
    m.reads.push_back({address, graph().True(), result, At(21)});
    return result;
  }
  void Write(uint32_t memory, Node* enable, Node* address, Node* data) {
    compiler::Memory& m = process_->memories[memory];
    m.write_enable = enable;
    m.write_address = address;
    m.write_data = data;
  }

  SourceLocation At(uint32_t line) const { return {process_->name + ".cc", line, 1}; }

 private:
  std::unique_ptr<Process> process_;
};

// A network of one process, its streams pins of the top.
inline Network NetworkOf(std::unique_ptr<Process> process) {
  Network network;
  network.name = process->name;
  Instance instance;
  instance.name = process->name;
  for (size_t i = 0; i < process->inputs.size(); ++i) {
    const InputStream& in = process->inputs[i];
    instance.inputs.push_back(network.channels.size());
    network.channels.push_back({in.name, in.payload, 2, std::nullopt, {{0, i}}, in.location});
  }
  for (size_t i = 0; i < process->outputs.size(); ++i) {
    const OutputStream& out = process->outputs[i];
    instance.outputs.push_back(network.channels.size());
    network.channels.push_back({out.name, out.payload, 2, {{0, i}}, std::nullopt, out.location});
  }
  network.processes.push_back(std::move(process));
  network.instances.push_back(std::move(instance));
  return network;
}

}  // namespace vireo::compiler
