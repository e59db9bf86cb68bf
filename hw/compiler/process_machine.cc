// SPDX-License-Identifier: Apache-2.0
// Lowers one process: runs one firing and turns what it did into registers, memories and streams.

#include "hw/compiler/process_machine.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw/compiler/compact.h"
#include "hw/compiler/process_state.h"

namespace vireo::compiler {

bool ProcessMachine::Run() {
  location_ = LocationOf(request_.function->getSubprogram());
  graph_.SetLocation(location_);
  try {
    Call(*request_.function, BindParameters(), kAlways);
  } catch (const SourceError&) {
    // What an array is decides how it is used: an error found before may not stand.
    if (!must_restart_) throw;
  }
  return !must_restart_;
}

std::unique_ptr<Process> ProcessMachine::Finish(std::unique_ptr<Graph> graph) {
  auto process = std::make_unique<Process>();
  process->name = request_.name;
  process->location = LocationOf(request_.function->getSubprogram());
  for (const StateLeaf& leaf : leaves_) {
    Register& reg = registers_[leaf.register_index];
    Node* self = graph_.Input(Op::kRegister, reg.width, leaf.register_index);
    const Object& object = objects_[leaf.object];
    const auto segment =
        std::find_if(object.segments.begin(), object.segments.end(), [&](const Segment& s) {
          return s.offset == leaf.leaf.byte_offset && s.size == leaf.leaf.byte_size;
        });
    const auto cut = [&](const Value& value) {
      return graph_.Extract(AsBits(value, leaf.leaf.byte_size * 8), 0, reg.width);
    };
    if (segment == object.segments.end()) {
      reg.next = cut(LoadBytes(object, leaf.leaf.byte_offset, leaf.leaf.byte_size, kAlways));
      continue;
    }
    std::vector<Choice> writes;
    Condition written = kNever;
    for (const Entry& entry : segment->entries) {
      if (entry.value.bits == leaf.in_memory && entry.when == kAlways) continue;
      writes.push_back({entry.when, entry.value});
      written = conditions_.Or(written, entry.when);
    }
    if (writes.empty()) {
      reg.next = self;
    } else {
      reg.next = graph_.Mux(conditions_.ToNode(written), cut(Resolve(writes, written)), self);
    }
  }
  process->registers = std::move(registers_);

  CheckStorage();
  process->memories.resize(memory_count_);
  std::vector<MemoryPlan> plans(memory_count_);
  for (auto& [key, entry] : state_memories_) {
    const Image& image = images_.at(entry.object);
    const uint32_t bytes = entry.memory->element_bytes();
    entry.memory->Finish(
        process->memories, plans,
        [&](uint32_t i, const Leaf& leaf) -> std::optional<llvm::APInt> {
          auto value =
              image(entry.array.offset + int64_t{i} * bytes + leaf.byte_offset, leaf.byte_size);
          if (!value) return {};
          return value->trunc(leaf.bits);
        },
        request_.single_stage);
  }

  std::vector<uint32_t> stream_index(streams_.size());
  for (size_t i = 0; i < streams_.size(); ++i) {
    Stream& stream = streams_[i];
    if (stream.is_output || (!stream.is_input && stream.is_written_in_source)) {
      Node* room = graph_.Input(Op::kStreamRoom, 1, static_cast<uint32_t>(i));
      OutputStream output;
      output.name = stream.name;
      output.payload = stream.payload;
      output.push = conditions_.ToNode(stream.written);
      const Value data = Resolve(stream.tokens, stream.written);
      output.data = AsBits(data, stream.payload.bits);
      output.wait =
          conditions_.ToNode(conditions_.AndNot(stream.written, conditions_.FromNode(room)));
      output.location = stream.location;
      stream_index[i] = static_cast<uint32_t>(process->outputs.size());
      process->outputs.push_back(std::move(output));
    } else {
      Node* valid = graph_.Input(Op::kStreamValid, 1, static_cast<uint32_t>(i));
      InputStream input;
      input.name = stream.name;
      input.payload = stream.payload;
      input.pop = conditions_.ToNode(stream.read);
      input.wait = conditions_.ToNode(conditions_.AndNot(stream.read, conditions_.FromNode(valid)));
      input.location = stream.location;
      if (!stream.is_input) {
        Fail(process->location, fmt::format("'{}' is neither read nor written by '{}', so that it "
                                            "has no direction; remove it",
                                            stream.name, process->name));
      }
      stream_index[i] = static_cast<uint32_t>(process->inputs.size());
      process->inputs.push_back(std::move(input));
    }
  }
  process->scalar_inputs = std::move(scalar_inputs_);
  process->scalar_outputs = std::move(scalar_outputs_);
  process->assertions = std::move(assertions_);
  process->graph = std::move(graph);
  Compact(*process, stream_index, plans);
  return process;
}

std::unique_ptr<Process> LowerProcess(const llvm::Module& module, Layouts& layouts,
                                      const ProcessRequest& request,
                                      std::vector<Diagnostic>& warnings) {
  std::set<ArrayKey> memories;
  for (;;) {
    auto graph = std::make_unique<Graph>();
    Conditions conditions(*graph);
    std::vector<Diagnostic> found;
    ProcessMachine machine(module, *graph, conditions, layouts, request, memories, found);
    if (!machine.Run()) continue;
    auto process = machine.Finish(std::move(graph));
    warnings.insert(warnings.end(), found.begin(), found.end());
    return process;
  }
}

}  // namespace vireo::compiler
