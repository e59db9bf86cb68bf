// SPDX-License-Identifier: Apache-2.0
// Random clients that keep to the framing and to nothing else: the server survives, answers what
// it takes, and serves the next client.
#include <cstdlib>
#include <random>

#include "tests/sim/vfio_user/test_client.h"

namespace vireo::vfio_user {
namespace {

class HostileTest : public ServerTest {
 protected:
  // Small numbers, limits and their neighbours, and anything.
  uint64_t Number() {
    static constexpr uint64_t kCorners[] = {
        0,          1,          4,    8, 16, 20, 24, 32, 4096, toy::kBarSize, kMaxTransfer,
        0xffffffff, 1ull << 63, ~0ull};
    switch (random_() % 4) {
      case 0: return random_() % 16;
      case 1: return random_();
      default: return kCorners[random_() % std::size(kCorners)] + random_() % 3 - 1;
    }
  }
  std::vector<uint8_t> Body() {
    std::vector<uint8_t> body;
    const size_t fields = random_() % 10;
    const auto argsz = static_cast<uint32_t>(fields * 4);
    for (size_t i = 0; i < fields; ++i) {
      Append(body, i == 0 && random_() % 2 == 0 ? argsz : static_cast<uint32_t>(Number()));
    }
    if (random_() % 8 == 0) body.resize(body.size() + random_() % 9000);
    return body;
  }

  std::mt19937_64 random_;
};

TEST_F(HostileTest, RandomMessagesDoNoHarm) {
  const char* chosen = std::getenv("VIREO_SEED");
  const uint64_t seed = chosen != nullptr ? std::strtoull(chosen, nullptr, 0) : 1;
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE("repeat with VIREO_SEED=" + std::to_string(seed));
  random_.seed(seed);
  const UniqueFd memory = MakeMemory(1 << 20);
  const UniqueFd open_end = MakeMemory(1 << 20, false);
  const UniqueFd event = MakeEventfd();
  for (int connection = 0; connection < 200; ++connection) {
    auto client = Connect(random_() % 2 == 0);
    for (int i = 0; i < 200 && server_->connected(); ++i) {
      std::vector<int> fds;
      for (size_t n = random_() % 4; n > 1; --n) {
        const std::array choice = {memory.get(), open_end.get(), event.get(), client->fd()};
        fds.push_back(choice[random_() % choice.size()]);
      }
      const uint32_t flags = random_() % 200 == 0 ? static_cast<uint32_t>(Number())
                             : random_() % 4 == 0 ? kFlagNoReply
                                                  : 0;
      client->Send(static_cast<Command>(random_() % 20), Body(), fds, flags);
      toy_.AnswerSlowRead();
      while (client->Receive()) toy_.AnswerSlowRead();
    }
    client->Disconnect();
    ASSERT_FALSE(server_->connected());
  }
  EXPECT_EQ(Connect()->Read(VFIO_PCI_BAR0_REGION_INDEX, toy::kId, 4), toy::kIdValue);
  EXPECT_EQ(server_->dma().files(), 0u);
}

}  // namespace
}  // namespace vireo::vfio_user
