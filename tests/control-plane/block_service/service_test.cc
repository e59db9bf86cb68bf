// SPDX-License-Identifier: Apache-2.0
// The service on a model of the card: each request is done once, as it was asked, also by services
// that are killed and by their successors.

#include "control-plane/block_service/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <iostream>

#include "hw/spec/virtio_blk.h"
#include "tests/control-plane/block_service/card_model.h"
#include "tests/sim/simulator/scratch.h"

namespace vireo::block_service {
namespace {

namespace reg = spec::function_record;
using ::testing::HasSubstr;

class ServiceTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kDiskBytes = 20 * 4096, kOtherBytes = 3 * 512;

  ServiceTest() {
    MakeDisk(CardModel::kFunction, "disk", kDiskBytes);
    MakeDisk(CardModel::kOther, "other", kOtherBytes);  // no multiple of a page
  }

  void MakeDisk(uint16_t function, const std::string& name, uint64_t bytes) {
    std::string content;
    for (uint64_t i = 0; i < bytes; ++i) content += static_cast<char>(card_.random.Next());
    scratch_.Write(name, content);
    card_.disks[function].assign(content.begin(), content.end());
  }
  std::map<uint16_t, Service::Served> OpenDisks(const DiskSettings& how) {
    std::map<uint16_t, Service::Served> disks;
    for (const auto& [function, name] :
         {std::pair(CardModel::kFunction, "disk"), std::pair(CardModel::kOther, "other")}) {
      auto disk = Disk::Open({scratch_.Path(name), how.read_only, how.buffered});
      EXPECT_TRUE(disk) << disk.error();
      if (disk) disks[function] = {name, std::move(*disk)};
    }
    return disks;
  }
  void Start(const DiskSettings& how = {}) {
    auto service = Service::Start(card_.Attach(), OpenDisks(how), std::chrono::seconds(2));
    ASSERT_TRUE(service) << service.error();
    service_ = std::move(*service);
  }
  void Step() {
    const auto step = service_->Step();
    ASSERT_TRUE(step) << step.error();
  }
  // Until the service has nothing.
  void Finish() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!card_.asked.empty()) {
      ASSERT_NO_FATAL_FAILURE(Step());
      ASSERT_LT(std::chrono::steady_clock::now(), end) << card_.asked.size() << " are lost";
    }
  }
  void ExpectFilesAreRight() {
    for (const auto& [function, name] :
         {std::pair(CardModel::kFunction, "disk"), std::pair(CardModel::kOther, "other")}) {
      const std::vector<uint8_t>& expected = card_.disks[function];
      EXPECT_TRUE(scratch_.Read(name) == std::string(expected.begin(), expected.end())) << name;
    }
  }
  void AskSome() {
    const unsigned count = static_cast<unsigned>(card_.random.Below(6));
    for (unsigned i = 0; i < count && card_.asked.size() < CardModel::kEntries; ++i) {
      const bool is_other = card_.random.Percent(20);
      card_.AskAny(is_other ? CardModel::kOther : CardModel::kFunction,
                   is_other ? kOtherBytes : kDiskBytes);
    }
  }
  void RunRandomly(const DiskSettings& how, unsigned requests, unsigned kill_percent) {
    std::cout << "seed " << seed_ << "\n";
    unsigned kills = 0;
    ASSERT_NO_FATAL_FAILURE(Start(how));
    while (card_.done < requests) {
      AskSome();
      if (!card_.asked.empty()) ASSERT_NO_FATAL_FAILURE(Step());
      if (!card_.random.Percent(kill_percent)) continue;
      service_.reset();
      ++kills;
      ASSERT_NO_FATAL_FAILURE(Start(how));
    }
    ASSERT_NO_FATAL_FAILURE(Finish());
    EXPECT_EQ(kills != 0, kill_percent != 0);
    EXPECT_EQ(card_.failed, 0U);
    EXPECT_EQ(card_.generation, 1U);
    ExpectFilesAreRight();
  }

  const uint64_t seed_ = 1;
  sim::Scratch scratch_;
  CardModel card_{seed_};
  std::unique_ptr<Service> service_;
};

TEST_F(ServiceTest, MakesFunctionsDisksOfTheFilesSize) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const uint32_t record = spec::management_bar::kFunctions.At(CardModel::kFunction);
  EXPECT_EQ(card_.Get(record, reg::kBackend), reg::kBackendChannel);
  EXPECT_EQ(card_.Get(record, reg::kCapacity), kDiskBytes / 512);
  EXPECT_EQ(card_.Get(record, reg::kControl) & reg::kControlReadOnly, 0U);
}

TEST_F(ServiceTest, DoesRequestsPastThePageCache) { RunRandomly({}, 3000, 0); }

TEST_F(ServiceTest, DoesRequestsThroughThePageCache) { RunRandomly({"", false, true}, 3000, 0); }

TEST_F(ServiceTest, GoesOnWhereAServiceWasKilled) { RunRandomly({}, 2000, 5); }

TEST_F(ServiceTest, RefusesWhatIsNotTheDisks) {
  ASSERT_NO_FATAL_FAILURE(Start());
  constexpr uint8_t kError = spec::VIRTIO_BLK_S_IOERR;
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, kDiskBytes, 512, kError);
  card_.Ask(spec::VIRTIO_BLK_T_OUT, CardModel::kOther, kOtherBytes - 512, 1024, kError);
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, ~uint64_t{511}, 512, kError);
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, 4095, 2, kError);  // over a slot's end
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, 0, 0, kError);
  card_.Ask(spec::VIRTIO_BLK_T_IN, 3, 0, 512, kError);  // no function of ours
  card_.Ask(99, CardModel::kFunction, 0, 512, spec::VIRTIO_BLK_S_UNSUPP);
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, kDiskBytes - 512, 512);
  ASSERT_NO_FATAL_FAILURE(Finish());
  EXPECT_EQ(service_->counts().errors, 7U);
  ExpectFilesAreRight();
}

TEST_F(ServiceTest, FailsWritesToWhatIsReadOnly) {
  ASSERT_NO_FATAL_FAILURE(Start({"", true}));
  const uint32_t record = spec::management_bar::kFunctions.At(CardModel::kFunction);
  EXPECT_NE(card_.Get(record, reg::kControl) & reg::kControlReadOnly, 0U);
  card_.Ask(spec::VIRTIO_BLK_T_OUT, CardModel::kFunction, 0, 512, spec::VIRTIO_BLK_S_IOERR);
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, 0, 512);
  card_.Ask(spec::VIRTIO_BLK_T_FLUSH, CardModel::kFunction, 0, 0);
  ASSERT_NO_FATAL_FAILURE(Finish());
  ExpectFilesAreRight();
}

TEST_F(ServiceTest, FailsWhatAFileThatWasCutHasNoMore) {
  ASSERT_NO_FATAL_FAILURE(Start());
  std::filesystem::resize_file(scratch_.Path("disk"), 4096);
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, 8192, 512, spec::VIRTIO_BLK_S_IOERR);
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, 0, 512);
  ASSERT_NO_FATAL_FAILURE(Finish());
}

TEST_F(ServiceTest, EnablesAChannelAnewThatHasFailed) {
  ASSERT_NO_FATAL_FAILURE(Start());
  card_.PutChannel(spec::backend_channel::kState, spec::backend_channel::kStateFailed);
  while (card_.generation == 1) ASSERT_NO_FATAL_FAILURE(Step());
  card_.Ask(spec::VIRTIO_BLK_T_OUT, CardModel::kFunction, 512, 1024);
  ASSERT_NO_FATAL_FAILURE(Finish());
  ExpectFilesAreRight();
}

TEST_F(ServiceTest, BeginsAnewBehindAServiceOfAnotherGeneration) {
  ASSERT_NO_FATAL_FAILURE(Start());
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, 0, 512);
  service_.reset();
  card_.PutChannel(spec::backend_channel::kGeneration, 100);
  card_.generation = 100;
  ASSERT_NO_FATAL_FAILURE(Start());
  EXPECT_EQ(card_.failed, 1U);
  EXPECT_EQ(card_.generation, 101U);
  card_.Ask(spec::VIRTIO_BLK_T_IN, CardModel::kFunction, 0, 512);
  ASSERT_NO_FATAL_FAILURE(Finish());
}

TEST_F(ServiceTest, EndsWhatIsUnderWayBeforeItStops) {
  ASSERT_NO_FATAL_FAILURE(Start());
  for (uint64_t page = 0; page < 8; ++page) {
    card_.Ask(spec::VIRTIO_BLK_T_OUT, CardModel::kFunction, 4096 * page, 4096);
  }
  ASSERT_TRUE(service_->Stop());
  EXPECT_EQ(card_.done, 8U);
  EXPECT_EQ(card_.failed, 0U);
  EXPECT_EQ(card_.Get(spec::management_bar::kBackendChannels.At(0), spec::backend_channel::kState),
            0U);
  ExpectFilesAreRight();
}

TEST_F(ServiceTest, EndsWhenTheCardHasGone) {
  ASSERT_NO_FATAL_FAILURE(Start());
  eventfd_write(card_.gone.get(), 1);
  const auto step = service_->Step();
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error(), "the card has gone");
}

TEST_F(ServiceTest, SaysHowLongAPatienceCanBe) {
  const auto service = Service::Start(card_.Attach(), OpenDisks({}), std::chrono::seconds(18));
  ASSERT_FALSE(service);
  EXPECT_THAT(service.error(), HasSubstr("at most 17 s"));
}

TEST_F(ServiceTest, RefusesACardOfOtherRegisters) {
  card_.Put(spec::management_bar::kIdentity.records, spec::identity::kSpecHash, 1);
  ModelTransport transport(card_);
  const auto management = Management::Find(transport);
  ASSERT_FALSE(management);
  EXPECT_THAT(management.error(), HasSubstr("build both from the same hw/spec"));
}

}  // namespace
}  // namespace vireo::block_service
