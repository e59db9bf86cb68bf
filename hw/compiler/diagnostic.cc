// SPDX-License-Identifier: Apache-2.0
// Formats what the compiler tells its user.

#include "hw/compiler/diagnostic.h"

#include <fmt/format.h>

namespace vireo::compiler {

std::string Diagnostic::Format(const char* severity) const {
  if (location.line == 0) return fmt::format("vireo-hls: {}: {}", severity, message);
  return fmt::format("{}:{}:{}: {}: {}", location.file, location.line, location.column, severity,
                     message);
}

void Fail(const SourceLocation& location, std::string message) {
  throw SourceError({location, std::move(message)});
}

}  // namespace vireo::compiler
