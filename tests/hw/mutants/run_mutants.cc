// SPDX-License-Identifier: Apache-2.0
// Changes the library's Verilog in one place at a time, and fails where no check notices.
//
// run_mutants [PROCESS...] judges the mutants of these processes, or of all. Each process has its
// number of them; those in equivalents.tsv are judged besides, so that an entry that no longer
// holds is found. --seed N takes other mutants, --number N so many; --table prints what was found
// last.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/hw/mutants/equivalents.h"
#include "tests/hw/mutants/judge.h"
#include "tests/hw/mutants/mutation.h"
#include "tests/hw/mutants/result.h"
#include "tests/hw/mutants/switched_module.h"

namespace vireo::testing {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSeed = 1;
constexpr size_t kAtLeast = 200;  // killed, of the whole library

// Of processor time. Where the original takes longer than the first, only what the cosimulation
// does not see is put to the proof.
constexpr unsigned kQuickProofSeconds = 5, kProofSeconds = 120;

struct Plan {
  std::string manifest, equivalents, work;
  std::vector<std::string> processes;  // none: all
  Tools tools;
  uint64_t seed = kSeed;
  size_t number = 0;  // of a process; 0: the manifest's
  bool table = false;
};

struct Process {
  std::string name;
  size_t wanted;
  Subject subject;
};

// A line a process: name, number of mutants, module, Verilog, bitcode, bench object; tabs between.
std::vector<Process> ReadManifest(const Plan& plan) {
  std::vector<Process> processes;
  std::istringstream lines(ReadText(plan.manifest));
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> columns;
    std::istringstream rest(line);
    for (std::string column; std::getline(rest, column, '\t');) columns.push_back(column);
    if (columns.size() != 6) throw std::runtime_error(plan.manifest + ": wants six columns");
    processes.push_back({columns[0],
                         plan.number != 0 ? plan.number : std::stoul(columns[1]),
                         {columns[2], columns[3], columns[4], columns[5]}});
  }
  if (plan.processes.empty()) return processes;
  std::vector<Process> chosen;
  for (const std::string& name : plan.processes) {
    const auto found = std::ranges::find(processes, name, &Process::name);
    if (found == processes.end()) {
      throw std::runtime_error(fmt::format("no process {}; {} lists them", name, plan.manifest));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

fs::path ResultFile(const Plan& plan, const std::string& process) {
  return fs::path(plan.work) / (process + ".result");
}

// The mutants of one process.
class Run {
 public:
  Run(const Plan& plan, Process process)
      : plan_(plan),
        process_(std::move(process)),
        judge_(plan.tools, process_.subject, fs::path(plan.work) / process_.name),
        verilog_(ReadText(process_.subject.verilog)),
        mutations_(ListMutations(verilog_, process_.subject.module)) {
    result_.process = process_.name;
  }
  Result Judged();

 private:
  struct Mutant {
    size_t index;  // of mutations_
    const Equivalent* listed;
  };

  void Choose();
  bool Add(size_t index, const Equivalent* listed);
  bool CheckOriginal();
  void JudgeMutant(size_t mutant, bool is_proof_quick);
  void Complain(const std::string& text);
  fs::path FileOf(size_t index) const { return judge_.dir() / fmt::format("{}.v", index); }
  std::string NameOf(const Mutant& mutant) const;

  const Plan& plan_;
  const Process process_;
  const Judge judge_;
  const std::string verilog_;
  const std::vector<Mutation> mutations_;
  std::vector<Equivalent> equivalents_;
  std::vector<Mutant> mutants_;
  Result result_;
};

void Run::Complain(const std::string& text) {
  ++result_.complaints;
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

std::string Run::NameOf(const Mutant& mutant) const {
  const Mutation& mutation = mutations_[mutant.index];
  return fmt::format("{}\t{}\t{}\t{}", process_.name, testing::NameOf(mutation.kind),
                     mutation.target, mutation.change);
}

// False: it is not Verilog.
bool Run::Add(size_t index, const Equivalent* listed) {
  WriteText(FileOf(index), Apply(verilog_, mutations_[index]));
  if (!judge_.IsVerilog(FileOf(index))) {
    ++result_.invalid;
    return false;
  }
  mutants_.push_back({index, listed});
  ++result_.mutants;
  ++result_.kinds[static_cast<size_t>(mutations_[index].kind)];
  return true;
}

// Those of the list that the seed does not choose come on top.
void Run::Choose() {
  std::map<size_t, const Equivalent*> listed;
  for (const Equivalent& equivalent : equivalents_) {
    if (equivalent.process != process_.name) continue;
    const auto found = std::ranges::find_if(
        mutations_, [&](const Mutation& m) { return equivalent.Names(process_.name, m); });
    if (found == mutations_.end()) {
      Complain(fmt::format("stale: {} has no mutant {} of {}: {}\n  remove it from {}",
                           process_.name, equivalent.kind, equivalent.target, equivalent.change,
                           plan_.equivalents));
      continue;
    }
    listed[static_cast<size_t>(found - mutations_.begin())] = &equivalent;
  }
  Selection selection(mutations_, plan_.seed, process_.name);
  while (mutants_.size() < process_.wanted) {
    const size_t index = selection.Next();
    if (index == mutations_.size()) break;
    const auto found = listed.find(index);
    Add(index, found == listed.end() ? nullptr : found->second);
    if (found != listed.end()) listed.erase(found);
  }
  for (const auto& [index, equivalent] : listed) {
    if (!Add(index, equivalent)) {
      Complain(fmt::format("stale: this mutant is no Verilog; remove it from {}:\n  {}",
                           plan_.equivalents, NameOf({index, equivalent})));
    }
  }
}

// A check that complains about the original says nothing about a mutant. True: the proof is quick.
bool Run::CheckOriginal() {
  if (judge_.Compare(0) != Cosim::kEqual) {
    throw std::runtime_error(process_.name +
                             ": it differs from its C++ without a change; see to that first");
  }
  const fs::path file = judge_.dir() / "original.v";
  WriteText(file, verilog_);
  const Proof proof = judge_.Prove(file, kQuickProofSeconds);
  if (proof == Proof::kDiffers) {
    throw std::runtime_error(process_.name +
                             ": its proof fails without a change; see to that first");
  }
  return proof == Proof::kEqual;
}

void Run::JudgeMutant(size_t mutant, bool is_proof_quick) {
  const auto& [index, listed] = mutants_[mutant];
  const std::string name = NameOf(mutants_[mutant]);
  const fs::path file = FileOf(index);
  const Cosim cosim = judge_.Compare(mutant + 1);
  const bool seen = cosim != Cosim::kEqual;
  std::optional<Proof> proof;
  if (is_proof_quick || !seen) {
    proof = judge_.Prove(file, seen ? kQuickProofSeconds : kProofSeconds);
    ++result_.asked;
  }
  result_.by_cosim += seen ? 1 : 0;
  result_.by_proof += proof == Proof::kDiffers ? 1 : 0;
  const bool is_killed = seen || proof == Proof::kDiffers;
  // Assertions are not proved.
  if (cosim == Cosim::kDiffers && proof == Proof::kEqual) {
    return Complain(
        fmt::format("the cosimulation sees this mutant, the proof calls it equal:\n"
                    "  {}\n  {}",
                    name, file.string()));
  }
  if (is_killed) {
    ++result_.killed;
    if (!seen) fmt::print("only the proof sees: {}\n", name);
    if (listed != nullptr) {
      Complain(fmt::format("stale: a check notices this mutant; remove it from {}:\n  {}",
                           plan_.equivalents, name));
    }
    fs::remove(file);
    return;
  }
  const char* proved = proof == Proof::kEqual ? "calls it equal" : "does not decide it";
  if (listed == nullptr) {
    ++result_.survivors;
    return Complain(fmt::format("survives: {}\n  {}: the proof {}", name, file.string(), proved));
  }
  ++result_.listed;
  fmt::print("listed, and the proof {}: {}\n", proved, name);
  fs::remove(file);
}

Result Run::Judged() {
  equivalents_ = ParseEquivalents(ReadText(plan_.equivalents));
  Choose();
  std::vector<Mutation> chosen;
  for (const Mutant& mutant : mutants_) chosen.push_back(mutations_[mutant.index]);
  judge_.BuildBench(SwitchedModule(verilog_, process_.subject.module, chosen));
  const bool is_proof_quick = CheckOriginal();
  for (size_t mutant = 0; mutant < mutants_.size(); ++mutant) JudgeMutant(mutant, is_proof_quick);
  return result_;
}

std::vector<Result> ReadResults(const Plan& plan) {
  std::vector<Result> results;
  for (const Process& process : ReadManifest(plan)) {
    const fs::path file = ResultFile(plan, process.name);
    if (!fs::exists(file)) {
      throw std::runtime_error(
          fmt::format("no {}: remove passed/mutants_{} from the build and run ctest -R mutants",
                      file.string(), process.name));
    }
    results.push_back(ParseResult(ReadText(file)));
  }
  return results;
}

std::vector<Result> JudgeAll(const Plan& plan) {
  std::vector<Result> results;
  for (const Process& process : ReadManifest(plan)) {
    const auto start = std::chrono::steady_clock::now();
    fs::remove(ResultFile(plan, process.name));
    results.push_back(Run(plan, process).Judged());
    // What another seed or number finds is not what the tests found.
    if (plan.seed == kSeed && plan.number == 0) {
      WriteText(ResultFile(plan, process.name), Print(results.back()));
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    fmt::print("{}: {} mutants, {} complaints, {:.0f} s\n", process.name, results.back().mutants,
               results.back().complaints, seconds.count());
    std::fflush(stdout);
  }
  return results;
}

int Work(const Plan& plan) {
  fmt::print("mutants, seed {}\n", plan.seed);
  const std::vector<Result> results = plan.table ? ReadResults(plan) : JudgeAll(plan);
  fmt::print("\n{}", Table(results));
  size_t killed = 0, complaints = 0;
  for (const Result& result : results) {
    killed += result.killed;
    complaints += result.complaints;
  }
  if (plan.processes.empty() && plan.number == 0 && killed < kAtLeast) {
    ++complaints;
    fmt::print("{} killed mutants are too few; {} are wanted\n", killed, kAtLeast);
  }
  if (complaints != 0) fmt::print("{} complaints\n", complaints);
  return complaints == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  Plan plan;
  std::string harness, verilated;
  Tools& tools = plan.tools;
  const std::map<std::string_view, std::string*> texts = {
      {"--manifest", &plan.manifest},
      {"--equivalents", &plan.equivalents},
      {"--work", &plan.work},
      {"--prove", &tools.prove},
      {"--yosys", &tools.yosys},
      {"--verilator", &tools.verilator},
      {"--verilator-include", &tools.verilator_include},
      {"--cxx", &tools.cxx},
      {"--harness", &harness},
      {"--verilated", &verilated}};
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto text = texts.find(argument);
    if (argument == "--table") {
      plan.table = true;
    } else if (!argument.starts_with("--")) {
      plan.processes.emplace_back(argument);
    } else if (i + 1 < argc && text != texts.end()) {
      *text->second = argv[++i];
    } else if (i + 1 < argc && argument == "--seed") {
      plan.seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (i + 1 < argc && argument == "--number") {
      plan.number = std::strtoull(argv[++i], nullptr, 10);
    } else {
      fmt::print(stderr, "{}: unknown, or without a value; see tests/hw/mutants/README.md\n",
                 argument);
      return 2;
    }
  }
  tools.harness = harness;
  tools.verilated = verilated;
  try {
    return Work(plan);
  } catch (const std::exception& error) {
    fmt::print(stderr, "run_mutants: {}\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace vireo::testing

int main(int argc, char** argv) { return vireo::testing::Main(argc, argv); }
