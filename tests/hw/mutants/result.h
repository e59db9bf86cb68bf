// SPDX-License-Identifier: Apache-2.0
// What became of the mutants of one process, kept in a file for the table of all.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "tests/hw/mutants/mutation.h"

namespace vireo::testing {

struct Result {
  std::string process;
  size_t mutants = 0;    // that are Verilog
  size_t killed = 0;     // by at least one check
  size_t by_cosim = 0;   // all of them are asked of it
  size_t by_proof = 0;   // of those that were asked of it
  size_t asked = 0;      // of the proof
  size_t listed = 0;     // survive, and equivalents.tsv says why
  size_t survivors = 0;  // survive, and nothing says why
  size_t invalid = 0;    // not Verilog; others took their places
  size_t complaints = 0;
  std::array<size_t, kMutationKinds> kinds = {};
};

std::string Print(const Result& result);
// Throws std::runtime_error where the text is not of Print.
Result ParseResult(std::string_view text);

// A row for each process and their sum.
std::string Table(std::span<const Result> results);

}  // namespace vireo::testing
