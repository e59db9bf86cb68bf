// SPDX-License-Identifier: Apache-2.0
#include "host-driver/management/function_counters.h"

#include <fmt/format.h>

#include "hw/spec/card_counters.h"
#include "hw/spec/reason_table.h"

namespace vireo::host {

Result<FunctionCounters> ReadFunctionCounters(const RegisterBlocks& blocks, uint32_t number) {
  namespace reg = spec::function_counters;
  const auto records = blocks.Find(spec::management_bar::kFunctionCounters);
  if (!records) return tl::unexpected(records.error());
  if (number >= records->count) {
    return tl::unexpected(fmt::format("the card counts for {} functions, so there is no number {}",
                                      records->count, number));
  }
  Registers record = blocks.Record(*records, number);
  FunctionCounters counters = {.rx_packets = spec::Read<reg::kRxPackets>(record),
                               .rx_bytes = spec::Read<reg::kRxBytes>(record),
                               .tx_packets = spec::Read<reg::kTxPackets>(record),
                               .tx_bytes = spec::Read<reg::kTxBytes>(record),
                               .reads = spec::Read<reg::kReads>(record),
                               .read_bytes = spec::Read<reg::kReadBytes>(record),
                               .writes = spec::Read<reg::kWrites>(record),
                               .write_bytes = spec::Read<reg::kWriteBytes>(record),
                               .others = spec::Read<reg::kOthers>(record),
                               .reasons = {}};
  for (const spec::ReasonEntry& entry : spec::kReasonTable) {
    const uint64_t times =
        spec::Read<reg::kReasonCount>(record, static_cast<uint32_t>(entry.reason));
    if (times != 0) counters.reasons[entry.reason] = times;
  }
  return counters;
}

}  // namespace vireo::host
