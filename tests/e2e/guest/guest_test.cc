// SPDX-License-Identifier: Apache-2.0
// Stock QEMU with a Debian kernel, and toy functions behind vfio-pci and the preloaded shim.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "sim/guest/machine.h"
#include "tests/sim/vfio_user/toy/toy_registers.h"

namespace vireo::e2e {
namespace {

using guest::Machine;
using guest::MachineOptions;
using guest::Process;
using testing::HasSubstr;

constexpr char kAddress[] = "0000:01:00.0";

// build/bin/toy_card on one socket.
class Card {
 public:
  explicit Card(const std::string& socket) : process_({std::getenv("VIREO_TOY_CARD"), socket}) {
    char ready;
    EXPECT_EQ(read(process_.output(), &ready, 1), 1) << "toy_card has not started";
  }

 private:
  Process process_;
};

class GuestTest : public testing::Test {
 protected:
  GuestTest() {
    std::string folder = std::filesystem::temp_directory_path() / "vireo-guest-XXXXXX";
    options_.folder = mkdtemp(folder.data());
    options_.kernel = std::getenv("VIREO_GUEST_KERNEL");
    options_.initramfs = std::getenv("VIREO_GUEST_INITRAMFS");
    options_.functions["toy"] = options_.folder + "/toy.socket";
    options_.arguments = {"-device", "pcie-root-port,id=port1,slot=1", "-device",
                          "{toy},id=toy,bus=port1"};
  }
  ~GuestTest() override { std::filesystem::remove_all(options_.folder); }

  void Boot() {
    card_.emplace(options_.functions["toy"]);
    const auto start = std::chrono::steady_clock::now();
    guest_.emplace(options_, alarms_);
    guest_->AwaitBoot();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    RecordProperty("boot_seconds", std::to_string(seconds.count()));
  }
  // Binds the toy to the driver of user-space drivers, and lets it copy and interrupt.
  std::string DriveByUio() {
    guest_->RunWell("echo 7669 7265 >/sys/bus/pci/drivers/uio_pci_generic/new_id || true");
    return guest_->RunWell(std::string("toy_driver uio ") + kAddress);
  }
  std::string ReadScratch() { return guest_->RunWell("devmem $(($BAR + 4)) 32"); }
  // Turns the memory space on, which no driver has done yet, and finds the BAR.
  void FindBar() {
    guest_->RunWell("D=/sys/bus/pci/devices/0000:01:00.0; echo 1 >$D/enable");
    guest_->RunWell("read BAR rest <$D/resource");
  }

  guest::Alarms alarms_;
  MachineOptions options_;
  std::optional<Card> card_;
  std::optional<Machine> guest_;
};

TEST_F(GuestTest, FindsTheFunctionAndUsesItsRegistersDmaAndInterrupt) {
  Boot();
  FindBar();
  EXPECT_EQ(guest_->RunWell("cat $D/vendor $D/device $D/class"), "0x7669\n0x7265\n0xff0000\n");
  const std::string lspci = guest_->RunWell("lspci -vv -s 01:00.0");
  EXPECT_THAT(lspci, HasSubstr("Express (v2) Endpoint"));
  EXPECT_THAT(lspci, HasSubstr("FLReset+"));
  EXPECT_THAT(lspci, HasSubstr("MSI-X: Enable- Count=4"));
  EXPECT_THAT(lspci, HasSubstr("64-bit, non-prefetchable) [size=16K]"));

  EXPECT_EQ(guest_->RunWell("devmem $BAR 32"), "0x0DE71CE5\n");
  guest_->RunWell("devmem $(($BAR + 4)) 32 0x12345678");
  EXPECT_EQ(ReadScratch(), "0x12345678\n");
  EXPECT_EQ(guest_->RunWell("devmem $(($BAR + 0x2c)) 32"), "0x00510351\n") << "answered late";
  guest_->RunWell("echo flr >$D/reset_method && echo 1 >$D/reset");
  EXPECT_EQ(ReadScratch(), "0x00000000\n");

  EXPECT_EQ(DriveByUio(), "toy_driver: uio works\n");
  guest_->Type("poweroff -f");
  EXPECT_EQ(guest_->Join(), 0);
}

TEST_F(GuestTest, IsResetAndFindsTheFunctionResetToo) {
  options_.cpus = 1;
  Boot();
  for (int i = 0; i < 2; ++i) {
    FindBar();
    EXPECT_EQ(ReadScratch(), "0x00000000\n");
    guest_->RunWell("devmem $(($BAR + 4)) 32 0x12345678");
    EXPECT_EQ(DriveByUio(), "toy_driver: uio works\n");
    guest_->Monitor("system_reset");
    guest_->AwaitBoot();
  }
  FindBar();
  EXPECT_EQ(ReadScratch(), "0x00000000\n");
}

TEST_F(GuestTest, SeesTheFunctionUnpluggedAndPluggedAgain) {
  Boot();
  guest_->RunWell("dmesg -n 8");
  for (int i = 0; i < 2; ++i) {
    guest_->Monitor("device_del", {{"id", "toy"}});
    guest_->AwaitEvent("DEVICE_DELETED");
    EXPECT_EQ(guest_->Run(std::string("ls /sys/bus/pci/devices/") + kAddress).status, 1);
    guest_->Monitor("device_add", {{"driver", "vfio-pci"},
                                   {"id", "toy"},
                                   {"bus", "port1"},
                                   {"sysfsdev", options_.folder + "/toy"}});
    guest_->Await("pci 0000:01:00.0: [7669:7265]");
    guest_->Await(": assigned");  // its BAR
  }
  EXPECT_EQ(DriveByUio(), "toy_driver: uio works\n");
}

TEST_F(GuestTest, GoesOnWhenTheFunctionsServerDiesAndComesBack) {
  Boot();
  EXPECT_EQ(DriveByUio(), "toy_driver: uio works\n");
  for (int i = 0; i < 2; ++i) {
    card_.reset();
    card_.emplace(options_.functions["toy"]);
    EXPECT_EQ(DriveByUio(), "toy_driver: uio works\n");
  }
}

TEST_F(GuestTest, GivesTheFunctionToAUserSpaceDriverBehindAnIommu) {
  options_.machine = "q35,kernel-irqchip=split";
  options_.append = "intel_iommu=on";
  options_.functions["other"] = options_.folder + "/other.socket";
  // The IOMMU comes before the devices that it is to be in front of.
  options_.arguments.insert(options_.arguments.begin(), {"-device", "intel-iommu,caching-mode=on"});
  for (const char* argument :
       {"-device", "pcie-root-port,id=port2,slot=2,chassis=2", "-device", "{other},bus=port2"}) {
    options_.arguments.push_back(argument);
  }
  const Card other(options_.functions["other"]);
  Boot();
  for (const std::string& address : {std::string(kAddress), std::string("0000:02:00.0")}) {
    guest_->RunWell("D=/sys/bus/pci/devices/" + address);
    guest_->RunWell("echo vfio-pci >$D/driver_override");
    guest_->RunWell("echo " + address + " >/sys/bus/pci/drivers_probe");
    EXPECT_EQ(guest_->RunWell("toy_driver vfio " + address), "toy_driver: vfio works\n");
  }
}

TEST_F(GuestTest, IsNotStartedWithMemoryThatCannotBeShared) {
  options_.machine = "q35,memory-backend=private";
  options_.arguments.insert(options_.arguments.begin(),
                            {"-object", "memory-backend-memfd,id=private,size=256M,share=off",
                             "-machine", "memory-backend=private"});
  EXPECT_THROW(Boot(), std::runtime_error);
}

}  // namespace
}  // namespace vireo::e2e
