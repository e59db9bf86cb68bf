// SPDX-License-Identifier: Apache-2.0
// A listening UNIX socket at a path.
#pragma once

#include <sys/types.h>

#include <string>
#include <tl/expected.hpp>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::vfio_user {

class Listener {
 public:
  // The path appears when a client can connect to it, and replaces what a dead server has left.
  // The error is a sentence.
  static tl::expected<Listener, std::string> Open(const std::string& path);

  Listener(Listener&&) = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener();  // removes the path, if it is still ours

  int fd() const { return fd_.get(); }
  UniqueFd Accept() const;  // none if nobody waits

 private:
  Listener(UniqueFd fd, std::string path, ino_t inode);

  UniqueFd fd_;
  std::string path_;
  ino_t inode_;
};

}  // namespace vireo::vfio_user
