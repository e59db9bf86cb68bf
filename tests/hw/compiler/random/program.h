// SPDX-License-Identifier: Apache-2.0
// A random process in the subset that vireo-hls takes, without undefined behaviour, made from a
// seed.
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
  std::string name;   // P<seed>: its namespace, the module, and the class or function in it
  bool is_function;   // state in statics, not in members
  bool is_pipelined;  // lowered with pipeline stages, to a clock of clock_ns
  double clock_ns;
  std::vector<Port> ports;
  std::string text;  // a header

  std::string Top() const { return name + "::" + name; }
};

Program MakeProgram(uint64_t seed);

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_PROGRAM_H_
