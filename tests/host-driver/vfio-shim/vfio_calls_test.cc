// SPDX-License-Identifier: Apache-2.0
// The VFIO calls that QEMU makes, in its order, and what can go wrong behind them. main() starts
// the program again with the library preloaded.
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "tests/host-driver/vfio-shim/vfio_calls.h"

namespace vireo::vfio_shim {
namespace {

using testing::HasSubstr;

constexpr uint64_t kPage = 4096;
constexpr uint32_t kConfig = VFIO_PCI_CONFIG_REGION_INDEX;

class VfioCalls : public testing::Test {
 protected:
  VfioCalls() : file_(memfd_create("ram", MFD_CLOEXEC)) {
    EXPECT_EQ(ftruncate(file_.get(), kSize), 0);
    ram_ = MapMemory(MAP_SHARED, file_.get());
  }
  ~VfioCalls() override { munmap(ram_, kSize); }
  uint8_t* MapMemory(int flags, int fd, uint64_t size = kSize) {
    void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, 0);
    EXPECT_NE(at, MAP_FAILED);
    return static_cast<uint8_t*>(at);
  }
  // Lets the toy copy a page within what is mapped at 0, and looks at the bytes.
  void ExpectCopies(VfioDevice& device, const UniqueFd& event) {
    ram_[0] = 0x11;
    ram_[kPage] = 0;
    EXPECT_EQ(device.Copy(0, kPage, 1, event), toy::kDone);
    EXPECT_EQ(ram_[kPage], 0x11 ^ toy::kFlip);
  }

  static constexpr uint64_t kSize = 64 * kPage;
  UniqueFd file_;
  uint8_t* ram_;
  const UniqueFd event_ = MakeEventfd();
};

TEST_F(VfioCalls, ComeInQemusOrder) {
  Card card(SocketOf(0));
  const UniqueFd group(open("/dev/vfio/0", O_RDWR));
  ASSERT_TRUE(group);
  vfio_group_status status = {sizeof status, 0};
  EXPECT_EQ(ioctl(group.get(), VFIO_GROUP_GET_STATUS, &status), 0);
  EXPECT_EQ(status.flags, static_cast<uint32_t>(VFIO_GROUP_FLAGS_VIABLE));
  const UniqueFd container = OpenContainer();
  EXPECT_EQ(ioctl(container.get(), VFIO_GET_API_VERSION), VFIO_API_VERSION);
  EXPECT_EQ(ioctl(container.get(), VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU), 1);
  EXPECT_EQ(ioctl(container.get(), VFIO_CHECK_EXTENSION, VFIO_TYPE1_NESTING_IOMMU), 0);
  const int fd = container.get();
  EXPECT_EQ(ioctl(group.get(), VFIO_GROUP_SET_CONTAINER, &fd), 0);
  EXPECT_EQ(ioctl(group.get(), VFIO_GROUP_SET_CONTAINER, &fd), -1) << "it has one";
  EXPECT_EQ(ioctl(fd, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU), 0);

  vfio_iommu_type1_info info = {};
  info.argsz = sizeof info;
  EXPECT_EQ(ioctl(fd, VFIO_IOMMU_GET_INFO, &info), 0);
  EXPECT_EQ(info.iova_pgsizes & kPage, kPage);
  ASSERT_GT(info.argsz, sizeof info);
  EXPECT_EQ(info.cap_offset, 0u);
  std::vector<uint8_t> whole(info.argsz);
  std::memcpy(whole.data(), &info, sizeof info);
  EXPECT_EQ(ioctl(fd, VFIO_IOMMU_GET_INFO, whole.data()), 0);
  std::memcpy(&info, whole.data(), sizeof info);
  vfio_iommu_type1_info_dma_avail available;
  ASSERT_LE(info.cap_offset + sizeof available, whole.size());
  std::memcpy(&available, whole.data() + info.cap_offset, sizeof available);
  EXPECT_EQ(available.header.id, VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL);
  EXPECT_GT(available.avail, 165000u);

  EXPECT_EQ(Map(fd, ram_, 0, kSize), 0);
  EXPECT_EQ(Unmap(fd, 0, kSize), static_cast<int64_t>(kSize));
  EXPECT_EQ(Map(fd, ram_, 0, kSize), 0);

  const UniqueFd device(ioctl(group.get(), VFIO_GROUP_GET_DEVICE_FD, "0000:01:00.0"));
  ASSERT_TRUE(device);
  vfio_device_info device_info = {};
  device_info.argsz = sizeof device_info;
  EXPECT_EQ(ioctl(device.get(), VFIO_DEVICE_GET_INFO, &device_info), 0);
  EXPECT_EQ(device_info.flags,
            static_cast<uint32_t>(VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET));
  EXPECT_EQ(device_info.num_regions, static_cast<uint32_t>(VFIO_PCI_NUM_REGIONS));
  EXPECT_EQ(device_info.num_irqs, static_cast<uint32_t>(VFIO_PCI_NUM_IRQS));
  for (const uint32_t index : {0u, 1u, 2u, 3u, 4u, 5u, kConfig}) {
    vfio_region_info region = {};
    region.argsz = sizeof region;
    region.index = index;
    EXPECT_EQ(ioctl(device.get(), VFIO_DEVICE_GET_REGION_INFO, &region), 0);
    EXPECT_EQ(region.size, index == 0 ? toy::kBarSize : index == kConfig ? kPage : 0);
    EXPECT_EQ(region.flags & VFIO_REGION_INFO_FLAG_MMAP, 0u);
  }
  for (const uint32_t index : {VFIO_PCI_ERR_IRQ_INDEX, VFIO_PCI_REQ_IRQ_INDEX}) {
    vfio_irq_info irq = {};
    irq.argsz = sizeof irq;
    irq.index = index;
    EXPECT_EQ(ioctl(device.get(), VFIO_DEVICE_GET_IRQ_INFO, &irq), 0);
    EXPECT_EQ(irq.count, 1u);
  }
  EXPECT_EQ(ioctl(device.get(), VFIO_DEVICE_RESET), 0);
}

TEST_F(VfioCalls, ReadAndWriteRegisters) {
  Card card(SocketOf(0));
  VfioDevice device(0);
  EXPECT_EQ(device.Read(kConfig, 0, 4), toy::kVendor | uint32_t{toy::kDevice} << 16);
  EXPECT_EQ(device.Read(0, toy::kId, 4), toy::kIdValue);
  EXPECT_EQ(device.Read(0, toy::kSlow, 4), toy::kSlowValue);
  device.Write(0, toy::kScratch, 4, 99);
  EXPECT_EQ(device.Read(0, toy::kScratch, 4), 99u);
  EXPECT_EQ(ioctl(device.fd(), VFIO_DEVICE_RESET), 0);
  EXPECT_EQ(device.Read(0, toy::kScratch, 4), 0u);
  std::array<uint8_t, 256> space;
  EXPECT_EQ(pread(device.fd(), space.data(), space.size(), off_t{kConfig} << 40), 256);
  uint8_t byte;
  EXPECT_EQ(pread(device.fd(), &byte, 1, off_t{toy::kBarSize}), -1);
  EXPECT_EQ(errno, EINVAL);
}

TEST_F(VfioCalls, ThatGoAroundTheLibraryFailInsteadOfReadingZeros) {
  Card card(SocketOf(0));
  VfioDevice device(0);
  uint32_t value;
  EXPECT_EQ(read(device.fd(), &value, sizeof value), -1);
  EXPECT_EQ(write(device.fd(), &value, sizeof value), -1);
}

TEST_F(VfioCalls, LeaveOtherFilesAlone) {
  EXPECT_EQ(open("/dev/vfio/77", O_RDWR), -1) << "a group that is not the library's";
  const UniqueFd null(open("/dev/null", O_RDWR));
  EXPECT_TRUE(null);
  const std::string path = SocketOf(99);
  {
    const UniqueFd made(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL, 0640));
    struct stat status;
    ASSERT_EQ(fstat(made.get(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0640u);
    EXPECT_EQ(pwrite(made.get(), "text", 4, 8), 4);
    std::array<char, 4> text;
    EXPECT_EQ(pread(made.get(), text.data(), 4, 8), 4);
  }
  unlink(path.c_str());
}

TEST_F(VfioCalls, FailWithTheReasonIfThereIsNoServer) {
  unlink(SocketOf(0).c_str());  // what a card that was killed has left
  testing::internal::CaptureStderr();
  EXPECT_EQ(open("/dev/vfio/0", O_RDWR), -1);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr(SocketOf(0) + ": No such file or directory (is the server running?)"));
}

TEST_F(VfioCalls, GiveADeviceDmaAndMsix) {
  Card card(SocketOf(0));
  VfioDevice device(0);
  ASSERT_EQ(Map(device.container(), ram_, 0, kSize), 0);
  device.EnableMsix(event_);
  ExpectCopies(device, event_);
  EXPECT_EQ(device.Copy(0, kSize, 16, event_), toy::kFault);
  EXPECT_EQ(Unmap(device.container(), 0, kSize), static_cast<int64_t>(kSize));
  EXPECT_EQ(device.Copy(0, kPage, 16, event_), toy::kFault);
}

TEST_F(VfioCalls, GiveADeviceMemoryThatHasNoFile) {
  Card card(SocketOf(0));
  VfioDevice device(0);
  uint8_t* shadow = MapMemory(MAP_PRIVATE | MAP_ANONYMOUS, -1);
  ASSERT_EQ(Map(device.container(), ram_, 0, kSize), 0);
  ASSERT_EQ(Map(device.container(), shadow, kSize, kSize), 0);
  device.EnableMsix(event_);
  shadow[5] = 0x77;
  EXPECT_EQ(device.Copy(kSize, 0, 8, event_), toy::kDone);
  EXPECT_EQ(ram_[5], 0x77 ^ toy::kFlip);
  ram_[6] = 0x66;
  EXPECT_EQ(device.Copy(0, kSize + kPage, 8, event_), toy::kDone);
  EXPECT_EQ(shadow[kPage + 6], 0x66 ^ toy::kFlip);
  munmap(shadow, kSize);
}

TEST_F(VfioCalls, KeepADeviceFromWritingWhatIsReadOnly) {
  Card card(SocketOf(0));
  VfioDevice device(0);
  ASSERT_EQ(Map(device.container(), ram_, 0, kPage), 0);
  ASSERT_EQ(Map(device.container(), ram_ + kPage, kPage, kPage, VFIO_DMA_MAP_FLAG_READ), 0);
  device.EnableMsix(event_);
  EXPECT_EQ(device.Copy(kPage, 0, 8, event_), toy::kDone);
  EXPECT_EQ(device.Copy(0, kPage, 8, event_), toy::kFault);
}

TEST_F(VfioCalls, RefuseRamThatCannotBeShared) {
  Card card(SocketOf(0));
  VfioDevice device(0);
  uint8_t* private_file = MapMemory(MAP_PRIVATE, file_.get());
  testing::internal::CaptureStderr();
  EXPECT_EQ(Map(device.container(), private_file, 0, kSize), -1);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("share=on is missing"));
  munmap(private_file, kSize);
  constexpr uint64_t kBig = 64 << 20;
  uint8_t* anonymous = MapMemory(MAP_PRIVATE | MAP_ANONYMOUS, -1, kBig);
  testing::internal::CaptureStderr();
  EXPECT_EQ(Map(device.container(), anonymous, 0, kBig), -1);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("-object memory-backend-memfd,id=ram,size=SIZE,share=on"));
  munmap(anonymous, kBig);
}

TEST_F(VfioCalls, UnmapOverHolesAndNeverCutAMap) {
  Card card(SocketOf(0));
  VfioDevice device(0);
  const int container = device.container();
  ASSERT_EQ(Map(container, ram_, 0, kPage), 0);
  ASSERT_EQ(Map(container, ram_, 4 * kPage, 2 * kPage), 0);
  ASSERT_EQ(Map(container, ram_, 1ull << 40, kPage), 0);
  EXPECT_EQ(Map(container, ram_, 5 * kPage, kPage), -1);
  EXPECT_EQ(errno, EEXIST);
  EXPECT_EQ(Unmap(container, 5 * kPage, kPage), -1);
  EXPECT_EQ(Unmap(container, 0, 5 * kPage), -1);
  EXPECT_EQ(Unmap(container, 1, kPage), -1);
  EXPECT_EQ(Unmap(container, 16 * kPage, kPage), 0) << "nothing there is no error";
  EXPECT_EQ(Unmap(container, 0, 1ull << 39), static_cast<int64_t>(3 * kPage));
  EXPECT_EQ(Unmap(container, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL), static_cast<int64_t>(kPage));
  EXPECT_EQ(Map(container, ram_, 0, kSize), 0);
}

TEST_F(VfioCalls, RaiseIntxOnceForEachUnmask) {
  Card card(SocketOf(0));
  VfioDevice device(0);
  device.Write(kConfig, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
  ASSERT_EQ(device.SetIrqs(VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
                           VFIO_PCI_INTX_IRQ_INDEX, 0, {event_.get()}, 1),
            0);
  device.Write(0, toy::kGo, 4, 1);  // a fault, as the bus master is off: it is told all the same
  EXPECT_TRUE(Await(event_));
  constexpr uint32_t kUnmask = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK;
  ASSERT_EQ(device.SetIrqs(kUnmask, VFIO_PCI_INTX_IRQ_INDEX, 0, {}, 1), 0);
  EXPECT_TRUE(Await(event_)) << "the device still asserts it";
  EXPECT_EQ(device.Read(0, toy::kIsr, 4), 1u);
  ASSERT_EQ(device.SetIrqs(kUnmask, VFIO_PCI_INTX_IRQ_INDEX, 0, {}, 1), 0);
  EXPECT_EQ(device.Read(0, toy::kStatus, 4), toy::kFault);
  uint64_t count;
  EXPECT_EQ(read(event_.get(), &count, sizeof count), -1) << "no more";
}

TEST_F(VfioCalls, ShareAContainerAlsoWithADeviceThatComesLate) {
  Card card(SocketOf(0));
  VfioDevice first(0);
  ASSERT_EQ(Map(first.container(), ram_, 0, kSize), 0);
  Card other_card(SocketOf(1));
  VfioDevice second(1, first.container());
  const UniqueFd other_event = MakeEventfd();
  first.EnableMsix(event_);
  second.EnableMsix(other_event);
  ExpectCopies(first, event_);
  ExpectCopies(second, other_event);
  EXPECT_EQ(Unmap(first.container(), 0, kSize), static_cast<int64_t>(kSize));
  EXPECT_EQ(first.Copy(0, kPage, 1, event_), toy::kFault);
  EXPECT_EQ(second.Copy(0, kPage, 1, other_event), toy::kFault);
}

TEST_F(VfioCalls, UnplugADeviceAndPlugItAgain) {
  Card card(SocketOf(0));
  Card other_card(SocketOf(1));
  VfioDevice first(0);
  ASSERT_EQ(Map(first.container(), ram_, 0, kSize), 0);
  for (int i = 0; i < 3; ++i) {
    VfioDevice second(1, first.container());
    second.EnableMsix(event_);
    ExpectCopies(second, event_);
    second.Close();
  }
  first.EnableMsix(event_);
  ExpectCopies(first, event_);
}

TEST_F(VfioCalls, AreAnsweredByAServerThatDiedAndCameBack) {
  auto card = std::make_optional<Card>(SocketOf(0));
  VfioDevice device(0);
  ASSERT_EQ(Map(device.container(), ram_, 0, kSize), 0);
  device.EnableMsix(event_);
  ExpectCopies(device, event_);
  for (int i = 0; i < 3; ++i) {
    card.reset();
    card.emplace(SocketOf(0));
    // Memory, eventfd, bus master and MSI-X are told to it without a word from QEMU.
    ExpectCopies(device, event_);
  }
}

TEST_F(VfioCalls, WhileTheServerIsAwayAreRememberedForIt) {
  auto card = std::make_optional<Card>(SocketOf(0));
  VfioDevice device(0);
  ASSERT_EQ(Map(device.container(), ram_, 0, kPage), 0);
  device.EnableMsix(event_);
  card.reset();
  EXPECT_EQ(Map(device.container(), ram_ + kPage, kPage, kPage), 0);
  EXPECT_EQ(Map(device.container(), ram_ + kPage, kPage, kPage), -1) << "still checked";
  const UniqueFd later = MakeEventfd();
  EXPECT_EQ(device.SetIrqs(VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
                           VFIO_PCI_MSIX_IRQ_INDEX, 1, {later.get()}, 1),
            0);
  card.emplace(SocketOf(0));
  ExpectCopies(device, later);
}

TEST_F(VfioCalls, AskForTheDeviceBackWhenItsServerStaysAway) {
  auto card = std::make_optional<Card>(SocketOf(0));
  VfioDevice device(0);
  vfio_irq_info irq = {};
  irq.argsz = sizeof irq;
  irq.index = VFIO_PCI_REQ_IRQ_INDEX;
  ASSERT_EQ(ioctl(device.fd(), VFIO_DEVICE_GET_IRQ_INFO, &irq), 0);
  ASSERT_EQ(device.SetIrqs(VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
                           VFIO_PCI_REQ_IRQ_INDEX, 0, {event_.get()}, 1),
            0);
  testing::internal::CaptureStderr();
  card.reset();
  EXPECT_TRUE(Await(event_));
  uint32_t value = 0;
  EXPECT_EQ(pread(device.fd(), &value, sizeof value, 0), 4);
  EXPECT_EQ(value, 0xffffffff) << "as from a slot without a device";
  EXPECT_EQ(pwrite(device.fd(), &value, sizeof value, toy::kScratch), 4);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("to give the device back"));
  card.emplace(SocketOf(0));
  // It is found by the file system's event, of which only the library's thread knows.
  while (pread(device.fd(), &value, sizeof value, 0) == 4 && value == 0xffffffff) sched_yield();
  EXPECT_EQ(value, toy::kIdValue);
}

TEST_F(VfioCalls, OfProgramsThatQemuStartsAreTheirOwn) {
  EXPECT_EQ(std::getenv("LD_PRELOAD"), nullptr);
}

// Runs a program under the library: its exit status and what it said.
std::pair<int, std::string> RunPreloaded(const std::string& settings, const std::string& program) {
  const std::string command = "VIREO_VFIO='" + settings +
                              "' LD_PRELOAD=" + std::getenv("VIREO_VFIO_LIBRARY") + " " + program +
                              " 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  std::string said;
  for (int c; (c = std::fgetc(pipe)) != EOF;) said.push_back(static_cast<char>(c));
  return {WEXITSTATUS(pclose(pipe)), said};
}

TEST(Start, IsRefusedInAProgramWithoutVfio) {
  const auto [status, said] = RunPreloaded("0=/nowhere", "/bin/true");
  EXPECT_EQ(status, 1);
  EXPECT_THAT(said, HasSubstr("libvireo-vfio: this program does not import"));
}

TEST(Start, IsRefusedWithSettingsThatAreWrong) {
  const auto [status, said] = RunPreloaded("zero=/nowhere", "/bin/true");
  EXPECT_EQ(status, 1);
  EXPECT_THAT(said, HasSubstr("VIREO_VFIO: 'zero=/nowhere' is not GROUP=SOCKET"));
}

}  // namespace
}  // namespace vireo::vfio_shim

// vfio_calls_test LIBRARY TOY_CARD [GTEST OPTION]...
int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (std::getenv("VIREO_VFIO") == nullptr) {
    if (argc < 3) return 2;
    std::string dir = fs::temp_directory_path() / "vireo-shim-XXXXXX";
    if (mkdtemp(dir.data()) == nullptr) return 1;
    const pid_t child = fork();
    if (child == 0) {
      setenv("VIREO_TEST_DIR", dir.c_str(), 1);
      setenv("VIREO_VFIO", ("0=" + dir + "/0,1=" + dir + "/1").c_str(), 1);
      setenv("VIREO_VFIO_PATIENCE_MS", "3000", 1);
      setenv("VIREO_VFIO_LIBRARY", argv[1], 1);
      setenv("VIREO_TOY_CARD", argv[2], 1);
      setenv("LD_PRELOAD", argv[1], 1);
      execv("/proc/self/exe", argv);
      _exit(1);
    }
    int status = 1;
    waitpid(child, &status, 0);
    fs::remove_all(dir);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
