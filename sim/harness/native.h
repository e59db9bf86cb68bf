// SPDX-License-Identifier: Apache-2.0
// A process run as C++, seen without its types: one clock is what is offered, a firing, and what
// came of it.
#ifndef VIREO_SIM_HARNESS_NATIVE_H_
#define VIREO_SIM_HARNESS_NATIVE_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace vireo::sim {

// Ports are indices into the Dut's ports(). A clock goes: Offer and SetRoom for each port, Fire,
// then Empty and Take for each, then Clear.
class Native {
 public:
  virtual ~Native() = default;

  // A fresh object in reset state. Members that nothing initialises hold `fill` in every byte.
  virtual void Construct(uint8_t fill) = 0;

  virtual size_t token_bytes(size_t port) const = 0;
  virtual void Offer(size_t port, const std::byte* token) = 0;
  virtual void SetRoom(size_t port, bool room) = 0;

  // Calls the process once. False: it stalled, nothing of the firing happened, and stall() names
  // the stream.
  virtual bool Fire() = 0;
  virtual const std::string& stall() const = 0;

  // The stream is empty: an input that was offered a token was read, an output was not written.
  virtual bool Empty(size_t port) const = 0;
  // Moves the token written by this firing out; false: there is none.
  virtual bool Take(size_t port, std::byte* token) = 0;

  // Takes the last firing back, its state and its tokens; the streams are empty then.
  virtual void Undo() = 0;
  // Empties the streams between two clocks.
  virtual void Clear() = 0;
};

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_NATIVE_H_
