// SPDX-License-Identifier: Apache-2.0
// Files of frames with nanosecond timestamps, in the card's time.
// IETF draft-ietf-opsawg-pcap, "PCAP Capture File Format".
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/simulator/ethernet_port.h"

namespace vireo::sim {

inline constexpr uint64_t kNanosecondsOfClock = 4;  // 250 MHz

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// Gives a file's frames to the card, as far apart as they are in the file. The first one comes
// when it is first asked for.
class PcapReader final : public EthernetPort {
 public:
  static tl::expected<PcapReader, std::string> Open(const std::string& path);

  size_t Read(std::span<uint8_t> buffer, uint64_t clock) override;
  void Write(std::span<const uint8_t>, uint64_t) override {}
  bool waits_for_driver() const override { return true; }
  uint64_t NextFrame() const override { return next_.empty() ? UINT64_MAX : next_clock_; }

 private:
  PcapReader(std::string path, File file, bool is_swapped, uint64_t nanoseconds)
      : path_(std::move(path)),
        file_(std::move(file)),
        is_swapped_(is_swapped),
        nanoseconds_(nanoseconds) {}

  // Fetches the next frame; an error ends the frames.
  tl::expected<void, std::string> Fetch();

  std::string path_;
  File file_;
  bool is_swapped_;
  uint64_t nanoseconds_;       // of the timestamps' smaller unit
  std::vector<uint8_t> next_;  // empty: there is none
  uint64_t next_clock_ = 0;
  std::optional<uint64_t> first_;  // timestamp
  uint64_t begin_ = 0;             // clock of the first frame
  bool has_begun_ = false;
};

// Writes frames of both directions.
class PcapWriter final : public EthernetPort {
 public:
  static tl::expected<PcapWriter, std::string> Open(const std::string& path);

  size_t Read(std::span<uint8_t>, uint64_t) override { return 0; }
  void Write(std::span<const uint8_t> frame, uint64_t clock) override;
  void Delivered(std::span<const uint8_t> frame, uint64_t clock) override { Write(frame, clock); }

 private:
  explicit PcapWriter(File file) : file_(std::move(file)) {}

  File file_;
};

}  // namespace vireo::sim
