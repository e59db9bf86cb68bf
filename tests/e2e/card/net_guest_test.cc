// SPDX-License-Identifier: Apache-2.0
// A stock guest with the card's virtio-net function, and a host at the other end of its wire.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "tests/e2e/guest/machine.h"
#include "tests/e2e/guest/process.h"

namespace vireo::e2e {
namespace {

using testing::HasSubstr;

constexpr char kHost[] = "10.9.0.1", kGuest[] = "10.9.0.2";

// Everything runs in a network namespace of the test's own: as root, or else as root of a user
// namespace, in which the user is mapped.
void EnterNetworkNamespace() {
  static const bool is_in = [] {
    if (unshare(CLONE_NEWNET) == 0) return true;
    const uid_t uid = getuid();
    const gid_t gid = getgid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << fmt::format("0 {} 1", uid);
    std::ofstream("/proc/self/gid_map") << fmt::format("0 {} 1", gid);
    return true;
  }();
  if (!is_in) throw std::runtime_error(fmt::format("unshare: {}", std::strerror(errno)));
}

int RunHere(const std::string& command) { return std::system(command.c_str()); }

class NetGuest : public testing::Test {
 protected:
  void SetUp() override {
    if (access("/dev/net/tun", R_OK | W_OK) != 0) {
      GTEST_SKIP() << "no /dev/net/tun that we may open: load the tun module";
    }
    std::string folder = std::filesystem::temp_directory_path() / "vireo-net-XXXXXX";
    options_.folder = mkdtemp(folder.data());
    options_.kernel = std::getenv("VIREO_GUEST_KERNEL");
    options_.initramfs = std::getenv("VIREO_GUEST_INITRAMFS");
    options_.functions["net"] = options_.folder + "/net.sock";
    options_.arguments = {"-device", "pcie-root-port,id=port1,slot=1", "-device",
                          "{net},id=net,bus=port1"};
    EnterNetworkNamespace();
    EXPECT_EQ(RunHere("ip link set lo up && ip tuntap add vireo0 mode tap"), 0);
    EXPECT_EQ(RunHere(fmt::format("ip addr add {}/24 dev vireo0 && ip link set vireo0 up", kHost)),
              0);
    simulator_.emplace(std::vector<std::string>{std::getenv("VIREO_SIM"), "--sockets",
                                                options_.folder, "--tap", "vireo0", "--report",
                                                ReportPath()});
    char ready;
    EXPECT_EQ(read(simulator_->output(), &ready, 1), 1) << "vireo-sim has not started";
  }
  ~NetGuest() override {
    guest_.reset();
    simulator_.reset();
    if (options_.folder.empty()) return;
    RunHere("ip link del vireo0");
    std::filesystem::remove_all(options_.folder);
  }

  std::string ReportPath() const { return options_.folder + "/report.json"; }

  void Boot() {
    guest_.emplace(options_);
    guest_->AwaitBoot();
    guest_->RunWell(fmt::format("ip addr add {}/24 dev eth0 && ip link set eth0 up", kGuest));
  }

  MachineOptions options_;
  std::optional<Process> simulator_;
  std::optional<Machine> guest_;
};

TEST_F(NetGuest, BindsItsOwnDriverAndPingsBothWays) {
  Boot();
  EXPECT_EQ(guest_->RunWell("readlink /sys/class/net/eth0/device/driver | sed 's,.*/,,'"),
            "virtio_net\n");
  EXPECT_EQ(guest_->RunWell("cat /sys/class/net/eth0/address"), "52:54:00:56:00:00\n");
  EXPECT_THAT(guest_->RunWell("lspci -nn -s 01:00.0"), HasSubstr("[1af4:1041]"));
  EXPECT_THAT(guest_->RunWell(fmt::format("ping -c 3 {}", kHost)), HasSubstr(" 0% packet loss"));
  EXPECT_EQ(RunHere(fmt::format("ping -c 3 -W 10 {} >/dev/null", kGuest)), 0);
  EXPECT_THAT(guest_->RunWell("grep virtio0 /proc/interrupts"), HasSubstr("virtio0-input.0"));
  EXPECT_THAT(guest_->RunWell(fmt::format("ping -s 1400 -c 2 {}", kHost)),
              HasSubstr(" 0% packet loss"));
}

TEST_F(NetGuest, WorksWithoutMsix) {
  options_.append = "pci=nomsi";
  options_.cpus = 1;
  Boot();
  EXPECT_THAT(guest_->RunWell(fmt::format("ping -c 3 {}", kHost)), HasSubstr(" 0% packet loss"));
}

TEST_F(NetGuest, ComesBackAfterSystemReset) {
  Boot();
  guest_->Monitor("system_reset");
  guest_->AwaitBoot();
  guest_->RunWell(fmt::format("ip addr add {}/24 dev eth0 && ip link set eth0 up", kGuest));
  EXPECT_THAT(guest_->RunWell(fmt::format("ping -c 2 {}", kHost)), HasSubstr(" 0% packet loss"));
}

}  // namespace
}  // namespace vireo::e2e
