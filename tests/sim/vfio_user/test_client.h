// SPDX-License-Identifier: Apache-2.0
// The other end of a vfio-user socket, for tests: says anything, also what no client may say.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "sim/vfio_user/message.h"
#include "sim/vfio_user/server.h"
#include "sim/vfio_user/version.h"
#include "tests/sim/vfio_user/toy/toy_function.h"

namespace vireo::vfio_user {

class TestClient {
 public:
  // Connects; `server` is polled whenever an answer is awaited.
  TestClient(const std::string& path, Server& server);

  bool connected() const { return static_cast<bool>(socket_); }
  int fd() const { return socket_.get(); }
  void Disconnect();

  void SendBytes(std::span<const uint8_t> bytes);
  // Gives the message's id.
  uint16_t Send(Command command, std::span<const uint8_t> body, std::span<const int> fds = {},
                uint32_t flags = 0);
  // Nothing: the server has nothing to say, or has closed the connection.
  std::optional<Message> Receive();
  std::optional<Message> ReceiveTwin();
  void SendTwin(const Header& header, std::span<const uint8_t> body);
  bool ClosedByServer();

  // A command and its reply.
  Message Call(Command command, std::span<const uint8_t> body, std::span<const int> fds = {});
  template <class T>
  Message CallWith(Command command, const T& body, std::span<const int> fds = {}) {
    return Call(command, {reinterpret_cast<const uint8_t*>(&body), sizeof body}, fds);
  }

  Message Negotiate(bool twin = true);
  int Map(uint64_t address, uint64_t size, int fd, uint64_t offset = 0,
          uint32_t flags = kDmaReadable | kDmaWriteable);
  int Unmap(uint64_t address, uint64_t size);
  std::optional<uint64_t> Read(uint32_t region, uint64_t offset, uint32_t count);
  int Write(uint32_t region, uint64_t offset, uint32_t count, uint64_t value);
  int SetIrqs(uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
              std::span<const int> fds = {}, std::span<const uint8_t> data = {});

 private:
  UniqueFd socket_;
  UniqueFd twin_;
  Server& server_;
  MessageReader reader_{true};
  MessageReader twin_reader_{false};
  uint16_t next_id_ = 100;
};

// The errno in a reply, 0 if it has none.
inline int ErrorOf(const Message& reply) {
  return (reply.header.flags & kFlagError) != 0 ? static_cast<int>(reply.header.error) : 0;
}

// A server with a toy function behind it, and its address.
class ServerTest : public testing::Test {
 protected:
  ServerTest();
  void SetUp() override;

  std::unique_ptr<TestClient> Connect(bool twin = true);
  void PollAll();

  std::string path_;
  std::vector<std::string> log_;
  ToyFunction toy_;
  std::unique_ptr<Server> server_;
};

// A memfd of `size` bytes with guest memory.
UniqueFd MakeMemory(uint64_t size, bool sealed = true);
UniqueFd MakeEventfd();
// How often an eventfd was signalled since the last look.
uint64_t TakeEvents(const UniqueFd& event);

}  // namespace vireo::vfio_user
