// SPDX-License-Identifier: Apache-2.0
// The ports of a Verilated module as the streams of its C++: what a bench of whole engines needs.
#ifndef VIREO_SIM_HARNESS_DUT_STREAMS_H_
#define VIREO_SIM_HARNESS_DUT_STREAMS_H_

#include <hls_stream.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/harness/dut.h"
#include "sim/harness/payload.h"

namespace vireo::sim {

// In each clock Offer and SetReady, then Settle, then Take, then Edge. A token that was offered
// stands until it is taken.
class DutStreams {
 public:
  // `dut` must outlive this; it is reset.
  explicit DutStreams(Dut& dut) : dut_(&dut), ports_(dut.ports().size()) {
    for (size_t i = 0; i < ports_.size(); ++i) {
      ports_[i].none.resize(WordsOf(dut.ports()[i].bits));
      if (dut.ports()[i].is_input) {
        dut.SetInput(i, false, ports_[i].none.data());
      } else {
        dut.SetOutputReady(i, false);
      }
    }
    dut.SetReset(true);
    for (int i = 0; i < kResetClocks; ++i) {
      Settle();
      Edge();
    }
    dut.SetReset(false);
  }

  // The next token of `stream` to the input `name`.
  template <typename T>
  void Offer(hls::stream<T>& stream, std::string_view name) {
    const size_t port = Find(name);
    Token& held = ports_[port].held;
    if (held.empty() && !stream.empty()) {
      const T value = stream.read();
      held.resize(ports_[port].none.size());
      Pack(dut_->ports()[port], reinterpret_cast<const std::byte*>(&value), held);
    }
    dut_->SetInput(port, !held.empty(), held.empty() ? ports_[port].none.data() : held.data());
  }

  void SetReady(std::string_view name, bool ready) {
    const size_t port = Find(name);
    ports_[port].ready = ready;
    dut_->SetOutputReady(port, ready);
  }

  void Settle() {
    dut_->SetClock(false);
    dut_->Eval();
    for (size_t i = 0; i < ports_.size(); ++i) {
      if (!ports_[i].held.empty() && dut_->InputReady(i)) ports_[i].held.clear();
    }
  }

  // What the output `name` gives in this clock, if it is ready.
  template <typename T>
  void Take(hls::stream<T>& stream, std::string_view name) {
    const size_t port = Find(name);
    if (!ports_[port].ready || !dut_->OutputValid(port)) return;
    Token token(ports_[port].none.size());
    dut_->GetOutput(port, token.data());
    T value = {};
    Unpack(dut_->ports()[port], token, reinterpret_cast<std::byte*>(&value));
    stream.write(value);
  }

  void Edge() {
    dut_->SetClock(true);
    dut_->Eval();
  }

  // One clock of all of `streams`, which has ForEachInput and ForEachOutput: each calls an action
  // with a stream and its name.
  template <typename Streams>
  void Step(Streams& streams) {
    streams.ForEachInput([this](auto& stream, const char* name) { this->Offer(stream, name); });
    streams.ForEachOutput(
        [this](auto& stream, const char* name) { this->SetReady(name, !stream.full()); });
    Settle();
    streams.ForEachOutput([this](auto& stream, const char* name) { this->Take(stream, name); });
    Edge();
  }

 private:
  static constexpr int kResetClocks = 4;

  struct Port {
    Token held;  // input: offered and not taken, or empty
    Token none;
    bool ready = false;  // output
  };

  size_t Find(std::string_view name) const {
    const auto ports = dut_->ports();
    for (size_t i = 0; i < ports.size(); ++i) {
      if (name == ports[i].name) return i;
    }
    throw std::logic_error("the module has no port " + std::string(name));
  }

  Dut* dut_;
  std::vector<Port> ports_;
};

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_DUT_STREAMS_H_
