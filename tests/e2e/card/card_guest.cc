// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/card/card_guest.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sched.h>

#include <cstdlib>
#include <filesystem>

namespace vireo::e2e {
namespace {

// What ctest sets.
std::string Setting(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) {
    throw guest::Failure(fmt::format("{} is not set: run the test with ctest", name));
  }
  return value;
}

}  // namespace

void CardGuest::SetUp() {
  if (const std::string why = guest::WhyNoTap(); !why.empty()) GTEST_SKIP() << why;
  static const bool is_in = (guest::EnterNamespaces(CLONE_NEWNET), true);
  ASSERT_TRUE(is_in);
  std::string folder = std::filesystem::temp_directory_path() / "vireo-card-XXXXXX";
  folder_ = mkdtemp(folder.data());
  wire_.emplace("vireo0", std::string(kHost) + "/24", alarms_);
  card_.emplace(
      guest::SimulatedCardOptions{
          .program = Setting("VIREO_SIM"), .folder = folder_, .interface = wire_->interface()},
      alarms_);
}

CardGuest::~CardGuest() {
  guest_.reset();
  card_.reset();
  wire_.reset();
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

guest::MachineOptions CardGuest::With(const std::vector<std::string>& functions) const {
  guest::MachineOptions options;
  options.folder = folder_;
  options.kernel = Setting("VIREO_GUEST_KERNEL");
  options.initramfs = Setting("VIREO_GUEST_INITRAMFS");
  int number = 0;
  for (const std::string& function : functions) {
    options.functions[function] = card_->Socket(function);
    ++number;
    for (const std::string& argument :
         {std::string("-device"),
          fmt::format("pcie-root-port,id=port{0},slot={0},chassis={0}", number),
          std::string("-device"), fmt::format("{{{0}}},id={0},bus=port{1}", function, number)}) {
      options.arguments.push_back(argument);
    }
  }
  return options;
}

void CardGuest::Boot(const guest::MachineOptions& options) {
  guest_.emplace(options, alarms_);
  guest_->AwaitBoot();
}

void CardGuest::Up(guest::Machine& machine, const std::string& address) {
  machine.RunWell(fmt::format("ip addr add {}/24 dev eth0 && ip link set eth0 up", address));
}

void CardGuest::Replug(const std::string& function, const std::string& place) {
  const std::string bus = guest_->Monitor(
      "qom-get", {{"path", "/machine/peripheral/" + function}, {"property", "parent_bus"}});
  guest_->Monitor("device_del", {{"id", function}});
  guest_->AwaitEvent("DEVICE_DELETED");
  guest_->RunWell("while [ -e " + place + " ]; do :; done");
  guest_->Monitor("device_add", {{"driver", "vfio-pci"},
                                 {"id", function},
                                 {"bus", bus.substr(bus.rfind('/') + 1)},
                                 {"sysfsdev", folder_ + "/" + function}});
  guest_->RunWell("until [ -e " + place + " ]; do :; done");
}

void CardGuest::ExpectPing(guest::Machine& machine, const std::string& address) {
  EXPECT_THAT(machine.RunWell(fmt::format("ping -c 3 {}", address)),
              testing::HasSubstr(" 0% packet loss"));
}

}  // namespace vireo::e2e
