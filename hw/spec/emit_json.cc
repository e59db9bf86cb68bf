// SPDX-License-Identifier: Apache-2.0
// The tables as registers.json.

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "hw/spec/emit.h"
#include "hw/spec/emit_text.h"
#include "hw/spec/tables.h"

namespace vireo::spec {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Structure& structure) {
  Json registers = Json::array();
  for (const Register* r : std::span(structure.registers, static_cast<size_t>(structure.count))) {
    registers.push_back({{"name", r->name},
                         {"offset", r->offset},
                         {"bytes", r->bytes},
                         {"count", r->count},
                         {"access", Name(r->access)},
                         {"reset", r->reset},
                         {"about", r->about}});
  }
  return {{"name", structure.name},
          {"clause", structure.clause},
          {"bytes", structure.bytes},
          {"registers", std::move(registers)}};
}

Json ToJson(const Layout& layout) {
  Json fields = Json::array();
  for (const Field& field : std::span(layout.fields, static_cast<size_t>(layout.count))) {
    fields.push_back({{"name", field.name}, {"offset", field.offset}, {"bytes", field.bytes}});
  }
  return {{"name", layout.name},
          {"clause", layout.clause},
          {"bytes", layout.bytes},
          {"fields", std::move(fields)}};
}

Json ToJson(const FeatureEntry& feature) { return {{"bit", feature.bit}, {"name", feature.name}}; }

Json ToJson(const ReasonEntry& reason) {
  return {{"number", static_cast<int>(reason.reason)},
          {"name", reason.name},
          {"effect", Name(reason.effect)},
          {"cases", reason.cases},
          {"about", reason.about}};
}

Json ToJson(const FunctionType& type) {
  return {{"name", type.name},
          {"virtual", type.is_virtual},
          {"vendor", type.vendor_id},
          {"device", type.device_id},
          {"subsystem_vendor", kVireoVendorId},
          {"subsystem", type.subsystem_id},
          {"class", type.class_code},
          {"revision", kRevisionId},
          {"interrupt_pin", type.interrupt_pin},
          {"bar_bytes", type.bar_bytes}};
}

Json ToJson(const Block& block) {
  return {{"type", static_cast<int>(block.type)},
          {"version", block.version},
          {"header", block.header},
          {"records", block.records},
          {"stride", block.stride},
          {"max_count", block.max_count}};
}

// Of structures, or of pointers to them.
template <typename Range>
Json List(const Range& range) {
  Json list = Json::array();
  for (const auto& item : range) {
    if constexpr (std::is_pointer_v<std::remove_cvref_t<decltype(item)>>) {
      list.push_back(ToJson(*item));
    } else {
      list.push_back(ToJson(item));
    }
  }
  return list;
}

}  // namespace

std::string EmitJson() {
  namespace bar = function_bar;
  namespace cs = config_space;
  const Json document = {
      {"hash", fmt::format("{:#018x}", kSpecHash)},
      {"functions", List(kFunctionTypes)},
      {"capabilities",
       {{"pm", cs::kPm},
        {"msix", cs::kMsix},
        {"pcie", cs::kPcie},
        {"virtio_common_cfg", cs::kVirtioCommonCfg},
        {"virtio_notify_cfg", cs::kVirtioNotifyCfg},
        {"virtio_isr_cfg", cs::kVirtioIsrCfg},
        {"virtio_device_cfg", cs::kVirtioDeviceCfg},
        {"virtio_pci_cfg", cs::kVirtioPciCfg},
        {"ari", cs::kAri},
        {"sriov", cs::kSriov}}},
      {"configuration", List(kConfigStructures)},
      {"function_bar",
       {{"bytes", bar::kBytes},
        {"common_cfg", bar::kCommonCfg},
        {"isr_cfg", bar::kIsrCfg},
        {"device_cfg", bar::kDeviceCfg},
        {"notify_cfg", bar::kNotifyCfg},
        {"notify_off_multiplier", bar::kNotifyOffMultiplier},
        {"pending_bits", bar::kPendingBits},
        {"msix_table", bar::kMsixTable}}},
      {"function_registers", List(kFunctionStructures)},
      {"management_bar",
       {{"bytes", management_bar::kBytes}, {"blocks", List(management_bar::kBlocks)}}},
      {"management_registers", List(kManagementStructures)},
      {"reasons", List(kReasonTable)},
      {"layouts", List(kLayouts)},
      {"features",
       {{"core", List(kCoreFeatures)}, {"net", List(kNetFeatures)}, {"blk", List(kBlkFeatures)}}},
  };
  return document.dump(1) + '\n';
}

}  // namespace vireo::spec
