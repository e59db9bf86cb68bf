// SPDX-License-Identifier: Apache-2.0
// The transport with a host that reads and writes its functions, and engines that stop queues when
// they are told to.
#ifndef VIREO_TESTS_HW_VIRTIO_TRANSPORT_BENCH_H_
#define VIREO_TESTS_HW_VIRTIO_TRANSPORT_BENCH_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "hw/spec/common_cfg.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/register_access.h"
#include "tests/hw/virtio/transport_model.h"

namespace vireo::test {

// What came back for a read.
struct Completion {
  pcie4c::CcDescriptor head;
  std::vector<uint32_t> data;  // behind the descriptor
};

// It has the ports of the transport; what comes out is sorted into lists.
class TransportBench : private TransportPorts {
 public:
  explicit TransportBench(uint64_t seed = 1) : model_(MakeTransportModel(seed)) {
    Run(kConfigEntries + kQueues + ReasonPolicy::kEntries);
  }

  using TransportPorts::card_interrupt_in;
  using TransportPorts::config_in;
  using TransportPorts::config_out;
  using TransportPorts::fault_in;
  using TransportPorts::interrupt_in;
  using TransportPorts::reason_in;
  using TransportPorts::state_in;
  using TransportPorts::update_in;

  // --- Time ---

  void Run(int clocks = 1) {
    for (int i = 0; i < clocks; ++i) {
      model_->Clock(*this);
      Collect();
    }
  }
  // Enough for anything that waits for nothing.
  void Settle() { Run(kSettleClocks); }

  // --- Function state, as the hard block tells of it ---

  void SetState(int function, const pcie4c::FunctionState& state) {
    pcie4c::FunctionState next = state;
    next.function = function;
    state_in.write(next);
    Settle();
  }
  void Enable(int function, bool msix = true) {
    pcie4c::FunctionState state;
    state.memory_space = 1;
    state.bus_master = 1;
    state.msix_enable = msix;
    SetState(function, state);
  }

  // --- Accesses to BAR 0 ---

  // A request as the host makes it: any length, any byte enables.
  void Send(int function, bool write, uint64_t address, const std::vector<uint32_t>& data,
            unsigned dwords, unsigned first_be, unsigned last_be, unsigned bar = 0,
            pcie4c::RequestType type = pcie4c::RequestType::kMemoryRead) {
    pcie4c::CqDescriptor request;
    request.address = address >> 2;
    request.dword_count = dwords;
    request.request_type = static_cast<unsigned>(write ? pcie4c::RequestType::kMemoryWrite : type);
    request.requester_id = 0x1234;
    request.tag = tag_++;
    request.target_function = function;
    request.bar_id = bar;
    request.bar_aperture = 16;
    pcie4c::CqUser user;
    user.first_be = first_be;
    user.last_be = last_be;
    user.is_sop = 1;
    std::deque<uint32_t> words;
    const auto bits = pcie4c::Pack(request);
    for (int i = 0; i < 4; ++i) words.push_back(bits.range(32 * i + 31, 32 * i).to_uint());
    if (write) words.insert(words.end(), data.begin(), data.end());
    while (!words.empty()) {
      pcie4c::CqBeat beat = {};
      for (int i = 0; i < pcie4c::kBeatDwords && !words.empty(); ++i) {
        beat.data.range(32 * i + 31, 32 * i) = words.front();
        beat.keep.range(4 * i + 3, 4 * i) = 0xf;
        words.pop_front();
      }
      beat.last = words.empty();
      beat.user = pcie4c::Pack(user);
      user = {};
      cq_in.write(beat);
    }
  }

  Completion Receive() {
    for (int i = 0; i < kSettleClocks && completions_.empty(); ++i) Run();
    Completion completion = {};
    if (completions_.empty()) {
      ADD_FAILURE() << "a read was not answered";
    } else {
      completion = completions_.front();
      completions_.pop_front();
    }
    return completion;
  }
  bool has_completion() const { return !completions_.empty(); }

  uint64_t ReadBytes(int function, uint64_t offset, int bytes) {
    const unsigned enables = ((1u << bytes) - 1) << (offset % 4);
    const unsigned dwords = bytes == 8 ? 2 : 1;
    Send(function, false, offset, {}, dwords, enables & 15, enables >> 4);
    const Completion completion = Receive();
    EXPECT_EQ(completion.head.status, 0u);
    uint64_t value = 0;
    for (unsigned i = 0; i < completion.data.size() && i < 2; ++i) {
      value |= static_cast<uint64_t>(completion.data[i]) << (32 * i);
    }
    value >>= 8 * (offset % 4);
    return bytes == 8 ? value : value & ((uint64_t{1} << (8 * bytes)) - 1);
  }
  void WriteBytes(int function, uint64_t offset, int bytes, uint64_t value) {
    const unsigned enables = ((1u << bytes) - 1) << (offset % 4);
    const unsigned dwords = bytes == 8 ? 2 : 1;
    const uint64_t placed = value << (8 * (offset % 4));
    std::vector<uint32_t> data = {static_cast<uint32_t>(placed)};
    if (dwords == 2) data.push_back(static_cast<uint32_t>(placed >> 32));
    Send(function, true, offset, data, dwords, enables & 15, enables >> 4);
    Settle();
  }

  // How often a Reason was counted, by the management function.
  uint64_t CountOf(int function, spec::Reason reason) {
    const uint64_t record =
        spec::management_bar::kFunctionCounters.At(static_cast<uint32_t>(function));
    const uint64_t counter =
        spec::function_counters::kReasonCount.At(static_cast<uint32_t>(reason));
    return ReadBytes(kManagementFunction, record + counter, 8);
  }

  // --- Configuration space ---

  uint32_t ReadConfig(int function, uint32_t offset) {
    pcie4c::ConfigRequest request;
    request.function = function;
    request.register_number = offset / 4;
    config_in.write(request);
    for (int i = 0; i < kSettleClocks && config_out.empty(); ++i) Run();
    if (config_out.empty()) {
      ADD_FAILURE() << "a read of configuration space was not answered";
      return 0;
    }
    return config_out.read().data.to_uint();
  }
  void WriteConfig(int function, uint32_t offset, uint32_t value, unsigned byte_enables = 15) {
    pcie4c::ConfigRequest request;
    request.function = function;
    request.register_number = offset / 4;
    request.write = 1;
    request.data = value;
    request.byte_enables = byte_enables;
    config_in.write(request);
    Settle();
  }

  // --- What came out ---

  std::vector<QueueSetup> setups;
  std::vector<QueueRequest> requests;
  std::vector<WriteLine> writes;
  std::vector<pcie4c::IntxLevel> intx;
  std::vector<int> resets_done;  // functions
  std::vector<RegisterAccess>
      managed;  // accesses of the management function; a read gets its DWord
  // Queues that were told to stop and have not answered; with `stops_at_once` they answer.
  std::deque<int> stopping;
  bool stops_at_once = true;

  void FinishStop() {
    ASSERT_FALSE(stopping.empty());
    stopped_in.write(QueueStopped{stopping.front()});
    stopping.pop_front();
  }

 private:
  static constexpr int kSettleClocks = 800;

  void Collect() {
    while (!setup_out[0].empty() && !setup_out[1].empty()) {
      setups.push_back(setup_out[0].read());
      EXPECT_EQ(setup_out[1].read().queue, setups.back().queue) << "every engine is told";
    }
    while (!request_out.empty()) {
      requests.push_back(request_out.read());
      if (requests.back().command != QueueCommand::kStop) continue;
      stopping.push_back(requests.back().queue.to_int());
      if (stops_at_once) FinishStop();
    }
    while (!management_out.empty()) {
      managed.push_back(management_out.read());
      if (managed.back().write == 0) management_in.write(managed.back().dword);
    }
    while (!write_out.empty()) writes.push_back(write_out.read());
    while (!intx_out.empty()) intx.push_back(intx_out.read());
    while (!reset_done_out.empty()) resets_done.push_back(reset_done_out.read().function.to_int());
    while (!cc_out.empty()) TakeBeat(cc_out.read());
  }

  void TakeBeat(const pcie4c::CcBeat& beat) {
    for (int i = 0; i < pcie4c::kBeatDwords; ++i) {
      if (beat.keep[4 * i] == 1) words_.push_back(beat.data.range(32 * i + 31, 32 * i).to_uint());
    }
    if (beat.last == 0) return;
    Completion completion;
    ap_uint<pcie4c::cc::kDescriptorBits> bits = 0;
    for (int i = 0; i < 3; ++i) bits.range(32 * i + 31, 32 * i) = words_[static_cast<size_t>(i)];
    completion.head = pcie4c::Unpack<pcie4c::CcDescriptor>(bits);
    completion.data.assign(words_.begin() + 3, words_.end());
    words_.clear();
    completions_.push_back(completion);
  }

  std::unique_ptr<TransportModel> model_;
  std::vector<uint32_t> words_;  // of a completion that is not whole
  std::deque<Completion> completions_;
  unsigned tag_ = 0;
};

// BAR 0 of a function, from `base` on, as the typed accesses of hw/spec want it.
class FunctionBus {
 public:
  FunctionBus(TransportBench& bench, int function, uint64_t base = 0)
      : bench_(bench), function_(function), base_(base) {}

  template <typename T>
  T Read(uint64_t offset) {
    return static_cast<T>(bench_.ReadBytes(function_, base_ + offset, sizeof(T)));
  }
  template <typename T>
  void Write(uint64_t offset, T value) {
    bench_.WriteBytes(function_, base_ + offset, sizeof(T), value);
  }

 private:
  TransportBench& bench_;
  int function_;
  uint64_t base_;
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_VIRTIO_TRANSPORT_BENCH_H_
