// SPDX-License-Identifier: Apache-2.0
// Expressions: what overflows is unsigned or arbitrary-precision, counts and divisors are in range.
#include "tests/hw/compiler/random/expression.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vireo::testing {

Expressions::Expressions(sim::Random& random, uint64_t neighbourhood) : random_(random) {
  sim::Random choice(neighbourhood, "palette");
  std::vector<int> edges = {31, 32, 33, 63, 64, 65, 127, 128, 129};
  palette_ = {1, edges[choice.Below(edges.size())]};
  for (const int limit : {4, 8, 8, 17, 17, 33, 64, 130})
    palette_.push_back(static_cast<int>(2 + choice.Below(static_cast<uint64_t>(limit) - 1)));
  if (choice.Percent(30)) palette_.push_back(512);
  std::ranges::sort(palette_);
}

int Expressions::Width(int widest) {
  const auto end = std::ranges::upper_bound(palette_, widest);
  return palette_[static_cast<size_t>(Pick(static_cast<int>(end - palette_.begin())))];
}

Scalar Expressions::RandomScalar(int widest) {
  const bool is_signed = Percent(40);
  switch (Pick(12)) {
    case 0:
    case 1: return Bool();
    case 2:
    case 3:
    case 4: return Native(8 << Pick(4), is_signed);
    case 5: return Percent(20) ? Enum() : Ap(Width(std::min(64, widest)), is_signed);
    case 6: return Ap(Width(std::min(Percent(15) ? 512 : 130, widest)), is_signed);
    default: return Ap(Width(std::min(33, widest)), is_signed);
  }
}

Scalar Expressions::RandomNumber(int widest) {
  const Scalar scalar = RandomScalar(widest);
  return scalar.kind == Scalar::Kind::kEnum ? Native(8) : scalar;
}

std::string Expressions::Constant(const Scalar& to) {
  if (to.kind == Scalar::Kind::kBool) return Percent(50) ? "true" : "false";
  if (to.kind == Scalar::Kind::kEnum)
    return std::array{"Mode::kA", "Mode::kB", "Mode::kC"}[static_cast<size_t>(Pick(3))];
  uint64_t value = random_.Next() >> Pick(64);
  if (Percent(20)) value = static_cast<uint64_t>(Pick(4));
  if (to.is_ap() && to.width > 64 && Percent(50))
    return fmt::format("{}(({}({:#x}u) << {}) ^ {}({:#x}u))", to.Name(), to.Name(),
                       value & 0xffffffff, Pick(to.width), to.Name(), value >> 32);
  const int bits = std::min(to.width, 64) - (to.is_signed ? 1 : 0);
  value = bits == 0 ? 0 : value & (~uint64_t{0} >> (64 - bits));
  if (to.is_signed && Percent(40)) return fmt::format("{}(-{}ll)", to.Name(), value);
  return fmt::format("{}({:#x}{})", to.Name(), value, to.is_signed ? "ll" : "ull");
}

std::string Expressions::Leaf(const Scalar& to) {
  if (!variables.empty() && Percent(85)) {
    // Prefers one of the same type, and late ones.
    for (int i = 0; i < 3; ++i) {
      const Variable& v = variables[static_cast<size_t>(Pick(static_cast<int>(variables.size())))];
      if (v.scalar == to || i == 2) return Convert(v.text, v.scalar, to);
    }
  }
  return Constant(to);
}

const Variable* Expressions::ApVariable() {
  for (int i = 0; i < 6 && !variables.empty(); ++i) {
    const Variable& v = variables[static_cast<size_t>(Pick(static_cast<int>(variables.size())))];
    if (v.scalar.is_ap()) return &v;
  }
  return nullptr;
}

const Variable* Expressions::Target(bool ap_only) {
  for (int i = 0; i < 12 && !variables.empty(); ++i) {
    const Variable& v = variables[static_cast<size_t>(Pick(static_cast<int>(variables.size())))];
    if (v.is_writable && (!ap_only || v.scalar.is_ap())) return &v;
  }
  return nullptr;
}

std::string Expressions::Comparison(int depth) {
  const char* op = std::array{"==", "!=", "<", "<=", ">", ">="}[static_cast<size_t>(Pick(6))];
  if (Percent(30)) {
    const Scalar type = Native(8 << Pick(4), Percent(50));
    return fmt::format("({} {} {})", Make(type, depth), op, Make(type, depth));
  }
  const Scalar a = Ap(Width(Percent(20) ? 130 : 20), Percent(40));
  // A native operand of the other sign compares by value too.
  const Scalar b = Percent(25) ? Native(8 << Pick(4), Percent(50))
                               : Ap(Width(Percent(20) ? 130 : 20), Percent(40));
  return fmt::format("({} {} {})", Make(a, depth), op, Make(b, depth));
}

std::string Expressions::Truth(int depth) {
  switch (Pick(8)) {
    case 0: return "!" + Make(Bool(), depth);
    case 1:
      return fmt::format("({} {} {})", Make(Bool(), depth), Percent(50) ? "&&" : "||",
                         Make(Bool(), depth));
    case 2: return fmt::format("({} != {})", Make(Bool(), depth), Make(Bool(), depth));
    case 3:
      if (const Variable* v = ApVariable()) {
        if (Percent(50)) return fmt::format("bool({}[{}])", v->text, Pick(v->scalar.width));
        int bits = 0;
        while ((2 << bits) <= v->scalar.width) ++bits;
        if (bits > 0) return fmt::format("bool({}[{}])", v->text, Index(bits, depth));
      }
      return Leaf(Bool());
    case 4:
      if (const Variable* v = ApVariable())
        return fmt::format("{}.{}()", v->text,
                           std::array{"and_reduce", "or_reduce", "xor_reduce", "nand_reduce",
                                      "nor_reduce", "xnor_reduce"}[static_cast<size_t>(Pick(6))]);
      return Leaf(Bool());
    default: return Comparison(depth);
  }
}

std::string Expressions::Condition(int depth) {
  std::string text;
  for (int i = 0; i < 10; ++i) {
    text = Make(Bool(), depth);
    const auto is_named = [&](const Variable& v) { return text.find(v.text) != std::string::npos; };
    if (std::ranges::any_of(variables, is_named)) break;
  }
  return text;
}

std::string Expressions::ApPart(const Scalar& to, int depth) {
  const Variable* v = ApVariable();
  if (v == nullptr || Percent(30)) {
    return Cast(to, fmt::format("({}, {})", Make(Ap(Width(40), Percent(30)), depth),
                                Make(Ap(Width(40), Percent(30)), depth)));
  }
  if (Percent(15))
    return Cast(to, fmt::format("ap_uint<{}>({}).reverse()", v->scalar.width,
                                Make(Ap(v->scalar.width), 0)));
  const int lo = Pick(v->scalar.width);
  const int hi = lo + Pick(v->scalar.width - lo);
  return Cast(to, fmt::format("{}{}({}, {})", v->text, Percent(50) ? ".range" : "", hi, lo));
}

std::string Expressions::ApOperation(const Scalar& to, int depth) {
  const auto near = [&] { return Percent(60) ? to.width : Width(Percent(5) ? 512 : 70); };
  const Scalar a = Ap(near(), Percent(40));
  const Scalar b = Percent(25) ? Native(8 << Pick(4), Percent(50)) : Ap(near(), Percent(40));
  switch (Pick(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4: {
      const char* op = std::array{"+", "-", "&", "|", "^"}[static_cast<size_t>(Pick(5))];
      const std::string x = Make(a, depth), y = Make(b, depth);
      return Cast(to, Percent(50) ? fmt::format("({} {} {})", x, op, y)
                                  : fmt::format("({} {} {})", y, op, x));
    }
    case 5: {
      const int limit = Percent(10) ? 70 : 18;
      return Cast(to, fmt::format("({} * {})", Make(Ap(Width(limit), Percent(40)), depth),
                                  Make(Ap(Width(limit), Percent(40)), depth)));
    }
    case 6:
      return Cast(to, fmt::format("({} {} {})", Make(a, depth), Percent(50) ? "<<" : ">>",
                                  Pick(a.width + 2)));
    case 7:
      return Cast(to, fmt::format("({} {} {})", Make(a, depth), Percent(50) ? "<<" : ">>",
                                  Make(Ap(Width(7), Percent(20)), depth)));
    case 8: return Cast(to, fmt::format("({}{})", Percent(50) ? "~" : "-", Make(a, depth)));
    case 9:
      if (Percent(25)) {
        const Scalar n = Ap(Width(17), Percent(30));
        const int bits = Percent(50) ? 3 : 7;
        const int divisor = (1 + Pick((1 << bits) - 1)) * (n.is_signed && Percent(30) ? -1 : 1);
        return Cast(to, fmt::format("({} {} {}({}))", Make(n, depth), Percent(50) ? "/" : "%",
                                    Ap(bits + (n.is_signed ? 1 : 0), n.is_signed).Name(), divisor));
      }
      return ApPart(to, depth);
    case 10:
      return fmt::format("Blend({}, {})", Make(Ap(to.width, to.is_signed), depth),
                         Make(Bool(), depth));
    default: return ApPart(to, depth);
  }
}

std::string Expressions::NativeOperation(const Scalar& to, int depth) {
  const std::string name = to.Name();
  const auto wide = [&](const std::string& text) { return "static_cast<uint64_t>(" + text + ")"; };
  switch (Pick(7)) {
    case 0:
    case 1:
    case 2: {
      const char* op =
          std::array{"+", "-", "&", "|", "^", "*"}[static_cast<size_t>(Pick(Percent(20) ? 6 : 5))];
      return fmt::format("static_cast<{}>({} {} {})", name, wide(Make(to, depth)), op,
                         wide(Make(to, depth)));
    }
    case 3: {
      // Promotion to int, which cannot overflow from 16 bits.
      const Scalar a = Native(8 << Pick(2), Percent(50)), b = Native(8 << Pick(2), Percent(50));
      return fmt::format("static_cast<{}>({} {} {})", name, Make(a, depth), Percent(50) ? "+" : "-",
                         Make(b, depth));
    }
    case 4:
      return fmt::format("static_cast<{}>({} << ({} & {}))", name, wide(Make(to, depth)),
                         Make(Native(8), depth), to.width - 1);
    case 5:
      return fmt::format("static_cast<{}>({} >> ({} & {}))", name, Make(to, depth),
                         Make(Native(8), depth), to.width - 1);
    default:
      return fmt::format("static_cast<{}>({}{})", name, Percent(50) ? "~" : "-",
                         wide(Make(to, depth)));
  }
}

std::string Expressions::Make(const Scalar& to, int depth) {
  if (depth <= 0 || Percent(15)) return Leaf(to);
  --depth;
  const int kind = Pick(20);
  if (kind == 0)
    return fmt::format("({} ? {} : {})", Make(Bool(), depth), Make(to, depth), Make(to, depth));
  if (kind == 1) {
    const Scalar from = RandomScalar();
    return Convert(Make(from, depth), from, to);
  }
  if (kind == 2 && !helpers.empty()) {
    const Helper& helper = helpers[static_cast<size_t>(Pick(static_cast<int>(helpers.size())))];
    std::string arguments;
    for (const Scalar& parameter : helper.parameters)
      arguments += (arguments.empty() ? "" : ", ") + Make(parameter, depth - 1);
    return Convert(fmt::format("{}({})", helper.name, arguments), helper.result, to);
  }
  if (kind == 3 && !indexables.empty()) {
    const Indexable& array =
        indexables[static_cast<size_t>(Pick(static_cast<int>(indexables.size())))];
    return Convert(fmt::format("{}[{}]", array.text, Index(array.index_bits, depth - 1)),
                   array.scalar, to);
  }
  switch (to.kind) {
    case Scalar::Kind::kBool: return Truth(depth);
    case Scalar::Kind::kAp: return ApOperation(to, depth);
    case Scalar::Kind::kNative: return NativeOperation(to, depth);
    case Scalar::Kind::kEnum: return Convert(Make(Native(8), depth), Native(8), to);
  }
  return Leaf(to);
}

}  // namespace vireo::testing
