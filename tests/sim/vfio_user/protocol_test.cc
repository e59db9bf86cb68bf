// SPDX-License-Identifier: Apache-2.0
// Framing, versions and the order of answers.
#include <poll.h>

#include "tests/sim/vfio_user/test_client.h"

namespace vireo::vfio_user {
namespace {

using ProtocolTest = ServerTest;

std::vector<uint8_t> VersionBody(uint16_t major, uint16_t minor, std::string text) {
  std::vector<uint8_t> body;
  Append(body, Version{major, minor});
  body.insert(body.end(), text.begin(), text.end());
  return body;
}

std::vector<uint8_t> HeaderBytes(uint32_t size, uint32_t flags = 0) {
  std::vector<uint8_t> bytes;
  Append(bytes, Header{1, static_cast<uint16_t>(Command::kDeviceReset), size, flags, 0});
  return bytes;
}

TEST_F(ProtocolTest, ACommandBeforeVersionIsRefusedAndEndsTheConnection) {
  TestClient client(path_, *server_);
  EXPECT_EQ(ErrorOf(client.Call(Command::kDeviceReset, {})), EINVAL);
  EXPECT_TRUE(client.ClosedByServer());
  EXPECT_EQ(toy_.resets, 0);
}

TEST_F(ProtocolTest, VersionIsAgreedOnAtTheSmallerMinorNumber) {
  TestClient client(path_, *server_);
  const Message reply = client.Call(Command::kVersion, VersionBody(0, 7, ""));
  ASSERT_EQ(ErrorOf(reply), 0);
  EXPECT_EQ(reply.As<Version>()->minor, kVersionMinor);
  const auto answer = ReadVersion(reply);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->capabilities.max_data_xfer_size, kMaxTransfer);
  EXPECT_GE(answer->capabilities.max_dma_maps, 165000u);
  EXPECT_FALSE(answer->capabilities.twin_socket);
  EXPECT_FALSE(answer->capabilities.write_multiple);
  EXPECT_TRUE(reply.fds.empty());
}

TEST_F(ProtocolTest, AnotherMajorVersionEndsTheConnection) {
  TestClient client(path_, *server_);
  EXPECT_EQ(ErrorOf(client.Call(Command::kVersion, VersionBody(1, 0, ""))), EINVAL);
  EXPECT_TRUE(client.ClosedByServer());
}

TEST_F(ProtocolTest, AVersionOfBadTextEndsTheConnection) {
  const std::string nul(1, '\0');
  for (const std::string& text :
       {std::string("{}"), "{" + nul, "[]" + nul, "{\"capabilities\":3}" + nul,
        "{\"capabilities\":{\"max_msg_fds\":-1}}" + nul,
        "{\"capabilities\":{\"max_data_xfer_size\":\"1\"}}" + nul,
        "{\"capabilities\":{\"twin_socket\":true}}" + nul,
        "{\"capabilities\":{\"twin_socket\":{\"supported\":1}}}" + nul,
        std::string(3000, '[') + nul, std::string(100000, ' ') + "{}" + nul}) {
    TestClient client(path_, *server_);
    EXPECT_EQ(ErrorOf(client.Call(Command::kVersion, VersionBody(0, 1, text))), EINVAL) << text;
    EXPECT_TRUE(client.ClosedByServer()) << text;
  }
}

TEST_F(ProtocolTest, ASecondVersionIsRefused) {
  const auto client = Connect();
  EXPECT_EQ(ErrorOf(client->Call(Command::kVersion, VersionBody(0, 1, ""))), EINVAL);
  EXPECT_EQ(client->Read(VFIO_PCI_BAR0_REGION_INDEX, toy::kId, 4), toy::kIdValue);
}

TEST_F(ProtocolTest, ATwinSocketComesWithTheAnswerToWhoAsks) {
  TestClient client(path_, *server_);
  const Message reply = client.Negotiate(true);
  const auto answer = ReadVersion(reply);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->capabilities.twin_socket);
  EXPECT_EQ(answer->capabilities.twin_fd_index, 0u);
  EXPECT_EQ(reply.fds.size(), 1u);
}

TEST_F(ProtocolTest, ImpossibleSizesEndTheConnection) {
  for (const uint32_t size : {0u, 15u, kMaxMessage + 1, 0xffffffffu}) {
    const auto client = Connect();
    client->SendBytes(HeaderBytes(size));
    EXPECT_TRUE(client->ClosedByServer()) << size;
  }
}

TEST_F(ProtocolTest, UnknownMessageTypesAndRepliesToNothingEndTheConnection) {
  for (const uint32_t flags : {2u, 0xfu, kFlagReply, kFlagReply | kFlagError}) {
    const auto client = Connect();
    client->SendBytes(HeaderBytes(16, flags));
    EXPECT_TRUE(client->ClosedByServer()) << flags;
  }
  EXPECT_EQ(toy_.resets, 0);
}

TEST_F(ProtocolTest, AMessageMayComeByteByByte) {
  const auto client = Connect();
  std::vector<uint8_t> bytes;
  Append(bytes, Header{77, static_cast<uint16_t>(Command::kRegionRead),
                       sizeof(Header) + sizeof(RegionAccess), 0, 0});
  Append(bytes, RegionAccess{toy::kId, VFIO_PCI_BAR0_REGION_INDEX, 4});
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(client->Receive()) << i;
    client->SendBytes(std::span(bytes).subspan(i, 1));
  }
  const auto reply = client->Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->header.id, 77);
  EXPECT_EQ(ErrorOf(*reply), 0);
}

TEST_F(ProtocolTest, UnknownCommandsAreRefusedAndTheConnectionStays) {
  const auto client = Connect();
  for (const int command : {0, 11, 12, 14, 19, 65535}) {
    EXPECT_EQ(ErrorOf(client->Call(static_cast<Command>(command), {})), EINVAL) << command;
  }
  EXPECT_EQ(client->Read(VFIO_PCI_BAR0_REGION_INDEX, toy::kId, 4), toy::kIdValue);
}

TEST_F(ProtocolTest, MigrationIsRefused) {
  const auto client = Connect();
  constexpr uint32_t kGet = VFIO_DEVICE_FEATURE_GET;
  constexpr uint32_t kSet = VFIO_DEVICE_FEATURE_SET;
  constexpr uint32_t kProbe = VFIO_DEVICE_FEATURE_PROBE;
  for (const uint32_t method : {kGet, kSet, kProbe | kGet}) {
    const DeviceFeature feature = {sizeof(DeviceFeature), method | VFIO_DEVICE_FEATURE_MIGRATION};
    EXPECT_EQ(ErrorOf(client->CallWith(Command::kDeviceFeature, feature)), ENOTTY);
  }
  EXPECT_EQ(ErrorOf(client->Call(Command::kDeviceFeature, {})), EINVAL);
  const std::array<uint32_t, 2> data = {8, 0};
  EXPECT_EQ(ErrorOf(client->CallWith(Command::kMigDataRead, data)), EOPNOTSUPP);
  EXPECT_EQ(ErrorOf(client->CallWith(Command::kMigDataWrite, data)), EOPNOTSUPP);
}

TEST_F(ProtocolTest, DescriptorsWhereNoneBelongAreRefusedAndClosed) {
  const auto client = Connect();
  const UniqueFd event = MakeEventfd();
  const std::array fds = {event.get()};
  EXPECT_EQ(ErrorOf(client->Call(Command::kDeviceReset, {}, fds)), EINVAL);
  EXPECT_EQ(toy_.resets, 0);
}

TEST_F(ProtocolTest, NoReplyMeansNone) {
  const auto client = Connect();
  client->Send(Command::kDeviceReset, {}, {}, kFlagNoReply);
  client->Send(Command::kDmaMap, {}, {}, kFlagNoReply);  // an error is not told either
  EXPECT_FALSE(client->Receive());
  EXPECT_EQ(toy_.resets, 1);
  EXPECT_EQ(client->Read(VFIO_PCI_BAR0_REGION_INDEX, toy::kId, 4), toy::kIdValue);
}

TEST_F(ProtocolTest, AnswersComeInOrderAlsoBehindASlowRead) {
  const auto client = Connect();
  std::vector<uint16_t> ids;
  const auto send = [&](uint64_t offset) {
    std::vector<uint8_t> body;
    Append(body, RegionAccess{offset, VFIO_PCI_BAR0_REGION_INDEX, 4});
    ids.push_back(client->Send(Command::kRegionRead, body));
  };
  send(toy::kSlow);
  for (int i = 0; i < 400; ++i) send(toy::kId);  // more than the server reads ahead
  EXPECT_FALSE(client->Receive());
  EXPECT_TRUE(toy_.slow_read_waits());
  toy_.AnswerSlowRead();
  for (const uint16_t id : ids) {
    const auto reply = client->Receive();
    ASSERT_TRUE(reply);
    ASSERT_EQ(reply->header.id, id);
  }
}

TEST_F(ProtocolTest, AClientThatDoesNotReadIsDropped) {
  const auto client = Connect();
  std::vector<uint8_t> body;
  Append(body, RegionAccess{0, VFIO_PCI_CONFIG_REGION_INDEX, 4096});
  for (int i = 0; i < 10000 && server_->connected(); ++i) {
    client->Send(Command::kRegionRead, body);
    server_->Poll();
  }
  EXPECT_FALSE(server_->connected());
  EXPECT_THAT(log_.back(), testing::HasSubstr("does not read"));
}

TEST_F(ProtocolTest, ThePollDescriptorIsReadableOnlyWhenThereIsSomethingToDo) {
  const auto client = Connect();
  pollfd wait = {server_->poll_fd(), POLLIN, 0};
  server_->Poll();
  EXPECT_EQ(poll(&wait, 1, 0), 0);
  client->Send(Command::kDeviceReset, {});
  EXPECT_EQ(poll(&wait, 1, 0), 1);
  server_->Poll();
  EXPECT_EQ(poll(&wait, 1, 0), 0);
}

}  // namespace
}  // namespace vireo::vfio_user
