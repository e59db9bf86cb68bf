// SPDX-License-Identifier: Apache-2.0
// Words for what the tables hold as numbers, shared by the emitters.
#ifndef VIREO_HW_SPEC_EMIT_TEXT_H_
#define VIREO_HW_SPEC_EMIT_TEXT_H_

#include <string_view>

#include "hw/spec/reason_table.h"
#include "hw/spec/register.h"

namespace vireo::spec {

constexpr std::string_view Name(Access access) {
  switch (access) {
    case Access::kRo: return "ro";
    case Access::kRw: return "rw";
    case Access::kW1c: return "w1c";
    case Access::kWo: return "wo";
    case Access::kRc: return "rc";
  }
  return "";
}

constexpr std::string_view Name(Effect effect) {
  switch (effect) {
    case Effect::kStopsQueue: return "stops the queue";
    case Effect::kFailsRequest: return "fails the request";
    case Effect::kIgnored: return "is ignored";
    case Effect::kDropsFrame: return "drops the frame";
  }
  return "";
}

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_EMIT_TEXT_H_
