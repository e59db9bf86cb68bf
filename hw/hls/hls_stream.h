// SPDX-License-Identifier: Apache-2.0
// hls::stream: the channel between processes, with the interface of AMD's hls_stream.h (UG1399, "HLS Stream Library").
#ifndef VIREO_HW_HLS_HLS_STREAM_H_
#define VIREO_HW_HLS_HLS_STREAM_H_

#ifdef __VIREO_HLS__

// vireo-hls makes FIFO ports of these calls.
extern "C" {
bool __vireo_stream_empty(const void* stream) noexcept;
bool __vireo_stream_full(const void* stream) noexcept;
void __vireo_stream_read(void* stream, void* value) noexcept;
void __vireo_stream_write(void* stream, const void* value) noexcept;
}

namespace hls {

template <typename T, int DEPTH = 0>
class stream;

template <typename T>
inline constexpr bool __vireo_is_stream = false;
template <typename T, int DEPTH>
inline constexpr bool __vireo_is_stream<stream<T, DEPTH>> = true;

template <typename T>
class stream<T, 0> {
  static_assert(!__vireo_is_stream<T>,
                "a stream carries tokens and no streams; pass an array of streams by reference, "
                "hls::stream<T> (&name)[N], and send which of them is meant");

 public:
  using value_type = T;

  stream() = default;
  explicit stream(const char*) {}
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;

  __attribute__((
      unavailable("hardware sees only whether a stream is empty() or full(); count its "
                  "tokens in a register"))) unsigned
  size() const;
  bool empty() const { return __vireo_stream_empty(this); }
  bool full() const { return __vireo_stream_full(this); }

  T read() {
    T value;
    __vireo_stream_read(this, &value);
    return value;
  }
  void read(T& value) { __vireo_stream_read(this, &value); }
  bool read_nb(T& value) {
    if (__vireo_stream_empty(this)) return false;
    __vireo_stream_read(this, &value);
    return true;
  }
  void operator>>(T& value) { __vireo_stream_read(this, &value); }

  void write(const T& value) { __vireo_stream_write(this, &value); }
  bool write_nb(const T& value) {
    if (__vireo_stream_full(this)) return false;
    __vireo_stream_write(this, &value);
    return true;
  }
  void operator<<(const T& value) { __vireo_stream_write(this, &value); }
};

template <typename T, int DEPTH>
class stream : public stream<T, 0> {
 public:
  stream() = default;
  explicit stream(const char*) {}
};

}  // namespace hls

#else  // native

#include <cstddef>
#include <deque>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace hls {

// A blocking read of an empty stream or write to a full one: nothing of it has happened.
class stall : public std::runtime_error {
 public:
  stall(std::string stream, const char* what_failed)
      : std::runtime_error("stream '" + stream + "' " + what_failed), stream_(std::move(stream)) {}
  const std::string& stream() const { return stream_; }

 private:
  std::string stream_;
};

namespace detail {
// Set by hls_task.h while tasks exist: lets them run and says whether a token moved, in which case
// a blocked call looks again.
inline bool (*run_tasks)() = nullptr;
// Tokens moved by all streams.
inline unsigned long long moves = 0;
}  // namespace detail

template <typename T, int DEPTH = 0>
class stream;

// Without a bound, as in AMD's C simulation, until a bench sets one. Copies carry their tokens, so
// that a bench can take a process back to before a stall; engines pass streams by reference.
template <typename T>
class stream<T, 0> {
 public:
  using value_type = T;

  stream() = default;
  explicit stream(std::string name) : name_(std::move(name)) {}
  explicit stream(const char* name) : name_(name) {}

  bool empty() const { return tokens_.empty(); }
  bool full() const { return tokens_.size() >= capacity_; }
  std::size_t size() const { return tokens_.size(); }
  // The bound set by set_capacity, otherwise DEPTH.
  std::size_t capacity() const { return capacity_ == kUnbounded ? depth_ : capacity_; }
  // For benches: full() from n tokens on.
  void set_capacity(std::size_t n) { capacity_ = n; }

  const char* get_name() const { return name_.c_str(); }
  void set_name(const char* name) { name_ = name; }

  T read() {
    while (empty()) Block("is empty: the blocking read has no token to take");
    T value = std::move(tokens_.front());
    tokens_.pop_front();
    ++detail::moves;
    return value;
  }
  void read(T& value) { value = read(); }
  bool read_nb(T& value) {
    if (empty()) return false;
    value = read();
    return true;
  }
  void operator>>(T& value) { value = read(); }

  void write(const T& value) {
    while (full()) Block("is full: the blocking write has no room");
    tokens_.push_back(value);
    ++detail::moves;
  }
  bool write_nb(const T& value) {
    if (full()) return false;
    write(value);
    return true;
  }
  void operator<<(const T& value) { write(value); }

 protected:
  stream(std::string name, std::size_t depth) : name_(std::move(name)), depth_(depth) {}

 private:
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();

  void Block(const char* why) const {
    if (detail::run_tasks == nullptr || !detail::run_tasks()) throw stall(name_, why);
  }

  std::string name_ = "unnamed";
  std::deque<T> tokens_;
  std::size_t capacity_ = kUnbounded;
  std::size_t depth_ = 0;
};

template <typename T, int DEPTH>
class stream : public stream<T, 0> {
  static_assert(DEPTH > 0, "hls::stream<T, DEPTH>: the depth is positive");

 public:
  stream() : stream<T, 0>("unnamed", DEPTH) {}
  explicit stream(std::string name) : stream<T, 0>(std::move(name), DEPTH) {}
  explicit stream(const char* name) : stream<T, 0>(name, DEPTH) {}
};

}  // namespace hls

#endif  // __VIREO_HLS__

#endif  // VIREO_HW_HLS_HLS_STREAM_H_
