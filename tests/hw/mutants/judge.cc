// SPDX-License-Identifier: Apache-2.0
// Runs the prover, Yosys, and Verilator with the bench, each under a limit of time.
#include "tests/hw/mutants/judge.h"

#include <fmt/format.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/SHA256.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <sstream>
#include <stdexcept>

#include "tests/hw/mutants/verilog_module.h"

namespace vireo::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kTimedOut = 124;  // of timeout(1)
constexpr int kAborted = 134;   // by Verilator: an assertion, or logic that does not settle
constexpr unsigned kCosimSeconds = 600;

std::string Hash(std::initializer_list<std::string_view> parts) {
  llvm::SHA256 hash;
  for (const std::string_view part : parts) {
    hash.update(llvm::StringRef(part.data(), part.size()));
    hash.update(llvm::StringRef("\0", 1));
  }
  return llvm::toHex(hash.final(), /*LowerCase=*/true);
}

// Comments name lines of the source, which decide nothing.
std::string HashOf(const std::string& verilog) {
  std::string text;
  for (const Token& token : Lex(verilog)) text += token.text + '\n';
  return Hash({text});
}

// The exit code; 128 and the signal where one ended it.
int Shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int Cached(const fs::path& cache, const std::function<int()>& make) {
  if (std::ifstream file(cache); file) {
    int code = 0;
    if (file >> code) return code;
  }
  const int code = make();
  fs::create_directories(cache.parent_path());
  const fs::path fresh = cache.string() + ".new";
  WriteText(fresh, std::to_string(code));
  fs::rename(fresh, cache);  // whole or not at all
  return code;
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

Judge::Judge(Tools tools)
    : tools_(std::move(tools)),
      prover_hash_(Hash({ReadText(tools_.prove), std::to_string(tools_.goal_seconds),
                         std::to_string(tools_.prove_seconds)})),
      bench_hash_(Hash({ReadText(tools_.harness), ReadText(tools_.verilated)})) {}

Proof Judge::Prove(const Subject& subject, const std::string& verilog, const fs::path& file) {
  const std::string key = Hash({"prove", prover_hash_, ReadText(subject.bitcode), HashOf(verilog)});
  const int code = Cached(tools_.work / "cache" / key, [&] {
    // Of processor time, so that the answer does not depend on what else runs.
    return Shell(fmt::format(
        "ulimit -t {}; exec '{}' '{}' '{}' --top {} --timeout {} --first > '{}.prove.log' 2>&1",
        tools_.prove_seconds, tools_.prove, subject.bitcode.string(), file.string(), subject.module,
        tools_.goal_seconds, file.string()));
  });
  return code == 0 ? Proof::kEqual : code == 1 ? Proof::kDiffers : Proof::kUndecided;
}

bool Judge::IsVerilog(const Subject& subject, const std::string& verilog, const fs::path& file) {
  const std::string key = Hash({"yosys", tools_.yosys, HashOf(verilog)});
  return Cached(tools_.work / "cache" / key, [&] {
           const int code = Shell(fmt::format(
               "ulimit -t 60; exec '{}' -q -p 'read_verilog -sv -noautowire \"{}\"; hierarchy "
               "-check -top {}' > '{}.yosys.log' 2>&1",
               tools_.yosys, file.string(), subject.module, file.string()));
           if (code == 0 || code == 1) return code;
           throw std::runtime_error(fmt::format("{}: Yosys ended with {}; see {}.yosys.log",
                                                subject.module, code, file.string()));
         }) == 0;
}

bool Judge::CosimDiffers(const Subject& subject, const std::string& verilog, const fs::path& file) {
  const std::string key = Hash({"cosim", bench_hash_, ReadText(subject.bench), HashOf(verilog)});
  const int code = Cached(tools_.work / "cache" / key, [&] {
    const std::string dir = fmt::format("{}.cosim", file.string());
    fs::remove_all(dir);
    fs::create_directories(dir);
    const int built = Shell(fmt::format(
        "cd '{0}' && {{ '{1}' --cc --top-module {2} --prefix V{2} --Mdir model -O3 -fno-dfg "
        "--x-initial unique "
        "--assert --output-split 0 -Wno-fatal -Wno-lint -Wno-style '{3}' && "
        "cat model/*.cpp > model.cc && "
        "{4} -std=c++20 -O1 -w -I'{5}' -I'{5}/vltstd' -Imodel -c model.cc -o model.o && "
        "{4} -fuse-ld=lld '{6}' model.o '{7}' '{8}' -lfmt -lpthread -lz -o bench; }} > build.log "
        "2>&1",
        dir, tools_.verilator, subject.module, file.string(), tools_.cxx, tools_.verilator_include,
        subject.bench.string(), tools_.harness.string(), tools_.verilated.string()));
    if (built != 0) {
      throw std::runtime_error(
          fmt::format("{}: the model does not build; see {}/build.log", subject.module, dir));
    }
    const int ran =
        Shell(fmt::format("cd '{0}' && timeout {1} ./bench > run.log 2>&1", dir, kCosimSeconds));
    if (ran == kTimedOut) {
      throw std::runtime_error(fmt::format("{}: the comparison does not end in {} s; see {}",
                                           subject.module, kCosimSeconds, dir));
    }
    if (ran != 0 && ran != 1 && ran != kAborted) {
      throw std::runtime_error(fmt::format("{}: the comparison ended with {}; see {}/run.log",
                                           subject.module, ran, dir));
    }
    fs::remove_all(dir);
    return ran;
  });
  return code != 0;
}

}  // namespace vireo::testing
