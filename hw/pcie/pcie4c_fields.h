// SPDX-License-Identifier: Apache-2.0
// The four 512-bit AXI4-Streams of AMD's PCIE4C block: where each field of their descriptors and
// of TUSER lies. AMD PG213, "512-bit Completer Interface" and "512-bit Requester Interface",
// DWord-aligned mode: a packet is its descriptor, and its payload follows at once. Hardware packs
// and unpacks them by the structs of pcie4c.h.
#ifndef VIREO_HW_PCIE_PCIE4C_FIELDS_H_
#define VIREO_HW_PCIE_PCIE4C_FIELDS_H_

namespace vireo::pcie4c {

// Bits of a descriptor or of TUSER; a type of its own, so that widths are checked by the compiler.
template <int kLow, int kWidth>
struct Field {
  static constexpr int low = kLow;
  static constexpr int width = kWidth;
  static constexpr int high = kLow + kWidth - 1;
};

inline constexpr int kDataBits = 512;
inline constexpr int kBeatDwords = kDataBits / 32;

// Request Type of CQ and RQ. Others are not used by Vireo, and are reserved in part.
enum class RequestType : unsigned char {
  kMemoryRead = 0,
  kMemoryWrite = 1,
  kIoRead = 2,
  kIoWrite = 3,
  kFetchAdd = 4,
  kSwap = 5,
  kCompareSwap = 6,
  kLockedRead = 7,
  kMessage = 12,
  kVendorMessage = 13,
  kAtsMessage = 14,
};

// Completion Status of CC and RC.
enum class Status : unsigned char {
  kSuccess = 0,
  kUnsupportedRequest = 1,
  kRetry = 2,
  kCompleterAbort = 4,
};

// Error Code of RC: what the block found wrong with a completion.
enum class ErrorCode : unsigned char {
  kNone = 0,
  kPoisoned = 1,
  kBadStatus = 2,      // Status tells UR, CA or CRS
  kNoData = 3,         // also: a byte count higher than asked for
  kMismatch = 4,       // the tag is known; requester, class or attributes are another's
  kLowerAddress = 5,   // not where the request goes on
  kInvalidTag = 6,     // no request has this tag
  kFunctionReset = 8,  // ended by the function's reset
  kTimeout = 9,
};

// --- Completer request (CQ): what the host asks of the card ---

namespace cq {
inline constexpr int kDescriptorBits = 128;
inline constexpr int kDescriptorDwords = 4;
inline constexpr Field<0, 2> kAddressType;
inline constexpr Field<2, 62> kAddress;  // of the first DWord, in DWords
inline constexpr Field<64, 11> kDwordCount;
inline constexpr Field<75, 4> kRequestType;
inline constexpr Field<80, 16> kRequesterId;
inline constexpr Field<96, 8> kTag;
inline constexpr Field<104, 8> kTargetFunction;
inline constexpr Field<112, 3> kBarId;        // 0 to 5; 6 the expansion ROM
inline constexpr Field<115, 6> kBarAperture;  // log2 of the BAR's size in bytes
inline constexpr Field<121, 3> kTrafficClass;
inline constexpr Field<124, 3> kAttributes;

inline constexpr int kUserBits = 183;
inline constexpr Field<0, 8> kFirstBe;  // [3:0] of the first packet to start, [7:4] the second
inline constexpr Field<8, 8> kLastBe;
inline constexpr Field<16, 64> kByteEnables;  // of payload bytes in this beat
inline constexpr Field<80, 2> kIsSop;
inline constexpr Field<82, 2> kSop0;  // the first packet starts at byte 16 * pointer
inline constexpr Field<84, 2> kSop1;
inline constexpr Field<86, 2> kIsEop;
inline constexpr Field<88, 4> kEop0;  // the DWord in which the first packet ends
inline constexpr Field<92, 4> kEop1;
inline constexpr Field<96, 1> kDiscontinue;
inline constexpr Field<97, 2> kTphPresent;
inline constexpr Field<99, 4> kTphType;
inline constexpr Field<103, 16> kTphTag;
inline constexpr Field<119, 64> kParity;
}  // namespace cq

// --- Completer completion (CC): the card's answers ---

namespace cc {
inline constexpr int kDescriptorBits = 96;
inline constexpr int kDescriptorDwords = 3;
inline constexpr Field<0, 7> kLowerAddress;  // of the first byte of this completion
inline constexpr Field<8, 2> kAddressType;
inline constexpr Field<16, 13> kByteCount;  // still to come, with this completion
inline constexpr Field<29, 1> kLocked;
inline constexpr Field<32, 11> kDwordCount;
inline constexpr Field<43, 3> kStatus;
inline constexpr Field<46, 1> kPoisoned;
inline constexpr Field<48, 16> kRequesterId;
inline constexpr Field<64, 8> kTag;
inline constexpr Field<72, 8> kFunction;
inline constexpr Field<80, 8> kBus;
inline constexpr Field<88, 1> kCompleterIdEnable;  // endpoints: 0, the block knows the bus
inline constexpr Field<89, 3> kTrafficClass;
inline constexpr Field<92, 3> kAttributes;
inline constexpr Field<95, 1> kForceEcrc;

inline constexpr int kUserBits = 81;
inline constexpr Field<0, 2> kIsSop;
inline constexpr Field<2, 2> kSop0;
inline constexpr Field<4, 2> kSop1;
inline constexpr Field<6, 2> kIsEop;
inline constexpr Field<8, 4> kEop0;
inline constexpr Field<12, 4> kEop1;
inline constexpr Field<16, 1> kDiscontinue;
inline constexpr Field<17, 64> kParity;
}  // namespace cc

// --- Requester request (RQ): the card's reads and writes of host memory ---

namespace rq {
inline constexpr int kDescriptorBits = 128;
inline constexpr int kDescriptorDwords = 4;
inline constexpr Field<0, 2> kAddressType;
inline constexpr Field<2, 62> kAddress;
inline constexpr Field<64, 11> kDwordCount;
inline constexpr Field<75, 4> kRequestType;
inline constexpr Field<79, 1> kPoisoned;
inline constexpr Field<80, 8> kFunction;
inline constexpr Field<88, 8> kBus;
inline constexpr Field<96, 8> kTag;
inline constexpr Field<104, 16> kCompleterId;
inline constexpr Field<120, 1> kRequesterIdEnable;  // endpoints: 0, the block knows the bus
inline constexpr Field<121, 3> kTrafficClass;
inline constexpr Field<124, 3> kAttributes;
inline constexpr Field<127, 1> kForceEcrc;

inline constexpr int kUserBits = 137;
inline constexpr Field<0, 8> kFirstBe;
inline constexpr Field<8, 8> kLastBe;
inline constexpr Field<16, 4> kAddrOffset;  // address-aligned mode only
inline constexpr Field<20, 2> kIsSop;
inline constexpr Field<22, 2> kSop0;
inline constexpr Field<24, 2> kSop1;
inline constexpr Field<26, 2> kIsEop;
inline constexpr Field<28, 4> kEop0;
inline constexpr Field<32, 4> kEop1;
inline constexpr Field<36, 1> kDiscontinue;
inline constexpr Field<37, 2> kTphPresent;
inline constexpr Field<39, 4> kTphType;
inline constexpr Field<43, 2> kTphIndirect;
inline constexpr Field<45, 16> kTphTag;
inline constexpr Field<61, 6> kSequence0;
inline constexpr Field<67, 6> kSequence1;
inline constexpr Field<73, 64> kParity;
}  // namespace rq

// --- Requester completion (RC): what the host's memory answered ---

namespace rc {
inline constexpr int kDescriptorBits = 96;
inline constexpr int kDescriptorDwords = 3;
inline constexpr Field<0, 12> kLowerAddress;  // of the first byte of this completion
inline constexpr Field<12, 4> kErrorCode;
inline constexpr Field<16, 13> kByteCount;  // still to come, with this completion
inline constexpr Field<29, 1> kLocked;
inline constexpr Field<30, 1> kRequestCompleted;  // the tag's last
inline constexpr Field<32, 11> kDwordCount;
inline constexpr Field<43, 3> kStatus;
inline constexpr Field<46, 1> kPoisoned;
inline constexpr Field<48, 16> kRequesterId;
inline constexpr Field<64, 8> kTag;
inline constexpr Field<72, 16> kCompleterId;
inline constexpr Field<89, 3> kTrafficClass;
inline constexpr Field<92, 3> kAttributes;

inline constexpr int kUserBits = 161;
inline constexpr Field<0, 64> kByteEnables;
inline constexpr Field<64, 4> kIsSop;
inline constexpr Field<68, 8> kSop;  // four pointers of 2 bits
inline constexpr Field<76, 4> kIsEop;
inline constexpr Field<80, 16> kEop;  // four pointers of 4 bits
inline constexpr Field<96, 1> kDiscontinue;
inline constexpr Field<97, 64> kParity;
}  // namespace rc

}  // namespace vireo::pcie4c

#endif  // VIREO_HW_PCIE_PCIE4C_FIELDS_H_
