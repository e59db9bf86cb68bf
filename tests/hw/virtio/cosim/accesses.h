// SPDX-License-Identifier: Apache-2.0
// Accesses to the registers that there are, with values that drivers write there.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_ACCESSES_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_ACCESSES_H_

#include <iterator>

#include "hw/pcie/config_tokens.h"
#include "hw/spec/function_bar.h"
#include "hw/virtio/token.h"
#include "sim/harness/random.h"

namespace vireo::testing {

// Within the page of BAR 0 that begins at `page`, most often near its start.
inline RegisterAccess RandomAccess(sim::Random& random, uint32_t page) {
  static constexpr uint32_t kValues[] = {0,  1,      3,          11,        15,    0x10,
                                         64, 0x1000, 0x10000,    0x20000,   0x300, 0xffff,
                                         2,  0xff,   0x30000000, 0xffffffff};
  RegisterAccess access;
  access.function = random.Percent(70) ? random.Below(2) : random.Next();
  access.dword = page / 4 + random.Below(random.Percent(90) ? 16 : 1024);
  access.write = random.Percent(70);
  access.byte_enables = random.Percent(70) ? 15 : random.Next();
  access.data = random.Percent(80) ? kValues[random.Below(std::size(kValues))]
                                   : static_cast<uint32_t>(random.Next());
  return access;
}

inline pcie4c::FunctionState RandomState(sim::Random& random) {
  pcie4c::FunctionState state;
  state.function = random.Below(kFunctions);
  state.bus_master = random.Percent(80);
  state.memory_space = random.Percent(80);
  state.intx_disable = random.Percent(30);
  state.msix_enable = random.Percent(60);
  state.msix_mask = random.Percent(30);
  state.flr = random.Percent(10);
  return state;
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_ACCESSES_H_
