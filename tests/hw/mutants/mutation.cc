// SPDX-License-Identifier: Apache-2.0
// Finds the places for mutations in the token lists of statements.
#include "tests/hw/mutants/mutation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "tests/hw/mutants/verilog_module.h"

namespace vireo::testing {
namespace {

// FNV-1a: the same on every machine and in every build.
uint64_t Hash(std::string_view text, uint64_t hash = 0xcbf29ce484222325) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash ^ hash >> 29;
}

constexpr std::string_view kEachClock = "EACH_CLOCK";  // 0 for a simulator

const std::map<std::string_view, std::vector<const char*>>& NearOperators() {
  static const std::map<std::string_view, std::vector<const char*>> near = {
      {"+", {"-"}},   {"-", {"+"}},    {"&", {"|", "^"}}, {"|", {"&", "^"}}, {"^", {"|", "&"}},
      {"==", {"!="}}, {"!=", {"=="}},  {"<", {"<="}},     {"<=", {"<"}},     {"<<", {">>"}},
      {">>", {"<<"}}, {">>>", {">>"}}, {"*", {"+"}}};
  return near;
}

bool IsStageRegister(const std::string& name) {
  return name.size() > 2 && name[0] == 'p' && name.find_first_not_of("0123456789", 1) != 1 &&
         name[name.find_first_not_of("0123456789", 1)] == '_';
}

bool IsStageValid(const std::string& name) {
  return name.size() > 1 && name[0] == 'v' &&
         name.find_first_not_of("0123456789", 1) == std::string::npos;
}

bool IsHandshake(const std::string& name) {
  return name.ends_with("_valid") || name.ends_with("_ready") || name.ends_with("_reserve") ||
         name.ends_with("_cancel");
}

// The decimal digits of `value` with one bit inverted, or plus one, modulo 2^width: constants may
// be wider than a machine word.
std::string Binary(std::string decimal) {
  std::string bits;
  while (decimal != "0" && !decimal.empty()) {
    unsigned carry = 0;
    for (char& digit : decimal) {
      const unsigned value = carry * 10 + static_cast<unsigned>(digit - '0');
      digit = static_cast<char>('0' + value / 2);
      carry = value % 2;
    }
    bits.insert(bits.begin(), static_cast<char>('0' + carry));
    decimal.erase(0, std::min(decimal.find_first_not_of('0'), decimal.size()));
  }
  return bits;
}

// "8'd255" to its width and its bits, most significant first; bases d, b and h.
std::optional<std::string> BitsOf(const std::string& literal) {
  const size_t quote = literal.find('\'');
  if (quote == std::string::npos || quote + 2 >= literal.size()) return std::nullopt;
  const size_t width = std::stoul(literal.substr(0, quote));
  const std::string digits = literal.substr(quote + 2);
  std::string bits;
  if (literal[quote + 1] == 'b') {
    bits = digits;
  } else if (literal[quote + 1] == 'd') {
    bits = Binary(digits);
  } else if (literal[quote + 1] == 'h') {
    for (const char c : digits) {
      bits += fmt::format("{:04b}", std::stoul(std::string(1, c), nullptr, 16));
    }
  }
  if (bits.find_first_not_of("01") != std::string::npos) return std::nullopt;
  if (bits.size() > width) bits.erase(0, bits.size() - width);
  return std::string(width - bits.size(), '0') + bits;
}

std::string Increment(std::string bits) {
  for (auto bit = bits.rbegin(); bit != bits.rend(); ++bit) {
    *bit = *bit == '0' ? '1' : '0';
    if (*bit == '1') break;
  }
  return bits;
}

// Short ones in binary, others in hexadecimal.
std::string Literal(std::string bits) {
  const size_t width = bits.size();
  if (width <= 16) return fmt::format("{}'b{}", width, bits);
  bits.insert(0, (4 - width % 4) % 4, '0');
  std::string digits;
  for (size_t i = 0; i < bits.size(); i += 4) {
    digits += fmt::format("{:x}", std::stoul(bits.substr(i, 4), nullptr, 2));
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return fmt::format("{}'h{}", width, digits);
}

class Lister {
 public:
  Lister(std::string_view verilog, const std::string& module)
      : verilog_(verilog), module_(ParseVerilogModule(verilog, module)) {
    FindSaving();
  }

  std::vector<Mutation> List() {
    for (statement_ = 0; statement_ < module_.statements.size(); ++statement_) {
      const TokenRange range = Current().expression;
      if (Current().kind == Statement::Kind::kWire && saving_.contains(Current().target)) {
        continue;
      }
      for (size_t i = range.begin; i < range.end; ++i) {
        Operators(i);
        Constants(i);
        Selects(i);
        if (At(i) == "?") Arms(i);
      }
      switch (Current().kind) {
        case Statement::Kind::kCondition: Conditions(); break;
        case Statement::Kind::kWrite: Writes(); break;
        case Statement::Kind::kAssign:
          if (IsHandshake(Current().target)) Stuck();
          break;
        default: break;
      }
    }
    return std::move(mutations_);
  }

 private:
  const Statement& Current() const { return module_.statements[statement_]; }
  const std::string& At(size_t token) const { return module_.tokens[token].text; }
  // For choices that are arbitrary but stay when other statements change.
  uint64_t Choice(size_t token) const {
    return Hash(At(token), Hash(Current().target)) + (token - Current().expression.begin);
  }

  std::string Join(size_t begin, size_t end) const {
    std::string text;
    for (size_t i = begin; i < end; ++i) text += (text.empty() ? "" : " ") + At(i);
    return text;
  }
  std::string Source(TokenRange range) const {
    const size_t begin = module_.tokens[range.begin].begin;
    return std::string(verilog_.substr(begin, module_.tokens[range.end - 1].end - begin));
  }
  bool Has(TokenRange range, std::string_view name) const {
    for (size_t i = range.begin; i < range.end; ++i) {
      if (At(i) == name) return true;
    }
    return false;
  }
  void FindSaving();
  void Add(MutationKind kind, TokenRange old, const std::string& text);
  void Operators(size_t i);
  void Constants(size_t i);
  void Selects(size_t i);
  void Arms(size_t question);
  void Conditions();
  // Whether a condition may as well hold in each clock: it spares a simulator what has no effect.
  bool OnlySavesWork(TokenRange condition) const;
  void Writes();
  void Stuck();
  // Signals that the expression may be replaced by: of the width, declared before it.
  std::vector<std::string> Others(unsigned width) const;

  const std::string_view verilog_;
  const VerilogModule module_;
  size_t statement_ = 0;
  std::vector<Mutation> mutations_;
  std::map<std::string, int> seen_;
  std::set<std::string> saving_;
};

// The wires that only say whether a firing changes anything: to say so of more firings than do is
// as right.
void Lister::FindSaving() {
  std::map<std::string, std::vector<TokenRange>> definitions;
  std::vector<bool> defines(module_.tokens.size());
  std::vector<std::string> saving, effective;
  const auto add = [&](TokenRange range, std::vector<std::string>& names) {
    for (size_t i = range.begin; i < range.end; ++i) names.push_back(At(i));
  };
  for (const Statement& statement : module_.statements) {
    const TokenRange range = statement.expression;
    if (statement.kind != Statement::Kind::kWire) continue;
    std::fill(defines.begin() + static_cast<ptrdiff_t>(range.begin),
              defines.begin() + static_cast<ptrdiff_t>(range.end), true);
    if (Has(range, kEachClock)) {
      saving_.insert(statement.target);
      add(range, saving);
    } else {
      definitions[statement.target].push_back(range);
    }
  }
  for (size_t i = 0; i + 1 < module_.tokens.size(); ++i) {
    const auto signal = module_.signals.find(At(i));
    const bool is_use = signal != module_.signals.end() && signal->second.declared != i;
    if (is_use && !defines[i] && At(i + 1) != "=") effective.push_back(At(i));
  }
  const auto close = [&](std::vector<std::string> open) {
    std::set<std::string> all;
    while (!open.empty()) {
      const auto known = definitions.find(open.back());
      open.pop_back();
      if (known == definitions.end() || !all.insert(known->first).second) continue;
      for (const TokenRange range : known->second) add(range, open);
    }
    return all;
  };
  saving_.merge(close(saving));
  for (const std::string& name : close(effective)) saving_.erase(name);
}

void Lister::Add(MutationKind kind, TokenRange old, const std::string& text) {
  constexpr size_t kAround = 4;
  const TokenRange all = Current().expression;
  const size_t from = std::max(all.begin, old.begin - std::min(old.begin, kAround));
  const size_t to = std::min(all.end, old.end + kAround);
  std::string replacement;
  for (const Token& token : Lex(text)) {
    replacement += (replacement.empty() ? "" : " ") + token.text;
  }
  std::string change = fmt::format("{}{} [[{} -> {}]] {}{}", from > all.begin ? "... " : "",
                                   Join(from, old.begin), Join(old.begin, old.end), replacement,
                                   Join(old.end, to), to < all.end ? " ..." : "");
  change.erase(0, change.find_first_not_of(' '));
  change.erase(change.find_last_not_of(' ') + 1);
  const std::string prefix = Current().kind == Statement::Kind::kCondition ? "if " : "";
  const std::string target = prefix + Current().target;
  const int count = ++seen_[fmt::format("{}\t{}\t{}", NameOf(kind), target, change)];
  if (count > 1) change += fmt::format(" ({})", count);
  mutations_.push_back({kind, statement_, target, change, module_.tokens[old.begin].begin,
                        module_.tokens[old.end - 1].end, text});
}

void Lister::Operators(size_t i) {
  if (module_.tokens[i].kind != Token::Kind::kOperator) return;
  if (At(i) == "~") return Add(MutationKind::kNegation, {i, i + 1}, "");
  const auto near = NearOperators().find(At(i));
  if (near == NearOperators().end()) return;
  const bool is_first = i == Current().expression.begin;
  const bool is_unary = is_first || (module_.tokens[i - 1].kind == Token::Kind::kOperator &&
                                     At(i - 1) != ")" && At(i - 1) != "]" && At(i - 1) != "}");
  for (const char* text : near->second) {
    if (!is_unary || At(i) != "-") Add(MutationKind::kOperator, {i, i + 1}, text);
  }
}

void Lister::Constants(size_t i) {
  if (module_.tokens[i].kind != Token::Kind::kNumber) return;
  const std::optional<std::string> bits = BitsOf(At(i));
  if (!bits || bits->empty()) return;
  const std::string next = Increment(*bits);
  Add(MutationKind::kConstant, {i, i + 1}, Literal(next));
  std::string inverted = *bits;
  const size_t place = Choice(i) % bits->size();  // from the least significant
  char& bit = inverted[bits->size() - 1 - place];
  bit = bit == '0' ? '1' : '0';
  if (inverted == next) return;
  Add(MutationKind::kConstant, {i, i + 1},
      bits->size() <= 64 ? Literal(inverted)
                         : fmt::format("({0} ^ {1}'d1 << {2})", At(i), bits->size(), place));
}

void Lister::Selects(size_t i) {
  const auto signal = module_.signals.find(At(i));
  if (signal == module_.signals.end() || signal->second.is_memory) return;
  const size_t end = Current().expression.end;
  const auto is_number = [&](size_t token) {
    return token < end && module_.tokens[token].kind == Token::Kind::kNumber;
  };
  if (i + 3 >= end || At(i + 1) != "[" || !is_number(i + 2)) return;
  const unsigned high = static_cast<unsigned>(std::stoul(At(i + 2)));
  unsigned low = high;
  size_t close = i + 3;
  if (At(close) == ":" && is_number(i + 4)) {
    low = static_cast<unsigned>(std::stoul(At(i + 4)));
    close = i + 5;
  }
  if (close >= end || At(close) != "]") return;
  const auto add = [&](unsigned h, unsigned l) {
    Add(MutationKind::kSelect, {i + 2, close},
        close == i + 3 ? std::to_string(h) : fmt::format("{}:{}", h, l));
  };
  if (high + 1 < signal->second.width) add(high + 1, low + 1);
  if (low > 0) add(high - 1, low - 1);
}

// An arm ends where a bracket closes that was opened before it, at a comma, or at the ':' of an
// outer question.
void Lister::Arms(size_t question) {
  const size_t end = Current().expression.end;
  size_t colon = 0, stop = end;
  int depth = 0, questions = 0;
  for (size_t i = question + 1; i < end; ++i) {
    const std::string& text = At(i);
    if (text == "(" || text == "[" || text == "{") ++depth;
    if (text == ")" || text == "]" || text == "}") --depth;
    if (depth < 0 || (depth == 0 && text == ",")) {
      stop = i;
      break;
    }
    if (depth > 0) continue;
    if (text == "?") ++questions;
    if (text == ":" && questions-- == 0) {
      if (colon != 0) {
        stop = i;
        break;
      }
      colon = i;
      questions = 0;
    }
  }
  if (colon == 0) return;
  Add(MutationKind::kArms, {question + 1, stop},
      fmt::format("({}) : ({})", Source({colon + 1, stop}), Source({question + 1, colon})));
}

bool Lister::OnlySavesWork(TokenRange range) const {
  if (Has(range, kEachClock)) return true;
  if (range.end - range.begin != 1) return false;
  // Within the guard of a stage, its bit is not asked again but in hardware.
  const auto guards = [&](const Statement& other) {
    return other.kind == Statement::Kind::kCondition && other.block == Current().block &&
           Has(other.expression, kEachClock);
  };
  const bool is_bit = At(range.begin) == "fire" || IsStageValid(At(range.begin));
  if (is_bit && std::any_of(module_.statements.begin(), module_.statements.end(), guards)) {
    return true;
  }
  return std::any_of(module_.statements.begin(), module_.statements.end(), [&](const auto& other) {
    return other.kind == Statement::Kind::kWire && other.target == At(range.begin) &&
           Has(other.expression, kEachClock) && !Has(other.expression, "fire");
  });
}

void Lister::Conditions() {
  const TokenRange range = Current().expression;
  if (!OnlySavesWork(range)) Add(MutationKind::kCondition, range, "1'b1");
  Add(MutationKind::kCondition, range, fmt::format("~({})", Source(range)));
}

std::vector<std::string> Lister::Others(unsigned width) const {
  const TokenRange range = Current().expression;
  std::vector<std::string> names;
  for (const auto& [name, signal] : module_.signals) {
    if (signal.width != width || signal.is_memory || signal.declared > range.begin) continue;
    if (name == "clk" || name == "rst" || name.starts_with("_unused")) continue;
    const auto variable = module_.variables.find(name);
    if (variable != module_.variables.end()) {
      const auto [block, set] = variable->second;
      if (block != Current().block || set > range.begin) continue;
    }
    if (range.end - range.begin == 1 && At(range.begin) == name) continue;
    names.push_back(name);
  }
  return names;
}

void Lister::Writes() {
  const std::string& target = Current().target;
  const TokenRange range = Current().expression;
  if (IsStageValid(target)) return Stuck();
  std::vector<std::string> names;
  MutationKind kind = MutationKind::kData;
  if (IsStageRegister(target)) {
    kind = MutationKind::kStage;
    std::set<std::string> neighbours;
    for (const Statement& other : module_.statements) {
      const TokenRange from = other.expression;
      if (other.block != Current().block || from.end - from.begin != 1) continue;
      const auto signal = module_.signals.find(At(from.begin));
      if (signal == module_.signals.end() || IsStageValid(other.target)) continue;
      if (signal->second.width != module_.signals.at(target).width) continue;
      if (Source(from) != Source(range)) neighbours.insert(At(from.begin));
    }
    names.assign(neighbours.begin(), neighbours.end());
  } else {
    names = Others(module_.signals.at(target).width);
  }
  // Two of them.
  for (int i = 0; i < 2 && !names.empty(); ++i) {
    const size_t chosen = Choice(range.begin) % names.size();
    Add(kind, range, names[chosen]);
    names.erase(names.begin() + static_cast<ptrdiff_t>(chosen));
  }
}

void Lister::Stuck() {
  const TokenRange range = Current().expression;
  for (const char* value : {"1'b0", "1'b1"}) {
    if (Source(range) != value) Add(MutationKind::kValid, range, value);
  }
}

}  // namespace

const char* NameOf(MutationKind kind) {
  switch (kind) {
    case MutationKind::kOperator: return "operator";
    case MutationKind::kNegation: return "negation";
    case MutationKind::kArms: return "arms";
    case MutationKind::kConstant: return "constant";
    case MutationKind::kSelect: return "select";
    case MutationKind::kCondition: return "condition";
    case MutationKind::kData: return "data";
    case MutationKind::kStage: return "stage";
    case MutationKind::kValid: return "valid";
  }
  return "unknown";
}

std::vector<Mutation> ListMutations(std::string_view verilog, const std::string& module) {
  return Lister(verilog, module).List();
}

std::string Apply(std::string_view verilog, const Mutation& mutation) {
  return fmt::format("{}{}{}", verilog.substr(0, mutation.begin), mutation.text,
                     verilog.substr(mutation.end));
}

Selection::Selection(const std::vector<Mutation>& mutations, uint64_t seed,
                     const std::string& module)
    : mutations_(mutations), turn_(Hash(module, Hash(std::to_string(seed))) % kMutationKinds) {
  size_t statements = 0;
  for (const Mutation& mutation : mutations) {
    const std::string name = fmt::format("{}\t{}\t{}\t{}\t{}", seed, module, NameOf(mutation.kind),
                                         mutation.target, mutation.change);
    candidates_.push_back({Hash(name), false});
    statements = std::max(statements, mutation.statement + 1);
  }
  taken_.resize(statements);
}

size_t Selection::Next() {
  for (size_t tried = 0; tried < kMutationKinds; ++tried) {
    const auto kind = static_cast<MutationKind>(turn_++ % kMutationKinds);
    size_t best = mutations_.size();
    for (size_t i = 0; i < mutations_.size(); ++i) {
      if (mutations_[i].kind != kind || candidates_[i].is_taken) continue;
      const auto key = [&](size_t m) {
        return std::pair(taken_[mutations_[m].statement], candidates_[m].rank);
      };
      if (best == mutations_.size() || key(i) < key(best)) best = i;
    }
    if (best == mutations_.size()) continue;
    candidates_[best].is_taken = true;
    ++taken_[mutations_[best].statement];
    return best;
  }
  return mutations_.size();
}

}  // namespace vireo::testing
