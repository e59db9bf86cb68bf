// SPDX-License-Identifier: Apache-2.0
#include "host-driver/management/functions.h"

#include "hw/spec/card_registers.h"
#include "hw/spec/size.h"

namespace vireo::host {
namespace {

std::string NameOf(spec::FunctionKind kind, bool is_virtual) {
  for (const spec::FunctionType* type : spec::kFunctionTypes) {
    if (type->kind == kind && type->is_virtual == is_virtual) return type->name;
  }
  return "unknown";
}

}  // namespace

Result<std::map<std::string, uint16_t>> FindFunctions(const RegisterBlocks& blocks,
                                                      spec::FunctionKind kind) {
  const auto records = blocks.Find(spec::management_bar::kFunctions);
  if (!records) return tl::unexpected(records.error());
  std::map<std::string, uint16_t> found;
  unsigned virtuals = 0;
  for (uint32_t number = 0; number < records->count; ++number) {
    Registers record = blocks.Record(*records, number);
    if (spec::Read<spec::function_record::kKind>(record) != static_cast<uint32_t>(kind)) continue;
    const bool is_virtual = number >= kFirstVirtualFunction;
    const std::string name = NameOf(kind, is_virtual);
    found[is_virtual ? name + std::to_string(virtuals++) : name] = static_cast<uint16_t>(number);
  }
  return found;
}

}  // namespace vireo::host
