// SPDX-License-Identifier: Apache-2.0
// A PCI function as a driver in user space has it: BAR 0, memory for its DMA, its interrupts.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <tl/expected.hpp>

namespace vireo::host {

// Or a sentence: what was tried, with what, and why it did not work.
template <typename T>
using Result = tl::expected<T, std::string>;

// Memory that a function may read and write: a part of a shared file, mapped at `at`.
struct DmaMemory {
  uint64_t iova;  // this and the following: multiples of 4096
  int fd;
  uint64_t offset;
  uint64_t bytes;
  void* at;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // BAR 0, naturally aligned, 1 to 8 bytes. Reads of a function that has gone give ones, writes to
  // it vanish. A write is posted: it is seen after all that was stored to memory before.
  virtual uint64_t ReadBar(uint64_t offset, unsigned bytes) = 0;
  virtual void WriteBar(uint64_t offset, unsigned bytes, uint64_t value) = 0;

  virtual Result<void> MapDma(const DmaMemory& memory) = 0;
  // MSI-X vectors from 0 on, each signalling its eventfd.
  virtual Result<void> EnableInterrupts(std::span<const int> eventfds) = 0;
  // Lets the function be reached and do DMA.
  virtual Result<void> Enable() = 0;

  // An eventfd that is signalled when the function goes.
  virtual int gone_fd() const = 0;
  // What keeps maps and interrupts for a process that comes after this one, or -1.
  virtual int kept_fd() const = 0;

  // As hw/spec/register_access.h has it.
  template <typename T>
  T Read(uint64_t offset) {
    return static_cast<T>(ReadBar(offset, sizeof(T)));
  }
  template <typename T>
  void Write(uint64_t offset, T value) {
    WriteBar(offset, sizeof(T), value);
  }
};

}  // namespace vireo::host
