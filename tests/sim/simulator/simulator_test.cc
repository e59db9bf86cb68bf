// SPDX-License-Identifier: Apache-2.0
// The simulator around the small card: settings reach the functions, ports and files work, and a
// run ends as it should.

#include "sim/simulator/simulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "card_small_cosim.h"
#include "hw/spec/device_cfg.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/pci_config.h"
#include "hw/virtio/functions.h"
#include "sim/simulator/counters_report.h"
#include "sim/simulator/function_settings.h"
#include "tests/hw/card/card_bus.h"
#include "tests/sim/simulator/scratch.h"

namespace vireo::sim {
namespace {

using ::testing::HasSubstr;
using vireo::testing::CardBus;

class SimulatorTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kDeviceCfg = spec::function_bar::kDeviceCfg;

  SimulatorTest() { options_.sockets = scratch_.folder(); }

  // A card with the settings of options_, without sockets.
  void MakeCard() {
    ASSERT_TRUE(CompleteSettings(options_.card));
    auto card = Card::Make(dut_, options_.card.block, DiskBytes(options_.card));
    ASSERT_TRUE(card) << card.error();
    card_ = std::move(*card);
    const auto applied = ApplySettings(options_.card, *card_);
    ASSERT_TRUE(applied) << applied.error();
  }
  CardBus Bus(unsigned function) {
    CardBus bus(*card_, static_cast<pcie::Function>(function));
    bus.WriteConfig(spec::pci_header::kCommand.offset, spec::pci_header::kCommandMemory);
    return bus;
  }
  std::string Complaint() {
    const auto simulator = Simulator::Open(dut_, options_);
    return simulator ? "" : simulator.error();
  }

  Scratch scratch_;
  Options options_;
  cosim::card_small dut_;
  std::unique_ptr<Card> card_;
};

TEST_F(SimulatorTest, SaysWhatCannotBeOpened) {
  options_.card.ports = {"lop"};
  EXPECT_THAT(Complaint(), HasSubstr("port 'lop' is none of"));
  options_.card.ports = {};
  options_.trace = scratch_.Path("none/trace");
  EXPECT_THAT(Complaint(), HasSubstr("No such file"));
  options_.trace = "";
  options_.waves = scratch_.Path("waves");
  EXPECT_THAT(Complaint(), HasSubstr("vireo-sim-waves"));
  options_.waves = "";
  options_.sockets = scratch_.Path("none");
  EXPECT_THAT(Complaint(), HasSubstr("No such file"));
}

TEST_F(SimulatorTest, SaysWhatIsWrongWithADisk) {
  BlkSettings& blk = options_.card.blks[kBlkFunction];
  blk.load = scratch_.Path("none");
  EXPECT_THAT(Complaint(), HasSubstr("load " + blk.load + ": No such file"));
  blk.load = scratch_.Write("odd", std::string(700, 'x'));
  EXPECT_THAT(Complaint(), HasSubstr("700 bytes are no whole number of sectors"));
  blk.load = scratch_.Write("large", std::string(1024, 'x'));
  blk.sectors = 1;
  EXPECT_THAT(Complaint(), HasSubstr("larger than the disk's 1 sectors"));
}

TEST_F(SimulatorTest, SetsAddressesAndMtu) {
  options_.card.nets[kFirstNetVirtual] = {{2, 3, 4, 5, 6, 7}, 9000, 1};
  ASSERT_NO_FATAL_FAILURE(MakeCard());
  CardBus bus = Bus(kFirstNetVirtual);
  EXPECT_EQ(bus.Read<uint32_t>(kDeviceCfg), 0x05040302U);
  EXPECT_EQ(bus.Read<uint16_t>(kDeviceCfg + 4), 0x0706U);
  EXPECT_EQ(bus.Read<uint16_t>(kDeviceCfg + spec::net_cfg::kMtu.offset), 9000);
  EXPECT_EQ(bus.Read<uint16_t>(kDeviceCfg + spec::net_cfg::kStatus.offset),
            spec::VIRTIO_NET_S_LINK_UP);
  EXPECT_EQ(bus.Read<uint16_t>(kDeviceCfg + spec::net_cfg::kMaxVirtqueuePairs.offset),
            kQueuesOfVirtual / 2);
}

TEST_F(SimulatorTest, LoadsAndSavesDisks) {
  const std::string content = std::string(512, 'a') + std::string(512, 'b');
  options_.card.blks[kFirstBlkVirtual].load = scratch_.Write("disk", content);
  options_.card.blks[kFirstBlkVirtual].save = scratch_.Path("saved");
  options_.card.blks[kBlkFunction].sectors = 9;  // the next disk begins at a multiple of 4 KiB
  ASSERT_NO_FATAL_FAILURE(MakeCard());
  EXPECT_EQ(Bus(kFirstBlkVirtual).Read<uint32_t>(kDeviceCfg), 2U);
  EXPECT_EQ(Bus(kBlkFunction).Read<uint32_t>(kDeviceCfg), 9U);
  EXPECT_EQ(std::memcmp(card_->disks().bytes().data() + 8192, content.data(), 1024), 0);
  card_->disks().bytes()[8192] = 'c';
  ASSERT_TRUE(SaveDisks(options_.card, *card_));
  EXPECT_EQ(scratch_.Read("saved"), 'c' + content.substr(1));
}

TEST_F(SimulatorTest, CountsByFunction) {
  ASSERT_NO_FATAL_FAILURE(MakeCard());
  Bus(kNetFunction).Read<uint32_t>(kDeviceCfg);
  CardBus blk = Bus(kBlkFunction);
  blk.Read<uint32_t>(kDeviceCfg);
  blk.Read<uint32_t>(kDeviceCfg);
  blk.Write<uint8_t>(0x14, 0);
  const auto report = nlohmann::json::parse(CountersReport(*card_, 1.5));
  EXPECT_EQ(report["mmio_reads"], 3);
  EXPECT_EQ(report["functions"]["net"]["mmio_reads"], 1);
  EXPECT_EQ(report["functions"]["blk"]["mmio_reads"], 2);
  EXPECT_EQ(report["functions"]["blk"]["mmio_writes"], 1);
  EXPECT_EQ(report["functions"]["blk_vf0"]["mmio_writes"], 0);
}

TEST_F(SimulatorTest, EndsBySignalAndWritesItsReport) {
  options_.card.ports = {"loop"};
  options_.report = scratch_.Path("report");
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGUSR2);
  sigprocmask(SIG_BLOCK, &end, nullptr);
  raise(SIGUSR2);
  const vfio_user::UniqueFd signals(signalfd(-1, &end, SFD_CLOEXEC));
  auto simulator = Simulator::Open(dut_, options_);
  ASSERT_TRUE(simulator) << simulator.error();
  EXPECT_EQ((*simulator)->Run(signals.get()), 0);
  EXPECT_TRUE((*simulator)->Finish());
  EXPECT_EQ(nlohmann::json::parse(scratch_.Read("report"))["card_errors"], 0);
}

}  // namespace
}  // namespace vireo::sim
