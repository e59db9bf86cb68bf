// SPDX-License-Identifier: Apache-2.0
// The shim's parts by themselves: settings, the check of a program's imports, what is replayed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/pci_regs.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include <array>

#include "host-driver/vfio-shim/config_mirror.h"
#include "host-driver/vfio-shim/container.h"
#include "host-driver/vfio-shim/imports.h"
#include "host-driver/vfio-shim/irq_mirror.h"
#include "host-driver/vfio-shim/memory.h"
#include "host-driver/vfio-shim/settings.h"

namespace vireo::vfio_shim {
namespace {

using testing::HasSubstr;

TEST(Settings, AreGroupsWithSocketsAndAPatience) {
  std::string error;
  const auto settings = ParseSettings("0=/run/a,12=/run/b=c", "250", error);
  ASSERT_TRUE(settings) << error;
  EXPECT_THAT(settings->sockets,
              testing::ElementsAre(testing::Pair(0, "/run/a"), testing::Pair(12, "/run/b=c")));
  EXPECT_EQ(settings->patience, std::chrono::milliseconds(250));
}

TEST(Settings, ThatAreWrongAreNamed) {
  for (const char* text : {"x=/run/a", "=/run/a", "0", "0=", "0=/a,", "0=/a,,1=/b", "-1=/a",
                           "99999999999=/a", "0=/a,0=/b"}) {
    std::string error;
    const bool fine = ParseSettings(text, nullptr, error).has_value();
    EXPECT_EQ(fine, std::string(text) == "0=/a,") << text;
    if (!fine) EXPECT_THAT(error, HasSubstr("VIREO_VFIO")) << text;
  }
  std::string error;
  EXPECT_FALSE(ParseSettings("0=/a", "soon", error));
  EXPECT_THAT(error, HasSubstr("VIREO_VFIO_PATIENCE_MS: 'soon'"));
}

using Names = std::vector<std::string_view>;

TEST(Imports, OfQemuAreAccepted) {
  const Names debian = {"open64",        "__open64_2", "openat64", "ioctl",   "pread64",
                        "__pread64_chk", "pwrite64",   "mmap64",   "close",   "preadv64",
                        "close_range",   "opendir",    "munmap",   "openpty", "closelog"};
  EXPECT_EQ(CheckImports(debian), "");
}

TEST(Imports, OfAVariantThatIsNotTakenOverAreRefusedByName) {
  for (const char* name : {"__ioctl_time64", "__pwrite64_chk", "__openat_chk", "__mmap64"}) {
    const Names names = {"open64", "ioctl", "pread64", "pwrite64", name};
    EXPECT_THAT(CheckImports(names), HasSubstr(name));
  }
}

TEST(Imports, OfAProgramWithoutVfioCallsAreRefused) {
  const Names names = {"open64", "ioctl", "pread64", "write"};
  EXPECT_THAT(CheckImports(names), HasSubstr("does not import pwrite"));
}

TEST(Imports, OfThisProgramAreFound) {
  EXPECT_THAT(ImportsOfProgram(), testing::Contains("memfd_create"));
  EXPECT_THAT(ImportsOfProgram(), testing::Not(testing::Contains("main")));
}

// A vfio_irq_set with its data.
class IrqRequest {
 public:
  IrqRequest(uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
             const std::vector<int>& fds = {})
      : words_{static_cast<uint32_t>(20 + 4 * fds.size()), flags, index, start, count} {
    for (const int fd : fds) words_.push_back(static_cast<uint32_t>(fd));
  }
  const vfio_irq_set& get() const { return *reinterpret_cast<const vfio_irq_set*>(words_.data()); }

 private:
  std::vector<uint32_t> words_;
};

uint32_t Field(const Order& order, size_t index) {
  uint32_t value;
  std::memcpy(&value, order.body.data() + index * sizeof value, sizeof value);
  return value;
}

TEST(IrqMirror, CutsEventsIntoRunsThatAMessageCanSay) {
  IrqMirror mirror;
  const UniqueFd event(eventfd(0, EFD_CLOEXEC));
  const int fd = event.get();
  const IrqRequest request(VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
                           VFIO_PCI_MSIX_IRQ_INDEX, 3, 7, {fd, fd, -1, -1, fd, fd, fd});
  std::vector<Order> orders;
  ASSERT_EQ(mirror.Take(request.get(), 2, orders), 0);
  std::vector<std::array<uint32_t, 3>> runs;  // start, count, descriptors
  for (const Order& order : orders) {
    runs.push_back({Field(order, 3), Field(order, 4), static_cast<uint32_t>(order.fds.size())});
  }
  using Run = std::array<uint32_t, 3>;
  EXPECT_THAT(runs, testing::ElementsAre(Run{3, 2, 2}, Run{5, 2, 0}, Run{7, 2, 2}, Run{9, 1, 1}));
  EXPECT_EQ(mirror.Everything(true).size(), 5u);
}

TEST(IrqMirror, RepeatsWhatStandsAndNotWhatWasTakenBack) {
  IrqMirror mirror;
  std::vector<Order> orders;
  const UniqueFd event(eventfd(0, EFD_CLOEXEC));
  const auto take = [&](uint32_t flags, uint32_t index, uint32_t count,
                        const std::vector<int>& fds = {}) {
    ASSERT_EQ(mirror.Take(IrqRequest(flags, index, 0, count, fds).get(), 8, orders), 0);
  };
  constexpr uint32_t kSet = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
  constexpr uint32_t kNone = VFIO_IRQ_SET_DATA_NONE;
  take(kSet, VFIO_PCI_MSIX_IRQ_INDEX, 2, {event.get(), event.get()});
  take(kSet, VFIO_PCI_INTX_IRQ_INDEX, 1, {event.get()});
  take(kSet, VFIO_PCI_REQ_IRQ_INDEX, 1, {event.get()});
  take(kNone | VFIO_IRQ_SET_ACTION_MASK, VFIO_PCI_INTX_IRQ_INDEX, 1);
  EXPECT_EQ(mirror.Everything(true).size(), 5u);
  EXPECT_EQ(mirror.Everything(false).size(), 4u);
  EXPECT_EQ(Field(mirror.Everything(true).front(), 1), kNone | VFIO_IRQ_SET_ACTION_MASK)
      << "masks first, so that nothing slips through";
  take(kNone | VFIO_IRQ_SET_ACTION_UNMASK, VFIO_PCI_INTX_IRQ_INDEX, 1);
  take(kSet, VFIO_PCI_MSIX_IRQ_INDEX, 1, {-1});
  EXPECT_EQ(mirror.Everything(false).size(), 2u);
  take(kNone | VFIO_IRQ_SET_ACTION_TRIGGER, VFIO_PCI_MSIX_IRQ_INDEX, 0);
  take(kNone | VFIO_IRQ_SET_ACTION_TRIGGER, VFIO_PCI_INTX_IRQ_INDEX, 0);
  EXPECT_TRUE(mirror.Everything(false).empty());
}

TEST(IrqMirror, RefusesWhatHasNoRoomForItsData) {
  IrqMirror mirror;
  std::vector<Order> orders;
  constexpr uint32_t kSet = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
  EXPECT_EQ(mirror.Take(IrqRequest(kSet, 2, 0, 2, {-1}).get(), 8, orders), EINVAL);
  EXPECT_EQ(mirror.Take(IrqRequest(kSet, 2, 0, 0x40000000, {-1}).get(), 8, orders), EINVAL);
  EXPECT_EQ(mirror.Take(IrqRequest(kSet, VFIO_PCI_NUM_IRQS, 0, 1, {-1}).get(), 8, orders), EINVAL);
  EXPECT_TRUE(orders.empty());
}

class ConfigMirrorTest : public testing::Test {
 protected:
  ConfigMirrorTest() {
    space_[PCI_STATUS] = PCI_STATUS_CAP_LIST;
    space_[PCI_CAPABILITY_LIST] = 0x40;
    space_[0x40] = PCI_CAP_ID_EXP;
    space_[0x41] = 0x80;
    space_[0x80] = PCI_CAP_ID_MSIX;
    mirror_.Learn(space_);
  }
  void Write(uint64_t offset, std::vector<uint8_t> bytes) { mirror_.Written(offset, bytes); }
  // Offset and bytes of each write that would be repeated.
  std::vector<std::pair<uint64_t, std::vector<uint8_t>>> Writes() {
    std::vector<std::pair<uint64_t, std::vector<uint8_t>>> writes;
    for (const Order& order : mirror_.Everything()) {
      vfio_user::RegionAccess access;
      std::memcpy(&access, order.body.data(), sizeof access);
      EXPECT_EQ(access.count, order.body.size() - sizeof access);
      writes.emplace_back(access.offset, std::vector<uint8_t>(order.body.begin() + sizeof access,
                                                              order.body.end()));
    }
    return writes;
  }

  std::array<uint8_t, 256> space_ = {};
  ConfigMirror mirror_;
};

using Bytes = std::vector<uint8_t>;

TEST_F(ConfigMirrorTest, RepeatsBaseAddressesAndMsixAndThenTheCommand) {
  Write(PCI_COMMAND, {0x06, 0x04});
  Write(PCI_BASE_ADDRESS_0, {0xff, 0xff, 0xff, 0xff});
  Write(PCI_BASE_ADDRESS_0, {0, 0, 0x10, 0xfe});
  Write(PCI_BASE_ADDRESS_1, {1, 0, 0, 0});
  Write(0x82, {0x03, 0x80});
  Write(PCI_LATENCY_TIMER, {0x20});
  Write(0x60, {1, 2, 3, 4});
  EXPECT_THAT(Writes(),
              testing::ElementsAre(testing::Pair(PCI_BASE_ADDRESS_0, Bytes{0, 0, 0x10, 0xfe}),
                                   testing::Pair(PCI_BASE_ADDRESS_1, Bytes{1, 0, 0, 0}),
                                   testing::Pair(0x82, Bytes{0x03, 0x80}),
                                   testing::Pair(PCI_COMMAND, Bytes{0x06, 0x04})));
}

TEST_F(ConfigMirrorTest, ForgetsAtAFunctionLevelReset) {
  Write(PCI_COMMAND, {0x06, 0x04});
  Write(0x48, {0x10, 0x28});
  EXPECT_EQ(Writes().size(), 1u) << "device control without the reset bit";
  Write(0x48, {0x10, 0xa8});
  EXPECT_TRUE(Writes().empty());
}

TEST_F(ConfigMirrorTest, SurvivesAListOfCapabilitiesThatIsALoop) {
  space_[0x81] = 0x40;
  mirror_.Learn(space_);
  Write(0x82, {0, 0x80});
  EXPECT_EQ(Writes().size(), 1u);
}

class MemoryTest : public testing::Test {
 protected:
  static constexpr uint64_t kSize = 1 << 20;
  MemoryTest() : file_(memfd_create("ram", MFD_CLOEXEC)) {
    EXPECT_EQ(ftruncate(file_.get(), kSize), 0);
  }
  // Leaks on purpose: what a test maps, another does not meet again.
  uint64_t MapMemory(int flags, int fd, off_t offset = 0) {
    void* at = mmap(nullptr, kSize / 2, PROT_READ | PROT_WRITE, flags, fd, offset);
    EXPECT_NE(at, MAP_FAILED);
    return reinterpret_cast<uint64_t>(at);
  }

  UniqueFd file_;
  Memory memory_;
  Unshared why_ = Unshared::kNothing;
};

TEST_F(MemoryTest, FindsTheFileAndTheOffsetOfSharedMemory) {
  const uint64_t address = MapMemory(MAP_SHARED, file_.get(), kSize / 2);
  for (int i = 0; i < 2; ++i) {  // found, and then known
    const auto backing = memory_.Find(address + 0x3000, 0x1000, why_);
    ASSERT_TRUE(backing);
    EXPECT_EQ(backing->offset, kSize / 2 + 0x3000);
    EXPECT_NE(backing->fd->get(), file_.get());
    uint64_t there = 0;
    *reinterpret_cast<volatile uint64_t*>(address + 0x3000) = 0x1234;
    EXPECT_EQ(pread(backing->fd->get(), &there, 8, static_cast<off_t>(backing->offset)), 8);
    EXPECT_EQ(there, 0x1234u);
  }
  EXPECT_FALSE(memory_.Find(address + kSize / 2 - 0x1000, 0x2000000, why_));
}

TEST_F(MemoryTest, SaysWhyMemoryIsNotShared) {
  EXPECT_FALSE(memory_.Find(MapMemory(MAP_PRIVATE | MAP_ANONYMOUS, -1), 0x1000, why_));
  EXPECT_EQ(why_, Unshared::kAnonymous);
  EXPECT_FALSE(memory_.Find(MapMemory(MAP_PRIVATE, file_.get()), 0x1000, why_));
  EXPECT_EQ(why_, Unshared::kPrivateFile);
  EXPECT_FALSE(memory_.Find(0x1000, 0x1000, why_));
  EXPECT_EQ(why_, Unshared::kNothing);
}

TEST_F(MemoryTest, ForgetsWhatIsMappedAnew) {
  const uint64_t address = MapMemory(MAP_SHARED, file_.get());
  ASSERT_TRUE(memory_.Find(address, 0x1000, why_));
  mmap(reinterpret_cast<void*>(address), kSize / 2, PROT_READ,
       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  memory_.Forget(address, kSize / 2);
  EXPECT_FALSE(memory_.Find(address, 0x1000, why_));
}

class ContainerTest : public MemoryTest {
 protected:
  static constexpr uint64_t kPage = 4096;
  long Map(uint64_t address, uint64_t iova, uint64_t size, uint32_t flags) {
    vfio_iommu_type1_dma_map map = {sizeof map, flags, address, iova, size};
    return container_.Ioctl(VFIO_IOMMU_MAP_DMA, &map);
  }
  bool Read(uint64_t iova, std::string& text) {
    return container_.ReadMemory(iova, {reinterpret_cast<uint8_t*>(text.data()), text.size()});
  }
  bool Write(uint64_t iova, const std::string& text) {
    return container_.WriteMemory(iova,
                                  {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }

  static constexpr uint32_t kRead = VFIO_DMA_MAP_FLAG_READ;
  static constexpr uint32_t kBoth = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
  Container container_{memory_};
};

TEST_F(ContainerTest, ServesAServerWhatIsMappedAndNothingElse) {
  const uint64_t address = MapMemory(MAP_SHARED, file_.get());
  ASSERT_EQ(Map(address + 4 * kPage, 0, kPage, kBoth), 0);
  ASSERT_EQ(Map(address, kPage, kPage, kBoth), 0);
  ASSERT_EQ(Map(address + kPage, 3 * kPage, kPage, kRead), 0);
  EXPECT_TRUE(Write(kPage - 2, "abcd")) << "over two maps";
  std::string text(4, ' ');
  EXPECT_TRUE(Read(kPage - 2, text));
  EXPECT_EQ(text, "abcd");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(address), 2), "cd");
  EXPECT_FALSE(Write(2 * kPage - 2, "abcd")) << "into a hole";
  EXPECT_FALSE(Read(4 * kPage, text));
  EXPECT_FALSE(Read(~uint64_t{0} - 1, text));
  EXPECT_TRUE(Read(3 * kPage, text));
  EXPECT_FALSE(Write(3 * kPage, "abcd")) << "read-only";
}

TEST_F(ContainerTest, RefusesMapsThatCannotBe) {
  const uint64_t address = MapMemory(MAP_SHARED, file_.get());
  EXPECT_EQ(Map(address, 0, 0, kBoth), -EINVAL);
  EXPECT_EQ(Map(address, 1, kPage, kBoth), -EINVAL);
  EXPECT_EQ(Map(address + 1, 0, kPage, kBoth), -EINVAL);
  EXPECT_EQ(Map(address, 0, kPage, 0), -EINVAL);
  EXPECT_EQ(Map(address, 0, kPage, kBoth | VFIO_DMA_MAP_FLAG_VADDR), -EINVAL);
  EXPECT_EQ(Map(address, ~uint64_t{0} - kPage + 1, 2 * kPage, kBoth), -EINVAL);
  vfio_iommu_type1_dma_map small = {sizeof small - 1, kBoth, address, 0, kPage};
  EXPECT_EQ(container_.Ioctl(VFIO_IOMMU_MAP_DMA, &small), -EINVAL);
  EXPECT_EQ(container_.Ioctl(VFIO_IOMMU_DIRTY_PAGES, &small), -ENOTTY);
}

}  // namespace
}  // namespace vireo::vfio_shim
