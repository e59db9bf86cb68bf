// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "host-driver/management/function_counters.h"
#include "host-driver/management/functions.h"
#include "host-driver/management/register_blocks.h"
#include "hw/spec/card_counters.h"
#include "hw/spec/size.h"
#include "tests/host-driver/management/bar_model.h"

namespace vireo::host {
namespace {

using spec::FunctionKind;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;
namespace bar = spec::management_bar;

class ManagementTest : public testing::Test, protected Transport {
 protected:
  RegisterBlocks Blocks() {
    const auto blocks = RegisterBlocks::Of(*this);
    if (!blocks) throw std::runtime_error(blocks.error());
    return *blocks;
  }
  std::string ErrorOfCard() {
    const auto blocks = RegisterBlocks::Of(*this);
    return blocks ? "" : blocks.error();
  }

  uint64_t ReadBar(uint64_t offset, unsigned bytes) override { return card_.Load(offset, bytes); }
  void WriteBar(uint64_t offset, unsigned bytes, uint64_t value) override {
    card_.Store(offset, bytes, value);
  }
  Result<void> MapDma(const DmaMemory&) override { return {}; }
  Result<void> EnableInterrupts(std::span<const int>) override { return {}; }
  Result<void> Enable() override { return {}; }
  int gone_fd() const override { return -1; }
  int kept_fd() const override { return -1; }

  BarModel card_;
};

TEST_F(ManagementTest, RefusesWhatIsNoCardAndACardOfOtherRegisters) {
  EXPECT_EQ(ErrorOfCard(), "");
  card_.Put(bar::kIdentity.records, spec::identity::kSpecHash, spec::kSpecHash + 1);
  EXPECT_THAT(ErrorOfCard(), HasSubstr("build both from the same hw/spec"));
  card_.Put(bar::kIdentity.records, spec::identity::kMagic, 0);
  EXPECT_EQ(ErrorOfCard(), "this is no management function of a Vireo card");
  card_.Put(bar::kIdentity.header, spec::block_header::kVersion, 2);
  EXPECT_EQ(ErrorOfCard(), "registers of type 1 have version 2, not 1");
}

TEST_F(ManagementTest, SaysThatABlockIsMissing) {
  card_.Put(bar::kFunctions.header, spec::block_header::kNext, 0);
  const auto records = Blocks().Find(bar::kFunctionCounters);
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error(), "the card has no registers of type 4");
}

// A card that is broken, or not one, is no reason to hang.
TEST_F(ManagementTest, EndsWhereHeadersAreACircle) {
  card_.Put(bar::kFunctions.header, spec::block_header::kNext, bar::kIdentity.header);
  EXPECT_FALSE(Blocks().Find(bar::kFunctionCounters));
}

TEST_F(ManagementTest, FollowsTheHeadersToRecordsThatLieElsewhere) {
  constexpr uint32_t kElsewhere = 0x18'0000, kStride = 0x1000;
  card_.Put(bar::kFunctions.header, spec::block_header::kRecords, kElsewhere);
  card_.Put(bar::kFunctions.header, spec::block_header::kStride, kStride);
  card_.Put(kElsewhere + 3 * kStride, spec::function_record::kKind,
            static_cast<uint64_t>(FunctionKind::kBlk));
  EXPECT_EQ(FindFunctions(Blocks(), FunctionKind::kBlk)->begin()->second, 3);
}

TEST_F(ManagementTest, NamesFunctionsAsPeopleDo) {
  card_.PutKind(0, FunctionKind::kNet);
  card_.PutKind(1, FunctionKind::kBlk);
  card_.PutKind(2, FunctionKind::kManagement);
  const uint16_t first = kFirstVirtualFunction;
  card_.PutKind(first, FunctionKind::kNet);
  card_.PutKind(first + 1u, FunctionKind::kBlk);
  card_.PutKind(first + 2u, FunctionKind::kBlk);
  EXPECT_THAT(*FindFunctions(Blocks(), FunctionKind::kNet),
              UnorderedElementsAre(Pair("net", 0), Pair("net_vf0", first)));
  EXPECT_THAT(
      *FindFunctions(Blocks(), FunctionKind::kBlk),
      UnorderedElementsAre(Pair("blk", 1), Pair("blk_vf0", first + 1), Pair("blk_vf1", first + 2)));
}

TEST_F(ManagementTest, ReadsAFunctionsCountersAndTheReasonsThatWereMet) {
  namespace reg = spec::function_counters;
  const uint32_t record = bar::kFunctionCounters.At(5);
  uint64_t value = uint64_t{1} << 40;
  for (const spec::Register* r :
       {&reg::kRxPackets, &reg::kRxBytes, &reg::kTxPackets, &reg::kTxBytes, &reg::kReads,
        &reg::kReadBytes, &reg::kWrites, &reg::kWriteBytes, &reg::kOthers}) {
    card_.Put(record, *r, ++value);
  }
  const auto drop = static_cast<uint32_t>(spec::Reason::kDropNoBuffer);
  card_.Put(record, reg::kReasonCount, 7, drop);
  const auto counters = ReadFunctionCounters(Blocks(), 5);
  ASSERT_TRUE(counters);
  value = uint64_t{1} << 40;
  for (const uint64_t counter : {counters->rx_packets, counters->rx_bytes, counters->tx_packets,
                                 counters->tx_bytes, counters->reads, counters->read_bytes,
                                 counters->writes, counters->write_bytes, counters->others}) {
    EXPECT_EQ(counter, ++value);
  }
  EXPECT_THAT(counters->reasons, UnorderedElementsAre(Pair(spec::Reason::kDropNoBuffer, 7)));
}

TEST_F(ManagementTest, SaysWhichFunctionsAreCounted) {
  const auto counters = ReadFunctionCounters(Blocks(), BarModel::kFunctions);
  ASSERT_FALSE(counters);
  EXPECT_EQ(counters.error(), "the card counts for 8 functions, so there is no number 8");
}

}  // namespace
}  // namespace vireo::host
