// SPDX-License-Identifier: Apache-2.0
// Configuration space as a driver walks it, and as lspci reads it.

#include "hw/spec/config_image.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace vireo::spec {
namespace {

constexpr ConfigParameters kNetParameters = {
    .vectors = 33, .next_function = 1, .virtual_functions = 4, .first_vf_offset = 4};

uint32_t Get(const ConfigImage& image, uint32_t offset, int bytes) {
  const uint64_t word = image.value[offset / 4] >> (8 * (offset % 4));
  return static_cast<uint32_t>(word & ((uint64_t{1} << (8 * bytes)) - 1));
}

struct Capability {
  uint32_t offset;
  uint32_t id;
};

std::vector<Capability> Walk(const ConfigImage& image) {
  std::vector<Capability> list;
  for (uint32_t at = Get(image, 0x34, 1); at != 0 && list.size() < 64; at = Get(image, at + 1, 1)) {
    list.push_back({at, Get(image, at, 1)});
  }
  return list;
}

std::vector<uint32_t> VirtioTypes(const ConfigImage& image) {
  std::vector<uint32_t> types;
  for (const Capability& cap : Walk(image)) {
    if (cap.id == PCI_CAP_ID_VNDR) types.push_back(Get(image, cap.offset + 3, 1));
  }
  return types;
}

std::vector<uint32_t> Ids(const ConfigImage& image) {
  std::vector<uint32_t> ids;
  for (const Capability& cap : Walk(image)) ids.push_back(cap.id);
  return ids;
}

const std::vector<uint32_t> kAllVirtioTypes = {VIRTIO_PCI_CAP_COMMON_CFG, VIRTIO_PCI_CAP_NOTIFY_CFG,
                                               VIRTIO_PCI_CAP_ISR_CFG, VIRTIO_PCI_CAP_DEVICE_CFG,
                                               VIRTIO_PCI_CAP_PCI_CFG};

TEST(ConfigImage, LeadsTheDriverToEveryStructure) {
  for (const FunctionType* type : {&kPhysicalNet, &kPhysicalBlk, &kVirtualNet, &kVirtualBlk}) {
    for (const ConfigView view : {ConfigView::kBus, ConfigView::kVfio}) {
      const ConfigImage image = MakeConfigImage(*type, {.view = view, .vectors = 9});
      EXPECT_EQ(VirtioTypes(image), kAllVirtioTypes) << type->name;
      for (const Capability& cap : Walk(image)) EXPECT_EQ(cap.offset % 4, 0u);
    }
  }
}

TEST(ConfigImage, HasCapabilitiesInTheBlocksPlaces) {
  EXPECT_EQ(
      Ids(MakeConfigImage(kPhysicalNet, {})),
      (std::vector<uint32_t>{PCI_CAP_ID_PM, PCI_CAP_ID_MSIX, PCI_CAP_ID_EXP, PCI_CAP_ID_VNDR,
                             PCI_CAP_ID_VNDR, PCI_CAP_ID_VNDR, PCI_CAP_ID_VNDR, PCI_CAP_ID_VNDR}));
  EXPECT_EQ(Ids(MakeConfigImage(kManagement, {})),
            (std::vector<uint32_t>{PCI_CAP_ID_PM, PCI_CAP_ID_MSIX, PCI_CAP_ID_EXP}));
  EXPECT_EQ(Walk(MakeConfigImage(kVirtualNet, {})).front().offset, uint32_t{config_space::kMsix});
}

TEST(ConfigImage, StructuresLieApartInTheBar) {
  const ConfigImage image = MakeConfigImage(kPhysicalBlk, {});
  uint32_t notify_bytes = 0;
  for (const Capability& cap : Walk(image)) {
    if (cap.id != PCI_CAP_ID_VNDR) continue;
    const uint32_t offset = Get(image, cap.offset + 8, 4);
    const uint32_t bytes = Get(image, cap.offset + 12, 4);
    EXPECT_LE(offset + bytes, function_bar::kPendingBits);
    EXPECT_EQ(offset % function_bar::kPageBytes, 0u);
    EXPECT_LE(bytes, function_bar::kPageBytes);
    if (Get(image, cap.offset + 3, 1) == VIRTIO_PCI_CAP_NOTIFY_CFG) notify_bytes = bytes;
  }
  EXPECT_EQ(notify_bytes, function_bar::kMaxQueues * function_bar::kNotifyOffMultiplier);
}

TEST(ConfigImage, WritesReachWhatSoftwareMayChangeAndNothingElse) {
  const ConfigImage image = MakeConfigImage(kPhysicalNet, kNetParameters);
  EXPECT_EQ(image.write_mask[0], 0u) << "ids";
  EXPECT_EQ(image.write_mask[0x04 / 4], 0x0546u) << "command";
  EXPECT_EQ(image.clear_mask[0x04 / 4], 0xf900'0000u) << "status";
  EXPECT_EQ(image.write_mask[0x10 / 4], 0xffff'0000u) << "BAR sizing says 64 KiB";
  EXPECT_EQ(image.write_mask[0x14 / 4], 0xffff'ffffu);
  EXPECT_EQ(image.write_mask[0x30 / 4], 0u) << "the ROM BAR reads 0 after sizing";
  EXPECT_EQ(image.write_mask[config_space::kMsix / 4], 0xc000'0000u);
  EXPECT_EQ(image.write_mask[config_space::kVirtioCommonCfg / 4 + 2], 0u);
  EXPECT_EQ(image.write_mask[config_space::kPciCfgBar / 4], 0xffu);
  EXPECT_EQ(image.write_mask[config_space::kPciCfgData / 4], 0xffff'ffffu);
  for (uint32_t i = 0; i < kConfigImageBytes / 4; ++i) {
    EXPECT_EQ(image.write_mask[i] & image.clear_mask[i], 0u) << 4 * i;
  }
}

TEST(ConfigImage, VirtualFunctionIsBareOnTheBusAndWholeThroughVfio) {
  const ConfigImage bus = MakeConfigImage(kVirtualNet, {.view = ConfigView::kBus});
  EXPECT_EQ(bus.value[0], 0xffff'ffffu);
  EXPECT_EQ(bus.write_mask[0x04 / 4], uint32_t{pci_header::kCommandBusMaster});
  EXPECT_EQ(bus.write_mask[0x10 / 4], 0u);
  const ConfigImage vfio = MakeConfigImage(kVirtualNet, {.view = ConfigView::kVfio});
  EXPECT_EQ(vfio.value[0], 0x1041'1af4u);
  EXPECT_EQ(vfio.write_mask[0x10 / 4], 0xffff'0000u);
  EXPECT_EQ(Get(vfio, 0x3d, 1), 0u) << "no INTx";
  EXPECT_EQ(vfio.value[0x100 / 4], 0u) << "no extended capabilities";
}

// lspci's own words for what it decodes; QEMU and Linux go by the same registers.
TEST(ConfigImage, IsDecodedByLspci) {
  if (std::system("lspci --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "lspci is missing: apt-get install pciutils";
  }
  const ConfigImage image = MakeConfigImage(kPhysicalNet, kNetParameters);
  const std::string path = testing::TempDir() + "/config_image.lspci";
  std::ofstream out(path);
  out << "00:03.0 a function\n";
  for (uint32_t i = 0; i < 0x1000; ++i) {
    if (i % 16 == 0) out << fmt::format("{:02x}:", i);
    out << fmt::format(" {:02x}", i < kConfigImageBytes ? Get(image, i, 1) : 0)
        << (i % 16 == 15 ? "\n" : "");
  }
  out.close();
  std::FILE* const pipe = popen(("lspci -vvv -n -F " + path + " 2>/dev/null").c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string text;
  for (std::array<char, 4096> part; std::fgets(part.data(), part.size(), pipe) != nullptr;) {
    text += part.data();
  }
  EXPECT_EQ(pclose(pipe), 0);
  for (const char* line : {
           "00:03.0 0200: 1af4:1041 (rev 01)",
           "Subsystem: 5649:0041",
           "(64-bit, prefetchable)",
           "Interrupt: pin A",
           "Capabilities: [60] MSI-X: Enable- Count=33 Masked-",
           "Vector table: BAR=0 offset=00008000",
           "PBA: BAR=0 offset=00004000",
           "Capabilities: [70] Express (v2) Endpoint",
           "FLReset+",
           "Speed 8GT/s, Width x16",
           "VirtIO: CommonCfg\n\t\tBAR=0 offset=00000000 size=00000040",
           "VirtIO: Notify\n\t\tBAR=0 offset=00003000 size=00001000 multiplier=00000004",
           "VirtIO: ISR\n\t\tBAR=0 offset=00001000",
           "VirtIO: DeviceCfg\n\t\tBAR=0 offset=00002000",
           "ARICap:\tMFVC- ACS-, Next Function: 1",
           "Initial VFs: 4, Total VFs: 4",
           "VF offset: 4, stride: 1, Device ID: 1041",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
  if (testing::Test::HasFailure()) std::printf("%s", text.c_str());
}

}  // namespace
}  // namespace vireo::spec
