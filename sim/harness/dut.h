// SPDX-License-Identifier: Apache-2.0
// The face every Verilated process shows to a bench: named streams of packed tokens, a clock and a
// reset.
#ifndef VIREO_SIM_HARNESS_DUT_H_
#define VIREO_SIM_HARNESS_DUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vireo::sim {

// One scalar of a payload: where it lies in the native object and where in the packed token.
// Its value is the low bit_width bits of byte_size little-endian bytes; in memory a signed one of
// two bits or more is sign-extended, all others zero-extended.
struct Leaf {
  uint32_t byte_offset, byte_size;
  uint32_t bit_offset, bit_width;
  bool is_signed = false;
};

// A stream of the module. An array of streams appears as NAME_0, NAME_1, ... in this order.
struct StreamPort {
  const char* name;
  bool is_input;
  uint32_t bits;
  std::span<const Leaf> leaves;
};

// Within one clock a bench drives all inputs, calls Eval() with the clock low, looks at the
// outputs, and raises the clock. Tokens are little-endian 32-bit words, ceil(bits / 32) of them;
// bits above the width are 0 on the way in. The model is made on the thread's VerilatedContext, so
// that the bench can choose how registers come up.
class Dut {
 public:
  virtual ~Dut() = default;

  // Order: that of the process's parameters. The index into it names a port below.
  virtual std::span<const StreamPort> ports() const = 0;

  virtual void SetClock(bool high) = 0;
  virtual void SetReset(bool asserted) = 0;
  virtual void Eval() = 0;

  virtual void SetInput(size_t port, bool valid, const uint32_t* words) = 0;
  virtual bool InputReady(size_t port) const = 0;
  virtual void SetOutputReady(size_t port, bool ready) = 0;
  virtual bool OutputValid(size_t port) const = 0;
  virtual void GetOutput(size_t port, uint32_t* words) const = 0;

  // A pipelined core takes room for a token in stage 0 and later either pushes the token or gives
  // the room back.
  virtual bool OutputReserve(size_t port) const { return OutputValid(port); }
  virtual bool OutputCancel(size_t) const { return false; }

  // Whether a firing begins in this clock, where a pipelined module can tell. It tells apart a
  // firing that touches no stream from one held back because a write, not yet known to happen, has
  // no room. Without it a module of latency 0 is held to the exact clock.
  virtual std::optional<bool> Fired() const { return std::nullopt; }

  // True for a bare process: InputReady means "popped in this clock", and outputs are never
  // refused.
  virtual bool is_core() const = 0;
  // Clocks from a firing to the last push it can cause; 0 for an unpipelined process.
  virtual uint32_t latency() const = 0;

  // Waves, where the model was Verilated with them: false means it was not.
  virtual bool OpenWaves(const char*) { return false; }
  virtual void DumpWaves(uint64_t) {}
  virtual void CloseWaves() {}
};

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_DUT_H_
