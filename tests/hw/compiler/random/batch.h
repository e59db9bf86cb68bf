// SPDX-License-Identifier: Apache-2.0
// Many lowered programs as one Verilated model: the Verilog that holds them and the C++ that
// compares them.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_BATCH_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_BATCH_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/hw/compiler/random/program.h"

namespace vireo::testing {

// A program and what is known of its module.
struct Lowered {
  Program program;
  uint32_t latency = 0;
  std::set<std::string> late;  // outputs that take room before they push
  bool has_fire = false;       // its wire `fire` tells when a firing begins
};

// Module `batch`: one instance of each program, its ports with the program's name in front.
std::string BatchVerilog(const std::vector<Lowered>& batch);

// A main program over class Vbatch.
std::string BatchMain(const std::vector<Lowered>& batch);

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_BATCH_H_
