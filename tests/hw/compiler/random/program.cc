// SPDX-License-Identifier: Apache-2.0
// Statements: declarations, state, streams and control flow around random expressions. Long because
// all statements share one scope and one set of ports that are still open.
//
// A path through a firing reads or writes a stream at most once, and asks for its status only
// before: `open_` holds the ports that the path has not used. Memories are read only where a bit in
// a register says that they were written.
#include "tests/hw/compiler/random/program.h"

#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "tests/hw/compiler/random/expression.h"

namespace vireo::testing {
namespace {

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed, "program"), make_(random_, seed / 100) {
    program_.seed = seed;
  }

  Program Run();

 private:
  static constexpr int kDepth = 3;

  // A new name that begins with `stem`.
  std::string Name(const char* stem) { return fmt::format("{}{}", stem, next_name_++); }
  void Line(const std::string& text) {
    body_ += std::string(static_cast<size_t>(indent_), ' ') + text + "\n";
  }
  int Pick(int n) { return make_.Pick(n); }
  bool Percent(unsigned p) { return make_.Percent(p); }
  std::string State(const std::string& name) const {
    return program_.is_function ? name : name + "_";
  }

  void AddParts(const std::string& text, const Type& type, bool is_writable);
  Type RandomType();
  void MakeStructs();
  void MakeHelpers();
  void MakePorts();
  void MakeState();
  void MakeMemory();
  void MemoryStatement();

  void Block(int statements, int depth);
  void Statement(int depth);
  void Declare();
  void Assign();
  void If(int depth);
  void Switch(int depth);
  void Loop();
  void Read(int depth);
  void Write();
  void Early();
  // Runs `body` in braces after `head`, with its own scope and the ports that are open here; gives
  // what it left open.
  template <class F>
  std::set<size_t> Braces(const std::string& head, const std::string& tail, F body);
  std::string Value(const Type& type);
  int OpenPort(bool is_input);

  sim::Random random_;
  Expressions make_;
  Program program_;
  std::vector<std::shared_ptr<const Struct>> structs_;
  std::set<size_t> open_;
  std::string globals_, members_, pragmas_, body_;
  struct Memory {
    std::string name, written;
    Type type;
    int bits;
  };
  std::vector<Memory> memories_;
  int next_name_ = 0;
  int indent_ = 2;
  int budget_ = 0;
};

void Generator::AddParts(const std::string& text, const Type& type, bool is_writable) {
  for (const Part& part : PartsOf(type))
    make_.variables.push_back({text + part.path, part.scalar, is_writable});
}

Type Generator::RandomType() {
  if (!structs_.empty() && Percent(45))
    return {{}, structs_[static_cast<size_t>(Pick(static_cast<int>(structs_.size())))]};
  return {make_.RandomScalar(), nullptr};
}

void Generator::MakeStructs() {
  globals_ += "enum class Mode : uint8_t { kA, kB, kC };\n";
  for (int i = Pick(3); i >= 0; --i) {
    Struct structure{Name("S"), {}};
    for (int f = 1 + Pick(4); f > 0; --f) {
      Type type = Percent(25) ? RandomType() : Type{make_.RandomScalar(70), nullptr};
      const int count = Percent(20) ? 2 + Pick(3) : 0;
      structure.fields.push_back({Name("f"), std::move(type), count});
    }
    globals_ += structure.Definition();
    structs_.push_back(std::make_shared<const Struct>(std::move(structure)));
  }
}

void Generator::MakeHelpers() {
  globals_ +=
      "template <class T>\nT Blend(const T& x, bool up) {\n  return up ? T(x + 3) : T(x ^ (x >> "
      "1));\n}\n";
  for (int i = Pick(3); i > 0; --i) {
    Helper helper{Name("Helper"), make_.RandomScalar(), {}};
    std::string list;
    for (int p = 1 + Pick(3); p > 0; --p) {
      const Scalar scalar = make_.RandomScalar(70);
      const std::string name = Name("a");
      list += fmt::format("{}{} {}", list.empty() ? "" : ", ", scalar.Name(), name);
      helper.parameters.push_back(scalar);
      make_.variables.push_back({name, scalar, true});
    }
    globals_ += fmt::format("inline {} {}({}) {{\n", helper.result.Name(), helper.name, list);
    if (Percent(50)) Assign();
    if (Percent(50))
      Line(fmt::format("if ({}) return {};", make_.Make(Bool(), 2), make_.Make(helper.result, 2)));
    Line(fmt::format("return {};", make_.Make(helper.result, 2)));
    globals_ += std::exchange(body_, "") + "}\n";
    make_.variables.clear();
    make_.helpers.push_back(helper);
  }
}

void Generator::MakePorts() {
  const int inputs = 1 + Pick(3), outputs = 1 + Pick(3);
  for (int i = 0; i < inputs + outputs; ++i) {
    const bool is_input = i < inputs;
    program_.ports.push_back({Name(is_input ? "in" : "out"), RandomType(), is_input});
    open_.insert(static_cast<size_t>(i));
  }
}

void Generator::MakeState() {
  const std::string storage = program_.is_function ? "  static " : "  ";
  for (int i = 1 + Pick(4); i > 0; --i) {
    const Scalar scalar = make_.RandomScalar();
    const std::string name = State(Name("r"));
    members_ +=
        fmt::format("{}{} {} = {};\n", storage, scalar.Name(), name, make_.Constant(scalar));
    make_.variables.push_back({name, scalar, true});
  }
  if (Percent(30)) {
    const Type type = RandomType();
    const std::string name = State(Name("q"));
    members_ += fmt::format("{}{} {} = {{}};\n", storage, type.Name(), name);
    AddParts(name, type, true);
  }
  if (Percent(30)) {
    // Constant indices only: registers.
    const Scalar scalar = make_.RandomScalar(40);
    const std::string name = State(Name("array"));
    const int rows = 1 + Pick(2), columns = 2 + Pick(3);
    members_ +=
        fmt::format("{}{} {}[{}][{}] = {{}};\n", storage, scalar.Name(), name, rows, columns);
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < columns; ++c)
        make_.variables.push_back({fmt::format("{}[{}][{}]", name, r, c), scalar, true});
    }
  }
  if (Percent(35)) {
    const Scalar scalar = make_.RandomScalar(40);
    const std::string name = State(Name("part"));
    const int bits = 1 + Pick(3);
    members_ += fmt::format("{}{} {}[{}] = {{}};\n", storage, scalar.Name(), name, 1 << bits);
    pragmas_ += fmt::format("#pragma HLS ARRAY_PARTITION variable={} complete\n", name);
    make_.indexables.push_back({name, scalar, bits, true});
  }
  if (Percent(25)) {
    const Scalar scalar = make_.RandomScalar(40);
    const std::string name = Name("kTable");
    const int bits = 2 + Pick(3);
    std::string values;
    for (int i = 0; i < 1 << bits; ++i) values += (i == 0 ? "" : ", ") + make_.Constant(scalar);
    globals_ += fmt::format("const {} {}[{}] = {{{}}};\n", scalar.Name(), name, 1 << bits, values);
    make_.indexables.push_back({name, scalar, bits, false});
  }
}

void Generator::MakeMemory() {
  Memory memory{State(Name("mem")), State(Name("written")), RandomType(), 2 + Pick(4)};
  const std::string storage = program_.is_function ? "  static " : "  ";
  members_ +=
      fmt::format("{}{} {}[{}];\n", storage, memory.type.Name(), memory.name, 1 << memory.bits);
  members_ += fmt::format("{}ap_uint<{}> {} = 0;\n", storage, 1 << memory.bits, memory.written);
  memories_.push_back(memory);
}

// Reads and writes the memory once in a firing, at one address or two.
void Generator::MemoryStatement() {
  const Memory memory = memories_.back();
  memories_.pop_back();
  const std::string at = Name("at"), value = Name("m");
  Line(fmt::format("const ap_uint<{}> {} = {};", memory.bits, at, make_.Index(memory.bits, 2)));
  Line(fmt::format("{} {} = {{}};", memory.type.Name(), value));
  Line(fmt::format("if ({}[{}]) {} = {}[{}];", memory.written, at, value, memory.name, at));
  AddParts(value, memory.type, true);
  for (int i = Pick(3); i > 0; --i) Assign();
  std::string to = at;
  if (Percent(50)) {
    to = Name("to");
    Line(fmt::format("const ap_uint<{}> {} = {};", memory.bits, to, make_.Index(memory.bits, 2)));
  }
  const auto write = [&] {
    Line(fmt::format("{}[{}] = {};", memory.name, to, Percent(50) ? value : Value(memory.type)));
    Line(fmt::format("{}[{}] = 1;", memory.written, to));
  };
  if (Percent(50)) {
    write();
  } else {
    Braces("if (" + make_.Make(Bool(), 2) + ") {", "}", write);
  }
}

template <class F>
std::set<size_t> Generator::Braces(const std::string& head, const std::string& tail, F body) {
  const size_t variables = make_.variables.size();
  const std::set<size_t> open = open_;
  Line(head);
  indent_ += 2;
  body();
  indent_ -= 2;
  if (!tail.empty()) Line(tail);
  make_.variables.resize(variables);
  std::set<size_t> left = open;
  std::swap(left, open_);
  return left;
}

// A value of the type: an expression, or the name of a variable declared for it.
std::string Generator::Value(const Type& type) {
  if (!type.structure) return make_.Make(type.scalar, kDepth);
  const std::string name = Name("v");
  Line(fmt::format("{} {} = {{}};", type.Name(), name));
  for (const Part& part : PartsOf(type)) {
    if (Percent(80)) Line(fmt::format("{}{} = {};", name, part.path, make_.Make(part.scalar, 2)));
  }
  return name;
}

void Generator::Declare() {
  const Type type = RandomType();
  const std::string value = Value(type), name = Name("v");
  const bool is_writable = Percent(60);
  Line(fmt::format("{}{} {} = {};", is_writable ? "" : "const ", type.Name(), name, value));
  AddParts(name, type, is_writable);
}

void Generator::Assign() {
  const bool fancy = Percent(35);
  if (!fancy && Percent(25)) {
    for (const Indexable& array : make_.indexables) {
      if (!array.is_writable || Percent(30)) continue;
      Line(fmt::format("{}[{}] = {};", array.text, make_.Index(array.index_bits, 2),
                       make_.Make(array.scalar, 2)));
      return;
    }
  }
  const Variable* target = make_.Target(fancy);
  if (target == nullptr) return;
  const Variable v = *target;
  if (!fancy) {
    Line(fmt::format("{} = {};", v.text, make_.Make(v.scalar, kDepth)));
    return;
  }
  const int lo = Pick(v.scalar.width), hi = lo + Pick(v.scalar.width - lo);
  switch (Pick(6)) {
    case 0:
      Line(fmt::format("{}.range({}, {}) = {};", v.text, hi, lo,
                       make_.Make(make_.RandomNumber(40), 2)));
      break;
    case 1: Line(fmt::format("{}[{}] = {};", v.text, lo, make_.Make(Bool(), 2))); break;
    case 2: {
      int bits = 0;
      while ((2 << bits) <= v.scalar.width) ++bits;
      if (bits > 0)
        Line(fmt::format("{}[{}] = {};", v.text, make_.Index(bits, 1), make_.Make(Bool(), 2)));
      break;
    }
    case 3:
      Line(fmt::format("{} {} {};", v.text,
                       std::array{"+=", "-=", "&=", "|=", "^="}[static_cast<size_t>(Pick(5))],
                       make_.Make(make_.RandomNumber(v.scalar.width), 2)));
      break;
    case 4:
      Line(fmt::format("{} {} {};", v.text, Percent(50) ? "<<=" : ">>=", Pick(v.scalar.width + 1)));
      break;
    default: Line(Percent(50) ? "++" + v.text + ";" : v.text + "--;");
  }
}

void Generator::If(int depth) {
  std::set<size_t> left =
      Braces("if (" + make_.Make(Bool(), kDepth) + ") {", "", [&] { Block(1 + Pick(3), depth); });
  if (Percent(50)) {
    const std::set<size_t> other = Braces("} else {", "", [&] { Block(1 + Pick(3), depth); });
    std::erase_if(left, [&](size_t p) { return !other.contains(p); });
  }
  Line("}");
  std::erase_if(open_, [&](size_t p) { return !left.contains(p); });
}

void Generator::Switch(int depth) {
  const int bits = 1 + Pick(3);
  std::set<size_t> left = open_;
  const std::set<size_t> open = open_;
  Line(fmt::format("switch (static_cast<unsigned>({})) {{", make_.Make(Ap(bits), 2)));
  bool falls = false;
  for (int label = 0; label < 1 << bits; ++label) {
    if (Percent(35)) continue;
    // A case that falls through goes on with the ports it left open; all that follow it then are on
    // one path.
    if (!falls) open_ = open;
    const std::set<size_t> after =
        Braces(fmt::format("  case {}: {{", label), "  }", [&] { Block(1 + Pick(2), depth); });
    std::erase_if(left, [&](size_t p) { return !after.contains(p); });
    falls = Percent(15);
    if (!falls) Line("  break;");
    if (falls) {
      Line("  [[fallthrough]];");
      open_ = after;
      std::erase_if(open_, [&](size_t p) { return !open.contains(p); });
    }
  }
  if (!falls) open_ = open;
  const std::set<size_t> after = Braces("  default: {", "  }", [&] { Block(1, depth); });
  Line("    break;");
  std::erase_if(left, [&](size_t p) { return !after.contains(p); });
  Line("}");
  open_ = left;
}

void Generator::Loop() {
  const std::string i = Name("i");
  const std::set<size_t> open = std::exchange(open_, {});
  Braces(fmt::format("for (int {} = 0; {} < {}; ++{}) {{", i, i, 2 + Pick(5), i), "}", [&] {
    make_.variables.push_back({i, Native(32, true), false});
    if (Percent(50))
      Line(fmt::format("if ({}) {};", make_.Make(Bool(), 2), Percent(50) ? "break" : "continue"));
    for (int n = 1 + Pick(2); n > 0; --n) {
      if (Percent(30)) {
        Braces("if (" + make_.Make(Bool(), 2) + ") {", "}", [&] {
          Assign();
          if (Percent(30)) Line(Percent(50) ? "break;" : "continue;");
        });
      } else {
        Assign();
      }
    }
  });
  open_ = open;
}

int Generator::OpenPort(bool is_input) {
  std::vector<size_t> candidates;
  for (const size_t p : open_) {
    if (program_.ports[p].is_input == is_input) candidates.push_back(p);
  }
  if (candidates.empty()) return -1;
  return static_cast<int>(
      candidates[static_cast<size_t>(Pick(static_cast<int>(candidates.size())))]);
}

void Generator::Read(int depth) {
  const int p = OpenPort(true);
  if (p < 0) return;
  const Program::Port& port = program_.ports[static_cast<size_t>(p)];
  const std::string name = Name("t"), type = port.type.Name();
  switch (Pick(4)) {
    case 0: {
      std::set<size_t> left =
          Braces(fmt::format("if (!{}.empty(){}) {{", port.name,
                             Percent(50) ? " && " + make_.Make(Bool(), 2) : ""),
                 "}", [&] {
                   open_.erase(static_cast<size_t>(p));
                   Line(fmt::format("const {} {} = {}.read();", type, name, port.name));
                   AddParts(name, port.type, false);
                   Block(1 + Pick(3), depth);
                 });
      std::erase_if(open_, [&](size_t q) { return !left.contains(q); });
      break;
    }
    case 1: {
      open_.erase(static_cast<size_t>(p));
      const std::string ok = Name("ok");
      Line(fmt::format("{} {} = {{}};", type, name));
      Line(fmt::format("const bool {} = {}.read_nb({});", ok, port.name, name));
      make_.variables.push_back({ok, Bool(), false});
      AddParts(name, port.type, true);
      break;
    }
    case 2: {
      const std::string empty = Name("empty");
      Line(fmt::format("const bool {} = {}.empty();", empty, port.name));
      make_.variables.push_back({empty, Bool(), false});
      break;
    }
    default:
      open_.erase(static_cast<size_t>(p));
      Line(fmt::format("const {} {} = {}.read();", type, name, port.name));
      AddParts(name, port.type, false);
  }
}

void Generator::Write() {
  const int p = OpenPort(false);
  if (p < 0) return;
  const Program::Port& port = program_.ports[static_cast<size_t>(p)];
  open_.erase(static_cast<size_t>(p));
  const std::string value = Value(port.type);
  switch (Pick(4)) {
    case 0: Line(fmt::format("if (!{}.full()) {}.write({});", port.name, port.name, value)); break;
    case 1: {
      const std::string ok = Name("ok");
      Line(fmt::format("const bool {} = {}.write_nb({});", ok, port.name, value));
      make_.variables.push_back({ok, Bool(), false});
      break;
    }
    case 2: {
      const std::string full = Name("full");
      Line(fmt::format("const bool {} = {}.full();", full, port.name));
      make_.variables.push_back({full, Bool(), false});
      Braces(fmt::format("if ({}) {{", make_.Make(Bool(), 2)), "}",
             [&] { Line(fmt::format("{}.write({});", port.name, value)); });
      break;
    }
    default: Line(fmt::format("{}.write({});", port.name, value));
  }
}

void Generator::Early() {
  Braces("if (" + make_.Make(Bool(), 2) + ") {", "}", [&] {
    if (Percent(60)) Assign();
    if (Percent(40)) Write();
    Line("return;");
  });
}

void Generator::Statement(int depth) {
  --budget_;
  const int kind = Pick(30);
  if (kind < 4) return Declare();
  if (kind < 12) return Assign();
  if (kind < 16 && depth > 0) return If(depth - 1);
  if (kind < 17 && depth > 0) return Switch(depth - 1);
  if (kind < 19) return Loop();
  if (kind < 23) return Read(depth > 0 ? depth - 1 : 0);
  if (kind < 28) return Write();
  if (kind < 29 && depth > 1) return Early();
  Declare();
}

void Generator::Block(int statements, int depth) {
  for (int i = 0; i < statements && budget_ > 0; ++i) Statement(depth);
  if (statements > 0 && budget_ <= 0) Assign();
}

Program Generator::Run() {
  program_.name = fmt::format("P{}", program_.seed);
  program_.is_function = Percent(12);
  program_.is_pipelined = Percent(50);
  program_.clock_ns = std::array{1.5, 2.0, 3.0, 4.0}[static_cast<size_t>(Pick(4))];
  budget_ = 6 + Pick(16);
  MakeStructs();
  MakeHelpers();
  MakePorts();
  MakeState();
  if (Percent(35)) MakeMemory();
  indent_ = program_.is_function ? 2 : 4;
  if (Percent(70)) Read(1);
  while (budget_ > 0) {
    Statement(2);
    if (Percent(20)) Read(1);
    if (!memories_.empty() && Percent(20)) MemoryStatement();
  }
  if (!memories_.empty()) MemoryStatement();
  // What came of it shows.
  for (int i = 0; i < 3; ++i) Write();

  // A stream that nothing touches has no direction.
  std::erase_if(program_.ports, [&](const Program::Port& port) {
    return body_.find(port.name + ".") == std::string::npos;
  });
  std::string parameters;
  for (const Program::Port& port : program_.ports)
    parameters += fmt::format("{}hls::stream<{}>& {}", parameters.empty() ? "" : ", ",
                              port.type.Name(), port.name);
  std::string& text = program_.text;
  text = fmt::format(
      "// Random program {}.\n#include <ap_int.h>\n#include <cstdint>\n#include <hls_stream.h>\n",
      program_.seed);
  text += fmt::format("namespace {} {{\n{}", program_.name, globals_);
  if (program_.is_function) {
    text += fmt::format("inline void {}({}) {{\n{}{}{}}}\n", program_.name, parameters, members_,
                        pragmas_, body_);
  } else {
    text += fmt::format("class {} {{\n public:\n  void Step({}) {{\n{}{}  }}\n\n private:\n{}}};\n",
                        program_.name, parameters, pragmas_, body_, members_);
  }
  text += fmt::format("}}  // namespace {}\n", program_.name);
  return program_;
}

}  // namespace

Program MakeProgram(uint64_t seed) { return Generator(seed).Run(); }

}  // namespace vireo::testing
