// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/vfio_user/toy/toy_function.h"

#include <linux/pci_regs.h>

#include <cstring>

#include "sim/vfio_user/server.h"

namespace vireo::vfio_user {
namespace {

template <class T>
void Put(std::array<uint8_t, 4096>& space, uint64_t offset, T value) {
  std::memcpy(space.data() + offset, &value, sizeof value);
}

template <class T>
T Get(const std::array<uint8_t, 4096>& space, uint64_t offset) {
  T value;
  std::memcpy(&value, space.data() + offset, sizeof value);
  return value;
}

}  // namespace

FunctionInfo ToyFunction::Info() {
  FunctionInfo info;
  info.region_sizes[VFIO_PCI_BAR0_REGION_INDEX] = toy::kBarSize;
  info.region_sizes[VFIO_PCI_CONFIG_REGION_INDEX] = 4096;
  info.irq_counts[VFIO_PCI_INTX_IRQ_INDEX] = 1;
  info.irq_counts[VFIO_PCI_MSIX_IRQ_INDEX] = toy::kVectors;
  info.irq_counts[VFIO_PCI_ERR_IRQ_INDEX] = 1;
  info.irq_counts[VFIO_PCI_REQ_IRQ_INDEX] = 1;
  return info;
}

ToyFunction::ToyFunction() {
  Put<uint16_t>(config_, PCI_VENDOR_ID, toy::kVendor);
  Put<uint16_t>(config_, PCI_DEVICE_ID, toy::kDevice);
  Put<uint16_t>(config_, PCI_STATUS, PCI_STATUS_CAP_LIST);
  Put<uint8_t>(config_, PCI_CLASS_DEVICE + 1, 0xff);
  Put<uint32_t>(config_, PCI_BASE_ADDRESS_0, PCI_BASE_ADDRESS_MEM_TYPE_64);
  Put<uint16_t>(config_, PCI_SUBSYSTEM_VENDOR_ID, toy::kVendor);
  Put<uint8_t>(config_, PCI_CAPABILITY_LIST, toy::kPcieCap);
  Put<uint8_t>(config_, PCI_INTERRUPT_PIN, 1);
  Put<uint16_t>(writeable_, PCI_COMMAND,
                PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE);
  Put<uint64_t>(writeable_, PCI_BASE_ADDRESS_0, ~(toy::kBarSize - 1));
  Put<uint8_t>(writeable_, PCI_INTERRUPT_LINE, 0xff);

  Put<uint8_t>(config_, toy::kPcieCap, PCI_CAP_ID_EXP);
  Put<uint8_t>(config_, toy::kPcieCap + PCI_CAP_LIST_NEXT, toy::kMsixCap);
  Put<uint16_t>(config_, toy::kPcieCap + PCI_EXP_FLAGS, 2 | PCI_EXP_TYPE_ENDPOINT << 4);
  Put<uint32_t>(config_, toy::kPcieCap + PCI_EXP_DEVCAP, PCI_EXP_DEVCAP_FLR | PCI_EXP_DEVCAP_RBER);
  Put<uint32_t>(config_, toy::kPcieCap + PCI_EXP_LNKCAP, PCI_EXP_LNKCAP_SLS_8_0GB | 16u << 4);
  Put<uint16_t>(config_, toy::kPcieCap + PCI_EXP_LNKSTA, 3 | 16u << 4);

  Put<uint8_t>(config_, toy::kMsixCap, PCI_CAP_ID_MSIX);
  Put<uint16_t>(config_, toy::kMsixCap + PCI_MSIX_FLAGS, toy::kVectors - 1);
  Put<uint32_t>(config_, toy::kMsixCap + PCI_MSIX_TABLE, toy::kMsixTable);
  Put<uint32_t>(config_, toy::kMsixCap + PCI_MSIX_PBA, toy::kMsixPba);
  Put<uint16_t>(writeable_, toy::kMsixCap + PCI_MSIX_FLAGS,
                PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
}

void ToyFunction::StartRead(const Access& access, Completion completion) {
  if (access.region == VFIO_PCI_CONFIG_REGION_INDEX) {
    completion.Done(ReadConfig(access.offset, access.size));
  } else if (access.offset == toy::kSlow) {
    slow_ = completion;
  } else {
    completion.Done(ReadRegister(access.offset));
  }
}

void ToyFunction::AnswerSlowRead() {
  if (slow_) std::exchange(slow_, std::nullopt)->Done(toy::kSlowValue);
}

void ToyFunction::StartWrite(const Access& access, uint64_t value, Completion completion) {
  if (access.region == VFIO_PCI_CONFIG_REGION_INDEX) {
    WriteConfig(access.offset, access.size, value);
  } else {
    WriteRegister(access.offset, value);
  }
  completion.Done();
}

void ToyFunction::StartReset(Completion completion) {
  Reset();
  completion.Done();
}

void ToyFunction::Reset() {
  ++resets;
  for (size_t i = 0; i < config_.size(); ++i) {
    config_[i] &= static_cast<uint8_t>(~writeable_[i]);
  }
  scratch_ = length_ = vector_ = status_ = 0;
  source_ = destination_ = 0;
  isr_ = false;
  slow_.reset();
  UpdateIntx();
}

uint64_t ToyFunction::ReadConfig(uint64_t offset, uint32_t size) {
  uint64_t value = 0;
  std::memcpy(&value, config_.data() + offset, size);
  return value;
}

void ToyFunction::WriteConfig(uint64_t offset, uint32_t size, uint64_t value) {
  for (uint32_t i = 0; i < size; ++i) {
    const uint8_t mask = writeable_[offset + i];
    const auto byte = static_cast<uint8_t>(value >> 8 * i);
    config_[offset + i] = static_cast<uint8_t>((config_[offset + i] & ~mask) | (byte & mask));
  }
  const uint64_t control = toy::kPcieCap + PCI_EXP_DEVCTL;
  if (offset == control && (value & PCI_EXP_DEVCTL_BCR_FLR) != 0) Reset();
  UpdateIntx();
}

uint64_t ToyFunction::ReadRegister(uint64_t offset) {
  switch (offset) {
    case toy::kId: return toy::kIdValue;
    case toy::kScratch: return scratch_;
    case toy::kSource: return source_;
    case toy::kDestination: return destination_;
    case toy::kLength: return length_;
    case toy::kVector: return vector_;
    case toy::kStatus: return status_;
    case toy::kIsr: {
      const bool was = std::exchange(isr_, false);
      UpdateIntx();
      return was;
    }
    default: return 0;
  }
}

void ToyFunction::WriteRegister(uint64_t offset, uint64_t value) {
  const auto word = static_cast<uint32_t>(value);
  switch (offset) {
    case toy::kScratch: scratch_ = word; break;
    case toy::kSource: source_ = value; break;
    case toy::kDestination: destination_ = value; break;
    case toy::kLength: length_ = std::min(word, toy::kMaxLength); break;
    case toy::kVector: vector_ = word; break;
    case toy::kGo: Go(); break;
    default: break;
  }
}

void ToyFunction::Go() {
  status_ = toy::kIdle;
  if ((Get<uint16_t>(config_, PCI_COMMAND) & PCI_COMMAND_MASTER) == 0) return Finish(toy::kFault);
  server_->DmaRead(source_, length_, [this](bool read_ok, std::span<const uint8_t> data) {
    if (!read_ok) return Finish(toy::kFault);
    std::vector<uint8_t> flipped(data.begin(), data.end());
    for (uint8_t& byte : flipped) byte ^= toy::kFlip;
    server_->DmaWrite(destination_, flipped, [this](bool write_ok, std::span<const uint8_t>) {
      Finish(write_ok ? toy::kDone : toy::kFault);
    });
  });
}

void ToyFunction::Finish(uint32_t status) {
  status_ = status;
  const auto msix = Get<uint16_t>(config_, toy::kMsixCap + PCI_MSIX_FLAGS);
  if ((msix & PCI_MSIX_FLAGS_ENABLE) != 0) {
    server_->irqs().Raise(VFIO_PCI_MSIX_IRQ_INDEX, vector_);
  } else {
    isr_ = true;
    UpdateIntx();
  }
}

void ToyFunction::UpdateIntx() {
  const auto command = Get<uint16_t>(config_, PCI_COMMAND);
  Put<uint16_t>(config_, PCI_STATUS, PCI_STATUS_CAP_LIST | (isr_ ? PCI_STATUS_INTERRUPT : 0));
  server_->irqs().SetIntx(isr_ && (command & PCI_COMMAND_INTX_DISABLE) == 0);
}

}  // namespace vireo::vfio_user
