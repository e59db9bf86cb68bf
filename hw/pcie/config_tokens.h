// SPDX-License-Identifier: Apache-2.0
// What the card and the PCIE4C block tell each other beside the four packet streams: the
// Configuration Extend interface, the state of functions, function level reset, and INTx. AMD PG213
// has pins for these ("Configuration Extend Interface", "Configuration Status Interface",
// "Configuration Control Interface"); a shell turns their pulses and levels into tokens.
#ifndef VIREO_HW_PCIE_CONFIG_TOKENS_H_
#define VIREO_HW_PCIE_CONFIG_TOKENS_H_

#include <ap_int.h>

namespace vireo::pcie4c {

// An access to a register of configuration space which the block leaves to the card. One at a time;
// a read is answered by one ConfigReply, a write by none.
struct ConfigRequest {
  ap_uint<10> register_number = 0;  // byte offset / 4
  ap_uint<8> function = 0;
  ap_uint<1> write = 0;
  ap_uint<32> data = 0;
  ap_uint<4> byte_enables = 0;  // of a write
};

struct ConfigReply {
  ap_uint<32> data = 0;
};

// The state of a function, sent whenever it changes. With `flr` the card forgets the function's
// state and sends a FunctionResetDone when none of its requests is in flight any more.
struct FunctionState {
  ap_uint<8> function = 0;
  ap_uint<1> bus_master = 0;
  ap_uint<1> memory_space = 0;
  ap_uint<1> intx_disable = 0;
  ap_uint<1> msix_enable = 0;
  ap_uint<1> msix_mask = 0;  // Function Mask: every vector is masked
  ap_uint<1> flr = 0;
};

struct FunctionResetDone {
  ap_uint<8> function = 0;
};

// The level of a function's INTx line, sent whenever it changes.
struct IntxLevel {
  ap_uint<8> function = 0;
  ap_uint<1> asserted = 0;
};

}  // namespace vireo::pcie4c

#endif  // VIREO_HW_PCIE_CONFIG_TOKENS_H_
