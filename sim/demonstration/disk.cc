// SPDX-License-Identifier: Apache-2.0
// A file system on the card's disk, which outlives a boot.
#include <fmt/format.h>

#include "sim/demonstration/demonstration.h"
#include "sim/demonstration/places.h"
#include "sim/demonstration/text.h"

namespace vireo::demonstration {
namespace {

constexpr char kHashes[] = "cd /mnt && sha256sum file noise && cd /";

}  // namespace

void Demonstration::Disk() {
  report_.Section("Disk");
  report_.Step("disk", [&] {
    const uint64_t sectors = std::stoull(Guest("cat /sys/block/vda/size"));
    return fmt::format("vda has {} bytes, in card memory", Grouped(512 * sectors));
  });
  report_.Step("make a file system", [&] {
    Guest("mkfs.ext4 -q -F -J size=1 /dev/vda && mount -t ext4 /dev/vda /mnt");
    return "ext4, mounted";
  });
  report_.Step("write", [&] {
    Guest("cp /tmp/file /mnt/file && dd if=/dev/urandom of=/mnt/noise bs=64k count=4 2>/dev/null");
    on_disk_ = Guest(kHashes);
    return "two files of 256 KiB";
  });
  report_.Step("sync, unmount", [&] {
    Guest("sync && umount /mnt");
    return "done";
  });
  EndCount();
}

void Demonstration::SecondBoot() {
  report_.Section("Second boot");
  report_.Step("system_reset", [&] {
    guest_->Monitor("system_reset");
    guest_->AwaitBoot();
    return "the guest has booted again, the card has gone on";
  });
  BeginCount();
  report_.Step("mount", [&] {
    Guest("mount -t ext4 -o ro /dev/vda /mnt");
    return "ext4, read-only";
  });
  report_.Step("compare", [&] {
    const std::string hashes = Guest(kHashes);
    Require(hashes == on_disk_, fmt::format("the files were\n{}and are\n{}", on_disk_, hashes));
    Guest("umount /mnt");
    return "both files have the SHA-256 that they had before";
  });
  report_.Step("ping guest -> host", [&] {
    Up();
    const std::string output = Guest(fmt::format("ping -c 3 {}", kHostAddress));
    Require(output.find(" 0% packet loss") != std::string::npos, "replies are missing: " + output);
    return "the network is there again, too";
  });
  EndCount();
}

}  // namespace vireo::demonstration
