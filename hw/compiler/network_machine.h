// SPDX-License-Identifier: Apache-2.0
// The machine that runs the body of a top: calls that are handed streams are processes.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hw/compiler/network.h"
#include "hw/compiler/process_machine.h"

namespace vireo::compiler {

// A name as Verilog takes it: other characters become underscores.
std::string Identifier(llvm::StringRef name);

// A function's parameters as the source has them.
struct Signature {
  struct Parameter {
    std::string name;
    const Type* type;  // without the reference
    bool by_reference;
    bool is_const;
  };
  const Type* self = nullptr;
  std::vector<Parameter> parameters;
};

class NetworkMachine : public Machine {
 public:
  NetworkMachine(const llvm::Module& module, Graph& graph, Conditions& conditions, Layouts& layouts,
                 const LowerOptions& options, std::vector<Diagnostic>& warnings)
      : Machine(module, graph, conditions, layouts), options_(options), warnings_(warnings) {
    network_.name = options.name;
  }

  Network Run();

 private:
  // A call that is a process, before it is lowered.
  struct ProcessCall {
    std::string name;
    const llvm::Function* function;
    const Type* self_type = nullptr;
    ObjectId self = 0;
    int64_t self_offset = 0;
    std::vector<ParameterBinding> parameters;
    std::vector<std::vector<size_t>> channels;  // of each parameter that is a stream
    std::vector<size_t> scalars;                // ScalarPort of each parameter that is a pin
    SourceLocation location;
  };

  bool HandleCall(const llvm::CallBase& call, const llvm::Function& callee,
                  std::vector<Value>& arguments, Condition when, Value& result) override;
  void HandleLocal(ObjectId object, const llvm::AllocaInst& alloca) override;
  ObjectId GlobalObject(const llvm::GlobalVariable& global) override;

  const llvm::Function& TopFunction() const;
  bool IsNetwork(const llvm::Function& function) const;
  Signature SignatureOf(const llvm::Function& function);
  void AddChannels(ObjectId object, const Type* type, int64_t offset, const std::string& name);
  void RunConstructor(ObjectId object);
  void CollectInterfaces(const llvm::Function& top, const Signature& signature);
  std::vector<Value> BindTop(const llvm::Function& top, const Signature& signature);
  void AddProcess(const llvm::Function& callee, const std::vector<Value>& arguments);
  void LowerAll();
  void CheckChannels();
  std::optional<llvm::APInt> ImageBytes(ObjectId object, int64_t offset, uint32_t size);
  std::string ImageKey(const ProcessCall& call);
  std::string UniqueName(const std::string& wanted);
  size_t ScalarPortOf(const Signature::Parameter& parameter, bool is_input);

  const LowerOptions& options_;
  std::vector<Diagnostic>& warnings_;
  Network network_;
  std::map<std::pair<ObjectId, int64_t>, size_t> channel_at_;
  std::map<ObjectId, size_t> scalar_of_object_;
  std::vector<size_t> scalar_inputs_;  // ScalarPort of each ScalarIn node
  std::map<std::string, Pragma> interfaces_;
  std::map<const llvm::GlobalVariable*, ObjectId> globals_;
  std::vector<ProcessCall> calls_;
  std::set<std::string> names_;
  std::set<ObjectId> top_objects_;  // parameters of the top
};

}  // namespace vireo::compiler
