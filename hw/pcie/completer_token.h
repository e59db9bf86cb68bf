// SPDX-License-Identifier: Apache-2.0
// What travels between the completer's two ends and the registers behind it.
#ifndef VIREO_HW_PCIE_COMPLETER_TOKEN_H_
#define VIREO_HW_PCIE_COMPLETER_TOKEN_H_

#include <ap_int.h>

#include "hw/pcie/token.h"
#include "hw/spec/reason.h"

namespace vireo {

inline constexpr int kMaxAccessDwords = 16;  // of one request; longer ones are not supported
inline constexpr int kBarBits = 21;  // of an address that an access keeps: BARs are up to 2 MiB

// An access to one DWord of a BAR. A BAR's size is a power of two and it is aligned to that: who
// owns it looks at as many bits of `dword` as it has.
struct RegisterAccess {
  FunctionIndex function;
  ap_uint<kBarBits - 2> dword;
  ap_uint<1> write;
  ap_uint<4> byte_enables;  // with none, nothing is written and nothing happens by a read
  ap_uint<32> data;         // of a write
};

// One for each read.
using RegisterReply = ap_uint<32>;

// A request that is to be completed, by as many replies as it has DWords unless it is unsupported.
struct CompletionHead {
  ap_uint<1> unsupported;
  ap_uint<128> request;  // pcie4c::CqDescriptor
  ap_uint<4> first_be;
  ap_uint<4> last_be;
  ap_uint<1> tph_present;  // the next three only to be given back with an error
  ap_uint<2> tph_type;
  ap_uint<8> tph_tag;
};

// Something that a host did to a function, to be counted.
struct ReasonEvent {
  FunctionIndex function;
  spec::Reason reason;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_COMPLETER_TOKEN_H_
