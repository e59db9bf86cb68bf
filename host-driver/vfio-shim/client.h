// SPDX-License-Identifier: Apache-2.0
// A connection to a vfio-user server that outlives the server: commands, and what it asks of us.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <tl/expected.hpp>

#include "sim/vfio_user/message.h"

namespace vireo::vfio_shim {

using vfio_user::Command;
using vfio_user::Message;
using vfio_user::UniqueFd;

// A command as it is to be sent. The descriptors are borrowed.
struct Order {
  Command command;
  std::vector<uint8_t> body;
  std::vector<int> fds;
};

// What the user of a connection has to do with it. Called by the connection's own thread.
class ClientOwner {
 public:
  virtual ~ClientOwner() = default;
  // The server is there again: tells it by Client::Repeat all it has to know, and calls
  // Client::Resume under the locks that keep new orders out. False: the connection has broken.
  virtual bool Replay() = 0;
  // The server has stayed away for longer than the patience.
  virtual void GivenUp() = 0;
  // The server reads or writes memory that it cannot reach by a file.
  virtual bool ReadMemory(uint64_t address, std::span<uint8_t> to) = 0;
  virtual bool WriteMemory(uint64_t address, std::span<const uint8_t> from) = 0;
};

class Client {
 public:
  // The reply, or an errno: the server's, or ENODEV for a server that is not there.
  using Result = tl::expected<Message, int>;

  // `offers_memory`: the owner has memory without files, which needs a second socket.
  Client(std::string path, std::chrono::milliseconds patience, ClientOwner& owner,
         bool offers_memory = true);
  ~Client();

  // The first connection: 0 or an errno, which is also told on stderr.
  int Connect();
  // The same with the socket of a process that has ended, whose maps and interrupts hold.
  int Adopt(UniqueFd socket);
  // For one that comes after this process.
  int socket() const { return socket_.get(); }

  // A command and its reply. Waits for a server that has gone, within the patience, and then
  // repeats the command.
  Result Call(Command command, std::span<const uint8_t> body);
  // The same for what gets no reply.
  bool Post(Command command, std::span<const uint8_t> body);
  // Many commands without payload in their replies, the replies not waited for one by one. The
  // first errno, or 0, also if the server is not there: what it is to know comes in Replay().
  int Tell(std::span<const Order> orders);

  // From Replay(): the same. False: the connection has broken.
  bool Repeat(std::span<const Order> orders);
  // From Replay(): Call, Post and Tell go on.
  void Resume();

  bool serves_memory() const { return has_twin_; }
  size_t max_transfer() const { return max_transfer_; }
  size_t max_fds() const { return max_fds_; }
  const std::string& path() const { return path_; }

 private:
  using Clock = std::chrono::steady_clock;
  enum class State {
    kDown,     // within the patience
    kUp,       // commands may be sent
    kGivenUp,  // still looking for it, but nobody waits
  };

  // Connects and agrees on a version: 0 or an errno.
  int Open();
  int Negotiate();
  // Nothing: the connection has broken.
  std::optional<Result> Transact(Command command, std::span<const uint8_t> body);
  std::optional<int> TransactAll(std::span<const Order> orders);
  bool ReceiveReply(uint16_t id, Command command, Message& reply);
  bool SendCommand(Command command, std::span<const uint8_t> body, std::span<const int> fds,
                   bool wants_reply);
  bool WaitUntilUp(std::unique_lock<std::mutex>& lock);
  void MarkDown();
  void Shutdown();  // ends the waiting for a reply

  // The thread: serves memory while the server is there, and looks for it when it is not.
  void StartThread();
  void Run();
  void ServeUntilBroken();
  bool ServeMemory();
  bool Reconnect();
  void WaitForEvent(int watch, std::chrono::milliseconds timeout);
  void GiveUp();

  const std::string path_;
  const std::chrono::milliseconds patience_;
  ClientOwner& owner_;
  const bool offers_memory_;

  // What was agreed on with the server.
  std::atomic<size_t> max_transfer_ = vfio_user::kDefaultMaxTransfer;
  std::atomic<size_t> max_fds_ = 1;
  std::atomic<bool> has_twin_ = false;

  std::mutex socket_mutex_;  // of the socket's replacement; never held for long
  std::mutex mutex_;         // of the commands, and of the following
  std::condition_variable changed_;
  State state_ = State::kDown;
  Clock::time_point down_since_;
  UniqueFd socket_;
  uint16_t next_id_ = 0;

  UniqueFd twin_;  // on which the server commands; used by the thread alone
  UniqueFd wake_;  // an eventfd: the thread has something to see
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace vireo::vfio_shim
