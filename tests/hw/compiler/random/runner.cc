// SPDX-License-Identifier: Apache-2.0
// Batches of random programs, on a few threads.
#include "tests/hw/compiler/random/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/hw/compiler/random/shell.h"

namespace vireo::testing {
namespace {

namespace fs = std::filesystem;

// Programs that a seed makes at most until one uses all it has.
constexpr uint64_t kAttempts = 20;

std::string ReadText(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void WriteText(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

void Runner::Fail(const std::string& text) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  fmt::print(stderr, "{}\n", text);
}

int Runner::Spend(double& sum, const std::string& command) {
  const Ended ended = Shell(command);
  const std::lock_guard lock(mutex_);
  sum += ended.seconds;
  return ended.code;
}

Runner::Outcome Runner::Refused(const Program& program, const std::string& log) {
  for (const char* unused : {"so that it has no direction", "as no index into it is data"}) {
    if (log.find(unused) != std::string::npos) return Outcome::kUnused;
  }
  // A refusal counts by its words, without names and numbers.
  std::string words;
  for (const char c : log.substr(std::min(log.find("error: "), log.size()), 160)) {
    if (c == '\n') break;
    if (!(c >= '0' && c <= '9')) words += c;
  }
  const std::lock_guard lock(mutex_);
  if (refused_[words]++ == 0)
    fmt::print(stderr, "{} refused: {}\n", program.name, log.substr(0, 1000));
  return Outcome::kFailed;
}

Runner::Outcome Runner::Lower(const Program& program, const fs::path& dir,
                              std::vector<Lowered>& batch) {
  const std::string stem = (dir / program.name).string();
  WriteText(stem + ".h", program.text);
  const int code =
      Spend(lower_seconds_,
            fmt::format("timeout 60 {} '{}' {}.h -o {}.v {} {} --clock-ns {} --cosim {}_cosim.h "
                        "--name {} -I {}/hw/hls -I {} > {}.log 2>&1",
                        plan_.hls, program.Top(), stem, stem, program.is_network ? "" : "--core",
                        program.is_pipelined ? "" : "--no-pipeline", program.clock_ns, stem,
                        program.name, plan_.source, plan_.source, stem));
  if (code != 0) {
    const std::string log = ReadText(stem + ".log");
    if (code == 1) return Refused(program, log);
    Fail(fmt::format("{}: vireo-hls ended with {}\n{}", program.name, code, log.substr(0, 2000)));
    return Outcome::kFailed;
  }
  Lowered lowered{program, 0, {}, false};
  const std::string binding = ReadText(stem + "_cosim.h"), verilog = ReadText(stem + ".v");
  constexpr std::string_view kLatency = "latency() const override { return ";
  if (const size_t at = binding.find(kLatency); at != std::string::npos)
    lowered.latency = static_cast<uint32_t>(std::stoul(binding.substr(at + kLatency.size(), 9)));
  lowered.has_fire = program.is_pipelined && !program.is_network &&
                     verilog.find("wire fire = ") != std::string::npos;
  for (const Program::Port& port : program.ports) {
    if (verilog.find(fmt::format("{} wire {}_{}", port.is_input ? "output" : "input ", port.name,
                                 program.is_network ? "TREADY" : "ready")) == std::string::npos) {
      Fail(fmt::format("{}: {} is not an {} of {}.v", program.name, port.name,
                       port.is_input ? "input" : "output", stem));
      return Outcome::kFailed;
    }
    if (!program.is_network && verilog.find(" " + port.name + "_reserve") != std::string::npos)
      lowered.late.insert(port.name);
  }
  batch.push_back(std::move(lowered));
  return Outcome::kLowered;
}

void Runner::LowerSeed(uint64_t seed, bool is_network, const fs::path& dir,
                       std::vector<Lowered>& batch) {
  for (uint64_t attempt = 0; attempt < kAttempts; ++attempt) {
    const Program program = is_network ? MakeNetwork(seed, attempt) : MakeProgram(seed, attempt);
    if (Lower(program, dir, batch) != Outcome::kUnused) return;
    const std::lock_guard lock(mutex_);
    ++made_again_;
  }
  Fail(
      fmt::format("seed {} makes no program that uses all it has in {} attempts", seed, kAttempts));
}

bool Runner::Build(const std::vector<Lowered>& batch, const fs::path& dir) {
  WriteText(dir / "batch.v", BatchVerilog(batch));
  WriteText(dir / "main.cc", BatchMain(batch));
  std::string modules;
  for (const Lowered& lowered : batch) modules += fmt::format(" {}.v", lowered.program.name);
  // One translation unit for the model; verilated run-time code comes precompiled.
  return Spend(build_seconds_,
               fmt::format("cd {0} && {1} --cc --top-module batch --prefix Vbatch --Mdir model "
                           "--x-initial unique --assert "
                           "-O3 -fno-dfg --output-split 0 -Wno-fatal -Wno-lint -Wno-style batch.v "
                           "{2} > verilator.log 2>&1 && "
                           "cat model/*.cpp > model/all.cpp && "
                           "{3} -std=c++20 -O0 -w -I{5} -I{5}/vltstd -Imodel -c model/all.cpp -o "
                           "model.o 2> model.log && "
                           "{3} -std=c++20 -O0 -w -ftrivial-auto-var-init=pattern -I{4} "
                           "-I{4}/hw/hls -I. -Imodel -I{5} -I{5}/vltstd main.cc model.o {6} {7} "
                           "-lfmt -lpthread -o run 2> main.log",
                           dir.string(), plan_.verilator, modules, plan_.cxx, plan_.source,
                           plan_.verilator_include, plan_.harness, plan_.verilated)) == 0;
}

void Runner::Compare(const std::vector<Lowered>& batch, const fs::path& dir) {
  const bool of_networks = batch[0].program.is_network;
  const Share& share = of_networks ? plan_.networks : plan_.processes;
  const int code = Spend(run_seconds_, fmt::format("timeout 300 {0}/run {1} {2} > {0}/run.log 2>&1",
                                                   dir.string(), share.runs, share.cycles));
  const std::string log = ReadText(dir / "run.log");
  if (code != 0)
    Fail(fmt::format(
        "{}\nrepeat one: build/bin/run_random_programs --{} N, N as in {}N above; files in {}", log,
        of_networks ? "network" : "seed", of_networks ? "N" : "P", dir.string()));
  std::istringstream lines(log);
  const std::lock_guard lock(mutex_);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("EQUAL")) ++(of_networks ? equal_networks_ : equal_processes_);
    if (line.starts_with("SILENT")) ++silent_;
  }
  for (const Lowered& lowered : batch) pipelined_ += lowered.latency > 0;
}

void Runner::RunBatch(uint64_t first, uint64_t count, bool of_networks) {
  const fs::path dir = plan_.work / fmt::format("{}{}", of_networks ? "n" : "b", first);
  fs::remove_all(dir);
  fs::create_directories(dir);
  const uint64_t failures = failures_;
  std::vector<Lowered> batch;
  for (uint64_t seed = first; seed < first + count; ++seed)
    LowerSeed(seed, of_networks, dir, batch);
  if (batch.empty()) return;
  if (Build(batch, dir)) {
    Compare(batch, dir);
  } else {
    Fail(fmt::format("{} {}..{}: does not build:\n{}{}{}", of_networks ? "networks" : "processes",
                     first, first + count - 1, ReadText(dir / "verilator.log").substr(0, 3000),
                     ReadText(dir / "model.log").substr(0, 3000),
                     ReadText(dir / "main.log").substr(0, 3000)));
  }
  if (failures == failures_ && !plan_.keep) fs::remove_all(dir);
}

void Runner::RunBatches() {
  const auto batches = [](const Share& share) {
    return (share.count + share.batch - 1) / share.batch;
  };
  const uint64_t of_processes = batches(plan_.processes);
  while (true) {
    const uint64_t number = next_++;
    if (number >= of_processes + batches(plan_.networks)) return;
    const bool of_networks = number >= of_processes;
    const Share& share = of_networks ? plan_.networks : plan_.processes;
    const uint64_t begin = (of_networks ? number - of_processes : number) * share.batch;
    RunBatch(share.first + begin, std::min(share.batch, share.count - begin), of_networks);
  }
}

int Runner::Run() {
  fs::create_directories(plan_.work);
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < plan_.jobs; ++i) threads.emplace_back([this] { RunBatches(); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& [words, count] : refused_) fmt::print("refused {:5}: {}\n", count, words);
  const auto seeds = [](const Share& share) {
    return share.count == 0 ? "none"
                            : fmt::format("{}..{}", share.first, share.first + share.count - 1);
  };
  const uint64_t equal = equal_processes_ + equal_networks_;
  const bool passed = failures_ == 0 && refused_.empty() && equal > 0 && equal >= plan_.at_least;
  fmt::print(
      "seeds of processes {}, of networks {}\n"
      "{}: {} of at least {} random programs sent the same tokens as their C++: {} processes and "
      "{} networks; {} have pipeline stages\n"
      "{} more sent nothing; {} times a seed made another program, for what the first had no use\n"
      "processor seconds: lowering {:.0f}, building {:.0f}, running {:.0f}\n",
      seeds(plan_.processes), seeds(plan_.networks), passed ? "passed" : "FAILED", equal,
      plan_.at_least, equal_processes_, equal_networks_, pipelined_, silent_, made_again_,
      lower_seconds_, build_seconds_, run_seconds_);
  return passed ? 0 : 1;
}

}  // namespace vireo::testing
