// SPDX-License-Identifier: Apache-2.0
// Lowers one process: runs one firing of it symbolically and collects what the firing does.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hw/compiler/machine.h"

namespace vireo::compiler {

// The bytes of an object before the first firing; a part that is not initialised reads as nothing.
using Image = std::function<std::optional<llvm::APInt>(int64_t offset, uint32_t size)>;

// How one parameter of a process is bound.
struct ParameterBinding {
  enum class Kind : uint8_t { kStream, kScalarInput, kScalarOutput, kConstant };
  Kind kind;
  std::string name;
  const Type* type = nullptr;  // kStream: a stream or an array of streams
  Value constant;              // kConstant: what the caller passes; bits only
};

// What is needed to lower a process.
struct ProcessRequest {
  std::string name;  // module name
  const llvm::Function* function = nullptr;
  const Type* self_type = nullptr;           // of the class, if it is one
  Image self;                                // its state before the first firing
  std::vector<ParameterBinding> parameters;  // without the class's own
  bool single_stage = false;                 // no pipelining: memories are read in the same clock
};

std::unique_ptr<Process> LowerProcess(const llvm::Module& module, Layouts& layouts,
                                      const ProcessRequest& request,
                                      std::vector<Diagnostic>& warnings);

}  // namespace vireo::compiler
