// SPDX-License-Identifier: Apache-2.0
#include "sim/vfio_user/server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace vireo::vfio_user {
namespace {

constexpr size_t kMaxQueued = 256;       // commands read ahead of the function
constexpr int kMessagesPerPoll = 256;    // so that a flood does not hold up the clock
constexpr size_t kMaxUnsent = 8u << 20;  // bytes for a client that does not read

bool IsAboutMaps(const Header& header) {
  const auto command = static_cast<Command>(header.command);
  return (header.flags & kFlagTypeMask) == 0 &&
         (command == Command::kDmaMap || command == Command::kDmaUnmap);
}

}  // namespace

void Completion::Done(uint64_t value) const {
  if (server_ != nullptr) server_->Finish(number_, value);
}

tl::expected<std::unique_ptr<Server>, std::string> Server::Listen(const std::string& path,
                                                                  const FunctionInfo& info,
                                                                  PciFunction& function, Log log) {
  auto listener = Listener::Open(path);
  if (!listener) return tl::unexpected(listener.error());
  UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return tl::unexpected(fmt::format("epoll_create1: {}", std::strerror(errno)));
  return std::unique_ptr<Server>(
      new Server(std::move(*listener), std::move(epoll), info, function, std::move(log)));
}

Server::Server(Listener listener, UniqueFd epoll, const FunctionInfo& info, PciFunction& function,
               Log log)
    : epoll_(std::move(epoll)),
      listener_(std::move(listener)),
      info_(info),
      function_(function),
      log_(std::move(log)),
      irqs_(info.irq_counts, epoll_.get(), kIrqTag),
      remote_([this](const Header& header, std::span<const uint8_t> body) {
        return twin_.fd ? Send(twin_, header, body) : Send(client_, header, body);
      }) {
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.u64 = kListenTag;
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, listener_.fd(), &event);
}

void Server::Poll() {
  std::array<epoll_event, 8> events;
  const int count = epoll_wait(epoll_.get(), events.data(), events.size(), 0);
  for (int i = 0; i < count; ++i) {
    const uint32_t what = events[static_cast<size_t>(i)].events;
    switch (events[static_cast<size_t>(i)].data.u64) {
      case kListenTag: Accept(); break;
      case kIrqTag: irqs_.PollClientEvents(); break;
      case kClientTag:
        if ((what & EPOLLOUT) != 0) Flush(client_);
        if ((what & ~EPOLLOUT) != 0) ReadClient();
        if ((what & EPOLLHUP) != 0 && commands_.size() >= kMaxQueued) {
          Break("it closed the connection");
        }
        break;
      case kTwinTag:
        if ((what & EPOLLOUT) != 0) Flush(twin_);
        if ((what & ~EPOLLOUT) != 0) ReadTwin();
        break;
    }
  }
  Advance();
  if (broken_) Close();
}

void Server::Accept() {
  UniqueFd fd = listener_.Accept();
  if (!fd) return;
  if (client_.fd) {
    pollfd old = {client_.fd.get(), 0, 0};
    if (poll(&old, 1, 0) == 0) {
      log_("event=client_refused why=\"another one is connected\"");
      return;
    }
    Break("it closed the connection");
    Close();
  }
  client_.fd = std::move(fd);
  Watch(client_);
  log_("event=client_connected");
  function_.ClientChanged(true);
}

void Server::Close() {
  broken_ = negotiated_ = waiting_ = remapping_ = false;
  phase_ = Phase::kIdle;
  ++ticket_;
  commands_.clear();
  client_ = {kClientTag};
  twin_ = {kTwinTag};
  dma_.Clear();
  irqs_.Detach();
  remote_.Clear();
  function_.ClientChanged(false);
}

void Server::Break(const std::string& why) {
  if (broken_) return;
  broken_ = true;
  log_("event=client_gone why=\"" + why + "\"");
  shutdown(client_.fd.get(), SHUT_RDWR);  // makes poll_fd() readable, so that Poll() comes
}

void Server::Watch(Channel& channel) {
  const bool reading = &channel == &twin_ || commands_.size() < kMaxQueued;
  epoll_event event = {};
  event.events = (reading ? EPOLLIN : 0u) | (channel.writer.waiting() != 0 ? EPOLLOUT : 0u);
  event.data.u64 = channel.tag;
  if (channel.watched && event.events == channel.interest) return;
  const int operation = std::exchange(channel.watched, true) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  epoll_ctl(epoll_.get(), operation, channel.fd.get(), &event);
  channel.interest = event.events;
}

void Server::ReadClient() {
  for (int i = 0; i < kMessagesPerPoll && !broken_ && commands_.size() < kMaxQueued; ++i) {
    Message message;
    switch (client_.reader.Read(client_.fd.get(), message)) {
      case MessageReader::Status::kAgain: return;
      case MessageReader::Status::kClosed: return Break("it closed the connection");
      case MessageReader::Status::kMalformed:
        return Break("a message of impossible size, or with descriptors that are none");
      case MessageReader::Status::kMessage: break;
    }
    const uint32_t type = message.header.flags & kFlagTypeMask;
    if (type == kFlagReply) {
      if (!remote_.OnReply(message)) return Break("a reply to nothing");
    } else if (type == 0) {
      commands_.push_back(std::move(message));
      Advance();
    } else {
      return Break("a message of an unknown type");
    }
  }
  if (!broken_) Watch(client_);
}

void Server::PollMaps() {
  if (!client_.fd || phase_ != Phase::kIdle || !commands_.empty() || advancing_) return;
  while (!broken_ && client_.reader.is_between()) {
    Header header;
    const ssize_t got = recv(client_.fd.get(), &header, sizeof header, MSG_PEEK | MSG_DONTWAIT);
    if (got != sizeof header) return;
    if (!IsAboutMaps(header)) return StopRemapping();
    Message message;
    if (client_.reader.Read(client_.fd.get(), message) != MessageReader::Status::kMessage) return;
    command_ = std::move(message);
    Execute();
    command_.fds.clear();
  }
}

void Server::ReadTwin() {
  for (int i = 0; i < kMessagesPerPoll && !broken_ && twin_.fd; ++i) {
    Message message;
    switch (twin_.reader.Read(twin_.fd.get(), message)) {
      case MessageReader::Status::kAgain: return;
      case MessageReader::Status::kClosed: return Break("it closed the twin socket");
      case MessageReader::Status::kMalformed: return Break("a reply of an impossible size");
      case MessageReader::Status::kMessage: break;
    }
    if ((message.header.flags & kFlagTypeMask) != kFlagReply || !remote_.OnReply(message)) {
      return Break("something else than a reply on the twin socket");
    }
  }
}

void Server::Flush(Channel& channel) {
  if (!channel.fd || broken_) return;
  if (channel.writer.Flush(channel.fd.get()) == MessageWriter::Status::kClosed) {
    return Break("it closed the connection");
  }
  Watch(channel);
}

bool Server::Send(Channel& channel, const Header& header, std::span<const uint8_t> body,
                  std::span<const int> fds) {
  if (broken_ || !channel.fd) return false;
  const auto status = channel.writer.Send(channel.fd.get(), header, body, fds);
  if (status == MessageWriter::Status::kClosed) {
    Break("it closed the connection");
    return false;
  }
  if (channel.writer.waiting() > kMaxUnsent) {
    Break("it does not read what it is sent");
    return false;
  }
  if (status == MessageWriter::Status::kAgain) Watch(channel);
  return true;
}

void Server::Advance() {
  if (advancing_) return;
  advancing_ = true;
  const size_t queued = commands_.size();
  while (!broken_ && !waiting_) {
    if (phase_ != Phase::kIdle) {
      Step();
    } else if (!commands_.empty()) {
      command_ = std::move(commands_.front());
      commands_.pop_front();
      Execute();
      command_.fds.clear();
    } else {
      break;
    }
  }
  advancing_ = false;
  if (queued >= kMaxQueued && commands_.size() < kMaxQueued && !broken_) {
    Watch(client_);
  }
}

void Server::Step() {
  if (phase_ == Phase::kAccess && transfer_.finished()) return FinishAccess();
  waiting_ = true;
  const Completion completion(this, ++ticket_);
  if (phase_ == Phase::kReset) {
    function_.StartReset(completion);
  } else if (transfer_.is_write()) {
    function_.StartWrite(transfer_.next(), transfer_.next_value(), completion);
  } else {
    function_.StartRead(transfer_.next(), completion);
  }
}

void Server::Finish(uint64_t number, uint64_t value) {
  if (!waiting_ || number != ticket_ || broken_) return;
  waiting_ = false;
  if (phase_ == Phase::kReset) {
    phase_ = Phase::kIdle;
    irqs_.ForgetPending();
    Reply({});
  } else {
    transfer_.Advance(value);
  }
  Advance();
}

DmaStatus Server::DmaRead(uint64_t address, std::span<uint8_t> bytes) const {
  return dma_.Read(address, bytes);
}

DmaStatus Server::DmaWrite(uint64_t address, std::span<const uint8_t> bytes) const {
  return dma_.Write(address, bytes);
}

void Server::DmaRead(uint64_t address, uint64_t count, RemoteDma::Done done) {
  std::vector<uint8_t> bytes(count);
  const DmaStatus status = dma_.Read(address, bytes);
  if (status == DmaStatus::kRemote && count <= client_max_transfer_) {
    return remote_.Read(address, count, std::move(done));
  }
  done(status == DmaStatus::kDone, bytes);
}

void Server::DmaWrite(uint64_t address, std::span<const uint8_t> bytes, RemoteDma::Done done) {
  const DmaStatus status = dma_.Write(address, bytes);
  if (status == DmaStatus::kRemote && bytes.size() <= client_max_transfer_) {
    return remote_.Write(address, bytes, std::move(done));
  }
  done(status == DmaStatus::kDone, {});
}

}  // namespace vireo::vfio_user
