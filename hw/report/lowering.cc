// SPDX-License-Identifier: Apache-2.0
// Reads the reports of vireo-hls.

#include "hw/report/lowering.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace vireo::report {

namespace {

using Json = nlohmann::json;

// A place is a string, or null where there is none.
std::string PlaceIn(const Json& object) {
  const auto place = object.find("at");
  return place != object.end() && place->is_string() ? place->get<std::string>() : "";
}

ProcessTiming ProcessFrom(const Json& json) {
  ProcessTiming process;
  json.at("name").get_to(process.name);
  json.at("ii").get_to(process.ii);
  json.at("latency").get_to(process.latency);
  json.at("estimated_period_ns").get_to(process.period_ns);
  process.period_at = PlaceIn(json.at("critical_path"));
  for (const Json& violation : json.at("violations")) {
    process.violations.push_back(
        {.at = PlaceIn(violation), .message = violation.at("message").get<std::string>()});
  }
  return process;
}

}  // namespace

bool MeetsClock(const ProcessTiming& process, double clock_ns) {
  constexpr double kRounding = 1e-6;
  return process.violations.empty() && process.period_ns <= clock_ns + kRounding;
}

bool MeetsClock(const Lowering& lowering) {
  return std::ranges::all_of(lowering.processes, [&](const ProcessTiming& process) {
    return MeetsClock(process, lowering.clock_ns);
  });
}

Result<Lowering> ParseLowering(std::string_view json) {
  try {
    const Json report = Json::parse(json);
    Lowering lowering;
    report.at("clock_ns").get_to(lowering.clock_ns);
    report.at("delay_model").get_to(lowering.delay_model);
    for (const Json& process : report.at("processes")) {
      lowering.processes.push_back(ProcessFrom(process));
    }
    if (lowering.processes.empty()) return tl::unexpected(std::string("no process in the report"));
    return lowering;
  } catch (const Json::exception& error) {
    return tl::unexpected(fmt::format("not a report of vireo-hls: {}", error.what()));
  }
}

}  // namespace vireo::report
