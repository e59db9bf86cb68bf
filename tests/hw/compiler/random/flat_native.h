// SPDX-License-Identifier: Apache-2.0
// The native side of a random program with few templates: the C++ compiler's time for a batch of a
// hundred programs goes into them, not into the programs. A stream here is one slot, or within a
// network a queue of bytes; it stands in for hw/hls/hls_stream.h.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_FLAT_NATIVE_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_FLAT_NATIVE_H_

#ifdef VIREO_HW_HLS_HLS_STREAM_H_
#error "include flat_native.h in place of hls_stream.h"
#endif
#define VIREO_HW_HLS_HLS_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>

#include "sim/harness/native.h"
#include "sim/harness/statics.h"

namespace hls {

struct stall {
  const char* what;
};

// What does not depend on the payload. At a pin: whether the slot holds a token, and for an output
// whether it may. Within a network: the tokens that wait, in a string, since its code comes
// compiled with optimisation.
struct slot {
  bool is_pin = false, holds = false, room = false;
  void* token = nullptr;
  size_t bytes = 0;
  std::string waiting;

  bool is_empty() const { return is_pin ? !holds : waiting.empty(); }
  bool is_full() const { return is_pin && (holds || !room); }
  void take(void* to) {
    if (is_empty()) throw stall{"a blocking read of an empty stream"};
    holds = false;
    std::memcpy(to, is_pin ? token : waiting.data(), bytes);
    if (!is_pin) waiting.erase(0, bytes);
  }
  void put(const void* from) {
    if (is_full()) throw stall{"a blocking write to a full stream"};
    holds = true;
    if (is_pin) std::memcpy(token, from, bytes);
    if (!is_pin) waiting.append(static_cast<const char*>(from), bytes);
  }
};

template <class T, int DEPTH = 0>
struct stream;

template <class T>
struct stream<T, 0> : slot {
  T value;
  stream() {
    token = &value;
    bytes = sizeof value;
  }
  bool empty() const { return is_empty(); }
  bool full() const { return is_full(); }
  T read() {
    T t;
    take(&t);
    return t;
  }
  void write(const T& t) { put(&t); }
  bool read_nb(T& t) {
    if (is_empty()) return false;
    take(&t);
    return true;
  }
  bool write_nb(const T& t) {
    if (is_full()) return false;
    put(&t);
    return true;
  }
};

template <class T, int DEPTH>
struct stream : stream<T, 0> {};

}  // namespace hls

namespace vireo::testing {

// Everything but the streams' types, the state and the call.
class FlatNative : public sim::Native {
 public:
  void Construct(uint8_t fill) override {
    Make(fill);
    Clear();
  }
  size_t token_bytes(size_t port) const override { return slots_[port]->bytes; }
  void Offer(size_t port, const std::byte* token) override {
    std::memcpy(slots_[port]->token, token, slots_[port]->bytes);
    slots_[port]->holds = true;
  }
  void SetRoom(size_t port, bool room) override { slots_[port]->room = room; }
  bool Fire() override {
    Save();
    try {
      Step();
    } catch (const hls::stall& stall) {
      stall_ = stall.what;
      Undo();
      return false;
    }
    return true;
  }
  const std::string& stall() const override { return stall_; }
  bool Empty(size_t port) const override { return !slots_[port]->holds; }
  bool Take(size_t port, std::byte* token) override {
    if (!slots_[port]->holds) return false;
    slots_[port]->holds = false;
    std::memcpy(token, slots_[port]->token, slots_[port]->bytes);
    return true;
  }
  void Undo() override {
    Restore();
    Clear();
  }
  void Clear() override {
    for (hls::slot** slot = slots_; *slot != nullptr; ++slot) (*slot)->holds = false;
  }

 protected:
  virtual void Make(uint8_t fill) = 0;
  virtual void Step() = 0;
  virtual void Save() = 0;
  virtual void Restore() = 0;

  void Bind(std::initializer_list<hls::slot*> slots) {
    hls::slot** next = slots_;
    for (hls::slot* slot : slots) {
      slot->is_pin = true;
      *next++ = slot;
    }
  }

 private:
  hls::slot* slots_[32] = {};
  std::string stall_;
};

// A class, kept in raw bytes so that what its constructor leaves alone holds the fill.
class FlatObject : public FlatNative {
 protected:
  void SetObject(void* object, void* backup, size_t bytes) {
    object_ = object;
    backup_ = backup;
    bytes_ = bytes;
  }
  void Make(uint8_t fill) override {
    std::memset(object_, fill, bytes_);
    asm volatile("" : : "r"(object_) : "memory");
    New(object_);
  }
  virtual void New(void* at) = 0;
  void Save() override { std::memcpy(backup_, object_, bytes_); }
  void Restore() override { std::memcpy(object_, backup_, bytes_); }

 private:
  void* object_ = nullptr;
  void* backup_ = nullptr;
  size_t bytes_ = 0;
};

// A network, whose streams are copied with it.
class FlatNetwork : public FlatObject {
 protected:
  void Save() override { Copy(false); }
  void Restore() override { Copy(true); }
  virtual void Copy(bool back) = 0;
};

// A function with statics.
class FlatFunction : public FlatNative {
 protected:
  void Make(uint8_t fill) override { state_.Construct(fill); }
  void Save() override { state_.Save(); }
  void Restore() override { state_.Restore(); }

 private:
  sim::StaticState state_{sim::ProgramStatics()};
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_FLAT_NATIVE_H_
