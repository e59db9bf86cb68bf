// SPDX-License-Identifier: Apache-2.0
// Native over a class with Step or a function: the streams' types come from the signature.
#ifndef VIREO_SIM_HARNESS_TYPED_NATIVE_H_
#define VIREO_SIM_HARNESS_TYPED_NATIVE_H_

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "hw/hls/hls_stream.h"
#include "sim/harness/dut.h"
#include "sim/harness/native.h"
#include "sim/harness/statics.h"

namespace vireo::sim {

// A stream parameter, or an array of them, and the stream object(s) that stand behind it.
template <class Arg>
struct Channel;

template <class T, int D>
struct Channel<hls::stream<T, D>&> {
  using Stream = hls::stream<T, D>;
  static constexpr bool kIsArray = false;
  std::vector<std::unique_ptr<Stream>> streams;
  void Make(size_t) { streams.push_back(std::make_unique<Stream>()); }
  Stream& Get() { return *streams[0]; }
};

template <class T, int D>
struct Channel<hls::stream<T, D>*> {
  using Stream = hls::stream<T, D>;
  static constexpr bool kIsArray = true;
  std::unique_ptr<Stream[]> array;
  std::vector<Stream*> streams;
  void Make(size_t count) {
    array = std::make_unique<Stream[]>(count);
    for (size_t i = 0; i < count; ++i) streams.push_back(&array[i]);
  }
  Stream* Get() { return array.get(); }
};

template <class T, int D, size_t N>
struct Channel<hls::stream<T, D> (&)[N]> {
  using Stream = hls::stream<T, D>;
  static constexpr bool kIsArray = true;
  Stream array[N];
  std::vector<Stream*> streams;
  void Make(size_t) {
    for (Stream& stream : array) streams.push_back(&stream);
  }
  auto Get() -> Stream (&)[N] { return array; }
};

// What the bench does with one stream, without its type.
struct NativePort {
  void* stream;
  size_t token_bytes;
  void (*offer)(void* stream, const std::byte* token);
  void (*set_capacity)(void* stream, size_t capacity);
  bool (*is_empty)(void* stream);
  bool (*take)(void* stream, std::byte* token);

  template <class T, int D>
  static NativePort Of(hls::stream<T, D>& stream) {
    using Stream = hls::stream<T, D>;
    static_assert(std::is_trivially_copyable_v<T>, "a payload is plain data");
    return {&stream,
            sizeof(T),
            [](void* s, const std::byte* token) {
              T value;
              std::memcpy(&value, token, sizeof(T));
              static_cast<Stream*>(s)->set_capacity(1);
              static_cast<Stream*>(s)->write(value);
            },
            [](void* s, size_t n) { static_cast<Stream*>(s)->set_capacity(n); },
            [](void* s) { return static_cast<Stream*>(s)->empty(); },
            [](void* s, std::byte* token) {
              if (static_cast<Stream*>(s)->empty()) return false;
              const T value = static_cast<Stream*>(s)->read();
              if (token != nullptr) std::memcpy(token, &value, sizeof(T));
              return true;
            }};
  }
};

// The process's object. It lives in storage that is filled before each construction, and is copied
// for roll-back.
template <class Process>
class ObjectState {
 public:
  ~ObjectState() { Destroy(); }

  void Construct(uint8_t fill) {
    Destroy();
    std::memset(storage_, fill, sizeof storage_);
    std::memset(backup_, fill, sizeof backup_);
    // The compiler must not take the bytes that construction leaves alone for unwritten ones.
    asm volatile("" : : "r"(storage_), "r"(backup_) : "memory");
    object_ = new (storage_) Process;
    if constexpr (!std::is_trivially_copyable_v<Process>) copy_ = new (backup_) Process;
  }

  void Save() {
    if constexpr (std::is_trivially_copyable_v<Process>) {
      std::memcpy(backup_, storage_, sizeof storage_);
    } else {
      *copy_ = *object_;
    }
  }

  void Restore() {
    if constexpr (std::is_trivially_copyable_v<Process>) {
      std::memcpy(storage_, backup_, sizeof storage_);
    } else {
      *object_ = *copy_;
    }
  }

  Process& Get() { return *object_; }

 private:
  void Destroy() {
    if (object_ != nullptr) object_->~Process();
    if (copy_ != nullptr) copy_->~Process();
    object_ = copy_ = nullptr;
  }

  alignas(Process) std::byte storage_[sizeof(Process)];
  alignas(Process) std::byte backup_[sizeof(Process)];
  Process* object_ = nullptr;
  Process* copy_ = nullptr;
};

// The process proper: State keeps and restores it, Call runs it over the streams of Args.
template <class State, class Call, class... Args>
class TypedNative final : public Native {
 public:
  TypedNative(std::span<const StreamPort> ports, Call call, State&& state)
    requires std::is_move_constructible_v<State>
      : state_(std::move(state)), call_(call) {
    Bind(ports);
  }
  TypedNative(std::span<const StreamPort> ports, Call call) : call_(call) { Bind(ports); }

  void Construct(uint8_t fill) override {
    state_.Construct(fill);
    Clear();
  }
  size_t token_bytes(size_t port) const override { return ports_[port].token_bytes; }
  void Offer(size_t port, const std::byte* token) override {
    ports_[port].offer(ports_[port].stream, token);
  }
  void SetRoom(size_t port, bool room) override {
    ports_[port].set_capacity(ports_[port].stream, room ? 1 : 0);
  }

  bool Fire() override {
    state_.Save();
    try {
      std::apply([&](auto&... channel) { call_(state_, channel.Get()...); }, channels_);
    } catch (const hls::stall& stall) {
      stall_ = stall.what();
      Undo();
      return false;
    }
    return true;
  }
  const std::string& stall() const override { return stall_; }
  bool Empty(size_t port) const override { return ports_[port].is_empty(ports_[port].stream); }
  bool Take(size_t port, std::byte* token) override {
    return ports_[port].take(ports_[port].stream, token);
  }

  void Undo() override {
    state_.Restore();
    Clear();
  }

  void Clear() override {
    for (const NativePort& port : ports_) {
      while (port.take(port.stream, nullptr)) continue;
    }
  }

 private:
  void Bind(std::span<const StreamPort> ports) {
    size_t next = 0;
    const auto bind = [&](auto& channel) {
      size_t count = 1;
      if constexpr (std::remove_reference_t<decltype(channel)>::kIsArray)
        count = ArrayLength(ports, next);
      channel.Make(count);
      for (auto& stream : channel.streams) ports_.push_back(NativePort::Of(*stream));
      next += count;
    };
    std::apply([&](auto&... channel) { (bind(channel), ...); }, channels_);
    if (ports_.size() != ports.size()) {
      std::fprintf(stderr,
                   "the module has %zu streams, the process %zu: were both made from one source?\n",
                   ports.size(), ports_.size());
      std::abort();
    }
  }

  // Ports NAME_0, NAME_1, ... from `first` on.
  static size_t ArrayLength(std::span<const StreamPort> ports, size_t first) {
    const std::string_view name = ports[first].name;
    const std::string_view stem = name.substr(0, name.rfind('_') + 1);
    size_t count = 0;
    while (first + count < ports.size() &&
           ports[first + count].name == std::string(stem) + std::to_string(count))
      ++count;
    return count;
  }

  State state_;
  Call call_;
  std::tuple<Channel<Args>...> channels_;
  std::vector<NativePort> ports_;
  std::string stall_;
};

namespace internal {

template <class Process, class Step>
struct ClassNative;

template <class Process, class... Args>
struct ClassNative<Process, void (Process::*)(Args...)> {
  struct Call {
    void operator()(ObjectState<Process>& state, Args... args) const {
      state.Get().Step(static_cast<Args>(args)...);
    }
  };
  using Type = TypedNative<ObjectState<Process>, Call, Args...>;
};

template <class... Args>
auto MakeFunctionNative(void (*function)(Args...), std::span<const StreamPort> ports,
                        const Statics& statics) {
  const auto call = [function](StaticState&, Args... args) {
    function(static_cast<Args>(args)...);
  };
  return std::make_unique<TypedNative<StaticState, decltype(call), Args...>>(ports, call,
                                                                             StaticState(statics));
}

}  // namespace internal

// The native side of a class with Step.
template <class Process>
std::unique_ptr<Native> MakeNative(std::span<const StreamPort> ports) {
  using Maker = internal::ClassNative<Process, decltype(&Process::Step)>;
  return std::make_unique<typename Maker::Type>(ports, typename Maker::Call{});
}

// The native side of a function.
template <auto kFunction>
std::unique_ptr<Native> MakeNative(std::span<const StreamPort> ports, const Statics& statics) {
  return internal::MakeFunctionNative(kFunction, ports, statics);
}

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_TYPED_NATIVE_H_
