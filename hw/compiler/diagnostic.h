// SPDX-License-Identifier: Apache-2.0
// What the compiler tells its user: a place in the source, what stands there, what to write
// instead.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

struct Diagnostic {
  SourceLocation location;
  std::string message;

  // "file:line:column: error: message", or "vireo-hls: error: message" without a place.
  std::string Format(const char* severity = "error") const;
};

// Leaves the lowering for an error in the user's source. It is caught where the compiler's public
// functions return: an error can arise at any depth of the source's own calls, and nothing between
// there and here could do anything about it.
class SourceError : public std::exception {
 public:
  explicit SourceError(Diagnostic diagnostic) : diagnostic_(std::move(diagnostic)) {}
  const char* what() const noexcept override { return diagnostic_.message.c_str(); }
  const Diagnostic& diagnostic() const { return diagnostic_; }

 private:
  Diagnostic diagnostic_;
};

// Whether a file is one of hw/hls or of the system, not of the user's source.
bool IsLibraryFile(const std::string& file);

[[noreturn]] void Fail(const SourceLocation& location, std::string message);

}  // namespace vireo::compiler
