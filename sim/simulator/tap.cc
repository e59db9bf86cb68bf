// SPDX-License-Identifier: Apache-2.0
// Frames through /dev/net/tun.

#include "sim/simulator/tap.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace vireo::sim {

tl::expected<Tap, std::string> Tap::Open(const std::string& name) {
  const auto fail = [&](const char* what, const char* advice) {
    return tl::unexpected(fmt::format("open TAP interface {}: {}: {} ({})", name, what,
                                      std::strerror(errno), advice));
  };
  if (name.empty() || name.size() >= IFNAMSIZ) {
    return tl::unexpected(
        fmt::format("'{}' is no interface name: it needs 1 to {} characters", name, IFNAMSIZ - 1));
  }
  vfio_user::UniqueFd fd(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return fail("/dev/net/tun", "is the tun module loaded, and may you open it?");
  ifreq request = {};
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  std::memcpy(request.ifr_name, name.c_str(), name.size());
  if (ioctl(fd.get(), TUNSETIFF, &request) != 0) {
    return fail("TUNSETIFF", "make it first: ip tuntap add NAME mode tap user $USER");
  }
  return Tap(std::move(fd));
}

size_t Tap::Read(std::span<uint8_t> buffer, uint64_t) {
  const ssize_t bytes = read(fd_.get(), buffer.data(), buffer.size());
  return bytes > 0 ? static_cast<size_t>(bytes) : 0;
}

void Tap::Write(std::span<const uint8_t> frame, uint64_t) {
  while (write(fd_.get(), frame.data(), frame.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace vireo::sim
