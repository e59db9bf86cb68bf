// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/pcap.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace vireo::sim {
namespace {

constexpr uint32_t kMicroseconds = 0xa1b2c3d4, kNanoseconds = 0xa1b23c4d;
constexpr uint32_t kEthernet = 1;  // LINKTYPE_ETHERNET
constexpr uint32_t kMaxCaptured = 1U << 20;

struct FileHeader {
  uint32_t magic;
  uint16_t major, minor;
  uint32_t reserved[2];
  uint32_t snapshot_bytes;
  uint32_t link_type;
};
struct PacketHeader {
  uint32_t seconds, fraction;
  uint32_t captured_bytes, frame_bytes;
};
static_assert(sizeof(FileHeader) == 24 && sizeof(PacketHeader) == 16);

File OpenFile(const std::string& path, const char* mode) {
  return File(std::fopen(path.c_str(), mode));
}

}  // namespace

tl::expected<PcapReader, std::string> PcapReader::Open(const std::string& path) {
  File file = OpenFile(path, "rbe");
  if (!file) return tl::unexpected(fmt::format("read {}: {}", path, std::strerror(errno)));
  FileHeader header;
  if (std::fread(&header, sizeof header, 1, file.get()) != 1) {
    return tl::unexpected(fmt::format("read {}: it is shorter than a pcap file's header", path));
  }
  const uint32_t swapped = __builtin_bswap32(header.magic);
  const bool is_swapped = swapped == kMicroseconds || swapped == kNanoseconds;
  const uint32_t magic = is_swapped ? swapped : header.magic;
  if (magic != kMicroseconds && magic != kNanoseconds) {
    return tl::unexpected(
        fmt::format("read {}: it is no pcap file (of pcapng: editcap -F "
                    "nsecpcap FROM TO)",
                    path));
  }
  const uint32_t link = is_swapped ? __builtin_bswap32(header.link_type) : header.link_type;
  if ((link & 0xffff) != kEthernet) {
    return tl::unexpected(
        fmt::format("read {}: link type {}, not Ethernet ({})", path, link & 0xffff, kEthernet));
  }
  PcapReader reader(path, std::move(file), is_swapped, magic == kNanoseconds ? 1 : 1000);
  if (const auto fetched = reader.Fetch(); !fetched) return tl::unexpected(fetched.error());
  return reader;
}

tl::expected<void, std::string> PcapReader::Fetch() {
  next_.clear();
  PacketHeader header;
  const size_t got = std::fread(&header, 1, sizeof header, file_.get());
  if (got == 0) return {};
  const auto number = [&](uint32_t word) { return is_swapped_ ? __builtin_bswap32(word) : word; };
  const uint32_t bytes = number(header.captured_bytes);
  if (got != sizeof header || bytes > kMaxCaptured) {
    return tl::unexpected(fmt::format("read {}: a broken frame header", path_));
  }
  next_.resize(bytes);
  if (std::fread(next_.data(), 1, bytes, file_.get()) != bytes) {
    next_.clear();
    return tl::unexpected(fmt::format("read {}: the last frame is cut off", path_));
  }
  const uint64_t time =
      uint64_t{number(header.seconds)} * 1'000'000'000 + number(header.fraction) * nanoseconds_;
  if (!first_) first_ = time;
  next_clock_ = begin_ + (time < *first_ ? 0 : time - *first_) / kNanosecondsOfClock;
  return {};
}

size_t PcapReader::Read(std::span<uint8_t> buffer, uint64_t clock) {
  if (next_.empty()) return 0;
  if (!has_begun_) {
    has_begun_ = true;
    begin_ = next_clock_ = clock;
  }
  if (next_clock_ > clock) return 0;
  const size_t bytes = std::min(buffer.size(), next_.size());
  std::copy_n(next_.begin(), bytes, buffer.begin());
  if (const auto fetched = Fetch(); !fetched) {
    fmt::print(stderr, "port error=\"{}\"\n", fetched.error());
  }
  return bytes;
}

tl::expected<PcapWriter, std::string> PcapWriter::Open(const std::string& path) {
  File file = OpenFile(path, "wbe");
  if (!file) return tl::unexpected(fmt::format("write {}: {}", path, std::strerror(errno)));
  const FileHeader header = {kNanoseconds, 2, 4, {0, 0}, kMaxCaptured, kEthernet};
  std::fwrite(&header, sizeof header, 1, file.get());
  return PcapWriter(std::move(file));
}

void PcapWriter::Write(std::span<const uint8_t> frame, uint64_t clock) {
  const uint64_t time = clock * kNanosecondsOfClock;
  const auto bytes = static_cast<uint32_t>(frame.size());
  const PacketHeader header = {static_cast<uint32_t>(time / 1'000'000'000),
                               static_cast<uint32_t>(time % 1'000'000'000), bytes, bytes};
  std::fwrite(&header, sizeof header, 1, file_.get());
  std::fwrite(frame.data(), 1, frame.size(), file_.get());
}

}  // namespace vireo::sim
