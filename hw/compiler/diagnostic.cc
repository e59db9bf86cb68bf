// SPDX-License-Identifier: Apache-2.0
// Formats what the compiler tells its user.

#include "hw/compiler/diagnostic.h"

#include <fmt/format.h>

#include <filesystem>

namespace vireo::compiler {

std::string Diagnostic::Format(const char* severity) const {
  if (location.line == 0) return fmt::format("vireo-hls: {}: {}", severity, message);
  return fmt::format("{}:{}:{}: {}: {}", location.file, location.line, location.column, severity,
                     message);
}

void Fail(const SourceLocation& location, std::string message) {
  throw SourceError({location, std::move(message)});
}

bool IsLibraryFile(const std::string& file) {
  if (file.starts_with("/usr/")) return true;
  const std::filesystem::path path(file);
  const std::string name = path.filename().string();
  if (name == "ap_int.h" || name == "hls_stream.h" || name == "hls_task.h" ||
      name == "ap_axi_sdata.h" || name == "<top>") {
    return true;
  }
  return path.parent_path().filename() == "detail" &&
         path.parent_path().parent_path().filename() == "hls";
}

}  // namespace vireo::compiler
