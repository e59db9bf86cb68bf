// SPDX-License-Identifier: Apache-2.0
// A bare process against its native model, clock by clock.
//
// The bench stands in for the FIFO behind each output: room is what its credits say. The native
// model sees in each clock the very (valid, room) that stage 0 of the RTL sees. What happens in
// stage 0, pops and room taken, must agree in that clock whatever the process does with empty and
// full; a push may come later, up to the latency, in order.
#include <deque>
#include <utility>

#include <fmt/format.h>

#include "sim/harness/session.h"

namespace vireo::sim {
namespace {

class CoreSession final : public Session {
 public:
  CoreSession(std::string name, Dut& dut, Native& native, SessionOptions options)
      : Session(std::move(name), dut, native, std::move(options)), outputs_(ports_.size()) {}

  void Check() override;

 private:
  // The FIFO behind an output and what is still to come out of the pipeline for it.
  struct Output {
    uint64_t capacity = 1, held = 0, reserved = 0;
    std::deque<std::pair<uint64_t, Token>> pushes;  // clock of the firing, token
    std::deque<uint64_t> cancels;  // clock of a firing that took room and does not push
  };

  void BeginEpisode() override;
  bool Room(size_t p) override;
  bool Fire();
  void CheckInput(size_t p, bool fired);
  void CheckOutput(size_t p, bool fired);
  void CheckDue(size_t p);
  bool Missing() const;

  std::vector<Output> outputs_;
};

void CoreSession::BeginEpisode() {
  Random random(ports_.empty() ? 0 : ports_[0].stalls->Next(), "capacity");
  for (Output& output : outputs_) {
    const uint64_t choices[] = {1, 2, 3, 4, dut_.latency() + 1, dut_.latency() + 4, 64};
    output = Output{};
    output.capacity = choices[random.Below(std::size(choices))];
  }
}

bool CoreSession::Room(size_t p) {
  Output& output = outputs_[p];
  if (output.held > 0 && !Stalls(ports_[p])) --output.held;
  return output.held + output.reserved < output.capacity;
}

bool CoreSession::Missing() const {
  for (const Port& port : ports_) {
    if (!port.is_input && !port.room) return true;
  }
  return false;
}

// Runs the native model; false: no firing in this clock.
bool CoreSession::Fire() {
  for (size_t p = 0; p < ports_.size(); ++p) {
    if (!ports_[p].is_input) native_.SetRoom(p, ports_[p].room);
    if (ports_[p].is_input && ports_[p].valid) native_.Offer(p, ports_[p].bytes.data());
  }
  const bool native_fired = native_.Fire();
  const std::optional<bool> rtl_fired = dut_.Fired();
  bool rtl_acts = false;
  for (size_t p = 0; p < ports_.size(); ++p)
    rtl_acts |= ports_[p].is_input ? dut_.InputReady(p) : dut_.OutputReserve(p);
  if (rtl_fired && !*rtl_fired && rtl_acts)
    Fail("the RTL pops or takes room in a clock in which it does not fire");
  if (!native_fired) {
    if (rtl_fired.value_or(rtl_acts)) Fail("the RTL fires, the process stalls: " + native_.stall());
    return false;
  }
  if (rtl_acts || rtl_fired.value_or(dut_.latency() == 0)) return true;
  // The RTL is still. It may be, where a write that a later stage would decide on has no room.
  bool native_acts = false;
  for (size_t p = 0; p < ports_.size(); ++p)
    native_acts |= ports_[p].is_input ? ports_[p].valid && native_.Empty(p) : !native_.Empty(p);
  if (!rtl_fired && (!native_acts || !Missing())) return true;
  if (native_acts && !Missing())
    Fail("the RTL does not fire though every output has room and the process does not stall");
  native_.Undo();
  return false;
}

void CoreSession::CheckInput(size_t p, bool fired) {
  Port& port = ports_[p];
  const bool rtl = dut_.InputReady(p);
  const bool native = fired && port.valid && native_.Empty(p);
  if (rtl && !port.valid) Fail(p, "popped though no token is offered");
  if (rtl != native)
    Fail(p,
         fmt::format("expected {}, got {}", native ? "a pop" : "no pop", rtl ? "a pop" : "no pop"));
  if (!rtl) return;
  port.valid = false;
  ++moved_[p];
}

void CoreSession::CheckOutput(size_t p, bool fired) {
  Port& port = ports_[p];
  Output& output = outputs_[p];
  const bool reserve = dut_.OutputReserve(p), cancel = dut_.OutputCancel(p),
             valid = dut_.OutputValid(p);
  Token expected;
  const bool pushed = fired && NativePushed(p, expected);
  if (reserve && !port.room) Fail(p, "a token is sent though there is no room");
  if (pushed && !reserve)
    Fail(p, fmt::format("expected a token, got none\n  expected {}",
                        ToHex(expected, 0, Spec(p).bits)));
  if (dut_.latency() == 0 && !pushed && valid) {
    dut_.GetOutput(p, port.token.data());
    Fail(p, fmt::format("expected no token, got {}", ToHex(port.token, 0, Spec(p).bits)));
  }
  if (reserve && !fired) Fail(p, "room is taken by a firing that should not be");
  if (failure_) return;
  if (reserve) {
    ++output.reserved;
    if (pushed) {
      output.pushes.emplace_back(cycle_, std::move(expected));
    } else {
      output.cancels.push_back(cycle_);
    }
  }
  if (valid) {
    dut_.GetOutput(p, port.token.data());
    ++moved_[p];
    if (output.pushes.empty()) {
      Fail(p, fmt::format("expected no token, got {}", ToHex(port.token, 0, Spec(p).bits)));
      return;
    }
    if (output.pushes.front().second != port.token) {
      Fail(p, fmt::format("wrong token of the firing at cycle {}\n{}", output.pushes.front().first,
                          DescribeDifference(Spec(p), output.pushes.front().second, port.token)));
      return;
    }
    output.pushes.pop_front();
    --output.reserved;
    ++output.held;
    Observe(p);
  }
  if (cancel) {
    if (output.cancels.empty()) {
      Fail(p, "room is given back that was not taken, or that a token needs");
      return;
    }
    output.cancels.pop_front();
    --output.reserved;
  }
  CheckDue(p);
}

void CoreSession::CheckDue(size_t p) {
  const Output& output = outputs_[p];
  if (!output.pushes.empty() && output.pushes.front().first + dut_.latency() <= cycle_)
    Fail(p, fmt::format("expected {} of the firing at cycle {} within {} clocks, got none",
                        ToHex(output.pushes.front().second, 0, Spec(p).bits),
                        output.pushes.front().first, dut_.latency()));
  if (!output.cancels.empty() && output.cancels.front() + dut_.latency() <= cycle_)
    Fail(p, fmt::format("room taken at cycle {} is neither used nor given back after {} clocks",
                        output.cancels.front(), dut_.latency()));
}

void CoreSession::Check() {
  if (failure_) return;
  const bool fired = Fire();
  for (size_t p = 0; p < ports_.size(); ++p) {
    if (ports_[p].is_input) {
      CheckInput(p, fired);
    } else {
      CheckOutput(p, fired);
    }
  }
  native_.Clear();
  ++cycle_;
}

}  // namespace

std::unique_ptr<Session> MakeCoreSession(std::string name, Dut& dut, Native& native,
                                         SessionOptions options) {
  return std::make_unique<CoreSession>(std::move(name), dut, native, std::move(options));
}

}  // namespace vireo::sim
