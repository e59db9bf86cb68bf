// SPDX-License-Identifier: Apache-2.0
// Walks an acyclic LLVM function once and gives every value a term.
#pragma once

#include <llvm/Analysis/PostDominators.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Operator.h>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "hw/prove/memory.h"
#include "hw/prove/source_model.h"

namespace vireo::prove {

class Evaluator {
 public:
  // `objects` are the state objects of ir, in order; `model` gets streams, misuses and choices.
  Evaluator(const SourceIr& ir, std::vector<Object>& objects, SourceModel& model);

  void Run(llvm::Function& function);

 private:
  // A pointer: one of several addresses, by condition.
  struct Address {
    z3::expr condition;
    Object* object = nullptr;
    Offset offset;
  };
  // Integers have one term, structs one for each field, pointers addresses.
  struct Value {
    std::vector<z3::expr> terms;
    std::vector<Address> addresses;
  };
  struct Edge {
    z3::expr condition;
    const llvm::BasicBlock* from;
  };

  void Walk(llvm::BasicBlock& block);
  std::vector<Edge> EdgesInto(llvm::BasicBlock& block);
  z3::expr EdgeCondition(const llvm::BasicBlock& from, const llvm::BasicBlock& to);
  void Step(llvm::Instruction& instruction);
  Value Compute(llvm::Instruction& instruction);
  Value Call(llvm::CallInst& call);
  Value Intrinsic(llvm::IntrinsicInst& call);
  void AddPromise(const Value& pointer, const z3::expr& distance);
  Value StreamCall(llvm::CallInst& call, const std::string& name);
  Value Phi(llvm::PHINode& phi);
  Value Merge(const z3::expr& condition, const Value& then_value, const Value& else_value);
  Value Load(llvm::LoadInst& load);
  void Store(const Value& pointer, const z3::expr& bytes);
  z3::expr ReadBytes(const Value& pointer, uint64_t bytes);
  Value Gep(llvm::GEPOperator& gep);
  Value Get(llvm::Value* value);
  Value Constant(llvm::Constant& constant);
  z3::expr Term(llvm::Value* value);
  z3::expr Undefined(uint32_t width);
  Object* ObjectOf(llvm::Value& root);
  Object* LocalObject(llvm::AllocaInst& alloca);
  const Type* TypeOf(llvm::Type& type);
  z3::expr Initial(llvm::Constant& initializer, uint64_t offset, const Type& leaf);
  [[noreturn]] void Unsupported(llvm::Instruction& instruction, const std::string& what);

  const SourceIr& ir_;
  const llvm::DataLayout& layout_;
  SourceModel& model_;
  Memory memory_;
  std::map<const llvm::Value*, Object*> objects_;
  std::deque<Object> locals_;
  std::deque<Type> types_;
  std::unordered_map<const llvm::Value*, Value> values_;
  std::unordered_map<const llvm::BasicBlock*, z3::expr> reach_;
  std::vector<llvm::BasicBlock*> order_;
  std::unordered_map<const llvm::BasicBlock*, size_t> position_;
  llvm::DominatorTree dominators_;
  llvm::PostDominatorTree post_dominators_;
  std::vector<Edge> edges_;  // into the block being walked
  z3::expr here_ = True();   // the condition of the block being walked
  std::string place_;
};

// The value of an initialiser at an offset, as the scalar's bits; undefined parts give nothing.
std::optional<z3::expr> InitialValue(llvm::Constant& initializer, uint64_t offset, const Type& leaf,
                                     const llvm::DataLayout& layout);

}  // namespace vireo::prove
