// SPDX-License-Identifier: Apache-2.0
// vireo-blockd behind the card's RTL: drivers of block functions find their files, also while
// services are killed. Arguments: vireo-sim, vireo-blockd, and the seed, if it is not 1.

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <iostream>
#include <thread>

#include "sim/harness/random.h"
#include "tests/control-plane/block_service/journal_watch.h"
#include "tests/control-plane/block_service/load.h"
#include "tests/control-plane/block_service/processes.h"
#include "tests/sim/simulator/scratch.h"

namespace vireo::block_service {
namespace {

std::vector<std::string> arguments;

class BlockdTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kDiskBytes = uint64_t{Load::kSectors} * spec::kSectorBytes;

  BlockdTest() : seed_(arguments.size() > 3 ? std::stoull(arguments[3]) : 1) {
    std::cout << "seed " << seed_ << "\n";
    content_ = Content("blk");
    other_content_ = Content("other");
    scratch_.Write("disk", content_);
    scratch_.Write("other", other_content_);
    sim_ = std::make_unique<Program>(
        std::vector<std::string>{arguments[1], "--sockets", scratch_.folder(), "--config",
                                 scratch_.Write("card.yaml", Config())},
        [] {});
  }

  std::string Content(const std::string& name) const {
    sim::Random random(seed_, name);
    std::string content(kDiskBytes, 0);
    for (char& byte : content) byte = static_cast<char>(random.Next());
    return content;
  }
  std::string Config() const {
    return "seed: " + std::to_string(seed_) +
           "\nlink: {split: random, reorder_percent: 30}\n"
           "functions: {blk_vf1: {backend: channel, sectors: 256}}\n";
  }
  void StartService(const std::string& options = "") {
    service_ = std::make_unique<Program>(
        std::vector<std::string>{arguments[2], "--card", scratch_.Path("management.sock"),
                                 "blk=" + scratch_.Path("disk") + options,
                                 "blk_vf1=" + scratch_.Path("other") + ",buffered"},
        manager_.ForChild());
    manager_.Collect();
  }
  Load MakeLoad(const std::string& function, const std::string& content) {
    return Load(scratch_.Path(function + ".sock"), seed_, content);
  }
  void ExpectFile(const std::string& name, const Load& load) {
    EXPECT_TRUE(scratch_.Read(name) == std::string(load.disk().begin(), load.disk().end()));
  }

  const uint64_t seed_;
  sim::Scratch scratch_;
  std::string content_, other_content_;
  Manager manager_{scratch_.Path("notify")};
  std::unique_ptr<Program> sim_, service_;
};

TEST_F(BlockdTest, ServesTwoFunctionsAndLeavesWhatTheyWroteInTheirFiles) {
  StartService();
  Load load = MakeLoad("blk", content_), other = MakeLoad("blk_vf1", other_content_);
  EXPECT_EQ(load.capacity(), Load::kSectors);
  for (int round = 0; round < 3; ++round) {
    load.Run(50);
    other.Run(50);
  }
  load.Finish();
  other.Finish();
  EXPECT_EQ(load.Do(spec::VIRTIO_BLK_T_FLUSH, 0, 0), spec::VIRTIO_BLK_S_OK);
  EXPECT_EQ(service_->End(SIGTERM), 0);
  ExpectFile("disk", load);
  ExpectFile("other", other);
  // Nobody serves any more.
  load.may_fail = true;
  EXPECT_EQ(load.Do(spec::VIRTIO_BLK_T_IN, 0, 1), spec::VIRTIO_BLK_S_IOERR);
}

TEST_F(BlockdTest, LosesNothingWhenItIsKilledUnderAManager) {
  constexpr int kKills = 10;
  StartService();
  ASSERT_EQ(manager_.kept(), 3U);
  Load load = MakeLoad("blk", content_);
  sim::Random random(seed_, "kills");
  const JournalWatch journal(manager_.fd("vireo-memory"));
  uint64_t held = 0;  // requests that services had when they were killed
  std::atomic<bool> has_ended = false, is_over = false;
  std::string wrong;
  std::thread driver([&] {
    try {
      while (!is_over) load.Run(10);
      load.Finish();
    } catch (const std::exception& error) {
      wrong = error.what();
    }
    has_ended = true;
  });
  for (int kill = 0; kill < kKills && !has_ended; ++kill) {
    const uint64_t end = journal.seen() + 1 + random.Below(30);
    while (journal.seen() < end && !has_ended) std::this_thread::yield();
    EXPECT_EQ(service_->End(SIGKILL), 128 + SIGKILL);
    held += journal.held();
    StartService();
  }
  is_over = true;
  driver.join();
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(load.failed(), 0U);
  EXPECT_GT(held, 0U);
  EXPECT_EQ(service_->End(SIGTERM), 0);
  ExpectFile("disk", load);
}

TEST_F(BlockdTest, FailsWhatIsUnderWayWhenItIsKilledWithoutAManager) {
  StartService();
  Load load = MakeLoad("blk", content_);
  load.may_fail = true;
  for (int kill = 0; kill < 4; ++kill) {
    load.Run(20);
    service_->End(SIGKILL);
    manager_.Forget();
    StartService();
  }
  EXPECT_GT(load.failed(), 0U);
  load.Run(40);
  load.Finish();
  EXPECT_EQ(service_->End(SIGTERM), 0);
  ExpectFile("disk", load);
}

TEST_F(BlockdTest, FailsWritesToAReadOnlyDisk) {
  StartService(",read_only");
  Load load = MakeLoad("blk", content_);
  load.may_fail = true;
  EXPECT_EQ(load.Do(spec::VIRTIO_BLK_T_OUT, 0, 8), spec::VIRTIO_BLK_S_IOERR);
  EXPECT_EQ(load.Do(spec::VIRTIO_BLK_T_IN, 0, 8), spec::VIRTIO_BLK_S_OK);
  ExpectFile("disk", load);
}

}  // namespace
}  // namespace vireo::block_service

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  vireo::block_service::arguments.assign(argv, argv + argc);
  if (argc < 3) return 2;
  return RUN_ALL_TESTS();
}
