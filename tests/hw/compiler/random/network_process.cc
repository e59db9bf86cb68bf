// SPDX-License-Identifier: Apache-2.0
// The processes of random networks: what each reads, keeps and writes.
#include <fmt/format.h>

#include <utility>

#include "tests/hw/compiler/random/network_generator.h"

namespace vireo::testing {

std::string StreamParameter(const Type& type, const std::string& name, int count) {
  return fmt::format("hls::stream<{}>{}", type.Name(),
                     count > 0 ? fmt::format(" (&{})[{}]", name, count) : "& " + name);
}

NetworkGenerator::Body NetworkGenerator::Begin() {
  make_.variables.clear();
  Body body{Name("C"), {}, {}, {}, {}};
  for (int i = Pick(3); i > 0; --i) {
    const Scalar scalar = make_.RandomScalar(70);
    const std::string name = Name("r") + "_";
    body.members += fmt::format("  {} {} = {};\n", scalar.Name(), name, make_.Constant(scalar));
    make_.variables.push_back({name, scalar, true});
  }
  return body;
}

std::string NetworkGenerator::End(Body body, bool may_block) {
  // Natively a process that blocks would hold back those behind it: as hardware it may.
  const std::string guard = fmt::format("    if ({}) return;\n", body.guard);
  const bool blocks = may_block && Percent(35);
  classes_ +=
      fmt::format("class {} {{\n public:\n  void Step({}) {{\n{}{}{}{}  }}\n\n private:\n{}}};\n",
                  body.name, body.parameters, blocks ? "#ifndef __VIREO_HLS__\n" : "", guard,
                  blocks ? "#endif\n" : "", body.text, body.members);
  return body.name;
}

void NetworkGenerator::Know(const std::string& text, const Type& type) {
  for (const Part& part : PartsOf(type))
    make_.variables.push_back({text + part.path, part.scalar, false});
}

// What the firing changes in registers and, at times, in a memory.
void NetworkGenerator::State(Body& body) {
  for (int i = Pick(3); i > 0; --i) {
    const Variable* target = make_.Target();
    if (target == nullptr) break;
    const Variable v = *target;
    const std::string value = make_.Make(v.scalar, 2);
    body.text += Percent(60)
                     ? fmt::format("    {} = {};\n", v.text, value)
                     : fmt::format("    if ({}) {} = {};\n", make_.Make(Bool(), 2), v.text, value);
  }
  if (!Percent(20)) return;
  const int bits = 2 + Pick(3);
  const std::string memory = Name("mem") + "_", at = Name("at"), value = Name("m");
  const Type type = AnyType();
  body.members += fmt::format("  {} {}[{}];\n  ap_uint<{}> {}written = 0;\n", type.Name(), memory,
                              1 << bits, 1 << bits, memory);
  body.text += fmt::format("    const ap_uint<{}> {} = {};\n", bits, at, make_.Index(bits, 2));
  body.text += fmt::format("    {0} {1} = {{}};\n    if ({2}written[{3}]) {1} = {2}[{3}];\n",
                           type.Name(), value, memory, at);
  Know(value, type);
  const std::string next = Value(body, type);
  body.text += fmt::format("    {0}[{1}] = {2};\n    {0}written[{1}] = 1;\n", memory, at, next);
}

std::string NetworkGenerator::Value(Body& body, const Type& type) {
  if (!type.structure) return make_.Make(type.scalar, 2);
  const std::string name = Name("v");
  body.text += fmt::format("    {} {} = {{}};\n", type.Name(), name);
  for (const Part& part : PartsOf(type))
    body.text += fmt::format("    {}{} = {};\n", name, part.path, make_.Make(part.scalar, 2));
  return name;
}

namespace {

// "a[0].full() || a[1].full()"
std::string AnyOf(const std::string& name, int count, const char* status) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += fmt::format("{}{}[{}].{}()", i == 0 ? "" : " || ", name, i, status);
  return text;
}

}  // namespace

// A token from each input makes one for each output.
std::string NetworkGenerator::Mapper(const std::vector<Type>& in, const std::vector<Type>& out) {
  Body body = Begin();
  for (size_t i = 0; i < in.size(); ++i) {
    body.parameters +=
        fmt::format("{}{}", i == 0 ? "" : ", ", StreamParameter(in[i], fmt::format("in{}", i)));
    body.guard += fmt::format("{}in{}.empty()", i == 0 ? "" : " || ", i);
    body.text += fmt::format("    const {} t{} = in{}.read();\n", in[i].Name(), i, i);
    Know(fmt::format("t{}", i), in[i]);
  }
  State(body);
  for (size_t o = 0; o < out.size(); ++o) {
    body.parameters += ", " + StreamParameter(out[o], fmt::format("out{}", o));
    body.guard += fmt::format(" || out{}.full()", o);
    const std::string value = Value(body, out[o]);
    body.text += fmt::format("    out{}.write({});\n", o, value);
  }
  return End(std::move(body), true);
}

std::string NetworkGenerator::Filter(const Type& type, const Type& out) {
  Body body = Begin();
  body.parameters = StreamParameter(type, "in") + ", " + StreamParameter(out, "out");
  body.guard = "in.empty() || out.full()";
  body.text = fmt::format("    const {} t = in.read();\n", type.Name());
  Know("t", type);
  State(body);
  const std::string value = Value(body, out);
  body.text += fmt::format("    if ({}) out.write({});\n", make_.Condition(2), value);
  return End(std::move(body), true);
}

// One input and the other in turn.
std::string NetworkGenerator::Alternator(const Type& type, const Type& out) {
  Body body = Begin();
  body.parameters = fmt::format("{}, {}, {}", StreamParameter(type, "a"),
                                StreamParameter(type, "b"), StreamParameter(out, "out"));
  body.guard = "(turn_ ? b.empty() : a.empty()) || out.full()";
  body.members += "  bool turn_ = false;\n";
  body.text = fmt::format("    const {} t = turn_ ? b.read() : a.read();\n", type.Name());
  Know("t", type);
  make_.variables.push_back({"turn_", Bool(), false});
  State(body);
  const std::string value = Value(body, out);
  body.text += fmt::format("    out.write({});\n    turn_ = {};\n", value,
                           Percent(60) ? "!turn_" : make_.Make(Bool(), 2));
  return End(std::move(body), true);
}

// Passes each token to one of an array of streams, and tells which.
std::string NetworkGenerator::Router(const Type& type, int count) {
  Body body = Begin();
  body.parameters = fmt::format("{}, {}, hls::stream<ap_uint<2>>& order",
                                StreamParameter(type, "in"), StreamParameter(type, "outs", count));
  body.guard = "in.empty() || order.full() || " + AnyOf("outs", count, "full");
  body.text = fmt::format("    const {} t = in.read();\n", type.Name());
  Know("t", type);
  State(body);
  const std::string value = Value(body, type);
  body.text +=
      fmt::format("    const ap_uint<{}> to = {};\n    outs[to].write({});\n    order.write(to);\n",
                  count == 2 ? 1 : 2, make_.Index(count == 2 ? 1 : 2, 2), value);
  return End(std::move(body), true);
}

std::string NetworkGenerator::Merger(const Type& type, int count, const Type& out) {
  Body body = Begin();
  body.parameters = fmt::format("{}, hls::stream<ap_uint<2>>& order, {}",
                                StreamParameter(type, "ins", count), StreamParameter(out, "out"));
  body.guard = "false";
  body.members += "  ap_uint<2> from_ = 0;\n  bool knows_ = false;\n";
  body.text =
      "    if (!knows_) {\n      knows_ = order.read_nb(from_);\n      return;\n    }\n"
      "    if (out.full()) return;\n";
  for (int i = 0; i < count; ++i)
    body.text += fmt::format("    if (from_ == {0} && ins[{0}].empty()) return;\n", i);
  body.text += fmt::format("    {} t = {{}};\n", type.Name());
  for (int i = 0; i < count; ++i)
    body.text +=
        fmt::format("    if (from_ == {0} && !ins[{0}].empty()) t = ins[{0}].read();\n", i);
  Know("t", type);
  State(body);
  const std::string value = Value(body, out);
  body.text += fmt::format("    knows_ = false;\n    out.write({});\n", value);
  return End(std::move(body), false);
}

std::string NetworkGenerator::Forker(const Type& type, int count) {
  Body body = Begin();
  body.parameters = StreamParameter(type, "in") + ", " + StreamParameter(type, "outs", count);
  body.guard = "in.empty() || " + AnyOf("outs", count, "full");
  body.text = fmt::format("    const {} t = in.read();\n", type.Name());
  Know("t", type);
  State(body);
  const std::string value = Value(body, type);
  body.text += fmt::format("    for (int i = 0; i < {}; ++i) outs[i].write({});\n", count, value);
  return End(std::move(body), true);
}

std::string NetworkGenerator::Joiner(const Type& type, int count, const Type& out) {
  Body body = Begin();
  body.parameters = StreamParameter(type, "ins", count) + ", " + StreamParameter(out, "out");
  body.guard = AnyOf("ins", count, "empty") + " || out.full()";
  body.text =
      fmt::format("    {0} t[{1}];\n    for (int i = 0; i < {1}; ++i) t[i] = ins[i].read();\n",
                  type.Name(), count);
  for (int i = 0; i < count; ++i) Know(fmt::format("t[{}]", i), type);
  State(body);
  const std::string value = Value(body, out);
  body.text += fmt::format("    out.write({});\n", value);
  return End(std::move(body), true);
}

// Lets so many tokens into a cycle; from then on one comes out of it for each that goes in.
std::string NetworkGenerator::LoopHead(const Type& type, const Type& back, int tokens) {
  Body body = Begin();
  body.parameters =
      fmt::format("{}, {}, {}, {}", StreamParameter(type, "in"), StreamParameter(back, "back"),
                  StreamParameter(back, "again"), StreamParameter(type, "out"));
  body.guard = fmt::format(
      "in.empty() || (sent_ == {} && back.empty()) || again.full() || out.full()", tokens);
  body.members += "  ap_uint<8> sent_ = 0;\n";
  body.text = fmt::format(
      "    const {0} t = in.read();\n    {1} b = {{}};\n    if (sent_ == {2}) b = back.read();\n"
      "    if (sent_ != {2}) ++sent_;\n",
      type.Name(), back.Name(), tokens);
  Know("t", type);
  Know("b", back);
  State(body);
  const std::string round = Value(body, back), value = Value(body, type);
  body.text += fmt::format("    again.write({});\n    out.write({});\n", round, value);
  return End(std::move(body), true);
}

}  // namespace vireo::testing
