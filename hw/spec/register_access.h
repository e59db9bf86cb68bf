// SPDX-License-Identifier: Apache-2.0
// Typed access to registers from the host: Read<common_cfg::kQueueSize>(bus) and
// Write<common_cfg::kQueueSelect>(bus, n). What a register does not allow does not compile.
#ifndef VIREO_HW_SPEC_REGISTER_ACCESS_H_
#define VIREO_HW_SPEC_REGISTER_ACCESS_H_

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "hw/spec/register.h"

namespace vireo::spec {

// Something on which naturally aligned reads and writes of 1, 2, 4 and 8 bytes can be made, by
// offset: a BAR, a part of one, configuration space.
template <typename B>
concept Bus = requires(B& bus, uint64_t offset) {
  { bus.template Read<uint8_t>(offset) } -> std::convertible_to<uint8_t>;
  { bus.template Read<uint16_t>(offset) } -> std::convertible_to<uint16_t>;
  { bus.template Read<uint32_t>(offset) } -> std::convertible_to<uint32_t>;
  { bus.template Read<uint64_t>(offset) } -> std::convertible_to<uint64_t>;
  bus.template Write<uint8_t>(offset, uint8_t{});
  bus.template Write<uint16_t>(offset, uint16_t{});
  bus.template Write<uint32_t>(offset, uint32_t{});
  bus.template Write<uint64_t>(offset, uint64_t{});
};

// The part of a bus that begins at `base`, itself a bus: where a structure lies.
template <Bus B>
class Window {
 public:
  Window(B& bus, uint64_t base) : bus_(bus), base_(base) {}

  template <typename T>
  T Read(uint64_t offset) {
    return bus_.template Read<T>(base_ + offset);
  }
  template <typename T>
  void Write(uint64_t offset, T value) {
    bus_.template Write<T>(base_ + offset, value);
  }

 private:
  B& bus_;
  uint64_t base_;
};

namespace detail {
template <int kBytes>
struct UnsignedOf;
template <>
struct UnsignedOf<1> {
  using Type = uint8_t;
};
template <>
struct UnsignedOf<2> {
  using Type = uint16_t;
};
template <>
struct UnsignedOf<4> {
  using Type = uint32_t;
};
template <>
struct UnsignedOf<8> {
  using Type = uint64_t;
};
}  // namespace detail

template <const Register& kRegister>
using ValueOf = typename detail::UnsignedOf<kRegister.bytes>::Type;

// Register `index` of those of this kind, for which `bus` begins at the register's structure.
template <const Register& kRegister, typename B>
  requires Bus<std::remove_reference_t<B>> && (kRegister.CanRead())
ValueOf<kRegister> Read(B&& bus, uint32_t index = 0) {
  return bus.template Read<ValueOf<kRegister>>(kRegister.At(index));
}

template <const Register& kRegister, typename B>
  requires Bus<std::remove_reference_t<B>> && (kRegister.CanWrite())
void Write(B&& bus, std::type_identity_t<ValueOf<kRegister>> value, uint32_t index = 0) {
  bus.template Write<ValueOf<kRegister>>(kRegister.At(index), value);
}

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_REGISTER_ACCESS_H_
