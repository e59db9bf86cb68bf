// SPDX-License-Identifier: Apache-2.0
// The five channels of an AXI4 manager with 512 bits of data: AMBA AXI4, A2.
//
// A shell adds what is the same in all transfers: size of 64 bytes, INCR bursts.
#ifndef VIREO_HW_BLK_AXI4_H_
#define VIREO_HW_BLK_AXI4_H_

#include <ap_int.h>

#include "hw/pcie/token.h"

namespace vireo {

using Axi4Id = ap_uint<4>;

// Of AR and AW: a burst of up to 4 KiB that crosses no multiple of 4 KiB.
struct Axi4Address {
  Axi4Id id;
  ap_uint<64> address;  // a multiple of 64
  ap_uint<8> len;       // beats less one
};

struct Axi4ReadBeat {
  Axi4Id id;
  Line data;
  ap_uint<2> resp;  // 0 is OKAY
  ap_uint<1> last;
};

struct Axi4WriteBeat {
  Line data;
  ap_uint<64> strb;
  ap_uint<1> last;
};

struct Axi4WriteResponse {
  Axi4Id id;
  ap_uint<2> resp;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_AXI4_H_
