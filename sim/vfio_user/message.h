// SPDX-License-Identifier: Apache-2.0
// Whole vfio-user messages, with their file descriptors, over a UNIX stream socket.
#pragma once

#include <cstring>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "sim/vfio_user/protocol.h"
#include "sim/vfio_user/unique_fd.h"

namespace vireo::vfio_user {

struct Message {
  Header header = {};
  std::vector<uint8_t> body;
  std::vector<UniqueFd> fds;

  // The body's beginning as T, if it is that long.
  template <class T>
  std::optional<T> As() const {
    if (body.size() < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, body.data(), sizeof(T));
    return value;
  }
};

// Appends the bytes of a wire structure.
template <class T>
void Append(std::vector<uint8_t>& bytes, const T& value) {
  const auto* begin = reinterpret_cast<const uint8_t*>(&value);
  bytes.insert(bytes.end(), begin, begin + sizeof(T));
}

// Reads messages one after another; never past the end of one, so that descriptors, which come
// with a byte of their message, stay with it.
class MessageReader {
 public:
  enum class Status { kMessage, kAgain, kClosed, kMalformed };

  // A server is never sent sockets: one could be the client's own end of the connection, and a
  // connection whose both ends are held here does not end.
  explicit MessageReader(bool takes_sockets) : takes_sockets_(takes_sockets) {}

  // Takes what the socket has. On a blocking socket it waits and kAgain does not occur.
  Status Read(int socket, Message& message);
  // Nothing of the next message has been taken.
  bool is_between() const { return received_ == 0; }

 private:
  Status Receive(int socket, uint8_t* bytes, size_t wanted);

  bool takes_sockets_;
  Message partial_;
  size_t received_ = 0;  // bytes of it so far, the header's included
};

// Sends messages, and keeps what a non-blocking socket does not take at once.
class MessageWriter {
 public:
  enum class Status { kSent, kAgain, kClosed };

  // The header's size is filled in. Descriptors are duplicated where they have to wait.
  Status Send(int socket, Header header, std::span<const uint8_t> body,
              std::span<const int> fds = {});
  // Goes on with what waits.
  Status Flush(int socket);

  size_t waiting() const { return waiting_bytes_; }

 private:
  struct Waiting {
    std::vector<uint8_t> bytes;
    size_t sent = 0;
    std::vector<UniqueFd> fds;
  };

  std::deque<Waiting> waiting_;
  size_t waiting_bytes_ = 0;
};

// Gives a message to a socket: the number of bytes it took, or -1 with errno.
ssize_t SendBytes(int socket, std::span<const uint8_t> head, std::span<const uint8_t> body,
                  std::span<const int> fds);

}  // namespace vireo::vfio_user
