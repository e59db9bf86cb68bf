// SPDX-License-Identifier: Apache-2.0
// The tables as registers.md.

#include <fmt/format.h>

#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "hw/spec/emit.h"
#include "hw/spec/emit_text.h"
#include "hw/spec/tables.h"

namespace vireo::spec {
namespace {

class Page {
 public:
  template <typename... Args>
  void Line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

void AddStructure(Page& page, const Structure& structure) {
  page.Line("\n### {}\n{}; {:#x} bytes.\n", structure.name, structure.clause, structure.bytes);
  page.Line("| offset | bytes | name | access | reset | |");
  page.Line("| --- | --- | --- | --- | --- | --- |");
  for (const Register* r : std::span(structure.registers, static_cast<size_t>(structure.count))) {
    const std::string bytes =
        r->count == 1 ? fmt::format("{}", r->bytes) : fmt::format("{} x {}", r->count, r->bytes);
    page.Line("| {:#05x} | {} | {} | {} | {:#x} | {} |", r->offset, bytes, r->name, Name(r->access),
              r->reset, r->about);
  }
}

void AddLayout(Page& page, const Layout& layout) {
  page.Line("\n### {}\n{}; {} bytes.\n", layout.name, layout.clause, layout.bytes);
  page.Line("| offset | bytes | name |\n| --- | --- | --- |");
  for (const Field& field : std::span(layout.fields, static_cast<size_t>(layout.count))) {
    page.Line("| {} | {} | {} |", field.offset, field.bytes, field.name);
  }
}

void AddFeatures(Page& page, std::string_view title, std::span<const FeatureEntry> features) {
  page.Line("\n### {}\n\n| bit | name |\n| --- | --- |", title);
  for (const FeatureEntry& feature : features) page.Line("| {} | {} |", feature.bit, feature.name);
}

void AddFunctionTypes(Page& page) {
  page.Line("\n## Functions\n");
  page.Line("| type | vendor:device | subsystem | class | revision | interrupt | BAR 0 |");
  page.Line("| --- | --- | --- | --- | --- | --- | --- |");
  for (const FunctionType* type : kFunctionTypes) {
    const std::string pin =
        type->interrupt_pin == 0 ? "none" : fmt::format("INT{:c}", 'A' + type->interrupt_pin - 1);
    page.Line("| {} | {:04x}:{:04x} | {:04x}:{:04x} | {:06x} | {:02x} | {} | {} KiB |", type->name,
              type->vendor_id, type->device_id, kVireoVendorId, type->subsystem_id,
              type->class_code, kRevisionId, pin, type->bar_bytes / 1024);
  }
}

void AddConfigPlaces(Page& page) {
  namespace cs = config_space;
  page.Line("\n## Places in configuration space\n");
  page.Line("| offset | capability | kept by |\n| --- | --- | --- |");
  page.Line("| {:#04x} | power management, in physical functions | hard block |", cs::kPm);
  page.Line("| {:#04x} | virtio PCI_CFG | card |", cs::kVirtioPciCfg);
  page.Line("| {:#04x} | MSI-X | hard block |", cs::kMsix);
  page.Line("| {:#04x} | PCI Express | hard block |", cs::kPcie);
  page.Line("| {:#04x} | virtio COMMON_CFG | card |", cs::kVirtioCommonCfg);
  page.Line("| {:#04x} | virtio NOTIFY_CFG | card |", cs::kVirtioNotifyCfg);
  page.Line("| {:#04x} | virtio ISR_CFG | card |", cs::kVirtioIsrCfg);
  page.Line("| {:#04x} | virtio DEVICE_CFG | card |", cs::kVirtioDeviceCfg);
  page.Line("| {:#05x} | ARI | hard block |", cs::kAri);
  page.Line("| {:#05x} | SR-IOV, in physical functions with virtual ones | hard block |",
            cs::kSriov);
}

void AddFunctionBar(Page& page) {
  namespace bar = function_bar;
  page.Line("\n## BAR 0 of a virtio function\n");
  page.Line("| offset | |\n| --- | --- |");
  page.Line("| {:#06x} | common_cfg |", bar::kCommonCfg);
  page.Line("| {:#06x} | isr_cfg |", bar::kIsrCfg);
  page.Line("| {:#06x} | net_cfg or blk_cfg |", bar::kDeviceCfg);
  page.Line("| {:#06x} | notifications: queue n at + {} n, to {} queues |", bar::kNotifyCfg,
            bar::kNotifyOffMultiplier, bar::kMaxQueues);
  page.Line("| {:#06x} | MSI-X pending bits |", bar::kPendingBits);
  page.Line("| {:#06x} | MSI-X table: msix_entry n at + {} n, to {} vectors |", bar::kMsixTable,
            bar::kMsixEntryBytes, bar::kMaxVectors);
  for (const Structure* structure : kFunctionStructures) AddStructure(page, *structure);
}

void AddManagementBar(Page& page) {
  page.Line("\n## BAR 0 of the management function\n");
  page.Line("MSI-X is where virtio functions have it.\n");
  page.Line("| header | records | stride | at most | type | version | record |");
  page.Line("| --- | --- | --- | --- | --- | --- | --- |");
  constexpr std::string_view kRecords[] = {"identity", "backend_channel", "function",
                                           "function_counters", "queue_counters"};
  static_assert(std::size(kRecords) == management_bar::kBlockCount);
  for (size_t i = 0; i < std::size(kRecords); ++i) {
    const Block& block = *management_bar::kBlocks[i];
    page.Line("| {:#05x} | {:#08x} | {:#x} | {} | {} | {} | {} |", block.header, block.records,
              block.stride, block.max_count, static_cast<int>(block.type), block.version,
              kRecords[i]);
  }
  for (const Structure* structure : kManagementStructures) AddStructure(page, *structure);
}

void AddReasons(Page& page) {
  page.Line("\n## Reasons\nCases are numbered as in [README.md](README.md).\n");
  page.Line("| number | name | effect | cases | |\n| --- | --- | --- | --- | --- |");
  for (const ReasonEntry& reason : kReasonTable) {
    page.Line("| {} | {} | {} | {} | {} |", static_cast<int>(reason.reason), reason.name,
              Name(reason.effect), reason.cases, reason.about);
  }
}

}  // namespace

std::string EmitMarkdown() {
  Page page;
  page.Line("# Registers\n");
  page.Line("Written by `vireo-spec` from the headers beside it: change those. Hash {:#018x}.\n",
            kSpecHash);
  page.Line(
      "Access: ro read-only, rw read and written, w1c a written 1 clears, wo write-only, rc "
      "read-only and cleared by a read. Resets are those that all cards share.");
  AddFunctionTypes(page);
  AddConfigPlaces(page);
  for (const Structure* structure : kConfigStructures) AddStructure(page, *structure);
  AddFunctionBar(page);
  AddManagementBar(page);
  AddReasons(page);
  page.Line("\n## Structures in host memory");
  for (const Layout& layout : kLayouts) AddLayout(page, layout);
  page.Line("\n## Feature bits");
  AddFeatures(page, "Any device", kCoreFeatures);
  AddFeatures(page, "Network device", kNetFeatures);
  AddFeatures(page, "Block device", kBlkFeatures);
  return page.Take();
}

}  // namespace vireo::spec
