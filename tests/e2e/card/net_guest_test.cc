// SPDX-License-Identifier: Apache-2.0
// A stock guest with the card's virtio-net function.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "sim/guest/http_server.h"
#include "tests/e2e/card/card_guest.h"

namespace vireo::e2e {
namespace {

using testing::HasSubstr;

using NetGuest = CardGuest;

TEST_F(NetGuest, BindsItsOwnDriverAndPingsBothWays) {
  Boot(With({"net"}));
  Up(*guest_, kGuest);
  EXPECT_EQ(guest_->RunWell("readlink /sys/class/net/eth0/device/driver | sed 's,.*/,,'"),
            "virtio_net\n");
  EXPECT_EQ(guest_->RunWell("cat /sys/class/net/eth0/address"), "52:54:00:56:00:00\n");
  EXPECT_THAT(guest_->RunWell("lspci -nn -s 01:00.0"), HasSubstr("[1af4:1041]"));
  ExpectPing();
  EXPECT_EQ(Here(fmt::format("ping -c 3 -W 10 {}", kGuest)).status, 0);
  EXPECT_THAT(guest_->RunWell("grep virtio0 /proc/interrupts"), HasSubstr("virtio0-input.0"));
  EXPECT_THAT(guest_->RunWell(fmt::format("ping -s 1400 -c 2 {}", kHost)),
              HasSubstr(" 0% packet loss"));
}

TEST_F(NetGuest, WorksWithoutMsix) {
  guest::MachineOptions options = With({"net"});
  options.append = "pci=nomsi";
  options.cpus = 1;
  Boot(options);
  Up(*guest_, kGuest);
  ExpectPing();
}

// How long the guest takes to fetch the file decides when in a load things happen: never before a
// fifth of it is there.
class LoadedNetGuest : public CardGuest {
 protected:
  static constexpr size_t kBytes = 256 << 10;

  void SetUp() override {
    CardGuest::SetUp();
    if (IsSkipped()) return;
    std::string file(kBytes, '\0');
    for (size_t i = 0; i < file.size(); ++i) file[i] = static_cast<char>(i * i >> 7);
    std::ofstream(folder_ + "/file") << file;
    hash_ = Here(fmt::format("sha256sum <{}/file", folder_)).output;
    server_.emplace(kHost, std::move(file));
    Boot(With({"net"}));
    Up(*guest_, kGuest);
  }

  // The guest fetches and pings, without end, until its interface goes.
  void Load() {
    guest_->RunWell(
        fmt::format("{{ while wget -q -O /dev/null {}; do :; done & "
                    "ping {} >/dev/null & }}",
                    server_->url(), kHost));
    guest_->RunWell(fmt::format(
        "while [ $(cat /sys/class/net/eth0/statistics/rx_bytes) -lt {} ]; do :; done", kBytes / 5));
  }
  void ExpectFetch() {
    EXPECT_EQ(guest_->RunWell(fmt::format("wget -q -O - {} | sha256sum", server_->url())), hash_);
  }

  std::string hash_;
  std::optional<guest::HttpServer> server_;
};

TEST_F(LoadedNetGuest, ComesBackAfterSystemReset) {
  for (int i = 0; i < 2; ++i) {
    Load();
    guest_->Monitor("system_reset");
    guest_->AwaitBoot();
    Up(*guest_, kGuest);
    ExpectPing();
    ExpectFetch();
  }
}

TEST_F(LoadedNetGuest, LosesTheFunctionAndGetsItBack) {
  for (int i = 0; i < 2; ++i) {
    Load();
    Replug("net", "/sys/class/net/eth0");
    Up(*guest_, kGuest);
    ExpectPing();
    ExpectFetch();
  }
}

}  // namespace
}  // namespace vireo::e2e
