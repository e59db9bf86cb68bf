// SPDX-License-Identifier: Apache-2.0
// Files as disks: what is wrong with one is said, locks keep others out.

#include "control-plane/block_service/disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <filesystem>
#include <thread>

#include "tests/sim/simulator/scratch.h"

namespace vireo::block_service {
namespace {

using ::testing::HasSubstr;

class DiskTest : public ::testing::Test {
 protected:
  std::string Complaint(const DiskSettings& settings) {
    const auto disk = Disk::Open(settings);
    return disk ? "" : disk.error();
  }
  sim::Scratch scratch_;
};

TEST_F(DiskTest, SaysWhatCannotBeADisk) {
  const std::string none = scratch_.Path("none");
  EXPECT_EQ(Complaint({none}), "open " + none + ": No such file or directory");
  EXPECT_THAT(Complaint({scratch_.Write("odd", std::string(700, 'x'))}),
              HasSubstr("has 700 bytes, which is no whole number of sectors"));
  EXPECT_THAT(Complaint({scratch_.Write("empty", "")}), HasSubstr("has 0 bytes"));
  EXPECT_THAT(Complaint({"/dev/null"}), HasSubstr("neither a file nor a block device"));
}

TEST_F(DiskTest, OffersToServeReadOnlyWhatCannotBeWritten) {
  // What the kernel lets nobody write, not root either.
  EXPECT_THAT(Complaint({"/sys/kernel/uevent_seqnum"}),
              HasSubstr("(to serve it read-only, add ,read_only)"));
  const std::string file = scratch_.Write("disk", std::string(1024, 'x'));
  const auto disk = Disk::Open({file, true});
  ASSERT_TRUE(disk) << disk.error();
  EXPECT_TRUE((*disk)->read_only());
  EXPECT_EQ((*disk)->sectors(), 2U);
}

TEST_F(DiskTest, PassesTheCacheByOnlyWhereTheSizeAllowsIt) {
  const auto whole = Disk::Open({scratch_.Write("whole", std::string(8192, 'x'))});
  ASSERT_TRUE(whole) << whole.error();
  EXPECT_EQ(8192 % (*whole)->alignment(), 0U);
  const auto buffered =
      Disk::Open({scratch_.Write("buffered", std::string(8192, 'x')), false, true});
  ASSERT_TRUE(buffered) << buffered.error();
  EXPECT_EQ((*buffered)->alignment(), 1U);
}

TEST_F(DiskTest, WaitsForTheLockOfOneThatIsAboutToEnd) {
  const std::string file = scratch_.Write("disk", std::string(1024, 'x'));
  auto first = Disk::Open({file});
  ASSERT_TRUE(first) << first.error();
  EXPECT_NE(flock(vfio_user::UniqueFd(open(file.c_str(), O_RDWR)).get(), LOCK_EX | LOCK_NB), 0);
  std::thread end([&] { first->reset(); });
  const auto second = Disk::Open({file});
  end.join();
  EXPECT_TRUE(second) << second.error();
}

}  // namespace
}  // namespace vireo::block_service
