// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/client.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "host-driver/vfio-shim/log.h"
#include "sim/vfio_user/version.h"

namespace vireo::vfio_shim {

using vfio_user::Header;
using vfio_user::kFlagError;
using vfio_user::kFlagNoReply;
using vfio_user::kFlagReply;
using vfio_user::kFlagTypeMask;
using vfio_user::MessageReader;
using vfio_user::Proposal;

namespace {

constexpr int kAttempts = 3;      // for a command at whose sight servers die
constexpr size_t kInFlight = 32;  // commands without their replies

int ErrorOf(const Message& reply) {
  if ((reply.header.flags & kFlagError) == 0) return 0;
  return reply.header.error == 0 ? EIO : static_cast<int>(reply.header.error);
}

}  // namespace

Client::Client(std::string path, std::chrono::milliseconds patience, ClientOwner& owner,
               bool offers_memory)
    : path_(std::move(path)),
      patience_(patience),
      owner_(owner),
      offers_memory_(offers_memory),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

int Client::Connect() {
  if (const int error = Open()) return error;
  state_ = State::kUp;
  StartThread();
  return 0;
}

int Client::Adopt(UniqueFd socket) {
  const std::lock_guard lock(mutex_);
  socket_ = std::move(socket);
  // Answers to the predecessor come first. Its ids were others, as it counted from another time.
  next_id_ = static_cast<uint16_t>(Clock::now().time_since_epoch() / std::chrono::milliseconds(1));
  std::vector<uint8_t> body;
  vfio_device_info info = {};
  info.argsz = sizeof info;
  vfio_user::Append(body, info);
  if (!SendCommand(Command::kDeviceGetInfo, body, {}, true)) return ECONNRESET;
  MessageReader reader(true);
  Message reply;
  do {
    if (reader.Read(socket_.get(), reply) != MessageReader::Status::kMessage) return ECONNRESET;
  } while (reply.header.id != next_id_ ||
           reply.header.command != static_cast<uint16_t>(Command::kDeviceGetInfo));
  state_ = State::kUp;
  StartThread();
  return ErrorOf(reply);
}

int Client::Open() {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  while (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EINTR) return errno;
  }
  const std::lock_guard lock(mutex_);
  {
    const std::lock_guard replacing(socket_mutex_);
    if (stopping_) return ECANCELED;
    socket_ = std::move(fd);
  }
  return Negotiate();
}

int Client::Negotiate() {
  Proposal proposal = {vfio_user::kVersionMajor, vfio_user::kVersionMinor, {}};
  proposal.capabilities.max_msg_fds = vfio_user::kMaxMessageFds;
  proposal.capabilities.twin_socket = offers_memory_;
  auto reply = Transact(Command::kVersion, vfio_user::WriteVersion(proposal));
  if (!reply) return ECONNRESET;
  if (!*reply) return (*reply).error();
  Message& message = **reply;
  const auto answer = vfio_user::ReadVersion(message);
  if (!answer || answer->major != proposal.major || answer->minor > proposal.minor) return EPROTO;
  max_transfer_ =
      std::min<size_t>(answer->capabilities.max_data_xfer_size, vfio_user::kMaxTransfer);
  max_fds_ = std::min<size_t>(answer->capabilities.max_msg_fds, vfio_user::kMaxMessageFds);
  if (max_transfer_ == 0 || max_fds_ == 0) return EPROTO;
  twin_.Reset();
  if (answer->capabilities.twin_socket) {
    const uint64_t index = answer->capabilities.twin_fd_index.value_or(message.fds.size());
    if (index >= message.fds.size()) return EPROTO;
    twin_ = std::move(message.fds[index]);
  }
  has_twin_ = static_cast<bool>(twin_);
  return 0;
}

bool Client::SendCommand(Command command, std::span<const uint8_t> body, std::span<const int> fds,
                         bool wants_reply) {
  Header header = {};
  header.id = ++next_id_;
  header.command = static_cast<uint16_t>(command);
  header.flags = wants_reply ? 0 : kFlagNoReply;
  vfio_user::MessageWriter writer;
  return writer.Send(socket_.get(), header, body, fds) == vfio_user::MessageWriter::Status::kSent;
}

bool Client::ReceiveReply(uint16_t id, Command command, Message& reply) {
  MessageReader reader(true);
  if (reader.Read(socket_.get(), reply) != MessageReader::Status::kMessage) return false;
  const Header& header = reply.header;
  if ((header.flags & kFlagTypeMask) == kFlagReply && header.id == id &&
      header.command == static_cast<uint16_t>(command)) {
    return true;
  }
  Log("%s: something else than the reply to command %u came; disconnecting", path_.c_str(),
      static_cast<unsigned>(command));
  return false;
}

std::optional<Client::Result> Client::Transact(Command command, std::span<const uint8_t> body) {
  Message reply;
  if (!SendCommand(command, body, {}, true) || !ReceiveReply(next_id_, command, reply)) {
    return std::nullopt;
  }
  if (const int error = ErrorOf(reply)) return tl::unexpected(error);
  return reply;
}

std::optional<int> Client::TransactAll(std::span<const Order> orders) {
  const auto first_id = static_cast<uint16_t>(next_id_ + 1);
  size_t sent = 0;
  int first_error = 0;
  for (size_t received = 0; received < orders.size(); ++received) {
    for (; sent < orders.size() && sent - received < kInFlight; ++sent) {
      const Order& order = orders[sent];
      if (!SendCommand(order.command, order.body, order.fds, true)) return std::nullopt;
    }
    Message reply;
    if (!ReceiveReply(static_cast<uint16_t>(first_id + received), orders[received].command,
                      reply)) {
      return std::nullopt;
    }
    if (first_error == 0) first_error = ErrorOf(reply);
  }
  return first_error;
}

bool Client::WaitUntilUp(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [this] { return state_ != State::kDown; });
  return state_ == State::kUp;
}

void Client::MarkDown() {
  if (state_ != State::kUp) return;
  state_ = State::kDown;
  down_since_ = Clock::now();
  Shutdown();
  const uint64_t one = 1;
  (void)!write(wake_.get(), &one, sizeof one);
}

void Client::Shutdown() {
  const std::lock_guard lock(socket_mutex_);
  shutdown(socket_.get(), SHUT_RDWR);
}

Client::Result Client::Call(Command command, std::span<const uint8_t> body) {
  std::unique_lock lock(mutex_);
  for (int attempt = 0; attempt < kAttempts && WaitUntilUp(lock); ++attempt) {
    if (auto result = Transact(command, body)) return std::move(*result);
    MarkDown();
  }
  return tl::unexpected(ENODEV);
}

bool Client::Post(Command command, std::span<const uint8_t> body) {
  std::unique_lock lock(mutex_);
  for (int attempt = 0; attempt < kAttempts && WaitUntilUp(lock); ++attempt) {
    if (SendCommand(command, body, {}, false)) return true;
    MarkDown();
  }
  return false;
}

int Client::Tell(std::span<const Order> orders) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kUp) return 0;
  const auto error = TransactAll(orders);
  if (!error) MarkDown();
  return error.value_or(0);
}

bool Client::Repeat(std::span<const Order> orders) {
  const std::lock_guard lock(mutex_);
  const auto error = TransactAll(orders);
  if (error.value_or(0) != 0) {
    Log("%s: the server that came back refuses what its predecessor took: %s", path_.c_str(),
        std::strerror(*error));
  }
  return error.has_value();
}

void Client::Resume() {
  const std::lock_guard lock(mutex_);
  state_ = State::kUp;
  changed_.notify_all();
}

}  // namespace vireo::vfio_shim
