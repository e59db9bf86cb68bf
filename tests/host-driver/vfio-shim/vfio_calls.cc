// SPDX-License-Identifier: Apache-2.0
#include "tests/host-driver/vfio-shim/vfio_calls.h"

#include <fcntl.h>
#include <linux/pci_regs.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <array>

// What a fortified program calls where the room at the destination is known.
extern "C" ssize_t __pread64_chk(int fd, void* to, size_t size, off_t offset, size_t room);

namespace vireo::vfio_shim {

Card::Card(const std::string& socket) {
  std::array<int, 2> pipes;
  EXPECT_EQ(pipe2(pipes.data(), O_CLOEXEC), 0);
  const UniqueFd reads(pipes[0]);
  UniqueFd writes(pipes[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, writes.get(), STDOUT_FILENO);
  std::string path = std::getenv("VIREO_TOY_CARD");
  std::string argument = socket;
  std::array<char*, 3> arguments = {path.data(), argument.data(), nullptr};
  EXPECT_EQ(posix_spawn(&pid_, path.c_str(), &actions, nullptr, arguments.data(), environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  writes.Reset();
  std::array<char, 6> ready = {};
  EXPECT_EQ(read(reads.get(), ready.data(), ready.size()), 6) << "toy_card has not started";
}

void Card::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string SocketOf(int group) {
  return std::string(std::getenv("VIREO_TEST_DIR")) + "/" + std::to_string(group);
}

UniqueFd OpenContainer() { return UniqueFd(open("/dev/vfio/vfio", O_RDWR)); }

VfioDevice::VfioDevice(int group, int container)
    : group_(open(("/dev/vfio/" + std::to_string(group)).c_str(), O_RDWR)) {
  vfio_group_status status = {sizeof status, 0};
  EXPECT_EQ(ioctl(group_.get(), VFIO_GROUP_GET_STATUS, &status), 0);
  EXPECT_EQ(status.flags, static_cast<uint32_t>(VFIO_GROUP_FLAGS_VIABLE));
  if (container < 0) own_container_ = OpenContainer();
  container_in_use_ = container < 0 ? own_container_.get() : container;
  EXPECT_EQ(ioctl(group_.get(), VFIO_GROUP_SET_CONTAINER, &container_in_use_), 0);
  if (container < 0) {
    EXPECT_EQ(ioctl(container_in_use_, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU), 0);
  }
  device_ = UniqueFd(ioctl(group_.get(), VFIO_GROUP_GET_DEVICE_FD, "0000:00:00.0"));
  EXPECT_TRUE(device_);
}

void VfioDevice::Close() {
  device_.Reset();
  EXPECT_EQ(ioctl(group_.get(), VFIO_GROUP_UNSET_CONTAINER, &container_in_use_), 0);
  group_.Reset();
  own_container_.Reset();
}

uint64_t VfioDevice::Read(uint32_t region, uint64_t offset, size_t size) {
  vfio_region_info info = {};
  info.argsz = sizeof info;
  info.index = region;
  EXPECT_EQ(ioctl(fd(), VFIO_DEVICE_GET_REGION_INFO, &info), 0);
  uint64_t value = 0;
  EXPECT_EQ(__pread64_chk(fd(), &value, size, static_cast<off_t>(info.offset + offset), 8),
            static_cast<ssize_t>(size));
  return value;
}

void VfioDevice::Write(uint32_t region, uint64_t offset, size_t size, uint64_t value) {
  vfio_region_info info = {};
  info.argsz = sizeof info;
  info.index = region;
  EXPECT_EQ(ioctl(fd(), VFIO_DEVICE_GET_REGION_INFO, &info), 0);
  EXPECT_EQ(pwrite(fd(), &value, size, static_cast<off_t>(info.offset + offset)),
            static_cast<ssize_t>(size));
}

int VfioDevice::SetIrqs(uint32_t flags, uint32_t index, uint32_t start, const std::vector<int>& fds,
                        uint32_t count) {
  std::vector<uint32_t> words = {static_cast<uint32_t>(20 + 4 * fds.size()), flags, index, start,
                                 count};
  for (const int event : fds) words.push_back(static_cast<uint32_t>(event));
  return ioctl(fd(), VFIO_DEVICE_SET_IRQS, words.data());
}

void VfioDevice::EnableMsix(const UniqueFd& event) {
  constexpr uint32_t kConfig = VFIO_PCI_CONFIG_REGION_INDEX;
  Write(kConfig, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
  Write(kConfig, toy::kMsixCap + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_ENABLE);
  EXPECT_EQ(SetIrqs(VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
                    VFIO_PCI_MSIX_IRQ_INDEX, 0, {-1, event.get(), -1}, 3),
            0);
}

uint32_t VfioDevice::Copy(uint64_t source, uint64_t destination, uint32_t length,
                          const UniqueFd& event) {
  Write(0, toy::kSource, 8, source);
  Write(0, toy::kDestination, 8, destination);
  Write(0, toy::kLength, 4, length);
  Write(0, toy::kVector, 4, 1);
  Write(0, toy::kGo, 4, 1);
  EXPECT_TRUE(Await(event)) << "no interrupt";
  return static_cast<uint32_t>(Read(0, toy::kStatus, 4));
}

int Map(int container, void* at, uint64_t iova, uint64_t size, uint32_t flags) {
  vfio_iommu_type1_dma_map map = {sizeof map, flags, reinterpret_cast<uint64_t>(at), iova, size};
  return ioctl(container, VFIO_IOMMU_MAP_DMA, &map);
}

int64_t Unmap(int container, uint64_t iova, uint64_t size, uint32_t flags) {
  std::array<uint64_t, 3> words = {sizeof words | uint64_t{flags} << 32, iova, size};
  if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, words.data()) != 0) return -1;
  return static_cast<int64_t>(words[2]);
}

UniqueFd MakeEventfd() { return UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

bool Await(const UniqueFd& event) {
  pollfd wait = {event.get(), POLLIN, 0};
  uint64_t count;
  return poll(&wait, 1, 20000) == 1 && read(event.get(), &count, sizeof count) == sizeof count;
}

}  // namespace vireo::vfio_shim
