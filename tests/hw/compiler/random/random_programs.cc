// SPDX-License-Identifier: Apache-2.0
// Makes random processes, lowers them, and compares the Verilog with the C++ clock by clock, a
// batch at a time.
//
// A batch is one Verilated model that holds all its modules and one C++ program, since compiling
// those costs more than running them. A program that is refused counts as a failure too: all are in
// the accepted subset. --seed N repeats one program and leaves its files.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sys/wait.h>

#include "tests/hw/compiler/random/batch.h"
#include "tests/hw/compiler/random/program.h"

namespace vireo::testing {
namespace {

namespace fs = std::filesystem;

struct Plan {
  std::string hls, source, harness, cxx, verilator, verilated, verilator_include;
  fs::path work;
  uint64_t first = 1, count = 2000, batch = 100, jobs = 2, runs = 3, cycles = 600;
  bool keep = false;
};

// Exit code of a shell command; 128 + signal where one ended it, 124 for a time-out.
int Shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void WriteText(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

class Runner {
 public:
  explicit Runner(Plan plan) : plan_(std::move(plan)) {}

  int Run();

 private:
  void RunBatches();
  void RunBatch(uint64_t first, uint64_t count);
  bool Lower(const Program& program, const fs::path& dir, std::vector<Lowered>& batch);
  bool Build(const std::vector<Lowered>& batch, const fs::path& dir);
  void Compare(const std::vector<Lowered>& batch, const fs::path& dir);
  void Fail(const std::string& text);

  const Plan plan_;
  std::mutex mutex_;
  std::atomic<uint64_t> next_ = 0;
  std::atomic<uint64_t> failures_ = 0;
  uint64_t compared_ = 0, pipelined_ = 0, quiet_ = 0, rightly_refused_ = 0;
  std::map<std::string, uint64_t> refused_;
  double lower_seconds_ = 0, build_seconds_ = 0, run_seconds_ = 0;
};

class Stopwatch {
 public:
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - start_).count();
    start_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void Runner::Fail(const std::string& text) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  fmt::print(stderr, "{}\n", text);
}

// Lowers one program; true: it joins the batch.
bool Runner::Lower(const Program& program, const fs::path& dir, std::vector<Lowered>& batch) {
  const std::string stem = (dir / program.name).string();
  WriteText(stem + ".h", program.text);
  const int code = Shell(
      fmt::format("timeout 60 {} '{}' {}.h -o {}.v --core {} --clock-ns {} --cosim {}_cosim.h "
                  "--name {} -I {}/hw/hls -I {} > {}.log 2>&1",
                  plan_.hls, program.Top(), stem, stem, program.is_pipelined ? "" : "--no-pipeline",
                  program.clock_ns, stem, program.name, plan_.source, plan_.source, stem));
  if (code != 0) {
    std::string log = ReadText(stem + ".log");
    log = log.substr(0, log.find("\n\n"));
    if (code != 1) {
      Fail(fmt::format("program {}: vireo-hls ended with {}\n{}", program.seed, code,
                       log.substr(0, 2000)));
    } else if (log.find("so that it has no direction") != std::string::npos ||
               log.find("becomes registers, as no index into it is data") != std::string::npos) {
      // Chance has put all accesses of a stream where even clang sees that nothing gets, or given
      // a memory indices that it folds to constants.
      const std::lock_guard lock(mutex_);
      ++rightly_refused_;
    } else {
      // A refusal counts by its words, without names and numbers.
      std::string words;
      for (const char c : log.substr(std::min(log.find("error: "), log.size()), 160)) {
        if (c == '\n') break;
        if (!(c >= '0' && c <= '9')) words += c;
      }
      const std::lock_guard lock(mutex_);
      if (refused_[words]++ == 0)
        fmt::print(stderr, "program {} refused: {}\n", program.seed, log.substr(0, 1000));
    }
    return false;
  }
  Lowered lowered{program, 0, {}, false};
  const std::string binding = ReadText(stem + "_cosim.h"), verilog = ReadText(stem + ".v");
  const size_t at = binding.find("latency() const override { return ");
  if (at != std::string::npos)
    lowered.latency = static_cast<uint32_t>(std::strtoul(binding.c_str() + at + 34, nullptr, 10));
  lowered.has_fire = program.is_pipelined && verilog.find("wire fire = ") != std::string::npos;
  for (const Program::Port& port : program.ports) {
    if (verilog.find(fmt::format("{} wire {}_ready", port.is_input ? "output" : "input ",
                                 port.name)) == std::string::npos) {
      Fail(fmt::format("program {}: {} is not an {} of {}.v", program.seed, port.name,
                       port.is_input ? "input" : "output", stem));
      return false;
    }
    if (verilog.find(" " + port.name + "_reserve") != std::string::npos)
      lowered.late.insert(port.name);
  }
  batch.push_back(std::move(lowered));
  return true;
}

bool Runner::Build(const std::vector<Lowered>& batch, const fs::path& dir) {
  WriteText(dir / "batch.v", BatchVerilog(batch));
  WriteText(dir / "main.cc", BatchMain(batch));
  std::string modules;
  for (const Lowered& lowered : batch) modules += fmt::format(" {}.v", lowered.program.name);
  // One translation unit for the model; verilated run-time code comes precompiled.
  return Shell(fmt::format(
             "cd {0} && {1} --cc --top-module batch --prefix Vbatch --Mdir model "
             "--x-initial unique --assert "
             "-O3 -fno-dfg --output-split 0 -Wno-fatal -Wno-lint -Wno-style batch.v {2} > "
             "verilator.log 2>&1 && "
             "cat model/*.cpp > model/all.cpp && "
             "{3} -std=c++20 -O0 -w -I{5} -I{5}/vltstd -Imodel -c model/all.cpp -o "
             "model.o 2> model.log && "
             "{3} -std=c++20 -O0 -w -ftrivial-auto-var-init=pattern -I{4} -I{4}/hw/hls "
             "-I. -Imodel -I{5} "
             "-I{5}/vltstd main.cc model.o {6} {7} -lfmt -lpthread -o run 2> main.log",
             dir.string(), plan_.verilator, modules, plan_.cxx, plan_.source,
             plan_.verilator_include, plan_.harness, plan_.verilated)) == 0;
}

void Runner::Compare(const std::vector<Lowered>& batch, const fs::path& dir) {
  const int code = Shell(fmt::format("timeout 300 {0}/run {1} {2} > {0}/run.log 2>&1", dir.string(),
                                     plan_.runs, plan_.cycles));
  const std::string log = ReadText(dir / "run.log");
  std::istringstream lines(log);
  uint64_t quiet = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("QUIET")) ++quiet;
  }
  if (code != 0)
    Fail(fmt::format(
        "{}\nrepeat one: build/bin/random_programs --seed N, N as in PN above; files in {}", log,
        dir.string()));
  const std::lock_guard lock(mutex_);
  compared_ += batch.size();
  quiet_ += quiet;
  for (const Lowered& lowered : batch) pipelined_ += lowered.latency > 0;
}

void Runner::RunBatch(uint64_t first, uint64_t count) {
  const fs::path dir = plan_.work / fmt::format("b{}", first);
  fs::remove_all(dir);
  fs::create_directories(dir);
  const uint64_t failures = failures_;
  std::vector<Lowered> batch;
  Stopwatch watch;
  for (uint64_t seed = first; seed < first + count; ++seed) Lower(MakeProgram(seed), dir, batch);
  const double lower = watch.Lap();
  if (batch.empty()) return;
  if (!Build(batch, dir)) {
    Fail(fmt::format("programs {}..{}: does not build:\n{}{}{}", first, first + count - 1,
                     ReadText(dir / "verilator.log").substr(0, 3000),
                     ReadText(dir / "model.log").substr(0, 3000),
                     ReadText(dir / "main.log").substr(0, 3000)));
    return;
  }
  const double build = watch.Lap();
  Compare(batch, dir);
  const std::lock_guard lock(mutex_);
  run_seconds_ += watch.Lap();
  lower_seconds_ += lower;
  build_seconds_ += build;
  if (failures == failures_ && !plan_.keep) fs::remove_all(dir);
}

void Runner::RunBatches() {
  while (true) {
    const uint64_t begin = next_.fetch_add(plan_.batch);
    if (begin >= plan_.count) return;
    RunBatch(plan_.first + begin, std::min(plan_.batch, plan_.count - begin));
  }
}

int Runner::Run() {
  fs::create_directories(plan_.work);
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < plan_.jobs; ++i) threads.emplace_back([this] { RunBatches(); });
  for (std::thread& thread : threads) thread.join();
  uint64_t refused = 0;
  for (const auto& [words, count] : refused_) {
    fmt::print("refused {:5}: {}\n", count, words);
    refused += count;
  }
  fmt::print(
      "random programs, seeds {}..{}: {} equal or different, {} of them pipelined; {} never sent a "
      "token; {} rightly refused for what nothing uses; {} refused; {} "
      "failures\nprocessor seconds: lowering {:.0f}, building {:.0f}, running {:.0f}\n",
      plan_.first, plan_.first + plan_.count - 1, compared_, pipelined_, quiet_, rightly_refused_,
      refused, failures_.load(), lower_seconds_, build_seconds_, run_seconds_);
  return failures_ == 0 && refused == 0 && compared_ > 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  Plan plan;
  const std::map<std::string_view, std::string*> texts = {
      {"--hls", &plan.hls},
      {"--source", &plan.source},
      {"--harness", &plan.harness},
      {"--cxx", &plan.cxx},
      {"--verilator", &plan.verilator},
      {"--verilated", &plan.verilated},
      {"--verilator-include", &plan.verilator_include}};
  const std::map<std::string_view, uint64_t*> numbers = {
      {"--first", &plan.first}, {"--count", &plan.count}, {"--batch", &plan.batch},
      {"--jobs", &plan.jobs},   {"--runs", &plan.runs},   {"--cycles", &plan.cycles}};
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (i + 1 == argc) {
      fmt::print(stderr, "{} needs a value\n", flag);
      return 2;
    }
    const char* value = argv[i + 1];
    if (flag == "--work") {
      plan.work = value;
    } else if (flag == "--seed") {
      plan.first = std::strtoull(value, nullptr, 10);
      plan.count = plan.jobs = 1;
      plan.keep = true;
    } else if (const auto text = texts.find(flag); text != texts.end()) {
      *text->second = value;
    } else if (const auto number = numbers.find(flag); number != numbers.end()) {
      *number->second = std::strtoull(value, nullptr, 10);
    } else {
      fmt::print(stderr, "unknown option {}\n", flag);
      return 2;
    }
  }
  return Runner(plan).Run();
}

}  // namespace
}  // namespace vireo::testing

int main(int argc, char** argv) { return vireo::testing::Main(argc, argv); }
