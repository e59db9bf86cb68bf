// SPDX-License-Identifier: Apache-2.0
// Mappings as an IOMMU keeps them: what is not mapped is not reached.
#include "sim/pcie/host_memory.h"

#include <chrono>
#include <cstring>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/harness/random.h"

namespace vireo::sim::pcie {
namespace {

using testing::HasSubstr;

class HostMemoryTest : public testing::Test {
 protected:
  HostMemory memory_;
  std::vector<uint8_t> ram_ = std::vector<uint8_t>(1 << 16);
  std::vector<DmaFault> faults_;

  void SetUp() override {
    for (size_t i = 0; i < ram_.size(); ++i) ram_[i] = static_cast<uint8_t>(i * 7 + i / 256);
    memory_.OnFault([this](const DmaFault& fault) { faults_.push_back(fault); });
  }
  Mapping Page(uint64_t iova, size_t offset, uint64_t length = 0x1000) {
    return {iova, length, ram_.data() + offset};
  }
  bool Read(Function function, uint64_t iova, size_t bytes) {
    std::vector<uint8_t> to(bytes);
    return memory_.Read(function, iova, to);
  }
};

TEST_F(HostMemoryTest, NothingIsMappedAtFirst) {
  EXPECT_FALSE(Read(0, 0x1000, 1));
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].iova, 0x1000U);
  EXPECT_FALSE(faults_[0].write);
  EXPECT_STREQ(faults_[0].reason, "not mapped");
}

TEST_F(HostMemoryTest, AFunctionSeesItsOwnMappingsOnly) {
  ASSERT_TRUE(memory_.Map(3, Page(0x1000, 0)));
  EXPECT_TRUE(Read(3, 0x1000, 0x1000));
  EXPECT_FALSE(Read(4, 0x1000, 1));
  EXPECT_EQ(memory_.faults(4), 1U);
  EXPECT_EQ(memory_.faults(3), 0U);
}

TEST_F(HostMemoryTest, EdgesAreExact) {
  ASSERT_TRUE(memory_.Map(0, Page(0x1000, 0)));
  EXPECT_FALSE(Read(0, 0xfff, 1));
  EXPECT_FALSE(Read(0, 0xfff, 2));
  EXPECT_TRUE(Read(0, 0x1fff, 1));
  EXPECT_FALSE(Read(0, 0x1fff, 2));
  EXPECT_FALSE(Read(0, 0x2000, 1));
}

TEST_F(HostMemoryTest, AnAccessMaySpanMappings) {
  ASSERT_TRUE(memory_.Map(0, Page(0x1000, 0x4000)));
  ASSERT_TRUE(memory_.Map(0, Page(0x2000, 0x8000)));
  std::vector<uint8_t> to(0x20);
  ASSERT_TRUE(memory_.Read(0, 0x1ff0, to));
  EXPECT_EQ(0, std::memcmp(to.data(), &ram_[0x4ff0], 16));
  EXPECT_EQ(0, std::memcmp(to.data() + 16, &ram_[0x8000], 16));
}

TEST_F(HostMemoryTest, AWriteThatEndsOutsideWritesNothing) {
  ASSERT_TRUE(memory_.Map(0, Page(0x1000, 0)));
  const auto before = ram_;
  EXPECT_FALSE(memory_.Write(0, 0x1ff0, std::vector<uint8_t>(32, 0xee)));
  EXPECT_EQ(ram_, before);
  EXPECT_TRUE(faults_.at(0).write);
}

TEST_F(HostMemoryTest, PermissionsAreKept) {
  Mapping mapping = Page(0x1000, 0);
  mapping.writable = false;
  ASSERT_TRUE(memory_.Map(0, mapping));
  mapping = Page(0x2000, 0x1000);
  mapping.readable = false;
  ASSERT_TRUE(memory_.Map(0, mapping));
  EXPECT_FALSE(memory_.Write(0, 0x1000, std::vector<uint8_t>(1)));
  EXPECT_STREQ(faults_.back().reason, "mapped read-only");
  EXPECT_FALSE(Read(0, 0x2000, 1));
  EXPECT_STREQ(faults_.back().reason, "mapped write-only");
}

TEST_F(HostMemoryTest, NoTranslationOutlivesItsMapping) {
  ASSERT_TRUE(memory_.Map(0, Page(0x1000, 0)));
  EXPECT_TRUE(Read(0, 0x1000, 4));
  ASSERT_TRUE(memory_.Unmap(0, 0x1000, 0x1000));
  EXPECT_FALSE(Read(0, 0x1000, 4));
  ASSERT_TRUE(memory_.Map(0, Page(0x1000, 0x8000)));
  std::vector<uint8_t> to(4);
  EXPECT_TRUE(memory_.Read(0, 0x1000, to));
  EXPECT_EQ(0, std::memcmp(to.data(), &ram_[0x8000], 4));
  memory_.UnmapAll(0);
  EXPECT_FALSE(Read(0, 0x1000, 4));
}

TEST_F(HostMemoryTest, OverlapsAreRefused) {
  ASSERT_TRUE(memory_.Map(0, Page(0x2000, 0, 0x2000)));
  for (const auto& [iova, length] : {std::pair<uint64_t, uint64_t>{0x1000, 0x1001},
                                     {0x2000, 1},
                                     {0x3fff, 1},
                                     {0x1000, 0x5000},
                                     {0x2800, 0x100}}) {
    const auto result = memory_.Map(0, Page(iova, 0, length));
    ASSERT_FALSE(result) << iova;
    EXPECT_THAT(result.error(), HasSubstr("it overlaps the mapping of 0x2000 bytes at 0x2000"));
  }
  EXPECT_TRUE(memory_.Map(0, Page(0x1fff, 0, 1)));
  EXPECT_TRUE(memory_.Map(0, Page(0x4000, 0, 1)));
}

TEST_F(HostMemoryTest, MappingsThatMakeNoSenseAreRefused) {
  EXPECT_FALSE(memory_.Map(0, Page(0x1000, 0, 0)));
  EXPECT_FALSE(memory_.Map(0, Page(UINT64_MAX - 0xff, 0, 0x101)));
  EXPECT_FALSE(memory_.Map(0, {0x1000, 0x1000}));
  EXPECT_TRUE(memory_.Map(0, Page(UINT64_MAX - 0xff, 0, 0x100)));
  EXPECT_TRUE(Read(0, UINT64_MAX, 1));
}

TEST_F(HostMemoryTest, UnmapTakesAWideRangeWithHoles) {
  for (const uint64_t page : {1U, 3U, 9U}) ASSERT_TRUE(memory_.Map(0, Page(page << 12, 0)));
  EXPECT_EQ(memory_.Unmap(0, 0, UINT64_MAX), 0x3000U);
  EXPECT_EQ(memory_.mappings(0), 0U);
  EXPECT_EQ(memory_.Unmap(0, 0, 0x1000), 0U);
}

TEST_F(HostMemoryTest, UnmapThatSplitsAMappingChangesNothing) {
  ASSERT_TRUE(memory_.Map(0, Page(0x1000, 0, 0x2000)));
  ASSERT_TRUE(memory_.Map(0, Page(0x4000, 0, 0x2000)));
  EXPECT_FALSE(memory_.Unmap(0, 0x2000, 0x4000));
  EXPECT_FALSE(memory_.Unmap(0, 0x1000, 0x4000));
  EXPECT_EQ(memory_.mappings(0), 2U);
}

TEST_F(HostMemoryTest, EveryByteCountAtEveryAlignmentIsCopiedExactly) {
  ASSERT_TRUE(memory_.Map(0, Page(0x1000, 0x1000, 0x2000)));
  for (uint32_t skip = 0; skip < 8; ++skip) {
    for (uint32_t bytes = 1; bytes < 40; ++bytes) {
      std::vector<uint8_t> data(bytes);
      ASSERT_TRUE(memory_.Read(0, 0x1000 + skip, data));
      EXPECT_EQ(0, std::memcmp(data.data(), &ram_[0x1000 + skip], bytes));
      for (uint8_t& byte : data) byte = static_cast<uint8_t>(byte ^ 0xff);
      auto expected = ram_;
      std::memcpy(&expected[0x1000 + skip], data.data(), bytes);
      ASSERT_TRUE(memory_.Write(0, 0x1000 + skip, data));
      EXPECT_EQ(ram_, expected);
    }
  }
}

TEST_F(HostMemoryTest, AHookSeesEveryAccessWithItsBytes) {
  ASSERT_TRUE(memory_.Map(2, Page(0x1000, 0)));
  std::vector<std::string> seen;
  memory_.OnAccess([&](const DmaAccess& access) {
    seen.push_back(std::to_string(access.function) + (access.write ? " w " : " r ") +
                   std::to_string(access.iova) + " " + std::to_string(access.bytes[0]));
  });
  ram_[0x10] = 42;
  Read(2, 0x1010, 4);
  memory_.Write(2, 0x1020, std::vector<uint8_t>{43});
  Read(2, 0x9000, 4);
  EXPECT_THAT(seen, testing::ElementsAre("2 r 4112 42", "2 w 4128 43"));
}

TEST_F(HostMemoryTest, RemoteMemoryIsAskedAndMayRefuse) {
  struct Remote final : RemoteMemory {
    bool Read(uint64_t offset, std::span<uint8_t> to) override {
      to[0] = static_cast<uint8_t>(offset);
      return offset < 0x100;
    }
    bool Write(uint64_t, std::span<const uint8_t>) override { return false; }
  } remote;
  ASSERT_TRUE(memory_.Map(0, {0x1000, 0x1000, nullptr, &remote}));
  std::vector<uint8_t> byte(1);
  EXPECT_TRUE(memory_.Read(0, 0x1042, byte));
  EXPECT_EQ(byte[0], 0x42);
  EXPECT_FALSE(memory_.Read(0, 0x1100, byte));
  EXPECT_FALSE(memory_.Write(0, 0x1000, byte));
  EXPECT_EQ(faults_.size(), 2U);
}

TEST_F(HostMemoryTest, TheLatestFaultsAreKept) {
  for (uint64_t i = 0; i < 300; ++i) Read(0, i << 12, 1);
  EXPECT_EQ(memory_.latest_faults().size(), HostMemory::kKeptFaults);
  EXPECT_EQ(memory_.latest_faults().back().iova, 299U << 12);
  EXPECT_EQ(memory_.faults(0), 300U);
}

// As many maps of a page as a guest without huge pages makes.
TEST_F(HostMemoryTest, ManyMappingsAreQuick) {
  constexpr uint64_t kMappings = 165'000;
  const auto begin = std::chrono::steady_clock::now();
  Random random(1, "pages");
  for (uint64_t i = 0; i < kMappings; ++i)
    ASSERT_TRUE(memory_.Map(0, Page((i * 48'271 % kMappings) << 12, (i % 16) << 12)));
  for (int i = 0; i < 200'000; ++i) ASSERT_TRUE(Read(0, random.Below(kMappings << 12) & ~7ULL, 8));
  for (uint64_t i = 0; i < kMappings; i += 3) ASSERT_TRUE(memory_.Unmap(0, i << 12, 0x1000));
  EXPECT_EQ(memory_.mappings(0), kMappings / 3 * 2);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(seconds.count(), 5);
}

}  // namespace
}  // namespace vireo::sim::pcie
