// SPDX-License-Identifier: Apache-2.0
// All structures of registers, and the hash of everything that host and card have to agree on.
#ifndef VIREO_HW_SPEC_TABLES_H_
#define VIREO_HW_SPEC_TABLES_H_

#include <cstdint>

#include "hw/spec/card_counters.h"
#include "hw/spec/card_registers.h"
#include "hw/spec/common_cfg.h"
#include "hw/spec/config_space.h"
#include "hw/spec/device_cfg.h"
#include "hw/spec/feature_table.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/function_type.h"
#include "hw/spec/layout_table.h"
#include "hw/spec/management_bar.h"
#include "hw/spec/pci_config.h"
#include "hw/spec/reason_table.h"

namespace vireo::spec {

inline constexpr const Structure* kConfigStructures[] = {
    &pci_header::kStructure, &pm_cap::kStructure,  &msix_cap::kStructure, &pcie_cap::kStructure,
    &virtio_cap::kStructure, &ari_cap::kStructure, &sriov_cap::kStructure};
inline constexpr const Structure* kFunctionStructures[] = {
    &common_cfg::kStructure, &isr_cfg::kStructure, &net_cfg::kStructure, &blk_cfg::kStructure,
    &msix_entry::kStructure};
inline constexpr const Structure* kManagementStructures[] = {
    &block_header::kStructure,    &identity::kStructure,          &backend_channel::kStructure,
    &function_record::kStructure, &function_counters::kStructure, &queue_counters::kStructure};

// FNV-1a, 64 bits.
class Hash {
 public:
  constexpr void Number(uint64_t value) {
    for (int i = 0; i < 8; ++i) Byte(static_cast<uint8_t>(value >> (8 * i)));
  }
  constexpr void Text(const char* text) {
    for (; *text != 0; ++text) Byte(static_cast<uint8_t>(*text));
    Byte(0);
  }
  constexpr uint64_t value() const { return value_; }

 private:
  constexpr void Byte(uint8_t byte) { value_ = (value_ ^ byte) * 0x100'0000'01b3; }

  uint64_t value_ = 0xcbf2'9ce4'8422'2325;
};

constexpr void Add(Hash& hash, const Structure& structure) {
  hash.Text(structure.name);
  hash.Number(structure.bytes);
  for (int i = 0; i < structure.count; ++i) {
    const Register& r = *structure.registers[i];
    hash.Text(r.name);
    hash.Number(r.offset | uint64_t{r.bytes} << 32 | uint64_t{r.count} << 40 |
                static_cast<uint64_t>(r.access) << 56);
    hash.Number(r.reset);
  }
}

constexpr void Add(Hash& hash, const Layout& layout) {
  hash.Text(layout.name);
  for (int i = 0; i < layout.count; ++i) {
    hash.Text(layout.fields[i].name);
    hash.Number(layout.fields[i].offset | uint64_t{layout.fields[i].bytes} << 32);
  }
}

constexpr void Add(Hash& hash, const FeatureEntry& feature) {
  hash.Text(feature.name);
  hash.Number(static_cast<uint64_t>(feature.bit));
}

constexpr void Add(Hash& hash, const ReasonEntry& reason) {
  hash.Text(reason.name);
  hash.Number(static_cast<uint64_t>(reason.reason) | static_cast<uint64_t>(reason.effect) << 8);
}

constexpr void Add(Hash& hash, const FunctionType& type) {
  hash.Text(type.name);
  hash.Number(type.vendor_id | uint64_t{type.device_id} << 16 | uint64_t{type.subsystem_id} << 32 |
              uint64_t{type.interrupt_pin} << 48 | static_cast<uint64_t>(type.kind) << 56);
  hash.Number(type.class_code | uint64_t{type.bar_bytes} << 32);
}

constexpr void Add(Hash& hash, const Block& block) {
  hash.Number(static_cast<uint64_t>(block.type) | uint64_t{block.version} << 16 |
              uint64_t{block.header} << 32);
  hash.Number(block.records | uint64_t{block.stride} << 32);
}

constexpr uint64_t HashOfSpec() {
  Hash hash;
  for (const Structure* structure : kConfigStructures) Add(hash, *structure);
  for (const Structure* structure : kFunctionStructures) Add(hash, *structure);
  for (const Structure* structure : kManagementStructures) Add(hash, *structure);
  for (const Layout& layout : kLayouts) Add(hash, layout);
  for (const FeatureEntry& feature : kCoreFeatures) Add(hash, feature);
  for (const FeatureEntry& feature : kNetFeatures) Add(hash, feature);
  for (const FeatureEntry& feature : kBlkFeatures) Add(hash, feature);
  for (const ReasonEntry& reason : kReasonTable) Add(hash, reason);
  for (const FunctionType* type : kFunctionTypes) Add(hash, *type);
  for (const Block* block : management_bar::kBlocks) Add(hash, *block);
  for (const uint32_t value : config_space::kVirtioCapabilities.value) hash.Number(value);
  return hash.value();
}

// What the register identity::kSpecHash reads as.
inline constexpr uint64_t kSpecHash = HashOfSpec();

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_TABLES_H_
