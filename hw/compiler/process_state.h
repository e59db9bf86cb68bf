// SPDX-License-Identifier: Apache-2.0
// The machine that runs one firing of a process: its state, its streams, and what it has done.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "hw/compiler/process_machine.h"
#include "hw/compiler/state_memory.h"

namespace vireo::compiler {

// An array of state, by the name of its object, its place there, and in how many arrays it lies:
// the first element of an array begins where the array does.
using ArrayKey = std::tuple<std::string, int64_t, uint32_t>;

// A member or an element of state, however deep.
struct StatePlace {
  const Type* type = nullptr;
  int64_t offset = 0;   // in the object
  uint32_t around = 0;  // arrays in which it lies
  std::string name;
  SourceLocation location;
};

size_t Dimensions(const Type* type);
// What an array of arrays holds in the end.
const Type* ElementOf(const Type* type);

class ProcessMachine : public Machine {
 public:
  ProcessMachine(const llvm::Module& module, Graph& graph, Conditions& conditions, Layouts& layouts,
                 const ProcessRequest& request, std::set<ArrayKey>& memories,
                 std::vector<Diagnostic>& warnings)
      : Machine(module, graph, conditions, layouts),
        request_(request),
        memory_arrays_(memories),
        warnings_(warnings) {}

  // Runs one firing. False: an array turned out to be a memory, and all must be run again.
  bool Run();
  std::unique_ptr<Process> Finish(std::unique_ptr<Graph> graph);

 private:
  struct StateLeaf {
    ObjectId object;
    Leaf leaf;
    Node* in_memory;  // the register's node as it stands in native memory
    uint32_t register_index;
  };
  struct Stream {
    std::string name;
    Payload payload;
    bool is_input = false;
    bool is_output = false;
    bool is_written_in_source = false;  // also where no firing reaches it
    Condition read = kNever;
    Condition written = kNever;
    std::vector<Choice> tokens;
    SourceLocation location;
  };

  bool HandleCall(const llvm::CallBase& call, const llvm::Function& callee,
                  std::vector<Value>& arguments, Condition when, Value& result) override;
  void HandleLocal(ObjectId object, const llvm::AllocaInst& alloca) override;
  ObjectId GlobalObject(const llvm::GlobalVariable& global) override;
  bool LoadState(const Target& target, uint32_t size, Condition when, Value& value) override;
  bool StoreState(const Target& target, uint32_t size, const Value& value, Condition when) override;
  std::vector<uint32_t> StatePieces(const Target& target, uint32_t size) override;
  std::string ArrayName(const Target& target) const override;

  ObjectId NewState(const std::string& name, const std::string& prefix, const Type& type,
                    const Image& image, const SourceLocation& location);
  void AddRegisters(ObjectId object, const StatePlace& at, const Image& image);
  std::vector<Value> BindParameters();
  Value BindScalar(const ParameterBinding& parameter, const llvm::Argument& argument);
  std::vector<std::pair<Condition, uint32_t>> StreamsOf(const Value& pointer, Condition when);
  void HandlePragma(const Pragma& pragma, const Value* target);
  void CheckReset(const Pragma& pragma, const Value* target) const;
  // Fails where BIND_STORAGE or DEPENDENCE names an array that is no memory.
  void CheckStorage() const;
  StatePlace FindArray(const Target& target) const;
  // The array that begins at a target's offset and has so many bytes.
  StatePlace ArrayAt(const Target& target, uint64_t bytes) const;
  // Walks from an object into its members and elements until `stop` says so of an array.
  StatePlace Descend(const Target& target,
                     const std::function<bool(const StatePlace& array)>& stop) const;
  bool IsMemory(const Object& object, const StatePlace& array) const;
  // The memory array that the target lies in, or null.
  StateMemory* MemoryOf(const Target& target, StatePlace& array);
  // Indices into a memory by the outer terms, and the place within its element.
  StateMemory::Indices Indices(const StateMemory& memory, const Target& target,
                               const StatePlace& array, Target& inner, std::vector<Term>& outer);
  void Warn(const SourceLocation& location, std::string message) {
    warnings_.push_back({location, std::move(message)});
  }

  const ProcessRequest& request_;
  std::set<ArrayKey>& memory_arrays_;
  std::vector<Diagnostic>& warnings_;
  bool must_restart_ = false;
  std::vector<Register> registers_;
  std::vector<StateLeaf> leaves_;
  std::vector<Stream> streams_;
  std::map<ObjectId, uint32_t> first_stream_;
  std::map<ObjectId, std::string> prefix_;  // of a state object's registers
  std::map<ObjectId, Image> images_;
  std::map<const llvm::GlobalVariable*, ObjectId> globals_;
  std::map<ArrayKey, ArrayOptions> options_;
  struct MemoryEntry {
    std::unique_ptr<StateMemory> memory;
    ObjectId object;
    StatePlace array;
    uint32_t first_index;
  };
  std::map<ArrayKey, MemoryEntry> state_memories_;
  uint32_t memory_count_ = 0;
  std::vector<ScalarInput> scalar_inputs_;
  std::vector<ScalarOutput> scalar_outputs_;
  std::vector<Assertion> assertions_;
};

}  // namespace vireo::compiler
