// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/card_config.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "hw/blk/token.h"
#include "hw/net/token.h"
#include "hw/virtio/device_config.h"
#include "hw/virtio/functions.h"
#include "sim/simulator/yaml_map.h"

namespace vireo::sim {
namespace {

constexpr uint64_t kMaxSectors = uint64_t{1} << 32;  // 2 TiB
constexpr uint16_t kLeastMtu = 68;                   // VIRTIO 1.4, 5.1.4.1

class Reader {
 public:
  Reader(const std::string& path, CardConfig& config) : yaml_(path), config_(config) {}

  void Read(const YAML::Node& root) {
    yaml_.Read(root, "the card",
               {yaml_.Number("seed", config_.block.seed, 0, UINT64_MAX),
                {"link", [this](const YAML::Node& node) { Link(node); }},
                {"ports", [this](const YAML::Node& node) { Ports(node); }},
                {"functions", [this](const YAML::Node& node) { Functions(node); }}});
  }

 private:
  template <typename T>
  void OneOf(const YAML::Node& node, T& value, const std::map<std::string, T>& names) {
    const std::string text = yaml_.Text(node);
    const auto known = names.find(text);
    if (known == names.end()) {
      std::vector<std::string> all;
      for (const auto& [name, meaning] : names) all.push_back(name);
      yaml_.Fail(node, fmt::format("'{}' is none of {}", text, fmt::join(all, ", ")));
    }
    value = known->second;
  }

  void PowerOfTwo(const YAML::Node& node, uint32_t& value, uint32_t least, uint32_t most) {
    value = static_cast<uint32_t>(yaml_.Number(node, least, most));
    if ((value & (value - 1)) != 0) {
      yaml_.Fail(node, fmt::format("{} is no power of two", value));
    }
  }

  void Link(const YAML::Node& link) {
    pcie::HardBlockConfig& block = config_.block;
    const auto nanoseconds = [this](const std::string& name, double& value) {
      return YamlMap::Key{name, [this, &value](const YAML::Node& node) {
                            value = static_cast<double>(yaml_.Number(node, 0, 1'000'000));
                          }};
    };
    yaml_.Read(
        link, "link",
        {nanoseconds("round_trip_ns", block.round_trip_ns),
         nanoseconds("jitter_ns", block.jitter_ns),
         {"rate",
          [&](const YAML::Node& node) {
            OneOf<double>(node, block.gigabits_per_second,
                          {{"gen3x16", pcie::kGen3x16},
                           {"gen4x8", pcie::kGen4x8},
                           {"gen4x16", pcie::kGen4x16}});
          }},
         {"split",
          [&](const YAML::Node& node) {
            OneOf<pcie::Split>(node, block.split,
                               {{"boundary", pcie::Split::kBoundary},
                                {"max_payload", pcie::Split::kMaxPayload},
                                {"random", pcie::Split::kRandom}});
          }},
         {"max_payload",
          [&](const YAML::Node& node) { PowerOfTwo(node, block.max_payload, 128, 1024); }},
         {"max_read_request",
          [&](const YAML::Node& node) { PowerOfTwo(node, block.max_read_request, 128, 4096); }},
         yaml_.Number("reorder_percent", block.reorder_percent, 0, 100),
         yaml_.Number("reorder_window", block.reorder_window, 1, 256),
         yaml_.Number("completion_headers", block.completion_headers, 64, 256),
         yaml_.Number("completion_bytes", block.completion_bytes, 4096, 65536),
         {"host_credits", [&](const YAML::Node& node) { Credits(node, block.host_credits); }},
         {"card_credits", [&](const YAML::Node& node) { Credits(node, block.card_credits); }}});
  }

  void Credits(const YAML::Node& node, pcie::Credits& credits) {
    // A packet of the largest payload needs 64 units of 16 bytes.
    yaml_.Read(node, "credits",
               {yaml_.Number("posted_headers", credits.posted_headers, 1, 128),
                yaml_.Number("posted_data", credits.posted_data, 64, 2048),
                yaml_.Number("nonposted_headers", credits.nonposted_headers, 1, 128)});
  }

  void Ports(const YAML::Node& ports) {
    if (!ports.IsSequence()) yaml_.Fail(ports, "ports is a list, such as [tap:vireo0]");
    config_.ports.clear();
    for (const YAML::Node& port : ports) config_.ports.push_back(yaml_.Text(port));
  }

  void Functions(const YAML::Node& functions) {
    std::vector<YamlMap::Key> keys;
    for (auto& net : config_.nets) {
      keys.push_back({FunctionName(net.first),
                      [this, &net](const YAML::Node& node) { Net(node, net.first, net.second); }});
    }
    for (auto& blk : config_.blks) {
      keys.push_back({FunctionName(blk.first),
                      [this, &blk](const YAML::Node& node) { Blk(node, blk.first, blk.second); }});
    }
    yaml_.Read(functions, "functions", keys);
  }

  void Net(const YAML::Node& node, unsigned number, NetSettings& net) {
    yaml_.Read(node, FunctionName(number),
               {{"mac", [&](const YAML::Node& mac) { Mac(mac, net); }},
                yaml_.Number("mtu", net.mtu, kLeastMtu, kMaxFrame - kMinFrame),
                yaml_.Number("pairs", net.pairs, 1, QueuesOf(number).to_uint() / 2)});
  }

  void Mac(const YAML::Node& node, NetSettings& net) {
    const std::string text = yaml_.Text(node);
    std::array<unsigned, 6> bytes;
    char behind = 0;
    const int found = std::sscanf(text.c_str(), "%2x:%2x:%2x:%2x:%2x:%2x%c", &bytes[0], &bytes[1],
                                  &bytes[2], &bytes[3], &bytes[4], &bytes[5], &behind);
    if (found != 6)
      yaml_.Fail(node, fmt::format("'{}' is no MAC address, like "
                                   "52:54:00:56:00:00",
                                   text));
    if ((bytes[0] & 1) != 0) yaml_.Fail(node, fmt::format("{} is a group's address", text));
    for (size_t i = 0; i < 6; ++i) net.mac[i] = static_cast<uint8_t>(bytes[i]);
  }

  void Blk(const YAML::Node& node, unsigned number, BlkSettings& blk) {
    const std::string name = FunctionName(number);
    yaml_.Read(node, name,
               {yaml_.Number("sectors", blk.sectors, 1, kMaxSectors),
                yaml_.Flag("read_only", blk.read_only),
                yaml_.Text("load", blk.load),
                yaml_.Text("save", blk.save),
                {"backend", [&](const YAML::Node& backend) {
                   OneOf<DiskBackend>(backend, blk.backend,
                                      {{"card_memory", DiskBackend::kCardMemory},
                                       {"channel", DiskBackend::kChannel}});
                 }}});
    if (blk.backend == DiskBackend::kChannel && !(blk.load + blk.save).empty()) {
      yaml_.Fail(node, fmt::format("{} has its disk with a service behind the channel: there is "
                                   "nothing to load or save here",
                                   name));
    }
  }

  const YamlMap yaml_;
  CardConfig& config_;
};

}  // namespace

std::string FunctionName(unsigned function) {
  if (function == kManagementFunction) return "management";
  if (function == kNetFunction) return "net";
  if (function == kBlkFunction) return "blk";
  if (function < kFirstBlkVirtual) return fmt::format("net_vf{}", function - kFirstNetVirtual);
  return fmt::format("blk_vf{}", function - kFirstBlkVirtual);
}

CardConfig::CardConfig() {
  for (unsigned function = 0; function < kVirtualEnd; ++function) {
    switch (TypeOf(function)) {
      case DeviceType::kNet: {
        NetSettings& net = nets[function];
        net.mtu = kInitialMtu;
        for (int i = 0; i < 6; ++i) {
          net.mac[static_cast<size_t>(i)] =
              static_cast<uint8_t>((kInitialMac | function) >> (40 - 8 * i));
        }
        break;
      }
      case DeviceType::kBlk: blks[function].sectors = kInitialSectors; break;
      case DeviceType::kManagement:
      case DeviceType::kNone: break;
    }
  }
}

tl::expected<void, std::string> ReadCardConfig(const std::string& path, CardConfig& config) {
  std::ifstream file(path);
  if (!file) return tl::unexpected(fmt::format("read {}: {}", path, std::strerror(errno)));
  try {
    Reader(path, config).Read(YAML::Load(file));
  } catch (const YAML::Exception& error) {
    return tl::unexpected(YamlError(path, error.mark, error.msg).what());
  } catch (const YamlError& error) {
    return tl::unexpected(error.what());
  }
  return {};
}

}  // namespace vireo::sim
