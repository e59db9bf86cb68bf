// SPDX-License-Identifier: Apache-2.0
// Names, literals and lines of Verilog.

#include "hw/compiler/verilog_text.h"

#include <fmt/format.h>

#include <cctype>
#include <string_view>
#include <unordered_set>

#include "llvm/ADT/SmallString.h"

namespace vireo::compiler {

namespace {

constexpr size_t kColumns = 100;

// Keywords of Verilog-2005 and SystemVerilog-2017.
bool IsKeyword(const std::string& word) {
  static const std::unordered_set<std::string_view> kKeywords = {"accept_on",
                                                                 "alias",
                                                                 "always",
                                                                 "always_comb",
                                                                 "always_ff",
                                                                 "always_latch",
                                                                 "and",
                                                                 "assert",
                                                                 "assign",
                                                                 "assume",
                                                                 "automatic",
                                                                 "before",
                                                                 "begin",
                                                                 "bind",
                                                                 "bins",
                                                                 "binsof",
                                                                 "bit",
                                                                 "break",
                                                                 "buf",
                                                                 "bufif0",
                                                                 "bufif1",
                                                                 "byte",
                                                                 "case",
                                                                 "casex",
                                                                 "casez",
                                                                 "cell",
                                                                 "chandle",
                                                                 "checker",
                                                                 "class",
                                                                 "clocking",
                                                                 "cmos",
                                                                 "config",
                                                                 "const",
                                                                 "constraint",
                                                                 "context",
                                                                 "continue",
                                                                 "cover",
                                                                 "covergroup",
                                                                 "coverpoint",
                                                                 "cross",
                                                                 "deassign",
                                                                 "default",
                                                                 "defparam",
                                                                 "design",
                                                                 "disable",
                                                                 "dist",
                                                                 "do",
                                                                 "edge",
                                                                 "else",
                                                                 "end",
                                                                 "endcase",
                                                                 "endchecker",
                                                                 "endclass",
                                                                 "endclocking",
                                                                 "endconfig",
                                                                 "endfunction",
                                                                 "endgenerate",
                                                                 "endgroup",
                                                                 "endinterface",
                                                                 "endmodule",
                                                                 "endpackage",
                                                                 "endprimitive",
                                                                 "endprogram",
                                                                 "endproperty",
                                                                 "endsequence",
                                                                 "endspecify",
                                                                 "endtable",
                                                                 "endtask",
                                                                 "enum",
                                                                 "event",
                                                                 "eventually",
                                                                 "expect",
                                                                 "export",
                                                                 "extends",
                                                                 "extern",
                                                                 "final",
                                                                 "first_match",
                                                                 "for",
                                                                 "force",
                                                                 "foreach",
                                                                 "forever",
                                                                 "fork",
                                                                 "forkjoin",
                                                                 "function",
                                                                 "generate",
                                                                 "genvar",
                                                                 "global",
                                                                 "highz0",
                                                                 "highz1",
                                                                 "if",
                                                                 "iff",
                                                                 "ifnone",
                                                                 "ignore_bins",
                                                                 "illegal_bins",
                                                                 "implements",
                                                                 "implies",
                                                                 "import",
                                                                 "incdir",
                                                                 "include",
                                                                 "initial",
                                                                 "inout",
                                                                 "input",
                                                                 "inside",
                                                                 "instance",
                                                                 "int",
                                                                 "integer",
                                                                 "interconnect",
                                                                 "interface",
                                                                 "intersect",
                                                                 "join",
                                                                 "join_any",
                                                                 "join_none",
                                                                 "large",
                                                                 "let",
                                                                 "liblist",
                                                                 "library",
                                                                 "local",
                                                                 "localparam",
                                                                 "logic",
                                                                 "longint",
                                                                 "macromodule",
                                                                 "matches",
                                                                 "medium",
                                                                 "modport",
                                                                 "module",
                                                                 "nand",
                                                                 "negedge",
                                                                 "nettype",
                                                                 "new",
                                                                 "nexttime",
                                                                 "nmos",
                                                                 "nor",
                                                                 "noshowcancelled",
                                                                 "not",
                                                                 "notif0",
                                                                 "notif1",
                                                                 "null",
                                                                 "or",
                                                                 "output",
                                                                 "package",
                                                                 "packed",
                                                                 "parameter",
                                                                 "pmos",
                                                                 "posedge",
                                                                 "primitive",
                                                                 "priority",
                                                                 "program",
                                                                 "property",
                                                                 "protected",
                                                                 "pull0",
                                                                 "pull1",
                                                                 "pulldown",
                                                                 "pullup",
                                                                 "pulsestyle_ondetect",
                                                                 "pulsestyle_onevent",
                                                                 "pure",
                                                                 "rand",
                                                                 "randc",
                                                                 "randcase",
                                                                 "randsequence",
                                                                 "rcmos",
                                                                 "real",
                                                                 "realtime",
                                                                 "ref",
                                                                 "reg",
                                                                 "reject_on",
                                                                 "release",
                                                                 "repeat",
                                                                 "restrict",
                                                                 "return",
                                                                 "rnmos",
                                                                 "rpmos",
                                                                 "rtran",
                                                                 "rtranif0",
                                                                 "rtranif1",
                                                                 "s_always",
                                                                 "s_eventually",
                                                                 "s_nexttime",
                                                                 "s_until",
                                                                 "s_until_with",
                                                                 "scalared",
                                                                 "sequence",
                                                                 "shortint",
                                                                 "shortreal",
                                                                 "showcancelled",
                                                                 "signed",
                                                                 "small",
                                                                 "soft",
                                                                 "solve",
                                                                 "specify",
                                                                 "specparam",
                                                                 "static",
                                                                 "string",
                                                                 "strong",
                                                                 "strong0",
                                                                 "strong1",
                                                                 "struct",
                                                                 "super",
                                                                 "supply0",
                                                                 "supply1",
                                                                 "sync_accept_on",
                                                                 "sync_reject_on",
                                                                 "table",
                                                                 "tagged",
                                                                 "task",
                                                                 "this",
                                                                 "throughout",
                                                                 "time",
                                                                 "timeprecision",
                                                                 "timeunit",
                                                                 "tran",
                                                                 "tranif0",
                                                                 "tranif1",
                                                                 "tri",
                                                                 "tri0",
                                                                 "tri1",
                                                                 "triand",
                                                                 "trior",
                                                                 "trireg",
                                                                 "type",
                                                                 "typedef",
                                                                 "union",
                                                                 "unique",
                                                                 "unique0",
                                                                 "unsigned",
                                                                 "until",
                                                                 "until_with",
                                                                 "untyped",
                                                                 "use",
                                                                 "uwire",
                                                                 "var",
                                                                 "vectored",
                                                                 "virtual",
                                                                 "void",
                                                                 "wait",
                                                                 "wait_order",
                                                                 "wand",
                                                                 "weak",
                                                                 "weak0",
                                                                 "weak1",
                                                                 "while",
                                                                 "wildcard",
                                                                 "wire",
                                                                 "with",
                                                                 "within",
                                                                 "wor",
                                                                 "xnor",
                                                                 "xor"};
  return kKeywords.contains(word);
}

}  // namespace

std::string Identifier(const std::string& text) {
  std::string name;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      name += c;
    } else if (c != ']' && !name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  // A leading underscore is left to this compiler's own names.
  while (!name.empty() && name.front() == '_') name.erase(0, 1);
  if (name.empty()) return "value";
  return std::isdigit(static_cast<unsigned char>(name.front())) != 0 ? "n" + name : name;
}

std::string NameTable::Unique(const std::string& wanted) {
  const std::string base = Identifier(wanted);
  std::string name = base;
  if (IsKeyword(name)) name = base + "_2";
  for (int i = 2; !taken_.insert(name).second; ++i) name = fmt::format("{}_{}", base, i);
  return name;
}

std::string Literal(const llvm::APInt& value) {
  const uint32_t width = value.getBitWidth();
  if (width == 1) return value.isZero() ? "1'b0" : "1'b1";
  const bool is_hex = value.getActiveBits() > 10;
  llvm::SmallString<64> digits;
  value.toString(digits, is_hex ? 16 : 10, false, false, false);
  return fmt::format("{}'{}{}", width, is_hex ? "h" : "d", digits.c_str());
}

std::string Literal(uint32_t width, uint64_t value) { return Literal(llvm::APInt(width, value)); }

std::string Range(uint32_t width) { return width == 1 ? "" : fmt::format("[{}:0] ", width - 1); }

std::string Select(const std::string& net, uint32_t net_width, uint32_t low, uint32_t width) {
  if (width == net_width) return net;
  if (width == 1) return fmt::format("{}[{}]", net, low);
  return fmt::format("{}[{}:{}]", net, low + width - 1, low);
}

std::string Place(const SourceLocation& location) {
  return location.line == 0 ? "" : fmt::format("{}:{}", location.file, location.line);
}

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    if (c == '%') escaped += '%';
    if (static_cast<unsigned char>(c) >= ' ') escaped += c;
  }
  return escaped;
}

void Text::Line(int indent, const std::string& line, const SourceLocation& location) {
  std::string rest = line;
  std::string prefix(static_cast<size_t>(indent), ' ');
  while (prefix.size() + rest.size() > kColumns) {
    size_t cut = rest.rfind(' ', kColumns - prefix.size());
    if (cut == std::string::npos) cut = rest.find(' ');
    if (cut == std::string::npos) break;
    text_ += prefix + rest.substr(0, cut) + "\n";
    rest.erase(0, cut + 1);
    prefix.assign(static_cast<size_t>(indent) + 4, ' ');
  }
  text_ += prefix + rest;
  if (location.line != 0) text_ += "  // " + Place(location);
  text_ += "\n";
}

void Text::Blank() {
  if (!text_.ends_with("\n\n")) text_ += "\n";
}

}  // namespace vireo::compiler
