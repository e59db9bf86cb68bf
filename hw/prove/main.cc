// SPDX-License-Identifier: Apache-2.0
// vireo-hls-prove: proves by z3 that emitted Verilog equals its C++ source.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "hw/prove/compare.h"

namespace {

constexpr const char* kUsage =
    "usage: vireo-hls-prove SOURCE.bc RTL.v --top MODULE [--timeout SECONDS] [--json FILE] "
    "[--simulated] [--first] [-v]\n"
    "  SOURCE.bc   written by vireo-hls --ir\n"
    "  RTL.v       written by vireo-hls --core, with or without --no-pipeline\n"
    "  --timeout   processor time for each attempt at a goal (60)\n"
    "  --simulated what a simulator runs: the Verilog without SYNTHESIS defined\n"
    "  --first     stop at the first difference\n"
    "exit: 0 proved, 1 differs, 2 usage or not decided\n";

struct Options {
  std::string source;
  std::string verilog;
  std::string top;
  std::string json;
  bool simulated = false;
  bool verbose = false;
  vireo::prove::CompareOptions compare;
};

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool has_value = i + 1 < argc;
    if (argument == "-v") {
      options.verbose = true;
    } else if (argument == "--simulated") {
      options.simulated = true;
    } else if (argument == "--first") {
      options.compare.stop_at_first_difference = true;
    } else if (argument == "--top" && has_value) {
      options.top = argv[++i];
    } else if (argument == "--json" && has_value) {
      options.json = argv[++i];
    } else if (argument == "--timeout" && has_value) {
      options.compare.goal_seconds = std::atof(argv[++i]);
    } else if (argument.starts_with("-")) {
      return false;
    } else if (options.source.empty()) {
      options.source = argument;
    } else if (options.verilog.empty()) {
      options.verilog = argument;
    } else {
      return false;
    }
  }
  return !options.verilog.empty() && !options.top.empty() && options.compare.goal_seconds > 0;
}

const char* Name(vireo::prove::Outcome outcome) {
  switch (outcome) {
    case vireo::prove::Outcome::kProved: return "proved";
    case vireo::prove::Outcome::kDiffers: return "differs";
    case vireo::prove::Outcome::kUnknown: return "unknown";
  }
  return "unknown";
}

void WriteJson(const std::string& path, const Options& options, const vireo::prove::Report& report,
               double seconds) {
  nlohmann::ordered_json json;
  json["top"] = options.top;
  json["verdict"] = Name(report.outcome());
  json["pipelined"] = report.pipelined;
  json["seconds"] = seconds;
  json["goals"] = nlohmann::ordered_json::array();
  for (const auto& goal : report.goals) {
    json["goals"].push_back({{"name", goal.name},
                             {"verdict", Name(goal.outcome)},
                             {"method", goal.method},
                             {"seconds", goal.seconds},
                             {"assumed", goal.assumed},
                             {"counterexample", goal.counterexample}});
  }
  json["notes"] = report.notes;
  std::ofstream(path) << json.dump(2) << '\n';
}

int Run(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  const vireo::prove::Btor btor =
      vireo::prove::ReadVerilog(options.verilog, options.top, options.simulated);
  const vireo::prove::SourceIr ir = vireo::prove::ReadSource(options.source);
  const vireo::prove::Report report = vireo::prove::Compare(ir, btor, options.compare);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  size_t proved = 0;
  for (const auto& goal : report.goals) {
    proved += goal.outcome == vireo::prove::Outcome::kProved ? 1 : 0;
    if (options.verbose)
      fmt::print("{:8} {:8.3f} s  {:9} {}\n", Name(goal.outcome), goal.seconds, goal.method,
                 goal.name);
  }
  for (const auto& goal : report.goals) {
    if (!goal.counterexample.empty()) fmt::print("{}", goal.counterexample);
    for (const std::string& assumed : goal.assumed)
      fmt::print("  {} needs: {}\n", goal.name, assumed);
  }
  for (const std::string& note : report.notes) fmt::print("  note: {}\n", note);
  if (!options.json.empty()) WriteJson(options.json, options, report, seconds);
  fmt::print("{}: {} ({}, {} of {} goals, {:.1f} s)\n", options.top, Name(report.outcome()),
             report.pipelined ? "pipelined" : "one stage", proved, report.goals.size(), seconds);
  switch (report.outcome()) {
    case vireo::prove::Outcome::kProved: return 0;
    case vireo::prove::Outcome::kDiffers: return 1;
    case vireo::prove::Outcome::kUnknown: return 2;
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!Parse(argc, argv, options)) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  try {
    return Run(options);
  } catch (const z3::exception& error) {
    fmt::print(stderr, "vireo-hls-prove: {}: z3: {}\n", options.source, error.msg());
  } catch (const std::exception& error) {
    fmt::print(stderr, "vireo-hls-prove: {}: {}\n", options.source, error.what());
  }
  return 2;
}
