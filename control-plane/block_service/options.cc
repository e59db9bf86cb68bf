// SPDX-License-Identifier: Apache-2.0
#include "control-plane/block_service/options.h"

#include <fmt/format.h>
#include <getopt.h>

#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

namespace vireo::block_service {
namespace {

constexpr std::string_view kUsage =
    R"(usage: vireo-blockd --card SOCKET [--patience SECONDS] FUNCTION=FILE[,OPTION]...
Does the I/O of a card's block functions on files and block devices.

  --card SOCKET       the vfio-user socket of the card's management function; of vireo-sim:
                      DIR/management.sock
  --patience SECONDS  for how long guests wait for a service that is gone; then their requests
                      fail (10)
  FUNCTION=FILE       blk, blk_vf0, blk_vf1, ...; the disk has the file's size
    ,read_only        writes fail
    ,buffered         use the page cache even if the file can do without
  --help

Writes "ready" to stdout when it serves. SIGTERM or SIGINT end it in order.
)";

constexpr int kUsageError = 2;

// What stands before the first `at`, which is taken off.
std::string_view Cut(std::string_view& text, char at) {
  const size_t end = std::min(text.find(at), text.size());
  const std::string_view first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

// What is wrong with it, or nothing.
std::string TakeDisk(std::string_view text, Options& options) {
  const std::string_view whole = text;
  if (text.find('=') == std::string_view::npos) {
    return fmt::format("'{}' is no FUNCTION=FILE, such as blk=disk.img", whole);
  }
  const std::string function(Cut(text, '='));
  DiskSettings settings;
  settings.file = Cut(text, ',');
  if (settings.file.empty()) return fmt::format("'{}' names no file", whole);
  while (!text.empty()) {
    const std::string_view option = Cut(text, ',');
    if (option == "read_only") {
      settings.read_only = true;
    } else if (option == "buffered") {
      settings.buffered = true;
    } else {
      return fmt::format("'{}' is neither read_only nor buffered", option);
    }
  }
  if (!options.disks.emplace(function, settings).second) {
    return fmt::format("{} is there twice", function);
  }
  return "";
}

bool TakeSeconds(const char* text, std::chrono::seconds& seconds) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text, text + strlen(text), number);
  seconds = std::chrono::seconds(number);
  return error == std::errc() && *end == 0 && number != 0;
}

tl::unexpected<int> Wrong(const std::string& what) {
  fmt::print(stderr, "vireo-blockd: {}\n(vireo-blockd --help)\n", what);
  return tl::unexpected(kUsageError);
}

}  // namespace

tl::expected<Options, int> ParseOptions(int argc, char** argv) {
  const std::array<option, 4> flags = {{{"card", required_argument, nullptr, 'c'},
                                        {"patience", required_argument, nullptr, 'p'},
                                        {"help", no_argument, nullptr, 'h'},
                                        {}}};
  Options options;
  for (int flag; (flag = getopt_long(argc, argv, "", flags.data(), nullptr)) != -1;) {
    switch (flag) {
      case 'c': options.card = optarg; break;
      case 'p':
        if (!TakeSeconds(optarg, options.patience)) {
          return Wrong(fmt::format("--patience '{}' is no whole number of seconds", optarg));
        }
        break;
      case 'h': fmt::print("{}", kUsage); return tl::unexpected(0);
      default: return Wrong("this is no option");
    }
  }
  if (options.card.empty()) return Wrong("--card is missing");
  for (; optind < argc; ++optind) {
    if (const std::string wrong = TakeDisk(argv[optind], options); !wrong.empty()) {
      return Wrong(wrong);
    }
  }
  if (options.disks.empty()) return Wrong("no disk is given, such as blk=disk.img");
  return options;
}

}  // namespace vireo::block_service
