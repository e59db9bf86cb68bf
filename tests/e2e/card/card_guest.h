// SPDX-License-Identifier: Apache-2.0
// The card, a host at the other end of its wire, and guests that use its functions.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sim/guest/alarms.h"
#include "sim/guest/machine.h"
#include "sim/guest/network.h"
#include "sim/guest/process.h"
#include "sim/guest/simulated_card.h"

namespace vireo::e2e {

// Everything runs in a network namespace of the test's own.
class CardGuest : public testing::Test {
 protected:
  static constexpr char kHost[] = "10.9.0.1", kGuest[] = "10.9.0.2";

  void SetUp() override;
  ~CardGuest() override;

  // Options of a machine in which the functions are behind root ports 01:00.0, 02:00.0, ...
  guest::MachineOptions With(const std::vector<std::string>& functions) const;
  // Starts the guest and waits for its shell.
  void Boot(const guest::MachineOptions& options);
  // Gives an address to the guest's interface.
  static void Up(guest::Machine& machine, const std::string& address);
  void ExpectPing() { ExpectPing(*guest_); }
  static void ExpectPing(guest::Machine& machine, const std::string& address = kHost);

  // Takes a function from the guest and gives it back; `place` is where the guest's driver shows
  // it.
  void Replug(const std::string& function, const std::string& place);

  guest::CommandResult Here(const std::string& command) const {
    return guest::RunHere(command, alarms_);
  }

  guest::Alarms alarms_;
  std::string folder_;
  std::optional<guest::Wire> wire_;
  std::optional<guest::SimulatedCard> card_;
  std::optional<guest::Machine> guest_;
};

}  // namespace vireo::e2e
