// SPDX-License-Identifier: Apache-2.0
// A client may stand still for as long as it likes: it has gone when its guest was reset.
#include "sim/guest/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "sim/guest/alarms.h"

namespace vireo::guest {
namespace {

using vfio_user::UniqueFd;

// Bytes that the host has sent and the guest not acknowledged: fewer than its ring of 256 buffers
// holds, so that no frame has to be dropped for want of one.
constexpr int kMostUnderWay = 64 << 10;

// The length that a request's header gives for its body.
size_t LengthOfBody(std::string header) {
  std::ranges::transform(header, header.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr char kField[] = "\r\ncontent-length:";
  const size_t at = header.find(kField);
  return at == std::string::npos ? 0 : std::strtoull(&header[at + sizeof kField - 1], nullptr, 10);
}

}  // namespace

HttpServer::HttpServer(const std::string& address, std::string file)
    : file_(std::move(file)),
      listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in local = {};
  local.sin_family = AF_INET;
  inet_pton(AF_INET, address.c_str(), &local.sin_addr);
  auto* generic = reinterpret_cast<sockaddr*>(&local);
  socklen_t size = sizeof local;
  if (bind(listening_.get(), generic, size) != 0 || listen(listening_.get(), 8) != 0 ||
      getsockname(listening_.get(), generic, &size) != 0) {
    throw Failure(fmt::format("listen on {}: {}", address, std::strerror(errno)));
  }
  port_ = ntohs(local.sin_port);
  url_ = fmt::format("http://{}:{}/", address, port_);
  thread_ = std::thread([this] { Serve(); });
}

HttpServer::~HttpServer() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
  for (std::thread& answer : answers_) answer.join();
}

std::string HttpServer::Received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void HttpServer::Serve() {
  while (true) {
    std::array<pollfd, 2> wait = {{{stop_.get(), POLLIN, 0}, {listening_.get(), POLLIN, 0}}};
    poll(wait.data(), wait.size(), -1);
    if (wait[0].revents != 0) return;
    UniqueFd connection(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) continue;
    answers_.emplace_back([this, mine = std::move(connection)] { Answer(mine); });
  }
}

void HttpServer::Answer(const UniqueFd& own) {
  const int connection = own.get();
  setsockopt(connection, SOL_SOCKET, SO_SNDBUF, &kMostUnderWay, sizeof kMostUnderWay);
  const auto wait_for = [&](short events) {
    std::array<pollfd, 2> wait = {{{stop_.get(), POLLIN, 0}, {connection, events, 0}}};
    return poll(wait.data(), wait.size(), -1) > 0 && wait[0].revents == 0;
  };
  std::string request;
  size_t header = 0, body = 0;
  while (header == 0 || request.size() < header + body) {
    std::array<char, 65536> bytes;
    if (!wait_for(POLLIN)) return;
    const ssize_t got = recv(connection, bytes.data(), bytes.size(), 0);
    if (got <= 0) return;
    request.append(bytes.data(), static_cast<size_t>(got));
    const size_t end = header == 0 ? request.find("\r\n\r\n") : std::string::npos;
    if (end == std::string::npos) continue;
    header = end + 4;
    body = LengthOfBody(request.substr(0, header));
  }
  const bool is_post = request.starts_with("POST ");
  if (is_post) {
    const std::lock_guard lock(mutex_);
    received_ = request.substr(header, body);
  }
  const std::string_view content = is_post ? std::string_view() : std::string_view(file_);
  const std::string answer =
      fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                  content.size(), content);
  for (size_t at = 0; at < answer.size();) {
    if (!wait_for(POLLOUT)) return;
    const ssize_t sent =
        send(connection, &answer[at], answer.size() - at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0 && errno != EAGAIN) return;
    at += sent > 0 ? static_cast<size_t>(sent) : 0;
  }
}

}  // namespace vireo::guest
