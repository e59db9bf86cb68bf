// SPDX-License-Identifier: Apache-2.0
// What a host sees of the management function, and what the engines hear of it.

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hw/blk/check.h"
#include "hw/spec/register_access.h"
#include "hw/spec/tables.h"
#include "hw/virtio/features.h"
#include "sim/harness/random.h"
#include "tests/hw/management/management_model.h"

namespace vireo::test {
namespace {

namespace bar = spec::management_bar;
namespace fr = spec::function_record;
namespace fc = spec::function_counters;
namespace id = spec::identity;

constexpr int kNetVirtual = kFirstNetVirtual;
constexpr int kBlkVirtual = kFirstBlkVirtual;

// A host with BAR 0 of the function, whose accesses are those of hw/spec. The engines take what
// they are told after a random time.
class Host : private ManagementPorts {
 public:
  explicit Host(uint64_t seed = 1) : random_(seed, "host"), model_(MakeManagement(seed)) {
    Run(kFunctions * 16 + 200);
    initial_addresses.swap(addresses);
  }

  void Run(int clocks) {
    for (int i = 0; i < clocks; ++i) Step();
  }
  void Settle() { Run(300); }

  template <typename T>
  T Read(uint64_t offset) {
    constexpr unsigned kBytes = sizeof(T);
    uint64_t value = 0;
    for (unsigned i = 0; i < (kBytes + 3) / 4; ++i) Access(offset + 4 * i, false, 15, 0);
    for (unsigned i = 0; i < (kBytes + 3) / 4; ++i) {
      for (int n = 0; n < 1000 && replies_.empty(); ++n) Step();
      if (replies_.empty()) {
        ADD_FAILURE() << "a read was not answered";
        return 0;
      }
      value |= static_cast<uint64_t>(replies_.front()) << (32 * i);
      replies_.erase(replies_.begin());
    }
    return static_cast<T>(value >> (8 * (offset % 4)));
  }
  template <typename T>
  void Write(uint64_t offset, T value) {
    constexpr int kBytes = sizeof(T);
    const unsigned enables = ((1u << kBytes) - 1) << (offset % 4);
    const uint64_t placed = static_cast<uint64_t>(value) << (8 * (offset % 4));
    Access(offset, true, enables & 15, static_cast<uint32_t>(placed));
    if (kBytes == 8) Access(offset + 4, true, enables >> 4, static_cast<uint32_t>(placed >> 32));
    Settle();
  }

  using ManagementPorts::blk_in;
  using ManagementPorts::net_in;

  unsigned percent = 60;  // chance that an output is taken in a clock
  std::vector<ConfigUpdate> updates;
  std::vector<FunctionAddress> initial_addresses, addresses;
  std::vector<BlkConfig> disks;
  std::map<std::pair<int, spec::Reason>, unsigned> reasons;
  std::vector<RegisterAccess> channel;

 private:
  void Access(uint64_t offset, bool write, unsigned enables, uint32_t data) {
    RegisterAccess access = {};
    access.function = kManagementFunction;
    access.dword = offset / 4;
    access.write = write;
    access.byte_enables = enables;
    access.data = data;
    access_in.write(access);
  }

  void Step() {
    ForEachOutput([this](auto& stream, const char*) {
      stream.set_capacity(random_.Percent(percent) ? 1 : 0);
    });
    model_->Step(*this);
    if (!reply_out.empty()) replies_.push_back(reply_out.read().to_uint());
    if (!update_out.empty()) updates.push_back(update_out.read());
    if (!address_out.empty()) addresses.push_back(address_out.read());
    if (!disk_out.empty()) disks.push_back(disk_out.read());
    if (!reason_out.empty()) {
      const ReasonCount count = reason_out.read();
      reasons[{count.event.function.to_int(), count.event.reason}] += count.times.to_uint();
    }
    if (!channel_access_out.empty()) {
      channel.push_back(channel_access_out.read());
      if (channel.back().write == 0) channel_reply_in.write(0xC0DE0000 + channel.back().dword);
    }
  }

  sim::Random random_;
  std::unique_ptr<ManagementModel> model_;
  std::vector<uint32_t> replies_;
};

spec::Window<Host> Function(Host& host, int n) {
  return {host, bar::kFunctions.At(static_cast<uint32_t>(n))};
}
spec::Window<Host> Identity(Host& host) { return {host, bar::kIdentity.records}; }

TEST(ManagementTest, BlocksAreFoundByTheirHeaders) {
  Host host;
  std::map<unsigned, unsigned> counts;
  uint32_t offset = 0;
  do {
    spec::Window<Host> header(host, offset);
    counts[spec::Read<spec::block_header::kType>(header)] =
        spec::Read<spec::block_header::kCount>(header);
    EXPECT_EQ(spec::Read<spec::block_header::kVersion>(header), 1u);
    const auto type = static_cast<spec::BlockType>(spec::Read<spec::block_header::kType>(header));
    for (const spec::Block* block : bar::kBlocks) {
      if (block->type != type) continue;
      EXPECT_EQ(spec::Read<spec::block_header::kRecords>(header), block->records);
      EXPECT_EQ(spec::Read<spec::block_header::kStride>(header), block->stride);
    }
    offset = spec::Read<spec::block_header::kNext>(header);
  } while (offset != 0 && counts.size() < 10);
  EXPECT_EQ(counts, (std::map<unsigned, unsigned>{
                        {1, 1}, {2, 1}, {3, kFunctions}, {4, kFunctions}, {5, 0}}));
}

TEST(ManagementTest, TheCardSaysWhatItIs) {
  Host host;
  EXPECT_EQ(spec::Read<id::kMagic>(Identity(host)), id::kMagicValue);
  EXPECT_EQ(spec::Read<id::kSpecHash>(Identity(host)), spec::kSpecHash);
  EXPECT_EQ(spec::Read<id::kFunctions>(Identity(host)), uint32_t{kFunctions});
  EXPECT_EQ(spec::Read<id::kQueues>(Identity(host)), uint32_t{kQueues});
  EXPECT_EQ(spec::Read<id::kMaxQueueSize>(Identity(host)), uint32_t{kMaxQueueSize});
  EXPECT_EQ(spec::Read<id::kMaxFrameBytes>(Identity(host)), uint32_t{kMaxFrame});
  EXPECT_EQ(spec::Read<id::kBackendChannels>(Identity(host)), 1u);
  EXPECT_EQ(spec::Read<id::kScratch>(Identity(host)), 0u);
  spec::Write<id::kScratch>(Identity(host), 0x12345678);
  host.Write<uint8_t>(bar::kIdentity.records + id::kScratch.offset + 1, 0xAB);
  EXPECT_EQ(spec::Read<id::kScratch>(Identity(host)), 0x1234AB78u);
  const uint64_t before = spec::Read<id::kCycles>(Identity(host));
  host.Run(1000);
  const uint64_t clocks = spec::Read<id::kCycles>(Identity(host)) - before;
  EXPECT_GE(clocks, 1000u);
  EXPECT_LT(clocks, 1200u);
  EXPECT_TRUE(host.updates.empty() && host.addresses.empty() && host.disks.empty());
}

TEST(ManagementTest, EveryNetworkFunctionIsGivenItsAddressAtReset) {
  Host host;
  ASSERT_EQ(host.initial_addresses.size(), size_t{1 + kNetVirtualFunctions});
  for (const FunctionAddress& address : host.initial_addresses) {
    EXPECT_EQ(TypeOf(address.function), DeviceType::kNet);
    EXPECT_EQ(address.has_mac, 1);
    EXPECT_EQ(address.mac, ap_uint<48>(InitialNetConfig(address.function, 0)));
    EXPECT_EQ(spec::Read<fr::kMac>(Function(host, address.function.to_int())),
              static_cast<uint64_t>(address.mac));
  }
}

TEST(ManagementTest, RecordsSayWhatFunctionsAre) {
  Host host;
  for (int n = 0; n < kFunctions; ++n) {
    SCOPED_TRACE("function " + std::to_string(n));
    spec::Window<Host> record = Function(host, n);
    EXPECT_EQ(spec::Read<fr::kKind>(record), static_cast<unsigned>(TypeOf(n)));
    EXPECT_EQ(spec::Read<fr::kNumQueues>(record), QueuesOf(n).to_uint());
    EXPECT_EQ(spec::Read<fr::kVectors>(record), VectorsOf(n).to_uint());
    EXPECT_EQ(spec::Read<fr::kFeatures>(record, 0), OfferedFeatures(TypeOf(n), 0));
    EXPECT_EQ(spec::Read<fr::kFeatures>(record, 1), OfferedFeatures(TypeOf(n), 1));
    if (!IsVirtio(n)) continue;
    EXPECT_EQ(spec::Read<fr::kFirstQueue>(record), FirstQueueOf(n).to_uint());
    const bool is_blk = TypeOf(n) == DeviceType::kBlk;
    const BlkConfig disk = InitialDisk(n);
    EXPECT_EQ(spec::Read<fr::kCapacity>(record), static_cast<uint64_t>(disk.sectors));
    EXPECT_EQ(spec::Read<fr::kBackendOffset>(record), static_cast<uint64_t>(disk.base));
    EXPECT_EQ(spec::Read<fr::kBackend>(record), is_blk ? fr::kBackendCardMemory : 0);
    EXPECT_EQ(spec::Read<fr::kMtu>(record), is_blk ? 0 : 1500);
    EXPECT_EQ(spec::Read<fr::kControl>(record), is_blk ? 1u : 3u);
  }
}

TEST(ManagementTest, AnAddressChangesAtOnceForDriverAndEngine) {
  Host host;
  spec::Write<fr::kMac>(Function(host, kNetVirtual), 0x665544332211);
  ASSERT_EQ(host.addresses.size(), 1u);
  EXPECT_EQ(host.addresses[0].function, kNetVirtual);
  EXPECT_EQ(host.addresses[0].mac, 0x665544332211);
  ASSERT_EQ(host.updates.size(), 1u);
  EXPECT_EQ(host.updates[0].function, kNetVirtual);
  EXPECT_EQ(host.updates[0].word, 0);
  EXPECT_EQ(host.updates[0].data, 0x0001'665544332211);
  EXPECT_EQ(spec::Read<fr::kMac>(Function(host, kNetVirtual)), 0x665544332211u);
  EXPECT_NE(spec::Read<fr::kMac>(Function(host, kNetFunction)), 0x665544332211u);
  // A lower half alone changes nothing, nor does it get into another function's address.
  host.Write<uint32_t>(bar::kFunctions.At(kNetVirtual) + fr::kMac.offset, 0xDEAD);
  EXPECT_EQ(host.addresses.size(), 1u);
  host.Write<uint32_t>(bar::kFunctions.At(kNetFunction) + fr::kMac.offset + 4, 0x77);
  ASSERT_EQ(host.addresses.size(), 2u);
  EXPECT_EQ(host.addresses[1].mac.range(31, 0),
            ap_uint<32>(InitialNetConfig(kNetFunction, 0).range(31, 0)));
  EXPECT_EQ(spec::Read<fr::kMac>(Function(host, kNetVirtual)), 0x665544332211u);
}

TEST(ManagementTest, LinkAndMtuAreDeviceConfiguration) {
  Host host;
  spec::Write<fr::kControl>(Function(host, kNetFunction), fr::kControlEnable);
  ASSERT_EQ(host.updates.size(), 1u);
  EXPECT_EQ(host.updates[0].word, 0);
  EXPECT_EQ(host.updates[0].data.range(63, 48), 0u);
  EXPECT_EQ(host.updates[0].data.range(47, 0), ap_uint<48>(InitialNetConfig(kNetFunction, 0)));
  spec::Write<fr::kMtu>(Function(host, kNetFunction), 9000);
  ASSERT_EQ(host.updates.size(), 2u);
  EXPECT_EQ(host.updates[1].word, 1);
  ConfigEntry expected = InitialNetConfig(kNetFunction, 1);
  expected.range(31, 16) = 9000;
  EXPECT_EQ(host.updates[1].data, expected);
  EXPECT_EQ(spec::Read<fr::kMtu>(Function(host, kNetFunction)), 9000u);
  EXPECT_TRUE(host.addresses.empty());
}

TEST(ManagementTest, ADiskIsTakenAwayAndGivenBack) {
  Host host;
  spec::Window<Host> record = Function(host, kBlkVirtual);
  spec::Write<fr::kBackend>(record, fr::kBackendNone);
  ASSERT_EQ(host.disks.size(), 1u);
  EXPECT_EQ(host.disks[0].function, kBlkVirtual);
  EXPECT_EQ(host.disks[0].sectors, 0);
  spec::Write<fr::kBackendOffset>(record, 0x12'3456'7FFF);
  spec::Write<fr::kCapacity>(record, 0x12'3456'789A);
  spec::Write<fr::kControl>(record, fr::kControlEnable | fr::kControlReadOnly);
  EXPECT_EQ(host.disks.back().sectors, 0);
  EXPECT_EQ(host.updates.back().data, 0x12'3456'789A);
  EXPECT_EQ(host.updates.back().word, 0);
  spec::Write<fr::kBackend>(record, fr::kBackendCardMemory);
  EXPECT_EQ(host.disks.back().sectors, 0x12'3456'789A);
  EXPECT_EQ(host.disks.back().base, 0x12'3456'7000);
  EXPECT_EQ(host.disks.back().read_only, 1);
  EXPECT_EQ(host.disks.back().backend, BlkBackend::kCardMemory);
  spec::Write<fr::kBackend>(record, fr::kBackendChannel);
  EXPECT_EQ(host.disks.back().backend, BlkBackend::kChannel);
  EXPECT_EQ(host.disks.back().base, 0);
  spec::Write<fr::kBackend>(record, 3);
  EXPECT_EQ(spec::Read<fr::kBackend>(record), fr::kBackendNone);
  EXPECT_EQ(host.disks.back().sectors, 0);
}

TEST(ManagementTest, WhatIsNotThereReadsAsZeroAndIsNotWritten) {
  Host host;
  for (uint32_t offset = 0; offset < bar::kBytes; offset += offset < 0x400 ? 4 : 0x1004) {
    host.Write<uint32_t>(offset, 0xFFFFFFFF);
  }
  EXPECT_EQ(spec::Read<spec::block_header::kType>(spec::Window<Host>(host, 0)), 1u);
  for (const uint32_t offset :
       {0x800u, 0x1080u, 0x9'0000u, bar::kFunctionCounters.At(0) + 0x48, bar::kQueueCounters.At(1),
        bar::kFunctions.At(kFunctions), bar::kFunctions.At(3) + fr::kMac.offset,
        bar::kFunctions.At(kManagementFunction) + fr::kCapacity.offset}) {
    EXPECT_EQ(host.Read<uint64_t>(offset), 0u) << std::hex << offset;
  }
}

TEST(ManagementTest, TheChannelsRegistersAreTheChannels) {
  Host host;
  const uint32_t base = bar::kBackendChannels.At(0);
  host.Write<uint64_t>(base, 0x1122334455667788);
  ASSERT_EQ(host.channel.size(), 2u);
  EXPECT_EQ(host.channel[1].dword, base / 4 + 1);
  EXPECT_EQ(host.channel[1].data, 0x11223344);
  EXPECT_EQ(host.Read<uint32_t>(base + 0x2c), 0xC0DE0000 + base / 4 + 11);
}

// Frames and requests at random, with reads between them.
TEST(ManagementTest, CountersAreWhatHappened) {
  for (const uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Host host(seed);
    sim::Random random(seed, "test");
    std::map<std::pair<int, uint32_t>, uint64_t> expected;
    std::map<std::pair<int, spec::Reason>, unsigned> reasons;
    for (int i = 0; i < 3000; ++i) {
      const bool fails = random.Percent(30);
      const auto reason = static_cast<spec::Reason>(fails ? 96 + random.Below(3) : 0);
      if (random.Percent(60)) {
        NetEvent event = {};
        event.reason = reason;
        event.is_transmit = random.Percent(50);
        event.has_queue = random.Percent(90);
        event.function = random.Below(2) * kNetVirtual;
        event.bytes = random.Below(9000);
        host.net_in.write(event);
        const int function = event.has_queue == 1 ? event.function.to_int() : kNetFunction;
        const uint32_t counter = event.is_transmit == 1 ? 16 : 0;
        if (fails) ++reasons[{function, reason}];
        if (!fails) ++expected[{function, counter}];
        if (!fails) expected[{function, counter + 8}] += event.bytes.to_uint();
      } else {
        BlkEvent event = {};
        event.reason = reason;
        event.op = static_cast<BlkOp>(random.Below(4));
        event.owner.function = random.Percent(50) ? kBlkFunction : kBlkVirtual;
        event.bytes = random.Next();
        host.blk_in.write(event);
        const int function = event.owner.function.to_int();
        const uint32_t counter = event.op == BlkOp::kIn ? 32 : event.op == BlkOp::kOut ? 48 : 64;
        if (fails) ++reasons[{function, reason}];
        if (!fails) ++expected[{function, counter}];
        if (!fails && counter < 64) expected[{function, counter + 8}] += event.bytes.to_uint();
      }
      if (random.Percent(10)) host.Run(static_cast<int>(random.Below(10)));
      if (random.Percent(2)) host.Read<uint64_t>(bar::kFunctionCounters.At(0));
    }
    host.Run(20000);
    for (int function = 0; function < kFunctions; ++function) {
      for (uint32_t counter = 0; counter < 128; counter += 8) {
        EXPECT_EQ(host.Read<uint64_t>(bar::kFunctionCounters.At(uint32_t(function)) + counter),
                  (expected[{function, counter}]))
            << "function " << function << " counter " << counter;
      }
    }
    std::erase_if(reasons, [](const auto& r) { return r.second == 0; });
    EXPECT_EQ(host.reasons, reasons);
  }
}

TEST(ManagementTest, AStormOfDropsIsAddedUpWhileItCannotLeave) {
  Host host;
  NetEvent drop = {};
  drop.reason = spec::Reason::kDropNoBuffer;
  drop.has_queue = 1;
  constexpr int kDrops = 200;
  host.percent = 0;
  for (int i = 0; i < kDrops; ++i) host.net_in.write(drop);
  host.Run(kDrops + 20);
  EXPECT_TRUE(host.net_in.empty()) << "the engines wait";
  host.percent = 100;
  host.Settle();
  EXPECT_EQ((host.reasons[{kNetFunction, spec::Reason::kDropNoBuffer}]), unsigned{kDrops});
}

}  // namespace
}  // namespace vireo::test
