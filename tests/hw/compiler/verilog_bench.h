// SPDX-License-Identifier: Apache-2.0
// Runs emitted Verilog: linters, and a test bench in Verilog that compares tokens under random
// stalls.
#pragma once

#include <string>
#include <vector>

#include "hw/compiler/ir.h"
#include "llvm/ADT/APInt.h"

namespace vireo::compiler {

// A folder of this test's own; removed at the end unless it is kept.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }
  void Write(const std::string& file, const std::string& text) const;
  void Keep() { keep_ = true; }

 private:
  bool keep_ = false;
  std::string path_;
};

struct CommandResult {
  int exit_code = 0;
  std::string output;  // of both streams
};
CommandResult RunCommand(const std::string& command);

// What `verilator --lint-only -Wall` says of a top; empty if nothing.
std::string LintWithVerilator(const std::string& module, const std::string& verilog);
// What `yosys read_verilog` says, and whether it finds latches, loops or several drivers.
std::string LintWithYosys(const std::string& verilog);
std::string Lint(const std::string& module, const std::string& verilog);

// Tokens that go into a module, and those that have to come out, by stream.
struct Exchange {
  std::string module;
  std::string verilog;
  bool core = false;  // the process itself, with its own names of ports
  struct Stream {
    std::string name;
    uint32_t width;
    std::vector<llvm::APInt> tokens;
  };
  std::vector<Stream> inputs;
  std::vector<Stream> outputs;
};

// Runs all of them in one simulation; one line for each that failed.
std::string Simulate(const std::vector<Exchange>& exchanges, uint32_t seed);

}  // namespace vireo::compiler
