// SPDX-License-Identifier: Apache-2.0
// Clients that come and go, and the socket at which they meet the server.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>

#include "tests/sim/vfio_user/test_client.h"

namespace vireo::vfio_user {
namespace {

using ConnectionTest = ServerTest;

constexpr uint32_t kBar0 = VFIO_PCI_BAR0_REGION_INDEX;

TEST_F(ConnectionTest, DeviceStateOutlivesAClientAndItsMemoryDoesNot) {
  auto client = Connect();
  const UniqueFd memory = MakeMemory(kPageSize);
  ASSERT_EQ(client->Map(0, kPageSize, memory.get()), 0);
  client->Write(kBar0, toy::kScratch, 4, 42);
  client->Disconnect();
  EXPECT_FALSE(server_->connected());
  EXPECT_EQ(server_->dma().windows(), 0u);
  client = Connect();
  EXPECT_EQ(client->Read(kBar0, toy::kScratch, 4), 42u);
  EXPECT_EQ(client->Map(0, kPageSize, memory.get()), 0);
  EXPECT_EQ(toy_.clients, 2);
}

TEST_F(ConnectionTest, ASecondClientIsRefusedWhileTheFirstIsThere) {
  auto first = Connect();
  TestClient second(path_, *server_);
  EXPECT_TRUE(second.ClosedByServer());
  EXPECT_EQ(first->Read(kBar0, toy::kId, 4), toy::kIdValue);
  EXPECT_THAT(log_.back(), testing::HasSubstr("client_refused"));
}

TEST_F(ConnectionTest, ANewClientIsTakenBeforeTheOldOnesEndWasSeen) {
  auto first = Connect();
  const UniqueFd held(dup(first->fd()));
  shutdown(held.get(), SHUT_RDWR);
  auto second = Connect();
  EXPECT_EQ(second->Read(kBar0, toy::kId, 4), toy::kIdValue);
}

TEST_F(ConnectionTest, AClientMayLeaveInTheMiddleOfAMessageOrAnAccess) {
  for (const size_t size : {size_t{1}, size_t{15}, size_t{16}, size_t{20}}) {
    auto client = Connect();
    std::vector<uint8_t> bytes;
    Append(bytes, Header{1, static_cast<uint16_t>(Command::kRegionRead), 32, 0, 0});
    Append(bytes, RegionAccess{0, kBar0, 4});
    client->SendBytes(std::span(bytes).first(size));
    server_->Poll();
    client->Disconnect();
    EXPECT_FALSE(server_->connected());
  }
  auto client = Connect();
  std::vector<uint8_t> body;
  Append(body, RegionAccess{toy::kSlow, kBar0, 4});
  client->Send(Command::kRegionRead, body);
  server_->Poll();
  client->Disconnect();
  client = Connect();
  ASSERT_TRUE(toy_.slow_read_waits());
  toy_.AnswerSlowRead();
  EXPECT_FALSE(client->Receive()) << "the answer was for another";
  EXPECT_EQ(client->Read(kBar0, toy::kId, 4), toy::kIdValue);
}

// Answers nothing by itself.
class Keeper final : public PciFunction {
 public:
  void StartRead(const Access&, Completion completion) override { kept.push_back(completion); }
  void StartWrite(const Access&, uint64_t, Completion completion) override {
    kept.push_back(completion);
  }
  void StartReset(Completion completion) override { kept.push_back(completion); }

  std::vector<Completion> kept;
};

TEST(Completions, OfAClientThatHasGoneAreNotTakenForItsSuccessors) {
  Keeper keeper;
  const std::string path = testing::TempDir() + "keeper_" + std::to_string(getpid());
  auto server = Server::Listen(path, ToyFunction::Info(), keeper, [](const std::string&) {});
  ASSERT_TRUE(server.has_value()) << server.error();
  std::vector<uint8_t> body;
  Append(body, RegionAccess{0, kBar0, 4});
  {
    TestClient first(path, **server);
    first.Negotiate();
    first.Send(Command::kRegionRead, body);
    (*server)->Poll();
    first.Disconnect();
  }
  TestClient second(path, **server);
  second.Negotiate();
  second.Send(Command::kRegionRead, body);
  (*server)->Poll();
  ASSERT_EQ(keeper.kept.size(), 2u);
  keeper.kept[0].Done(1);
  EXPECT_FALSE(second.Receive());
  keeper.kept[1].Done(2);
  const auto reply = second.Receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body[sizeof(RegionAccess)], 2);
  keeper.kept[1].Done(3);
  EXPECT_FALSE(second.Receive()) << "done twice";
}

TEST_F(ConnectionTest, AClientCannotKeepItsConnectionByLeavingItsSocketBehind) {
  auto client = Connect(false);
  std::vector<uint8_t> half;
  Append(half, Header{1, static_cast<uint16_t>(Command::kDmaMap), 48, 0, 0});
  const std::array fds = {client->fd()};
  SendBytes(client->fd(), half, {}, fds);
  client->Disconnect();
  EXPECT_FALSE(server_->connected());
}

TEST_F(ConnectionTest, TheDeathOfTheTwinSocketEndsTheConnection) {
  TestClient client(path_, *server_);
  Proposal proposal = {kVersionMajor, kVersionMinor, {}};
  proposal.capabilities.twin_socket = true;
  {
    const Message reply = client.Call(Command::kVersion, WriteVersion(proposal));
  }
  EXPECT_TRUE(client.ClosedByServer());
}

TEST_F(ConnectionTest, ACommandOnTheTwinSocketEndsTheConnection) {
  auto client = Connect();
  client->SendTwin(Header{1, static_cast<uint16_t>(Command::kDeviceReset), 16, 0, 0}, {});
  EXPECT_TRUE(client->ClosedByServer());
  EXPECT_EQ(toy_.resets, 0);
}

TEST_F(ConnectionTest, ThePathIsGoneWithTheServer) {
  struct stat status;
  EXPECT_EQ(stat(path_.c_str(), &status), 0);
  server_.reset();
  EXPECT_NE(stat(path_.c_str(), &status), 0);
}

TEST_F(ConnectionTest, ALiveServersPathIsNotTaken) {
  const auto other = Server::Listen(path_, ToyFunction::Info(), toy_, [](const std::string&) {});
  ASSERT_FALSE(other.has_value());
  EXPECT_THAT(other.error(), testing::HasSubstr("another server is there"));
}

TEST_F(ConnectionTest, WhatADeadServerLeftIsReplaced) {
  server_.reset();
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  {
    const UniqueFd dead(socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  SetUp();
  EXPECT_EQ(Connect()->Read(kBar0, toy::kId, 4), toy::kIdValue);
}

TEST_F(ConnectionTest, PathsThatCannotBeAreToldWithTheReason) {
  const auto log = [](const std::string&) {};
  const auto too_long =
      Server::Listen("/tmp/" + std::string(120, 'x'), ToyFunction::Info(), toy_, log);
  ASSERT_FALSE(too_long.has_value());
  EXPECT_THAT(too_long.error(), testing::HasSubstr("125 characters"));
  const auto nowhere = Server::Listen("/nowhere/socket", ToyFunction::Info(), toy_, log);
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_THAT(nowhere.error(), testing::HasSubstr("No such file"));
}

}  // namespace
}  // namespace vireo::vfio_user
