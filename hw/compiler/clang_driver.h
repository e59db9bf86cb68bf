// SPDX-License-Identifier: Apache-2.0
// Runs clang++-19 over the user's sources and loads what comes out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace vireo::compiler {

struct SourceOptions {
  std::string top;  // a function, or a class with Step: may be a template instance
  std::vector<std::string> sources;
  std::vector<std::string> include_directories;
  std::vector<std::string> defines;
};

// The translation unit that holds all sources, unoptimised, with debug info, and with
//   __vireo_top        a global initialised with the address of the top function or Step,
//   __vireo_instance   a global of the top's class, and __vireo_construct(void*), its default
//                      initialisation, where the top is a class.
// Clang's own messages go to stderr as they are. Throws SourceError.
std::unique_ptr<llvm::Module> CompileSources(const SourceOptions& options,
                                             llvm::LLVMContext& context);

}  // namespace vireo::compiler
