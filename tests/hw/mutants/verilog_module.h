// SPDX-License-Identifier: Apache-2.0
// The statements of a process module as vireo-hls writes it: what a mutation can change.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vireo::testing {

struct Token {
  enum class Kind { kName, kNumber, kString, kOperator };
  Kind kind;
  std::string text;
  size_t begin, end;  // in the file
};

// Without comments and attributes. Throws std::runtime_error at a character that has no place.
std::vector<Token> Lex(std::string_view verilog);

struct TokenRange {
  size_t begin, end;
};

struct Signal {
  unsigned width;
  bool is_memory;
  size_t declared;  // token
};

// An expression with the place that it has.
struct Statement {
  enum class Kind {
    kWire,       // wire target = expression; or target = expression; within a block
    kAssign,     // assign target = expression;
    kWrite,      // target <= expression; or target[index] <= expression; at the clock
    kIndex,      // the index of a write
    kCondition,  // if (expression) over writes; target is the first of them
  };
  Kind kind;
  std::string target;
  TokenRange expression;
  size_t block;  // counts the always blocks; 0 outside
};

struct VerilogModule {
  std::vector<Token> tokens;
  std::map<std::string, Signal> signals;
  std::vector<Statement> statements;
  // What is set by = within a block: the block, and the token from which on it has a value there.
  std::map<std::string, std::pair<size_t, size_t>> variables;
};

// Module `name` of the file as a simulator reads it, without SYNTHESIS. Left out are assertions (no
// hardware; the proof removes them), sinks named `_unused`, what stands in `initial`, and `case`.
// Throws std::runtime_error at a construct that it does not know: a new one of the emitter's has to
// be mutated or left out on purpose.
VerilogModule ParseVerilogModule(std::string_view verilog, const std::string& name);

}  // namespace vireo::testing
