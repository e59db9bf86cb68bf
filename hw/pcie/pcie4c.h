// SPDX-License-Identifier: Apache-2.0
// Descriptors, TUSER and beats of AMD's PCIE4C block as structs that hardware packs and unpacks;
// what each field means stands in pcie4c_fields.h.
#ifndef VIREO_HW_PCIE_PCIE4C_H_
#define VIREO_HW_PCIE_PCIE4C_H_

#include <ap_axi_sdata.h>
#include <ap_int.h>

#include "hw/pcie/pcie4c_fields.h"

namespace vireo::pcie4c {

// A beat as it stands on the pins. AXI4-Stream has a TKEEP bit for each byte, PCIE4C one for each
// DWord: the card gives four equal bits for a DWord, and the shell joins and spreads them.
using CqBeat = ap_axiu<kDataBits, cq::kUserBits>;
using CcBeat = ap_axiu<kDataBits, cc::kUserBits>;
using RqBeat = ap_axiu<kDataBits, rq::kUserBits>;
using RcBeat = ap_axiu<kDataBits, rc::kUserBits>;

template <int kBits>
struct Packer {
  ap_uint<kBits> bits;
  template <int kLow, int kWidth>
  void operator()(const Field<kLow, kWidth>&, const ap_uint<kWidth>& value) {
    bits.range(kLow + kWidth - 1, kLow) = value;
  }
};
template <int kBits>
struct Unpacker {
  ap_uint<kBits> bits;
  template <int kLow, int kWidth>
  void operator()(const Field<kLow, kWidth>&, ap_uint<kWidth>& value) {
    value = bits.range(kLow + kWidth - 1, kLow);
  }
};

// Bits between fields are 0.
template <class Fields>
ap_uint<Fields::kBits> Pack(const Fields& fields) {
  Packer<Fields::kBits> packer;
  packer.bits = 0;
  Fields::Visit(fields, packer);
  return packer.bits;
}
template <class Fields>
Fields Unpack(const ap_uint<Fields::kBits>& bits) {
  Unpacker<Fields::kBits> unpacker;
  unpacker.bits = bits;
  Fields fields;
  Fields::Visit(fields, unpacker);
  return fields;
}

// What the host asks of the card: 16 bytes at the head of a CQ packet.
struct CqDescriptor {
  static constexpr int kBits = cq::kDescriptorBits;
  ap_uint<2> address_type = 0;
  ap_uint<62> address = 0;
  ap_uint<11> dword_count = 0;
  ap_uint<4> request_type = 0;
  ap_uint<16> requester_id = 0;
  ap_uint<8> tag = 0;
  ap_uint<8> target_function = 0;
  ap_uint<3> bar_id = 0;
  ap_uint<6> bar_aperture = 0;
  ap_uint<3> traffic_class = 0;
  ap_uint<3> attributes = 0;

  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor& visit) {
    visit(cq::kAddressType, self.address_type);
    visit(cq::kAddress, self.address);
    visit(cq::kDwordCount, self.dword_count);
    visit(cq::kRequestType, self.request_type);
    visit(cq::kRequesterId, self.requester_id);
    visit(cq::kTag, self.tag);
    visit(cq::kTargetFunction, self.target_function);
    visit(cq::kBarId, self.bar_id);
    visit(cq::kBarAperture, self.bar_aperture);
    visit(cq::kTrafficClass, self.traffic_class);
    visit(cq::kAttributes, self.attributes);
  }
};

// The card's answer: 12 bytes at the head of a CC packet.
struct CcDescriptor {
  static constexpr int kBits = cc::kDescriptorBits;
  ap_uint<7> lower_address = 0;
  ap_uint<2> address_type = 0;
  ap_uint<13> byte_count = 0;
  ap_uint<1> locked = 0;
  ap_uint<11> dword_count = 0;
  ap_uint<3> status = 0;
  ap_uint<1> poisoned = 0;
  ap_uint<16> requester_id = 0;
  ap_uint<8> tag = 0;
  ap_uint<8> function = 0;
  ap_uint<8> bus = 0;
  ap_uint<1> completer_id_enable = 0;
  ap_uint<3> traffic_class = 0;
  ap_uint<3> attributes = 0;
  ap_uint<1> force_ecrc = 0;

  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor& visit) {
    visit(cc::kLowerAddress, self.lower_address);
    visit(cc::kAddressType, self.address_type);
    visit(cc::kByteCount, self.byte_count);
    visit(cc::kLocked, self.locked);
    visit(cc::kDwordCount, self.dword_count);
    visit(cc::kStatus, self.status);
    visit(cc::kPoisoned, self.poisoned);
    visit(cc::kRequesterId, self.requester_id);
    visit(cc::kTag, self.tag);
    visit(cc::kFunction, self.function);
    visit(cc::kBus, self.bus);
    visit(cc::kCompleterIdEnable, self.completer_id_enable);
    visit(cc::kTrafficClass, self.traffic_class);
    visit(cc::kAttributes, self.attributes);
    visit(cc::kForceEcrc, self.force_ecrc);
  }
};

// The card's read or write of host memory: 16 bytes at the head of an RQ packet.
struct RqDescriptor {
  static constexpr int kBits = rq::kDescriptorBits;
  ap_uint<2> address_type = 0;
  ap_uint<62> address = 0;
  ap_uint<11> dword_count = 0;
  ap_uint<4> request_type = 0;
  ap_uint<1> poisoned = 0;
  ap_uint<8> function = 0;
  ap_uint<8> bus = 0;
  ap_uint<8> tag = 0;
  ap_uint<16> completer_id = 0;
  ap_uint<1> requester_id_enable = 0;
  ap_uint<3> traffic_class = 0;
  ap_uint<3> attributes = 0;
  ap_uint<1> force_ecrc = 0;

  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor& visit) {
    visit(rq::kAddressType, self.address_type);
    visit(rq::kAddress, self.address);
    visit(rq::kDwordCount, self.dword_count);
    visit(rq::kRequestType, self.request_type);
    visit(rq::kPoisoned, self.poisoned);
    visit(rq::kFunction, self.function);
    visit(rq::kBus, self.bus);
    visit(rq::kTag, self.tag);
    visit(rq::kCompleterId, self.completer_id);
    visit(rq::kRequesterIdEnable, self.requester_id_enable);
    visit(rq::kTrafficClass, self.traffic_class);
    visit(rq::kAttributes, self.attributes);
    visit(rq::kForceEcrc, self.force_ecrc);
  }
};

// What came back for a read: 12 bytes at the head of an RC packet.
struct RcDescriptor {
  static constexpr int kBits = rc::kDescriptorBits;
  ap_uint<12> lower_address = 0;
  ap_uint<4> error_code = 0;
  ap_uint<13> byte_count = 0;
  ap_uint<1> locked = 0;
  ap_uint<1> request_completed = 0;
  ap_uint<11> dword_count = 0;
  ap_uint<3> status = 0;
  ap_uint<1> poisoned = 0;
  ap_uint<16> requester_id = 0;
  ap_uint<8> tag = 0;
  ap_uint<16> completer_id = 0;
  ap_uint<3> traffic_class = 0;
  ap_uint<3> attributes = 0;

  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor& visit) {
    visit(rc::kLowerAddress, self.lower_address);
    visit(rc::kErrorCode, self.error_code);
    visit(rc::kByteCount, self.byte_count);
    visit(rc::kLocked, self.locked);
    visit(rc::kRequestCompleted, self.request_completed);
    visit(rc::kDwordCount, self.dword_count);
    visit(rc::kStatus, self.status);
    visit(rc::kPoisoned, self.poisoned);
    visit(rc::kRequesterId, self.requester_id);
    visit(rc::kTag, self.tag);
    visit(rc::kCompleterId, self.completer_id);
    visit(rc::kTrafficClass, self.traffic_class);
    visit(rc::kAttributes, self.attributes);
  }
};

// TUSER of a CQ beat.
struct CqUser {
  static constexpr int kBits = cq::kUserBits;
  ap_uint<8> first_be = 0;
  ap_uint<8> last_be = 0;
  ap_uint<64> byte_enables = 0;
  ap_uint<2> is_sop = 0;
  ap_uint<2> sop0 = 0;
  ap_uint<2> sop1 = 0;
  ap_uint<2> is_eop = 0;
  ap_uint<4> eop0 = 0;
  ap_uint<4> eop1 = 0;
  ap_uint<1> discontinue = 0;
  ap_uint<2> tph_present = 0;
  ap_uint<4> tph_type = 0;
  ap_uint<16> tph_tag = 0;
  ap_uint<64> parity = 0;

  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor& visit) {
    visit(cq::kFirstBe, self.first_be);
    visit(cq::kLastBe, self.last_be);
    visit(cq::kByteEnables, self.byte_enables);
    visit(cq::kIsSop, self.is_sop);
    visit(cq::kSop0, self.sop0);
    visit(cq::kSop1, self.sop1);
    visit(cq::kIsEop, self.is_eop);
    visit(cq::kEop0, self.eop0);
    visit(cq::kEop1, self.eop1);
    visit(cq::kDiscontinue, self.discontinue);
    visit(cq::kTphPresent, self.tph_present);
    visit(cq::kTphType, self.tph_type);
    visit(cq::kTphTag, self.tph_tag);
    visit(cq::kParity, self.parity);
  }
};

// TUSER of a CC beat.
struct CcUser {
  static constexpr int kBits = cc::kUserBits;
  ap_uint<2> is_sop = 0;
  ap_uint<2> sop0 = 0;
  ap_uint<2> sop1 = 0;
  ap_uint<2> is_eop = 0;
  ap_uint<4> eop0 = 0;
  ap_uint<4> eop1 = 0;
  ap_uint<1> discontinue = 0;
  ap_uint<64> parity = 0;

  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor& visit) {
    visit(cc::kIsSop, self.is_sop);
    visit(cc::kSop0, self.sop0);
    visit(cc::kSop1, self.sop1);
    visit(cc::kIsEop, self.is_eop);
    visit(cc::kEop0, self.eop0);
    visit(cc::kEop1, self.eop1);
    visit(cc::kDiscontinue, self.discontinue);
    visit(cc::kParity, self.parity);
  }
};

// TUSER of an RQ beat.
struct RqUser {
  static constexpr int kBits = rq::kUserBits;
  ap_uint<8> first_be = 0;
  ap_uint<8> last_be = 0;
  ap_uint<4> addr_offset = 0;
  ap_uint<2> is_sop = 0;
  ap_uint<2> sop0 = 0;
  ap_uint<2> sop1 = 0;
  ap_uint<2> is_eop = 0;
  ap_uint<4> eop0 = 0;
  ap_uint<4> eop1 = 0;
  ap_uint<1> discontinue = 0;
  ap_uint<2> tph_present = 0;
  ap_uint<4> tph_type = 0;
  ap_uint<2> tph_indirect = 0;
  ap_uint<16> tph_tag = 0;
  ap_uint<6> sequence0 = 0;
  ap_uint<6> sequence1 = 0;
  ap_uint<64> parity = 0;

  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor& visit) {
    visit(rq::kFirstBe, self.first_be);
    visit(rq::kLastBe, self.last_be);
    visit(rq::kAddrOffset, self.addr_offset);
    visit(rq::kIsSop, self.is_sop);
    visit(rq::kSop0, self.sop0);
    visit(rq::kSop1, self.sop1);
    visit(rq::kIsEop, self.is_eop);
    visit(rq::kEop0, self.eop0);
    visit(rq::kEop1, self.eop1);
    visit(rq::kDiscontinue, self.discontinue);
    visit(rq::kTphPresent, self.tph_present);
    visit(rq::kTphType, self.tph_type);
    visit(rq::kTphIndirect, self.tph_indirect);
    visit(rq::kTphTag, self.tph_tag);
    visit(rq::kSequence0, self.sequence0);
    visit(rq::kSequence1, self.sequence1);
    visit(rq::kParity, self.parity);
  }
};

// TUSER of an RC beat.
struct RcUser {
  static constexpr int kBits = rc::kUserBits;
  ap_uint<64> byte_enables = 0;
  ap_uint<4> is_sop = 0;
  ap_uint<8> sop = 0;
  ap_uint<4> is_eop = 0;
  ap_uint<16> eop = 0;
  ap_uint<1> discontinue = 0;
  ap_uint<64> parity = 0;

  template <class Self, class Visitor>
  static void Visit(Self& self, Visitor& visit) {
    visit(rc::kByteEnables, self.byte_enables);
    visit(rc::kIsSop, self.is_sop);
    visit(rc::kSop, self.sop);
    visit(rc::kIsEop, self.is_eop);
    visit(rc::kEop, self.eop);
    visit(rc::kDiscontinue, self.discontinue);
    visit(rc::kParity, self.parity);
  }
};

// One DWord's keep bit for each of its bytes.
inline ap_uint<64> SpreadKeep(const ap_uint<16>& dwords) {
  ap_uint<64> bytes;
  for (int i = 0; i < 64; ++i) bytes[i] = dwords[i / 4];
  return bytes;
}

}  // namespace vireo::pcie4c

#endif  // VIREO_HW_PCIE_PCIE4C_H_
