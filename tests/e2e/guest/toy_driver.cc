// SPDX-License-Identifier: Apache-2.0
// Runs in the guest and drives the toy function: DMA and an interrupt, through UIO (INTx) or
// through the kernel's VFIO (MSI-X, behind an IOMMU).
//   toy_driver uio|vfio ADDRESS      such as 0000:01:00.0
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/sim/vfio_user/toy/toy_registers.h"

namespace {

namespace toy = vireo::toy;

constexpr size_t kPage = 4096;
constexpr uint64_t kCopied = 1000;  // bytes
constexpr int kTimeoutMs = 60000;

void Require(bool fine, const std::string& what) {
  if (fine) return;
  std::printf("toy_driver: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

int Open(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags);
  Require(fd >= 0, path);
  return fd;
}

uint8_t* MapPages(size_t count, int flags, int fd) {
  void* at = mmap(nullptr, count * kPage, PROT_READ | PROT_WRITE, flags, fd, 0);
  Require(at != MAP_FAILED, "mmap");
  return static_cast<uint8_t*>(at);
}

class Registers {
 public:
  explicit Registers(volatile uint8_t* base) : base_(base) {}
  uint32_t Read(uint64_t offset) const {
    return *reinterpret_cast<volatile uint32_t*>(base_ + offset);
  }
  void Write(uint64_t offset, uint32_t value) const {
    *reinterpret_cast<volatile uint32_t*>(base_ + offset) = value;
  }
  void WriteAddress(uint64_t offset, uint64_t value) const {
    Write(offset, static_cast<uint32_t>(value));
    Write(offset + 4, static_cast<uint32_t>(value >> 32));
  }

 private:
  volatile uint8_t* base_;
};

// Lets the device copy between two pages and compares. `wait` waits for its interrupt.
template <class F>
void Copy(const Registers& device, uint8_t* source, uint64_t source_address, uint8_t* destination,
          uint64_t destination_address, F wait) {
  Require(device.Read(toy::kId) == toy::kIdValue, "this is no toy");
  for (size_t i = 0; i < kCopied; ++i) source[i] = static_cast<uint8_t>(i * 7);
  std::memset(destination, 0, kPage);
  device.WriteAddress(toy::kSource, source_address);
  device.WriteAddress(toy::kDestination, destination_address);
  device.Write(toy::kLength, kCopied);
  device.Write(toy::kVector, 2);
  device.Write(toy::kGo, 1);
  wait();
  Require(device.Read(toy::kStatus) == toy::kDone, "the copy failed");
  for (size_t i = 0; i < kPage; ++i) {
    const auto wanted = static_cast<uint8_t>(i < kCopied ? source[i] ^ toy::kFlip : 0);
    Require(destination[i] == wanted, "byte " + std::to_string(i) + " is wrong");
  }
}

void AwaitEvent(int fd, void* event, size_t size) {
  pollfd wait = {fd, POLLIN, 0};
  Require(poll(&wait, 1, kTimeoutMs) == 1, "no interrupt");
  Require(read(fd, event, size) == static_cast<ssize_t>(size), "read of an interrupt");
}

// The address on the bus of a page that stays where it is.
uint64_t PhysicalAddress(const void* page) {
  const int fd = Open("/proc/self/pagemap", O_RDONLY);
  uint64_t entry = 0;
  const auto index = static_cast<off_t>(reinterpret_cast<uint64_t>(page) / kPage);
  Require(pread(fd, &entry, sizeof entry, index * 8) == sizeof entry, "pagemap");
  close(fd);
  return (entry & ((uint64_t{1} << 55) - 1)) * kPage;
}

void DriveByUio(const std::string& address) {
  const std::string sysfs = "/sys/bus/pci/devices/" + address;
  const int config = Open(sysfs + "/config", O_RDWR);
  uint16_t command = 0;
  Require(pread(config, &command, 2, PCI_COMMAND) == 2, "config");
  command = static_cast<uint16_t>((command | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER) &
                                  ~PCI_COMMAND_INTX_DISABLE);
  Require(pwrite(config, &command, 2, PCI_COMMAND) == 2, "config");
  const Registers device(
      MapPages(toy::kBarSize / kPage, MAP_SHARED, Open(sysfs + "/resource0", O_RDWR)));
  uint8_t* pages = MapPages(2, MAP_SHARED | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE, -1);
  const int uio = Open("/dev/uio0", O_RDWR);
  Copy(device, pages, PhysicalAddress(pages), pages + kPage, PhysicalAddress(pages + kPage), [&] {
    uint32_t count;
    AwaitEvent(uio, &count, sizeof count);
    Require(device.Read(toy::kIsr) == 1, "the interrupt is not the device's");
  });
}

void DriveByVfio(const std::string& address) {
  char link[256] = {};
  const std::string sysfs = "/sys/bus/pci/devices/" + address + "/iommu_group";
  Require(readlink(sysfs.c_str(), link, sizeof link - 1) > 0, sysfs);
  const int group = Open("/dev/vfio/" + std::string(std::strrchr(link, '/') + 1), O_RDWR);
  const int container = Open("/dev/vfio/vfio", O_RDWR);
  Require(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) == 0, "SET_CONTAINER");
  Require(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) == 0, "SET_IOMMU");
  const int fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, address.c_str());
  Require(fd >= 0, "GET_DEVICE_FD");
  Require(ioctl(fd, VFIO_DEVICE_RESET) == 0, "DEVICE_RESET");

  constexpr uint64_t kIova = 0x40000000;
  uint8_t* pages = MapPages(2, MAP_SHARED | MAP_ANONYMOUS, -1);
  vfio_iommu_type1_dma_map map = {sizeof map, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
                                  reinterpret_cast<uint64_t>(pages), kIova, 2 * kPage};
  Require(ioctl(container, VFIO_IOMMU_MAP_DMA, &map) == 0, "MAP_DMA");

  vfio_region_info region = {};
  region.argsz = sizeof region;
  region.index = VFIO_PCI_CONFIG_REGION_INDEX;
  Require(ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &region) == 0, "GET_REGION_INFO");
  const uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
  Require(pwrite(fd, &command, 2, static_cast<off_t>(region.offset + PCI_COMMAND)) == 2, "config");
  void* bar = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  Require(bar != MAP_FAILED, "mmap of BAR 0");

  const int event = eventfd(0, EFD_CLOEXEC);
  const uint32_t irqs[] = {32,
                           VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
                           VFIO_PCI_MSIX_IRQ_INDEX,
                           0,
                           3,
                           ~0u,
                           ~0u,
                           static_cast<uint32_t>(event)};
  Require(ioctl(fd, VFIO_DEVICE_SET_IRQS, irqs) == 0, "SET_IRQS");

  const Registers device(static_cast<volatile uint8_t*>(bar));
  const auto wait = [&] {
    uint64_t count;
    AwaitEvent(event, &count, sizeof count);
  };
  Copy(device, pages, kIova, pages + kPage, kIova + kPage, wait);

  vfio_iommu_type1_dma_unmap unmap = {};
  unmap.argsz = offsetof(vfio_iommu_type1_dma_unmap, data);
  unmap.iova = kIova;
  unmap.size = 2 * kPage;
  Require(ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap) == 0, "UNMAP_DMA");
  pages[kPage] = 0x3c;
  device.Write(toy::kGo, 1);
  wait();
  Require(device.Read(toy::kStatus) == toy::kFault, "a copy without a map does not fault");
  Require(pages[kPage] == 0x3c, "a copy without a map has moved data");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string how = argc == 3 ? argv[1] : "";
  if (how == "uio") {
    DriveByUio(argv[2]);
  } else if (how == "vfio") {
    DriveByVfio(argv[2]);
  } else {
    std::printf("usage: toy_driver uio|vfio ADDRESS\n");
    return 2;
  }
  std::printf("toy_driver: %s works\n", how.c_str());
}
