// SPDX-License-Identifier: Apache-2.0
// What the standard forbids in a request of the card, whatever the function's state.
// PCI Express Base 5.0, 2.2.5 "First/Last DW Byte Enables Rules" and 2.2.7 "Memory, I/O, and
// Configuration Request Rules".
#ifndef VIREO_SIM_PCIE_REQUEST_CHECK_H_
#define VIREO_SIM_PCIE_REQUEST_CHECK_H_

#include <string>

#include "sim/pcie/tlp.h"

namespace vireo::sim::pcie {

struct RequestLimits {
  uint32_t max_payload = 256;
  uint32_t max_read_request = 512;
};

// A sentence on what is wrong; empty if nothing is.
std::string CheckRequest(const TlpHeader& request, const RequestLimits& limits);

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_REQUEST_CHECK_H_
