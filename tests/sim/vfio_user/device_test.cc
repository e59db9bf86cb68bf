// SPDX-License-Identifier: Apache-2.0
// What the server says of a device, and accesses to its regions.
#include <vector>

#include "tests/sim/vfio_user/test_client.h"

namespace vireo::vfio_user {
namespace {

using DeviceTest = ServerTest;

constexpr uint32_t kBar0 = VFIO_PCI_BAR0_REGION_INDEX;
constexpr uint32_t kConfig = VFIO_PCI_CONFIG_REGION_INDEX;

TEST_F(DeviceTest, InfoIsThatOfAPciDeviceWithReset) {
  const auto client = Connect();
  const Message reply =
      client->CallWith(Command::kDeviceGetInfo, std::array<uint32_t, 4>{16, 0, 0, 0});
  const auto info = reply.As<std::array<uint32_t, 4>>();
  ASSERT_TRUE(info);
  EXPECT_EQ(*info, (std::array<uint32_t, 4>{16, 3, VFIO_PCI_NUM_REGIONS, VFIO_PCI_NUM_IRQS}));
}

TEST_F(DeviceTest, RegionAndInterruptInformationIsTheFunctions) {
  const auto client = Connect();
  vfio_region_info region = {};
  region.argsz = sizeof region;
  region.index = kBar0;
  auto bar = client->CallWith(Command::kDeviceGetRegionInfo, region).As<vfio_region_info>();
  ASSERT_TRUE(bar);
  EXPECT_EQ(bar->size, toy::kBarSize);
  EXPECT_EQ(bar->argsz, sizeof region);
  EXPECT_EQ(bar->flags, 3u);
  region.index = VFIO_PCI_ROM_REGION_INDEX;
  auto rom = client->CallWith(Command::kDeviceGetRegionInfo, region).As<vfio_region_info>();
  ASSERT_TRUE(rom);
  EXPECT_EQ(rom->size, 0u);
  EXPECT_EQ(rom->flags, 0u);

  vfio_irq_info irq = {};
  irq.argsz = sizeof irq;
  irq.index = VFIO_PCI_MSIX_IRQ_INDEX;
  const auto msix = client->CallWith(Command::kDeviceGetIrqInfo, irq).As<vfio_irq_info>();
  ASSERT_TRUE(msix);
  EXPECT_EQ(msix->count, toy::kVectors);
  EXPECT_EQ(msix->flags & (VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE),
            static_cast<uint32_t>(VFIO_IRQ_INFO_EVENTFD));

  const auto fds = client->CallWith(Command::kDeviceGetRegionIoFds, RegionIoFds{16, 0, kBar0, 0})
                       .As<RegionIoFds>();
  ASSERT_TRUE(fds);
  EXPECT_EQ(fds->count, 0u);
}

TEST_F(DeviceTest, QueriesThatAreShortOrOutOfRangeAreRefused) {
  const auto client = Connect();
  const std::array<uint32_t, 4> no_room = {15, 0, 0, 0};
  EXPECT_EQ(ErrorOf(client->CallWith(Command::kDeviceGetInfo, no_room)), EINVAL);
  for (const Command command :
       {Command::kDeviceGetInfo, Command::kDeviceGetRegionInfo, Command::kDeviceGetRegionIoFds,
        Command::kDeviceGetIrqInfo, Command::kDeviceSetIrqs, Command::kRegionRead,
        Command::kRegionWrite, Command::kRegionWriteMulti, Command::kDmaMap, Command::kDmaUnmap}) {
    EXPECT_EQ(ErrorOf(client->Call(command, {})), EINVAL) << static_cast<int>(command);
    EXPECT_EQ(ErrorOf(client->CallWith(command, uint32_t{~0u})), EINVAL)
        << static_cast<int>(command);
  }
  vfio_region_info region = {};
  region.argsz = sizeof region;
  region.index = VFIO_PCI_NUM_REGIONS;
  EXPECT_EQ(ErrorOf(client->CallWith(Command::kDeviceGetRegionInfo, region)), EINVAL);
  vfio_irq_info irq = {};
  irq.argsz = sizeof irq;
  irq.index = VFIO_PCI_NUM_IRQS;
  EXPECT_EQ(ErrorOf(client->CallWith(Command::kDeviceGetIrqInfo, irq)), EINVAL);
}

TEST_F(DeviceTest, AccessesOutsideARegionAreRefused) {
  const auto client = Connect();
  struct Case {
    uint32_t region;
    uint64_t offset;
    uint32_t count;
  };
  for (const Case& c :
       {Case{kBar0, toy::kBarSize, 1}, Case{kBar0, toy::kBarSize - 2, 4},
        Case{kBar0, ~uint64_t{0}, 4}, Case{kBar0, ~uint64_t{0} - 3, 8}, Case{kBar0, 0, 0},
        Case{kBar0, 0, kMaxTransfer + 1}, Case{kBar0, 0, 0xffffffff}, Case{kConfig, 4096, 4},
        Case{VFIO_PCI_ROM_REGION_INDEX, 0, 4}, Case{VFIO_PCI_NUM_REGIONS, 0, 4},
        Case{0xffffffff, 0, 4}}) {
    EXPECT_FALSE(client->Read(c.region, c.offset, c.count).has_value()) << c.region;
  }
  EXPECT_EQ(client->Write(kBar0, toy::kBarSize - 2, 4, 0), EINVAL);
}

TEST_F(DeviceTest, AWriteWhoseDataAreNotAsLongAsItSaysIsRefused) {
  const auto client = Connect();
  std::vector<uint8_t> body;
  Append(body, RegionAccess{toy::kScratch, kBar0, 4});
  Append(body, uint16_t{0xffff});
  EXPECT_EQ(ErrorOf(client->Call(Command::kRegionWrite, body)), EINVAL);
  Append(body, uint32_t{0xffff});
  EXPECT_EQ(ErrorOf(client->Call(Command::kRegionWrite, body)), EINVAL);
  EXPECT_EQ(toy_.scratch(), 0u);
}

TEST_F(DeviceTest, RegistersAreWrittenAndRead) {
  const auto client = Connect();
  EXPECT_EQ(client->Read(kBar0, toy::kId, 4), toy::kIdValue);
  EXPECT_EQ(client->Write(kBar0, toy::kScratch, 4, 0x12345678), 0);
  EXPECT_EQ(client->Read(kBar0, toy::kScratch, 4), 0x12345678u);
  EXPECT_EQ(client->Write(kBar0, toy::kSource, 8, 0x1122334455667788), 0);
  EXPECT_EQ(client->Read(kBar0, toy::kSource, 8), 0x1122334455667788u);
  EXPECT_EQ(client->Read(kConfig, 0, 2), toy::kVendor);
  EXPECT_EQ(client->Read(kConfig, 2, 2), toy::kDevice);
}

TEST_F(DeviceTest, ResetIsDoneBeforeItIsAnswered) {
  const auto client = Connect();
  client->Write(kBar0, toy::kScratch, 4, 7);
  EXPECT_EQ(ErrorOf(client->Call(Command::kDeviceReset, {})), 0);
  EXPECT_EQ(toy_.scratch(), 0u);
  EXPECT_EQ(ErrorOf(client->CallWith(Command::kDeviceReset, uint32_t{0})), EINVAL);
}

TEST_F(DeviceTest, ManyWritesInOneMessageStopAtTheFirstThatIsWrong) {
  const auto client = Connect();
  const auto write = [](uint64_t offset, uint32_t value, uint32_t count = 4) {
    MultiWrite w = {offset, kBar0, count, {}};
    std::memcpy(w.data, &value, sizeof value);
    return w;
  };
  const auto call = [&](uint64_t count, const std::vector<MultiWrite>& writes) {
    std::vector<uint8_t> body;
    Append(body, count);
    for (const MultiWrite& w : writes) Append(body, w);
    return client->Call(Command::kRegionWriteMulti, body);
  };
  EXPECT_EQ(call(2, {write(toy::kScratch, 5), write(toy::kLength, 6)}).As<uint64_t>(), 2u);
  EXPECT_EQ(toy_.scratch(), 5u);
  EXPECT_EQ(client->Read(kBar0, toy::kLength, 4), 6u);
  const std::vector<MultiWrite> bad_second = {write(toy::kScratch, 8), write(toy::kBarSize, 6),
                                              write(toy::kScratch, 9)};
  EXPECT_EQ(call(3, bad_second).As<uint64_t>(), 1u);
  EXPECT_EQ(toy_.scratch(), 8u);
  EXPECT_EQ(ErrorOf(call(1, {write(toy::kScratch, 0, 9)})), EINVAL);
  EXPECT_EQ(ErrorOf(call(2, {write(toy::kScratch, 0)})), EINVAL);
  EXPECT_EQ(ErrorOf(call(0, {})), EINVAL);
  EXPECT_EQ(ErrorOf(call(~uint64_t{0}, {write(toy::kScratch, 0)})), EINVAL);
}

// Remembers what it is asked.
class Recorder final : public PciFunction {
 public:
  void StartRead(const Access& access, Completion completion) override {
    accesses.push_back(access);
    completion.Done(0x0807060504030201);
  }
  void StartWrite(const Access& access, uint64_t value, Completion completion) override {
    accesses.push_back(access);
    values.push_back(value);
    completion.Done();
  }
  void StartReset(Completion completion) override { completion.Done(); }

  std::vector<Access> accesses;
  std::vector<uint64_t> values;
};

TEST(Transfers, AreCutIntoNaturallyAlignedAccesses) {
  Recorder recorder;
  const std::string path = testing::TempDir() + "cut_" + std::to_string(getpid());
  auto server = Server::Listen(path, ToyFunction::Info(), recorder, [](const std::string&) {});
  ASSERT_TRUE(server.has_value()) << server.error();
  TestClient client(path, **server);
  client.Negotiate();
  const Message reply = client.CallWith(Command::kRegionRead, RegionAccess{1, kBar0, 14});
  std::vector<std::pair<uint64_t, uint32_t>> cut;
  cut.reserve(recorder.accesses.size());
  for (const Access& access : recorder.accesses) cut.emplace_back(access.offset, access.size);
  EXPECT_THAT(
      cut, testing::ElementsAre(testing::Pair(1, 1), testing::Pair(2, 2), testing::Pair(4, 4),
                                testing::Pair(8, 4), testing::Pair(12, 2), testing::Pair(14, 1)));
  EXPECT_THAT(std::span(reply.body).subspan(sizeof(RegionAccess)),
              testing::ElementsAre(1, 1, 2, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 1));

  recorder.accesses.clear();
  EXPECT_TRUE(client.Read(kBar0, 16, 8).has_value());
  EXPECT_TRUE(client.Read(kConfig, 16, 8).has_value());
  ASSERT_EQ(recorder.accesses.size(), 3u);
  EXPECT_EQ(recorder.accesses[0].size, 8u);
  EXPECT_EQ(recorder.accesses[1].size, 4u);
  EXPECT_EQ(recorder.accesses[2].size, 4u);

  EXPECT_EQ(client.Write(kBar0, 6, 6, 0x665544332211), 0);
  EXPECT_THAT(recorder.values, testing::ElementsAre(0x2211, 0x66554433));
}

}  // namespace
}  // namespace vireo::vfio_user
