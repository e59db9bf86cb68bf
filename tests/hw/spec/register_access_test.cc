// SPDX-License-Identifier: Apache-2.0
// Reads and writes of registers go to the right place with the right width, and what a register
// does not allow does not compile.

#include "hw/spec/register_access.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "hw/spec/card_counters.h"
#include "hw/spec/card_registers.h"
#include "hw/spec/common_cfg.h"
#include "hw/spec/device_cfg.h"
#include "hw/spec/pci_config.h"

namespace vireo::spec {
namespace {

// Memory that remembers what was done to it.
class MemoryBus {
 public:
  template <typename T>
  T Read(uint64_t offset) {
    log.push_back("r" + std::to_string(sizeof(T)) + "@" + std::to_string(offset));
    T value;
    std::memcpy(&value, &bytes.at(offset), sizeof value);
    return value;
  }
  template <typename T>
  void Write(uint64_t offset, T value) {
    log.push_back("w" + std::to_string(sizeof(T)) + "@" + std::to_string(offset));
    std::memcpy(&bytes.at(offset), &value, sizeof value);
  }

  std::vector<uint8_t> bytes = std::vector<uint8_t>(0x1000);
  std::vector<std::string> log;
};
static_assert(Bus<MemoryBus> && Bus<Window<MemoryBus>>);

template <const Register& kRegister>
constexpr bool kReadable = requires(MemoryBus& bus) { Read<kRegister>(bus); };
template <const Register& kRegister>
constexpr bool kWritable = requires(MemoryBus& bus) { Write<kRegister>(bus, 0); };

static_assert(kReadable<common_cfg::kNumQueues> && !kWritable<common_cfg::kNumQueues>);
static_assert(kReadable<isr_cfg::kIsrStatus> && !kWritable<isr_cfg::kIsrStatus>);
static_assert(kReadable<common_cfg::kQueueSelect> && kWritable<common_cfg::kQueueSelect>);
static_assert(kReadable<pci_header::kStatus> && kWritable<pci_header::kStatus>);
static_assert(!kReadable<function_record::kReset> && kWritable<function_record::kReset>);

static_assert(std::is_same_v<ValueOf<net_cfg::kMac>, uint8_t>);
static_assert(std::is_same_v<ValueOf<common_cfg::kQueueSize>, uint16_t>);
static_assert(std::is_same_v<ValueOf<blk_cfg::kBlkSize>, uint32_t>);
static_assert(std::is_same_v<ValueOf<common_cfg::kQueueDesc>, uint64_t>);

TEST(RegisterAccess, HasTheWidthAndOffsetOfTheRegister) {
  MemoryBus bus;
  Write<common_cfg::kQueueSelect>(bus, 7);
  Write<common_cfg::kQueueDesc>(bus, 0x1122'3344'5566'7788);
  EXPECT_EQ(Read<common_cfg::kQueueSelect>(bus), 7);
  EXPECT_EQ(Read<common_cfg::kQueueDesc>(bus), 0x1122'3344'5566'7788u);
  EXPECT_EQ(Read<common_cfg::kDeviceStatus>(bus), 0);
  EXPECT_EQ(bus.log, (std::vector<std::string>{"w2@22", "w8@32", "r2@22", "r8@32", "r1@20"}));
}

TEST(RegisterAccess, ReachesEachRegisterOfAKind) {
  MemoryBus bus;
  for (uint32_t i = 0; i < 6; ++i) bus.bytes[i] = static_cast<uint8_t>(0xa0 + i);
  for (uint32_t i = 0; i < 6; ++i) EXPECT_EQ(Read<net_cfg::kMac>(bus, i), 0xa0 + i);
  Write<function_record::kFeatures>(bus, 0x55, 2);
  EXPECT_EQ(bus.log.back(), "w4@24");
  Read<function_counters::kReasonCount>(bus, static_cast<uint32_t>(Reason::kHeadOutOfRange));
  EXPECT_EQ(bus.log.back(), "r8@1040");
}

TEST(RegisterAccess, GoesThroughWindowsInWindows) {
  MemoryBus bus;
  Window bar(bus, 0x100);
  Window record(bar, 0x40);
  Write<function_record::kCapacity>(record, 99);
  EXPECT_EQ(bus.log.back(), "w8@384");
  EXPECT_EQ(Read<function_record::kCapacity>(Window(bus, 0x140)), 99u);
}

}  // namespace
}  // namespace vireo::spec
