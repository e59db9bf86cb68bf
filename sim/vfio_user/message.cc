// SPDX-License-Identifier: Apache-2.0
#include "sim/vfio_user/message.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace vireo::vfio_user {

MessageReader::Status MessageReader::Receive(int socket, uint8_t* bytes, size_t wanted) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxMessageFds * sizeof(int))> control;
  while (wanted != 0) {
    iovec part = {bytes, wanted};
    msghdr header = {};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN ? Status::kAgain : Status::kClosed;
    bool refused = false;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
      for (size_t at = CMSG_LEN(0); at + sizeof(int) <= c->cmsg_len; at += sizeof(int)) {
        int fd;
        std::memcpy(&fd, reinterpret_cast<const char*>(c) + at, sizeof fd);
        partial_.fds.emplace_back(fd);
        struct stat status;
        refused |= !takes_sockets_ && (fstat(fd, &status) != 0 || S_ISSOCK(status.st_mode));
      }
    }
    if (got == 0) return Status::kClosed;
    refused |= (header.msg_flags & MSG_CTRUNC) != 0 || partial_.fds.size() > kMaxMessageFds;
    if (refused) {
      partial_ = {};
      return Status::kMalformed;
    }
    bytes += got;
    wanted -= static_cast<size_t>(got);
    received_ += static_cast<size_t>(got);
  }
  return Status::kMessage;
}

MessageReader::Status MessageReader::Read(int socket, Message& message) {
  if (received_ < sizeof(Header)) {
    auto* header = reinterpret_cast<uint8_t*>(&partial_.header);
    const Status status = Receive(socket, header + received_, sizeof(Header) - received_);
    if (status != Status::kMessage) return status;
    const uint32_t size = partial_.header.size;
    if (size < sizeof(Header) || size > kMaxMessage) return Status::kMalformed;
    partial_.body.resize(size - sizeof(Header));
  }
  const size_t have = received_ - sizeof(Header);
  const Status status = Receive(socket, partial_.body.data() + have, partial_.body.size() - have);
  if (status != Status::kMessage) return status;
  message = std::exchange(partial_, {});
  received_ = 0;
  return Status::kMessage;
}

ssize_t SendBytes(int socket, std::span<const uint8_t> head, std::span<const uint8_t> body,
                  std::span<const int> fds) {
  std::array<iovec, 2> parts = {{{const_cast<uint8_t*>(head.data()), head.size()},
                                 {const_cast<uint8_t*>(body.data()), body.size()}}};
  msghdr header = {};
  header.msg_iov = parts.data();
  header.msg_iovlen = parts.size();
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxMessageFds * sizeof(int))> control = {};
  if (!fds.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(c), fds.data(), fds.size_bytes());
  }
  ssize_t sent;
  do {
    sent = sendmsg(socket, &header, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

MessageWriter::Status MessageWriter::Send(int socket, Header header, std::span<const uint8_t> body,
                                          std::span<const int> fds) {
  header.size = static_cast<uint32_t>(sizeof header + body.size());
  const std::span<const uint8_t> head(reinterpret_cast<const uint8_t*>(&header), sizeof header);
  Waiting rest;
  if (waiting_.empty()) {
    const ssize_t sent = SendBytes(socket, head, body, fds);
    if (sent == static_cast<ssize_t>(header.size)) return Status::kSent;
    if (sent < 0 && errno != EAGAIN) return Status::kClosed;
    rest.sent = sent < 0 ? 0 : static_cast<size_t>(sent);
  }
  rest.bytes.assign(head.begin(), head.end());
  rest.bytes.insert(rest.bytes.end(), body.begin(), body.end());
  if (rest.sent == 0) {
    for (const int fd : fds) rest.fds.emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  }
  waiting_bytes_ += rest.bytes.size() - rest.sent;
  waiting_.push_back(std::move(rest));
  return Flush(socket);
}

MessageWriter::Status MessageWriter::Flush(int socket) {
  while (!waiting_.empty()) {
    Waiting& next = waiting_.front();
    std::vector<int> fds;
    fds.reserve(next.fds.size());
    for (const UniqueFd& fd : next.fds) fds.push_back(fd.get());
    const ssize_t sent = SendBytes(socket, std::span(next.bytes).subspan(next.sent), {}, fds);
    if (sent < 0) return errno == EAGAIN ? Status::kAgain : Status::kClosed;
    next.fds.clear();
    next.sent += static_cast<size_t>(sent);
    waiting_bytes_ -= static_cast<size_t>(sent);
    if (next.sent == next.bytes.size()) waiting_.pop_front();
  }
  return Status::kSent;
}

}  // namespace vireo::vfio_user
