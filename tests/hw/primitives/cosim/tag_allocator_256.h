// SPDX-License-Identifier: Apache-2.0
// Completions answer tags that were handed out, out of order and one for each. A core also meets
// tags never handed out.
#ifndef VIREO_TESTS_HW_PRIMITIVES_COSIM_TAG_ALLOCATOR_256_H_
#define VIREO_TESTS_HW_PRIMITIVES_COSIM_TAG_ALLOCATOR_256_H_

#include <cstring>
#include <memory>
#include <vector>

#include "hw/primitives/tag/tag.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Issued = Tagged<ap_uint<32>, 256>;
  using Arrived = Tagged<ap_uint<64>, 256>;
  const auto tags = std::make_shared<std::vector<unsigned>>();
  const bool is_core = !cosim.name.ends_with("_top");
  cosim.options.on_reset = [tags] { tags->clear(); };
  cosim.options.observers["request_out"] = [tags](const std::byte* bytes) {
    Issued issued;
    std::memcpy(&issued, bytes, sizeof issued);
    tags->push_back(issued.tag.to_uint());
  };
  cosim.options.sources["completion_in"] = [tags, is_core](sim::Random& random, std::byte* bytes) {
    Arrived arrived;
    arrived.value = random.Next();
    arrived.tag = random.Below(256);
    if (!is_core || random.Percent(98)) {
      if (tags->empty()) return false;
      const size_t pick = random.Percent(30) ? 0 : random.Below(tags->size());
      arrived.tag = (*tags)[pick];
      tags->erase(tags->begin() + static_cast<ptrdiff_t>(pick));
    }
    std::memcpy(bytes, &arrived, sizeof arrived);
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PRIMITIVES_COSIM_TAG_ALLOCATOR_256_H_
