// SPDX-License-Identifier: Apache-2.0
// The fields of what lies in host memory, by name: rings, descriptors, headers, commands.
#ifndef VIREO_HW_SPEC_LAYOUT_TABLE_H_
#define VIREO_HW_SPEC_LAYOUT_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "hw/spec/backend_ring.h"
#include "hw/spec/packed_ring.h"
#include "hw/spec/split_ring.h"
#include "hw/spec/virtio_blk.h"
#include "hw/spec/virtio_net.h"
#include "hw/spec/virtio_net_ctrl.h"

namespace vireo::spec {

struct Field {
  const char* name;
  uint32_t offset;
  uint32_t bytes;
};

struct Layout {
  const char* name;
  const char* clause;
  uint32_t bytes;
  const Field* fields;
  int count;
};

template <int kCount>
constexpr Layout MakeLayout(const char* name, const char* clause, uint32_t bytes,
                            const Field (&fields)[kCount]) {
  return {name, clause, bytes, fields, kCount};
}

// Whether the fields fill the structure without gap: none was forgotten, the compiler padded
// nothing.
constexpr bool IsDense(const Layout& layout) {
  uint32_t end = 0;
  for (int i = 0; i < layout.count; ++i) {
    if (layout.fields[i].offset != end) return false;
    end += layout.fields[i].bytes;
  }
  return end == layout.bytes;
}

#define VIREO_FIELD(type, name) \
  Field { #name, offsetof(type, name), sizeof(type::name) }

namespace layouts {

inline constexpr Field kVirtqDescFields[] = {
    VIREO_FIELD(virtq_desc, addr), VIREO_FIELD(virtq_desc, len), VIREO_FIELD(virtq_desc, flags),
    VIREO_FIELD(virtq_desc, next)};
inline constexpr Field kVirtqAvailFields[] = {VIREO_FIELD(virtq_avail, flags),
                                              VIREO_FIELD(virtq_avail, idx)};
inline constexpr Field kVirtqUsedFields[] = {VIREO_FIELD(virtq_used, flags),
                                             VIREO_FIELD(virtq_used, idx)};
inline constexpr Field kVirtqUsedElemFields[] = {VIREO_FIELD(virtq_used_elem, id),
                                                 VIREO_FIELD(virtq_used_elem, len)};
inline constexpr Field kPvirtqDescFields[] = {
    VIREO_FIELD(pvirtq_desc, addr), VIREO_FIELD(pvirtq_desc, len), VIREO_FIELD(pvirtq_desc, id),
    VIREO_FIELD(pvirtq_desc, flags)};
inline constexpr Field kPvirtqEventSuppressFields[] = {VIREO_FIELD(pvirtq_event_suppress, desc),
                                                       VIREO_FIELD(pvirtq_event_suppress, flags)};
inline constexpr Field kVirtioNetHdrFields[] = {
    VIREO_FIELD(virtio_net_hdr, flags),      VIREO_FIELD(virtio_net_hdr, gso_type),
    VIREO_FIELD(virtio_net_hdr, hdr_len),    VIREO_FIELD(virtio_net_hdr, gso_size),
    VIREO_FIELD(virtio_net_hdr, csum_start), VIREO_FIELD(virtio_net_hdr, csum_offset),
    VIREO_FIELD(virtio_net_hdr, num_buffers)};
inline constexpr Field kVirtioNetHdrHashFields[] = {
    VIREO_FIELD(virtio_net_hdr_hash, hdr), VIREO_FIELD(virtio_net_hdr_hash, hash_value),
    VIREO_FIELD(virtio_net_hdr_hash, hash_report),
    VIREO_FIELD(virtio_net_hdr_hash, padding_reserved)};
inline constexpr Field kVirtioNetHdrTunnelFields[] = {
    VIREO_FIELD(virtio_net_hdr_tunnel, hash), VIREO_FIELD(virtio_net_hdr_tunnel, outer_th_offset),
    VIREO_FIELD(virtio_net_hdr_tunnel, inner_nh_offset)};
inline constexpr Field kVirtioNetCtrlFields[] = {VIREO_FIELD(virtio_net_ctrl, class_),
                                                 VIREO_FIELD(virtio_net_ctrl, command)};
inline constexpr Field kVirtioNetCtrlMacFields[] = {VIREO_FIELD(virtio_net_ctrl_mac, entries)};
inline constexpr Field kVirtioNetCtrlMqPairsSetFields[] = {
    VIREO_FIELD(virtio_net_ctrl_mq_pairs_set, virtqueue_pairs)};
inline constexpr Field kVirtioNetRssConfigFields[] = {
    VIREO_FIELD(virtio_net_rss_config, hash_types),
    VIREO_FIELD(virtio_net_rss_config, indirection_table_mask),
    VIREO_FIELD(virtio_net_rss_config, unclassified_queue)};
inline constexpr Field kVirtioNetCtrlCoalFields[] = {VIREO_FIELD(virtio_net_ctrl_coal, max_packets),
                                                     VIREO_FIELD(virtio_net_ctrl_coal, max_usecs)};
inline constexpr Field kVirtioNetCtrlCoalVqFields[] = {
    VIREO_FIELD(virtio_net_ctrl_coal_vq, vq_index), VIREO_FIELD(virtio_net_ctrl_coal_vq, reserved),
    VIREO_FIELD(virtio_net_ctrl_coal_vq, coal)};
inline constexpr Field kVirtioBlkReqFields[] = {VIREO_FIELD(virtio_blk_req, type),
                                                VIREO_FIELD(virtio_blk_req, reserved),
                                                VIREO_FIELD(virtio_blk_req, sector)};
inline constexpr Field kVirtioBlkDiscardWriteZeroesFields[] = {
    VIREO_FIELD(virtio_blk_discard_write_zeroes, sector),
    VIREO_FIELD(virtio_blk_discard_write_zeroes, num_sectors),
    VIREO_FIELD(virtio_blk_discard_write_zeroes, flags)};
inline constexpr Field kVirtioBlkLifetimeFields[] = {
    VIREO_FIELD(virtio_blk_lifetime, pre_eol_info),
    VIREO_FIELD(virtio_blk_lifetime, device_lifetime_est_typ_a),
    VIREO_FIELD(virtio_blk_lifetime, device_lifetime_est_typ_b)};
inline constexpr Field kBackendRequestFields[] = {
    VIREO_FIELD(backend_request, offset),   VIREO_FIELD(backend_request, bytes),
    VIREO_FIELD(backend_request, type),     VIREO_FIELD(backend_request, function),
    VIREO_FIELD(backend_request, tag),      VIREO_FIELD(backend_request, generation),
    VIREO_FIELD(backend_request, reserved), VIREO_FIELD(backend_request, lap)};
inline constexpr Field kBackendCompletionFields[] = {
    VIREO_FIELD(backend_completion, tag), VIREO_FIELD(backend_completion, status),
    VIREO_FIELD(backend_completion, reserved), VIREO_FIELD(backend_completion, generation)};

}  // namespace layouts

#undef VIREO_FIELD

inline constexpr Layout kLayouts[] = {
    MakeLayout("virtq_desc", "VIRTIO 1.4, 2.7.5", sizeof(virtq_desc), layouts::kVirtqDescFields),
    MakeLayout("virtq_avail", "VIRTIO 1.4, 2.7.6", sizeof(virtq_avail), layouts::kVirtqAvailFields),
    MakeLayout("virtq_used", "VIRTIO 1.4, 2.7.8", sizeof(virtq_used), layouts::kVirtqUsedFields),
    MakeLayout("virtq_used_elem", "VIRTIO 1.4, 2.7.8", sizeof(virtq_used_elem),
               layouts::kVirtqUsedElemFields),
    MakeLayout("pvirtq_desc", "VIRTIO 1.4, 2.8.13", sizeof(pvirtq_desc),
               layouts::kPvirtqDescFields),
    MakeLayout("pvirtq_event_suppress", "VIRTIO 1.4, 2.8.14", sizeof(pvirtq_event_suppress),
               layouts::kPvirtqEventSuppressFields),
    MakeLayout("virtio_net_hdr", "VIRTIO 1.4, 5.1.9", sizeof(virtio_net_hdr),
               layouts::kVirtioNetHdrFields),
    MakeLayout("virtio_net_hdr_hash", "VIRTIO 1.4, 5.1.9", sizeof(virtio_net_hdr_hash),
               layouts::kVirtioNetHdrHashFields),
    MakeLayout("virtio_net_hdr_tunnel", "VIRTIO 1.4, 5.1.9", sizeof(virtio_net_hdr_tunnel),
               layouts::kVirtioNetHdrTunnelFields),
    MakeLayout("virtio_net_ctrl", "VIRTIO 1.4, 5.1.9.5", sizeof(virtio_net_ctrl),
               layouts::kVirtioNetCtrlFields),
    MakeLayout("virtio_net_ctrl_mac", "VIRTIO 1.4, 5.1.9.5.2", sizeof(virtio_net_ctrl_mac),
               layouts::kVirtioNetCtrlMacFields),
    MakeLayout("virtio_net_ctrl_mq_pairs_set", "VIRTIO 1.4, 5.1.9.5.6",
               sizeof(virtio_net_ctrl_mq_pairs_set), layouts::kVirtioNetCtrlMqPairsSetFields),
    MakeLayout("virtio_net_rss_config", "VIRTIO 1.4, 5.1.9.5.7", sizeof(virtio_net_rss_config),
               layouts::kVirtioNetRssConfigFields),
    MakeLayout("virtio_net_ctrl_coal", "VIRTIO 1.4, 5.1.9.5.10", sizeof(virtio_net_ctrl_coal),
               layouts::kVirtioNetCtrlCoalFields),
    MakeLayout("virtio_net_ctrl_coal_vq", "VIRTIO 1.4, 5.1.9.5.10", sizeof(virtio_net_ctrl_coal_vq),
               layouts::kVirtioNetCtrlCoalVqFields),
    MakeLayout("virtio_blk_req", "VIRTIO 1.4, 5.2.6", sizeof(virtio_blk_req),
               layouts::kVirtioBlkReqFields),
    MakeLayout("virtio_blk_discard_write_zeroes", "VIRTIO 1.4, 5.2.6",
               sizeof(virtio_blk_discard_write_zeroes),
               layouts::kVirtioBlkDiscardWriteZeroesFields),
    MakeLayout("virtio_blk_lifetime", "VIRTIO 1.4, 5.2.6", sizeof(virtio_blk_lifetime),
               layouts::kVirtioBlkLifetimeFields),
    MakeLayout("backend_request", "hw/spec/backend_ring.h", sizeof(backend_request),
               layouts::kBackendRequestFields),
    MakeLayout("backend_completion", "hw/spec/backend_ring.h", sizeof(backend_completion),
               layouts::kBackendCompletionFields),
};

constexpr bool AreLayoutsDense() {
  for (const Layout& layout : kLayouts) {
    if (!IsDense(layout)) return false;
  }
  return true;
}
static_assert(AreLayoutsDense());

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_LAYOUT_TABLE_H_
