// SPDX-License-Identifier: Apache-2.0
// What the main program of a comparison needs; cosim_main.cc.in is the usual one.
#ifndef VIREO_SIM_HARNESS_COSIM_MAIN_H_
#define VIREO_SIM_HARNESS_COSIM_MAIN_H_

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "sim/harness/bench.h"
#include "sim/harness/statics.h"
#include "sim/harness/typed_native.h"
#include "sim/harness/waves.h"

namespace vireo::sim {

template <class DutClass>
std::unique_ptr<Dut> MakeVerilated(uint64_t seed) {
  VerilatedRandomReset(seed);
  return std::make_unique<DutClass>();
}

template <class DutClass, class Process>
Cosim CosimOfClass(std::string name, SessionOptions options = {}) {
  return {std::move(name), MakeVerilated<DutClass>, MakeNative<Process>, std::move(options), {}};
}

template <class DutClass, auto kFunction>
Cosim CosimOfFunction(std::string name, SessionOptions options = {}) {
  return {std::move(name),
          MakeVerilated<DutClass>,
          [](std::span<const StreamPort> ports) {
            return MakeNative<kFunction>(ports, ProgramStatics());
          },
          std::move(options),
          {}};
}

// A source for SessionOptions::sources: draws a T, always.
template <class T>
std::function<bool(Random&, std::byte*)> Source(std::function<void(Random&, T&)> draw) {
  return [draw = std::move(draw)](Random& random, std::byte* bytes) {
    T token = {};
    draw(random, token);
    std::memcpy(bytes, &token, sizeof token);
    return true;
  };
}

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_COSIM_MAIN_H_
