// SPDX-License-Identifier: Apache-2.0
// Runs Yosys, long modules first, and keeps its statistics by a hash of what made them.

#include "hw/report/synthesis.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "hw/report/command.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

namespace vireo::report {

namespace {

namespace fs = std::filesystem;

// A module whose result is not in the cache.
struct Job {
  size_t module;
  size_t weight;  // bytes of Verilog: a measure of how long it takes
  fs::path stat;
};

Result<CellCounts> Run(const SynthesisModule& module, const fs::path& stat,
                       const SynthesisOptions& options) {
  fs::path log = stat, fresh = stat;
  log.replace_extension("log");
  fresh.replace_extension("new");
  const Result<void> done =
      RunCommand({options.yosys, "-q", "-p", Script(module.name, module.verilog)}, fresh, log);
  if (!done) return tl::unexpected(done.error());
  Result<CellCounts> cells = ReadFile(fresh).and_then(ParseStat);
  if (!cells) return cells;
  std::error_code error;
  fs::rename(fresh, stat, error);  // whole or not at all
  if (error) return tl::unexpected(fmt::format("write {}: {}", stat.string(), error.message()));
  return cells;
}

}  // namespace

std::string Script(const std::string& module, const fs::path& verilog) {
  return fmt::format(
      "read_verilog -sv \"{0}\"; {1} -top {2} -run begin:map_luts; opt_merge; opt_clean; "
      "{1} -top {2} -run map_luts:check; tee -q -o /dev/stdout stat -json",
      verilog.string(), kSynthesis, module);
}

std::string WithoutComments(std::string_view verilog) {
  std::string text;
  text.reserve(verilog.size());
  bool in_string = false;
  for (size_t i = 0; i < verilog.size(); ++i) {
    const char c = verilog[i];
    if (!in_string && c == '/' && i + 1 < verilog.size() && verilog[i + 1] == '/') {
      while (!text.empty() && text.back() == ' ') text.pop_back();
      i = std::min(verilog.find('\n', i), verilog.size()) - 1;
      continue;
    }
    text += c;
    if (in_string && c == '\\' && i + 1 < verilog.size()) text += verilog[++i];
    if (c == '"') in_string = !in_string;
  }
  return text;
}

std::string CacheKey(const std::string& module, std::string_view verilog,
                     std::string_view yosys_version) {
  llvm::SHA256 hash;
  for (const std::string& part :
       {std::string(yosys_version), Script(module, ""), WithoutComments(verilog)}) {
    hash.update(part);
    hash.update(llvm::StringRef("\0", 1));
  }
  return llvm::toHex(hash.final(), /*LowerCase=*/true);
}

Result<std::string> YosysVersion(const SynthesisOptions& options) {
  std::error_code error;
  fs::create_directories(options.cache, error);
  if (error) {
    return tl::unexpected(
        fmt::format("make folder {}: {}", options.cache.string(), error.message()));
  }
  const fs::path out = options.cache / "version";
  const Result<void> done = RunCommand({options.yosys, "-V"}, out, options.cache / "version.log");
  if (!done) return tl::unexpected(done.error());
  return ReadFile(out).map([](const std::string& text) { return text.substr(0, text.find('\n')); });
}

std::vector<Result<CellCounts>> Synthesise(
    const std::vector<SynthesisModule>& modules, const std::string& yosys_version,
    const SynthesisOptions& options, const std::function<void(const std::string&)>& progress) {
  std::vector<Result<CellCounts>> results(modules.size());
  std::vector<Job> jobs;
  for (size_t i = 0; i < modules.size(); ++i) {
    const Result<std::string> verilog = ReadFile(modules[i].verilog);
    if (!verilog) {
      results[i] = tl::unexpected(verilog.error());
      continue;
    }
    const fs::path stat =
        options.cache / (CacheKey(modules[i].name, *verilog, yosys_version) + ".json");
    results[i] = ReadFile(stat).and_then(ParseStat);
    if (!results[i]) jobs.push_back({.module = i, .weight = verilog->size(), .stat = stat});
  }
  std::ranges::sort(jobs, std::ranges::greater(), &Job::weight);

  std::atomic<size_t> next = 0;
  size_t done = 0;
  std::mutex mutex;
  const auto work = [&] {
    for (size_t i = next++; i < jobs.size(); i = next++) {
      const Job& job = jobs[i];
      const auto start = std::chrono::steady_clock::now();
      results[job.module] = Run(modules[job.module], job.stat, options);
      const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
      const std::lock_guard lock(mutex);
      progress(fmt::format("[{}/{}] yosys {}: {:.1f} s", ++done, jobs.size(),
                           modules[job.module].name, time.count()));
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 0; i < std::min(options.jobs, jobs.size()); ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return results;
}

}  // namespace vireo::report
