// SPDX-License-Identifier: Apache-2.0
// What a card must not do is found, named with its clock, and not taken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/pcie/mock_card.h"

// After hw/spec, which has the same names.
#include <linux/pci_regs.h>

namespace vireo::sim::pcie {
namespace {

using testing::HasSubstr;

constexpr uint64_t kBase = 0x1'0000'0000;

class CardErrorTest : public testing::Test {
 protected:
  CardErrorTest() : CardErrorTest(HardBlockConfig{}) {}
  explicit CardErrorTest(const HardBlockConfig& config) : bench_(config) {
    EXPECT_TRUE(bench_.memory.Map(0, {kBase, ram_.size(), ram_.data()}));
    bench_.Enable(0);
    bench_.card.on_rc = [this](const Tlp&) { ++completions_; };
  }
  // Runs until all is quiet; one error with this text is expected, and nothing done.
  void ExpectError(const std::string& text) {
    const uint64_t begin = bench_.block.clock();
    bench_.Run(2000);
    ASSERT_EQ(bench_.errors.size(), 1U);
    EXPECT_THAT(bench_.errors[0].what, HasSubstr(text));
    EXPECT_GE(bench_.errors[0].clock, begin);
    EXPECT_LT(bench_.errors[0].clock, begin + 1000);
  }
  void ExpectRefused(const std::string& text) {
    const auto before = ram_;
    ExpectError(text);
    EXPECT_EQ(ram_, before);
    EXPECT_EQ(bench_.block.counters().reads, 0U);
    EXPECT_EQ(bench_.block.counters().writes, 0U);
  }

  std::vector<uint8_t> ram_ = std::vector<uint8_t>(0x4000);
  Bench bench_;
  int completions_ = 0;
};

TEST_F(CardErrorTest, AWriteLargerThanMaxPayload) {
  bench_.card.Write(0, kBase, std::vector<uint8_t>(512, 1));
  ExpectRefused("RQ: function 0: a write of 512 bytes: Max_Payload_Size is 256");
}

TEST_F(CardErrorTest, AReadLargerThanMaxReadRequest) {
  bench_.card.Read(0, 1, kBase, 1024);
  ExpectRefused("RQ: function 0: a read of 1024 bytes: Max_Read_Request_Size is 512");
}

TEST_F(CardErrorTest, ARequestAcrossFourKibibytes) {
  bench_.card.Write(0, kBase + 0xff0, std::vector<uint8_t>(32, 1));
  ExpectRefused("cross a 4 KiB boundary");
}

TEST_F(CardErrorTest, ByteEnablesAgainstTheRules) {
  bench_.card.Write(0, kBase, std::vector<uint8_t>(16, 1)).last_be = 0;
  ExpectRefused("neither is 0 when there are several DWords");
}

TEST_F(CardErrorTest, ABeatThatBreaksThePacket) {
  bench_.card.spoil_rq = [](Beat& beat) { beat.keep = 0x0bff; };
  bench_.card.Write(0, kBase, std::vector<uint8_t>(16, 1));
  ExpectRefused("RQ: TKEEP 0x0bff is not one run");
}

TEST_F(CardErrorTest, AFunctionThatTheCardDoesNotHave) {
  bench_.card.Read(7, 1, kBase, 4);
  ExpectRefused("RQ: function 7: function 7: the card has 2");
}

TEST_F(CardErrorTest, ATagThatIsStillInFlight) {
  bench_.card.Read(0, 3, kBase, 4);
  bench_.card.Read(0, 3, kBase + 64, 4);
  ExpectError("RQ: function 0: a read with tag 3, whose last read is still in flight");
  EXPECT_EQ(completions_, 1);
}

TEST_F(CardErrorTest, ATagMayBeUsedAgainOnceItsReadIsDone) {
  for (int i = 0; i < 5; ++i) {
    bench_.card.Read(0, 3, kBase, 4);
    ASSERT_TRUE(bench_.RunUntil([&] { return completions_ == i + 1; }));
  }
  EXPECT_TRUE(bench_.errors.empty());
}

TEST_F(CardErrorTest, ARequestOfAFunctionWhoseBusMasteringWasNeverOn) {
  bench_.Run(1000);
  bench_.card.Read(1, 3, kBase, 4);
  ExpectError("RQ: function 1 asks for 0x100000000, and its bus mastering is off");
  EXPECT_EQ(completions_, 1);  // the tag is not lost
}

TEST_F(CardErrorTest, RequestsUnderWayWhenBusMasteringEndsAreDroppedQuietly) {
  bench_.WriteConfig(0, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
  bench_.Run(100);
  Status status = Status::kSuccess;
  bench_.card.on_rc = [&](const Tlp& tlp) { status = tlp.status; };
  bench_.card.Write(0, kBase, std::vector<uint8_t>(16, 1));
  bench_.card.Read(0, 3, kBase, 4);
  bench_.Run(100);
  EXPECT_TRUE(bench_.errors.empty());
  EXPECT_EQ(bench_.block.counters().dropped_bus_master_off, 2U);
  EXPECT_EQ(status, Status::kUnsupportedRequest);
  EXPECT_EQ(ram_[0], 0);
  bench_.Run(300);
  bench_.card.Write(0, kBase, std::vector<uint8_t>(16, 1));
  bench_.Run(100);
  ASSERT_EQ(bench_.errors.size(), 1U);
}

TEST_F(CardErrorTest, ACardThatWasNotToldYetIsNotBlamed) {
  bench_.card.state_ready = false;
  bench_.WriteConfig(0, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
  bench_.Run(2000);
  bench_.card.Write(0, kBase, std::vector<uint8_t>(16, 1));
  bench_.Run(100);
  EXPECT_TRUE(bench_.errors.empty());
  EXPECT_EQ(bench_.block.counters().dropped_bus_master_off, 1U);
  EXPECT_EQ(ram_[0], 0);
  bench_.card.state_ready = true;
  bench_.Run(1000);
  bench_.card.Write(0, kBase, std::vector<uint8_t>(16, 1));
  ExpectRefused("its bus mastering is off");
}

TEST_F(CardErrorTest, ARequestBehindAResetsEnd) {
  bench_.block.ResetFunction(0);
  bench_.Run(500);
  bench_.card.Write(0, kBase, std::vector<uint8_t>(16, 1));
  bench_.Run(100);
  EXPECT_TRUE(bench_.errors.empty());  // the card is not through yet
  bench_.card.resets_done.push_back(0);
  bench_.Run(500);
  bench_.card.Write(0, kBase, std::vector<uint8_t>(16, 1));
  ExpectRefused("its bus mastering is off");
}

TEST_F(CardErrorTest, AResetThatNobodyAskedFor) {
  bench_.card.resets_done.push_back(1);
  ExpectRefused("function 1 is said to be reset, and was not told to");
}

TEST_F(CardErrorTest, AConfigurationReplyThatNobodyAskedFor) {
  bench_.card.config_replies.push_back(1);
  ExpectRefused("a configuration reply that nobody waits for");
}

TEST_F(CardErrorTest, WithoutAHookTheFirstErrorThrows) {
  bench_.block.OnCardError({});
  bench_.card.Write(0, kBase, std::vector<uint8_t>(512, 1));
  EXPECT_THROW(bench_.Run(100), std::runtime_error);
}

// Completions, each with one thing wrong.
class BadCompletion : public CardErrorTest {
 protected:
  BadCompletion()
      : CardErrorTest([] {
          HardBlockConfig config;
          config.host_timeout_clocks = 100'000;
          return config;
        }()) {}
  void Answer(const std::function<void(Tlp&)>& change) {
    bench_.card.on_cq = [this, change](const Tlp& request) {
      bench_.card.Answer(request, std::vector<uint8_t>(8, 0x11));
      change(*bench_.card.cc.front());
    };
    bench_.block.MmioRead(0, 0, 0x1038, 8, [this](auto...) { ++answered_; });
  }
  int answered_ = 0;
};

TEST_F(BadCompletion, UnknownTag) {
  Answer([](Tlp& tlp) { tlp.tag = 0x55; });
  ExpectError("CC: completion of tag 85: no request with this tag is in flight");
  EXPECT_EQ(answered_, 0);
}

TEST_F(BadCompletion, WrongByteCount) {
  Answer([](Tlp& tlp) { tlp.byte_count = 12; });
  ExpectError("byte count 12, 8 bytes are to come");
}

TEST_F(BadCompletion, WrongLowerAddress) {
  Answer([](Tlp& tlp) { tlp.lower_address = 0x34; });
  ExpectError("lower address 0x34, the data goes on at 0x38");
}

TEST_F(BadCompletion, TooMuchPayload) {
  Answer([](Tlp& tlp) { tlp.dwords = 3; });
  ExpectError("3 DWords of payload for 8 bytes at 0x1038");
}

TEST_F(BadCompletion, SplitAtNoBoundary) {
  Answer([](Tlp& tlp) { tlp.dwords = 1; });
  ExpectError("it is split at 0x103c, which is no multiple of 64");
}

TEST_F(BadCompletion, WrongFunction) {
  Answer([](Tlp& tlp) { tlp.completer = 1; });
  ExpectError("it comes from function 1, the request went to 0");
}

TEST_F(BadCompletion, WrongRequester) {
  Answer([](Tlp& tlp) { tlp.requester = 0x0200; });
  ExpectError("it goes to requester 0x0200");
}

TEST_F(BadCompletion, AnErrorWithPayload) {
  Answer([](Tlp& tlp) { tlp.status = Status::kUnsupportedRequest; });
  ExpectError("status 1 with 2 DWords of payload");
}

TEST_F(BadCompletion, TwoForOneRequest) {
  bench_.card.on_cq = [this](const Tlp& request) {
    bench_.card.Answer(request, std::vector<uint8_t>(8, 0x11));
    bench_.card.Answer(request, std::vector<uint8_t>(8, 0x11));
  };
  bench_.block.MmioRead(0, 0, 0x1038, 8, [this](auto...) { ++answered_; });
  ExpectError("no request with this tag is in flight");
  EXPECT_EQ(answered_, 1);
}

TEST_F(BadCompletion, ASplitAtABoundaryIsRight) {
  bench_.card.on_cq = [this](const Tlp& request) {
    bench_.card.Answer(request, std::vector<uint8_t>(64, 0x11));
    Tlp& first = *bench_.card.cc.front();
    bench_.card.Answer(request, std::vector<uint8_t>(64, 0x11));
    Tlp& second = *bench_.card.cc[1];
    first.dwords = 2;
    second.dwords = 14;
    second.byte_count = 56;
    second.lower_address = 0x40;
  };
  bench_.block.MmioRead(0, 0, 0x1038, 64, [this](auto...) { ++answered_; });
  bench_.Run(1000);
  EXPECT_EQ(answered_, 1);
  EXPECT_TRUE(bench_.errors.empty()) << bench_.errors[0].what;
}

}  // namespace
}  // namespace vireo::sim::pcie
