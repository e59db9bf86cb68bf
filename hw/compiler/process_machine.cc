// SPDX-License-Identifier: Apache-2.0
// Lowers one process: binds its parameters and state, runs one firing, collects what it did.

#include "hw/compiler/process_machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/check.h"
#include "hw/compiler/compact.h"
#include "hw/compiler/state_memory.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"

namespace vireo::compiler {
namespace {

// An array of state, by the name of its object and its place there.
using ArrayKey = std::pair<std::string, int64_t>;

std::string JoinName(const std::string& path, const std::string& name) {
  if (path.empty()) return name;
  return name.empty() ? path : path + "_" + name;
}

// The array that an access indexes by data, or the array at an offset.
struct FoundArray {
  const Type* type = nullptr;
  int64_t offset = 0;  // in the object
  std::string name;
  SourceLocation location;
};

bool IsUserPlace(const SourceLocation& location) {
  return location.line != 0 && !llvm::StringRef(location.file).starts_with("/usr/");
}

size_t Dimensions(const Type* type) {
  size_t count = 0;
  for (; type->kind == Type::Kind::kArray; type = type->element) ++count;
  return count;
}

class ProcessMachine : public Machine {
 public:
  ProcessMachine(const llvm::Module& module, Graph& graph, Conditions& conditions,
                 Layouts& layouts, const ProcessRequest& request, std::set<ArrayKey>& memories,
                 std::vector<Diagnostic>& warnings)
      : Machine(module, graph, conditions, layouts),
        request_(request),
        memory_arrays_(memories),
        warnings_(warnings) {}

  // Runs one firing. False: an array turned out to be a memory, and all must be run again.
  bool Run();
  std::unique_ptr<Process> Finish(std::unique_ptr<Graph> graph);

 private:
  struct StateLeaf {
    ObjectId object;
    Leaf leaf;
    Node* in_memory;  // the register's node as it stands in native memory
    uint32_t register_index;
  };
  struct Stream {
    std::string name;
    Payload payload;
    bool is_input = false;
    bool is_output = false;
    Condition read = kNever;
    Condition written = kNever;
    std::vector<Choice> tokens;
    SourceLocation location;
  };

  bool HandleCall(const llvm::CallBase& call, const llvm::Function& callee,
                  std::vector<Value>& arguments, Condition when, Value& result) override;
  ObjectId GlobalObject(const llvm::GlobalVariable& global) override;
  bool LoadState(const Target& target, uint32_t size, Condition when, Value& value) override;
  bool StoreState(const Target& target, uint32_t size, const Value& value,
                  Condition when) override;
  std::vector<uint32_t> StatePieces(const Target& target, uint32_t size) override;

  ObjectId NewState(const std::string& name, const std::string& prefix, const Type& type,
                    const Image& image, const SourceLocation& location);
  void AddRegisters(ObjectId object, const Type& type, int64_t offset, const std::string& name,
                    const Image& image, const SourceLocation& location);
  std::vector<Value> BindParameters();
  Value BindScalar(const ParameterBinding& parameter, const llvm::Argument& argument);
  std::vector<std::pair<Condition, uint32_t>> StreamsOf(const Value& pointer, Condition when);
  void HandlePragma(const Pragma& pragma, const Value* target);
  FoundArray FindArray(const Target& target, bool any) const;
  bool IsMemory(const Object& object, const FoundArray& array) const;
  // The memory array that the target lies in, or null.
  StateMemory* MemoryOf(const Target& target, FoundArray& array);
  // Indices into a memory by the outer terms, and the place within its element.
  StateMemory::Indices Indices(const StateMemory& memory, const Target& target,
                               const FoundArray& array, Target& inner,
                               std::vector<Term>& outer);
  void Warn(const SourceLocation& location, std::string message) {
    warnings_.push_back({location, std::move(message)});
  }

  const ProcessRequest& request_;
  std::set<ArrayKey>& memory_arrays_;
  std::vector<Diagnostic>& warnings_;
  bool must_restart_ = false;
  std::vector<Register> registers_;
  std::vector<StateLeaf> leaves_;
  std::vector<Stream> streams_;
  std::map<ObjectId, uint32_t> first_stream_;
  std::map<ObjectId, std::string> prefix_;  // of a state object's registers
  std::map<ObjectId, Image> images_;
  std::map<const llvm::GlobalVariable*, ObjectId> globals_;
  std::map<ArrayKey, ArrayOptions> options_;
  struct MemoryEntry {
    std::unique_ptr<StateMemory> memory;
    ObjectId object;
    FoundArray array;
    uint32_t first_index;
  };
  std::map<ArrayKey, MemoryEntry> state_memories_;
  uint32_t memory_count_ = 0;
  std::vector<ScalarInput> scalar_inputs_;
  std::vector<ScalarOutput> scalar_outputs_;
  std::vector<Assertion> assertions_;
};

// The array at or around a target's offset: the outermost one that is indexed by data, or with
// `any`, the outermost that is a memory array or simply the outermost.
FoundArray ProcessMachine::FindArray(const Target& target, bool any) const {
  const Object& object = objects_[target.object];
  const Type* type = object.type;
  int64_t base = 0;
  std::string name = prefix_.at(target.object);
  SourceLocation location = location_;
  while (type != nullptr) {
    if (type->kind == Type::Kind::kStruct) {
      const Type::Field* inside = nullptr;
      for (const Type::Field& field : type->fields) {
        const int64_t begin = base + field.byte_offset;
        if (target.offset >= begin && target.offset < begin + field.type->bytes) inside = &field;
      }
      if (inside == nullptr) return {};
      base += inside->byte_offset;
      name = JoinName(name, inside->name);
      location = inside->location;
      type = inside->type;
    } else if (type->kind == Type::Kind::kArray) {
      const auto stride = static_cast<int64_t>(type->element->bytes);
      const bool by_data = std::any_of(
          target.terms.begin(), target.terms.end(), [&](const Term& term) {
            return std::abs(term.stride) % stride == 0 && std::abs(term.stride) < type->bytes;
          });
      if (by_data || any || memory_arrays_.contains({object.name, base})) {
        return {type, base, name, location};
      }
      const int64_t index = (target.offset - base) / stride;
      name = fmt::format("{}_{}", name, index);
      base += index * stride;
      type = type->element;
    } else {
      return {};
    }
  }
  return {};
}

bool ProcessMachine::IsMemory(const Object& object, const FoundArray& array) const {
  return array.type != nullptr && memory_arrays_.contains({object.name, array.offset});
}

StateMemory* ProcessMachine::MemoryOf(const Target& target, FoundArray& array) {
  const Object& object = objects_[target.object];
  array = FindArray(target, false);
  if (array.type == nullptr) return nullptr;
  const ArrayKey key{object.name, array.offset};
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

StateMemory::Indices ProcessMachine::Indices(const StateMemory& memory, const Target& target,
                                             const FoundArray& array, Target& inner,
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

bool ProcessMachine::LoadState(const Target& target, uint32_t size, Condition when,
                               Value& value) {
  FoundArray array;
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
  FoundArray array;
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
  if (value.bits == nullptr) Fail(location_, fmt::format("a pointer is stored in '{}'", array.name));
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
    memory->Write(l, indices,
                  graph_.Extract(value.bits, static_cast<uint32_t>(begin - inner.offset) * 8,
                                 leaf.bits),
                  when, location_);
  }
  return true;
}

std::vector<uint32_t> ProcessMachine::StatePieces(const Target& target, uint32_t size) {
  FoundArray array;
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

void ProcessMachine::AddRegisters(ObjectId object, const Type& type, int64_t offset,
                                  const std::string& name, const Image& image,
                                  const SourceLocation& location) {
  switch (type.kind) {
    case Type::Kind::kBits: {
      Register reg;
      reg.name = name;
      reg.width = type.bits;
      reg.is_signed = type.is_signed;
      reg.location = location;
      if (auto initial = image(offset, type.bytes)) reg.reset = initial->trunc(type.bits);
      const auto index = static_cast<uint32_t>(registers_.size());
      Node* node = graph_.Input(Op::kRegister, type.bits, index);
      Node* in_memory = graph_.Resize(node, type.bytes * 8, type.is_signed);
      StoreBytes(objects_[object], offset, type.bytes, Bits(in_memory), kAlways);
      leaves_.push_back({object,
                         {name, static_cast<uint32_t>(offset), type.bytes, 0, type.bits,
                          type.is_signed},
                         in_memory,
                         index});
      registers_.push_back(std::move(reg));
      return;
    }
    case Type::Kind::kStruct:
      for (const Type::Field& field : type.fields) {
        AddRegisters(object, *field.type, offset + field.byte_offset, JoinName(name, field.name),
                     image, IsUserPlace(field.location) ? field.location : location);
      }
      return;
    case Type::Kind::kArray:
      if (memory_arrays_.contains({objects_[object].name, offset})) return;
      for (uint32_t i = 0; i < type.count; ++i) {
        AddRegisters(object, *type.element, offset + i * type.element->bytes,
                     fmt::format("{}_{}", name, i), image, location);
      }
      return;
    case Type::Kind::kStream:
      Fail(location, fmt::format("'{}' is a stream inside a process; a process talks through its "
                                 "parameters: pass it to Step, or add #pragma HLS DATAFLOW to make "
                                 "this a network",
                                 name));
    case Type::Kind::kPointer:
      Fail(location, fmt::format("'{}' is a pointer or reference and cannot be state; use an index",
                                 name));
    case Type::Kind::kUnsupported:
      Fail(location, fmt::format("'{}' of type '{}' cannot be state; use numbers, enums, ap_uint, "
                                 "ap_int, and arrays and structs of them",
                                 name, type.name));
  }
}

ObjectId ProcessMachine::NewState(const std::string& name, const std::string& prefix,
                                  const Type& type, const Image& image,
                                  const SourceLocation& location) {
  const ObjectId id = NewObject(name, type.bytes);
  objects_[id].type = &type;
  prefix_[id] = prefix;
  images_[id] = image;
  AddRegisters(id, type, 0, prefix, image, location);
  objects_[id].is_state = true;
  return id;
}

ObjectId ProcessMachine::GlobalObject(const llvm::GlobalVariable& global) {
  const auto known = globals_.find(&global);
  if (known != globals_.end()) return known->second;
  // A static of a function, or a global: zero or its constant initialiser before the first firing.
  std::string name = llvm::demangle(global.getName().str());
  if (llvm::StringRef(name).starts_with("guard variable")) {
    Fail(location_, fmt::format("static '{}' has a constructor that runs at the first call; make "
                                "it constexpr, or a member of a class",
                                name.substr(name.rfind(':') + 1)));
  }
  name = name.substr(name.rfind(':') + 1);
  const Type* type = GlobalType(global);
  if (type == nullptr) {
    Fail(location_, fmt::format("global variable '{}' has no debug info; make it a member of the "
                                "process",
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

void ProcessMachine::HandlePragma(const Pragma& pragma, const Value* target) {
  if (pragma.directive != "ARRAY_PARTITION" && pragma.directive != "BIND_STORAGE" &&
      pragma.directive != "DEPENDENCE") {
    return;
  }
  if (target == nullptr || target->pointer == nullptr || target->pointer->targets.empty()) return;
  const Target& place = target->pointer->targets[0];
  if (!objects_[place.object].is_state) return;
  FoundArray array = FindArray(place, true);
  // Outer arrays with constant index: the pragma speaks of the array that begins here.
  if (array.type == nullptr) {
    Fail(location_, fmt::format("pragma HLS {}: '{}' is not an array", pragma.directive,
                                pragma.target));
  }
  options_[{objects_[place.object].name, place.offset}].Apply(pragma);
}

std::vector<std::pair<Condition, uint32_t>> ProcessMachine::StreamsOf(const Value& pointer,
                                                                      Condition when) {
  std::vector<std::pair<Condition, uint32_t>> result;
  std::vector<std::pair<Condition, Target>> work;
  for (const Target& target : AsPointer(pointer, "a stream access").targets) {
    work.emplace_back(conditions_.And(when, target.when), target);
  }
  while (!work.empty()) {
    const auto [condition, target] = work.back();
    work.pop_back();
    if (condition == kNever) continue;
    const auto first = first_stream_.find(target.object);
    if (first == first_stream_.end()) {
      Fail(location_, fmt::format("'{}' is a stream inside a process; a process talks through its "
                                  "parameters",
                                  objects_[target.object].name));
    }
    if (!target.terms.empty()) {
      for (const Alternative& alternative : Alternatives(target, nullptr)) {
        if (alternative.target.offset >= static_cast<int64_t>(objects_[target.object].size)) break;
        work.emplace_back(
            conditions_.And(condition, conditions_.FromNode(alternative.chosen)),
            alternative.target);
      }
      continue;
    }
    const Type* type = objects_[target.object].type;
    while (type->kind == Type::Kind::kArray) type = type->element;
    result.emplace_back(condition,
                        first->second + static_cast<uint32_t>(target.offset / type->bytes));
  }
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
  return result;
}

bool ProcessMachine::HandleCall(const llvm::CallBase& call, const llvm::Function& callee,
                                std::vector<Value>& arguments, Condition when, Value& result) {
  const llvm::StringRef name = callee.getName();
  if (name == "__vireo_pragma") {
    const auto* text = llvm::dyn_cast<llvm::GlobalVariable>(call.getArgOperand(0));
    const auto* data = text == nullptr
                           ? nullptr
                           : llvm::dyn_cast<llvm::ConstantDataArray>(text->getInitializer());
    VIREO_CHECK(data != nullptr, "a pragma's text is a constant");
    location_ = LocationOf(call.getDebugLoc().get());
    const Pragma pragma = ParsePragma(data->getAsCString().str(), location_);
    if (pragma.directive == "PIPELINE" && pragma.Has("off")) return true;
    HandlePragma(pragma, arguments.size() > 2 ? &arguments[2] : nullptr);
    return true;
  }
  if (name == "__assert_fail") {
    const auto* text = llvm::dyn_cast<llvm::GlobalVariable>(call.getArgOperand(0));
    std::string sentence = "assertion";
    if (text != nullptr) {
      if (const auto* data = llvm::dyn_cast<llvm::ConstantDataArray>(text->getInitializer())) {
        sentence = data->getAsCString().str();
        // assert(x < 4 && "sentence"): the sentence is what a reader wants.
        const size_t open = sentence.find('"');
        const size_t close = sentence.rfind('"');
        if (open < close) sentence = sentence.substr(open + 1, close - open - 1);
      }
    }
    assertions_.push_back({graph_.Not(conditions_.ToNode(when)), sentence, location_});
    return true;
  }
  if (name == "printf" || name == "puts" || name == "putchar") {
    result = Bits(graph_.Const(32, 0));
    return true;
  }
  if (!name.starts_with("__vireo_stream_")) return false;
  const llvm::StringRef action = name.drop_front(sizeof("__vireo_stream_") - 1);
  const auto places = StreamsOf(arguments[0], when);
  const auto refuse_after = [&](const Stream& stream, Condition before, Condition now,
                                const char* what, const char* did) {
    if (!conditions_.CanMeet(before, now)) return;
    Fail(location_, fmt::format("'{}' is {} in a firing that has already {} it; a firing takes at "
                                "most one token from a stream and gives at most one: do the rest "
                                "in the next firing",
                                stream.name, what, did));
  };
  std::vector<Choice> values;
  for (const auto& [condition, index] : places) {
    Stream& stream = streams_[index];
    if (stream.location.line == 0) stream.location = location_;
    if (action == "empty" || action == "read") {
      stream.is_input = true;
    } else {
      stream.is_output = true;
    }
    if (stream.is_input && stream.is_output) {
      Fail(location_, fmt::format("'{}' is both read and written by this process; use two streams",
                                  stream.name));
    }
    if (action == "empty") {
      refuse_after(stream, stream.read, condition, "tested", "read");
      Node* valid = graph_.Input(Op::kStreamValid, 1, index);
      values.push_back({condition, Bits(graph_.Not(valid))});
    } else if (action == "full") {
      refuse_after(stream, stream.written, condition, "tested", "written");
      Node* room = graph_.Input(Op::kStreamRoom, 1, index);
      values.push_back({condition, Bits(graph_.Not(room))});
    } else if (action == "read") {
      refuse_after(stream, stream.read, condition, "read", "read");
      stream.read = conditions_.Or(stream.read, condition);
      Node* data = graph_.Input(Op::kStreamData, stream.payload.bits, index);
      for (const Leaf& leaf : stream.payload.leaves) {
        Pointer to = AsPointer(arguments[1], "a read");
        for (Target& target : to.targets) target.offset += leaf.byte_offset;
        Node* bits = graph_.Extract(data, leaf.bit_offset, leaf.bits);
        Store(to, leaf.byte_size, Bits(graph_.Resize(bits, leaf.byte_size * 8, leaf.is_signed)),
              condition);
      }
    } else if (action == "write") {
      refuse_after(stream, stream.written, condition, "written", "written");
      stream.written = conditions_.Or(stream.written, condition);
      std::vector<Node*> parts;
      for (const Leaf& leaf : stream.payload.leaves) {
        Pointer from = AsPointer(arguments[1], "a write");
        for (Target& target : from.targets) target.offset += leaf.byte_offset;
        const Value value = Load(from, leaf.byte_size, condition);
        if (value.IsUndefined()) {
          Warn(location_, fmt::format("a token is written to '{}' whose {} has no value; it is "
                                      "sent as zero",
                                      stream.name,
                                      leaf.name.empty() ? "content" : "'" + leaf.name + "'"));
        }
        parts.push_back(graph_.Extract(AsBits(value, leaf.byte_size * 8), 0, leaf.bits));
      }
      std::reverse(parts.begin(), parts.end());
      stream.tokens.push_back({condition, Bits(graph_.Concat(parts))});
    } else {
      VIREO_CHECK(false, "a stream has four operations");
    }
  }
  if (!values.empty()) result = Resolve(values, when);
  return true;
}

Value ProcessMachine::BindScalar(const ParameterBinding& parameter,
                                 const llvm::Argument& argument) {
  const std::optional<Payload> payload = PackedPayload(*parameter.type);
  if (!payload) {
    Fail(location_, fmt::format("parameter '{}' of type '{}' cannot be a pin; use a stream, a "
                                "number, or a struct of numbers",
                                parameter.name, parameter.type->name));
  }
  const auto index = static_cast<uint32_t>(scalar_inputs_.size());
  scalar_inputs_.push_back({parameter.name, payload->bits});
  Node* packed = graph_.Input(Op::kScalarIn, payload->bits, index);
  const ObjectId object = NewObject(parameter.name, parameter.type->bytes);
  for (const Leaf& leaf : payload->leaves) {
    Node* bits = graph_.Extract(packed, leaf.bit_offset, leaf.bits);
    StoreBytes(objects_[object], leaf.byte_offset, leaf.byte_size,
               Bits(graph_.Resize(bits, leaf.byte_size * 8, leaf.is_signed)), kAlways);
  }
  if (argument.getType()->isPointerTy()) return PointerTo(object);
  const uint32_t width = argument.getType()->getIntegerBitWidth();
  const Value whole = LoadBytes(objects_[object], 0, parameter.type->bytes, kAlways);
  return Bits(graph_.Resize(AsBits(whole, parameter.type->bytes * 8), width,
                            payload->leaves[0].is_signed));
}

std::vector<Value> ProcessMachine::BindParameters() {
  std::vector<Value> arguments;
  const llvm::Function& function = *request_.function;
  unsigned next = 0;
  if (request_.self_type != nullptr) {
    const ObjectId self =
        NewState("this", "", *request_.self_type, request_.self, location_);
    arguments.push_back(PointerTo(self));
    ++next;
  }
  for (const ParameterBinding& parameter : request_.parameters) {
    switch (parameter.kind) {
      case ParameterBinding::Kind::kStream: {
        const Type* stream = parameter.type;
        uint32_t count = 1;
        for (; stream->kind == Type::Kind::kArray; stream = stream->element) count *= stream->count;
        const std::optional<Payload> payload = PackedPayload(*stream->element);
        if (!payload) {
          Fail(location_, fmt::format("stream '{}' carries '{}', which has no fixed bits; use "
                                      "numbers, enums, ap_uint, ap_int, and arrays and structs of "
                                      "them",
                                      parameter.name, stream->element->name));
        }
        const ObjectId object = NewObject(parameter.name, parameter.type->bytes);
        objects_[object].type = parameter.type;
        first_stream_[object] = static_cast<uint32_t>(streams_.size());
        for (uint32_t i = 0; i < count; ++i) {
          Stream& entry = streams_.emplace_back();
          entry.name = parameter.type->kind == Type::Kind::kArray
                           ? fmt::format("{}_{}", parameter.name, i)
                           : parameter.name;
          entry.payload = *payload;
        }
        arguments.push_back(PointerTo(object));
        break;
      }
      case ParameterBinding::Kind::kScalarInput:
        arguments.push_back(BindScalar(parameter, *function.getArg(next)));
        break;
      case ParameterBinding::Kind::kScalarOutput: {
        const auto first = static_cast<uint32_t>(registers_.size());
        const ObjectId object =
            NewState(parameter.name, parameter.name, *parameter.type,
                     [](int64_t, uint32_t) { return std::optional<llvm::APInt>(); }, location_);
        for (auto i = first; i < registers_.size(); ++i) {
          registers_[i].reset = llvm::APInt(registers_[i].width, 0);
          scalar_outputs_.push_back({registers_[i].name, i});
        }
        arguments.push_back(PointerTo(object));
        break;
      }
      case ParameterBinding::Kind::kConstant:
        arguments.push_back(Bits(graph_.Const(parameter.constant.bits->value)));
        break;
    }
    ++next;
  }
  if (next != function.arg_size()) {
    Fail(location_, fmt::format("'{}' takes a parameter in a form that is not supported; pass "
                                "streams by reference and numbers of up to 64 bits by value",
                                DisplayName(function)));
  }
  return arguments;
}

bool ProcessMachine::Run() {
  location_ = LocationOf(request_.function->getSubprogram());
  graph_.SetLocation(location_);
  try {
    Call(*request_.function, BindParameters(), kAlways);
  } catch (const SourceError&) {
    // What an array is decides how it is used: an error found before may not stand.
    if (!must_restart_) throw;
  }
  return !must_restart_;
}

std::unique_ptr<Process> ProcessMachine::Finish(std::unique_ptr<Graph> graph) {
  auto process = std::make_unique<Process>();
  process->name = request_.name;
  process->location = LocationOf(request_.function->getSubprogram());
  for (const StateLeaf& leaf : leaves_) {
    Register& reg = registers_[leaf.register_index];
    Node* self = graph_.Input(Op::kRegister, reg.width, leaf.register_index);
    const Object& object = objects_[leaf.object];
    const auto segment = std::find_if(
        object.segments.begin(), object.segments.end(), [&](const Segment& s) {
          return s.offset == leaf.leaf.byte_offset && s.size == leaf.leaf.byte_size;
        });
    const auto cut = [&](const Value& value) {
      return graph_.Extract(AsBits(value, leaf.leaf.byte_size * 8), 0, reg.width);
    };
    if (segment == object.segments.end()) {
      reg.next = cut(LoadBytes(object, leaf.leaf.byte_offset, leaf.leaf.byte_size, kAlways));
      continue;
    }
    std::vector<Choice> writes;
    Condition written = kNever;
    for (const Entry& entry : segment->entries) {
      if (entry.value.bits == leaf.in_memory && entry.when == kAlways) continue;
      writes.push_back({entry.when, entry.value});
      written = conditions_.Or(written, entry.when);
    }
    if (writes.empty()) {
      reg.next = self;
    } else {
      reg.next = graph_.Mux(conditions_.ToNode(written), cut(Resolve(writes, written)), self);
    }
  }
  process->registers = std::move(registers_);

  process->memories.resize(memory_count_);
  std::vector<MemoryPlan> plans(memory_count_);
  for (auto& [key, entry] : state_memories_) {
    const Image& image = images_.at(entry.object);
    const uint32_t bytes = entry.memory->element_bytes();
    entry.memory->Finish(
        process->memories, plans,
        [&](uint32_t i, const Leaf& leaf) -> std::optional<llvm::APInt> {
          auto value = image(entry.array.offset + int64_t{i} * bytes + leaf.byte_offset,
                             leaf.byte_size);
          if (!value) return {};
          return value->trunc(leaf.bits);
        },
        request_.single_stage);
  }

  std::vector<uint32_t> stream_index(streams_.size());
  for (size_t i = 0; i < streams_.size(); ++i) {
    Stream& stream = streams_[i];
    if (stream.is_output) {
      Node* room = graph_.Input(Op::kStreamRoom, 1, static_cast<uint32_t>(i));
      OutputStream output;
      output.name = stream.name;
      output.payload = stream.payload;
      output.push = conditions_.ToNode(stream.written);
      const Value data = Resolve(stream.tokens, stream.written);
      output.data = AsBits(data, stream.payload.bits);
      output.wait = conditions_.ToNode(
          conditions_.AndNot(stream.written, conditions_.FromNode(room)));
      output.location = stream.location;
      stream_index[i] = static_cast<uint32_t>(process->outputs.size());
      process->outputs.push_back(std::move(output));
    } else {
      Node* valid = graph_.Input(Op::kStreamValid, 1, static_cast<uint32_t>(i));
      InputStream input;
      input.name = stream.name;
      input.payload = stream.payload;
      input.pop = conditions_.ToNode(stream.read);
      input.wait =
          conditions_.ToNode(conditions_.AndNot(stream.read, conditions_.FromNode(valid)));
      input.location = stream.location;
      if (!stream.is_input) {
        Warn(process->location,
             fmt::format("'{}' is neither read nor written by '{}'", stream.name, process->name));
      }
      stream_index[i] = static_cast<uint32_t>(process->inputs.size());
      process->inputs.push_back(std::move(input));
    }
  }
  process->scalar_inputs = std::move(scalar_inputs_);
  process->scalar_outputs = std::move(scalar_outputs_);
  process->assertions = std::move(assertions_);
  process->graph = std::move(graph);
  Compact(*process, stream_index, plans);
  return process;
}

}  // namespace

std::unique_ptr<Process> LowerProcess(const llvm::Module& module, Layouts& layouts,
                                      const ProcessRequest& request,
                                      std::vector<Diagnostic>& warnings) {
  std::set<ArrayKey> memories;
  for (;;) {
    auto graph = std::make_unique<Graph>();
    Conditions conditions(*graph);
    std::vector<Diagnostic> found;
    ProcessMachine machine(module, *graph, conditions, layouts, request, memories, found);
    if (!machine.Run()) continue;
    auto process = machine.Finish(std::move(graph));
    warnings.insert(warnings.end(), found.begin(), found.end());
    return process;
  }
}

}  // namespace vireo::compiler
