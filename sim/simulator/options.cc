// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/options.h"

#include <fmt/format.h>
#include <getopt.h>

#include <charconv>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace vireo::sim {
namespace {

constexpr std::string_view kUsage = R"(usage: vireo-sim --sockets DIR [OPTION]...
Runs the card's RTL. Each virtio function listens as a vfio-user server on DIR/NAME.sock: net, blk,
and net_vf0, blk_vf0, ... for virtual functions; management is the management function.

  --sockets DIR       where the sockets are made; DIR must exist
  --config FILE       the card's link, ports and functions, as YAML; options overrule it
  --port PORT         what the card's Ethernet port is connected to; may be given more than once:
                      tap:NAME      a TAP interface
                      unix:PATH     a SOCK_SEQPACKET socket, a frame in each packet
                      pcap-in:FILE  the frames of a file, from the card's first DMA on
                      pcap-out:FILE a record of the frames of both directions
                      loop          what the card sends comes back
                      null          nothing
  --tap NAME          the same as --port tap:NAME
  --seed N            of everything that is random (1)
  --round-trip N      nanoseconds from a read to its completion, on an idle link (800)
  --report FILE       counters as JSON, written at the end, and on SIGUSR1, which stdout then confirms
  --trace FILE        what passes the card's pins, for chrome://tracing and ui.perfetto.dev
  --waves FILE        FST, of vireo-sim-waves alone; --waves-from CLOCK, --waves-to CLOCK
  --watchdog CLOCKS   end with 1 if something waits for so long and nothing moves
  --help
)";

struct Flag {
  const char* name;
  std::function<bool(const std::string& value)> take;
};

bool TakeNumber(const char* name, const std::string& text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return true;
  fmt::print(stderr, "vireo-sim: --{} '{}' is not a number\n", name, text);
  return false;
}

std::vector<Flag> Flags(Options& options, std::vector<std::string>& ports) {
  const auto text = [](const char* name, std::string& value) {
    return Flag{name, [&value](const std::string& given) {
                  value = given;
                  return true;
                }};
  };
  const auto number = [](const char* name, uint64_t& value) {
    return Flag{
        name, [name, &value](const std::string& given) { return TakeNumber(name, given, value); }};
  };
  return {text("sockets", options.sockets),
          text("report", options.report),
          text("trace", options.trace),
          text("waves", options.waves),
          number("waves-from", options.waves_from),
          number("waves-to", options.waves_to),
          number("watchdog", options.watchdog),
          number("seed", options.card.block.seed),
          {"round-trip",
           [&options](const std::string& given) {
             uint64_t value = 0;
             if (!TakeNumber("round-trip", given, value)) return false;
             options.card.block.round_trip_ns = static_cast<double>(value);
             return true;
           }},
          {"tap",
           [&ports](const std::string& given) {
             ports.push_back("tap:" + given);
             return true;
           }},
          {"port",
           [&ports](const std::string& given) {
             ports.push_back(given);
             return true;
           }},
          {"config", [](const std::string&) { return true; }}};
}

}  // namespace

tl::expected<Options, int> ParseOptions(int argc, char** argv) {
  Options options;
  std::vector<std::string> ports;
  const std::vector<Flag> flags = Flags(options, ports);
  std::vector<option> known;
  for (size_t i = 0; i < flags.size(); ++i) {
    known.push_back({flags[i].name, required_argument, nullptr, static_cast<int>(i)});
  }
  const int help = static_cast<int>(flags.size()), config = help - 1;
  known.push_back({"help", no_argument, nullptr, help});
  known.push_back({});
  std::vector<std::pair<int, std::string>> given;
  for (int c; (c = getopt_long(argc, argv, "", known.data(), nullptr)) != -1;) {
    if (c == '?') return tl::unexpected(2);  // getopt has said what is wrong
    if (c == help) {
      fmt::print("{}", kUsage);
      return tl::unexpected(0);
    }
    given.emplace_back(c, optarg);
    if (c != config) continue;
    if (const auto read = ReadCardConfig(optarg, options.card); !read) {
      fmt::print(stderr, "vireo-sim: {}\n", read.error());
      return tl::unexpected(2);
    }
  }
  for (const auto& [index, value] : given) {
    if (!flags[static_cast<size_t>(index)].take(value)) return tl::unexpected(2);
  }
  if (optind != argc || options.sockets.empty()) {
    fmt::print(stderr, "{}", kUsage);
    return tl::unexpected(2);
  }
  if (!ports.empty()) options.card.ports = ports;
  return options;
}

}  // namespace vireo::sim
