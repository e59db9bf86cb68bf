// SPDX-License-Identifier: Apache-2.0
// A full top against its native model, by the order of tokens on each stream.
//
// Tokens that the RTL accepts go to the native model, which runs ahead as far as it is asked to;
// each token that the RTL sends must be the native model's next one on that stream. That is exact
// for processes whose results do not depend on when tokens arrive; for others an order key compares
// only tokens of one source with each other.
#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "sim/harness/session.h"

namespace vireo::sim {
namespace {

// Firings that a free-running model may take for one token.
constexpr int kFreeRunLimit = 100'000;
// Firings that the model takes at most on a token's arrival.
constexpr int kEager = 4;

class TopSession final : public Session {
 public:
  TopSession(std::string name, Dut& dut, Native& native, SessionOptions options)
      : Session(std::move(name), dut, native, std::move(options)), streams_(ports_.size()) {}

  void Check() override;
  bool Drained() override {
    if (cycle_ - last_move_ <= options_.quiet) return false;
    RunToRest();
    return !Pending();
  }
  void End() override;

 private:
  struct Stream {
    std::deque<std::vector<std::byte>> accepted;  // input: taken by the RTL, not yet by the model
    std::map<uint64_t, std::deque<Token>> expected;  // output: written by the model, by key
    bool held = false;                               // output: a token stood here without room
    Token held_token;
    std::string stall;
  };

  void BeginEpisode() override {
    streams_.assign(ports_.size(), Stream{});
    last_look_ = 0;
  }
  bool Room(size_t p) override { return !Stalls(ports_[p]); }
  uint64_t KeyOf(size_t p, const std::byte* bytes) const;
  // One firing of the model; false: no token moved.
  bool RunOnce();
  // Runs the model until output `p` has a token of this key; false: it has come to rest before.
  bool RunFor(size_t p, uint64_t key);
  void RunToRest();
  bool Pending() const;
  bool WouldTake();
  void CheckOutput(size_t p);
  void Compare(size_t p);
  void CheckProgress();

  std::vector<Stream> streams_;
  std::string stall_;
  uint64_t last_look_ = 0;  // clock in which the watchdog last found nothing wrong
};

uint64_t TopSession::KeyOf(size_t p, const std::byte* bytes) const {
  const auto key = options_.order_keys.find(ports_[p].name);
  return key == options_.order_keys.end() ? 0 : key->second(bytes);
}

bool TopSession::RunOnce() {
  for (size_t p = 0; p < ports_.size(); ++p) {
    if (!ports_[p].is_input) native_.SetRoom(p, true);
    if (ports_[p].is_input && !streams_[p].accepted.empty())
      native_.Offer(p, streams_[p].accepted.front().data());
  }
  const bool fired = native_.Fire();
  stall_ = fired ? "" : native_.stall();
  bool moved = false;
  for (size_t p = 0; p < ports_.size() && fired; ++p) {
    Stream& stream = streams_[p];
    Token token;
    if (ports_[p].is_input) {
      if (stream.accepted.empty() || !native_.Empty(p)) continue;
      stream.accepted.pop_front();
    } else {
      if (!NativePushed(p, token)) continue;
      stream.expected[KeyOf(p, ports_[p].bytes.data())].push_back(std::move(token));
    }
    moved = true;
  }
  native_.Clear();
  return moved;
}

bool TopSession::RunFor(size_t p, uint64_t key) {
  int still = 0;
  for (int i = 0; still < options_.rest && i < kFreeRunLimit; ++i) {
    if (!streams_[p].expected[key].empty()) return true;
    still = RunOnce() ? 0 : still + 1;
  }
  return !streams_[p].expected[key].empty();
}

void TopSession::RunToRest() {
  if (options_.free_running) return;
  for (int still = 0; still < options_.rest;) still = RunOnce() ? 0 : still + 1;
}

bool TopSession::Pending() const {
  if (options_.free_running) return false;
  for (const Stream& stream : streams_) {
    for (const auto& [key, tokens] : stream.expected) {
      if (!tokens.empty()) return true;
    }
  }
  return false;
}

void TopSession::Compare(size_t p) {
  Port& port = ports_[p];
  Unpack(Spec(p), port.token, port.bytes.data());
  const uint64_t key = KeyOf(p, port.bytes.data());
  if (!RunFor(p, key)) {
    Fail(p, fmt::format("expected no token, got {}{}", ToHex(port.token, 0, Spec(p).bits),
                        stall_.empty() ? "" : "\n  the process waits: " + stall_));
    return;
  }
  auto& expected = streams_[p].expected[key];
  if (expected.front() != port.token)
    Fail(p, fmt::format("wrong token, number {} of this stream\n{}", moved_[p],
                        DescribeDifference(Spec(p), expected.front(), port.token)));
  expected.pop_front();
}

void TopSession::CheckOutput(size_t p) {
  Port& port = ports_[p];
  Stream& stream = streams_[p];
  const bool valid = dut_.OutputValid(p);
  if (valid) dut_.GetOutput(p, port.token.data());
  if (stream.held && !valid) Fail(p, "a token was withdrawn before it was taken");
  if (stream.held && valid && stream.held_token != port.token)
    Fail(p, "a token changed before it was taken\n" +
                DescribeDifference(Spec(p), stream.held_token, port.token));
  stream.held = valid && !port.room;
  if (stream.held) stream.held_token = port.token;
  if (!valid || !port.room || failure_) return;
  ++moved_[p];
  last_move_ = cycle_;
  Compare(p);
  Observe(p);
}

// Whether the model would take one of the tokens that stand at the inputs.
bool TopSession::WouldTake() {
  for (size_t p = 0; p < ports_.size(); ++p) {
    if (ports_[p].is_input && ports_[p].valid) native_.Offer(p, ports_[p].bytes.data());
    if (!ports_[p].is_input) native_.SetRoom(p, true);
  }
  bool takes = false;
  if (native_.Fire()) {
    for (size_t p = 0; p < ports_.size(); ++p)
      takes |= ports_[p].is_input && ports_[p].valid && native_.Empty(p);
    native_.Undo();
  }
  native_.Clear();
  return takes;
}

void TopSession::CheckProgress() {
  if (cycle_ - std::max(last_move_, last_look_) < options_.watchdog) return;
  last_look_ = cycle_;
  RunToRest();
  const bool may_hold = options_.may_hold_inputs && inputs_stopped();
  if (Pending() || (!may_hold && WouldTake()))
    Fail(fmt::format("no token moved for {} clocks\n{}{}", options_.watchdog, DescribePorts(),
                     stall_.empty() ? "" : "  the process waits: " + stall_ + "\n"));
}

void TopSession::Check() {
  if (failure_) return;
  bool accepted = false;
  for (size_t p = 0; p < ports_.size(); ++p) {
    Port& port = ports_[p];
    if (!port.is_input || !port.valid || !dut_.InputReady(p)) continue;
    streams_[p].accepted.push_back(port.bytes);
    port.valid = false;
    ++moved_[p];
    last_move_ = cycle_;
    accepted = true;
  }
  // At once, so that the model meets tokens in the order in which the RTL took them.
  for (int i = 0; accepted && i < kEager && RunOnce(); ++i) continue;
  for (size_t p = 0; p < ports_.size(); ++p) {
    if (!ports_[p].is_input) CheckOutput(p);
  }
  CheckProgress();
  ++cycle_;
}

void TopSession::End() {
  if (failure_) return;
  RunToRest();
  for (size_t p = 0; p < ports_.size(); ++p) {
    if (ports_[p].is_input || options_.free_running) continue;
    for (const auto& [key, tokens] : streams_[p].expected) {
      if (!tokens.empty())
        Fail(p,
             fmt::format("{} tokens of the process never came, the first is {}\n{}", tokens.size(),
                         ToHex(tokens.front(), 0, Spec(p).bits), DescribePorts()));
    }
  }
}

}  // namespace

std::unique_ptr<Session> MakeTopSession(std::string name, Dut& dut, Native& native,
                                        SessionOptions options) {
  return std::make_unique<TopSession>(std::move(name), dut, native, std::move(options));
}

}  // namespace vireo::sim
