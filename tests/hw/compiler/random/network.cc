// SPDX-License-Identifier: Apache-2.0
// Random networks: chains, forks that join again, routes that merge again, rows of processes,
// cycles.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <utility>

#include "tests/hw/compiler/random/network_generator.h"

namespace vireo::testing {

void NetworkGenerator::MakeTypes() {
  classes_ += kPrologue;
  types_.push_back({make_.RandomScalar(70), nullptr});
  for (int i = 1 + Pick(2); i > 0; --i) {
    Struct structure{Name("S"), {}};
    for (int f = 1 + Pick(3); f > 0; --f) {
      structure.fields.push_back(
          {Name("f"), {make_.RandomScalar(70), nullptr}, Percent(20) ? 2 + Pick(2) : 0});
    }
    classes_ += structure.Definition();
    types_.push_back({{}, std::make_shared<const Struct>(std::move(structure))});
  }
}

void NetworkGenerator::MakeInputs() {
  for (int i = 1 + Pick(2); i > 0; --i) {
    const Type type = AnyType();
    const std::string name = Name("in");
    const int count = Percent(20) ? 2 : 1;
    for (int k = 0; k < count; ++k) {
      const bool is_array = count > 1;
      program_.ports.push_back({is_array ? fmt::format("{}_{}", name, k) : name, type, true,
                                is_array ? name : "", k, count});
      open_.push_back({is_array ? fmt::format("{}[{}]", name, k) : name, type});
    }
  }
}

int NetworkGenerator::Depth() {
  if (Percent(3)) return 300;
  return std::array{1, 2, 2, 3, 4, 5, 8, 16, 33}[static_cast<size_t>(Pick(9))];
}

std::string NetworkGenerator::AddStream(const Type& type, int count, int tokens) {
  const std::string name = Name("s") + "_";
  const int depth = std::max(Depth(), tokens);
  // An array is passed as what its parameter is: without a depth in its type.
  const bool has_pragma = count > 0 || Percent(40);
  std::string own;
  if (has_pragma ? count == 0 && Percent(50) : depth != 2)
    own = fmt::format(", {}", has_pragma ? Depth() : depth);
  scope_.members += fmt::format("  hls::stream<{}{}> {}{};\n", type.Name(), own, name,
                                count > 0 ? fmt::format("[{}]", count) : "");
  if (has_pragma)
    scope_.pragmas += fmt::format("#pragma HLS STREAM variable={} depth={}\n", name, depth);
  return name;
}

std::string NetworkGenerator::AddProcess(const std::string& name, const std::string& arguments) {
  const std::string object = Name("p") + "_";
  scope_.members += fmt::format("  {} {};\n", name, object);
  Call(object, arguments);
  return object;
}

NetworkGenerator::Stream NetworkGenerator::Chain(const Stream& in) {
  Stream at = in;
  for (int i = 1 + Pick(2); i > 0; --i) {
    const Type out = AnyType();
    const std::string name = Percent(20) ? Filter(at.type, out) : Mapper({at.type}, {out});
    const std::string stream = AddStream(out);
    AddProcess(name, fmt::format("{}, {}", at.text, stream));
    at = {stream, out, in.is_parted};
  }
  return at;
}

NetworkGenerator::Stream NetworkGenerator::ForkJoin(const Stream& in) {
  const Type out = AnyType();
  const std::string to = AddStream(out);
  if (Percent(50)) {
    const int count = 2 + Pick(2);
    const std::string lanes = AddStream(in.type, count);
    AddProcess(Forker(in.type, count), fmt::format("{}, {}", in.text, lanes));
    AddProcess(Joiner(in.type, count, out), fmt::format("{}, {}", lanes, to));
  } else {
    const Type a = AnyType(), b = AnyType(), c = AnyType();
    const std::string left = AddStream(a), right = AddStream(b), behind = AddStream(c);
    AddProcess(Mapper({in.type}, {a, b}), fmt::format("{}, {}, {}", in.text, left, right));
    AddProcess(Mapper({a}, {c}), fmt::format("{}, {}", left, behind));
    AddProcess(Mapper({c, b}, {out}), fmt::format("{}, {}, {}", behind, right, to));
  }
  return {to, out, in.is_parted};
}

NetworkGenerator::Stream NetworkGenerator::RouteMerge(const Stream& in) {
  const int count = Percent(50) ? 2 : 4;
  const Type out = AnyType();
  const std::string parted = AddStream(in.type, count), order = AddStream({Ap(2), nullptr});
  const std::string to = AddStream(out);
  AddProcess(Router(in.type, count), fmt::format("{}, {}, {}", in.text, parted, order));
  AddProcess(Merger(in.type, count, out), fmt::format("{}, {}, {}", parted, order, to));
  return {to, out, in.is_parted};
}

// An array of processes between arrays of streams, each with a state of its own.
NetworkGenerator::Stream NetworkGenerator::Rows(const Stream& in) {
  const int count = 2 + Pick(2);
  const Type out = AnyType();
  const std::string before = AddStream(in.type, count), behind = AddStream(in.type, count);
  const std::string to = AddStream(out), row = Name("row") + "_";
  const std::string lane = Mapper({in.type}, {in.type});
  AddProcess(Forker(in.type, count), fmt::format("{}, {}", in.text, before));
  scope_.members += fmt::format("  {} {}[{}];\n", lane, row, count);
  scope_.calls += fmt::format("    for (int i = 0; i < {}; ++i) {}[i].Step({}[i], {}[i]);\n", count,
                              row, before, behind);
  AddProcess(Joiner(in.type, count, out), fmt::format("{}, {}", behind, to));
  return {to, out, in.is_parted};
}

NetworkGenerator::Stream NetworkGenerator::Loop(const Stream& in) {
  const int tokens = 1 + Pick(4);
  const Type round = AnyType();
  const std::string again = AddStream(round, 0, tokens), back = AddStream(round);
  const std::string to = AddStream(in.type);
  AddProcess(LoopHead(in.type, round, tokens),
             fmt::format("{}, {}, {}, {}", in.text, back, again, to));
  AddProcess(Mapper({round}, {round}), fmt::format("{}, {}", again, back));
  return {to, in.type, in.is_parted};
}

// The same in a network of its own within this one.
NetworkGenerator::Stream NetworkGenerator::Nested(const Stream& in) {
  const Scope outer = std::exchange(scope_, {});
  const Stream result = Grow({"in", in.type, in.is_parted}, Pick(5));
  const std::string name = Name("Net");
  AddProcess(Mapper({result.type}, {result.type}), result.text + ", out");
  classes_ += fmt::format(
      "class {} {{\n public:\n  void Step({}, {}) {{\n#pragma HLS DATAFLOW\n{}{}  }}\n\n "
      "private:\n{}}};\n",
      name, StreamParameter(in.type, "in"), StreamParameter(result.type, "out"), scope_.pragmas,
      scope_.calls, scope_.members);
  scope_ = outer;
  const std::string to = AddStream(result.type);
  AddProcess(name, fmt::format("{}, {}", in.text, to));
  return {to, result.type, in.is_parted};
}

NetworkGenerator::Stream NetworkGenerator::Grow(const Stream& in, int kind) {
  switch (kind) {
    case 0: return ForkJoin(in);
    case 1: return RouteMerge(in);
    case 2: return Rows(in);
    case 3: return Loop(in);
    case 5: return Nested(in);
    default: return Chain(in);
  }
}

NetworkGenerator::Stream NetworkGenerator::Take() {
  const auto at = open_.begin() + Pick(static_cast<int>(open_.size()));
  const Stream stream = *at;
  open_.erase(at);
  return stream;
}

void NetworkGenerator::Step() {
  const Stream in = Take();
  if (Percent(15)) {
    // Two that go their own ways from here.
    const Type a = AnyType(), b = AnyType();
    const std::string left = AddStream(a), right = AddStream(b);
    AddProcess(Mapper({in.type}, {a, b}), fmt::format("{}, {}, {}", in.text, left, right));
    open_.push_back({left, a, true});
    open_.push_back({right, b, true});
    return;
  }
  if (!open_.empty() && Percent(40)) {
    const Stream other = Take();
    if (!in.is_parted && !other.is_parted) {
      const Type out = AnyType();
      const std::string to = AddStream(out);
      const bool same = in.type.Name() == other.type.Name();
      AddProcess(
          same && Percent(60) ? Alternator(in.type, out) : Mapper({in.type, other.type}, {out}),
          fmt::format("{}, {}, {}", in.text, other.text, to));
      open_.push_back({to, out});
      return;
    }
    open_.push_back(other);
  }
  open_.push_back(Grow(in, Pick(6)));
}

Program NetworkGenerator::Run() {
  program_.name = fmt::format("N{}", program_.seed);
  program_.is_function = false;
  program_.is_pipelined = Percent(80);
  program_.clock_ns = std::array{1.5, 2.0, 3.0, 4.0}[static_cast<size_t>(Pick(4))];
  MakeTypes();
  MakeInputs();
  for (int steps = 1 + Pick(3); steps > 0; --steps) Step();
  // What is left open leaves, each through a process.
  for (const Stream& stream : open_) {
    const Type type = AnyType();
    const std::string name = Name("out");
    program_.ports.push_back({name, type, false});
    AddProcess(Mapper({stream.type}, {type}), fmt::format("{}, {}", stream.text, name));
  }
  std::string parameters;
  for (const Program::Port& port : program_.ports) {
    if (port.index != 0) continue;
    parameters += (parameters.empty() ? "" : ", ") +
                  (port.array.empty() ? StreamParameter(port.type, port.name)
                                      : StreamParameter(port.type, port.array, port.count));
  }
  program_.text = fmt::format(
      "// Random network {}.\n#include <ap_int.h>\n#include <cstdint>\n#include <hls_stream.h>\n"
      "namespace {} {{\n{}class {} {{\n public:\n  void Step({}) {{\n#pragma HLS DATAFLOW\n{}{}  "
      "}}\n\n private:\n{}}};\n}}  // namespace {}\n",
      program_.seed, program_.name, classes_, program_.name, parameters, scope_.pragmas,
      scope_.calls, scope_.members, program_.name);
  return program_;
}

Program MakeNetwork(uint64_t seed, uint64_t attempt) {
  return NetworkGenerator(seed, attempt).Run();
}

}  // namespace vireo::testing
