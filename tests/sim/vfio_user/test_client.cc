// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/vfio_user/test_client.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace vireo::vfio_user {

TestClient::TestClient(const std::string& path, Server& server) : server_(server) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  socket_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    socket_.Reset();
  }
  server_.Poll();
}

void TestClient::Disconnect() {
  socket_.Reset();
  twin_.Reset();
  server_.Poll();
}

void TestClient::SendBytes(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) bytes = bytes.subspan(static_cast<size_t>(sent));
    if (sent < 0 && errno != EAGAIN) return;
    if (sent < 0) server_.Poll();
  }
}

uint16_t TestClient::Send(Command command, std::span<const uint8_t> body, std::span<const int> fds,
                          uint32_t flags) {
  Header header = {};
  header.id = ++next_id_;
  header.command = static_cast<uint16_t>(command);
  header.flags = flags;
  MessageWriter writer;
  MessageWriter::Status status = writer.Send(socket_.get(), header, body, fds);
  while (status == MessageWriter::Status::kAgain) {
    server_.Poll();
    status = writer.Flush(socket_.get());
  }
  return header.id;
}

std::optional<Message> TestClient::Receive() {
  Message message;
  for (int quiet = 0; quiet < 3; ++quiet) {
    if (reader_.Read(socket_.get(), message) == MessageReader::Status::kMessage) return message;
    server_.Poll();
  }
  return std::nullopt;
}

std::optional<Message> TestClient::ReceiveTwin() {
  Message message;
  server_.Poll();
  if (twin_reader_.Read(twin_.get(), message) != MessageReader::Status::kMessage) return {};
  return message;
}

void TestClient::SendTwin(const Header& header, std::span<const uint8_t> body) {
  MessageWriter().Send(twin_.get(), header, body);
  server_.Poll();
}

bool TestClient::ClosedByServer() {
  server_.Poll();
  pollfd wait = {socket_.get(), 0, 0};
  return poll(&wait, 1, 0) == 1;
}

Message TestClient::Call(Command command, std::span<const uint8_t> body, std::span<const int> fds) {
  const uint16_t id = Send(command, body, fds);
  auto reply = Receive();
  EXPECT_TRUE(reply.has_value()) << "no reply to command " << static_cast<int>(command);
  if (!reply) return {};
  EXPECT_EQ(reply->header.id, id);
  EXPECT_EQ(reply->header.command, static_cast<uint16_t>(command));
  EXPECT_EQ(reply->header.flags & kFlagTypeMask, kFlagReply);
  if (ErrorOf(*reply) != 0) EXPECT_TRUE(reply->body.empty());
  return std::move(*reply);
}

Message TestClient::Negotiate(bool twin) {
  Proposal proposal = {kVersionMajor, kVersionMinor, {}};
  proposal.capabilities.twin_socket = twin;
  proposal.capabilities.write_multiple = true;
  Message reply = Call(Command::kVersion, WriteVersion(proposal));
  if (!reply.fds.empty()) {
    twin_ = UniqueFd(fcntl(reply.fds[0].get(), F_DUPFD_CLOEXEC, 0));
    fcntl(twin_.get(), F_SETFL, O_NONBLOCK);
  }
  return reply;
}

int TestClient::Map(uint64_t address, uint64_t size, int fd, uint64_t offset, uint32_t flags) {
  const DmaMap map = {sizeof(DmaMap), flags, offset, address, size};
  const std::array fds = {fd};
  return ErrorOf(CallWith(Command::kDmaMap, map, {fds.data(), fd < 0 ? 0u : 1u}));
}

int TestClient::Unmap(uint64_t address, uint64_t size) {
  return ErrorOf(CallWith(Command::kDmaUnmap, DmaUnmap{sizeof(DmaUnmap), 0, address, size}));
}

std::optional<uint64_t> TestClient::Read(uint32_t region, uint64_t offset, uint32_t count) {
  const Message reply = CallWith(Command::kRegionRead, RegionAccess{offset, region, count});
  if (reply.body.size() != sizeof(RegionAccess) + count) return std::nullopt;
  uint64_t value = 0;
  std::memcpy(&value, reply.body.data() + sizeof(RegionAccess), count);
  return value;
}

int TestClient::Write(uint32_t region, uint64_t offset, uint32_t count, uint64_t value) {
  std::vector<uint8_t> body;
  Append(body, RegionAccess{offset, region, count});
  Append(body, value);
  body.resize(sizeof(RegionAccess) + count);
  return ErrorOf(Call(Command::kRegionWrite, body));
}

int TestClient::SetIrqs(uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
                        std::span<const int> fds, std::span<const uint8_t> data) {
  std::vector<uint8_t> body;
  for (const uint32_t field :
       {static_cast<uint32_t>(20 + data.size()), flags, index, start, count}) {
    Append(body, field);
  }
  body.insert(body.end(), data.begin(), data.end());
  return ErrorOf(Call(Command::kDeviceSetIrqs, body, fds));
}

ServerTest::ServerTest() {
  static int count = 0;
  path_ =
      testing::TempDir() + "vfio_user_" + std::to_string(getpid()) + "_" + std::to_string(count++);
}

void ServerTest::SetUp() {
  auto server = Server::Listen(path_, ToyFunction::Info(), toy_,
                               [this](const std::string& line) { log_.push_back(line); });
  ASSERT_TRUE(server.has_value()) << server.error();
  server_ = std::move(*server);
  toy_.Bind(*server_);
}

std::unique_ptr<TestClient> ServerTest::Connect(bool twin) {
  auto client = std::make_unique<TestClient>(path_, *server_);
  EXPECT_EQ(ErrorOf(client->Negotiate(twin)), 0);
  return client;
}

UniqueFd MakeMemory(uint64_t size, bool sealed) {
  UniqueFd fd(memfd_create("guest", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(ftruncate(fd.get(), static_cast<off_t>(size)), 0);
  if (sealed) EXPECT_EQ(fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), 0);
  return fd;
}

UniqueFd MakeEventfd() { return UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

uint64_t TakeEvents(const UniqueFd& event) {
  uint64_t count = 0;
  return read(event.get(), &count, sizeof count) == sizeof count ? count : 0;
}

}  // namespace vireo::vfio_user
