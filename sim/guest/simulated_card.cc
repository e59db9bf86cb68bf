// SPDX-License-Identifier: Apache-2.0
#include "sim/guest/simulated_card.h"

#include <signal.h>
#include <unistd.h>

#include <fstream>

namespace vireo::guest {
namespace {

std::string ReportOf(const SimulatedCardOptions& options) {
  return options.folder + "/report.json";
}

}  // namespace

SimulatedCard::SimulatedCard(const SimulatedCardOptions& options, Alarms& alarms)
    : options_(options),
      alarms_(alarms),
      process_({options.program, "--sockets", options.folder, "--tap", options.interface, "--seed",
                std::to_string(options.seed), "--report", ReportOf(options)},
               options.has_log ? options.folder + "/vireo-sim.log" : "") {
  alarms_.Add(process_.ended(), [this] { return "vireo-sim " + process_.HowItEnded(); });
  AwaitLine("ready\n");
}

SimulatedCard::~SimulatedCard() { alarms_.Remove(process_.ended()); }

void SimulatedCard::AwaitLine(const std::string& line) {
  std::string seen;
  while (!seen.ends_with('\n')) {
    const std::string reason = "its '" + line.substr(0, line.size() - 1) + "'";
    alarms_.Await(process_.output(), reason);
    char next;
    if (read(process_.output(), &next, 1) != 1) {
      throw Failure("vireo-sim " + process_.HowItEnded() + " before " + reason);
    }
    seen += next;
  }
  if (seen != line) throw Failure("vireo-sim said " + seen);
}

nlohmann::json SimulatedCard::Counters() {
  process_.Signal(SIGUSR1);
  AwaitLine("reported\n");
  std::ifstream report(ReportOf(options_));
  return nlohmann::json::parse(report);
}

}  // namespace vireo::guest
