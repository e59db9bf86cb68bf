// SPDX-License-Identifier: Apache-2.0
// DWords and byte enables of a run of bytes, as in the header of a memory request.
// PCI Express Base Specification, 2.2.5 "First/Last DW Byte Enables Rules".
#ifndef VIREO_HW_PCIE_BYTE_ENABLES_H_
#define VIREO_HW_PCIE_BYTE_ENABLES_H_

#include <ap_int.h>

namespace vireo {

struct ByteSpan {
  ap_uint<8> dwords;  // 1 to 128
  ap_uint<4> first_be;
  ap_uint<4> last_be;  // 0 with one DWord
};

// Of `bytes` bytes, 1 to 512, from `offset` on in a block of 512.
inline ByteSpan SpanOf(const ap_uint<9>& offset, const ap_uint<10>& bytes) {
  const ap_uint<4> ones = 15;
  const ap_uint<2> low = offset.range(1, 0);
  const ap_uint<11> end = offset + bytes;
  const ap_uint<11> end_dword = (end + 3) >> 2;
  const ap_uint<2> above = 0 - end.range(1, 0);  // bytes of the last DWord behind the end
  const ap_uint<4> from_first = ones << low;
  const ap_uint<4> to_last = ones >> above;
  ByteSpan span;
  span.dwords = end_dword - offset.range(8, 2);
  const bool one = span.dwords == 1;
  span.first_be = one ? ap_uint<4>(from_first & to_last) : from_first;
  span.last_be = one ? ap_uint<4>(0) : to_last;
  return span;
}

}  // namespace vireo

#endif  // VIREO_HW_PCIE_BYTE_ENABLES_H_
