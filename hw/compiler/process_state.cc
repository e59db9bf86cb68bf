// SPDX-License-Identifier: Apache-2.0
// State of a process: registers, and arrays that become memories.

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/process_state.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/GlobalVariable.h"

namespace vireo::compiler {
namespace {

std::string JoinName(const std::string& path, const std::string& name) {
  if (path.empty()) return name;
  return name.empty() ? path : path + "_" + name;
}

bool IsUserPlace(const SourceLocation& location) {
  return location.line != 0 && !llvm::StringRef(location.file).starts_with("/usr/");
}

}  // namespace

size_t Dimensions(const Type* type) {
  size_t count = 0;
  for (; type->kind == Type::Kind::kArray; type = type->element) ++count;
  return count;
}

const Type* ElementOf(const Type* type) {
  while (type->kind == Type::Kind::kArray) type = type->element;
  return type;
}

StatePlace ProcessMachine::Descend(const Target& target,
                                   const std::function<bool(const StatePlace& array)>& stop) const {
  const Object& object = objects_[target.object];
  StatePlace at{object.type, 0, 0, prefix_.at(target.object), location_};
  while (at.type != nullptr) {
    if (at.type->kind == Type::Kind::kStruct) {
      const Type::Field* inside = nullptr;
      for (const Type::Field& field : at.type->fields) {
        const int64_t begin = at.offset + field.byte_offset;
        if (target.offset >= begin && target.offset < begin + field.type->bytes) inside = &field;
      }
      if (inside == nullptr) return {};
      at.offset += inside->byte_offset;
      at.name = JoinName(at.name, inside->name);
      at.location = inside->location;
      at.type = inside->type;
    } else if (at.type->kind == Type::Kind::kArray) {
      if (stop(at)) return at;
      const auto stride = static_cast<int64_t>(at.type->element->bytes);
      const int64_t index = (target.offset - at.offset) / stride;
      at.name = fmt::format("{}_{}", at.name, index);
      at.offset += index * stride;
      ++at.around;
      at.type = at.type->element;
    } else {
      return {};
    }
  }
  return {};
}

// The outermost array that is indexed by data in one of its dimensions, or is known to be a memory.
StatePlace ProcessMachine::FindArray(const Target& target) const {
  const Object& object = objects_[target.object];
  return Descend(target, [&](const StatePlace& array) {
    if (IsMemory(object, array)) return true;
    for (const Type* type = array.type; type->kind == Type::Kind::kArray; type = type->element) {
      const auto stride = static_cast<int64_t>(type->element->bytes);
      if (std::any_of(target.terms.begin(), target.terms.end(), [&](const Term& term) {
            return std::abs(term.stride) % stride == 0 && std::abs(term.stride) < type->bytes;
          })) {
        return true;
      }
    }
    return false;
  });
}

StatePlace ProcessMachine::ArrayAt(const Target& target, uint64_t bytes) const {
  return Descend(target, [&](const StatePlace& array) {
    return array.offset == target.offset && array.type->bytes == bytes;
  });
}

std::string ProcessMachine::ArrayName(const Target& target) const {
  if (!objects_[target.object].is_state) return Machine::ArrayName(target);
  Target begin = target;
  begin.offset = target.bounds.begin;
  const auto bytes = target.bounds.count * static_cast<uint64_t>(target.bounds.stride);
  return ArrayAt(begin, bytes).name;
}

bool ProcessMachine::IsMemory(const Object& object, const StatePlace& array) const {
  return array.type != nullptr &&
         memory_arrays_.contains({object.name, array.offset, array.around});
}

StateMemory* ProcessMachine::MemoryOf(const Target& target, StatePlace& array) {
  const Object& object = objects_[target.object];
  array = FindArray(target);
  if (array.type == nullptr) return nullptr;
  const ArrayKey key{object.name, array.offset, array.around};
  if (!IsMemory(object, array)) {
    const auto options = options_.find(key);
    if (options != options_.end() && options->second.IsRegisters(Dimensions(array.type))) {
      return nullptr;
    }
    memory_arrays_.insert(key);
    must_restart_ = true;
    return nullptr;
  }
  MemoryEntry& entry = state_memories_[key];
  if (entry.memory == nullptr) {
    entry.memory = std::make_unique<StateMemory>(graph_, conditions_, array.name, *array.type,
                                                 options_[key], memory_count_, array.location);
    entry.object = target.object;
    entry.array = array;
    entry.first_index = memory_count_;
    memory_count_ += entry.memory->memory_count();
  }
  return entry.memory.get();
}

void ProcessMachine::CheckStorage() const {
  for (const auto& [key, options] : options_) {
    if (memory_arrays_.contains(key)) continue;
    if (!options.storage && !options.promise) continue;
    const Pragma& pragma = options.storage ? *options.storage : *options.promise;
    for (const auto& [other, entry] : state_memories_) {
      const int64_t place = std::get<1>(key) - entry.array.offset;
      if (std::get<0>(other) != std::get<0>(key) || place < 0 || place >= entry.array.type->bytes) {
        continue;
      }
      Fail(pragma.location,
           fmt::format("pragma HLS {}: data choose the element of '{}' that '{}' lies in; name "
                       "'{}', or write an array of two dimensions",
                       pragma.directive, entry.array.name, pragma.target, entry.array.name));
    }
    if (ScalarCount(*options.array) == ScalarCount(*ElementOf(options.array))) continue;
    const bool is_cut = options.IsRegisters(Dimensions(options.array));
    Fail(pragma.location,
         fmt::format("pragma HLS {}: '{}' becomes registers, as {}; remove {}", pragma.directive,
                     pragma.target,
                     is_cut ? "ARRAY_PARTITION cuts it completely" : "no index into it is data",
                     is_cut ? "one of the two pragmas" : "the pragma, or index it by data"));
  }
}

StateMemory::Indices ProcessMachine::Indices(const StateMemory& memory, const Target& target,
                                             const StatePlace& array, Target& inner,
                                             std::vector<Term>& outer) {
  StateMemory::Indices indices;
  int64_t rest = target.offset - array.offset;
  inner = {target.when, target.object, 0, {}};
  std::vector<bool> used(target.terms.size(), false);
  for (const StateMemory::Dimension& dimension : memory.dimensions()) {
    const auto stride = static_cast<int64_t>(dimension.stride);
    int64_t digit = rest / stride;
    rest %= stride;
    if (rest < 0) rest += stride, --digit;
    Node* index = graph_.Const(64, static_cast<uint64_t>(digit));
    for (size_t t = 0; t < target.terms.size(); ++t) {
      const Term& term = target.terms[t];
      if (used[t] || term.stride % stride != 0) continue;
      used[t] = true;
      Node* times = graph_.Const(64, static_cast<uint64_t>(term.stride / stride));
      index = graph_.Add(graph_.Binary(Op::kMul, term.index, times), index);
    }
    indices.push_back(index);
  }
  inner.offset = rest;
  for (size_t t = 0; t < target.terms.size(); ++t) {
    (used[t] ? outer : inner.terms).push_back(target.terms[t]);
  }
  return indices;
}

bool ProcessMachine::LoadState(const Target& target, uint32_t size, Condition when, Value& value) {
  StatePlace array;
  StateMemory* memory = MemoryOf(target, array);
  if (memory == nullptr) {
    // Until all is run again, what an unknown array holds does not matter.
    return must_restart_ && !target.terms.empty();
  }
  Target inner;
  std::vector<Term> outer;
  const StateMemory::Indices indices = Indices(*memory, target, array, inner, outer);
  // The whole element as it stands in native memory; only the leaves that are asked for are read.
  const auto read = [&](int64_t begin, uint32_t bytes) {
    std::vector<Node*> parts;
    int64_t at = begin;
    const int64_t end = begin + bytes;
    for (size_t l = 0; l < memory->element().leaves.size(); ++l) {
      const Leaf& leaf = memory->element().leaves[l];
      const int64_t leaf_end = leaf.byte_offset + leaf.byte_size;
      if (leaf_end <= begin || leaf.byte_offset >= end) continue;
      if (leaf.byte_offset > at) {
        parts.push_back(graph_.Const(static_cast<uint32_t>(leaf.byte_offset - at) * 8, 0));
      }
      Node* bits = memory->Read(l, indices, when, location_);
      Node* whole = graph_.Resize(bits, leaf.byte_size * 8, leaf.is_signed);
      const int64_t from = std::max<int64_t>(begin, leaf.byte_offset);
      const int64_t until = std::min(end, leaf_end);
      parts.push_back(graph_.Extract(whole, static_cast<uint32_t>(from - leaf.byte_offset) * 8,
                                     static_cast<uint32_t>(until - from) * 8));
      at = until;
    }
    if (at < end) parts.push_back(graph_.Const(static_cast<uint32_t>(end - at) * 8, 0));
    std::reverse(parts.begin(), parts.end());
    return graph_.Concat(parts);
  };
  if (inner.terms.empty()) {
    value = Bits(read(inner.offset, size));
    return true;
  }
  // An index within the element: the element is read, and the part chosen.
  const ObjectId copy = NewObject(array.name, memory->element_bytes());
  Node* whole = read(0, memory->element_bytes());
  StoreBytes(objects_[copy], 0, memory->element_bytes(), Bits(whole), kAlways);
  inner.object = copy;
  value = LoadTarget(inner, size, when);
  return true;
}

bool ProcessMachine::StoreState(const Target& target, uint32_t size, const Value& value,
                                Condition when) {
  StatePlace array;
  StateMemory* memory = MemoryOf(target, array);
  if (memory == nullptr) return must_restart_ && !target.terms.empty();
  Target inner;
  std::vector<Term> outer;
  const StateMemory::Indices indices = Indices(*memory, target, array, inner, outer);
  if (!inner.terms.empty()) {
    // One store for each value of the inner index, each at a constant place in the element.
    inner.object = NewObject(array.name, memory->element_bytes());
    for (const Alternative& alternative : Alternatives(inner, nullptr)) {
      const Condition chosen = conditions_.And(when, conditions_.FromNode(alternative.chosen));
      if (chosen == kNever) continue;
      Target one = target;
      one.offset += alternative.target.offset - inner.offset;
      one.terms = outer;
      one.terms.insert(one.terms.end(), alternative.target.terms.begin(),
                       alternative.target.terms.end());
      StoreState(one, size, value, chosen);
    }
    return true;
  }
  if (value.IsUndefined()) return true;
  if (value.bits == nullptr)
    Fail(location_, fmt::format("a pointer is stored in '{}'", array.name));
  for (size_t l = 0; l < memory->element().leaves.size(); ++l) {
    const Leaf& leaf = memory->element().leaves[l];
    const int64_t begin = leaf.byte_offset;
    const int64_t end = begin + leaf.byte_size;
    if (end <= inner.offset || begin >= inner.offset + size) continue;
    if (begin < inner.offset || end > inner.offset + size) {
      Fail(location_, fmt::format("part of the field '{}' of '{}' is written through a pointer; "
                                  "write the whole field",
                                  leaf.name, array.name));
    }
    memory->Write(
        l, indices,
        graph_.Extract(value.bits, static_cast<uint32_t>(begin - inner.offset) * 8, leaf.bits),
        when, location_);
  }
  return true;
}

std::vector<uint32_t> ProcessMachine::StatePieces(const Target& target, uint32_t size) {
  StatePlace array;
  StateMemory* memory = MemoryOf(target, array);
  if (memory == nullptr) return {};
  std::vector<uint32_t> pieces;
  const uint32_t element = memory->element_bytes();
  const auto start = static_cast<uint32_t>((target.offset - array.offset) % element);
  uint32_t at = start;
  // Field by field, as far as the copy goes; gaps are pieces of their own.
  while (at < start + size) {
    const uint32_t in_element = at % element;
    uint32_t next = element;
    for (const Leaf& leaf : memory->element().leaves) {
      if (leaf.byte_offset == in_element) {
        next = in_element + leaf.byte_size;
        break;
      }
      if (leaf.byte_offset > in_element) next = std::min(next, leaf.byte_offset);
    }
    const uint32_t piece = std::min(next - in_element, start + size - at);
    pieces.push_back(piece);
    at += piece;
  }
  return pieces;
}

void ProcessMachine::AddRegisters(ObjectId object, const StatePlace& at, const Image& image) {
  const Type& type = *at.type;
  switch (type.kind) {
    case Type::Kind::kBits: {
      Register reg;
      reg.name = at.name;
      reg.width = type.bits;
      reg.is_signed = type.is_signed;
      reg.location = at.location;
      if (auto initial = image(at.offset, type.bytes)) reg.reset = initial->trunc(type.bits);
      const auto index = static_cast<uint32_t>(registers_.size());
      Node* node = graph_.Input(Op::kRegister, type.bits, index);
      Node* in_memory = graph_.Resize(node, type.bytes * 8, type.is_signed);
      StoreBytes(objects_[object], at.offset, type.bytes, Bits(in_memory), kAlways);
      leaves_.push_back(
          {object,
           {at.name, static_cast<uint32_t>(at.offset), type.bytes, 0, type.bits, type.is_signed},
           in_memory,
           index});
      registers_.push_back(std::move(reg));
      return;
    }
    case Type::Kind::kStruct:
      for (const Type::Field& field : type.fields) {
        AddRegisters(
            object,
            {field.type, at.offset + field.byte_offset, at.around, JoinName(at.name, field.name),
             IsUserPlace(field.location) ? field.location : at.location},
            image);
      }
      return;
    case Type::Kind::kArray:
      if (IsMemory(objects_[object], at)) return;
      for (uint32_t i = 0; i < type.count; ++i) {
        AddRegisters(object,
                     {type.element, at.offset + int64_t{i} * type.element->bytes, at.around + 1,
                      fmt::format("{}_{}", at.name, i), at.location},
                     image);
      }
      return;
    case Type::Kind::kStream:
      Fail(at.location,
           fmt::format("'{}' is a stream inside a process; a process talks through its "
                       "parameters: pass it to Step, or add #pragma HLS DATAFLOW to make "
                       "this a network",
                       at.name));
    case Type::Kind::kPointer:
      if (const size_t table = at.name.find("_vptr$"); table != std::string::npos) {
        Fail(at.location,
             fmt::format("'{}' has virtual functions; hardware calls what it knows: make them "
                         "plain, or choose by a template parameter",
                         table > 1 ? at.name.substr(0, table - 1) : "the process"));
      }
      Fail(
          at.location,
          fmt::format("'{}' is a pointer or reference and cannot be state; use an index", at.name));
    case Type::Kind::kUnsupported:
      Fail(at.location,
           fmt::format("'{}' of type '{}' cannot be state; use numbers, enums, ap_uint, "
                       "ap_int, and arrays and structs of them",
                       at.name, type.name));
  }
}

ObjectId ProcessMachine::NewState(const std::string& name, const std::string& prefix,
                                  const Type& type, const Image& image,
                                  const SourceLocation& location) {
  const ObjectId id = NewObject(name, type.bytes);
  objects_[id].type = &type;
  prefix_[id] = prefix;
  images_[id] = image;
  AddRegisters(id, {&type, 0, 0, prefix, location}, image);
  objects_[id].is_state = true;
  return id;
}

void ProcessMachine::HandleLocal(ObjectId object, const llvm::AllocaInst& alloca) {
  if (objects_[object].size <= kMaxBits / 8) return;
  const llvm::DbgVariableRecord* record = RecordOf(alloca);
  if (record == nullptr) return;
  const Type* type = ElementOf(layouts_.Get(record->getVariable()->getType()));
  if (type->kind != Type::Kind::kUnsupported || !type->name.starts_with("ap_")) return;
  Fail(LocationOf(record->getDebugLoc().get()),
       fmt::format("'{}' is an {}; cut it into an array of narrower ones",
                   record->getVariable()->getName().str(), type->name));
}

ObjectId ProcessMachine::GlobalObject(const llvm::GlobalVariable& global) {
  const auto known = globals_.find(&global);
  if (known != globals_.end()) return known->second;
  // A static of a function, or a global: zero or its constant initialiser before the first firing.
  const std::string name = DisplayName(global);
  if (global.getName().starts_with("_ZGV")) {
    Fail(location_, fmt::format("static '{}' has a constructor that runs at the first call; make "
                                "it constexpr, or a member of a class",
                                name));
  }
  if (global.isDeclaration()) {
    Fail(location_,
         fmt::format("'{}' is defined elsewhere; hardware has no library: include its definition, "
                     "or leave out what uses it by #ifndef __SYNTHESIS__",
                     name));
  }
  const Type* type = GlobalType(global);
  if (type == nullptr) {
    Fail(location_,
         fmt::format("the temporary that '{}' refers to cannot be state; make it a member "
                     "of the process, by value",
                     name));
  }
  const ObjectId id = NewState(
      global.getName().str(), name, *type,
      [&global, this](int64_t offset, uint32_t size) -> std::optional<llvm::APInt> {
        Object constant;
        constant.constant = &global;
        const uint64_t bytes = module_.getDataLayout().getTypeAllocSize(global.getValueType());
        constant.size = bytes;
        const ObjectId copy = NewObject("", bytes);
        objects_[copy].constant = &global;
        const Value value = LoadTarget({kAlways, copy, offset, {}}, size, kAlways);
        if (value.bits == nullptr || !value.bits->IsConst()) return {};
        return value.bits->value;
      },
      location_);
  globals_[&global] = id;
  return id;
}

}  // namespace vireo::compiler
