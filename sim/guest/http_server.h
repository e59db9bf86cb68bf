// SPDX-License-Identifier: Apache-2.0
// A file that guests fetch by HTTP, and a place to which they send one. RFC 9112, HTTP/1.1.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::guest {

class HttpServer {
 public:
  // Answers every GET with `file`, on a port that the kernel chooses of this host's `address`.
  HttpServer(const std::string& address, std::string file);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const { return port_; }
  const std::string& url() const { return url_; }
  // What the last POST brought.
  std::string Received() const;

 private:
  void Serve();
  void Answer(const vfio_user::UniqueFd& connection);

  const std::string file_;
  uint16_t port_ = 0;
  std::string url_;
  vfio_user::UniqueFd listening_, stop_;
  mutable std::mutex mutex_;
  std::string received_;
  std::vector<std::thread> answers_;  // one a connection
  std::thread thread_;
};

}  // namespace vireo::guest
