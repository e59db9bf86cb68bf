// SPDX-License-Identifier: Apache-2.0
// Emitted Verilog: what linters say, how it reads, and that it does what the graph says.

#include "hw/compiler/verilog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "hw/compiler/cosim_header.h"
#include "hw/compiler/report.h"
#include "tests/hw/compiler/interpreter.h"
#include "tests/hw/compiler/random_process.h"
#include "tests/hw/compiler/small_processes.h"
#include "tests/hw/compiler/verilog_bench.h"

namespace vireo::compiler {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Emitted {
  Network network;
  std::vector<Schedule> schedules;
  std::string verilog;
};

Emitted Emit(std::unique_ptr<Process> process, bool pipeline, bool core) {
  Emitted result;
  result.schedules.push_back(ScheduleProcess(*process, {.pipeline = pipeline}));
  result.network = NetworkOf(std::move(process));
  result.verilog =
      EmitVerilog(result.network, result.schedules, {.core = core, .source_comment = {}});
  return result;
}

// Adds what it reads to a total, by `in`'s low bit.
std::unique_ptr<Process> Totals() {
  ProcessBuilder b("totals");
  Graph& g = b.graph();
  Node* in = b.Input("in", 16);
  Node* total = b.Register("total_", 16);
  Node* sum = g.Add(total, in);
  g.Name(sum, "sum");
  Node* odd = g.Extract(in, 0, 1);
  g.SetLocation(b.At(7));
  b.Next(total, g.Mux(odd, sum, total));
  b.process().assertions.push_back(
      {g.Not(g.Eq(in, g.Const(16, 0xffff))), "no \"end\" mark", b.At(8)});
  b.Output("out", sum, odd);
  return b.Take();
}

TEST(VerilogTest, ReadsLikeTheSource) {
  const Emitted emitted = Emit(Totals(), true, true);
  EXPECT_THAT(emitted.verilog, HasSubstr("reg [15:0] total_;  // totals.cc:10\n"));
  EXPECT_THAT(emitted.verilog, HasSubstr("wire [15:0] sum = "));
  EXPECT_THAT(emitted.verilog, HasSubstr("wire fire = ~in_wait & ~out_wait;\n"));
  EXPECT_THAT(emitted.verilog, HasSubstr("if (in_data[0]) total_ <= sum;"));
  EXPECT_THAT(emitted.verilog, HasSubstr("else $error(\"totals.cc:8: no \\\"end\\\" mark\");"));
  EXPECT_THAT(Lint("totals", emitted.verilog), "");
}

TEST(VerilogTest, TheSameBytesEachRun) {
  EXPECT_EQ(Emit(Totals(), true, false).verilog, Emit(Totals(), true, false).verilog);
}

TEST(VerilogTest, AFullTopHasAxisPinsAndLints) {
  const Emitted emitted = Emit(Totals(), true, false);
  EXPECT_THAT(emitted.verilog, HasSubstr("input  wire [15:0] in_TDATA"));
  EXPECT_THAT(emitted.verilog,
              HasSubstr("totals_fifo #(.WIDTH(16), .DEPTH(2), .ADDRESS(1), .COUNT(2))"));
  EXPECT_THAT(Lint("totals", emitted.verilog), "");
}

TEST(VerilogTest, AxisFieldsAndScalarsArePins) {
  auto process = Totals();
  process->graph->SetLocation({});
  process->scalar_outputs.push_back({"count", 0});
  Emitted emitted;
  Payload payload = process->inputs[0].payload;
  payload.is_axis = true;
  payload.leaves = {{"data", 0, 2, 0, 12, false},
                    {"keep", 2, 1, 12, 2, false},
                    {"user", 3, 1, 14, 1, false},
                    {"last", 4, 1, 15, 1, false}};
  process->inputs[0].payload = process->outputs[0].payload = payload;
  process->scalar_inputs = {{"level", 40}, {"mode", 3}};
  emitted.schedules.push_back(ScheduleProcess(*process, {}));
  emitted.network = NetworkOf(std::move(process));
  emitted.network.scalar_ports = {{"level", 40, true, ScalarMode::kAxiLite, "control"},
                                  {"mode", 3, true, ScalarMode::kWire, ""},
                                  {"count", 16, false, ScalarMode::kAxiLite, "control"}};
  emitted.network.instances[0].scalar_inputs = {0, 1};
  emitted.network.instances[0].scalar_outputs = {2};
  const std::string verilog = EmitVerilog(emitted.network, emitted.schedules, {});
  EXPECT_THAT(verilog, HasSubstr("input  wire [15:0] in_TDATA,"));
  EXPECT_THAT(verilog, HasSubstr("input  wire [1:0] in_TKEEP,"));
  EXPECT_THAT(verilog, HasSubstr("input  wire in_TLAST,"));
  EXPECT_THAT(verilog,
              HasSubstr("assign in_data = {in_TLAST, in_TUSER, in_TKEEP, in_TDATA[11:0]};"));
  EXPECT_THAT(verilog, HasSubstr("//   0x10  level, 40 bits, read and write"));
  EXPECT_THAT(verilog, HasSubstr("//   0x1c  count, 16 bits, read only"));
  EXPECT_THAT(verilog, HasSubstr("s_axi_control_AWADDR"));
  EXPECT_THAT(Lint("totals", verilog), "");
  const std::string report = EmitReport(emitted.network, emitted.schedules, {});
  EXPECT_THAT(report, HasSubstr("\"pin\": \"in_TKEEP\""));
  EXPECT_THAT(report, HasSubstr("\"offset\": 28"));
  const std::string header = EmitCosimHeader(emitted.network, emitted.schedules, {});
  EXPECT_THAT(header, HasSubstr("dut_.in_TKEEP = static_cast<CData>(GetBits(words, 12, 2));"));
}

TEST(VerilogTest, ALargeFifoStandsInBlockRam) {
  Emitted emitted = Emit(Totals(), true, false);
  emitted.network.channels[1].depth = 2048;
  const std::string verilog = EmitVerilog(emitted.network, emitted.schedules, {});
  EXPECT_THAT(verilog,
              HasSubstr("totals_fifo_block #(.WIDTH(16), .DEPTH(2048), .ADDRESS(11), .COUNT(12))"));
  EXPECT_THAT(Lint("totals", verilog), "");
}

// Multiplies by 3 in several stages at 2 ns; pushes what is odd.
std::unique_ptr<Process> Late(const std::string& name) {
  ProcessBuilder b(name);
  Graph& g = b.graph();
  Node* value = b.Input("in", 40);
  Node* odd = g.Extract(value, 0, 1);
  for (int i = 0; i < 3; ++i) value = g.Add(g.Xor(value, g.Const(40, 77)), g.Const(40, 1234567));
  b.Output("out", value, g.Or(odd, g.Eq(value, g.Const(40, 5))));
  return b.Take();
}

TEST(VerilogTest, PipelinedProcessesInARowKeepTheirTokens) {
  std::vector<Exchange> exchanges;
  for (const uint32_t depth : {1U, 2U, 700U}) {
    Emitted emitted;
    Network& network = emitted.network;
    network.name = "row" + std::to_string(depth);
    network.processes.push_back(Late("late"));
    network.instances = {{"a", 0, {0}, {1}, {}, {}}, {"b", 0, {1}, {2}, {}, {}}};
    const Payload payload = ScalarPayload(40);
    network.channels = {{"in", payload, 2, std::nullopt, {{0, 0}}, {}},
                        {"middle", payload, depth, {{0, 0}}, {{1, 0}}, {}},
                        {"out", payload, 2, {{1, 0}}, std::nullopt, {}}};
    emitted.schedules.push_back(ScheduleProcess(*network.processes[0], {.clock_ns = 2.0}));
    EXPECT_GE(emitted.schedules[0].latency, 2U);
    EXPECT_FALSE(emitted.schedules[0].outputs[0].exact_reserve);
    Exchange exchange;
    exchange.module = network.name;
    exchange.verilog = EmitVerilog(network, emitted.schedules, {});
    EXPECT_THAT(Lint(network.name, exchange.verilog), "");
    Interpreter first(*network.processes[0]);
    Interpreter second(*network.processes[0]);
    std::vector<llvm::APInt> tokens;
    for (uint64_t i = 0; i < 2000; ++i) tokens.emplace_back(40, i * 2654435761U & 0xffffffffff);
    first.inputs[0].assign(tokens.begin(), tokens.end());
    while (first.Fire()) {
    }
    second.inputs[0] = first.outputs[0];
    while (second.Fire()) {
    }
    exchange.inputs.push_back({"in", 40, tokens});
    exchange.outputs.push_back({"out", 40, {second.outputs[0].begin(), second.outputs[0].end()}});
    EXPECT_GT(second.outputs[0].size(), 300U);
    exchanges.push_back(std::move(exchange));
  }
  EXPECT_EQ(Simulate(exchanges, 1), "");
}

TEST(VerilogTest, TheCosimHeaderCompiles) {
  const Scratch scratch;
  std::string main;
  for (const bool core : {true, false}) {
    auto process = Late(core ? "late_core" : "late_top");
    Emitted emitted = Emit(std::move(process), true, core);
    const std::string& name = emitted.network.name;
    scratch.Write(name + ".v", emitted.verilog);
    scratch.Write(name + ".h", EmitCosimHeader(emitted.network, emitted.schedules, {core, {}}));
    const CommandResult model =
        RunCommand("cd " + scratch.path() + " && verilator --cc --prefix V" + name +
                   " --top-module " + name + " " + name + ".v");
    ASSERT_EQ(model.exit_code, 0) << model.output;
    main +=
        "#include \"" + name + ".h\"\nvoid Use(vireo::cosim::" + name + "& dut) { dut.Eval(); }\n";
  }
  scratch.Write("main.cc", main);
  const CommandResult result = RunCommand(
      "clang++-19 -std=c++20 -fsyntax-only -I . -isystem " + scratch.path() + "/obj_dir -isystem " +
      "$(verilator --getenv VERILATOR_ROOT)/include -isystem "
      "$(verilator --getenv VERILATOR_ROOT)/include/vltstd -Wall -Wextra -Werror "
      "-Wno-unused-function -Wno-undefined-inline " +
      scratch.path() + "/main.cc");
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

// Feeds random tokens to the interpreter, and keeps what goes in and comes out.
Exchange Play(const Process& process, uint64_t seed, size_t firings) {
  std::mt19937_64 random(seed);
  Exchange exchange;
  Interpreter interpreter(process);
  for (size_t i = 0; i < process.inputs.size(); ++i) {
    const InputStream& in = process.inputs[i];
    exchange.inputs.push_back({in.name, in.payload.bits, {}});
    for (size_t k = 0; k < firings; ++k) {
      std::vector<uint64_t> words((in.payload.bits + 63) / 64);
      for (uint64_t& word : words) word = random() & (random() % 3 == 0 ? 0xffU : ~uint64_t{0});
      exchange.inputs.back().tokens.emplace_back(in.payload.bits, words);
      interpreter.inputs[i].push_back(exchange.inputs.back().tokens.back());
    }
  }
  for (size_t k = 0; k < firings && interpreter.Fire(); ++k) {
  }
  for (size_t i = 0; i < process.outputs.size(); ++i) {
    const OutputStream& out = process.outputs[i];
    exchange.outputs.push_back({out.name,
                                out.payload.bits,
                                {interpreter.outputs[i].begin(), interpreter.outputs[i].end()}});
  }
  return exchange;
}

class RandomVerilogTest : public ::testing::TestWithParam<uint64_t> {};

TEST_P(RandomVerilogTest, AgreesWithTheInterpreter) {
  std::vector<Exchange> exchanges;
  for (uint64_t i = 0; i < 12; ++i) {
    const uint64_t seed = GetParam() * 1000 + i;
    SCOPED_TRACE("seed " + std::to_string(seed));
    for (const int form : {0, 1, 2}) {  // unpipelined core, pipelined top, the same for 2 ns
      const std::string name = "p" + std::to_string(i) + "_" + std::to_string(form);
      auto process = RandomProcess(name, seed);
      Exchange exchange = Play(*process, seed, 200);
      exchange.module = name;
      exchange.core = form == 0;
      Emitted emitted;
      emitted.schedules.push_back(
          ScheduleProcess(*process, {.clock_ns = form == 2 ? 2.0 : 4.0, .pipeline = form != 0}));
      if (emitted.schedules[0].has_errors()) continue;
      emitted.network = NetworkOf(std::move(process));
      const EmitOptions options{.core = exchange.core, .source_comment = {}};
      exchange.verilog = EmitVerilog(emitted.network, emitted.schedules, options);
      ASSERT_THAT(LintWithVerilator(name, exchange.verilog), "") << exchange.verilog;
      EXPECT_THAT(EmitReport(emitted.network, emitted.schedules, options), Not(""));
      exchanges.push_back(std::move(exchange));
    }
  }
  EXPECT_GE(exchanges.size(), 24U);
  std::string all;
  for (const Exchange& exchange : exchanges) all += exchange.verilog;
  EXPECT_THAT(LintWithYosys(all), "");
  EXPECT_EQ(Simulate(exchanges, static_cast<uint32_t>(GetParam())), "");
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomVerilogTest, ::testing::Range<uint64_t>(0, 2));

}  // namespace
}  // namespace vireo::compiler
