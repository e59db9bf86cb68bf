// SPDX-License-Identifier: Apache-2.0
// MSI-X with its masks and pending bits, ISR status and INTx.
// VIRTIO 1.4, 4.1.4.5 "ISR status capability", 4.1.5.1.2 "MSI-X Vector Configuration". PCI Express
// Base 4.0, 6.1.4 "MSI and MSI-X Operation".
#include <gtest/gtest.h>

#include "tests/hw/virtio/driver.h"

namespace vireo {
namespace {

using test::Driver;
using test::TransportBench;
namespace bar = spec::function_bar;
namespace cfg = spec::common_cfg;

class InterruptTest : public testing::Test {
 protected:
  static constexpr int kQueuesUsed = 3;

  void Start(bool msix) {
    State(msix, false, true, false);
    for (int vector = 0; msix && vector <= kQueuesUsed; ++vector) driver.SetUpVector(vector);
    driver.Start(kQueuesUsed);
  }
  void State(bool msix, bool mask, bool bus_master, bool intx_disable) {
    pcie4c::FunctionState state;
    state.memory_space = 1;
    state.msix_enable = msix;
    state.msix_mask = mask;
    state.bus_master = bus_master;
    state.intx_disable = intx_disable;
    bench.SetState(driver.function, state);
  }
  void Interrupt(int queue) {
    bench.interrupt_in.write(QueueInterrupt{QueueOf(driver.function, queue)});
    bench.Settle();
  }
  // The vectors of the messages since the last call.
  std::vector<int> Sent() {
    std::vector<int> vectors;
    for (const WriteLine& write : bench.writes) {
      vectors.push_back(static_cast<int>((write.address - Driver::MessageAddressOf(0)) / 4));
    }
    bench.writes.clear();
    return vectors;
  }
  // The levels of INTx since the last call.
  std::vector<int> Levels() {
    std::vector<int> levels;
    for (const pcie4c::IntxLevel& level : bench.intx) {
      EXPECT_EQ(level.function, unsigned(driver.function));
      levels.push_back(level.asserted.to_int());
    }
    bench.intx.clear();
    return levels;
  }
  using Vectors = std::vector<int>;

  TransportBench bench;
  Driver driver{bench, kNetFunction};
};

TEST_F(InterruptTest, EachQueueHasItsVector) {
  Start(true);
  for (const int queue : {2, 0, 1}) Interrupt(queue);
  EXPECT_EQ(Sent(), (Vectors{2, 0, 1}));
}

TEST_F(InterruptTest, QueuesMayShareAVector) {
  Start(true);
  for (int queue = 0; queue < kQueuesUsed; ++queue) {
    driver.Select(queue);
    spec::Write<cfg::kQueueMsixVector>(driver.common, 1);
  }
  for (const int queue : {0, 2}) Interrupt(queue);
  EXPECT_EQ(Sent(), (Vectors{1, 1}));
}

TEST_F(InterruptTest, NoVectorIsSilent) {
  Start(true);
  driver.Select(1);
  spec::Write<cfg::kQueueMsixVector>(driver.common, spec::VIRTIO_MSI_NO_VECTOR);
  spec::Write<cfg::kConfigMsixVector>(driver.common, spec::VIRTIO_MSI_NO_VECTOR);
  Interrupt(1);
  bench.update_in.write(ConfigUpdate{kNetFunction, 0, 0});
  bench.Settle();
  EXPECT_EQ(Sent(), Vectors{});
  EXPECT_EQ(driver.isr.Read<uint8_t>(0), spec::VIRTIO_PCI_ISR_CONFIG);
}

TEST_F(InterruptTest, AMaskedVectorIsKeptPendingAndSentOnce) {
  Start(true);
  driver.Mask(1, true);
  EXPECT_EQ(spec::Read<spec::msix_entry::kControl>(driver.Entry(1)), 1u);
  Interrupt(1);
  Interrupt(1);
  Interrupt(2);
  EXPECT_EQ(Sent(), Vectors{2});
  EXPECT_TRUE(driver.IsPending(1));
  EXPECT_FALSE(driver.IsPending(2));
  driver.Mask(1, false);
  EXPECT_EQ(Sent(), Vectors{1});
  EXPECT_FALSE(driver.IsPending(1));
}

TEST_F(InterruptTest, AMaskedFunctionKeepsAllPending) {
  Start(true);
  State(true, true, true, false);
  for (const int queue : {2, 0, 1}) Interrupt(queue);
  driver.Mask(0, true);
  EXPECT_EQ(Sent(), Vectors{});
  State(true, false, true, false);
  EXPECT_EQ(Sent(), (Vectors{1, 2}));
  EXPECT_TRUE(driver.IsPending(0));
}

TEST_F(InterruptTest, WithoutBusMasterNothingIsWritten) {
  Start(true);
  State(true, false, false, false);
  Interrupt(0);
  EXPECT_EQ(Sent(), Vectors{});
  State(true, false, true, false);
  EXPECT_EQ(Sent(), Vectors{0});
}

TEST_F(InterruptTest, AMessageChangedWhileMaskedIsSentAsItIsThen) {
  Start(true);
  driver.Mask(0, true);
  Interrupt(0);
  spec::Write<spec::msix_entry::kAddress>(driver.Entry(0), 0x1'2345'6000);
  spec::Write<spec::msix_entry::kData>(driver.Entry(0), 0xcafe);
  driver.Mask(0, false);
  ASSERT_EQ(bench.writes.size(), 1u);
  EXPECT_EQ(bench.writes[0].address, 0x1'2345'6000u);
  EXPECT_EQ(bench.writes[0].data.range(31, 0).to_uint(), 0xcafeu);
}

TEST_F(InterruptTest, TheTableReadsAsWritten) {
  Start(true);
  for (int vector = 0; vector <= kQueuesOfPhysical; ++vector) driver.SetUpVector(vector);
  for (int vector = 0; vector <= kQueuesOfPhysical; ++vector) {
    EXPECT_EQ(spec::Read<spec::msix_entry::kAddress>(driver.Entry(vector)),
              Driver::MessageAddressOf(vector));
    EXPECT_EQ(spec::Read<spec::msix_entry::kData>(driver.Entry(vector)),
              Driver::MessageDataOf(vector));
    EXPECT_EQ(spec::Read<spec::msix_entry::kControl>(driver.Entry(vector)), 0u);
  }
  driver.Entry(1).Write<uint8_t>(9, 0x77);
  EXPECT_EQ(spec::Read<spec::msix_entry::kData>(driver.Entry(1)),
            (Driver::MessageDataOf(1) & ~0xff00u) | 0x7700u);
}

TEST_F(InterruptTest, VectorsBehindTheTableAreNotThere) {
  Start(true);
  for (const int vector : {kQueuesOfPhysical + 1, 64, 2047}) {
    driver.SetUpVector(vector);
    EXPECT_EQ(spec::Read<spec::msix_entry::kAddress>(driver.Entry(vector)), 0u);
    EXPECT_EQ(spec::Read<spec::msix_entry::kControl>(driver.Entry(vector)), 0u);
  }
}

TEST_F(InterruptTest, TablesOfFunctionsAreApart) {
  Start(true);
  bench.Enable(kBlkFunction);
  Driver blk(bench, kBlkFunction);
  for (int vector = 0; vector <= kQueuesOfPhysical; ++vector) {
    spec::Write<spec::msix_entry::kData>(blk.Entry(vector), 0xb10c);
  }
  for (int vector = 0; vector <= kQueuesUsed; ++vector) {
    EXPECT_EQ(spec::Read<spec::msix_entry::kData>(driver.Entry(vector)),
              Driver::MessageDataOf(vector));
  }
}

TEST_F(InterruptTest, WithoutMsixIsrAndIntxTell) {
  Start(false);
  EXPECT_EQ(driver.isr.Read<uint8_t>(0), 0);
  Interrupt(0);
  Interrupt(1);
  EXPECT_EQ(Levels(), Vectors{1});
  EXPECT_EQ(driver.isr.Read<uint8_t>(0), spec::VIRTIO_PCI_ISR_QUEUE);
  EXPECT_EQ(Levels(), Vectors{0}) << "the read lowers it";
  EXPECT_EQ(driver.isr.Read<uint8_t>(0), 0);
  bench.update_in.write(ConfigUpdate{kNetFunction, 0, 0});
  bench.Settle();
  Interrupt(0);
  EXPECT_EQ(Levels(), Vectors{1});
  EXPECT_EQ(driver.isr.Read<uint8_t>(0), spec::VIRTIO_PCI_ISR_QUEUE | spec::VIRTIO_PCI_ISR_CONFIG);
  EXPECT_EQ(Sent(), Vectors{});
}

TEST_F(InterruptTest, AReadOfNoBytesLeavesIsrAlone) {
  Start(false);
  Interrupt(0);
  bench.Send(kNetFunction, false, bar::kIsrCfg, {}, 1, 0, 0);
  bench.Receive();
  bench.Send(kNetFunction, false, bar::kIsrCfg, {}, 1, 2, 0);
  bench.Receive();
  EXPECT_EQ(Levels(), Vectors{1});
  EXPECT_EQ(driver.isr.Read<uint8_t>(0), spec::VIRTIO_PCI_ISR_QUEUE);
}

TEST_F(InterruptTest, IntxObeysItsDisableBit) {
  Start(false);
  State(false, false, true, true);
  Interrupt(0);
  EXPECT_EQ(Levels(), Vectors{});
  State(false, false, true, false);
  EXPECT_EQ(Levels(), Vectors{1});
  State(false, false, true, true);
  EXPECT_EQ(Levels(), Vectors{0});
}

TEST_F(InterruptTest, IntxEndsWithMsixAndWithAReset) {
  Start(false);
  Interrupt(0);
  State(true, false, true, false);
  EXPECT_EQ(Levels(), (Vectors{1, 0}));
  State(false, false, true, false);
  EXPECT_EQ(Levels(), Vectors{1});
  driver.Reset();
  EXPECT_EQ(Levels(), Vectors{0});
  EXPECT_EQ(driver.Status(), 0);
}

TEST_F(InterruptTest, VirtualFunctionsHaveNoIntx) {
  bench.Enable(kFirstVirtualFunction, false);
  Driver vf(bench, kFirstVirtualFunction);
  vf.Start(1);
  bench.interrupt_in.write(QueueInterrupt{QueueOf(vf.function, 0)});
  bench.Settle();
  EXPECT_TRUE(bench.intx.empty());
  EXPECT_EQ(vf.isr.Read<uint8_t>(0), spec::VIRTIO_PCI_ISR_QUEUE);
}

TEST_F(InterruptTest, EveryQueueOfTheCardReachesItsFunction) {
  std::vector<int> functions = {kNetFunction, kBlkFunction};
  for (int f = kFirstVirtualFunction; f < kVirtualEnd; ++f) functions.push_back(f);
  for (const int function : functions) {
    bench.Enable(function);
    Driver other(bench, function);
    const int queues = function < kFirstVirtualFunction ? kQueuesOfPhysical : kQueuesOfVirtual;
    other.SetUpVector(queues - 1);
    ASSERT_TRUE(other.Negotiate(other.Offered()));
    other.SetUpQueue(queues - 1, 16, static_cast<uint16_t>(queues - 1));
    other.Go();
    bench.writes.clear();
    bench.interrupt_in.write(QueueInterrupt{bench.setups.back().queue});
    bench.Settle();
    ASSERT_EQ(bench.writes.size(), 1u) << "function " << function;
    EXPECT_EQ(bench.writes[0].function, unsigned(function));
  }
}

}  // namespace
}  // namespace vireo
