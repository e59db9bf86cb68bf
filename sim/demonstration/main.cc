// SPDX-License-Identifier: Apache-2.0
// vireo-demo: shows a stock guest that uses the card. Run it by sim/demo.
#include <fmt/format.h>
#include <getopt.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "sim/demonstration/demonstration.h"
#include "sim/demonstration/places.h"
#include "sim/demonstration/report.h"
#include "sim/demonstration/sandbox.h"

namespace vireo::demonstration {
namespace {

template <typename T>
bool TakeNumber(const char* name, T least, T most, T& number) {
  const std::string_view text = optarg;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= least &&
      number <= most) {
    return true;
  }
  fmt::print(stderr, "sim/demo: --{} '{}' is not a number from {} to {}\n", name, text, least,
             most);
  return false;
}

// nullopt: it was said what is wrong.
std::optional<Options> Parse(int argc, char** argv) {
  const option known[] = {
      {"batch", no_argument, nullptr, 'b'},      {"json", required_argument, nullptr, 'j'},
      {"seed", required_argument, nullptr, 'e'}, {"smp", required_argument, nullptr, 's'},
      {"no-msi", no_argument, nullptr, 'i'},     {}};
  Options options;
  for (int c; (c = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
    switch (c) {
      case 'b': options.is_batch = true; break;
      case 'j': options.json = std::filesystem::absolute(optarg); break;
      case 'e':
        if (!TakeNumber<uint64_t>("seed", 0, UINT64_MAX, options.seed)) return std::nullopt;
        break;
      case 's':
        if (!TakeNumber("smp", 1, 8, options.cpus)) return std::nullopt;
        break;
      case 'i': options.has_msi = false; break;
      default: return std::nullopt;  // getopt has said what is wrong
    }
  }
  if (optind == argc) return options;
  fmt::print(stderr, "sim/demo: unknown argument '{}'; see sim/demo --help\n", argv[optind]);
  return std::nullopt;
}

bool WriteJson(const Options& options, Report& report, const std::string& error) {
  if (options.json.empty()) return true;
  nlohmann::json& json = report.json();
  json["passed"] = error.empty();
  if (!error.empty()) json["error"] = error;
  json["seed"] = options.seed;
  json["cpus"] = options.cpus;
  json["interrupts"] = options.has_msi ? "MSI-X" : "INTx";
  json["seconds"] = report.seconds();
  std::ofstream file(options.json);
  file << json.dump(2) << "\n";
  if (file.flush()) return true;
  fmt::print(stderr, "sim/demo: write {}: {}\n", options.json, std::strerror(errno));
  return false;
}

int Show(const Options& options, const Sandbox& sandbox) {
  const bool is_terminal = isatty(STDOUT_FILENO) != 0;
  Report report(is_terminal);
  try {
    Demonstration demonstration(options, sandbox, report);
    demonstration.Picture();
    demonstration.Start();
    demonstration.Functions();
    demonstration.Network();
    demonstration.Disk();
    demonstration.SecondBoot();
    demonstration.CompareCounters();
    const bool is_written = WriteJson(options, report, "");
    fmt::print("\nAll {} steps passed, in {} s.\n", report.steps(), report.seconds());
    if (is_written && !options.is_batch && is_terminal && isatty(STDIN_FILENO) != 0) {
      demonstration.Shell();
    }
    return is_written ? 0 : 1;
  } catch (const guest::Failure& failure) {
    std::fflush(stdout);
    fmt::print(stderr, "\nsim/demo: {}\n", failure.why());
    WriteJson(options, report, failure.why());
    return 1;
  }
}

// What keeps the demo from being tried, or nothing.
std::string WhyNot() {
  if (std::string why = guest::WhyNoTap(); !why.empty()) return why;
  for (const char* file : {kSimulator, kShimLibrary, kGuestKernel, kGuestInitramfs}) {
    if (access(file, R_OK) != 0) return fmt::format("there is no {}; sim/demo builds it", file);
  }
  return {};
}

}  // namespace
}  // namespace vireo::demonstration

int main(int argc, char** argv) {
  using namespace vireo::demonstration;
  const std::optional<Options> options = Parse(argc, argv);
  if (!options) return 2;
  if (const std::string why = WhyNot(); !why.empty()) {
    fmt::print(stderr, "sim/demo: {}\n", why);
    return 1;
  }
  setenv("VIREO_VFIO_LIBRARY", kShimLibrary, 1);
  std::filesystem::current_path(kSourceTree);
  try {
    return RunInSandbox(kKeptLogs, [&](const Sandbox& sandbox) { return Show(*options, sandbox); });
  } catch (const vireo::guest::Failure& failure) {
    fmt::print(stderr, "sim/demo: {}\n", failure.why());
    return 1;
  }
}
