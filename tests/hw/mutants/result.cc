// SPDX-License-Identifier: Apache-2.0
// Numbers between spaces, in the order of Result's members.
#include "tests/hw/mutants/result.h"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <vector>

namespace vireo::testing {
namespace {

// Of the first numbers.
constexpr std::array kColumns = {"mutants",  "killed", "by cosim",  "by proof",
                                 "of asked", "listed", "survivors", "invalid"};

std::vector<size_t*> NumbersOf(Result& result) {
  std::vector<size_t*> numbers = {&result.mutants,   &result.killed,  &result.by_cosim,
                                  &result.by_proof,  &result.asked,   &result.listed,
                                  &result.survivors, &result.invalid, &result.complaints};
  for (size_t& kind : result.kinds) numbers.push_back(&kind);
  return numbers;
}

std::string Row(Result result) {
  std::string row = fmt::format("{:22}", result.process);
  const std::vector<size_t*> numbers = NumbersOf(result);
  for (size_t i = 0; i < kColumns.size(); ++i) row += fmt::format("{:>11}", *numbers[i]);
  return row + '\n';
}

}  // namespace

std::string Print(const Result& result) {
  Result copy = result;
  std::string text = result.process;
  for (const size_t* number : NumbersOf(copy)) text += fmt::format(" {}", *number);
  return text + '\n';
}

Result ParseResult(std::string_view text) {
  std::istringstream stream{std::string(text)};
  Result result;
  stream >> result.process;
  for (size_t* number : NumbersOf(result)) stream >> *number;
  if (!stream) throw std::runtime_error(fmt::format("no result of mutants: '{}'", text));
  return result;
}

std::string Table(std::span<const Result> results) {
  std::string text =
      fmt::format("{:22}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "process", "mutants",
                  "killed", "by cosim", "by proof", "of asked", "listed", "survivors", "invalid");
  Result sum{.process = "total"};
  for (Result result : results) {
    text += Row(result);
    const std::vector<size_t*> from = NumbersOf(result);
    const std::vector<size_t*> to = NumbersOf(sum);
    for (size_t i = 0; i < from.size(); ++i) *to[i] += *from[i];
  }
  text += Row(sum);
  for (size_t kind = 0; kind < kMutationKinds; ++kind) {
    text += fmt::format("{}{} {}", kind == 0 ? "" : "  ", NameOf(static_cast<MutationKind>(kind)),
                        sum.kinds[kind]);
  }
  return text + '\n';
}

}  // namespace vireo::testing
