// SPDX-License-Identifier: Apache-2.0
// Changes the library's Verilog in one place at a time, and fails where no check notices.
//
// Each process has its number of mutants; those in equivalents.tsv run besides, so that an entry
// that no longer holds is found. --seed N takes other mutants, --only PROCESS those of one process.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/hw/mutants/equivalents.h"
#include "tests/hw/mutants/judge.h"
#include "tests/hw/mutants/mutation.h"

namespace vireo::testing {
namespace {

namespace fs = std::filesystem;

struct Plan {
  std::string manifest, equivalents, only;
  Tools tools;
  size_t seed = 1, jobs = 2, at_least = 200, number = 0;  // number: of a process; 0: the manifest's
};

enum class Fate { kKilledByProof, kKilledByCosim, kSurvives, kInvalid };

struct Process {
  std::string name;
  Subject subject;
  size_t wanted;
  std::string verilog;
  std::vector<Mutation> mutations;
  std::vector<const Equivalent*> listed;  // by mutation; null: not in the list
  std::vector<size_t> order;              // those of the list, then as selected
  // Under the lock of Runner.
  size_t next = 0, valid = 0, busy = 0;
  std::array<size_t, 4> fates = {};
  size_t equivalent = 0;
};

class Runner {
 public:
  explicit Runner(Plan plan)
      : plan_(std::move(plan)),
        judge_(plan_.tools),
        equivalents_(ParseEquivalents(ReadText(plan_.equivalents))) {}
  int Run();

 private:
  void ReadManifest();
  void Select(Process& process);
  void Work();
  bool Take(Process*& process, size_t& mutation);
  Fate JudgeMutant(Process& process, const Mutation& mutation, const fs::path& file);
  Proof ProveOriginal(Process& process);
  bool CosimNotices(Process& process, const std::string& verilog, const fs::path& file);
  void Count(Process& process, size_t index, Fate fate, const fs::path& file);
  void Fail(const std::string& text);
  void PrintTable() const;

  const Plan plan_;
  Judge judge_;
  const std::vector<Equivalent> equivalents_;
  std::vector<Process> processes_;
  std::vector<size_t> largest_first_;
  std::mutex mutex_;
  std::map<std::string, std::mutex> original_mutexes_;
  size_t done_ = 0, total_ = 0, failures_ = 0;
  std::map<MutationKind, size_t> kinds_;
};

void Runner::Fail(const std::string& text) {
  ++failures_;
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

// A line a process: name, number of mutants, module, Verilog, bitcode, bench object; tabs between.
void Runner::ReadManifest() {
  std::istringstream lines(ReadText(plan_.manifest));
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> columns;
    std::istringstream rest(line);
    for (std::string column; std::getline(rest, column, '\t');) columns.push_back(column);
    if (columns.size() != 6) throw std::runtime_error(plan_.manifest + ": wants six columns");
    if (!plan_.only.empty() && columns[0] != plan_.only) continue;
    Process& process = processes_.emplace_back();
    process.name = columns[0];
    process.subject = {columns[2], columns[3], columns[4], columns[5]};
    process.wanted = plan_.number != 0 ? plan_.number : std::stoul(columns[1]);
  }
  if (processes_.empty()) throw std::runtime_error("no process " + plan_.only);
}

void Runner::Select(Process& process) {
  process.verilog = ReadText(process.subject.verilog);
  process.mutations = ListMutations(process.verilog, process.subject.module);
  process.listed.resize(process.mutations.size());
  for (const Equivalent& equivalent : equivalents_) {
    if (equivalent.process != process.name) continue;
    size_t found = 0;
    while (found < process.mutations.size() &&
           !equivalent.Names(process.name, process.mutations[found])) {
      ++found;
    }
    if (found == process.mutations.size()) {
      Fail(fmt::format("stale: {} has no mutant {} of {}: {}\n  remove it from {}", process.name,
                       equivalent.kind, equivalent.target, equivalent.change, plan_.equivalents));
      continue;
    }
    process.listed[found] = &equivalent;
    process.order.push_back(found);
  }
  process.wanted += process.order.size();
  Selection selection(process.mutations, plan_.seed, process.name);
  for (size_t i; (i = selection.Next()) < process.mutations.size();) {
    if (process.listed[i] == nullptr) process.order.push_back(i);
    if (process.order.size() > process.wanted * 2 + 10) break;  // some turn out to be invalid
  }
  total_ += std::min(process.wanted, process.order.size());
}

// The next mutant of the first process that wants one, the largest first. Those in work may be
// found invalid; then others take their place.
bool Runner::Take(Process*& process, size_t& mutation) {
  const std::lock_guard lock(mutex_);
  for (const size_t i : largest_first_) {
    Process& candidate = processes_[i];
    if (candidate.valid + candidate.busy >= candidate.wanted) continue;
    if (candidate.next >= candidate.order.size()) continue;
    process = &candidate;
    mutation = candidate.order[candidate.next++];
    ++candidate.busy;
    return true;
  }
  return false;
}

// A check that complains about the original says nothing about a mutant.
Proof Runner::ProveOriginal(Process& process) {
  const std::lock_guard lock(original_mutexes_.at(process.name));
  const fs::path file = plan_.tools.work / process.name / "original.v";
  WriteText(file, process.verilog);
  const Proof proof = judge_.Prove(process.subject, process.verilog, file);
  if (proof != Proof::kDiffers) return proof;
  throw std::runtime_error(process.name + ": its proof fails without a change; see to that first");
}

bool Runner::CosimNotices(Process& process, const std::string& verilog, const fs::path& file) {
  {
    const std::lock_guard lock(original_mutexes_.at(process.name));
    const fs::path original = plan_.tools.work / process.name / "original.v";
    if (judge_.CosimDiffers(process.subject, process.verilog, original)) {
      throw std::runtime_error(process.name +
                               ": it differs from its C++ without a change; see to that first");
    }
  }
  return judge_.CosimDiffers(process.subject, verilog, file);
}

Fate Runner::JudgeMutant(Process& process, const Mutation& mutation, const fs::path& file) {
  const std::string verilog = Apply(process.verilog, mutation);
  WriteText(file, verilog);
  // Where the proof takes too long for the original, it is asked last.
  const bool cosim_first = ProveOriginal(process) == Proof::kUndecided;
  if (cosim_first) {
    if (!judge_.IsVerilog(process.subject, verilog, file)) return Fate::kInvalid;
    if (CosimNotices(process, verilog, file)) return Fate::kKilledByCosim;
  }
  const Proof proof = judge_.Prove(process.subject, verilog, file);
  if (proof == Proof::kDiffers) return Fate::kKilledByProof;
  if (cosim_first) return Fate::kSurvives;
  if (proof == Proof::kUndecided && !judge_.IsVerilog(process.subject, verilog, file)) {
    return Fate::kInvalid;
  }
  return CosimNotices(process, verilog, file) ? Fate::kKilledByCosim : Fate::kSurvives;
}

void Runner::Count(Process& process, size_t index, Fate fate, const fs::path& file) {
  const Mutation& mutation = process.mutations[index];
  const Equivalent* listed = process.listed[index];
  const std::string name = fmt::format("{}\t{}\t{}\t{}", process.name, NameOf(mutation.kind),
                                       mutation.target, mutation.change);
  const std::lock_guard lock(mutex_);
  --process.busy;
  ++process.fates[static_cast<size_t>(fate)];
  if (fate != Fate::kInvalid) {
    ++process.valid;
    ++kinds_[mutation.kind];
    if (++done_ % 20 == 0) fmt::print("{} of {} mutants\n", done_, total_);
    std::fflush(stdout);
  }
  if (fate == Fate::kSurvives && listed == nullptr) {
    return Fail(fmt::format("survives: {}\n  {}", name, file.string()));
  }
  if (fate == Fate::kSurvives) ++process.equivalent;
  if (fate != Fate::kSurvives && listed != nullptr) {
    Fail(fmt::format("stale: a check notices this mutant; remove it from {}:\n  {}",
                     plan_.equivalents, name));
  }
  for (const char* suffix : {"", ".prove.log", ".yosys.log"}) fs::remove(file.string() + suffix);
}

void Runner::Work() {
  Process* process = nullptr;
  for (size_t index; Take(process, index);) {
    const fs::path file = plan_.tools.work / process->name / fmt::format("{}.v", index);
    try {
      const Fate fate = JudgeMutant(*process, process->mutations[index], file);
      Count(*process, index, fate, file);
    } catch (const std::exception& error) {
      const std::lock_guard lock(mutex_);
      --process->busy;
      process->next = process->order.size();  // the rest of them would fare no better
      Fail(error.what());
    }
  }
}

void Runner::PrintTable() const {
  fmt::print("\n{:26}{:>9}{:>10}{:>10}{:>12}{:>11}\n", "process", "mutants", "by proof", "by cosim",
             "equivalent", "survivors");
  std::array<size_t, 5> sum = {};
  const auto row = [](const std::string& name, const std::array<size_t, 5>& n) {
    fmt::print("{:26}{:9}{:10}{:10}{:12}{:11}\n", name, n[0], n[1], n[2], n[3], n[4]);
  };
  for (const Process& process : processes_) {
    const auto& fates = process.fates;
    const std::array<size_t, 5> numbers = {process.valid, fates[0], fates[1], process.equivalent,
                                           fates[2] - process.equivalent};
    row(process.name, numbers);
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += numbers[i];
  }
  row("total", sum);
  fmt::print("\n");
  for (const auto& [kind, number] : kinds_) fmt::print("{} {}  ", NameOf(kind), number);
  fmt::print("\nseed {}\n", plan_.seed);
}

int Runner::Run() {
  const auto start = std::chrono::steady_clock::now();
  fmt::print("mutants, seed {}\n", plan_.seed);
  ReadManifest();
  for (Process& process : processes_) {
    fs::create_directories(plan_.tools.work / process.name);
    original_mutexes_[process.name];
    Select(process);
    largest_first_.push_back(largest_first_.size());
  }
  std::sort(largest_first_.begin(), largest_first_.end(), [&](size_t a, size_t b) {
    return std::pair(processes_[b].verilog.size(), a) < std::pair(processes_[a].verilog.size(), b);
  });
  std::vector<std::thread> threads;
  for (size_t i = 0; i < plan_.jobs; ++i) threads.emplace_back([this] { Work(); });
  for (std::thread& thread : threads) thread.join();
  PrintTable();
  size_t valid = 0;
  for (const Process& process : processes_) valid += process.valid;
  if (plan_.only.empty() && valid < plan_.at_least) {
    Fail(fmt::format("{} mutants are too few; {} are wanted", valid, plan_.at_least));
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("{} mutants, {} complaints, {:.0f} s\n", valid, failures_, seconds.count());
  return failures_ == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  Plan plan;
  std::string work, harness, verilated;
  Tools& tools = plan.tools;
  const std::map<std::string_view, std::string*> texts = {
      {"--manifest", &plan.manifest},
      {"--equivalents", &plan.equivalents},
      {"--only", &plan.only},
      {"--prove", &tools.prove},
      {"--yosys", &tools.yosys},
      {"--verilator", &tools.verilator},
      {"--verilator-include", &tools.verilator_include},
      {"--cxx", &tools.cxx},
      {"--work", &work},
      {"--harness", &harness},
      {"--verilated", &verilated}};
  const std::map<std::string_view, size_t*> numbers = {
      {"--seed", &plan.seed}, {"--jobs", &plan.jobs}, {"--number", &plan.number}};
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    const auto text = texts.find(flag);
    const auto number = numbers.find(flag);
    if (i + 1 == argc || (text == texts.end() && number == numbers.end())) {
      fmt::print(stderr, "{}: unknown, or without a value; see tests/hw/mutants/README.md\n", flag);
      return 2;
    }
    if (text != texts.end()) *text->second = argv[i + 1];
    if (number != numbers.end()) *number->second = std::strtoull(argv[i + 1], nullptr, 10);
  }
  tools.work = work;
  tools.harness = harness;
  tools.verilated = verilated;
  try {
    return Runner(plan).Run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "run_mutants: {}\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace vireo::testing

int main(int argc, char** argv) { return vireo::testing::Main(argc, argv); }
