// SPDX-License-Identifier: Apache-2.0
// DMA that the client does for us, by DMA_READ and DMA_WRITE, where it has shared no file.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>

#include "sim/vfio_user/message.h"

namespace vireo::vfio_user {

class RemoteDma {
 public:
  static constexpr size_t kMaxOutstanding = 4096;

  // `data` is what a read got.
  using Done = std::function<void(bool ok, std::span<const uint8_t> data)>;
  // Gives a command to the client; false if it cannot be sent.
  using Send = std::function<bool(const Header&, std::span<const uint8_t> body)>;

  explicit RemoteDma(Send send) : send_(std::move(send)) {}

  void Read(uint64_t address, uint64_t count, Done done);
  void Write(uint64_t address, std::span<const uint8_t> data, Done done);

  // False: no such command is outstanding.
  bool OnReply(const Message& reply);

  // What is outstanding in [address, address + size) fails now, and its answer will be ignored.
  // A size of 0 stands for 2^64.
  void Cancel(uint64_t address, uint64_t size);
  void Clear();

  size_t outstanding() const { return operations_.size(); }

 private:
  struct Operation {
    Command command;
    DmaAccess access;
    Done done;  // empty: cancelled
  };

  void Start(Command command, const DmaAccess& access, std::span<const uint8_t> data, Done done);

  Send send_;
  std::map<uint16_t, Operation> operations_;
  uint16_t next_id_ = 0;
};

}  // namespace vireo::vfio_user
