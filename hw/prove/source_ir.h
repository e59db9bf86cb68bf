// SPDX-License-Identifier: Apache-2.0
// The source as one acyclic LLVM function for a firing, made by LLVM's own passes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hw/prove/layout.h"

namespace llvm {
class Function;
class GlobalVariable;
class LLVMContext;
class Module;
}  // namespace llvm

namespace vireo::prove {

// A stream parameter of the process; arrays of streams are one declaration for each element.
struct StreamDecl {
  std::string name;
  const Type* payload = nullptr;
};

// A variable that keeps its value between firings: the process object, a static or a global.
struct StateObject {
  std::string name;  // empty: the process object, whose members are named alone
  llvm::GlobalVariable* global = nullptr;
  const Type* type = nullptr;
};

// Calls that stand for stream operations in the prepared functions carry the stream's index:
// vireo.empty.K, vireo.full.K, vireo.read.K (all leaves as a struct), vireo.write.K (all leaves as
// arguments). vireo.check(i1) is an assertion, vireo.promise(ptr, i64) a DEPENDENCE pragma with its
// distance.
struct SourceIr {
  SourceIr();
  ~SourceIr();
  SourceIr(SourceIr&&) noexcept;

  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<TypeReader> types;
  std::vector<StreamDecl> streams;
  std::vector<StateObject> objects;
  llvm::Function* firing = nullptr;
  llvm::Function* reset = nullptr;  // runs the initialisers
  bool constructs = false;          // reset runs the constructor on the object, whatever was in it
};

// Throws ProveError with a sentence for what is outside of the supported source.
SourceIr ReadSource(const std::string& path);

// "file:line" of an instruction, or empty.
std::string PlaceOf(const void* instruction);

}  // namespace vireo::prove
