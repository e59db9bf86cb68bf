// SPDX-License-Identifier: Apache-2.0
// The functions as the guest finds them, and its network.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "sim/demonstration/demonstration.h"
#include "sim/demonstration/places.h"
#include "sim/demonstration/text.h"

namespace vireo::demonstration {
namespace {

constexpr int kPings = 20;

// What ping says, of busybox or of iputils. Busybox's may ask once more while it waits for the
// last.
std::string PingsIn(const std::string& output) {
  const bool all_came = output.find(fmt::format(" {} packets received", kPings)) != output.npos ||
                        output.find(fmt::format(" {} received", kPings)) != output.npos;
  Require(all_came, "replies are missing: " + output);
  const size_t at = output.rfind("= ");  // min/avg/max
  std::istringstream times(at == std::string::npos ? "" : output.substr(at + 2));
  std::string least, mean;
  std::getline(times, least, '/');
  std::getline(times, mean, '/');
  return fmt::format("{0} of {0} came back, after {1} ms on average", kPings, mean);
}

}  // namespace

std::string Demonstration::Function(const std::string& place, const std::string& id,
                                    const std::string& driver) {
  const std::string lspci = Guest("lspci -nnvv -s " + place + " 2>/dev/null");
  Require(lspci.find(id) != std::string::npos, "lspci shows no " + id + ": " + lspci);
  const std::string bound = Line(Guest(
      fmt::format("readlink /sys/bus/pci/devices/0000:{}/virtio*/driver | sed 's,.*/,,'", place)));
  Require(bound == driver, fmt::format("'{}' is bound to it, not {}", bound, driver));
  return lspci;
}

void Demonstration::Functions() {
  report_.Section("What the guest finds");
  std::string lspci;
  report_.Step("network function", [&] {
    lspci = Function(kNetPlace, "[1af4:1041]", "virtio_net");
    return "1af4:1041, the guest's own virtio_net is bound to it";
  });
  report_.Quote("lspci net", lspci);
  report_.Step("block function", [&] {
    lspci = Function(kBlkPlace, "[1af4:1042]", "virtio_blk");
    return "1af4:1042, the guest's own virtio_blk is bound to it";
  });
  report_.Quote("lspci blk", lspci);
}

void Demonstration::Network() {
  report_.Section("Network");
  report_.Step("link", [&] {
    Up();
    const std::string speaks =
        Line(Guest("cd /sys/class/net/eth0; cat operstate carrier address mtu"));
    std::istringstream lines(speaks);
    std::string state, carrier, address, mtu;
    lines >> state >> carrier >> address >> mtu;
    Require(carrier == "1", "eth0 has no carrier, its state is " + state);
    return fmt::format("eth0 is {}, MAC {}, MTU {}", state, address, mtu);
  });
  report_.Step("ping guest -> host", [&] {
    return PingsIn(Guest(fmt::format("ping -A -c {} {}", kPings, kHostAddress)));
  });
  report_.Step("ping host -> guest", [&] {
    return PingsIn(guest::RunHereWell(fmt::format("ping -A -c {} -W 10 {}", kPings, kGuestAddress),
                                      sandbox_.alarms));
  });
  report_.Step("file host -> guest", [&] {
    server_.emplace(kHostAddress, file_);
    Guest(fmt::format("wget -q -O /tmp/file {}", server_->url()));
    const std::string hash = Guest("sha256sum </tmp/file").substr(0, hash_.size());
    Require(hash == hash_, fmt::format("its SHA-256 is {}, not {}", hash, hash_));
    return fmt::format("{} bytes over TCP, SHA-256 {}... on both sides", Grouped(file_.size()),
                       hash.substr(0, 16));
  });
  report_.Step("file guest -> host", [&] {
    // busybox's wget would end the file at its first zero byte.
    Guest(fmt::format(
        "{{ printf 'POST / HTTP/1.1\\r\\nContent-Length: {}\\r\\n\\r\\n'; cat /tmp/file; }} "
        "| nc {} {} >/dev/null",
        file_.size(), kHostAddress, server_->port()));
    Require(server_->Received() == file_, "what arrived is not what was sent");
    return fmt::format("{} bytes over TCP, the same", Grouped(file_.size()));
  });
  report_.Step("interrupts", [&] {
    const std::string table = Guest("grep virtio /proc/interrupts");
    const auto vectors = std::ranges::count(table, '\n');
    const bool is_msi = table.find("MSI") != std::string::npos;
    Require(is_msi == options_.has_msi, "they come by another way: " + table);
    return is_msi ? fmt::format("MSI-X, {} vectors", vectors) : "INTx (pci=nomsi)";
  });
}

}  // namespace vireo::demonstration
