// SPDX-License-Identifier: Apache-2.0
// A stock guest with the card's virtio-blk function.
#include <gmock/gmock.h>

#include "tests/e2e/card/card_guest.h"

namespace vireo::e2e {
namespace {

// The disk's first MiB is written and stays; others are written under load.
class BlkGuest : public CardGuest {
 protected:
  void SetUp() override {
    CardGuest::SetUp();
    if (IsSkipped()) return;
    Boot(With({"blk"}));
    guest_->RunWell("dd if=/dev/urandom of=/dev/vda bs=64k count=16 conv=fsync 2>/dev/null");
    hash_ = Hash();
  }
  std::string Hash() {
    return guest_->RunWell(
        "echo 3 >/proc/sys/vm/drop_caches; head -c 1048576 /dev/vda | sha256sum");
  }
  void Load() {
    // The disk is opened once: without it dd would make a file of that name.
    guest_->RunWell(
        "{ while dd if=/dev/urandom bs=64k count=16 seek=16 conv=fsync 2>/dev/null; do :; done "
        ">/dev/vda & }");
    guest_->RunWell(
        "sectors() { set -- $(cat /sys/block/vda/stat); echo $7; }; begin=$(sectors); "
        "while [ $(sectors) -lt $((begin + 256)) ]; do :; done");
  }

  std::string hash_;
};

TEST_F(BlkGuest, KeepsItsDataOverSystemResetInMidLoad) {
  for (int i = 0; i < 2; ++i) {
    Load();
    guest_->Monitor("system_reset");
    guest_->AwaitBoot();
    EXPECT_EQ(Hash(), hash_);
  }
}

TEST_F(BlkGuest, LosesTheFunctionInMidLoadAndGetsItBack) {
  for (int i = 0; i < 2; ++i) {
    Load();
    Replug("blk", "/sys/block/vda");
    EXPECT_EQ(Hash(), hash_);
  }
}

}  // namespace
}  // namespace vireo::e2e
