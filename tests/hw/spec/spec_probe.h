// SPDX-License-Identifier: Apache-2.0
// A process that uses hw/spec as an engine does: tables as ROMs, register offsets as cases,
// structures of the wire as payloads. That it can be lowered is what is tested.
#ifndef VIREO_TESTS_HW_SPEC_SPEC_PROBE_H_
#define VIREO_TESTS_HW_SPEC_SPEC_PROBE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cstdint>

#include "hw/spec/backend_ring.h"
#include "hw/spec/config_space.h"
#include "hw/spec/packed_ring.h"
#include "hw/spec/tables.h"

namespace vireo::testing {

// An access to a common configuration structure, or to configuration space.
struct Probe {
  ap_uint<1> is_config;
  ap_uint<8> offset;
  spec::virtq_desc desc;
  uint16_t event_idx;
};

struct ProbeAnswer {
  ap_uint<32> value;
  ap_uint<1> needs_event;
  uint8_t reason;
  spec::backend_request request;
};

class SpecProbe {
 public:
  void Step(hls::stream<Probe>& probe_in, hls::stream<ProbeAnswer>& answer_out) {
    const Probe probe = probe_in.read();
    ProbeAnswer answer = {};
    if (probe.is_config) {
      answer.value = spec::config_space::kVirtioCapabilities.value[(probe.offset >> 2) & 63];
    } else {
      answer.value = ReadCommon(probe.offset);
    }
    answer.needs_event = spec::NeedEvent(probe.event_idx, static_cast<uint16_t>(selected_ + 1),
                                         static_cast<uint16_t>(selected_));
    answer.reason = static_cast<uint8_t>(Check(probe.desc));
    answer.request.offset = probe.desc.addr;
    answer.request.bytes = probe.desc.len;
    answer.request.lap = spec::BackendLap(selected_, 256);
    if (probe.offset == spec::common_cfg::kQueueSelect.offset) selected_ = probe.desc.next;
    answer_out.write(answer);
  }

 private:
  ap_uint<32> ReadCommon(ap_uint<8> offset) const {
    switch (offset.to_uint()) {
      case spec::common_cfg::kConfigMsixVector.offset: return spec::VIRTIO_MSI_NO_VECTOR;
      case spec::common_cfg::kQueueSelect.offset: return selected_;
      case spec::common_cfg::kQueueDesc.offset: return static_cast<uint32_t>(spec::kSpecHash);
      case spec::common_cfg::kQueueDesc.offset + 4: return spec::kSpecHash >> 32;
      case spec::common_cfg::kDeviceFeature.offset:
        return spec::FeatureMask(spec::VIRTIO_F_EVENT_IDX);
      default: return 0;
    }
  }

  static spec::Reason Check(const spec::virtq_desc& desc) {
    if (desc.flags & spec::VIRTQ_DESC_F_INDIRECT) {
      if (desc.flags & spec::VIRTQ_DESC_F_NEXT) return spec::Reason::kIndirectFlags;
      if (desc.len % sizeof(spec::virtq_desc) != 0) return spec::Reason::kIndirectLength;
    }
    return spec::IsPackedAvailable(desc.flags, true) ? spec::Reason::kPackedWrap
                                                     : spec::Reason::kNone;
  }

  uint16_t selected_ = 0;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_SPEC_SPEC_PROBE_H_
