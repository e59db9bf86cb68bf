// SPDX-License-Identifier: Apache-2.0
// What the drivers of the toy function need to know.
#pragma once

#include <cstdint>

namespace vireo::toy {

constexpr uint16_t kVendor = 0x7669;
constexpr uint16_t kDevice = 0x7265;

constexpr uint64_t kBarSize = 0x4000;    // BAR 0
constexpr uint64_t kMsixTable = 0x2000;  // in BAR 0
constexpr uint64_t kMsixPba = 0x3000;
constexpr uint32_t kVectors = 4;

// Registers in BAR 0, of 32 bits if nothing else is said.
constexpr uint64_t kId = 0x00;  // reads kIdValue
constexpr uint64_t kScratch = 0x04;
constexpr uint64_t kSource = 0x08;       // 64 bits: DMA address
constexpr uint64_t kDestination = 0x10;  // 64 bits: DMA address
constexpr uint64_t kLength = 0x18;       // bytes, up to kMaxLength
constexpr uint64_t kVector = 0x1c;       // of the MSI-X interrupt that tells of the end
constexpr uint64_t kGo = 0x20;           // written: copies, with kFlip on each byte
constexpr uint64_t kStatus = 0x24;       // of the copy
constexpr uint64_t kIsr = 0x28;          // 1: INTx is asserted; a read takes it back
constexpr uint64_t kSlow = 0x2c;         // reads kSlowValue, later

constexpr uint32_t kIdValue = 0x0de71ce5;
constexpr uint32_t kSlowValue = 0x510351;
constexpr uint32_t kMaxLength = 65536;
constexpr uint8_t kFlip = 0x5a;

constexpr uint32_t kIdle = 0;
constexpr uint32_t kDone = 1;
constexpr uint32_t kFault = 2;

// Configuration space.
constexpr uint64_t kPcieCap = 0x40;
constexpr uint64_t kMsixCap = 0x80;

}  // namespace vireo::toy
