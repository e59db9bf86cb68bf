// SPDX-License-Identifier: Apache-2.0
// Names, conversions and parts of types.
#include "tests/hw/compiler/random/type.h"

#include <fmt/format.h>

namespace vireo::testing {

std::string Scalar::Name() const {
  switch (kind) {
    case Kind::kAp: return fmt::format("ap_{}int<{}>", is_signed ? "" : "u", width);
    case Kind::kNative: return fmt::format("{}int{}_t", is_signed ? "" : "u", width);
    case Kind::kBool: return "bool";
    case Kind::kEnum: return "Mode";
  }
  return "";
}

std::string Convert(const std::string& text, const Scalar& from, const Scalar& to) {
  if (from == to) return text;
  if (from.kind == Scalar::Kind::kEnum)
    return Convert("static_cast<uint8_t>(" + text + ")", Native(8), to);
  if (to.kind == Scalar::Kind::kEnum)
    return "static_cast<Mode>(" + Convert(text, from, Native(8)) + ")";
  if (to.kind == Scalar::Kind::kBool) return "(" + text + " != 0)";
  if (to.is_ap()) return to.Name() + "(" + text + ")";
  return "static_cast<" + to.Name() + ">(" + text + ")";
}

std::string Type::Name() const { return structure ? structure->name : scalar.Name(); }

std::string Struct::Definition() const {
  std::string text = "struct " + name + " {\n";
  for (const Field& field : fields)
    text += fmt::format("  {} {}{};\n", field.type.Name(), field.name,
                        field.count > 0 ? fmt::format("[{}]", field.count) : "");
  return text + "};\n";
}

std::vector<Part> PartsOf(const Type& type) {
  if (!type.structure) return {{"", type.scalar}};
  std::vector<Part> parts;
  for (const Struct::Field& field : type.structure->fields) {
    for (int i = 0; i < std::max(field.count, 1); ++i) {
      const std::string path = "." + field.name + (field.count > 0 ? fmt::format("[{}]", i) : "");
      for (const Part& part : PartsOf(field.type)) parts.push_back({path + part.path, part.scalar});
    }
  }
  return parts;
}

int BitsOf(const Type& type) {
  int bits = 0;
  for (const Part& part : PartsOf(type)) bits += part.scalar.width;
  return bits;
}

}  // namespace vireo::testing
