// SPDX-License-Identifier: Apache-2.0
// AMD PG213: "Completer Request Descriptor Formats", "Completer Completion Descriptor Format",
// "Requester Request Descriptor Formats", "Requester Completion Descriptor Format".
#include "sim/pcie/pcie4c.h"

#include <fmt/format.h>

namespace vireo::sim::pcie {

namespace cc = pcie4c::cc;
namespace cq = pcie4c::cq;
namespace rc = pcie4c::rc;
namespace rq = pcie4c::rq;
using pcie4c::RequestType;

namespace {

constexpr StreamLayout kLayouts[] = {
    {"CQ", cq::kDescriptorDwords, cq::kUserBits, 2, cq::kIsSop.low, cq::kSop0.low, cq::kIsEop.low,
     cq::kEop0.low, cq::kFirstBe.low, cq::kLastBe.low, cq::kByteEnables.low, cq::kDiscontinue.low},
    {"CC", cc::kDescriptorDwords, cc::kUserBits, 2, cc::kIsSop.low, cc::kSop0.low, cc::kIsEop.low,
     cc::kEop0.low, -1, -1, -1, cc::kDiscontinue.low},
    {"RQ", rq::kDescriptorDwords, rq::kUserBits, 2, rq::kIsSop.low, rq::kSop0.low, rq::kIsEop.low,
     rq::kEop0.low, rq::kFirstBe.low, rq::kLastBe.low, -1, rq::kDiscontinue.low},
    {"RC", rc::kDescriptorDwords, rc::kUserBits, 4, rc::kIsSop.low, rc::kSop.low, rc::kIsEop.low,
     rc::kEop.low, -1, -1, rc::kByteEnables.low, rc::kDiscontinue.low},
};

RequestType TypeOf(const TlpHeader& tlp) {
  return tlp.is_posted() ? RequestType::kMemoryWrite : RequestType::kMemoryRead;
}

Descriptor EncodeCq(const TlpHeader& tlp) {
  Descriptor d = {};
  Put(d.data(), cq::kAddress, tlp.address >> 2);
  Put(d.data(), cq::kDwordCount, tlp.dwords);
  Put(d.data(), cq::kRequestType, static_cast<uint64_t>(TypeOf(tlp)));
  Put(d.data(), cq::kRequesterId, tlp.requester);
  Put(d.data(), cq::kTag, tlp.tag);
  Put(d.data(), cq::kTargetFunction, tlp.completer & 0xff);
  Put(d.data(), cq::kBarId, tlp.bar);
  Put(d.data(), cq::kBarAperture, tlp.bar_aperture);
  Put(d.data(), cq::kTrafficClass, tlp.traffic_class);
  Put(d.data(), cq::kAttributes, tlp.attributes);
  return d;
}

Descriptor EncodeCc(const TlpHeader& tlp) {
  Descriptor d = {};
  Put(d.data(), cc::kLowerAddress, tlp.lower_address & 0x7f);
  Put(d.data(), cc::kByteCount, tlp.byte_count);
  Put(d.data(), cc::kDwordCount, tlp.dwords);
  Put(d.data(), cc::kStatus, static_cast<uint64_t>(tlp.status));
  Put(d.data(), cc::kRequesterId, tlp.requester);
  Put(d.data(), cc::kTag, tlp.tag);
  Put(d.data(), cc::kFunction, tlp.completer & 0xff);
  Put(d.data(), cc::kTrafficClass, tlp.traffic_class);
  Put(d.data(), cc::kAttributes, tlp.attributes);
  return d;
}

Descriptor EncodeRq(const TlpHeader& tlp) {
  Descriptor d = {};
  Put(d.data(), rq::kAddress, tlp.address >> 2);
  Put(d.data(), rq::kDwordCount, tlp.dwords);
  Put(d.data(), rq::kRequestType, static_cast<uint64_t>(TypeOf(tlp)));
  Put(d.data(), rq::kFunction, tlp.requester & 0xff);
  Put(d.data(), rq::kTag, tlp.tag);
  Put(d.data(), rq::kTrafficClass, tlp.traffic_class);
  Put(d.data(), rq::kAttributes, tlp.attributes);
  return d;
}

Descriptor EncodeRc(const TlpHeader& tlp) {
  Descriptor d = {};
  Put(d.data(), rc::kLowerAddress, tlp.lower_address);
  Put(d.data(), rc::kErrorCode, static_cast<uint64_t>(tlp.error));
  Put(d.data(), rc::kByteCount, tlp.byte_count);
  Put(d.data(), rc::kRequestCompleted, tlp.request_completed);
  Put(d.data(), rc::kDwordCount, tlp.dwords);
  Put(d.data(), rc::kStatus, static_cast<uint64_t>(tlp.status));
  Put(d.data(), rc::kRequesterId, tlp.requester);
  Put(d.data(), rc::kTag, tlp.tag);
  Put(d.data(), rc::kCompleterId, tlp.completer);
  Put(d.data(), rc::kTrafficClass, tlp.traffic_class);
  Put(d.data(), rc::kAttributes, tlp.attributes);
  return d;
}

// The lengths that 11 bits can hold and the standard does not know.
std::string CheckLength(const TlpHeader& tlp) {
  if (tlp.dwords >= 1 && tlp.dwords <= kMaxReadBytes / 4) return {};
  return fmt::format("DWord count {}: it must be 1 to 1024", tlp.dwords);
}

std::string DecodeType(uint64_t bits, TlpHeader& tlp) {
  switch (static_cast<RequestType>(bits)) {
    case RequestType::kMemoryRead: tlp.type = TlpType::kMemoryRead; return {};
    case RequestType::kMemoryWrite: tlp.type = TlpType::kMemoryWrite; return {};
    default: return fmt::format("request type {}: only memory reads and writes are known", bits);
  }
}

std::string DecodeCq(const uint32_t* d, TlpHeader& tlp) {
  tlp.address = Get(d, cq::kAddress) << 2;
  tlp.dwords = static_cast<uint16_t>(Get(d, cq::kDwordCount));
  tlp.requester = static_cast<uint16_t>(Get(d, cq::kRequesterId));
  tlp.tag = static_cast<uint8_t>(Get(d, cq::kTag));
  tlp.completer = static_cast<uint16_t>(Get(d, cq::kTargetFunction));
  tlp.bar = static_cast<uint8_t>(Get(d, cq::kBarId));
  tlp.bar_aperture = static_cast<uint8_t>(Get(d, cq::kBarAperture));
  tlp.traffic_class = static_cast<uint8_t>(Get(d, cq::kTrafficClass));
  tlp.attributes = static_cast<uint8_t>(Get(d, cq::kAttributes));
  std::string wrong = DecodeType(Get(d, cq::kRequestType), tlp);
  return wrong.empty() ? CheckLength(tlp) : wrong;
}

std::string DecodeCc(const uint32_t* d, TlpHeader& tlp) {
  tlp.type = TlpType::kCompletion;
  tlp.lower_address = static_cast<uint16_t>(Get(d, cc::kLowerAddress));
  tlp.byte_count = static_cast<uint16_t>(Get(d, cc::kByteCount));
  tlp.dwords = static_cast<uint16_t>(Get(d, cc::kDwordCount));
  tlp.status = static_cast<Status>(Get(d, cc::kStatus));
  tlp.requester = static_cast<uint16_t>(Get(d, cc::kRequesterId));
  tlp.tag = static_cast<uint8_t>(Get(d, cc::kTag));
  tlp.completer = static_cast<uint16_t>(Get(d, cc::kFunction));
  tlp.traffic_class = static_cast<uint8_t>(Get(d, cc::kTrafficClass));
  tlp.attributes = static_cast<uint8_t>(Get(d, cc::kAttributes));
  if (Get(d, cc::kCompleterIdEnable) != 0)
    return "Completer ID Enable is set: an endpoint's bus number is the block's to give";
  if (Get(d, cc::kLocked) != 0) return "a locked completion answers no request of ours";
  if (Get(d, cc::kPoisoned) != 0) return "the completion is poisoned";
  return {};
}

std::string DecodeRq(const uint32_t* d, TlpHeader& tlp) {
  tlp.address = Get(d, rq::kAddress) << 2;
  tlp.dwords = static_cast<uint16_t>(Get(d, rq::kDwordCount));
  tlp.requester = static_cast<uint16_t>(Get(d, rq::kFunction));
  tlp.tag = static_cast<uint8_t>(Get(d, rq::kTag));
  tlp.traffic_class = static_cast<uint8_t>(Get(d, rq::kTrafficClass));
  tlp.attributes = static_cast<uint8_t>(Get(d, rq::kAttributes));
  if (std::string wrong = DecodeType(Get(d, rq::kRequestType), tlp); !wrong.empty()) return wrong;
  if (Get(d, rq::kRequesterIdEnable) != 0)
    return "Requester ID Enable is set: an endpoint's bus number is the block's to give";
  if (Get(d, rq::kAddressType) != 0)
    return fmt::format("address type {}: only untranslated addresses (0) are known",
                       Get(d, rq::kAddressType));
  if (Get(d, rq::kPoisoned) != 0) return "the request is poisoned";
  return CheckLength(tlp);
}

std::string DecodeRc(const uint32_t* d, TlpHeader& tlp) {
  tlp.type = TlpType::kCompletion;
  tlp.lower_address = static_cast<uint16_t>(Get(d, rc::kLowerAddress));
  tlp.error = static_cast<ErrorCode>(Get(d, rc::kErrorCode));
  tlp.byte_count = static_cast<uint16_t>(Get(d, rc::kByteCount));
  tlp.request_completed = Get(d, rc::kRequestCompleted) != 0;
  tlp.dwords = static_cast<uint16_t>(Get(d, rc::kDwordCount));
  tlp.status = static_cast<Status>(Get(d, rc::kStatus));
  tlp.requester = static_cast<uint16_t>(Get(d, rc::kRequesterId));
  tlp.tag = static_cast<uint8_t>(Get(d, rc::kTag));
  tlp.completer = static_cast<uint16_t>(Get(d, rc::kCompleterId));
  tlp.traffic_class = static_cast<uint8_t>(Get(d, rc::kTrafficClass));
  tlp.attributes = static_cast<uint8_t>(Get(d, rc::kAttributes));
  return {};
}

}  // namespace

const StreamLayout& Layout(Stream stream) { return kLayouts[static_cast<size_t>(stream)]; }

Descriptor Encode(Stream stream, const TlpHeader& tlp) {
  switch (stream) {
    case Stream::kCq: return EncodeCq(tlp);
    case Stream::kCc: return EncodeCc(tlp);
    case Stream::kRq: return EncodeRq(tlp);
    case Stream::kRc: return EncodeRc(tlp);
  }
  return {};
}

std::string Decode(Stream stream, const Descriptor& descriptor, uint8_t first_be, uint8_t last_be,
                   TlpHeader& tlp) {
  tlp.first_be = first_be;
  tlp.last_be = last_be;
  switch (stream) {
    case Stream::kCq: return DecodeCq(descriptor.data(), tlp);
    case Stream::kCc: return DecodeCc(descriptor.data(), tlp);
    case Stream::kRq: return DecodeRq(descriptor.data(), tlp);
    case Stream::kRc: return DecodeRc(descriptor.data(), tlp);
  }
  return {};
}

uint8_t PayloadBytes(const TlpHeader& tlp, uint32_t index) {
  if (tlp.type == TlpType::kMemoryWrite) {
    if (index == 0) return tlp.first_be;
    return index + 1 == tlp.dwords ? tlp.last_be : 0xf;
  }
  // A completion's first byte is at its lower address, and it goes on to its end or to where the
  // request ends.
  const uint32_t skip = tlp.lower_address % 4;
  const uint32_t end = std::min<uint32_t>(skip + tlp.byte_count, 4U * tlp.dwords);
  uint32_t bytes = 0xf;
  if (index == 0) bytes &= 0xfU << skip;
  if (4 * (index + 1) > end) bytes &= 0xfU >> std::min(4 * (index + 1) - end, 4U);
  return static_cast<uint8_t>(bytes);
}

}  // namespace vireo::sim::pcie
