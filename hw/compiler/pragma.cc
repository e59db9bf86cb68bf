// SPDX-License-Identifier: Apache-2.0
// Parses and rewrites HLS pragmas.

#include "hw/compiler/pragma.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <set>
#include <vector>

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/InstrTypes.h"

namespace vireo::compiler {
namespace {

enum class Reaches : uint8_t { kIr, kNothing };  // whether the lowering has to know of it

struct Directive {
  Reaches reaches;
  bool needs_target;
  std::set<std::string> options;
};

const std::map<std::string, Directive>& Directives() {
  static const std::map<std::string, Directive> table = {
      {"PIPELINE", {Reaches::kIr, false, {"ii", "off", "style", "rewind"}}},
      {"INTERFACE",
       {Reaches::kIr,
        true,
        {"axis", "s_axilite", "ap_none", "ap_ctrl_none", "mode", "bundle", "register",
         "register_mode", "depth"}}},
      {"UNROLL", {Reaches::kNothing, false, {"factor", "skip_exit_check", "off"}}},
      {"INLINE", {Reaches::kNothing, false, {"off", "recursive"}}},
      {"ARRAY_PARTITION",
       {Reaches::kIr, true, {"complete", "cyclic", "block", "type", "factor", "dim"}}},
      {"BIND_STORAGE", {Reaches::kIr, true, {"type", "impl", "latency"}}},
      {"STREAM", {Reaches::kIr, true, {"depth", "type"}}},
      {"DATAFLOW", {Reaches::kIr, false, {"disable_start_propagation"}}},
      {"DEPENDENCE",
       {Reaches::kIr,
        true,
        {"inter", "intra", "raw", "war", "waw", "false", "true", "distance", "class", "type",
         "direction", "dependent", "array", "pointer"}}},
      {"AGGREGATE", {Reaches::kIr, true, {"compact"}}},
      {"LOOP_TRIPCOUNT", {Reaches::kNothing, false, {"min", "max", "avg"}}},
      {"RESET", {Reaches::kIr, true, {}}},
  };
  return table;
}

// The options whose value is a number: a literal, or an expression that clang folds.
const std::set<std::string>& NumericOptions() {
  static const std::set<std::string> names = {"depth", "dim", "distance", "factor", "latency"};
  return names;
}

// What an option's value may be, where it is a word.
void CheckWord(const Pragma& pragma, const char* key, const std::set<std::string>& words,
               const char* remedy) {
  if (!pragma.Has(key) || words.contains(llvm::StringRef(pragma.Get(key)).lower())) return;
  Fail(pragma.location, fmt::format("pragma HLS {}: '{}={}' is not supported; {}", pragma.directive,
                                    key, pragma.Get(key), remedy));
}

void CheckOptions(const Pragma& pragma) {
  if (pragma.directive == "PIPELINE" && pragma.Number("ii", 1) != 1) {
    Fail(pragma.location, "pragma HLS PIPELINE: a process fires every clock; write II=1");
  }
  if (pragma.directive == "UNROLL" && pragma.Has("factor")) {
    const std::string factor = pragma.Get("factor");
    const bool is_name = std::isalpha(static_cast<unsigned char>(factor[0])) || factor[0] == '_';
    if (!is_name && pragma.Number("factor", 1) == 0) {
      Fail(pragma.location, "pragma HLS UNROLL: factor is at least 1");
    }
  }
  if (pragma.directive == "AGGREGATE") {
    CheckWord(pragma, "compact", {"bit", "auto"}, "structs are packed bit by bit: compact=bit");
  }
  if (pragma.directive == "STREAM") {
    CheckWord(pragma, "type", {"fifo"}, "a stream is a FIFO: type=fifo");
  }
  if (pragma.directive == "INTERFACE") {
    CheckWord(pragma, "mode", {"axis", "s_axilite", "ap_none", "ap_ctrl_none"},
              "write mode=axis for a stream, ap_none or s_axilite for a number, ap_ctrl_none for "
              "port=return");
    const bool no_control = pragma.Has("ap_ctrl_none") || pragma.Get("mode") == "ap_ctrl_none";
    if (no_control != (pragma.target == "return")) {
      Fail(pragma.location,
           "pragma HLS INTERFACE: a process fires by itself, without a start: "
           "ap_ctrl_none goes with port=return, and nothing else does");
    }
  }
}

llvm::StringRef TextOf(const llvm::Value* literal) {
  const auto* text = llvm::cast<llvm::GlobalVariable>(literal);
  return llvm::cast<llvm::ConstantDataArray>(text->getInitializer())->getAsCString();
}

std::string KnownDirectives() {
  std::vector<std::string> names;
  for (const auto& [name, directive] : Directives()) names.push_back(name);
  return llvm::join(names, ", ");
}

}  // namespace

std::string Pragma::Get(const std::string& key, const std::string& otherwise) const {
  const auto it = options.find(key);
  return it == options.end() ? otherwise : it->second;
}

uint32_t Pragma::Number(const std::string& key, uint32_t otherwise) const {
  const auto it = options.find(key);
  if (it == options.end()) return otherwise;
  uint32_t value = 0;
  const char* end = it->second.data() + it->second.size();
  const auto [rest, error] = std::from_chars(it->second.data(), end, value);
  if (error != std::errc() || rest != end) {
    Fail(location, fmt::format("pragma HLS {}: '{}={}' is not a number; write {}=N with N decimal "
                               "or a constant expression without spaces",
                               directive, key, it->second, key));
  }
  return value;
}

Pragma ParsePragma(std::string_view text, const SourceLocation& location) {
  Pragma pragma;
  pragma.location = location;
  llvm::SmallVector<llvm::StringRef> words;
  llvm::SplitString(llvm::StringRef(text), words, " \t\r");
  if (words.empty()) Fail(location, "pragma HLS without a directive");
  pragma.directive = words[0].upper();
  const auto known = Directives().find(pragma.directive);
  if (known == Directives().end()) {
    Fail(location, fmt::format("pragma HLS {} is not supported; supported are {}", words[0].str(),
                               KnownDirectives()));
  }
  for (size_t i = 1; i < words.size(); ++i) {
    // "key = value" may be spaced.
    std::string word = words[i].str();
    while (i + 1 < words.size() && (word.back() == '=' || words[i + 1].front() == '=')) {
      word += words[++i].str();
    }
    const size_t equals = word.find('=');
    std::string key = llvm::StringRef(word).substr(0, equals).lower();
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (key == "variable" || key == "port") {
      pragma.target = value;
      continue;
    }
    if (!known->second.options.contains(key)) {
      Fail(location, fmt::format("pragma HLS {} has no option '{}'; it takes {}", pragma.directive,
                                 key, llvm::join(known->second.options, ", ")));
    }
    pragma.options[key] = value;
  }
  if (known->second.needs_target && pragma.target.empty()) {
    Fail(location, fmt::format("pragma HLS {} needs variable=NAME", pragma.directive));
  }
  CheckOptions(pragma);
  return pragma;
}

std::optional<Pragma> PragmaOf(const llvm::Instruction& call, const SourceLocation& location) {
  const auto* base = llvm::dyn_cast<llvm::CallBase>(&call);
  if (base == nullptr || base->getCalledFunction() == nullptr ||
      base->getCalledFunction()->getName() != "__vireo_pragma") {
    return std::nullopt;
  }
  Pragma pragma = ParsePragma(TextOf(base->getArgOperand(0)).str(), location);
  for (unsigned i = 3; i + 1 < base->arg_size(); i += 2) {
    const std::string key = TextOf(base->getArgOperand(i)).str();
    const auto* value = llvm::dyn_cast<llvm::ConstantInt>(base->getArgOperand(i + 1));
    if (value == nullptr) {
      Fail(location, fmt::format("pragma HLS {}: '{}={}' is not constant; write a number or an "
                                 "expression that the compiler can fold",
                                 pragma.directive, key, pragma.Get(key)));
    }
    pragma.options[key] = std::to_string(value->getSExtValue());
  }
  return pragma;
}

std::string RewritePragmas(std::string_view preprocessed) {
  std::string out = "extern \"C\" void __vireo_pragma(const char*, const char*, ...) noexcept;\n";
  SourceLocation location;
  llvm::StringRef rest(preprocessed);
  while (!rest.empty()) {
    auto [line, next] = rest.split('\n');
    rest = next;
    llvm::StringRef body = line.ltrim();
    if (body.starts_with("# ")) {
      // A line marker: # 12 "file.h" flags
      llvm::StringRef marker = body.drop_front(2);
      uint32_t number = 0;
      if (!marker.consumeInteger(10, number)) {
        location.line = number;
        const llvm::StringRef file = marker.ltrim().drop_front().split('"').first;
        location.file = std::filesystem::path(file.str()).lexically_normal().string();
        out += line;
        out += '\n';
        continue;
      }
    }
    llvm::StringRef pragma_text = body;
    if (pragma_text.consume_front("#") &&
        (pragma_text = pragma_text.ltrim()).consume_front("pragma") &&
        (pragma_text = pragma_text.ltrim()).consume_front_insensitive("hls") &&
        (pragma_text.empty() || std::isspace(static_cast<unsigned char>(pragma_text.front())))) {
      location.column = static_cast<uint32_t>(line.size() - body.size()) + 1;
      const Pragma pragma = ParsePragma(pragma_text.str(), location);
      if (Directives().at(pragma.directive).reaches == Reaches::kIr) {
        const bool has_object = !pragma.target.empty() && pragma.target != "return";
        std::string text = pragma_text.trim().str();
        std::erase(text, '"');
        std::erase(text, '\\');
        std::string operands;
        if (has_object) {
          // Its size tells an array from its first element.
          operands = fmt::format(", &({0}), \"bytes\", (long long)sizeof({0})", pragma.target);
          for (const auto& [key, value] : pragma.options) {
            const bool is_literal = value.find_first_not_of("0123456789") == std::string::npos;
            if (is_literal || !NumericOptions().contains(key)) continue;
            operands += fmt::format(", \"{}\", (long long)({})", key, value);
          }
        }
        out += fmt::format("{}__vireo_pragma(\"{}\", \"\"{});",
                           std::string(location.column - 1, ' '), text, operands);
      } else if (const std::string factor = pragma.Get("factor", "1");
                 factor.find_first_not_of("0123456789") != std::string::npos) {
        out += fmt::format("static_assert(({}) >= 1, \"pragma HLS UNROLL: factor\");", factor);
      }
    } else {
      out += line;
    }
    out += '\n';
    ++location.line;
  }
  return out;
}

}  // namespace vireo::compiler
