// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/request_check.h"

#include <fmt/format.h>

namespace vireo::sim::pcie {

namespace {

std::string CheckByteEnables(const TlpHeader& request) {
  const auto wrong = [&](const char* rule) {
    return fmt::format("first_be {:#x}, last_be {:#x} over {} DWords: {}", request.first_be,
                       request.last_be, request.dwords, rule);
  };
  if (request.dwords == 1)
    return request.last_be == 0 ? std::string() : wrong("last_be of one DWord is 0");
  if (request.first_be == 0 || request.last_be == 0)
    return wrong("neither is 0 when there are several DWords");
  // Over two DWords in one aligned QWord any bytes may be enabled, else only one run of them.
  const bool is_quad_word = request.dwords == 2 && request.address % 8 == 0;
  const unsigned gap_low = (~request.first_be & 0xfU) & ((~request.first_be & 0xfU) + 1);
  const unsigned gap_high = request.last_be & (request.last_be + 1U);
  if (!is_quad_word && (gap_low != 0 || gap_high != 0)) return wrong("the bytes have gaps");
  return {};
}

}  // namespace

std::string CheckRequest(const TlpHeader& request, const RequestLimits& limits) {
  const uint32_t bytes = 4U * request.dwords;
  const bool is_write = request.type == TlpType::kMemoryWrite;
  if (is_write && bytes > limits.max_payload)
    return fmt::format("a write of {} bytes: Max_Payload_Size is {}", bytes, limits.max_payload);
  if (!is_write && bytes > limits.max_read_request)
    return fmt::format("a read of {} bytes: Max_Read_Request_Size is {}", bytes,
                       limits.max_read_request);
  if (request.address % kRequestBoundary + bytes > kRequestBoundary)
    return fmt::format("{} bytes at {:#x} cross a 4 KiB boundary", bytes, request.address);
  return CheckByteEnables(request);
}

}  // namespace vireo::sim::pcie
