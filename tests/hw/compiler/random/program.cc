// SPDX-License-Identifier: Apache-2.0
// Statements of a random program: declarations, streams and control flow around expressions.
#include "tests/hw/compiler/random/program.h"

#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "tests/hw/compiler/random/generator.h"

namespace vireo::testing {

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
      Braces("if (" + make_.Condition(kDepth) + ") {", "", [&] { Block(1 + Pick(3), depth); });
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
        Braces("if (" + make_.Condition(2) + ") {", "}", [&] {
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
                             Percent(50) ? " && " + make_.Condition(2) : ""),
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
      Braces(fmt::format("if ({}) {{", make_.Condition(2)), "}",
             [&] { Line(fmt::format("{}.write({});", port.name, value)); });
      break;
    }
    default: Line(fmt::format("{}.write({});", port.name, value));
  }
}

void Generator::Early() {
  Braces("if (" + make_.Condition(2) + ") {", "}", [&] {
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

std::string Generator::Parameters() const {
  std::string list;
  for (const Program::Port& port : program_.ports) {
    if (port.index != 0) continue;
    const std::string name =
        port.array.empty() ? "& " + port.name : fmt::format(" (&{})[{}]", port.array, port.count);
    list += fmt::format("{}hls::stream<{}>{}", list.empty() ? "" : ", ", port.type.Name(), name);
  }
  return list;
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
  if (Percent(20)) MakeStreamArray(true);
  if (Percent(20)) MakeStreamArray(false);
  MakeState();
  if (Percent(35)) MakeMemory();
  if (Percent(25)) MakeRam();
  indent_ = program_.is_function ? 2 : 4;
  if (Percent(70)) Read(1);
  for (const size_t first : arrays_) StreamArrayStatement(first);
  while (budget_ > 0) {
    Statement(2);
    if (Percent(20)) Read(1);
    if (!memories_.empty() && Percent(20)) MemoryStatement();
  }
  if (!memories_.empty()) MemoryStatement();
  if (ram_) RamStatement();
  // What came of it shows.
  for (int i = 0; i < 3; ++i) Write();

  // A stream that nothing touches has no direction.
  std::erase_if(program_.ports, [&](const Program::Port& port) {
    return port.array.empty() && body_.find(port.name + ".") == std::string::npos;
  });
  const std::string parameters = Parameters();
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

Program MakeProgram(uint64_t seed, uint64_t attempt) { return Generator(seed, attempt).Run(); }

}  // namespace vireo::testing
