// SPDX-License-Identifier: Apache-2.0
// The registers of all virtio functions, and what follows from them: queues that begin to be live,
// resets, interrupts.
// VIRTIO 1.4, 2.1 "Device Status Field", 2.4 "Device Reset", 3.1 "Device Initialization", 4.1.4.3
// "Common configuration structure layout".
#ifndef VIREO_HW_VIRTIO_REGISTERS_H_
#define VIREO_HW_VIRTIO_REGISTERS_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cstdint>

#include "hw/pcie/config_tokens.h"
#include "hw/spec/function_bar.h"
#include "hw/virtio/config_rules.h"
#include "hw/virtio/device_config.h"
#include "hw/virtio/register_events.h"
#include "hw/virtio/table_server.h"
#include "hw/virtio/token.h"

namespace vireo {

using QueueConfigAccess = TableAccess<QueueConfig, kQueues>;

// One event at a time, each in 4 to 10 clocks: the function's state is fetched, changed, and
// stored. A function's queues are started and stopped by a walk along them, a queue an event, and
// accesses come in between: no function waits for the queues of another. A function is at most once
// in `walk_out`, and has at most one reset between `interrupt_out` and its event kCleared; both
// ways are to hold kFunctions tokens. The first kFunctions clocks after reset clear the table.
class Registers {
 public:
  void Step(hls::stream<RegisterEvent>& event_in, hls::stream<QueueConfig>& queue_in,
            hls::stream<ConfigEntry>& word_in, hls::stream<RegisterReply>& reply_out,
            hls::stream<FunctionIndex>& walk_out, hls::stream<QueueChange>& change_out,
            hls::stream<InterruptEvent>& interrupt_out, hls::stream<QueueConfigAccess>& queue_out,
            hls::stream<ConfigAccess>& word_out,
            hls::stream<pcie4c::FunctionResetDone>& reset_done_out,
            hls::stream<ReasonEvent>& count_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = configs_ type = ram_2p impl = lutram
    if (reply_out.full() || walk_out.full() || change_out.full() || interrupt_out.full() ||
        queue_out.full() || word_out.full() || reset_done_out.full() || count_out.full()) {
      return;
    }
    Outputs out;
    switch (state_) {
      case kClear:
        if (cleared_[BitsFor(kFunctions)] == 1) {
          state_ = kIdle;
        } else {
          configs_[FunctionIndex(cleared_)] = ResetFunctionConfig();
          cleared_ = cleared_ + 1;
        }
        break;
      case kIdle:
        if (!event_in.empty()) {
          event_ = event_in.read();
          state_ = kFetch;
        }
        break;
      case kFetch:
        config_ = configs_[event_.function];
        virtqueue_ = event_.virtqueue;
        if (event_.kind == RegisterEventKind::kAccess) {
          virtqueue_ = configs_[event_.function].queue_select;
        }
        Plan();
        state_ = kAsk;
        break;
      case kAsk: Ask(out); break;
      case kWait:
        if (!queue_in.empty()) {
          const QueueConfig queue = queue_in.read();
          queue_ = is_configured_ ? queue : ResetQueueConfig();
          state_ = plan_;
        }
        break;
      case kAct:
        effect_ = static_cast<unsigned>(Act());
        state_ = kFollow;
        break;
      case kAskWord: AskWord(out); break;
      case kWaitWord:
        if (!word_in.empty()) {
          const ConfigEntry word = word_in.read();
          const ap_uint<32> half =
              event_.access.dword[0] == 1 ? word.range(63, 32) : word.range(31, 0);
          out.reply = is_register_ ? half : RegisterReply(0);
          out.replies = event_.access.write == 0;
          state_ = kIdle;
        }
        break;
      case kRead: Read(); break;
      case kAnswer: Answer(out); break;
      case kWrite: Write(out); break;
      case kFollow: Follow(out); break;
      case kStore: Store(out); break;
    }
    if (out.replies) reply_out.write(out.reply);
    if (out.walks) walk_out.write(event_.function);
    if (out.changes) change_out.write(out.change);
    if (out.interrupts) interrupt_out.write(out.interrupt);
    if (out.asks_queue) queue_out.write(out.queue);
    if (out.asks_word) word_out.write(out.word);
    if (out.counts) count_out.write(ReasonEvent{event_.function, out.reason});
    if (out.is_reset) reset_done_out.write(pcie4c::FunctionResetDone{event_.function});
  }

 private:
  enum State : uint8_t {
    kClear,
    kIdle,
    kFetch,     // the function's state
    kAsk,       // for the queue's state
    kWait,      // for it
    kAct,       // on an event that is no access
    kAskWord,   // of device configuration
    kWaitWord,  // for it
    kRead,      // the register
    kAnswer,    // a read, or look at what a write is to change
    kWrite,
    kFollow,  // what a change leads to
    kStore,   // the function's state
  };

  // What a firing gives.
  struct Outputs {
    bool replies = false, walks = false, changes = false, interrupts = false;
    bool asks_queue = false, asks_word = false, is_reset = false, counts = false;
    RegisterReply reply;
    QueueChange change;
    InterruptEvent interrupt;
    QueueConfigAccess queue;
    ConfigAccess word;
    spec::Reason reason;
  };

  // Which register an access is to, and what the event needs.
  void Plan() {
    type_ = TypeOf(event_.function);
    queues_ = QueuesOf(event_.function);
    const ap_uint<kPageDwordBits> dword = event_.access.dword;
    const bool is_device = event_.access.dword[kPageDwordBits + 1] == 1;
    is_queue_ = dword[kCommonDwordBits - 1] == 1 || dword.range(2, 0) >= kFirstQueueDword;
    is_register_ = is_device ? dword < 2 * kConfigWords : dword < kCommonDwords;
    plan_ = event_.kind != RegisterEventKind::kAccess ? kAct : is_device ? kAskWord : kRead;
  }

  void Ask(Outputs& out) {
    out.queue.write = 0;
    out.queue.entry = QueueConfig{};
    out.queue.index = QueueOf(event_.function, virtqueue_);
    out.asks_queue = true;
    is_there_ = config_.queue_select < queues_;
    is_configured_ = config_.configured[virtqueue_.to_int()] == 1;
    is_enabled_ = config_.enabled[virtqueue_.to_int()] == 1;
    is_live_ = config_.live[virtqueue_.to_int()] == 1;
    state_ = kWait;
  }

  Effect Act() {
    const bool is_running = config_.phase == ResetPhase::kNone;
    switch (event_.kind) {
      case RegisterEventKind::kWalk:
        if (virtqueue_ == 0) config_.is_listed = 0;
        if (!is_enabled_ || config_.phase == ResetPhase::kClearing) return Effect::kNone;
        if (is_running) return is_live_ ? Effect::kNone : Effect::kGoLive;
        config_.enabled[virtqueue_.to_int()] = 0;
        return is_live_ ? Effect::kStop : Effect::kNone;
      case RegisterEventKind::kStopped:
        config_.live[virtqueue_.to_int()] = 0;
        return Effect::kStopped;
      case RegisterEventKind::kFaulted: return is_live_ ? Effect::kFault : Effect::kNone;
      case RegisterEventKind::kFlr:
        config_.is_flr = 1;
        return is_running ? Effect::kReset : Effect::kNone;
      case RegisterEventKind::kUpdate: return Effect::kUpdate;
      case RegisterEventKind::kCleared: return Effect::kCleared;
      default: return Effect::kNone;
    }
  }

  void AskWord(Outputs& out) {
    const ConfigWord word = event_.access.dword >> 1;
    out.word.write = 0;
    out.word.entry = 0;
    out.word.index = (event_.function, word);
    out.asks_word = true;
    state_ = kWaitWord;
  }

  void Read() {
    const ap_uint<kCommonDwordBits> dword = event_.access.dword;
    old_ = is_queue_ ? ReadQueueConfig(queue_, config_.queue_select, is_enabled_, dword)
                     : ReadFunctionConfig(config_, type_, queues_, dword);
    are_features_good_ = AreFeaturesGood(config_, type_);
    is_register_ = is_register_ && (!is_queue_ || is_there_);
    state_ = kAnswer;
  }

  void Answer(Outputs& out) {
    out.reply = is_register_ ? old_ : RegisterReply(0);
    out.replies = event_.access.write == 0;
    write_.dword = event_.access.dword;
    write_.byte_enables = event_.access.byte_enables;
    write_.value = MergeBytes(old_, event_.access.data, event_.access.byte_enables);
    write_.is_one = write_.value.range(15, 0) == 1;
    write_.is_acceptable = IsAcceptable();
    write_.is_enabled = is_enabled_ || is_live_;  // the latter alone: it is being stopped
    const bool writes = event_.access.write == 1 && event_.access.byte_enables != 0 &&
                        is_register_ && config_.phase == ResetPhase::kNone;
    out.reason = spec::Reason::kQueueSelectRange;
    out.counts = event_.access.write == 1 && is_queue_ && !is_there_;
    state_ = writes ? kWrite : kIdle;
  }

  // Whether a write may have the effect that it asks for. A size is written at once.
  bool IsAcceptable() const {
    if (!is_queue_) return are_features_good_;
    const ap_uint<kCommonDwordBits> dword = event_.access.dword;
    if (dword != DwordOf(spec::common_cfg::kQueueSize)) return AreAreasGood(queue_);
    return event_.access.byte_enables.range(1, 0) == 3 && IsQueueSizeGood(event_.access.data);
  }

  void Write(Outputs& out) {
    out.reason = is_queue_ ? ReasonOfQueueWrite(queue_, queues_, write_)
                           : ReasonOfFunctionWrite(config_, queues_, write_);
    out.counts = out.reason != spec::Reason::kNone;
    QueueConfig queue = queue_;
    const Effect effect = is_queue_ ? WriteQueueConfig(config_, queue, queues_, virtqueue_, write_)
                                    : WriteFunctionConfig(config_, queues_, write_);
    effect_ = static_cast<unsigned>(effect);
    queue_ = queue;
    out.queue.write = 1;
    out.queue.index = QueueOf(event_.function, virtqueue_);
    out.queue.entry = queue;
    out.asks_queue = is_queue_;
    state_ = kFollow;
  }

  void Follow(Outputs& out) {
    const bool is_driving = IsDriving(config_);
    const bool is_idle = config_.live == 0;
    switch (static_cast<Effect>(effect_.to_uint())) {
      case Effect::kNone: break;
      case Effect::kReset:
        if (!is_idle) config_.phase = ResetPhase::kStopping;
        if (!is_idle) List();
        ends_reset_ = is_idle;
        break;
      case Effect::kStart: List(); break;
      case Effect::kVector: Tell(InterruptEventKind::kQueue, out); break;
      case Effect::kFault:  // 2.1.2: the driver is told only from DRIVER_OK on
        if (is_driving) Tell(InterruptEventKind::kConfig, out);
        config_.device_status = config_.device_status | spec::VIRTIO_CONFIG_S_NEEDS_RESET;
        // What the queue holds of the card is not to be held until the driver resets the device.
        config_.enabled[virtqueue_.to_int()] = 0;
        out.change = ChangeOf(true);
        out.changes = is_enabled_;
        break;
      case Effect::kGoLive:
        config_.live[virtqueue_.to_int()] = 1;
        out.change = ChangeOf(false);
        out.changes = true;
        Tell(InterruptEventKind::kQueue, out);
        out.interrupt.is_live = 1;
        break;
      case Effect::kStop:
        out.change = ChangeOf(true);
        out.changes = true;
        break;
      case Effect::kStopped:
        Tell(InterruptEventKind::kQueue, out);
        out.interrupt.is_live = 0;
        ends_reset_ = config_.phase == ResetPhase::kStopping && is_idle;
        break;
      case Effect::kUpdate:
        out.word.write = 1;
        out.word.index = (event_.update.function, event_.update.word);
        out.word.entry = event_.update.data;
        out.asks_word = true;
        config_.config_generation = config_.config_generation + 1;
        if (is_driving) Tell(InterruptEventKind::kConfig, out);
        break;
      case Effect::kCleared: FinishReset(out); break;
    }
    state_ = kStore;
  }

  // No queue is live: what is left of a reset are interrupts that are on their way.
  void Store(Outputs& out) {
    FunctionConfig config = config_;
    if (ends_reset_) {
      Tell(InterruptEventKind::kReset, out);
      config.phase = ResetPhase::kClearing;
    }
    configs_[event_.function] = config;
    out.walks = lists_;
    ends_reset_ = false;
    lists_ = false;
    state_ = kIdle;
  }

  // Nothing of the device is left, unless a reset of the function came while the device's own went
  // on: that one follows.
  void FinishReset(Outputs& out) {
    if (config_.is_flr == 1 && event_.is_flr == 0) {
      ends_reset_ = true;
      return;
    }
    FunctionConfig config = ResetFunctionConfig();
    config.config_generation = config_.config_generation;
    config.is_listed = config_.is_listed;
    out.is_reset = config_.is_flr == 1;
    config_ = config;
  }

  // Has a walk follow, if none is to come.
  void List() {
    lists_ = config_.is_listed == 0;
    config_.is_listed = 1;
  }

  void Tell(InterruptEventKind kind, Outputs& out) {
    out.interrupts = true;
    out.interrupt.kind = kind;
    out.interrupt.function = event_.function;
    out.interrupt.queue = QueueOf(event_.function, virtqueue_);
    out.interrupt.is_live = is_live_;
    out.interrupt.vector =
        kind == InterruptEventKind::kQueue ? queue_.msix_vector : config_.config_msix_vector;
    out.interrupt.is_flr = config_.is_flr;
  }

  QueueChange ChangeOf(bool is_stop) const {
    QueueChange change;
    change.is_stop = is_stop;
    change.setup.queue = QueueOf(event_.function, virtqueue_);
    change.setup.function = event_.function;
    change.setup.kind = KindOf(type_, virtqueue_);
    change.setup.size = queue_.size;
    change.setup.desc = queue_.desc;
    change.setup.driver = queue_.driver;
    change.setup.device = queue_.device;
    change.setup.event_idx = HasFeature(config_, spec::VIRTIO_F_EVENT_IDX);
    change.setup.indirect_desc = HasFeature(config_, spec::VIRTIO_F_INDIRECT_DESC);
    change.setup.mergeable =
        type_ == DeviceType::kNet && HasFeature(config_, spec::VIRTIO_NET_F_MRG_RXBUF);
    change.setup.number = virtqueue_;
    return change;
  }

  static constexpr int kPageDwordBits = BitsFor(spec::function_bar::kPageBytes) - 2;
  static constexpr int kCommonDwordBits = BitsFor(kCommonDwords);
  static_assert(spec::function_bar::kCommonCfg == 0 &&
                    spec::function_bar::kDeviceCfg == 2 * spec::function_bar::kPageBytes,
                "two bits tell the pages of registers from each other");

  ap_uint<4> state_ = kClear;                     // a State
  ap_uint<4> plan_;                               // the State behind kWait
  ap_uint<BitsFor(kFunctions) + 1> cleared_ = 0;  // functions since reset
  RegisterEvent event_;
  DeviceType type_;  // this and the next two: of its function
  QueueCount queues_;
  FunctionConfig config_;
  VirtqueueIndex virtqueue_;  // that it is about
  QueueConfig queue_;
  bool is_there_;  // the queue
  bool is_configured_;
  bool is_enabled_;
  bool is_live_;
  bool is_queue_;     // the access is to a register of the queue, otherwise of the function
  bool is_register_;  // and there is one
  ap_uint<32> old_;   // what it reads
  bool are_features_good_;
  ConfigWrite write_;
  ap_uint<4> effect_;  // an Effect
  bool ends_reset_ = false;
  bool lists_ = false;  // the function, for a walk
  FunctionConfig configs_[kFunctions];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_REGISTERS_H_
