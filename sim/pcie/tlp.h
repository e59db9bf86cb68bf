// SPDX-License-Identifier: Apache-2.0
// A transaction layer packet, its size on the wire, and the arithmetic of byte enables.
// PCI Express Base 5.0, 2.2 "Transaction Layer Protocol - Packet Definition".
#ifndef VIREO_SIM_PCIE_TLP_H_
#define VIREO_SIM_PCIE_TLP_H_

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "hw/pcie/pcie4c_fields.h"

namespace vireo::sim::pcie {

using pcie4c::ErrorCode;
using pcie4c::Status;

inline constexpr uint32_t kMaxPayloadBytes = 1024;  // the largest that PCIE4C can be set to
inline constexpr uint32_t kMaxReadBytes = 4096;
inline constexpr uint32_t kRequestBoundary = 4096;  // no request crosses a multiple of it
inline constexpr uint32_t kTags = 256;
inline constexpr uint32_t kFunctions = 256;

// A function's place below the card's bus: device and function number as one, as with ARI.
using Function = uint8_t;

enum class TlpType : uint8_t { kMemoryRead, kMemoryWrite, kCompletion };

struct TlpHeader {
  TlpType type = TlpType::kMemoryRead;
  uint8_t tag = 0;
  uint8_t first_be = 0;
  uint8_t last_be = 0;
  uint8_t traffic_class = 0;
  uint8_t attributes = 0;
  uint16_t requester = 0;  // routing id: bus, function
  uint16_t completer = 0;
  uint16_t dwords = 0;   // requests: the length of the range; completions: of the payload
  uint64_t address = 0;  // requests: in bytes, of the first DWord
  // Completions.
  Status status = Status::kSuccess;
  uint16_t byte_count = 0;     // still to come, with this one
  uint16_t lower_address = 0;  // of the first byte; 7 bits on the wire, 12 at the RC port
  // What the hard block adds.
  ErrorCode error = ErrorCode::kNone;
  bool request_completed = false;
  uint16_t lines = 0;  // completions: of 64 bytes, that this one ends
  uint8_t bar = 0;
  uint8_t bar_aperture = 0;

  uint32_t payload_dwords() const { return type == TlpType::kMemoryRead ? 0 : dwords; }
  bool is_posted() const { return type == TlpType::kMemoryWrite; }
};

struct Tlp : TlpHeader {
  alignas(8) uint8_t payload[kMaxPayloadBytes];
};

// Framing, sequence number and LCRC: what a packet costs beside its header and payload.
inline constexpr uint32_t kFramingBytes = 8;

// `short_headers`: requests below 4 GiB take three DWords of header, as the standard has it;
// without it every request takes four.
constexpr uint32_t WireBytes(const TlpHeader& tlp, bool short_headers = false) {
  const bool is_short =
      tlp.type == TlpType::kCompletion || (short_headers && (tlp.address >> 32) == 0);
  return kFramingBytes + (is_short ? 12 : 16) + 4 * tlp.payload_dwords();
}

// Flow control counts payload in units of 16 bytes.
constexpr uint32_t DataCredits(const TlpHeader& tlp) { return (tlp.payload_dwords() + 3) / 4; }

// The first byte that a request names. A read of no bytes names its first.
constexpr uint64_t FirstByte(const TlpHeader& tlp) {
  return tlp.address +
         (tlp.first_be == 0 ? 0U : static_cast<uint32_t>(std::countr_zero(tlp.first_be)));
}

// From the first enabled byte to the last, both included; 1 for a request of no bytes (2.3.1.1,
// "Byte Count").
constexpr uint32_t ByteCount(const TlpHeader& tlp) {
  if (tlp.first_be == 0 && tlp.dwords == 1) return 1;
  const uint32_t last = tlp.dwords == 1 ? tlp.first_be : tlp.last_be;
  const uint32_t end = 4U * tlp.dwords - static_cast<uint32_t>(std::countl_zero(last << 28));
  return static_cast<uint32_t>(tlp.address + end - FirstByte(tlp));
}

// Makes the request name the bytes [begin, begin + bytes); bytes is at least 1.
constexpr void SetRange(TlpHeader& tlp, uint64_t begin, uint32_t bytes) {
  const uint32_t skip = begin % 4;
  const uint32_t dwords = (skip + bytes + 3) / 4;
  const uint8_t first = static_cast<uint8_t>(0xf << skip) & 0xf;
  const uint8_t last = static_cast<uint8_t>(0xf >> (4 * dwords - skip - bytes));
  tlp.address = begin - skip;
  tlp.dwords = static_cast<uint16_t>(dwords);
  tlp.first_be = dwords == 1 ? first & last : first;
  tlp.last_be = dwords == 1 ? 0 : last;
}

// Packets are made a block at a time, and used again.
class TlpPool {
 public:
  static constexpr size_t kBlock = 256;

  Tlp* Take() {
    if (free_.empty()) Grow();
    Tlp* tlp = free_.back();
    free_.pop_back();
    static_cast<TlpHeader&>(*tlp) = TlpHeader{};
    return tlp;
  }
  void Give(Tlp* tlp) { free_.push_back(tlp); }
  size_t in_use() const { return made() - free_.size(); }
  size_t made() const { return kBlock * blocks_.size(); }

 private:
  using Block = std::array<Tlp, kBlock>;

  void Grow() {
    blocks_.push_back(std::make_unique<Block>());
    free_.reserve(made());
    for (Tlp& tlp : *blocks_.back()) free_.push_back(&tlp);
  }

  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<Tlp*> free_;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_TLP_H_
