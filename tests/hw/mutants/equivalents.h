// SPDX-License-Identifier: Apache-2.0
// The list of mutants that no check can tell from the original, each with its reason.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/hw/mutants/mutation.h"

namespace vireo::testing {

struct Equivalent {
  std::string process, kind, target, change, reason;
  bool Names(const std::string& name, const Mutation& mutation) const {
    return process == name && kind == NameOf(mutation.kind) && target == mutation.target &&
           change == mutation.change;
  }
};

// Lines of five columns between tabs; those that begin with # are comments. Throws
// std::runtime_error, with the line, where a column or the reason is missing.
std::vector<Equivalent> ParseEquivalents(std::string_view text);

}  // namespace vireo::testing
