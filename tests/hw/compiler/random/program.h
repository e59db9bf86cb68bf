// SPDX-License-Identifier: Apache-2.0
// A random process or network in the subset that vireo-hls takes, without undefined behaviour, made
// from a seed.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_PROGRAM_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_PROGRAM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/hw/compiler/random/type.h"

namespace vireo::testing {

struct Program {
  struct Port {
    std::string name;
    Type type;
    bool is_input;
    std::string array = {};  // of streams, that it is an element of; its elements follow each other
    int index = 0;
    int count = 1;
  };

  uint64_t seed;
  std::string name;  // P<seed>, of a network N<seed>: its namespace, the module, and the class or
                     // function in it
  bool is_function;  // state in statics, not in members
  bool is_network = false;  // of processes: lowered as a full top
  bool is_pipelined;        // lowered with pipeline stages, to a clock of clock_ns
  double clock_ns;
  std::vector<Port> ports;
  std::string text;  // a header

  std::string Top() const { return name + "::" + name; }
};

// What all of them begin with: the enum and the helper that expressions use.
inline constexpr const char* kPrologue =
    "enum class Mode : uint8_t { kA, kB, kC };\n"
    "template <class T>\nT Blend(const T& x, bool up) {\n"
    "  return up ? T(x + 3) : T(x ^ (x >> 1));\n}\n";

// Each attempt of a seed is another program.
Program MakeProgram(uint64_t seed, uint64_t attempt);
Program MakeNetwork(uint64_t seed, uint64_t attempt);

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_PROGRAM_H_
