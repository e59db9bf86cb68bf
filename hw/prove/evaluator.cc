// SPDX-License-Identifier: Apache-2.0
// Walks an acyclic LLVM function once and gives every value a term: control flow, memory, pointers.
#include "hw/prove/evaluator.h"

#include <fmt/format.h>
#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Analysis/ConstantFolding.h>
#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Operator.h>

#include <algorithm>

namespace vireo::prove {
namespace {

std::string Decimal(const llvm::APInt& value) { return llvm::toString(value, 10, false); }

}  // namespace

std::optional<z3::expr> InitialValue(llvm::Constant& initializer, uint64_t offset, const Type& leaf,
                                     const llvm::DataLayout& layout) {
  const auto width = static_cast<unsigned>(leaf.bytes * 8);
  llvm::Type* type = llvm::IntegerType::get(initializer.getContext(), width);
  llvm::Constant* value =
      llvm::ConstantFoldLoadFromConst(&initializer, type, llvm::APInt(64, offset), layout);
  const auto* number = llvm::dyn_cast_or_null<llvm::ConstantInt>(value);
  if (number == nullptr) return std::nullopt;
  return Number(Decimal(number->getValue().trunc(leaf.bits)), leaf.bits);
}

Evaluator::Evaluator(const SourceIr& ir, std::vector<Object>& objects, SourceModel& model)
    : ir_(ir),
      layout_(ir.module->getDataLayout()),
      model_(model),
      memory_([this](const z3::expr& condition, const std::string& what) {
        model_.misuses.push_back({condition, fmt::format("{}: {}", place_, what)});
      }) {
  for (size_t i = 0; i < objects.size(); ++i) objects_[ir.objects[i].global] = &objects[i];
}

void Evaluator::Run(llvm::Function& function) {
  dominators_.recalculate(function);
  post_dominators_.recalculate(function);
  llvm::ReversePostOrderTraversal<llvm::Function*> order(&function);
  order_.assign(order.begin(), order.end());
  for (size_t i = 0; i < order_.size(); ++i) position_[order_[i]] = i;
  for (llvm::BasicBlock* block : order_) Walk(*block);
}

void Evaluator::Unsupported(llvm::Instruction& instruction, const std::string& what) {
  throw ProveError(
      fmt::format("{}: {} is not supported by the prover", PlaceOf(&instruction), what));
}

z3::expr Evaluator::EdgeCondition(const llvm::BasicBlock& from, const llvm::BasicBlock& to) {
  const llvm::Instruction* end = from.getTerminator();
  if (const auto* branch = llvm::dyn_cast<llvm::BranchInst>(end)) {
    if (branch->isUnconditional() || branch->getSuccessor(0) == branch->getSuccessor(1))
      return True();
    const z3::expr condition = Term(branch->getCondition());
    return branch->getSuccessor(0) == &to ? condition : Not(condition);
  }
  const auto* select = llvm::cast<llvm::SwitchInst>(end);
  const z3::expr value = Term(select->getCondition());
  z3::expr taken = False();
  z3::expr other = True();
  for (const auto& option : select->cases()) {
    const z3::expr match =
        Equal(value, Number(Decimal(option.getCaseValue()->getValue()), Width(value)));
    if (option.getCaseSuccessor() == &to) taken = Or(taken, match);
    other = And(other, Not(match));
  }
  return select->getDefaultDest() == &to ? Or(taken, other) : taken;
}

// Conditions are relative to the immediate dominator, which keeps the merges of values small.
std::vector<Evaluator::Edge> Evaluator::EdgesInto(llvm::BasicBlock& block) {
  llvm::BasicBlock* top = dominators_.getNode(&block)->getIDom()->getBlock();
  std::unordered_map<const llvm::BasicBlock*, z3::expr> local;
  local.emplace(top, True());
  const auto incoming = [&](const llvm::BasicBlock& to, std::vector<Edge>* edges) {
    z3::expr any = False();
    std::vector<const llvm::BasicBlock*> seen;
    for (const llvm::BasicBlock* from : llvm::predecessors(&to)) {
      const auto known = local.find(from);
      if (known == local.end() || std::find(seen.begin(), seen.end(), from) != seen.end()) continue;
      seen.push_back(from);
      const z3::expr condition = And(known->second, EdgeCondition(*from, to));
      if (edges != nullptr) edges->push_back({condition, from});
      any = Or(any, condition);
    }
    return any;
  };
  for (size_t i = position_[top] + 1; i < position_[&block]; ++i) {
    llvm::BasicBlock* between = order_[i];
    if (!dominators_.properlyDominates(top, between)) continue;
    llvm::BasicBlock* above = dominators_.getNode(between)->getIDom()->getBlock();
    const auto known = local.find(above);
    if (known == local.end()) continue;
    const bool always = post_dominators_.dominates(between, above);
    local.insert_or_assign(between, always ? known->second : incoming(*between, nullptr));
  }
  std::vector<Edge> edges;
  incoming(block, &edges);
  return edges;
}

void Evaluator::Walk(llvm::BasicBlock& block) {
  edges_.clear();
  if (&block == order_.front()) {
    here_ = True();
  } else {
    edges_ = EdgesInto(block);
    llvm::BasicBlock* top = dominators_.getNode(&block)->getIDom()->getBlock();
    z3::expr any = False();
    for (const Edge& edge : edges_) any = Or(any, edge.condition);
    if (post_dominators_.dominates(&block, top)) any = True();
    here_ = And(reach_.at(top), any);
  }
  reach_.insert_or_assign(&block, here_);
  for (llvm::Instruction& instruction : block) Step(instruction);
}

void Evaluator::Step(llvm::Instruction& instruction) {
  if (std::string place = PlaceOf(&instruction); !place.empty()) place_ = std::move(place);
  if (auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
    llvm::Type* type = store->getValueOperand()->getType();
    if (!type->isIntegerTy()) Unsupported(instruction, "a store of what is no integer");
    const auto bytes = static_cast<uint32_t>(layout_.getTypeStoreSize(type).getFixedValue());
    Store(Get(store->getPointerOperand()), ZeroExtend(Term(store->getValueOperand()), bytes * 8));
    return;
  }
  if (llvm::isa<llvm::UnreachableInst>(instruction)) {
    model_.misuses.push_back(
        {here_, fmt::format("{}: reaches what the source says cannot be reached", place_)});
    return;
  }
  if (instruction.isTerminator()) return;
  Value value = Compute(instruction);
  if (!instruction.getType()->isVoidTy()) values_.insert_or_assign(&instruction, std::move(value));
}

Evaluator::Value Evaluator::Merge(const z3::expr& condition, const Value& then_value,
                                  const Value& else_value) {
  Value merged;
  for (size_t i = 0; i < then_value.terms.size(); ++i) {
    merged.terms.push_back(Choose(condition, then_value.terms[i], else_value.terms[i]));
  }
  for (const Address& address : then_value.addresses) {
    merged.addresses.push_back({And(condition, address.condition), address.object, address.offset});
  }
  for (const Address& address : else_value.addresses) {
    merged.addresses.push_back(
        {And(Not(condition), address.condition), address.object, address.offset});
  }
  std::erase_if(merged.addresses,
                [](const Address& address) { return IsFalse(address.condition); });
  return merged;
}

Evaluator::Value Evaluator::Phi(llvm::PHINode& phi) {
  std::optional<Value> merged;
  for (size_t i = edges_.size(); i-- > 0;) {
    llvm::Value* incoming = phi.getIncomingValueForBlock(edges_[i].from);
    const Value value = Get(incoming);
    merged = merged ? Merge(edges_[i].condition, value, *merged) : value;
  }
  if (!merged) Unsupported(phi, "a merge without predecessors");
  return *merged;
}

Evaluator::Value Evaluator::Gep(llvm::GEPOperator& gep) {
  llvm::MapVector<llvm::Value*, llvm::APInt> parts;
  llvm::APInt constant(64, 0);
  if (!gep.collectOffset(layout_, 64, parts, constant))
    throw ProveError(fmt::format("{}: an address that is not linear", place_));
  Value value = Get(gep.getPointerOperand());
  for (Address& address : value.addresses) {
    address.offset.constant += constant.getSExtValue();
    for (const auto& [index, stride] : parts) {
      address.offset.parts.emplace_back(stride.getSExtValue(), Resize(Term(index), 64, true));
    }
  }
  return value;
}

z3::expr Evaluator::ReadBytes(const Value& pointer, uint64_t bytes) {
  std::optional<z3::expr> result;
  for (size_t i = pointer.addresses.size(); i-- > 0;) {
    const Address& address = pointer.addresses[i];
    if (address.object == nullptr) {
      model_.misuses.push_back(
          {And(here_, address.condition), fmt::format("{}: reads through a null pointer", place_)});
      continue;
    }
    const z3::expr value =
        memory_.Read(*address.object, address.offset, bytes, And(here_, address.condition));
    result = result ? Choose(address.condition, value, *result) : value;
  }
  return result ? *result : Undefined(static_cast<uint32_t>(bytes * 8));
}

void Evaluator::Store(const Value& pointer, const z3::expr& bytes) {
  for (const Address& address : pointer.addresses) {
    if (address.object == nullptr) continue;
    memory_.Write(*address.object, address.offset, bytes, And(here_, address.condition));
  }
}

Evaluator::Value Evaluator::Load(llvm::LoadInst& load) {
  const auto* global = llvm::dyn_cast<llvm::GlobalVariable>(load.getPointerOperand());
  if (!load.getType()->isIntegerTy()) Unsupported(load, "a load of what is no integer");
  const uint32_t width = load.getType()->getIntegerBitWidth();
  // Guards of statics: the initialiser has run before the first firing.
  if (global != nullptr && global->getName().starts_with("_ZGV")) return {{Number(1, width)}, {}};
  const uint64_t bytes = layout_.getTypeStoreSize(load.getType()).getFixedValue();
  return {{Extract(ReadBytes(Get(load.getPointerOperand()), bytes), width - 1, 0)}, {}};
}

z3::expr Evaluator::Undefined(uint32_t width) {
  const z3::expr choice = Variable(fmt::format("undefined.{}", model_.undefined.size()), width);
  model_.undefined.emplace(choice.id(), choice);
  return choice;
}

z3::expr Evaluator::Term(llvm::Value* value) {
  Value got = Get(value);
  if (got.terms.size() != 1)
    throw ProveError(fmt::format("{}: a pointer is used as a number", place_));
  return got.terms.front();
}

Evaluator::Value Evaluator::Get(llvm::Value* value) {
  if (auto* constant = llvm::dyn_cast<llvm::Constant>(value)) return Constant(*constant);
  const auto known = values_.find(value);
  if (known == values_.end())
    throw ProveError(fmt::format("{}: a value is used before it is made", place_));
  return known->second;
}

Evaluator::Value Evaluator::Constant(llvm::Constant& constant) {
  if (auto* number = llvm::dyn_cast<llvm::ConstantInt>(&constant)) {
    return {{Number(Decimal(number->getValue()), number->getBitWidth())}, {}};
  }
  if (llvm::isa<llvm::ConstantPointerNull>(constant)) return {{}, {{True(), nullptr, {}}}};
  if (constant.getType()->isPointerTy() && !llvm::isa<llvm::UndefValue>(constant)) {
    llvm::APInt offset(64, 0);
    llvm::Value* base = constant.stripAndAccumulateConstantOffsets(layout_, offset, true);
    return {{}, {{True(), ObjectOf(*base), {offset.getSExtValue(), {}}}}};
  }
  if (constant.getType()->isStructTy()) {
    Value value;
    for (unsigned i = 0; i < constant.getType()->getStructNumElements(); ++i) {
      value.terms.push_back(Term(constant.getAggregateElement(i)));
    }
    return value;
  }
  if (llvm::isa<llvm::UndefValue>(constant)) {
    if (constant.getType()->isPointerTy()) return {{}, {{True(), nullptr, {}}}};
    if (constant.getType()->isIntegerTy())
      return {{Undefined(constant.getType()->getIntegerBitWidth())}, {}};
  }
  throw ProveError(
      fmt::format("{}: a constant that is no integer is not supported by the prover", place_));
}

Object* Evaluator::ObjectOf(llvm::Value& root) {
  const auto known = objects_.find(&root);
  if (known != objects_.end()) return known->second;
  auto* global = llvm::dyn_cast<llvm::GlobalVariable>(&root);
  if (global == nullptr) throw ProveError(fmt::format("{}: an address of unknown origin", place_));
  llvm::SmallVector<llvm::DIGlobalVariableExpression*, 1> debug;
  global->getDebugInfo(debug);
  const Type* type = debug.empty() ? TypeOf(*global->getValueType())
                                   : ir_.types->Read(debug.front()->getVariable()->getType());
  locals_.push_back(MakeObject(global->getName().str(), *type));
  FillCells(locals_.back(), [&](const Group& group, uint64_t element) {
    if (!global->hasInitializer()) return Undefined(group.leaf->bits);
    return Initial(*global->getInitializer(), group.ElementOffset(element), *group.leaf);
  });
  return objects_[&root] = &locals_.back();
}

z3::expr Evaluator::Initial(llvm::Constant& initializer, uint64_t offset, const Type& leaf) {
  const auto value = InitialValue(initializer, offset, leaf, layout_);
  return value ? *value : Undefined(leaf.bits);
}

Object* Evaluator::LocalObject(llvm::AllocaInst& alloca) {
  const auto size = alloca.getAllocationSize(layout_);
  if (!size) Unsupported(alloca, "a local array of variable size");
  const Type* type = nullptr;
  for (llvm::DbgVariableRecord* record : llvm::findDVRDeclares(&alloca)) {
    const llvm::DIType* declared = Strip(record->getVariable()->getType());
    if (declared != nullptr && declared->getSizeInBits() == size->getFixedValue() * 8)
      type = ir_.types->Read(declared);
  }
  if (type == nullptr) type = TypeOf(*alloca.getAllocatedType());
  locals_.push_back(MakeObject(alloca.getName().str(), *type));
  FillCells(locals_.back(),
            [&](const Group& group, uint64_t) { return Undefined(group.leaf->bits); });
  return &locals_.back();
}

// Without debug information: LLVM's type, its bytes whole.
const Type* Evaluator::TypeOf(llvm::Type& type) {
  types_.push_back({.bytes = layout_.getTypeAllocSize(&type).getFixedValue()});
  Type& made = types_.back();
  auto* record = llvm::dyn_cast<llvm::StructType>(&type);
  const bool number =
      record != nullptr && record->hasName() && record->getNumElements() == 1 &&
      (record->getName().contains(".ap_uint") || record->getName().contains(".ap_int"));
  if (record != nullptr && !number) {
    made.kind = Type::Kind::kStruct;
    const llvm::StructLayout* offsets = layout_.getStructLayout(record);
    for (unsigned i = 0; i < record->getNumElements(); ++i) {
      made.members.push_back(
          {std::to_string(i), offsets->getElementOffset(i), TypeOf(*record->getElementType(i))});
    }
  } else if (auto* array = llvm::dyn_cast<llvm::ArrayType>(&type)) {
    made.kind = Type::Kind::kArray;
    made.count = array->getNumElements();
    made.element = TypeOf(*array->getElementType());
  } else {
    made.bits = static_cast<uint32_t>(made.bytes * 8);
  }
  return &made;
}

}  // namespace vireo::prove
