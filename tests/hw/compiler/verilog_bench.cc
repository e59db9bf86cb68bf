// SPDX-License-Identifier: Apache-2.0
// Writes the bench, has Verilator build it, and reads what it prints.

#include "tests/hw/compiler/verilog_bench.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "hw/compiler/verilog_text.h"
#include "llvm/ADT/SmallString.h"

namespace vireo::compiler {

Scratch::Scratch() {
  const char* base = std::getenv("TMPDIR");
  path_ = std::string(base != nullptr ? base : "/tmp") + "/vireo-verilog-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) std::abort();
}

Scratch::~Scratch() {
  if (!keep_) std::filesystem::remove_all(path_);
}

void Scratch::Write(const std::string& file, const std::string& text) const {
  std::ofstream(path_ + "/" + file) << text;
}

CommandResult RunCommand(const std::string& command) {
  CommandResult result;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, "popen failed"};
  std::array<char, 4096> buffer;
  while (const size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), n);
  }
  const int status = pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

std::string LintWithVerilator(const std::string& module, const std::string& verilog) {
  const Scratch scratch;
  scratch.Write(module + ".v", verilog);
  return RunCommand(fmt::format("verilator --lint-only -Wall --top-module {0} {1}/{0}.v", module,
                                scratch.path()))
      .output;
}

std::string LintWithYosys(const std::string& verilog) {
  const Scratch scratch;
  scratch.Write("design.v", verilog);
  const CommandResult result = RunCommand(
      fmt::format("yosys -q -p 'read_verilog {}/design.v; hierarchy -check; proc; check -assert; "
                  "select -assert-none t:$dlatch'",
                  scratch.path()));
  return result.output + (result.exit_code == 0 ? "" : "yosys failed\n");
}

std::string Lint(const std::string& module, const std::string& verilog) {
  return LintWithVerilator(module, verilog) + LintWithYosys(verilog);
}

namespace {

std::string Hex(const llvm::APInt& value) {
  llvm::SmallString<64> digits;
  value.toString(digits, 16, false, false, false);
  return std::string(digits);
}

// A module that plays one exchange. It counts clocks in which each stream may move by a seed.
std::string BenchModule(const Exchange& exchange, size_t number, const Scratch& scratch) {
  std::string declarations;
  std::string logic;
  std::string connections;
  std::string done = "1'b1";
  const char* clock = exchange.core ? "clk" : "ap_clk";
  const char* data = exchange.core ? "data" : "TDATA";
  const char* valid = exchange.core ? "valid" : "TVALID";
  const char* ready = exchange.core ? "ready" : "TREADY";
  size_t stream = 0;
  const auto add = [&](const Exchange::Stream& s, bool is_input) {
    const std::string tokens = fmt::format("s{}", stream);
    const uint32_t pins = exchange.core ? s.width : (s.width + 7) / 8 * 8;
    std::string memory;
    for (const llvm::APInt& token : s.tokens) memory += Hex(token) + "\n";
    memory += "0\n";
    const std::string file = fmt::format("tokens_{}_{}.hex", number, stream);
    scratch.Write(file, memory);
    fmt::format_to(std::back_inserter(declarations),
                   "  reg [{0}:0] {1}_mem [0:{2}]; integer {1}_at = 0; reg {1}_open = 0;\n"
                   "  initial $readmemh(\"{3}/{4}\", {1}_mem);\n"
                   "  wire {1}_valid; wire {1}_ready; wire [{0}:0] {1}_data;\n",
                   pins - 1, tokens, s.tokens.size(), scratch.path(), file);
    fmt::format_to(std::back_inserter(connections),
                   ", .{0}_{2}({1}_data), .{0}_{3}({1}_valid), .{0}_{4}({1}_ready)",
                   Identifier(s.name), tokens, data, valid, ready);
    if (is_input) {
      fmt::format_to(
          std::back_inserter(declarations),
          "  assign {0}_valid = {0}_open & {0}_at < {1}; assign {0}_data = {0}_mem[{0}_at];\n",
          tokens, s.tokens.size());
      fmt::format_to(std::back_inserter(logic),
                     "    if ({0}_valid & {0}_ready) {0}_at <= {0}_at + 1;\n"
                     "    if (~{0}_open | {0}_ready) {0}_open <= $urandom % 100 >= stall;\n",
                     tokens);
    } else {
      done += fmt::format(" & {}_at >= {}", tokens, s.tokens.size());
      fmt::format_to(std::back_inserter(declarations), "  assign {0}_ready = {0}_open;\n", tokens);
      fmt::format_to(
          std::back_inserter(logic),
          "    {0}_open <= $urandom % 100 >= stall;\n"
          "    if ({0}_valid & {0}_ready) begin\n"
          "      {0}_at <= {0}_at + 1;\n"
          "      if ({0}_at < {1} && {0}_data !== {0}_mem[{0}_at] && !failed) begin\n"
          "        $display(\"FAILED {2}: token %0d of {3} is %h, not %h\", {0}_at, {0}_data, "
          "{0}_mem[{0}_at]);\n        failed <= 1;\n      end\n    end\n",
          tokens, s.tokens.size(), exchange.module, s.name);
      if (exchange.core) {
        fmt::format_to(std::back_inserter(logic),
                       "    if ({0}_valid & ~{0}_ready & ~rst) begin\n"
                       "      $display(\"FAILED {1}: push without room\"); failed <= 1;\n    end\n",
                       tokens, exchange.module);
      }
    }
    ++stream;
  };
  for (const Exchange::Stream& s : exchange.inputs) add(s, true);
  for (const Exchange::Stream& s : exchange.outputs) add(s, false);
  return fmt::format(
      "module bench{}(input clk, input rst, input [6:0] stall, output done, output reg failed);\n"
      "{}  initial failed = 0;\n  assign done = {};\n  {} dut(.{}(clk), .{}({}rst){});\n"
      "  always @(posedge clk) if (!rst) begin\n{}  end\nendmodule\n",
      number, declarations, done, exchange.module, clock, exchange.core ? "rst" : "ap_rst_n",
      exchange.core ? "" : "~", connections, logic);
}

}  // namespace

std::string Simulate(const std::vector<Exchange>& exchanges, uint32_t seed) {
  Scratch scratch;
  std::string verilog;
  std::string instances;
  std::string ends;
  for (size_t i = 0; i < exchanges.size(); ++i) {
    verilog += exchanges[i].verilog + BenchModule(exchanges[i], i, scratch);
    fmt::format_to(std::back_inserter(instances),
                   "  bench{0} b{0}(clk, rst, 7'd{1}, done[{0}], failed[{0}]);\n", i,
                   i % 3 * (exchanges[i].core ? 20 : 40));
    fmt::format_to(
        std::back_inserter(ends),
        "    if (!done[{0}] && !failed[{0}]) $display(\"FAILED {1}: tokens are missing\");\n", i,
        exchanges[i].module);
  }
  verilog += fmt::format(
      "module bench(input clk, input rst, output all);\n"
      "  wire [{0}:0] done; wire [{0}:0] failed;\n  assign all = &(done | failed);\n{1}"
      "  task report; begin\n{2}  end endtask\n"
      "  integer cycles = 0;\n  always @(posedge clk) begin\n    cycles <= cycles + 1;\n"
      "    if (all | cycles == 30000) begin report; $finish; end\n  end\nendmodule\n",
      exchanges.size() - 1, instances, ends);
  scratch.Write("bench.v", verilog);
  scratch.Write("main.cc",
                "#include \"Vbench.h\"\n#include \"verilated.h\"\n"
                "int main(int argc, char** argv) {\n"
                "  Verilated::commandArgs(argc, argv);\n  Vbench bench;\n"
                "  for (int i = 0; i < 100000 && !Verilated::gotFinish(); ++i) {\n"
                "    bench.rst = i < 6;\n    bench.clk = i & 1;\n    bench.eval();\n  }\n"
                "  bench.final();\n}\n");
  const CommandResult build =
      RunCommand(fmt::format("cd {} && verilator --cc --exe --assert -O1 -Wno-fatal -Wno-lint "
                             "-Wno-style --x-initial unique "
                             "--top-module bench -CFLAGS '-O0 -w' --build -j 2 bench.v main.cc",
                             scratch.path()));
  if (build.exit_code != 0) return build.output;
  const CommandResult run = RunCommand(fmt::format(
      "{}/obj_dir/Vbench +verilator+seed+{} +verilator+rand+reset+2", scratch.path(), seed + 1));
  std::string failures;
  for (size_t at = 0; at < run.output.size();) {
    const size_t end = run.output.find('\n', at);
    const std::string line = run.output.substr(at, end - at);
    if (!line.starts_with("- ")) failures += line + "\n";
    if (end == std::string::npos) break;
    at = end + 1;
  }
  if (run.exit_code != 0) failures += "the simulation failed\n";
  if (!failures.empty()) {
    failures += "kept in " + scratch.path() + "\n";
    scratch.Keep();
  }
  return failures;
}

}  // namespace vireo::compiler
