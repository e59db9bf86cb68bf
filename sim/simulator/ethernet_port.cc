// SPDX-License-Identifier: Apache-2.0
// The kinds of ports by their names, and those that need nothing from outside.

#include "sim/simulator/ethernet_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "sim/simulator/pcap.h"
#include "sim/simulator/tap.h"
#include "sim/simulator/unix_port.h"

namespace vireo::sim {
namespace {

class NullPort final : public EthernetPort {
 public:
  size_t Read(std::span<uint8_t>, uint64_t) override { return 0; }
  void Write(std::span<const uint8_t>, uint64_t) override {}
};

// What the card sends comes back.
class LoopPort final : public EthernetPort {
 public:
  size_t Read(std::span<uint8_t> buffer, uint64_t) override {
    if (frames_.empty()) return 0;
    const size_t bytes = std::min(buffer.size(), frames_.front().size());
    std::copy_n(frames_.front().begin(), bytes, buffer.begin());
    frames_.pop_front();
    return bytes;
  }
  void Write(std::span<const uint8_t> frame, uint64_t) override {
    if (frames_.size() < kMaxFrames) frames_.emplace_back(frame.begin(), frame.end());
  }
  uint64_t NextFrame() const override { return frames_.empty() ? UINT64_MAX : 0; }

 private:
  static constexpr size_t kMaxFrames = 4096;

  std::deque<std::vector<uint8_t>> frames_;
};

template <typename Port>
tl::expected<std::unique_ptr<EthernetPort>, std::string> Opened(
    tl::expected<Port, std::string> port) {
  if (!port) return tl::unexpected(port.error());
  return std::make_unique<Port>(std::move(*port));
}

}  // namespace

tl::expected<std::unique_ptr<EthernetPort>, std::string> OpenEthernetPort(const std::string& text) {
  const size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string name = colon == std::string::npos ? "" : text.substr(colon + 1);
  const bool has_name = colon != std::string::npos;
  if (kind == "loop" && !has_name) return std::make_unique<LoopPort>();
  if (kind == "null" && !has_name) return std::make_unique<NullPort>();
  if (!name.empty()) {
    if (kind == "tap") return Opened(Tap::Open(name));
    if (kind == "unix") return Opened(UnixPort::Listen(name));
    if (kind == "pcap-in") return Opened(PcapReader::Open(name));
    if (kind == "pcap-out") return Opened(PcapWriter::Open(name));
  }
  return tl::unexpected(
      fmt::format("port '{}' is none of tap:NAME, unix:PATH, pcap-in:FILE, pcap-out:FILE, loop, "
                  "null",
                  text));
}

}  // namespace vireo::sim
