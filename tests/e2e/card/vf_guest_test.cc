// SPDX-License-Identifier: Apache-2.0
// Two guests at once, each with virtual functions of the card, by which they also talk to each
// other.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/e2e/card/card_guest.h"

namespace vireo::e2e {
namespace {

class VfGuests : public CardGuest {
 protected:
  static constexpr char kFirst[] = "10.9.0.2", kSecond[] = "10.9.0.3";

  void Start(std::optional<guest::Machine>& machine, const std::string& number,
             const std::string& address) {
    guest::MachineOptions options = With({"net_vf" + number, "blk_vf" + number});
    options.name = "guest " + number;
    options.cpus = 1;
    machine.emplace(options, alarms_);
    machine->AwaitBoot();
    Up(*machine, address);
  }
  // Both functions are used without end, the network to the other guest.
  static void Load(guest::Machine& machine, const std::string& other) {
    machine.RunWell(fmt::format(
        "{{ while dd if=/dev/urandom of=/dev/vda bs=64k count=4 conv=fsync 2>/dev/null; do :; "
        "done & ping -i 0.1 -s 1000 {} >/dev/null & }}",
        other));
    machine.RunWell(
        "while set -- $(cat /sys/block/vda/stat); [ $7 -lt 64 ]; do :; done; "
        "while [ $(cat /sys/class/net/eth0/statistics/rx_packets) -lt 2 ]; do :; done");
  }
  static std::string WriteAndHash(guest::Machine& machine) {
    return machine.RunWell(
        "dd if=/dev/urandom of=/tmp/noise bs=64k count=4 2>/dev/null; "
        "dd if=/tmp/noise of=/dev/vda bs=64k seek=64 conv=fsync 2>/dev/null; sha256sum "
        "</tmp/noise");
  }
  static std::string HashOnDisk(guest::Machine& machine) {
    return machine.RunWell(
        "echo 3 >/proc/sys/vm/drop_caches; "
        "dd if=/dev/vda bs=64k skip=64 count=4 2>/dev/null | sha256sum");
  }

  std::optional<guest::Machine> other_;
};

TEST_F(VfGuests, OneIsKilledInMidLoadAndTheOtherGoesOn) {
  Start(guest_, "0", kFirst);
  Start(other_, "1", kSecond);
  const std::string hash = WriteAndHash(*other_);
  ExpectPing(*guest_, kSecond);
  Load(*guest_, kSecond);
  Load(*other_, kFirst);
  guest_->Kill();
  ExpectPing(*other_);
  EXPECT_EQ(HashOnDisk(*other_), hash);

  // What waits for the killed guest would come to the new one all at once, and to its ping too,
  // whose socket has no room for so much.
  other_->RunWell("killall ping");
  Start(guest_, "0", kFirst);
  ExpectPing(*guest_);
  ExpectPing(*guest_, kSecond);
  const std::string new_hash = WriteAndHash(*guest_);
  EXPECT_EQ(HashOnDisk(*guest_), new_hash);
  ExpectPing(*other_);
  EXPECT_EQ(HashOnDisk(*other_), hash) << "the disks are apart";
}

}  // namespace
}  // namespace vireo::e2e
