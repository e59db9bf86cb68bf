// SPDX-License-Identifier: Apache-2.0
// Types from debug info.

#include "hw/compiler/layout.h"

#include <fmt/format.h>

#include <filesystem>

#include "llvm/BinaryFormat/Dwarf.h"

namespace vireo::compiler {
namespace {

// The number in "ap_uint<9>", if the name begins with `prefix`.
std::optional<uint32_t> WidthInName(llvm::StringRef name, llvm::StringRef prefix) {
  uint32_t width = 0;
  if (!name.consume_front(prefix) || name.consumeInteger(10, width) || name != ">") return {};
  return width;
}

bool IsInNamespace(const llvm::DICompositeType* type, llvm::StringRef name) {
  const auto* scope = llvm::dyn_cast_or_null<llvm::DINamespace>(type->getScope());
  return scope != nullptr && scope->getName() == name;
}

std::unique_ptr<Type> Bits(llvm::StringRef name, uint64_t bytes, uint32_t bits, bool is_signed) {
  auto result = std::make_unique<Type>();
  result->kind = Type::Kind::kBits;
  result->name = name.str();
  result->bytes = static_cast<uint32_t>(bytes);
  result->bits = bits;
  result->is_signed = is_signed;
  return result;
}

}  // namespace

SourceLocation LocationIn(const llvm::DIFile* file, uint32_t line, uint32_t column) {
  if (file == nullptr) return {};
  static const std::string here = std::filesystem::current_path().string() + "/";
  llvm::StringRef name = file->getFilename();
  std::string path =
      name.starts_with("/") ? name.str() : file->getDirectory().str() + "/" + name.str();
  path = std::filesystem::path(path).lexically_normal().string();
  if (llvm::StringRef(path).starts_with(here)) path = path.substr(here.size());
  return {path, line, column};
}

const llvm::DIType* Stripped(const llvm::DIType* type) {
  while (const auto* derived = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type)) {
    switch (derived->getTag()) {
      case llvm::dwarf::DW_TAG_typedef:
      case llvm::dwarf::DW_TAG_const_type:
      case llvm::dwarf::DW_TAG_volatile_type:
      case llvm::dwarf::DW_TAG_member:
      case llvm::dwarf::DW_TAG_inheritance: type = derived->getBaseType(); break;
      default: return type;
    }
  }
  return type;
}

const Type* Layouts::Get(const llvm::DIType* type) {
  type = Stripped(type);
  if (const auto it = types_.find(type); it != types_.end()) return it->second.get();
  std::unique_ptr<Type> made = Translate(type);
  return types_.emplace(type, std::move(made)).first->second.get();
}

std::unique_ptr<Type> Layouts::Translate(const llvm::DIType* type) {
  if (const auto* basic = llvm::dyn_cast_or_null<llvm::DIBasicType>(type)) {
    const uint64_t bytes = basic->getSizeInBits() / 8;
    const auto bits = static_cast<uint32_t>(basic->getSizeInBits());
    switch (basic->getEncoding()) {
      case llvm::dwarf::DW_ATE_boolean: return Bits(basic->getName(), bytes, 1, false);
      case llvm::dwarf::DW_ATE_signed:
      case llvm::dwarf::DW_ATE_signed_char: return Bits(basic->getName(), bytes, bits, true);
      case llvm::dwarf::DW_ATE_unsigned:
      case llvm::dwarf::DW_ATE_unsigned_char:
      case llvm::dwarf::DW_ATE_UTF: return Bits(basic->getName(), bytes, bits, false);
      default: break;
    }
  } else if (const auto* composite = llvm::dyn_cast_or_null<llvm::DICompositeType>(type)) {
    return TranslateComposite(composite);
  } else if (const auto* derived = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type)) {
    auto result = std::make_unique<Type>();
    result->kind = Type::Kind::kPointer;
    result->name = "pointer";
    result->bytes = 8;
    result->element = Get(derived->getBaseType());
    return result;
  }
  auto result = std::make_unique<Type>();
  result->name = type != nullptr ? type->getName().str() : "void";
  return result;
}

std::unique_ptr<Type> Layouts::TranslateComposite(const llvm::DICompositeType* type) {
  const llvm::StringRef name = type->getName();
  const uint64_t bytes = type->getSizeInBits() / 8;
  for (const bool is_signed : {false, true}) {
    const auto width = WidthInName(name, is_signed ? "ap_int<" : "ap_uint<");
    if (width && *width <= kMaxBits) return Bits(name, bytes, *width, is_signed);
  }

  auto result = std::make_unique<Type>();
  if (WidthInName(name, "ap_int<") || WidthInName(name, "ap_uint<")) {
    result->name = fmt::format("{} (over {} bits)", name.str(), kMaxBits);
    return result;
  }
  result->name = name.str();
  result->bytes = static_cast<uint32_t>(bytes);
  if (name.starts_with("stream<") && IsInNamespace(type, "hls")) {
    result->kind = Type::Kind::kStream;
    for (const llvm::Metadata* parameter : type->getTemplateParams()) {
      if (const auto* t = llvm::dyn_cast<llvm::DITemplateTypeParameter>(parameter)) {
        result->element = Get(t->getType());
      } else if (const auto* v = llvm::dyn_cast<llvm::DITemplateValueParameter>(parameter)) {
        if (const auto* c = llvm::mdconst::dyn_extract_or_null<llvm::ConstantInt>(v->getValue())) {
          result->depth = static_cast<uint32_t>(c->getZExtValue());
        }
      }
    }
    return result;
  }
  switch (type->getTag()) {
    case llvm::dwarf::DW_TAG_enumeration_type: {
      const Type* base = Get(type->getBaseType());
      return Bits(name, bytes, base->bits, base->is_signed);
    }
    case llvm::dwarf::DW_TAG_array_type: {
      const Type* element = Get(type->getBaseType());
      std::vector<uint32_t> counts;
      for (const llvm::DINode* node : type->getElements()) {
        const auto* range = llvm::dyn_cast<llvm::DISubrange>(node);
        const auto* count =
            range ? llvm::dyn_cast_if_present<llvm::ConstantInt*>(range->getCount()) : nullptr;
        if (count == nullptr) return std::make_unique<Type>();
        counts.push_back(static_cast<uint32_t>(count->getZExtValue()));
      }
      // Several dimensions are arrays of arrays; the debug info lists them in one type.
      while (!counts.empty()) {
        auto array = std::make_unique<Type>();
        array->kind = Type::Kind::kArray;
        array->name = fmt::format("{}[{}]", element->name, counts.back());
        array->element = element;
        array->count = counts.back();
        array->bytes = element->bytes * counts.back();
        array->bits = element->bits * counts.back();
        counts.pop_back();
        if (counts.empty()) return array;
        element = array.get();
        // An inner dimension belongs to no debug type of its own: keyed by its own address.
        types_.emplace(reinterpret_cast<const llvm::DIType*>(array.get()), std::move(array));
      }
      return result;
    }
    case llvm::dwarf::DW_TAG_structure_type:
    case llvm::dwarf::DW_TAG_class_type: {
      result->kind = Type::Kind::kStruct;
      for (const llvm::DINode* node : type->getElements()) {
        const auto* member = llvm::dyn_cast<llvm::DIDerivedType>(node);
        if (member == nullptr || member->isStaticMember()) continue;
        const bool is_base = member->getTag() == llvm::dwarf::DW_TAG_inheritance;
        if (!is_base && member->getTag() != llvm::dwarf::DW_TAG_member) continue;
        const Type* field = Get(member->getBaseType());
        // An empty base or member has no bits.
        if (field->kind == Type::Kind::kStruct && field->fields.empty()) continue;
        result->fields.push_back({is_base ? "" : member->getName().str(),
                                  static_cast<uint32_t>(member->getOffsetInBits() / 8), field,
                                  LocationIn(member->getFile(), member->getLine(), 1)});
        result->bits += field->bits;
        if (member->isBitField()) {
          result->kind = Type::Kind::kUnsupported;
          result->name += " (has bit-fields)";
          return result;
        }
      }
      return result;
    }
    default: return result;
  }
}

namespace {

bool AppendLeaves(const Type& type, const std::string& path, uint32_t byte_offset,
                  Payload& payload) {
  switch (type.kind) {
    case Type::Kind::kBits:
      payload.leaves.push_back(
          {path, byte_offset, type.bytes, payload.bits, type.bits, type.is_signed});
      payload.bits += type.bits;
      return true;
    case Type::Kind::kStruct:
      for (const Type::Field& field : type.fields) {
        const std::string inner = path.empty()         ? field.name
                                  : field.name.empty() ? path
                                                       : path + "." + field.name;
        if (!AppendLeaves(*field.type, inner, byte_offset + field.byte_offset, payload)) {
          return false;
        }
      }
      return true;
    case Type::Kind::kArray:
      for (uint32_t i = 0; i < type.count; ++i) {
        if (!AppendLeaves(*type.element, fmt::format("{}[{}]", path, i),
                          byte_offset + i * type.element->bytes, payload)) {
          return false;
        }
      }
      return true;
    default: return false;
  }
}

}  // namespace

uint64_t ScalarCount(const Type& type) {
  if (type.kind == Type::Kind::kArray) return type.count * ScalarCount(*type.element);
  if (type.kind != Type::Kind::kStruct) return 1;
  uint64_t count = 0;
  for (const Type::Field& field : type.fields) count += ScalarCount(*field.type);
  return count;
}

std::optional<Payload> PackedPayload(const Type& type) {
  Payload payload;
  payload.type = type.name;
  payload.bytes = type.bytes;
  payload.is_axis = type.name.starts_with("axis<") || type.name.starts_with("ap_axi");
  if (!AppendLeaves(type, "", 0, payload) || payload.bits == 0) return {};
  return payload;
}

}  // namespace vireo::compiler
