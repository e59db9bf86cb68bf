// SPDX-License-Identifier: Apache-2.0
// What is said about things.
#pragma once

#include <string>

#include "sim/guest/alarms.h"

namespace vireo::demonstration {

// Without the end of the line.
inline std::string Line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// Throws guest::Failure.
inline void Require(bool is_so, const std::string& otherwise) {
  if (!is_so) throw guest::Failure(otherwise);
}

}  // namespace vireo::demonstration
