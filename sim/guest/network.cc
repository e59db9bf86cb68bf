// SPDX-License-Identifier: Apache-2.0
#include "sim/guest/network.h"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "sim/guest/process.h"

namespace vireo::guest {

void EnterNamespaces(int flags) {
  if (unshare(flags) == 0) return;
  const uid_t uid = getuid();
  const gid_t gid = getgid();
  if (unshare(CLONE_NEWUSER | flags) != 0) {
    throw Failure(
        fmt::format("make namespaces: {} (run as root, or allow users their own: "
                    "sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=1000)",
                    std::strerror(errno)));
  }
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << fmt::format("0 {} 1", uid);
  std::ofstream("/proc/self/gid_map") << fmt::format("0 {} 1", gid);
}

std::string WhyNoTap() {
  constexpr char kTun[] = "/dev/net/tun";
  if (access(kTun, F_OK) != 0) {
    return fmt::format(
        "there is no {}: load the kernel's module tun (modprobe tun), or in a "
        "container pass the device in",
        kTun);
  }
  if (access(kTun, R_OK | W_OK) != 0) {
    return fmt::format("{}: {} (Debian's mode is 0666)", kTun, std::strerror(errno));
  }
  return {};
}

Wire::Wire(const std::string& interface, const std::string& address, const Alarms& alarms)
    : interface_(interface), alarms_(alarms) {
  RunHereWell(fmt::format("ip link set lo up && ip tuntap add {0} mode tap && "
                          "ip link set {0} addrgenmode none && ip addr add {1} dev {0} && "
                          "ip link set {0} up",
                          interface, address),
              alarms);
}

Wire::~Wire() { std::ignore = RunHere("ip link del " + interface_, Alarms()); }

void Wire::Down() const { RunHereWell("ip link set " + interface_ + " down", alarms_); }

void Wire::Up() const { RunHereWell("ip link set " + interface_ + " up", alarms_); }

}  // namespace vireo::guest
