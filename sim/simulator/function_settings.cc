// SPDX-License-Identifier: Apache-2.0
// Disks lie one behind the other in card memory, in the order of their functions.

#include "sim/simulator/function_settings.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>

#include "hw/spec/device_cfg.h"
#include "hw/virtio/device_config.h"
#include "sim/simulator/pcap.h"

namespace vireo::sim {
namespace {

constexpr uint64_t kAlignment = 4096;
constexpr uint64_t kClockLimit = 100'000;

uint64_t Room(const BlkSettings& blk) {
  if (blk.backend == DiskBackend::kChannel) return 0;
  return (blk.sectors * spec::kSectorBytes + kAlignment - 1) / kAlignment * kAlignment;
}

tl::unexpected<std::string> Failure(const char* what, const std::string& path) {
  return tl::unexpected(fmt::format("{} {}: {}", what, path, std::strerror(errno)));
}

tl::expected<void, std::string> Load(const std::string& path, std::span<uint8_t> disk) {
  const File file(std::fopen(path.c_str(), "rbe"));
  if (!file) return Failure("load", path);
  const size_t bytes = std::fread(disk.data(), 1, disk.size(), file.get());
  if (std::ferror(file.get()) != 0) return Failure("load", path);
  if (bytes == disk.size() && std::fgetc(file.get()) != EOF) {
    return tl::unexpected(fmt::format("load {}: it is larger than the disk's {} sectors", path,
                                      disk.size() / spec::kSectorBytes));
  }
  return {};
}

void Send(Card& card, unsigned function, const NetSettings& net) {
  for (unsigned word = 0; word < 2; ++word) {
    ConfigEntry entry = InitialNetConfig(function, word);
    if (word == 0) {
      for (int i = 0; i < 6; ++i) entry.range(8 * i + 7, 8 * i) = net.mac[static_cast<size_t>(i)];
    } else {
      constexpr int kLow = 8 * (spec::net_cfg::kMtu.offset % 8);
      entry.range(kLow + 15, kLow) = net.mtu;
    }
    card.config_updates().Send({function, word, entry});
  }
  ap_uint<48> mac = 0;
  for (int i = 0; i < 6; ++i) mac.range(8 * i + 7, 8 * i) = net.mac[static_cast<size_t>(i)];
  card.addresses().Send({function, mac, 1, net.pairs});
}

}  // namespace

tl::expected<void, std::string> CompleteSettings(CardConfig& config) {
  for (auto& [function, blk] : config.blks) {
    if (blk.load.empty() || blk.sectors != kInitialSectors) continue;
    std::error_code error;
    const uint64_t bytes = std::filesystem::file_size(blk.load, error);
    if (error) return tl::unexpected(fmt::format("load {}: {}", blk.load, error.message()));
    if (bytes == 0 || bytes % spec::kSectorBytes != 0) {
      return tl::unexpected(
          fmt::format("load {}: its {} bytes are no whole number of sectors of {}", blk.load, bytes,
                      spec::kSectorBytes));
    }
    blk.sectors = bytes / spec::kSectorBytes;
  }
  return {};
}

uint64_t DiskBytes(const CardConfig& config) {
  uint64_t bytes = 0;
  for (const auto& [function, blk] : config.blks) bytes += Room(blk);
  return bytes;
}

tl::expected<void, std::string> ApplySettings(const CardConfig& config, Card& card) {
  for (const auto& [function, net] : config.nets) Send(card, function, net);
  uint64_t base = 0;
  for (const auto& [function, blk] : config.blks) {
    card.config_updates().Send({function, spec::blk_cfg::kCapacity.offset / 8, blk.sectors});
    const bool is_channel = blk.backend == DiskBackend::kChannel;
    card.blk_configs().Send({function, is_channel ? BlkBackend::kChannel : BlkBackend::kCardMemory,
                             blk.read_only ? 1 : 0, blk.sectors, is_channel ? 0 : base});
    if (!blk.load.empty()) {
      const auto disk = card.disks().bytes().subspan(base, blk.sectors * spec::kSectorBytes);
      if (const auto loaded = Load(blk.load, disk); !loaded) return loaded;
    }
    base += Room(blk);
  }
  const uint64_t end = card.clock() + kClockLimit;
  while (!card.idle()) {
    if (card.clock() == end)
      return tl::unexpected<std::string>("the card does not take its settings");
    card.Step();
  }
  return {};
}

tl::expected<void, std::string> SaveDisks(const CardConfig& config, Card& card) {
  uint64_t base = 0;
  for (const auto& [function, blk] : config.blks) {
    const auto disk = card.disks().bytes().subspan(base, blk.sectors * spec::kSectorBytes);
    base += Room(blk);
    if (blk.save.empty()) continue;
    // The old content stays until the new one is there.
    const std::string part = blk.save + ".part";
    File file(std::fopen(part.c_str(), "wbe"));
    if (!file) return Failure("save", part);
    if (std::fwrite(disk.data(), 1, disk.size(), file.get()) != disk.size() ||
        std::fclose(file.release()) != 0) {
      return Failure("save", part);
    }
    if (std::rename(part.c_str(), blk.save.c_str()) != 0) return Failure("save", blk.save);
  }
  return {};
}

}  // namespace vireo::sim
