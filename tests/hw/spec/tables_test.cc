// SPDX-License-Identifier: Apache-2.0
// The tables are whole: nothing that a header defines is left out of them, and the hash covers
// them.

#include "hw/spec/tables.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "hw/spec/size.h"

namespace vireo::spec {
namespace {

std::string Slurp(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> Matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator i(text.begin(), text.end(), regex), end; i != end; ++i) {
    found.push_back((*i)[1]);
  }
  return found;
}

// What IsDense refuses.
constexpr Register kWord("word", 0, 4, Access::kRw, 0, "");
constexpr Register kHalf("half", 4, 2, Access::kRw, 0, "");
constexpr Register kNextWord("next_word", 8, 4, Access::kRw, 0, "");
constexpr Register kOverlap("overlap", 2, 2, Access::kRw, 0, "");
constexpr Register kUnaligned("unaligned", 6, 4, Access::kRw, 0, "");
constexpr Register kOddWidth("odd_width", 4, 3, Access::kRw, 0, "");
constexpr const Register* kGood[] = {&kWord, &kHalf};
constexpr const Register* kWithGap[] = {&kWord, &kNextWord};
constexpr const Register* kWithOverlap[] = {&kWord, &kOverlap};
constexpr const Register* kWithUnaligned[] = {&kWord, &kHalf, &kUnaligned};
constexpr const Register* kWithOddWidth[] = {&kWord, &kOddWidth};
static_assert(IsDense(MakeStructure("", "", 8, kGood)));
static_assert(!IsDense(MakeStructure("", "", 4, kGood)));
static_assert(!IsDense(MakeStructure("", "", 12, kWithGap)));
static_assert(!IsDense(MakeStructure("", "", 8, kWithOverlap)));
static_assert(!IsDense(MakeStructure("", "", 16, kWithUnaligned)));
static_assert(!IsDense(MakeStructure("", "", 8, kWithOddWidth)));

// The largest build fits the places that the card's registers have.
static_assert(vireo::kFunctions <= static_cast<int>(kMaxFunctions));
static_assert(vireo::kQueues <= static_cast<int>(kMaxQueues));

TEST(Tables, HaveEveryFeatureBit) {
  std::vector<std::string> listed;
  for (const FeatureEntry& feature : kCoreFeatures) listed.push_back(feature.name);
  for (const FeatureEntry& feature : kNetFeatures) listed.push_back(feature.name);
  for (const FeatureEntry& feature : kBlkFeatures) listed.push_back(feature.name);
  EXPECT_EQ(listed, Matches(Slurp("hw/spec/virtio_features.h"), "int (VIRTIO_\\w+) = "));
  EXPECT_EQ(listed.size(), 15u + 45u + 16u);
}

TEST(Tables, HaveEveryReasonOnce) {
  const std::string text = Slurp("hw/spec/reason.h");
  const std::vector<std::string> reasons = Matches(text, "\\n  (k\\w+) = \\d+");
  ASSERT_GT(reasons.size(), 1u);
  EXPECT_EQ(static_cast<size_t>(kReasonTableSize), reasons.size() - 1) << "all but kNone";
  std::set<std::string> names;
  for (const ReasonEntry& entry : kReasonTable) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_EQ(FindReason(entry.reason), &entry);
    EXPECT_EQ(IsDrop(entry.reason), std::string(entry.name).starts_with("drop_")) << entry.name;
  }
  EXPECT_EQ(FindReason(Reason::kNone), nullptr);
}

TEST(Tables, HaveAReasonForEveryCaseOfAHostileDriver) {
  std::set<int> cases;
  for (const ReasonEntry& entry : kReasonTable) {
    std::istringstream numbers(entry.cases);
    for (int number; numbers >> number;) cases.insert(number);
  }
  std::set<int> all;
  for (int number = 1; number <= 25; ++number) all.insert(number);
  all.erase(21);  // nothing is read twice, so that a rewrite is not seen and cannot be counted
  EXPECT_EQ(cases, all);
}

TEST(Tables, HaveEveryStructureOfRegisters) {
  size_t structures = 0;
  for (const char* header : {"common_cfg", "device_cfg", "function_bar", "pci_config",
                             "management_bar", "card_registers", "card_counters"}) {
    const std::string text = Slurp(std::string("hw/spec/") + header + ".h");
    structures += Matches(text, "(constexpr Structure kStructure)").size();
  }
  EXPECT_EQ(structures, std::size(kConfigStructures) + std::size(kFunctionStructures) +
                            std::size(kManagementStructures));
}

TEST(Tables, HaveEveryRegisterNameOnceInAStructure) {
  for (const auto& list :
       {std::vector(std::begin(kConfigStructures), std::end(kConfigStructures)),
        std::vector(std::begin(kFunctionStructures), std::end(kFunctionStructures)),
        std::vector(std::begin(kManagementStructures), std::end(kManagementStructures))}) {
    for (const Structure* structure : list) {
      std::set<std::string> names;
      for (int i = 0; i < structure->count; ++i) {
        const Register& r = *structure->registers[i];
        const std::string name = r.name;
        EXPECT_TRUE(name == "reserved" || names.insert(name).second)
            << structure->name << '.' << name;
        EXPECT_TRUE(std::string(r.about).ends_with('.')) << structure->name << '.' << name;
        EXPECT_TRUE(r.bytes == 8 || r.reset >> (8 * r.bytes) == 0) << name;
      }
    }
  }
}

uint64_t HashOf(const Register& r) {
  const Register* const registers[] = {&r};
  Hash hash;
  Add(hash, MakeStructure("s", "", 16, registers));
  return hash.value();
}

TEST(Hash, ChangesWithEverythingThatHostAndCardHaveToAgreeOn) {
  const Register base("r", 4, 4, Access::kRw, 1, "About.", 1);
  std::set<uint64_t> hashes = {HashOf(base)};
  EXPECT_TRUE(hashes.insert(HashOf(Register("s", 4, 4, Access::kRw, 1, "About.", 1))).second);
  EXPECT_TRUE(hashes.insert(HashOf(Register("r", 8, 4, Access::kRw, 1, "About.", 1))).second);
  EXPECT_TRUE(hashes.insert(HashOf(Register("r", 4, 2, Access::kRw, 1, "About.", 1))).second);
  EXPECT_TRUE(hashes.insert(HashOf(Register("r", 4, 4, Access::kRo, 1, "About.", 1))).second);
  EXPECT_TRUE(hashes.insert(HashOf(Register("r", 4, 4, Access::kRw, 2, "About.", 1))).second);
  EXPECT_TRUE(hashes.insert(HashOf(Register("r", 4, 4, Access::kRw, 1, "About.", 2))).second);
  EXPECT_FALSE(hashes.insert(HashOf(Register("r", 4, 4, Access::kRw, 1, "Other.", 1))).second)
      << "words may change";
}

TEST(Hash, IsFnv1a) {
  Hash hash;
  EXPECT_EQ(hash.value(), 0xcbf29ce484222325u);
  hash.Text("");
  EXPECT_EQ(hash.value(), 0xcbf29ce484222325u * 0x100000001b3u);
}

TEST(BackendRing, LapsTellNewEntriesFromOldOnes) {
  EXPECT_EQ(BackendLap(0, 256), 1);
  EXPECT_EQ(BackendLap(255, 256), 1);
  EXPECT_EQ(BackendLap(256, 256), 2);
  for (uint32_t size = 1; size <= kBackendRingMax; size *= 2) {
    EXPECT_EQ(BackendLap(0, size), static_cast<uint16_t>(BackendLap(0u - 1, size) + 1))
        << "the index wraps at 2^32 without a break";
  }
}

TEST(Notification, IsPackedAndUnpacked) {
  const uint32_t data = NotificationData(0x1234, 0x7abc, true);
  EXPECT_EQ(data, 0xfabc1234u);
  EXPECT_EQ(NotificationQueue(data), 0x1234);
  EXPECT_EQ(NotificationNextOff(data), 0x7abc);
  EXPECT_TRUE(NotificationNextWrap(data));
  EXPECT_FALSE(NotificationNextWrap(NotificationData(1, 0x7fff, false)));
}

TEST(PackedRing, DescriptorIsAvailableUsedOrNeitherByTheWrapCounter) {
  for (const bool wrap : {false, true}) {
    const uint16_t avail = wrap ? VIRTQ_DESC_F_AVAIL : VIRTQ_DESC_F_USED;
    const uint16_t used = wrap ? VIRTQ_DESC_F_AVAIL | VIRTQ_DESC_F_USED : 0;
    EXPECT_TRUE(IsPackedAvailable(avail, wrap));
    EXPECT_FALSE(IsPackedUsed(avail, wrap));
    EXPECT_TRUE(IsPackedUsed(used, wrap));
    EXPECT_FALSE(IsPackedAvailable(used, wrap));
    EXPECT_FALSE(IsPackedAvailable(avail, !wrap));
  }
}

}  // namespace
}  // namespace vireo::spec
