// SPDX-License-Identifier: Apache-2.0
// The machine's instructions: each becomes nodes, pointers, or an error that names it.

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/check.h"
#include "hw/compiler/machine.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

namespace vireo::compiler {
namespace {

// The name a local variable gives to what is stored in it; empty for the compiler's temporaries.
std::string VariableName(const llvm::Value* pointer) {
  llvm::StringRef name = pointer->getName();
  name.consume_back(".addr");
  if (name.empty() || name == "retval" || name == "this" || name.starts_with("__") ||
      name.contains("tmp") || name.contains("coerce") || name.contains('.') ||
      name.starts_with("cleanup")) {
    return "";
  }
  return name.str();
}

uint32_t StoreSize(uint64_t bits) { return static_cast<uint32_t>((bits + 7) / 8); }

}  // namespace

void Machine::RefuseType(const llvm::Type* type) {
  if (type->isVectorTy()) Fail(location_, "vector types are not supported; use an array");
  if (type->isFloatingPointTy()) {
    Fail(location_, "floating point is not supported; use ap_uint or ap_int as fixed point");
  }
}

void Machine::Unsupported(const llvm::Instruction& instruction) {
  RefuseType(instruction.getType());
  for (const llvm::Use& operand : instruction.operands()) RefuseType(operand->getType());
  Fail(location_, fmt::format("'{}' is not supported in hardware", instruction.getOpcodeName()));
}

Value Machine::Get(Frame& frame, const llvm::Value* value) {
  if (const auto* constant = llvm::dyn_cast<llvm::Constant>(value)) {
    return FromConstant(frame, constant);
  }
  const auto it = frame.values.find(value);
  VIREO_CHECK(it != frame.values.end(), "a value is computed before it is used");
  return it->second;
}

Node* Machine::GetBits(Frame& frame, const llvm::Value* value) {
  if (!value->getType()->isIntegerTy()) {
    if (const auto* instruction = llvm::dyn_cast<llvm::Instruction>(value)) {
      Unsupported(*instruction);
    }
    RefuseType(value->getType());
    Fail(location_, "a constant of this kind is not supported in hardware");
  }
  return AsBits(Get(frame, value), value->getType()->getIntegerBitWidth());
}

Value Machine::FromConstant(Frame& frame, const llvm::Constant* constant) {
  if (const auto* number = llvm::dyn_cast<llvm::ConstantInt>(constant)) {
    return Bits(graph_.Const(number->getValue()));
  }
  if (llvm::isa<llvm::ConstantPointerNull>(constant)) {
    return {.bits = nullptr, .pointer = std::make_shared<Pointer>(), .members = {}};
  }
  if (const auto* function = llvm::dyn_cast<llvm::Function>(constant)) {
    auto pointer = std::make_shared<Pointer>();
    pointer->function = function;
    return {.bits = nullptr, .pointer = std::move(pointer), .members = {}};
  }
  if (const auto* alias = llvm::dyn_cast<llvm::GlobalAlias>(constant)) {
    return FromConstant(frame, alias->getAliasee());
  }
  if (const auto* global = llvm::dyn_cast<llvm::GlobalVariable>(constant)) {
    if (!global->isConstant()) return PointerTo(GlobalObject(*global));
    if (!global->hasDefinitiveInitializer()) {
      Fail(location_, fmt::format("constant '{}' has no value here; define it in a header",
                                  DisplayName(*global)));
    }
    const auto [it, is_new] = constants_.emplace(global, 0);
    if (is_new) {
      const uint64_t size = module_.getDataLayout().getTypeAllocSize(global->getValueType());
      it->second = NewObject(DisplayName(*global), size);
      objects_[it->second].constant = global;
    }
    return PointerTo(it->second);
  }
  if (const auto* gep = llvm::dyn_cast<llvm::GEPOperator>(constant)) {
    return ExecuteGep(frame, gep->getPointerOperand(), *gep);
  }
  if (llvm::isa<llvm::UndefValue>(constant)) return {};
  if (constant->getType()->isAggregateType()) {
    Value result;
    for (unsigned i = 0; llvm::Constant* element = constant->getAggregateElement(i); ++i) {
      result.members.push_back(FromConstant(frame, element));
    }
    return result;
  }
  RefuseType(constant->getType());
  Fail(location_, "a constant of this kind is not supported in hardware");
}

Value Machine::LoadTyped(const Pointer& pointer, llvm::Type* type, Condition when) {
  const llvm::DataLayout& layout = module_.getDataLayout();
  if (type->isIntegerTy()) {
    const uint32_t bits = type->getIntegerBitWidth();
    const uint32_t size = StoreSize(bits);
    const Value value = Load(pointer, size, when);
    if (value.IsUndefined() || value.pointer != nullptr) return value;
    return Bits(graph_.Extract(AsBits(value, size * 8), 0, bits));
  }
  if (type->isPointerTy()) return Load(pointer, 8, when);
  if (auto* structure = llvm::dyn_cast<llvm::StructType>(type)) {
    Value result;
    for (unsigned i = 0; i < structure->getNumElements(); ++i) {
      Pointer member = pointer;
      for (Target& target : member.targets) {
        target.offset += layout.getStructLayout(structure)->getElementOffset(i);
      }
      result.members.push_back(LoadTyped(member, structure->getElementType(i), when));
    }
    return result;
  }
  if (auto* array = llvm::dyn_cast<llvm::ArrayType>(type)) {
    Value result;
    const auto stride = static_cast<int64_t>(layout.getTypeAllocSize(array->getElementType()));
    for (uint64_t i = 0; i < array->getNumElements(); ++i) {
      Pointer member = pointer;
      for (Target& target : member.targets) target.offset += static_cast<int64_t>(i) * stride;
      result.members.push_back(LoadTyped(member, array->getElementType(), when));
    }
    return result;
  }
  RefuseType(type);
  VIREO_CHECK(false, "a value is a number, a pointer or an aggregate");
  return {};
}

void Machine::StoreTyped(const Pointer& pointer, llvm::Type* type, const Value& value,
                         Condition when) {
  const llvm::DataLayout& layout = module_.getDataLayout();
  if (type->isIntegerTy()) {
    const uint32_t size = StoreSize(type->getIntegerBitWidth());
    if (value.bits == nullptr) {
      Store(pointer, size, value, when);
    } else {
      Store(pointer, size, Bits(graph_.Resize(value.bits, size * 8, false)), when);
    }
  } else if (type->isPointerTy()) {
    Store(pointer, 8, value, when);
  } else if (auto* structure = llvm::dyn_cast<llvm::StructType>(type)) {
    for (unsigned i = 0; i < value.members.size(); ++i) {
      Pointer member = pointer;
      for (Target& target : member.targets) {
        target.offset += layout.getStructLayout(structure)->getElementOffset(i);
      }
      StoreTyped(member, structure->getElementType(i), value.members[i], when);
    }
  } else if (auto* array = llvm::dyn_cast<llvm::ArrayType>(type)) {
    const auto stride = static_cast<int64_t>(layout.getTypeAllocSize(array->getElementType()));
    for (size_t i = 0; i < value.members.size(); ++i) {
      Pointer member = pointer;
      for (Target& target : member.targets) target.offset += static_cast<int64_t>(i) * stride;
      StoreTyped(member, array->getElementType(), value.members[i], when);
    }
  } else {
    RefuseType(type);
    VIREO_CHECK(false, "a value is a number, a pointer or an aggregate");
  }
}

Value Machine::Execute(Frame& frame, const llvm::Instruction& instruction, Condition when) {
  if (const auto* alloca = llvm::dyn_cast<llvm::AllocaInst>(&instruction)) {
    const auto size = alloca->getAllocationSize(module_.getDataLayout());
    if (!size || size->isScalable()) {
      Fail(location_, "an array of a size that is not constant; give it a constant size");
    }
    const ObjectId id = NewObject(alloca->getName().str(), size->getFixedValue());
    frame.locals.push_back(id);
    if (!frame.is_library) HandleLocal(id, *alloca);
    return PointerTo(id);
  }
  if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
    const Value address = Get(frame, load->getPointerOperand());
    return LoadTyped(AsPointer(address, "a read"), load->getType(), when);
  }
  if (const auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
    const Value value = Get(frame, store->getValueOperand());
    if (value.bits != nullptr && !frame.is_library) {
      const std::string name = VariableName(store->getPointerOperand());
      // What is extended to its place in memory is named before the extension.
      Node* named = value.bits;
      while (named->op == Op::kZExt || named->op == Op::kSExt) named = named->operands[0];
      graph_.Name(named, name);
    }
    const Value address = Get(frame, store->getPointerOperand());
    StoreTyped(AsPointer(address, "a write"), store->getValueOperand()->getType(), value, when);
    return {};
  }
  if (const auto* gep = llvm::dyn_cast<llvm::GEPOperator>(&instruction)) {
    return ExecuteGep(frame, gep->getPointerOperand(), *gep);
  }
  if (const auto* cast = llvm::dyn_cast<llvm::CastInst>(&instruction)) {
    return ExecuteCast(frame, *cast);
  }
  if (const auto* binary = llvm::dyn_cast<llvm::BinaryOperator>(&instruction)) {
    return ExecuteBinary(frame, *binary);
  }
  if (const auto* compare = llvm::dyn_cast<llvm::ICmpInst>(&instruction)) {
    return ExecuteCompare(frame, *compare);
  }
  if (const auto* select = llvm::dyn_cast<llvm::SelectInst>(&instruction)) {
    const Condition condition = conditions_.FromNode(GetBits(frame, select->getCondition()));
    return Resolve({{kAlways, Get(frame, select->getFalseValue())},
                    {condition, Get(frame, select->getTrueValue())}},
                   when);
  }
  if (const auto* extract = llvm::dyn_cast<llvm::ExtractValueInst>(&instruction)) {
    Value value = Get(frame, extract->getAggregateOperand());
    for (const unsigned index : extract->indices()) {
      if (value.members.empty()) return {};
      value = Value(value.members[index]);
    }
    return value;
  }
  if (const auto* insert = llvm::dyn_cast<llvm::InsertValueInst>(&instruction)) {
    Value result = Get(frame, insert->getAggregateOperand());
    if (insert->getNumIndices() != 1) Unsupported(instruction);
    const auto* type = insert->getType();
    const uint64_t count =
        type->isStructTy() ? type->getStructNumElements() : type->getArrayNumElements();
    result.members.resize(count);
    result.members[insert->getIndices()[0]] = Get(frame, insert->getInsertedValueOperand());
    return result;
  }
  if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) {
    return ExecuteCall(frame, *call, when);
  }
  if (llvm::isa<llvm::FreezeInst>(instruction)) return Get(frame, instruction.getOperand(0));
  Unsupported(instruction);
}

Value Machine::ExecuteCast(Frame& frame, const llvm::CastInst& cast) {
  const Value operand = Get(frame, cast.getOperand(0));
  switch (cast.getOpcode()) {
    case llvm::Instruction::ZExt:
    case llvm::Instruction::Trunc: {
      if (operand.IsUndefined()) return {};
      return Bits(graph_.Resize(GetBits(frame, cast.getOperand(0)),
                                cast.getType()->getIntegerBitWidth(), false));
    }
    case llvm::Instruction::SExt:
      if (operand.IsUndefined()) return {};
      return Bits(
          graph_.SExt(GetBits(frame, cast.getOperand(0)), cast.getType()->getIntegerBitWidth()));
    case llvm::Instruction::BitCast:
    case llvm::Instruction::AddrSpaceCast: return operand;
    case llvm::Instruction::PtrToInt:
    case llvm::Instruction::IntToPtr:
      Fail(location_, "a pointer is made a number or a number a pointer; use an index");
    default: Unsupported(cast);
  }
}

Value Machine::ExecuteBinary(Frame& frame, const llvm::BinaryOperator& op) {
  if (!op.getType()->isIntegerTy()) Unsupported(op);
  Node* a = GetBits(frame, op.getOperand(0));
  Node* b = GetBits(frame, op.getOperand(1));
  if (op.isIntDivRem() && b->IsZero()) {
    Fail(location_,
         "a division by a constant that is 0; leave it out by if where there is nothing "
         "to divide by");
  }
  switch (op.getOpcode()) {
    case llvm::Instruction::Add: return Bits(graph_.Add(a, b));
    case llvm::Instruction::Sub: return Bits(graph_.Sub(a, b));
    case llvm::Instruction::Mul: return Bits(graph_.Binary(Op::kMul, a, b));
    case llvm::Instruction::UDiv: return Bits(graph_.Binary(Op::kUDiv, a, b));
    case llvm::Instruction::SDiv: return Bits(graph_.Binary(Op::kSDiv, a, b));
    case llvm::Instruction::URem: return Bits(graph_.Binary(Op::kURem, a, b));
    case llvm::Instruction::SRem: return Bits(graph_.Binary(Op::kSRem, a, b));
    case llvm::Instruction::And: return Bits(graph_.And(a, b));
    case llvm::Instruction::Or: return Bits(graph_.Or(a, b));
    case llvm::Instruction::Xor: return Bits(graph_.Xor(a, b));
    case llvm::Instruction::Shl: return Bits(graph_.Shift(Op::kShl, a, b));
    case llvm::Instruction::LShr: return Bits(graph_.Shift(Op::kLShr, a, b));
    case llvm::Instruction::AShr: return Bits(graph_.Shift(Op::kAShr, a, b));
    default: Unsupported(op);
  }
}

Value Machine::ExecuteCompare(Frame& frame, const llvm::ICmpInst& compare) {
  if (compare.getOperand(0)->getType()->isPointerTy()) {
    const Value a = Get(frame, compare.getOperand(0));
    const Value b = Get(frame, compare.getOperand(1));
    const auto plain = [](const Value& value) {
      return value.pointer != nullptr && value.pointer->targets.size() <= 1 &&
             (value.pointer->targets.empty() || value.pointer->targets[0].terms.empty());
    };
    if (!plain(a) || !plain(b) || !compare.isEquality()) {
      Fail(location_, "pointers are compared that depend on data; compare indices instead");
    }
    const auto place = [](const Value& value) {
      using Place = std::tuple<bool, ObjectId, int64_t>;
      if (value.pointer->targets.empty()) return Place{false, 0, 0};
      return Place{true, value.pointer->targets[0].object, value.pointer->targets[0].offset};
    };
    const bool equal = place(a) == place(b);
    return Bits(graph_.Const(1, equal == (compare.getPredicate() == llvm::CmpInst::ICMP_EQ)));
  }
  Node* a = GetBits(frame, compare.getOperand(0));
  Node* b = GetBits(frame, compare.getOperand(1));
  switch (compare.getPredicate()) {
    case llvm::CmpInst::ICMP_EQ: return Bits(graph_.Eq(a, b));
    case llvm::CmpInst::ICMP_NE: return Bits(graph_.Ne(a, b));
    case llvm::CmpInst::ICMP_ULT: return Bits(graph_.Ult(a, b));
    case llvm::CmpInst::ICMP_UGT: return Bits(graph_.Ult(b, a));
    case llvm::CmpInst::ICMP_ULE: return Bits(graph_.Not(graph_.Ult(b, a)));
    case llvm::CmpInst::ICMP_UGE: return Bits(graph_.Not(graph_.Ult(a, b)));
    case llvm::CmpInst::ICMP_SLT: return Bits(graph_.Slt(a, b));
    case llvm::CmpInst::ICMP_SGT: return Bits(graph_.Slt(b, a));
    case llvm::CmpInst::ICMP_SLE: return Bits(graph_.Not(graph_.Slt(b, a)));
    case llvm::CmpInst::ICMP_SGE: return Bits(graph_.Not(graph_.Slt(a, b)));
    default: Unsupported(compare);
  }
}

Value Machine::ExecuteGep(Frame& frame, const llvm::Value* base, const llvm::GEPOperator& gep) {
  const Value start = Get(frame, base);
  auto result = std::make_shared<Pointer>(AsPointer(start, "an access"));
  const llvm::DataLayout& layout = module_.getDataLayout();
  llvm::Type* within = nullptr;  // what the index goes into; none for the first
  for (auto it = llvm::gep_type_begin(gep), end = llvm::gep_type_end(gep); it != end; ++it) {
    if (llvm::StructType* structure = it.getStructTypeOrNull()) {
      const auto field = llvm::cast<llvm::ConstantInt>(it.getOperand())->getZExtValue();
      const uint64_t offset =
          layout.getStructLayout(structure)->getElementOffset(static_cast<unsigned>(field));
      for (Target& target : result->targets) target.offset += static_cast<int64_t>(offset);
      within = it.getIndexedType();
      continue;
    }
    const auto stride = static_cast<int64_t>(layout.getTypeAllocSize(it.getIndexedType()));
    Node* index = GetBits(frame, it.getOperand());
    const auto* array = llvm::dyn_cast_or_null<llvm::ArrayType>(within);
    const auto count = array != nullptr ? static_cast<uint32_t>(array->getNumElements()) : 0U;
    if (index->IsConst()) {
      within = it.getIndexedType();
      for (Target& target : result->targets) {
        if (count > 0) target.bounds = {target.offset, stride, count};
        target.offset += index->value.getSExtValue() * stride;
      }
      continue;
    }
    within = it.getIndexedType();
    for (Target& target : result->targets) {
      target.terms.push_back({graph_.Resize(index, 64, true), stride, count});
    }
  }
  return {.bits = nullptr, .pointer = std::move(result), .members = {}};
}

bool Machine::CheckPart(const llvm::Function& callee, const std::vector<Value>& arguments) const {
  const bool is_range = callee.getName() == "__vireo_check_range";
  if (!is_range && callee.getName() != "__vireo_check_bit") return false;
  std::vector<int64_t> numbers;  // high and low, or the bit; the width
  for (const Value& argument : arguments) {
    if (argument.bits == nullptr || !argument.bits->IsConst()) return true;
    numbers.push_back(argument.bits->value.getSExtValue());
  }
  const int64_t width = numbers.back();
  const int64_t low = numbers[numbers.size() - 2];
  const int64_t high = numbers[0];
  const std::string part =
      is_range ? fmt::format("range({}, {})", high, low) : fmt::format("bit {}", low);
  if (std::min(low, high) < 0 || std::max(low, high) >= width) {
    Fail(location_, fmt::format("{} lies outside of an integer of {} bits; its bits are {} to 0: "
                                "convert it to a wider one first",
                                part, width, width - 1));
  }
  if (low > high) {
    Fail(location_,
         fmt::format("{} has its bits in the wrong order; write range(hi, lo) with hi >= "
                     "lo, and mirror bits by reverse()",
                     part));
  }
  return true;
}

Value Machine::ExecuteCall(Frame& frame, const llvm::CallBase& call, Condition when) {
  const llvm::Function* callee = call.getCalledFunction();
  if (callee == nullptr) {
    if (call.isInlineAsm()) Fail(location_, "inline assembly is not supported in hardware");
    const Value target = Get(frame, call.getCalledOperand());
    if (target.pointer == nullptr || target.pointer->function == nullptr ||
        !target.pointer->targets.empty()) {
      Fail(location_,
           "a call through a pointer that is not constant, or of a virtual function; choose by "
           "if or switch");
    }
    callee = target.pointer->function;
  }
  if (callee->isIntrinsic()) return ExecuteIntrinsic(frame, call, when);
  std::vector<Value> arguments;
  for (const llvm::Use& argument : call.args()) arguments.push_back(Get(frame, argument.get()));
  for (unsigned i = 0; i < arguments.size(); ++i) {
    if (!call.isByValArgument(i)) continue;
    // A struct by value is the callee's own copy.
    const auto size =
        static_cast<uint32_t>(module_.getDataLayout().getTypeAllocSize(call.getParamByValType(i)));
    const ObjectId copy = NewObject(callee->getArg(i)->getName().str(), size);
    frame.locals.push_back(copy);
    const Value place = PointerTo(copy);
    Copy(*place.pointer, AsPointer(arguments[i], "an argument"), size, when);
    arguments[i] = place;
  }
  if (CheckPart(*callee, arguments)) return {};
  Value result;
  if (HandleCall(call, *callee, arguments, when, result)) return result;
  return Call(*callee, std::move(arguments), when);
}

}  // namespace vireo::compiler
