// SPDX-License-Identifier: Apache-2.0
// A lexer and a parser of statements; expressions stay token lists.
#include "tests/hw/mutants/verilog_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace vireo::testing {
namespace {

bool IsNameStart(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '`';
}
bool IsNamePart(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$';
}
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// Longest first.
constexpr std::array kOperators = {
    ">>>", "<<<", "<=", ">=", "==", "!=", "<<", ">>", "&&", "||", "+:", "-:"};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) { module_.tokens = std::move(tokens); }

  VerilogModule Parse(const std::string& name);

 private:
  const std::string& Text() const {
    static const std::string end;
    return at_ < module_.tokens.size() ? module_.tokens[at_].text : end;
  }
  bool Take(std::string_view text) {
    if (Text() != text) return false;
    ++at_;
    return true;
  }
  void Expect(std::string_view text) {
    if (!Take(text)) Fail(fmt::format("'{}'", text));
  }
  [[noreturn]] void Fail(const std::string& wanted) const {
    const size_t place = at_ < module_.tokens.size() ? module_.tokens[at_].begin : 0;
    throw std::runtime_error(
        fmt::format("emitted Verilog at byte {}: '{}' where {} is due: teach "
                    "tests/hw/mutants/verilog_module.cc",
                    place, Text(), wanted));
  }
  std::string Name() {
    if (at_ >= module_.tokens.size() || module_.tokens[at_].kind != Token::Kind::kName) {
      Fail("a name");
    }
    return module_.tokens[at_++].text;
  }
  void SkipPast(std::string_view text) {
    while (at_ < module_.tokens.size() && Text() != text) ++at_;
    Expect(text);
  }
  TokenRange Until(std::string_view closer);
  unsigned Width();
  void Declaration(bool is_port);
  void Item();
  void ClockedStatement();
  void Add(Statement::Kind kind, const std::string& target, TokenRange expression) {
    if (!target.starts_with("_unused")) {
      module_.statements.push_back({kind, target, expression, inside_ ? block_ : 0});
    }
  }

  VerilogModule module_;
  size_t at_ = 0;
  size_t block_ = 0;
  bool inside_ = false;
};

// The tokens up to `closer` outside of all brackets, which is taken too.
TokenRange Parser::Until(std::string_view closer) {
  const size_t begin = at_;
  for (int depth = 0; at_ < module_.tokens.size(); ++at_) {
    const std::string& text = Text();
    if (depth == 0 && text == closer) return {begin, at_++};
    if (text == "(" || text == "[" || text == "{") ++depth;
    if (text == ")" || text == "]" || text == "}") --depth;
  }
  Fail(fmt::format("'{}'", closer));
}

unsigned Parser::Width() {
  if (!Take("[")) return 1;
  const TokenRange range = Until("]");
  const auto& tokens = module_.tokens;
  if (range.end - range.begin != 3 || tokens[range.begin].kind != Token::Kind::kNumber ||
      tokens[range.begin + 2].text != "0") {
    Fail("a range of numbers down to 0");
  }
  return static_cast<unsigned>(std::stoul(tokens[range.begin].text)) + 1;
}

// After wire, reg, input or output.
void Parser::Declaration(bool is_port) {
  while (Take("wire") || Take("reg") || Take("signed")) {
  }
  const unsigned width = Width();
  const size_t declared = at_;
  const std::string name = Name();
  Signal signal{width, false, declared};
  if (!is_port && Take("[")) {
    signal.is_memory = true;
    Until("]");
  }
  module_.signals[name] = signal;
  if (is_port) return;
  if (Take("=")) return Add(Statement::Kind::kWire, name, Until(";"));
  Expect(";");
}

void Parser::ClockedStatement() {
  if (Take("begin")) {
    while (!Take("end")) ClockedStatement();
    return;
  }
  if (Take("case")) return SkipPast("endcase");
  if (Take("`ifndef")) return SkipPast("`endif");
  if (Take("{")) {  // variables that have no value yet
    Until("}");
    Expect("=");
    Until(";");
    return;
  }
  if (Take("if")) {
    Expect("(");
    const TokenRange condition = Until(")");
    const size_t slot = module_.statements.size();
    Add(Statement::Kind::kCondition, "", condition);
    ClockedStatement();
    if (module_.statements.size() > slot + 1) {
      module_.statements[slot].target = module_.statements[slot + 1].target;
    }
    if (Take("else")) ClockedStatement();
    return;
  }
  const std::string target = Name();
  if (!module_.signals.contains(target)) Fail("a write to a register or memory");
  if (Take("=")) {
    module_.variables.try_emplace(target, block_, at_);
    const TokenRange value = Until(";");
    if (module_.tokens[value.begin].text.ends_with("'bx")) return;
    return Add(Statement::Kind::kWire, target, value);
  }
  if (Take("[")) Add(Statement::Kind::kIndex, target, Until("]"));
  Expect("<=");
  Add(Statement::Kind::kWrite, target, Until(";"));
}

void Parser::Item() {
  if (Take("wire") || Take("reg")) return Declaration(false);
  if (Take("`ifndef")) return SkipPast("`endif");
  if (Take("`ifdef")) {  // what a simulator reads
    Expect("SYNTHESIS");
    return SkipPast("`else");
  }
  if (Take("`endif")) return;
  if (Take("localparam")) return SkipPast(";");
  if (Take("initial")) {
    // Contents of a memory: begin ... end without blocks within, or one statement.
    return SkipPast(Take("begin") ? "end" : ";");
  }
  if (Take("assign")) {
    const std::string target = Name();
    Expect("=");
    return Add(Statement::Kind::kAssign, target, Until(";"));
  }
  if (Take("always")) {
    Expect("@");
    if (!Take("*")) {
      Expect("(");
      Until(")");
    }
    ++block_;
    inside_ = true;
    ClockedStatement();
    inside_ = false;
    return;
  }
  Fail("a declaration, assign or always");
}

VerilogModule Parser::Parse(const std::string& name) {
  while (at_ < module_.tokens.size() && !(Take("module") && Text() == name)) {
    if (Text() != "module") ++at_;
  }
  if (at_ >= module_.tokens.size()) {
    throw std::runtime_error(fmt::format("no module {} in the file", name));
  }
  Name();
  Expect("(");
  while (!Take(")")) {
    if (!Take("input") && !Take("output")) Fail("input or output");
    Declaration(true);
    Take(",");
  }
  Expect(";");
  while (!Take("endmodule")) Item();
  return std::move(module_);
}

}  // namespace

std::vector<Token> Lex(std::string_view verilog) {
  std::vector<Token> tokens;
  const auto rest = [&](size_t at) { return verilog.substr(at); };
  for (size_t at = 0; at < verilog.size();) {
    const char c = verilog[at];
    if (std::isspace(static_cast<unsigned char>(c))) {
      ++at;
      continue;
    }
    if (rest(at).starts_with("//")) {
      at = std::min(verilog.find('\n', at), verilog.size());
      continue;
    }
    if (rest(at).starts_with("(*") && !rest(at).starts_with("(*)")) {
      at = std::min(verilog.find("*)", at), verilog.size() - 2) + 2;
      continue;
    }
    size_t end = at + 1;
    Token::Kind kind = Token::Kind::kOperator;
    if (IsNameStart(c)) {
      kind = Token::Kind::kName;
      while (end < verilog.size() && IsNamePart(verilog[end])) ++end;
    } else if (IsDigit(c)) {
      kind = Token::Kind::kNumber;
      while (end < verilog.size() && (IsDigit(verilog[end]) || verilog[end] == '_')) ++end;
      if (end < verilog.size() && verilog[end] == '\'') {
        ++end;
        while (end < verilog.size() && IsNamePart(verilog[end])) ++end;
      }
    } else if (c == '"') {
      kind = Token::Kind::kString;
      while (end < verilog.size() && verilog[end] != '"') end += verilog[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, verilog.size());
    } else {
      const auto op = std::find_if(kOperators.begin(), kOperators.end(),
                                   [&](const char* text) { return rest(at).starts_with(text); });
      if (op != kOperators.end()) {
        end = at + std::string_view(*op).size();
      } else if (std::string_view("()[]{},;:.?=~&|^+-*/%<>!@#").find(c) == std::string_view::npos) {
        throw std::runtime_error(fmt::format("emitted Verilog at byte {}: a stray '{}'", at, c));
      }
    }
    tokens.push_back({kind, std::string(verilog.substr(at, end - at)), at, end});
    at = end;
  }
  return tokens;
}

VerilogModule ParseVerilogModule(std::string_view verilog, const std::string& name) {
  return Parser(Lex(verilog)).Parse(name);
}

}  // namespace vireo::testing
