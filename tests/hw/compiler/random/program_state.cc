// SPDX-License-Identifier: Apache-2.0
// What a random program has: types, helpers, ports, registers, tables and memories.
#include <fmt/format.h>

#include <utility>

#include "tests/hw/compiler/random/generator.h"

namespace vireo::testing {

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
  globals_ += kPrologue;
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

// Elements are reached by an index alone, so that each is read or written in some firing.
void Generator::MakeStreamArray(bool is_input) {
  const std::string array = Name(is_input ? "ins" : "outs");
  const Type type = RandomType();
  const int count = 2 << Pick(2);
  arrays_.push_back(program_.ports.size());
  for (int i = 0; i < count; ++i)
    program_.ports.push_back({fmt::format("{}_{}", array, i), type, is_input, array, i, count});
}

// Reads or writes one element that data choose, or each of those that are ready.
void Generator::StreamArrayStatement(size_t first) {
  const Program::Port port = program_.ports[first];
  const bool chooses = Percent(60);
  const std::string i = Name("i");
  const std::string stream = fmt::format("{}[{}]", port.array, i);
  const auto access = [&] {
    if (port.is_input) {
      const std::string value = Name("t");
      Line(fmt::format("const {} {} = {}.read();", port.type.Name(), value, stream));
      AddParts(value, port.type, false);
      for (int n = 1 + Pick(2); n > 0; --n) Assign();
    } else {
      Line(fmt::format("{}.write({});", stream, Value(port.type)));
    }
  };
  const auto guarded = [&] {
    if (chooses && Percent(30)) return access();
    const std::string guard = fmt::format("!{}.{}()", stream, port.is_input ? "empty" : "full") +
                              (Percent(40) ? " && " + make_.Condition(2) : "");
    Braces("if (" + guard + ") {", "}", access);
  };
  const std::set<size_t> open = std::exchange(open_, {});
  if (chooses) {
    const int bits = port.count == 2 ? 1 : 2;
    Line(fmt::format("const ap_uint<{}> {} = {};", bits, i, make_.Index(bits, 2)));
    guarded();
  } else {
    Braces(fmt::format("for (int {} = 0; {} < {}; ++{}) {{", i, i, port.count, i), "}", guarded);
  }
  open_ = open;
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
    Braces("if (" + make_.Condition(2) + ") {", "}", write);
  }
}

// A block RAM or URAM, whose data come clocks after the address. They go to a port of their own and
// nowhere else: what the next firing needs may not wait for them.
void Generator::MakeRam() {
  const std::string storage = program_.is_function ? "  static " : "  ";
  const Memory memory{State(Name("ram")), State(Name("written")), RandomType(), 2 + Pick(4)};
  members_ +=
      fmt::format("{}{} {}[{}];\n", storage, memory.type.Name(), memory.name, 1 << memory.bits);
  members_ += fmt::format("{}ap_uint<{}> {} = 0;\n", storage, 1 << memory.bits, memory.written);
  pragmas_ += fmt::format("#pragma HLS BIND_STORAGE variable={} type=ram_2p impl={} latency={}\n",
                          memory.name, Percent(50) ? "bram" : "uram", 1 + Pick(3));
  ram_ = {memory, {Name("out"), memory.type, false}};
}

void Generator::RamStatement() {
  const auto& [memory, out] = *ram_;
  const std::string at = Name("at"), to = Name("to"), value = Name("m"), sends = Name("sends");
  Line(fmt::format("const ap_uint<{}> {} = {};", memory.bits, at, make_.Index(memory.bits, 2)));
  Line(fmt::format("const ap_uint<{}> {} = {};", memory.bits, to, make_.Index(memory.bits, 2)));
  Line(fmt::format("const bool {} = {};", sends, make_.Condition(2)));
  Line(fmt::format("{} {} = {{}};", memory.type.Name(), value));
  const auto read = [&] {
    Line(fmt::format("if ({}[{}]) {} = {}[{}];", memory.written, at, value, memory.name, at));
  };
  const auto write = [&] {
    Braces("if (" + make_.Condition(2) + ") {", "}", [&] {
      Line(fmt::format("{}[{}] = {};", memory.name, to, Value(memory.type)));
      Line(fmt::format("{}[{}] = 1;", memory.written, to));
    });
  };
  if (Percent(50)) {
    read();
    write();
  } else {
    write();
    read();
  }
  program_.ports.push_back(out);
  Line(fmt::format("if ({}) {}.write({});", sends, out.name, value));
}

}  // namespace vireo::testing
