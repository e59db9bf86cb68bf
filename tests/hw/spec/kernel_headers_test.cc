// SPDX-License-Identifier: Apache-2.0
// hw/spec says what Linux's headers say, where these have it: all of it is decided at compile time.
// linux-libc-dev of Debian 12 is of Linux 6.1; not_in_linux.txt lists what that does not have.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "hw/spec/common_cfg.h"
#include "hw/spec/config_space.h"
#include "hw/spec/packed_ring.h"
#include "hw/spec/pci_config.h"
#include "hw/spec/split_ring.h"
#include "hw/spec/virtio_blk.h"
#include "hw/spec/virtio_features.h"
#include "hw/spec/virtio_net.h"
#include "hw/spec/virtio_net_ctrl.h"
#include "hw/spec/virtio_pci.h"
#include "tests/hw/spec/linux_vring.h"

// Ours, under names that Linux's macros do not touch.
#define X(ours, kernel) [[maybe_unused]] constexpr auto kOurs_##ours = vireo::spec::ours;
#include "tests/hw/spec/kernel_constants.inc"
#undef X

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wkeyword-macro"
#define VIRTIO_RING_NO_LEGACY  // vring_init is no C++: linux_vring.c has it
#define class class_           // a field of virtio_net_ctrl_hdr
#include <linux/pci_regs.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_net.h>
#include <linux/virtio_pci.h>
#include <linux/virtio_ring.h>
#undef class
#pragma clang diagnostic pop

#define X(ours, kernel) static_assert(kOurs_##ours == (kernel));
#include "tests/hw/spec/kernel_constants.inc"
#undef X

namespace vireo::spec {
namespace {

#define SAME_SIZE(ours, kernel) static_assert(sizeof(ours) == sizeof(::kernel))
#define SAME_FIELD(ours, field, kernel, kernel_field)                       \
  static_assert(offsetof(ours, field) == offsetof(::kernel, kernel_field)); \
  static_assert(sizeof(ours::field) == sizeof(::kernel::kernel_field))
#define SAME_NAME(type, field) SAME_FIELD(type, field, type, field)

SAME_SIZE(virtq_desc, vring_desc);
SAME_FIELD(virtq_desc, addr, vring_desc, addr);
SAME_FIELD(virtq_desc, len, vring_desc, len);
SAME_FIELD(virtq_desc, flags, vring_desc, flags);
SAME_FIELD(virtq_desc, next, vring_desc, next);
SAME_FIELD(virtq_avail, flags, vring_avail, flags);
SAME_FIELD(virtq_avail, idx, vring_avail, idx);
SAME_FIELD(virtq_used, flags, vring_used, flags);
SAME_FIELD(virtq_used, idx, vring_used, idx);
SAME_SIZE(virtq_used_elem, vring_used_elem);
SAME_FIELD(virtq_used_elem, id, vring_used_elem, id);
SAME_FIELD(virtq_used_elem, len, vring_used_elem, len);
static_assert(AvailRingOffset(0) == offsetof(::vring_avail, ring));
static_assert(UsedRingOffset(0) == offsetof(::vring_used, ring));
static_assert(kDescriptorAlign == VRING_DESC_ALIGN_SIZE);
static_assert(kAvailAlign == VRING_AVAIL_ALIGN_SIZE);
static_assert(kUsedAlign == VRING_USED_ALIGN_SIZE);

SAME_SIZE(pvirtq_desc, vring_packed_desc);
SAME_FIELD(pvirtq_desc, addr, vring_packed_desc, addr);
SAME_FIELD(pvirtq_desc, len, vring_packed_desc, len);
SAME_FIELD(pvirtq_desc, id, vring_packed_desc, id);
SAME_FIELD(pvirtq_desc, flags, vring_packed_desc, flags);
SAME_SIZE(pvirtq_event_suppress, vring_packed_desc_event);
SAME_FIELD(pvirtq_event_suppress, desc, vring_packed_desc_event, off_wrap);
SAME_FIELD(pvirtq_event_suppress, flags, vring_packed_desc_event, flags);
static_assert(kDescEventWrap == 1 << VRING_PACKED_EVENT_F_WRAP_CTR);

SAME_SIZE(virtio_net_hdr, virtio_net_hdr_v1);
SAME_FIELD(virtio_net_hdr, flags, virtio_net_hdr_v1, flags);
SAME_FIELD(virtio_net_hdr, gso_type, virtio_net_hdr_v1, gso_type);
SAME_FIELD(virtio_net_hdr, hdr_len, virtio_net_hdr_v1, hdr_len);
SAME_FIELD(virtio_net_hdr, gso_size, virtio_net_hdr_v1, gso_size);
SAME_FIELD(virtio_net_hdr, csum_start, virtio_net_hdr_v1, csum_start);
SAME_FIELD(virtio_net_hdr, csum_offset, virtio_net_hdr_v1, csum_offset);
SAME_FIELD(virtio_net_hdr, num_buffers, virtio_net_hdr_v1, num_buffers);
SAME_SIZE(virtio_net_hdr_hash, virtio_net_hdr_v1_hash);
SAME_FIELD(virtio_net_hdr_hash, hash_value, virtio_net_hdr_v1_hash, hash_value);
SAME_FIELD(virtio_net_hdr_hash, hash_report, virtio_net_hdr_v1_hash, hash_report);
SAME_SIZE(virtio_net_ctrl, virtio_net_ctrl_hdr);
SAME_FIELD(virtio_net_ctrl, class_, virtio_net_ctrl_hdr, class_);
SAME_FIELD(virtio_net_ctrl, command, virtio_net_ctrl_hdr, cmd);
SAME_NAME(virtio_net_ctrl_mac, entries);
SAME_SIZE(virtio_net_ctrl_mq_pairs_set, virtio_net_ctrl_mq);
SAME_NAME(virtio_net_rss_config, hash_types);
SAME_NAME(virtio_net_rss_config, indirection_table_mask);
SAME_NAME(virtio_net_rss_config, unclassified_queue);
static_assert(sizeof(virtio_net_rss_config) ==
              offsetof(::virtio_net_rss_config, indirection_table));
SAME_NAME(virtio_net_hash_config, hash_key_length);
static_assert(kHashConfigKeyOffset == offsetof(::virtio_net_hash_config, hash_key_data));
SAME_SIZE(virtio_net_ctrl_coal, virtio_net_ctrl_coal_rx);

// Of the configuration structures, Linux 6.1 lacks the last fields.
SAME_NAME(virtio_net_config, mac);
SAME_NAME(virtio_net_config, status);
SAME_NAME(virtio_net_config, max_virtqueue_pairs);
SAME_NAME(virtio_net_config, mtu);
SAME_NAME(virtio_net_config, speed);
SAME_NAME(virtio_net_config, duplex);
SAME_NAME(virtio_net_config, rss_max_key_size);
SAME_NAME(virtio_net_config, rss_max_indirection_table_length);
SAME_NAME(virtio_net_config, supported_hash_types);
SAME_NAME(virtio_blk_config, capacity);
SAME_NAME(virtio_blk_config, size_max);
SAME_NAME(virtio_blk_config, seg_max);
SAME_NAME(virtio_blk_config, geometry);
SAME_NAME(virtio_blk_config, blk_size);
SAME_FIELD(virtio_blk_config, topology.physical_block_exp, virtio_blk_config, physical_block_exp);
SAME_FIELD(virtio_blk_config, topology.alignment_offset, virtio_blk_config, alignment_offset);
SAME_FIELD(virtio_blk_config, topology.min_io_size, virtio_blk_config, min_io_size);
SAME_FIELD(virtio_blk_config, topology.opt_io_size, virtio_blk_config, opt_io_size);
SAME_FIELD(virtio_blk_config, writeback, virtio_blk_config, wce);
SAME_NAME(virtio_blk_config, num_queues);
SAME_NAME(virtio_blk_config, max_discard_sectors);
SAME_NAME(virtio_blk_config, max_discard_seg);
SAME_NAME(virtio_blk_config, discard_sector_alignment);
SAME_NAME(virtio_blk_config, max_write_zeroes_sectors);
SAME_NAME(virtio_blk_config, max_write_zeroes_seg);
SAME_NAME(virtio_blk_config, write_zeroes_may_unmap);
SAME_NAME(virtio_blk_config, max_secure_erase_sectors);
SAME_NAME(virtio_blk_config, max_secure_erase_seg);
SAME_NAME(virtio_blk_config, secure_erase_sector_alignment);
SAME_SIZE(virtio_blk_req, virtio_blk_outhdr);
SAME_FIELD(virtio_blk_req, type, virtio_blk_outhdr, type);
SAME_FIELD(virtio_blk_req, sector, virtio_blk_outhdr, sector);
SAME_SIZE(virtio_blk_discard_write_zeroes, virtio_blk_discard_write_zeroes);
SAME_NAME(virtio_blk_discard_write_zeroes, sector);
SAME_NAME(virtio_blk_discard_write_zeroes, num_sectors);
SAME_NAME(virtio_blk_discard_write_zeroes, flags);

SAME_SIZE(virtio_pci_cap, virtio_pci_cap);
SAME_NAME(virtio_pci_cap, cfg_type);
SAME_NAME(virtio_pci_cap, bar);
SAME_NAME(virtio_pci_cap, id);
SAME_NAME(virtio_pci_cap, offset);
SAME_NAME(virtio_pci_cap, length);
SAME_SIZE(virtio_pci_notify_cap, virtio_pci_notify_cap);
SAME_NAME(virtio_pci_notify_cap, notify_off_multiplier);
SAME_SIZE(virtio_pci_cfg_cap, virtio_pci_cfg_cap);
SAME_NAME(virtio_pci_cfg_cap, pci_cfg_data);
static_assert(virtio_cap::kNext.offset == VIRTIO_PCI_CAP_NEXT);
static_assert(virtio_cap::kLength.offset == VIRTIO_PCI_CAP_LEN);
static_assert(virtio_cap::kType.offset == VIRTIO_PCI_CAP_CFG_TYPE);
static_assert(virtio_cap::kBar.offset == VIRTIO_PCI_CAP_BAR);
static_assert(virtio_cap::kOffset.offset == VIRTIO_PCI_CAP_OFFSET);
static_assert(virtio_cap::kBytes.offset == VIRTIO_PCI_CAP_LENGTH);
static_assert(virtio_cap::kExtra.offset == VIRTIO_PCI_NOTIFY_CAP_MULT);

static_assert(common_cfg::kDeviceFeatureSelect.offset == VIRTIO_PCI_COMMON_DFSELECT);
static_assert(common_cfg::kDeviceFeature.offset == VIRTIO_PCI_COMMON_DF);
static_assert(common_cfg::kDriverFeatureSelect.offset == VIRTIO_PCI_COMMON_GFSELECT);
static_assert(common_cfg::kDriverFeature.offset == VIRTIO_PCI_COMMON_GF);
static_assert(common_cfg::kConfigMsixVector.offset == VIRTIO_PCI_COMMON_MSIX);
static_assert(common_cfg::kNumQueues.offset == VIRTIO_PCI_COMMON_NUMQ);
static_assert(common_cfg::kDeviceStatus.offset == VIRTIO_PCI_COMMON_STATUS);
static_assert(common_cfg::kConfigGeneration.offset == VIRTIO_PCI_COMMON_CFGGENERATION);
static_assert(common_cfg::kQueueSelect.offset == VIRTIO_PCI_COMMON_Q_SELECT);
static_assert(common_cfg::kQueueSize.offset == VIRTIO_PCI_COMMON_Q_SIZE);
static_assert(common_cfg::kQueueMsixVector.offset == VIRTIO_PCI_COMMON_Q_MSIX);
static_assert(common_cfg::kQueueEnable.offset == VIRTIO_PCI_COMMON_Q_ENABLE);
static_assert(common_cfg::kQueueNotifyOff.offset == VIRTIO_PCI_COMMON_Q_NOFF);
static_assert(common_cfg::kQueueDesc.offset == VIRTIO_PCI_COMMON_Q_DESCLO);
static_assert(common_cfg::kQueueDesc.offset + 4 == VIRTIO_PCI_COMMON_Q_DESCHI);
static_assert(common_cfg::kQueueDriver.offset == VIRTIO_PCI_COMMON_Q_AVAILLO);
static_assert(common_cfg::kQueueDevice.offset == VIRTIO_PCI_COMMON_Q_USEDLO);
static_assert(common_cfg::kQueueNotifConfigData.offset == VIRTIO_PCI_COMMON_Q_NDATA);
static_assert(common_cfg::kQueueReset.offset == VIRTIO_PCI_COMMON_Q_RESET);

// The registers of pci_config.h; most of <linux/pci_regs.h> is in the unit of their structure.
static_assert(pci_header::kCommand.offset == PCI_COMMAND);
static_assert(pci_header::kStatus.offset == PCI_STATUS);
static_assert(pci_header::kRevisionId.offset == PCI_REVISION_ID);
static_assert(pci_header::kClassCode.offset == PCI_CLASS_PROG);
static_assert(pci_header::kHeaderType.offset == PCI_HEADER_TYPE);
static_assert(pci_header::kBar.At(0) == PCI_BASE_ADDRESS_0);
static_assert(pci_header::kBar.At(5) == PCI_BASE_ADDRESS_5);
static_assert(pci_header::kSubsystemVendorId.offset == PCI_SUBSYSTEM_VENDOR_ID);
static_assert(pci_header::kSubsystemId.offset == PCI_SUBSYSTEM_ID);
static_assert(pci_header::kRomBar.offset == PCI_ROM_ADDRESS);
static_assert(pci_header::kCapabilityPointer.offset == PCI_CAPABILITY_LIST);
static_assert(pci_header::kInterruptLine.offset == PCI_INTERRUPT_LINE);
static_assert(pci_header::kInterruptPin.offset == PCI_INTERRUPT_PIN);
static_assert(pci_header::kCommandMemory == PCI_COMMAND_MEMORY);
static_assert(pci_header::kCommandBusMaster == PCI_COMMAND_MASTER);
static_assert(pci_header::kCommandParity == PCI_COMMAND_PARITY);
static_assert(pci_header::kCommandSerr == PCI_COMMAND_SERR);
static_assert(pci_header::kCommandIntxDisable == PCI_COMMAND_INTX_DISABLE);
static_assert(pci_header::kStatusInterrupt == PCI_STATUS_INTERRUPT);
static_assert(pci_header::kStatusCapabilityList == PCI_STATUS_CAP_LIST);
static_assert(pci_header::kStatusErrors ==
              (PCI_STATUS_PARITY | PCI_STATUS_SIG_TARGET_ABORT | PCI_STATUS_REC_TARGET_ABORT |
               PCI_STATUS_REC_MASTER_ABORT | PCI_STATUS_SIG_SYSTEM_ERROR |
               PCI_STATUS_DETECTED_PARITY));
static_assert(pci_header::kBarMemory64Prefetchable ==
              (PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH));
static_assert(pm_cap::kPmc.offset == PCI_PM_PMC && pm_cap::kPmcsr.offset == PCI_PM_CTRL);
static_assert(pm_cap::kPmcsrPowerState == PCI_PM_CTRL_STATE_MASK);
static_assert(pm_cap::kPmcsrNoSoftReset == PCI_PM_CTRL_NO_SOFT_RESET);
static_assert(pm_cap::kStructure.bytes == PCI_PM_SIZEOF);
static_assert(msix_cap::kControl.offset == PCI_MSIX_FLAGS);
static_assert(msix_cap::kTable.offset == PCI_MSIX_TABLE && msix_cap::kPba.offset == PCI_MSIX_PBA);
static_assert(msix_cap::kControlTableSize == PCI_MSIX_FLAGS_QSIZE);
static_assert(msix_cap::kControlFunctionMask == PCI_MSIX_FLAGS_MASKALL);
static_assert(msix_cap::kControlEnable == PCI_MSIX_FLAGS_ENABLE);
static_assert(msix_cap::kStructure.bytes == PCI_CAP_MSIX_SIZEOF);
static_assert(msix_entry::kStructure.bytes == PCI_MSIX_ENTRY_SIZE);
static_assert(msix_entry::kData.offset == PCI_MSIX_ENTRY_DATA);
static_assert(msix_entry::kControl.offset == PCI_MSIX_ENTRY_VECTOR_CTRL);
static_assert(msix_entry::kControlMasked == PCI_MSIX_ENTRY_CTRL_MASKBIT);
static_assert(pcie_cap::kFlags.offset == PCI_EXP_FLAGS);
static_assert(pcie_cap::kDeviceCapabilities.offset == PCI_EXP_DEVCAP);
static_assert(pcie_cap::kDeviceControl.offset == PCI_EXP_DEVCTL);
static_assert(pcie_cap::kDeviceStatus.offset == PCI_EXP_DEVSTA);
static_assert(pcie_cap::kLinkCapabilities.offset == PCI_EXP_LNKCAP);
static_assert(pcie_cap::kLinkControl.offset == PCI_EXP_LNKCTL);
static_assert(pcie_cap::kLinkStatus.offset == PCI_EXP_LNKSTA);
static_assert(pcie_cap::kSlot.offset == PCI_EXP_SLTCAP);
static_assert(pcie_cap::kDeviceCapabilities2.offset == PCI_EXP_DEVCAP2);
static_assert(pcie_cap::kDeviceControl2.offset == PCI_EXP_DEVCTL2);
static_assert(pcie_cap::kLinkCapabilities2.offset == PCI_EXP_LNKCAP2);
static_assert(pcie_cap::kLinkControl2.offset == PCI_EXP_LNKCTL2);
static_assert(pcie_cap::kLinkStatus2.offset == PCI_EXP_LNKSTA2);
static_assert(pcie_cap::kSlot2.offset == PCI_EXP_SLTCAP2);
static_assert(pcie_cap::kDeviceCapabilitiesFlr == PCI_EXP_DEVCAP_FLR);
static_assert(pcie_cap::kDeviceCapabilitiesExtendedTag == PCI_EXP_DEVCAP_EXT_TAG);
static_assert(pcie_cap::kDeviceCapabilitiesRoleBasedErrors == PCI_EXP_DEVCAP_RBER);
static_assert(pcie_cap::kDeviceControlFlr == PCI_EXP_DEVCTL_BCR_FLR);
static_assert(pcie_cap::kDeviceControlReset ==
              (PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_NOSNOOP_EN | PCI_EXP_DEVCTL_READRQ_512B));
static_assert(pcie_cap::kDeviceStatusTransactionsPending == PCI_EXP_DEVSTA_TRPND);
static_assert(ari_cap::kCapability.offset == PCI_ARI_CAP &&
              ari_cap::kControl.offset == PCI_ARI_CTRL);
static_assert(sriov_cap::kControl.offset == PCI_SRIOV_CTRL);
static_assert(sriov_cap::kInitialVfs.offset == PCI_SRIOV_INITIAL_VF);
static_assert(sriov_cap::kTotalVfs.offset == PCI_SRIOV_TOTAL_VF);
static_assert(sriov_cap::kNumVfs.offset == PCI_SRIOV_NUM_VF);
static_assert(sriov_cap::kFirstVfOffset.offset == PCI_SRIOV_VF_OFFSET);
static_assert(sriov_cap::kVfStride.offset == PCI_SRIOV_VF_STRIDE);
static_assert(sriov_cap::kVfDeviceId.offset == PCI_SRIOV_VF_DID);
static_assert(sriov_cap::kSupportedPageSizes.offset == PCI_SRIOV_SUP_PGSIZE);
static_assert(sriov_cap::kSystemPageSize.offset == PCI_SRIOV_SYS_PGSIZE);
static_assert(sriov_cap::kVfBar.offset == PCI_SRIOV_BAR);
static_assert(sriov_cap::kStructure.bytes == PCI_EXT_CAP_SRIOV_SIZEOF);
static_assert(sriov_cap::kControlVfEnable == PCI_SRIOV_CTRL_VFE);
static_assert(sriov_cap::kControlVfMemorySpace == PCI_SRIOV_CTRL_MSE);
static_assert(sriov_cap::kControlAriHierarchy == PCI_SRIOV_CTRL_ARI);

std::string Slurp(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::set<std::string> Matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::set<std::string> names;
  for (std::sregex_iterator i(text.begin(), text.end(), regex), end; i != end; ++i) {
    names.insert((*i)[1]);
  }
  return names;
}

TEST(KernelHeaders, EveryConstantIsComparedOrListedAsMissingInLinux) {
  std::set<std::string> ours;
  for (const char* header : {"virtio_features", "split_ring", "packed_ring", "virtio_pci",
                             "virtio_net", "virtio_net_ctrl", "virtio_blk", "pci_config"}) {
    const std::string text = Slurp(std::string("hw/spec/") + header + ".h");
    ASSERT_FALSE(text.empty()) << header << ": run from the top of the tree";
    ours.merge(Matches(text, "inline constexpr \\w+ ([A-Z][A-Z0-9_]\\w*) ="));
  }
  std::set<std::string> listed =
      Matches(Slurp("tests/hw/spec/kernel_constants.inc"), "\nX\\((\\w+), ");
  listed.merge(Matches(Slurp("tests/hw/spec/not_in_linux.txt"), "(?:^|\\n)([A-Z]\\w+)"));
  std::vector<std::string> apart;
  std::set_symmetric_difference(ours.begin(), ours.end(), listed.begin(), listed.end(),
                                std::back_inserter(apart));
  EXPECT_THAT(apart, testing::IsEmpty()) << "in hw/spec or in one of the lists, but not in both";
}

TEST(KernelHeaders, RingsAreLaidOutAsVringInitDoes) {
  for (uint32_t size = 1; size <= kSplitMaxQueueSize; size *= 2) {
    const linux_vring ring = linux_vring_of(size, kUsedAlign);
    EXPECT_EQ(DescriptorTableBytes(size), ring.avail);
    EXPECT_EQ(UsedEventOffset(size), ring.used_event);
    EXPECT_EQ(AvailEventOffset(size), ring.avail_event);
    EXPECT_EQ(ring.used + UsedBytes(size), ring.bytes);
    EXPECT_EQ(UsedEventOffset(size) + 2, AvailBytes(size));
    EXPECT_EQ(AvailEventOffset(size) + 2, UsedBytes(size));
  }
}

TEST(KernelHeaders, EventsAreNeededWhenLinuxSaysSo) {
  for (uint32_t i = 0; i < 1u << 18; ++i) {
    const uint32_t mixed = i * 2654435761u;
    const auto event = static_cast<uint16_t>(mixed);
    const auto moved = static_cast<uint16_t>(event + (mixed >> 16) % 512 - 256);
    const auto old = static_cast<uint16_t>(moved - (mixed >> 24));
    ASSERT_EQ(NeedEvent(event, moved, old), vring_need_event(event, moved, old) != 0)
        << event << ' ' << moved << ' ' << old;
  }
}

}  // namespace
}  // namespace vireo::spec
