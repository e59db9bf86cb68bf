// SPDX-License-Identifier: Apache-2.0
// The life of a buffer as a file for trace viewers.

#include "sim/simulator/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "hw/spec/common_cfg.h"
#include "hw/spec/function_bar.h"
#include "tests/sim/simulator/scratch.h"

namespace vireo::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using enum pcie::TrafficKind;

pcie::Traffic RegisterWrite(uint64_t offset, uint32_t bytes, uint64_t value) {
  return {kMmioWrite, 0, 0, bytes, offset, 1, value};
}

class TraceTest : public ::testing::Test {
 protected:
  void Open() {
    auto trace = Trace::Open(scratch_.Path("trace"));
    ASSERT_TRUE(trace) << trace.error();
    trace_ = std::move(*trace);
    namespace cfg = spec::common_cfg;
    trace_->Add(RegisterWrite(cfg::kQueueSelect.offset, 2, 1));
    trace_->Add(RegisterWrite(cfg::kQueueSize.offset, 2, 256));
    trace_->Add(RegisterWrite(cfg::kQueueDesc.offset, 8, 0x10000));
    trace_->Add(RegisterWrite(cfg::kQueueDriver.offset, 4, 0x20000));
    trace_->Add(RegisterWrite(cfg::kQueueDriver.offset + 4, 4, 0x1));
    trace_->Add(RegisterWrite(cfg::kQueueDevice.offset, 8, 0x30000));
  }
  // All events but the processes' names and the set-up of Open().
  nlohmann::json Events() {
    trace_.reset();
    nlohmann::json events;
    for (const auto& event : nlohmann::json::parse(scratch_.Read("trace"))) {
      if (event["ph"] != "M" && event["name"] != "register write") events.push_back(event);
    }
    return events;
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const auto& event : Events()) names.push_back(event["name"]);
    return names;
  }

  Scratch scratch_;
  std::unique_ptr<Trace> trace_;
};

TEST_F(TraceTest, SaysWhyItCannotBeWritten) {
  const auto trace = Trace::Open(scratch_.Path("none/trace"));
  ASSERT_FALSE(trace);
  EXPECT_THAT(trace.error(), HasSubstr("No such file"));
}

TEST_F(TraceTest, IsJsonEvenIfNothingPassed) {
  auto trace = Trace::Open(scratch_.Path("trace"));
  trace->reset();
  EXPECT_EQ(nlohmann::json::parse(scratch_.Read("trace")), nlohmann::json::array());
}

TEST_F(TraceTest, TellsRingsFromData) {
  ASSERT_NO_FATAL_FAILURE(Open());
  trace_->Add(RegisterWrite(spec::function_bar::NotifyOffset(1), 2, 1));
  const auto read = [&](uint64_t address, uint8_t tag) {
    trace_->Add({kDmaRead, 0, tag, 16, address, 10, 0});
    trace_->Add({kDmaReadDone, 0, tag, 0, 0, 20, 0});
  };
  read(0x1'0002'0004, 1);
  read(0x10000 + 16 * 255, 2);
  read(0x10000 + 16 * 256, 3);
  trace_->Add({kDmaWrite, 0, 0, 8, 0x30004, 30, 0});
  trace_->Add({kInterrupt, 0, 0, 0, 5, 31, 0});
  trace_->AddFrame(false, 60, 32);
  EXPECT_THAT(Names(),
              ElementsAre("notification", "read available ring", "read descriptors", "read data",
                          "write used ring", "interrupt", "frame from the card"));
}

TEST_F(TraceTest, LetsAReadLastFromItsRequestToItsLastCompletion) {
  ASSERT_NO_FATAL_FAILURE(Open());
  trace_->Add({kDmaRead, 0, 7, 64, 0xabc0, 1000, 0});
  trace_->Add({kDmaRead, 0, 8, 64, 0xdef0, 1001, 0});
  trace_->Add({kDmaReadDone, 0, 8, 0, 0, 1200, 0});
  trace_->Add({kDmaReadDone, 0, 7, 0, 0, 1250, 0});
  const nlohmann::json events = Events();
  EXPECT_EQ(events[1]["ts"], 4.0);
  EXPECT_EQ(events[1]["dur"], 1.0);
  EXPECT_EQ(events[1]["args"]["address"], "0xabc0");
  EXPECT_EQ(events[1]["args"]["clock"], 1000);
  EXPECT_EQ(events[1]["args"]["end_clock"], 1250);
}

TEST_F(TraceTest, ForgetsTheRingsOfADeviceThatIsReset) {
  ASSERT_NO_FATAL_FAILURE(Open());
  trace_->Add(RegisterWrite(spec::common_cfg::kDeviceStatus.offset, 1, 0));
  trace_->Add({kDmaWrite, 0, 0, 8, 0x30004, 30, 0});
  EXPECT_THAT(Names(), ElementsAre("write data"));
}

}  // namespace
}  // namespace vireo::sim
