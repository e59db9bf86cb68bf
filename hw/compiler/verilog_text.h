// SPDX-License-Identifier: Apache-2.0
// Pieces of Verilog text: unique names, literals, ranges, lines that end in their source's place.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "hw/compiler/ir.h"
#include "llvm/ADT/APInt.h"

namespace vireo::compiler {

// Hands out identifiers of a module, each once, never a keyword.
class NameTable {
 public:
  // `wanted` made an identifier, with _2, _3, ... if it was handed out before.
  std::string Unique(const std::string& wanted);

 private:
  std::set<std::string> taken_;
};

// Letters, digits and underscores of `text`; "payload.data[3]" becomes "payload_data_3".
std::string Identifier(const std::string& text);

std::string Literal(const llvm::APInt& value);
std::string Literal(uint32_t width, uint64_t value);

// "[7:0] ", or nothing for one bit.
std::string Range(uint32_t width);

// "x", "x[3]" or "x[7:4]"; `width` bits of a net of `net_width` bits.
std::string Select(const std::string& net, uint32_t net_width, uint32_t low, uint32_t width);

// Collects lines. Long ones are broken between tokens.
class Text {
 public:
  void Line(int indent, const std::string& line, const SourceLocation& location = {});
  void Blank();
  // No wrapping: strings, directives.
  void Raw(const std::string& line) { text_ += line + "\n"; }
  void Append(const std::string& text) { text_ += text; }
  const std::string& str() const { return text_; }

 private:
  std::string text_;
};

// "file:line", as comments in Verilog have it.
std::string Place(const SourceLocation& location);

// For use within a Verilog string.
std::string Escaped(const std::string& text);

}  // namespace vireo::compiler
