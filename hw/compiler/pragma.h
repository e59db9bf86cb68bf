// SPDX-License-Identifier: Apache-2.0
// HLS pragmas as Vitis spells them (UG1399, "HLS Pragmas"): parsed, checked, and carried into the IR.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hw/compiler/diagnostic.h"

namespace llvm {
class Instruction;
}

namespace vireo::compiler {

// "#pragma HLS BIND_STORAGE variable=table_ type=ram_2p impl=bram latency=2"
struct Pragma {
  std::string directive;                       // upper case: "BIND_STORAGE"
  std::string target;                          // variable= or port=, as written; may be empty
  std::map<std::string, std::string> options;  // keys in lower case; a bare word has an empty value
  SourceLocation location;

  bool Has(const std::string& key) const { return options.contains(key); }
  std::string Get(const std::string& key, const std::string& otherwise = "") const;
  // The option as a number; `otherwise` where it is missing. Fails if it is not a number.
  uint32_t Number(const std::string& key, uint32_t otherwise) const;
};

// Parses what stands after "#pragma HLS". Fails on unknown directives and options.
Pragma ParsePragma(std::string_view text, const SourceLocation& location);

// The pragma of a __vireo_pragma call, with its constant expressions as numbers; none if `call` is
// another. Fails on an expression that is not constant.
std::optional<Pragma> PragmaOf(const llvm::Instruction& call, const SourceLocation& location);

// Rewrites every HLS pragma of a preprocessed source into a call of __vireo_pragma(text, where,
// &variable, name, value...) on the same line, so that it reaches the IR at its place with its
// variable, its size ("bytes"), and the numbers that are not literals, resolved by the language's
// own rules.
std::string RewritePragmas(std::string_view preprocessed);

}  // namespace vireo::compiler
