// SPDX-License-Identifier: Apache-2.0
// Executes unoptimised LLVM IR symbolically: one run of a function becomes a graph.
//
// Every path is followed at once. A block runs under its path condition; a store adds a guarded
// entry to the bytes it writes, a load resolves the entries under its own condition. Loops run as
// long as their condition can be true, so they must end for reasons that are constants here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hw/compiler/condition.h"
#include "hw/compiler/diagnostic.h"
#include "hw/compiler/layout.h"
#include "hw/compiler/pragma.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

namespace vireo::compiler {

using ObjectId = uint32_t;

// index * stride bytes, added to a pointer. `count` bounds the index; 0 where it is not known.
struct Term {
  Node* index;
  int64_t stride;
  uint32_t count;
};

// The array that a pointer was last made to point into by an index; `count` is 0 where there is
// none.
struct Bounds {
  int64_t begin = 0;
  int64_t stride = 0;
  uint64_t count = 0;
};

// One place a pointer may point to.
struct Target {
  Condition when = kAlways;
  ObjectId object = 0;
  int64_t offset = 0;
  std::vector<Term> terms;
  Bounds bounds = {};
};

struct Pointer {
  std::vector<Target> targets;  // none: null
  const llvm::Function* function = nullptr;
};

// What an SSA value or some bytes hold: bits, a pointer, an aggregate of both, or nothing defined.
struct Value {
  Node* bits = nullptr;
  std::shared_ptr<const Pointer> pointer;
  std::vector<Value> members;

  bool IsUndefined() const { return bits == nullptr && pointer == nullptr && members.empty(); }
};

class Machine {
 public:
  Machine(const llvm::Module& module, Graph& graph, Conditions& conditions, Layouts& layouts);
  virtual ~Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Calls a function under a condition.
  Value Call(const llvm::Function& function, std::vector<Value> arguments, Condition when);

 protected:
  struct Entry {
    Condition when;
    Value value;
  };
  // Bytes that are written together; later entries win.
  struct Segment {
    int64_t offset;
    uint32_t size;
    std::vector<Entry> entries;
  };
  struct Object {
    std::string name;
    uint64_t size = 0;
    std::vector<Segment> segments;                   // sorted, disjoint
    const llvm::GlobalVariable* constant = nullptr;  // read-only data
    const Type* type = nullptr;                      // of state, streams and arguments
    bool is_state = false;
  };
  struct Choice {
    Condition when;
    Value value;
  };

  // Calls that mean something to the lowering. True if handled.
  virtual bool HandleCall(const llvm::CallBase& call, const llvm::Function& callee,
                          std::vector<Value>& arguments, Condition when, Value& result);
  // A local variable has come to be.
  virtual void HandleLocal(ObjectId /*object*/, const llvm::AllocaInst& /*alloca*/) {}
  // A global variable that is not constant.
  virtual ObjectId GlobalObject(const llvm::GlobalVariable& global) = 0;
  // Accesses to state that is not kept in segments. True if handled.
  virtual bool LoadState(const Target&, uint32_t /*size*/, Condition, Value&) { return false; }
  virtual bool StoreState(const Target&, uint32_t /*size*/, const Value&, Condition) {
    return false;
  }
  // What the source calls the array of a target's bounds.
  virtual std::string ArrayName(const Target& target) const { return objects_[target.object].name; }
  // Sizes of the pieces in which `size` bytes are best copied; empty: as the segments say.
  virtual std::vector<uint32_t> StatePieces(const Target&, uint32_t /*size*/) { return {}; }

  ObjectId NewObject(std::string name, uint64_t size);
  Value Load(const Pointer& pointer, uint32_t size, Condition when);
  void Store(const Pointer& pointer, uint32_t size, const Value& value, Condition when);
  void Copy(const Pointer& to, const Pointer& from, uint32_t size, Condition when);
  Value LoadTarget(const Target& target, uint32_t size, Condition when);
  void StoreTarget(const Target& target, uint32_t size, const Value& value, Condition when);
  // Takes apart the outermost term of a target: one target for each value of its index.
  struct Alternative {
    Node* chosen;  // 1 bit
    Target target;
  };
  std::vector<Alternative> Alternatives(const Target& target, Node** index);
  Value LoadBytes(const Object& object, int64_t offset, uint32_t size, Condition when);
  void StoreBytes(Object& object, int64_t offset, uint32_t size, const Value& value,
                  Condition when);
  // The value that holds under `when`, of choices of which the last true one counts.
  Value Resolve(const std::vector<Choice>& choices, Condition when);
  const Pointer& AsPointer(const Value& value, const char* what);
  Node* AsBits(const Value& value, uint32_t width);
  static Value Bits(Node* node) { return {.bits = node, .pointer = nullptr, .members = {}}; }
  static Value PointerTo(ObjectId object, int64_t offset = 0);
  // Debug record of a local variable, or null where it is the compiler's own.
  static llvm::DbgVariableRecord* RecordOf(const llvm::AllocaInst& alloca);
  // Debug type of a global, or null.
  const Type* GlobalType(const llvm::GlobalVariable& global);
  // Whether the function is part of the library headers and not of the user's source.
  static bool IsLibrary(const llvm::Function& function);
  static SourceLocation LocationOf(const llvm::DILocation* location);
  static SourceLocation LocationOf(const llvm::DISubprogram* subprogram);
  static std::string DisplayName(const llvm::Function& function);
  static std::string DisplayName(const llvm::GlobalVariable& global);

  const llvm::Module& module_;
  Graph& graph_;
  Conditions& conditions_;
  Layouts& layouts_;
  std::vector<Object> objects_;
  SourceLocation location_;   // of what runs, in the user's source
  bool keep_locals_ = false;  // objects outlive their function

 private:
  struct Frame {
    const llvm::Function* function;
    bool is_library;
    std::map<const llvm::Value*, Value> values;
    std::map<const llvm::BasicBlock*, Condition> pending;
    std::map<const llvm::PHINode*, std::vector<Choice>> phis;
    std::vector<Choice> returns;
    std::vector<ObjectId> locals;
    const llvm::Loop* loop = nullptr;  // that runs
    bool is_counted = false;           // a constant condition decided whether it goes on
  };
  struct Analysis {
    explicit Analysis(const llvm::Function& function);
    llvm::DominatorTree dominators;
    llvm::LoopInfo loops;
    std::vector<const llvm::BasicBlock*> order;  // reverse post-order
  };

  void RunRegion(Frame& frame, const Analysis& analysis, const llvm::Loop* loop);
  void RunLoop(Frame& frame, const Analysis& analysis, const llvm::Loop* loop);
  void RunBlock(Frame& frame, const llvm::BasicBlock& block, Condition when);
  void RunTerminator(Frame& frame, const llvm::Instruction& instruction, Condition when);
  void TakeEdge(Frame& frame, const llvm::BasicBlock& from, const llvm::BasicBlock& to,
                Condition when);
  Value Execute(Frame& frame, const llvm::Instruction& instruction, Condition when);
  Value ExecuteCast(Frame& frame, const llvm::CastInst& cast);
  Value ExecuteBinary(Frame& frame, const llvm::BinaryOperator& op);
  Value ExecuteCompare(Frame& frame, const llvm::ICmpInst& compare);
  Value ExecuteGep(Frame& frame, const llvm::Value* base, const llvm::GEPOperator& gep);
  Value ExecuteCall(Frame& frame, const llvm::CallBase& call, Condition when);
  Value ExecuteIntrinsic(Frame& frame, const llvm::CallBase& call, Condition when);
  Value Get(Frame& frame, const llvm::Value* value);
  Node* GetBits(Frame& frame, const llvm::Value* value);
  Value FromConstant(Frame& frame, const llvm::Constant* constant);
  Value LoadTyped(const Pointer& pointer, llvm::Type* type, Condition when);
  void StoreTyped(const Pointer& pointer, llvm::Type* type, const Value& value, Condition when);
  // Fails where a constant index has led out of an array.
  void CheckBounds(const Target& target, const char* access) const;
  // Fails where the constants of an access to ap_uint or ap_int do. True: `callee` is such a check.
  bool CheckPart(const llvm::Function& callee, const std::vector<Value>& arguments) const;
  Value LoadConstantData(const Object& object, const Target& target, uint32_t size);
  void SplitAt(Object& object, int64_t offset);
  void FreeObject(ObjectId id);
  std::vector<uint32_t> Pieces(const Pointer& to, const Pointer& from, uint32_t size);
  void RefuseType(const llvm::Type* type);
  [[noreturn]] void Unsupported(const llvm::Instruction& instruction);

  std::map<const llvm::Function*, std::unique_ptr<Analysis>> analyses_;
  std::map<const llvm::GlobalVariable*, ObjectId> constants_;
  std::vector<ObjectId> free_objects_;
  uint32_t depth_ = 0;
};

}  // namespace vireo::compiler
