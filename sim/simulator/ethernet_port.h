// SPDX-License-Identifier: Apache-2.0
// One end of the card's wire: where its frames go, and where frames for it come from.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <tl/expected.hpp>

namespace vireo::sim {

inline constexpr size_t kLargestFrame = 9216 + 18;  // bytes, without CRC

// Frames begin with the destination address and have no CRC.
class EthernetPort {
 public:
  virtual ~EthernetPort() = default;

  // Readable when Read may have something; -1: there is nothing to wait for.
  virtual int poll_fd() const { return -1; }
  // The next frame for the card: bytes of it in `buffer`, 0 if there is none now.
  virtual size_t Read(std::span<uint8_t> buffer, uint64_t clock) = 0;
  // A frame from the card. One that the port does not take is lost, as on a wire.
  virtual void Write(std::span<const uint8_t> frame, uint64_t clock) = 0;
  // A frame that another port gave to the card.
  virtual void Delivered(std::span<const uint8_t>, uint64_t) {}
  // Whether Read is to begin only when a driver is there.
  virtual bool waits_for_driver() const { return false; }
  // When Read has the next frame, though nothing else happens; UINT64_MAX: never.
  virtual uint64_t NextFrame() const { return UINT64_MAX; }
};

// One of tap:NAME, unix:PATH, pcap-in:FILE, pcap-out:FILE, loop, null.
tl::expected<std::unique_ptr<EthernetPort>, std::string> OpenEthernetPort(const std::string& text);

}  // namespace vireo::sim
