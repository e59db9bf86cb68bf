// SPDX-License-Identifier: Apache-2.0
// Random processes and networks, as Verilog and as C++: --seed N repeats one process, --network N
// one network; both leave the files.
#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "tests/hw/compiler/random/runner.h"

namespace vireo::testing {
namespace {

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
  const std::map<std::string_view, uint64_t*> numbers = {{"--first", &plan.processes.first},
                                                         {"--processes", &plan.processes.count},
                                                         {"--first-network", &plan.networks.first},
                                                         {"--networks", &plan.networks.count},
                                                         {"--at-least", &plan.at_least},
                                                         {"--jobs", &plan.jobs}};
  const auto only = [&](Share& share, Share& other, uint64_t seed) {
    share.first = seed;
    share.count = plan.jobs = 1;
    other.count = plan.at_least = 0;
    plan.keep = true;
  };
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (i + 1 == argc) {
      fmt::print(stderr, "{} needs a value\n", flag);
      return 2;
    }
    const char* value = argv[i + 1];
    if (flag == "--work") {
      plan.work = value;
    } else if (flag == "--keep") {
      plan.keep = std::string_view(value) == "yes";
    } else if (flag == "--seed") {
      only(plan.processes, plan.networks, std::strtoull(value, nullptr, 10));
    } else if (flag == "--network") {
      only(plan.networks, plan.processes, std::strtoull(value, nullptr, 10));
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
