// SPDX-License-Identifier: Apache-2.0
// Payload and state types as the debug information of the source describes them.
#include "hw/prove/layout.h"

#include <fmt/format.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/DebugInfoMetadata.h>

#include "hw/prove/terms.h"

namespace vireo::prove {
namespace {

namespace dwarf = llvm::dwarf;

void AddLeaves(const Type& type, const std::string& path, uint64_t offset, uint32_t& bits,
               std::vector<Leaf>& leaves) {
  switch (type.kind) {
    case Type::Kind::kScalar:
      if (type.bits > 0) leaves.push_back({path, offset, bits, &type});
      bits += type.bits;
      return;
    case Type::Kind::kStruct:
      for (const Type::Member& member : type.members) {
        const std::string dot = path.empty() || member.name.empty() ? "" : ".";
        AddLeaves(*member.type, path + dot + member.name, offset + member.offset, bits, leaves);
      }
      return;
    case Type::Kind::kArray:
      for (uint64_t i = 0; i < type.count; ++i) {
        AddLeaves(*type.element, fmt::format("{}[{}]", path, i), offset + i * type.element->bytes,
                  bits, leaves);
      }
      return;
    case Type::Kind::kStream: return;
  }
}

// The value of the first integer template argument, as in ap_uint<N>.
uint64_t TemplateInteger(const llvm::DICompositeType& type) {
  for (const llvm::DITemplateParameter* parameter : type.getTemplateParams()) {
    if (const auto* value = llvm::dyn_cast<llvm::DITemplateValueParameter>(parameter)) {
      if (auto* constant =
              llvm::mdconst::dyn_extract_or_null<llvm::ConstantInt>(value->getValue())) {
        return constant->getZExtValue();
      }
    }
  }
  throw ProveError(fmt::format("{} has no integer template argument in its debug information",
                               type.getName().str()));
}

const llvm::DIType* TemplateType(const llvm::DICompositeType& type) {
  for (const llvm::DITemplateParameter* parameter : type.getTemplateParams()) {
    if (llvm::isa<llvm::DITemplateTypeParameter>(parameter)) return parameter->getType();
  }
  return nullptr;
}

}  // namespace

std::vector<Leaf> Leaves(const Type& type) {
  std::vector<Leaf> leaves;
  uint32_t bits = 0;
  AddLeaves(type, "", 0, bits, leaves);
  return leaves;
}

const llvm::DIType* Strip(const llvm::DIType* type) {
  while (const auto* derived = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type)) {
    switch (derived->getTag()) {
      case dwarf::DW_TAG_typedef:
      case dwarf::DW_TAG_const_type:
      case dwarf::DW_TAG_volatile_type:
      case dwarf::DW_TAG_reference_type:
      case dwarf::DW_TAG_rvalue_reference_type: type = derived->getBaseType(); continue;
      default: return type;
    }
  }
  return type;
}

Type* TypeReader::New(Type::Kind kind, std::string name, uint64_t bytes) {
  types_.push_back({.kind = kind, .name = std::move(name), .bytes = bytes});
  return &types_.back();
}

const Type* TypeReader::Read(const llvm::DIType* type) {
  type = Strip(type);
  if (type == nullptr)
    throw ProveError(
        "a payload or state type is missing in the debug information (compile with -g)");
  auto known = read_.find(type);
  if (known != read_.end()) return known->second;
  if (const auto* basic = llvm::dyn_cast<llvm::DIBasicType>(type)) {
    Type* scalar = New(Type::Kind::kScalar, basic->getName().str(), basic->getSizeInBits() / 8);
    const unsigned encoding = basic->getEncoding();
    scalar->bits =
        encoding == dwarf::DW_ATE_boolean ? 1 : static_cast<uint32_t>(basic->getSizeInBits());
    scalar->is_signed = encoding == dwarf::DW_ATE_signed || encoding == dwarf::DW_ATE_signed_char;
    return read_[type] = scalar;
  }
  return read_[type] = ReadComposite(type);
}

const Type* TypeReader::ReadComposite(const llvm::DIType* type) {
  const auto* composite = llvm::dyn_cast<llvm::DICompositeType>(type);
  const std::string name = type->getName().str();
  if (composite == nullptr)
    throw ProveError(
        fmt::format("a {} cannot be state or payload", name.empty() ? "pointer" : name));
  const uint64_t bytes = type->getSizeInBits() / 8;
  if (type->getTag() == dwarf::DW_TAG_enumeration_type) {
    Type* scalar = New(Type::Kind::kScalar, name, bytes);
    const Type* base = Read(composite->getBaseType());
    scalar->bits = base->bits;
    scalar->is_signed = base->is_signed;
    return scalar;
  }
  if (type->getTag() == dwarf::DW_TAG_array_type) {
    const Type* element = Read(composite->getBaseType());
    const llvm::DINodeArray ranges = composite->getElements();
    for (unsigned i = ranges.size(); i-- > 0;) {
      const auto* range = llvm::cast<llvm::DISubrange>(ranges[i]);
      const auto count = range->getCount();
      if (!llvm::isa<llvm::ConstantInt*>(count))
        throw ProveError("an array of a size that is not constant");
      const uint64_t elements = llvm::cast<llvm::ConstantInt*>(count)->getZExtValue();
      Type* array = New(Type::Kind::kArray, "", elements * element->bytes);
      array->count = elements;
      array->element = element;
      element = array;
    }
    return element;
  }
  if (name.starts_with("ap_uint<") || name.starts_with("ap_int<")) {
    Type* scalar = New(Type::Kind::kScalar, name, bytes);
    scalar->bits = static_cast<uint32_t>(TemplateInteger(*composite));
    scalar->is_signed = name.starts_with("ap_int<");
    return scalar;
  }
  if (name.starts_with("stream<")) {
    Type* stream = New(Type::Kind::kStream, name, bytes);
    stream->element = Read(TemplateType(*composite));
    return stream;
  }
  if (type->getTag() == dwarf::DW_TAG_union_type)
    throw ProveError(fmt::format("union {} cannot be state or payload", name));
  Type* record = New(Type::Kind::kStruct, name, bytes);
  for (const llvm::DINode* node : composite->getElements()) {
    const auto* member = llvm::dyn_cast<llvm::DIDerivedType>(node);
    if (member == nullptr || member->isStaticMember()) continue;
    const bool is_base = member->getTag() == dwarf::DW_TAG_inheritance;
    if (!is_base && member->getTag() != dwarf::DW_TAG_member) continue;
    if (member->isBitField())
      throw ProveError(
          fmt::format("bit-field {}::{} is not supported", name, member->getName().str()));
    const Type* inner = Read(member->getBaseType());
    if (inner->kind == Type::Kind::kStruct && inner->members.empty()) continue;
    record->members.push_back(
        {is_base ? "" : member->getName().str(), member->getOffsetInBits() / 8, inner});
  }
  return record;
}

}  // namespace vireo::prove
