// SPDX-License-Identifier: Apache-2.0
// One process under comparison: its RTL and its native model, driven clock by clock with random
// stalls.
#ifndef VIREO_SIM_HARNESS_SESSION_H_
#define VIREO_SIM_HARNESS_SESSION_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/harness/dut.h"
#include "sim/harness/native.h"
#include "sim/harness/payload.h"
#include "sim/harness/random.h"

namespace vireo::sim {

struct Failure {
  uint64_t cycle;
  std::string port;  // empty: the process as a whole
  std::string text;
};

struct SessionOptions {
  // Draws the tokens of an input instead of Randomize: writes a native object of the stream's
  // payload, or gives false while it has none to offer.
  std::map<std::string, std::function<bool(Random&, std::byte*)>> sources;
  // Sees the tokens that leave an output, for sources that answer them; and the start of an
  // episode.
  std::map<std::string, std::function<void(const std::byte*)>> observers;
  std::function<void()> on_reset;
  // Full tops only. Tokens of an output are compared in order among those of equal key, for
  // processes whose order between sources depends on when tokens arrive.
  std::map<std::string, std::function<uint64_t(const std::byte*)>> order_keys;
  // Full tops only: writes tokens without having read any, so that it never comes to rest.
  bool free_running = false;
  // Full tops only: firings in a row without any token moved after which the native model counts as
  // at rest: more than a process takes to clear its tables, or to get over a debt.
  int rest = 5000;
  // Full tops only: clocks without a transfer after which the RTL counts as drained.
  uint64_t quiet = 600;
  // Full tops only: a token may stand at an input for ever once another input has ended, since the
  // native model has room inside that the RTL has not.
  bool may_hold_inputs = false;
  // Full tops only: clocks without any transfer after which a process that has something to do is
  // called stuck.
  uint64_t watchdog = 20'000;
};

class Session {
 public:
  Session(std::string name, Dut& dut, Native& native, SessionOptions options);
  virtual ~Session() = default;

  // Starts an episode: a fresh native object, new stall rates. The caller holds the module in
  // reset.
  void Begin(uint64_t seed, uint8_t fill);
  // Drives this clock's inputs, in reset too: what is offered then has to be left alone.
  void Drive();
  // Looks at the outputs of the evaluated module and runs the native model for the same clock.
  virtual void Check() = 0;
  // The inputs have ended: what still has to be seen before the episode is over. True: nothing.
  virtual bool Drained() { return true; }
  // After the last clock.
  virtual void End() {}

  // No more tokens are offered from now on.
  void StopInputs() { inputs_stopped_ = true; }

  const std::string& name() const { return name_; }
  const std::optional<Failure>& failure() const { return failure_; }
  // Tokens that passed each port since the session was made.
  const std::vector<uint64_t>& moved() const { return moved_; }
  const Dut& dut() const { return dut_; }
  uint64_t cycle() const { return cycle_; }

 protected:
  struct Port {
    std::string name;
    bool is_input;
    unsigned stall_percent = 0;
    bool valid = false;  // input: a token is offered, until it is taken
    bool room = false;   // output: a token can be taken in this clock
    Token token;         // the token offered, or the last one seen
    Token noise;         // input: what its wires hold while no token is offered
    std::vector<std::byte> bytes;
    std::unique_ptr<Random> stalls, data, wires;
  };

  virtual void BeginEpisode() = 0;
  // Whether output `p` has room in this clock.
  virtual bool Room(size_t p) = 0;

  const StreamPort& Spec(size_t p) const { return dut_.ports()[p]; }
  bool inputs_stopped() const { return inputs_stopped_; }
  bool Stalls(Port& port) { return port.stalls->Percent(port.stall_percent); }
  void Fail(size_t port, std::string text);
  void Fail(std::string text);
  // The token that the native model pushed, or nothing.
  bool NativePushed(size_t p, Token& token);
  // Shows the token of output `p`, which has just left, to its observer.
  void Observe(size_t p);
  // Which port waits for what.
  std::string DescribePorts() const;

  const std::string name_;
  Dut& dut_;
  Native& native_;
  const SessionOptions options_;
  std::vector<Port> ports_;
  std::vector<uint64_t> moved_;
  std::optional<Failure> failure_;
  uint64_t cycle_ = 0;
  uint64_t last_move_ = 0;

 private:
  void DrawRates();
  bool DrawToken(size_t p);

  bool inputs_stopped_ = false;
  std::unique_ptr<Random> rates_;
  uint64_t next_rates_ = 0;
};

// The right kind of session for the module: by clocks for a core, by order of tokens for a full
// top.
std::unique_ptr<Session> MakeSession(std::string name, Dut& dut, Native& native,
                                     SessionOptions options);
std::unique_ptr<Session> MakeCoreSession(std::string name, Dut& dut, Native& native,
                                         SessionOptions options);
std::unique_ptr<Session> MakeTopSession(std::string name, Dut& dut, Native& native,
                                        SessionOptions options);

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_SESSION_H_
