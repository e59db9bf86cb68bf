// SPDX-License-Identifier: Apache-2.0
#include "sim/guest/arp_count.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "sim/guest/alarms.h"

namespace vireo::guest {

ArpCount::ArpCount(const std::string& interface)
    : socket_(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  sockaddr_ll address = {};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ARP);
  address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  if (bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw Failure(fmt::format("listen for ARP on {}: {}", interface, std::strerror(errno)));
  }
}

uint64_t ArpCount::Frames() {
  while (true) {
    sockaddr_ll from = {};
    socklen_t size = sizeof from;
    char byte;
    if (recvfrom(socket_.get(), &byte, 1, 0, reinterpret_cast<sockaddr*>(&from), &size) < 0) {
      if (errno == ENETDOWN) continue;  // said once, when the interface goes down
      return frames_;
    }
    if (from.sll_pkttype != PACKET_OUTGOING) ++frames_;
  }
}

}  // namespace vireo::guest
