// SPDX-License-Identifier: Apache-2.0
// Runs the prover, Yosys, Verilator and the bench, each under a limit of time.
#include "tests/hw/mutants/judge.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace vireo::testing {
namespace {

namespace fs = std::filesystem;

// Of processor time, so that no answer depends on what else the machine does.
constexpr unsigned kYosysSeconds = 60, kBuildSeconds = 600, kCosimSeconds = 300;
// By Verilator: an assertion, or logic that does not settle.
constexpr int kAborted = 128 + SIGABRT;

constexpr std::string_view kWhichMutant =
    "#include <cstdlib>\n"
    "extern \"C\" int vireo_mutant() { return std::atoi(std::getenv(\"VIREO_MUTANT\")); }\n";

std::string EndOf(const std::string& text) {
  constexpr size_t kLength = 2000;
  return text.size() <= kLength ? text : "..." + text.substr(text.size() - kLength);
}

// Two runs in one folder would remove each other's files.
int Lock(const fs::path& file) {
  const int lock = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock < 0) throw std::runtime_error(fmt::format("cannot write {}", file.string()));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    fmt::print("another run holds {}; waiting for it\n", file.string());
    std::fflush(stdout);
    if (flock(lock, LOCK_EX) != 0) {
      throw std::runtime_error(fmt::format("cannot lock {}", file.string()));
    }
  }
  return lock;
}

}  // namespace

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error(fmt::format("cannot read {}", path.string()));
  return text.str();
}

void WriteText(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(fmt::format("cannot write {}", path.string()));
}

Judge::Judge(Tools tools, Subject subject, fs::path dir)
    : tools_(std::move(tools)), subject_(std::move(subject)), dir_(std::move(dir)) {
  fs::create_directories(dir_.parent_path());
  lock_ = Lock(dir_.string() + ".lock");
  fs::remove_all(dir_);
  fs::create_directories(dir_);
}

Judge::~Judge() { close(lock_); }

// The exit code; 128 and the signal where one ended it.
int Judge::Shell(const std::string& command, const fs::path& log) const {
  const int status = std::system(
      fmt::format("cd '{}' && {{ {}; }} > '{}' 2>&1", dir_.string(), command, log.string())
          .c_str());
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void Judge::Fail(const std::string& what, int code, const fs::path& log) const {
  throw std::runtime_error(fmt::format("{}: {} ended with {}; the end of {}:\n{}", subject_.module,
                                       what, code, log.string(), EndOf(ReadText(log))));
}

bool Judge::IsVerilog(const fs::path& file) const {
  const fs::path log = dir_ / "yosys.log";
  const int code = Shell(
      fmt::format("ulimit -t {}; exec '{}' -q -p 'read_verilog -sv -noautowire \"{}\"; hierarchy "
                  "-check -top {}'",
                  kYosysSeconds, tools_.yosys, file.string(), subject_.module),
      log);
  if (code != 0 && code != 1) Fail("Yosys", code, log);
  return code == 0;
}

Proof Judge::Prove(const fs::path& file, unsigned seconds) const {
  const int code =
      Shell(fmt::format(
                "ulimit -t {0}; exec '{1}' '{2}' '{3}' --top {4} --timeout {0} --simulated --first",
                seconds, tools_.prove, subject_.bitcode.string(), file.string(), subject_.module),
            dir_ / "prove.log");
  return code == 0 ? Proof::kEqual : code == 1 ? Proof::kDiffers : Proof::kUndecided;
}

void Judge::BuildBench(const std::string& switched_verilog) const {
  const fs::path log = dir_ / "build.log";
  WriteText(dir_ / "switched.v", switched_verilog);
  WriteText(dir_ / "which_mutant.cc", kWhichMutant);
  const int code = Shell(
      fmt::format("ulimit -t {0}; '{2}' --cc --top-module {1} --prefix V{1} --Mdir model -O3 "
                  "-fno-dfg --x-initial unique --assert --output-split 0 -Wno-fatal -Wno-lint "
                  "-Wno-style switched.v && "
                  "cat which_mutant.cc model/*.cpp > model.cc && "
                  "{3} -std=c++20 -O1 -w -I'{4}' -I'{4}/vltstd' -Imodel -c model.cc -o model.o && "
                  "{3} -fuse-ld=lld '{5}' model.o '{6}' '{7}' -lfmt -lpthread -lz -o bench",
                  kBuildSeconds, subject_.module, tools_.verilator, tools_.cxx,
                  tools_.verilator_include, subject_.bench.string(), tools_.harness.string(),
                  tools_.verilated.string()),
      log);
  if (code != 0) Fail("the build of its bench", code, log);
}

Cosim Judge::Compare(size_t mutant) const {
  const fs::path log = dir_ / "run.log";
  const int code = Shell(
      fmt::format("ulimit -c 0 -t {}; VIREO_MUTANT={} exec ./bench", kCosimSeconds, mutant), log);
  if (code != 0 && code != 1 && code != kAborted) {
    Fail(fmt::format("the comparison of mutant {}", mutant), code, log);
  }
  return code == 0 ? Cosim::kEqual : code == 1 ? Cosim::kDiffers : Cosim::kAsserts;
}

}  // namespace vireo::testing
