// SPDX-License-Identifier: Apache-2.0
// The set-up of the demo: the card, the guest, and the two ways between them.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <random>

#include "sim/demonstration/demonstration.h"
#include "sim/demonstration/places.h"
#include "sim/demonstration/terminal.h"
#include "sim/demonstration/text.h"

namespace vireo::demonstration {
namespace {

constexpr size_t kFileBytes = 256 << 10;
constexpr size_t kHashDigits = 64;

}  // namespace

Demonstration::Demonstration(const Options& options, const Sandbox& sandbox, Report& report)
    : options_(options), sandbox_(sandbox), report_(report) {
  std::mt19937_64 random(options.seed);
  file_.resize(kFileBytes);
  for (char& byte : file_) byte = static_cast<char>(random());
  const std::string path = sandbox.folder + "/file";
  std::ofstream(path, std::ios::binary) << file_;
  hash_ = guest::RunHereWell("sha256sum <" + path, sandbox.alarms).substr(0, kHashDigits);
}

void Demonstration::Picture() const {
  fmt::print(
      R"(A stock Debian guest in stock QEMU uses the card, whose RTL runs clock by clock in vireo-sim.

    this host             vireo-sim                                   QEMU
  .-----------.         .------------------------------.            .------------------.
  | vireo0    |   TAP   | MAC --- virtio-net PF0 --.   | vfio-user  | Linux            |
  | {:9} | <-----> |                        PCIe  | <--------> | eth0 {:11} |
  |           |         | memory - virtio-blk PF1 -'   |            | vda  64 MiB      |
  '-----------'         '------------------------------'            '------------------'
)",
      kHostAddress, kGuestAddress);
}

void Demonstration::Start() {
  report_.Section("The card and its guest");
  report_.Step("wire", [&] {
    wire_.emplace("vireo0", std::string(kHostAddress) + "/24", sandbox_.alarms);
    return fmt::format("TAP {} in a network namespace of its own, {}", wire_->interface(),
                       kHostAddress);
  });
  report_.Step("card", [&] {
    card_.emplace(guest::SimulatedCardOptions{.program = kSimulator,
                                              .folder = sandbox_.folder,
                                              .interface = wire_->interface(),
                                              .seed = options_.seed,
                                              .has_log = true},
                  sandbox_.alarms);
    card_counters_.emplace(card_->Socket("management"));
    return fmt::format("reset and ready, seed {}", options_.seed);
  });
  machine_.kernel = kGuestKernel;
  machine_.initramfs = kGuestInitramfs;
  machine_.folder = sandbox_.folder;
  machine_.cpus = options_.cpus;
  machine_.append = options_.has_msi ? "" : "pci=nomsi";
  machine_.has_logs = true;
  int slot = 0;
  for (const std::string name : {"net", "blk"}) {
    ++slot;
    machine_.functions[name] = card_->Socket(name);
    for (const std::string& argument :
         {std::string("-device"),
          fmt::format("pcie-root-port,id=port{0},slot={0},chassis={0}", slot),
          std::string("-device"), fmt::format("{{{0}}},id={0},bus=port{1}", name, slot)}) {
      machine_.arguments.push_back(argument);
    }
  }
  report_.Step("guest", [&] {
    guest_.emplace(machine_, sandbox_.alarms);
    guest_->AwaitBoot();
    return fmt::format("Debian's Linux {}, {} emulated CPU{}", Line(Guest("uname -r")),
                       options_.cpus, options_.cpus == 1 ? "" : "s");
  });
  BeginCount();
}

void Demonstration::Up() {
  Guest(fmt::format("ip addr add {}/24 dev eth0 && ip link set eth0 up", kGuestAddress));
}

void Demonstration::Shell() {
  wire_->Up();
  Up();
  Guest("mount /dev/vda /mnt");
  fmt::print(
      "\nYou are in the guest now. The host is {}, the disk is mounted on /mnt.\n"
      "Leave with 'exit', or at once with Ctrl-].\n\n",
      kHostAddress);
  std::fflush(stdout);
  UseTerminal(*guest_, sandbox_.alarms);
}

}  // namespace vireo::demonstration
