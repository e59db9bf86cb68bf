// SPDX-License-Identifier: Apache-2.0
// The registers of a card's management function as memory, identity and headers of blocks in place.
#ifndef VIREO_TESTS_HOST_DRIVER_MANAGEMENT_BAR_MODEL_H_
#define VIREO_TESTS_HOST_DRIVER_MANAGEMENT_BAR_MODEL_H_

#include <cstdint>
#include <map>

#include "hw/spec/card_registers.h"
#include "hw/spec/function_type.h"
#include "hw/spec/management_bar.h"
#include "hw/spec/tables.h"

namespace vireo::host {

class BarModel {
 public:
  static constexpr uint32_t kFunctions = 8;

  BarModel() {
    namespace bar = spec::management_bar;
    for (int i = 0; i < bar::kBlockCount; ++i) PutHeader(*bar::kBlocks[i], bar::NextHeader(i));
    Put(bar::kIdentity.records, spec::identity::kMagic, spec::identity::kMagicValue);
    Put(bar::kIdentity.records, spec::identity::kSpecHash, spec::kSpecHash);
  }

  void PutKind(uint32_t function, spec::FunctionKind kind) {
    Put(spec::management_bar::kFunctions.At(function), spec::function_record::kKind,
        static_cast<uint64_t>(kind));
  }
  void Put(uint32_t base, const spec::Register& r, uint64_t value, uint32_t index = 0) {
    Store(base + r.At(index), r.bytes, value);
  }
  uint64_t Get(uint32_t base, const spec::Register& r) { return Load(base + r.offset, r.bytes); }
  uint64_t Load(uint64_t offset, unsigned bytes) {
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= uint64_t{bar_[offset + i]} << (8 * i);
    return value;
  }
  void Store(uint64_t offset, unsigned bytes, uint64_t value) {
    for (unsigned i = 0; i < bytes; ++i) bar_[offset + i] = static_cast<uint8_t>(value >> (8 * i));
  }

 private:
  void PutHeader(const spec::Block& block, uint32_t next) {
    namespace header = spec::block_header;
    const bool is_of_functions = block.type == spec::BlockType::kFunctions ||
                                 block.type == spec::BlockType::kFunctionCounters;
    Put(block.header, header::kType, static_cast<uint64_t>(block.type));
    Put(block.header, header::kVersion, block.version);
    Put(block.header, header::kNext, next);
    Put(block.header, header::kRecords, block.records);
    Put(block.header, header::kCount, is_of_functions ? kFunctions : 1);
    Put(block.header, header::kStride, block.stride);
  }

  std::map<uint64_t, uint8_t> bar_;  // 0 where there is nothing
};

}  // namespace vireo::host

#endif  // VIREO_TESTS_HOST_DRIVER_MANAGEMENT_BAR_MODEL_H_
