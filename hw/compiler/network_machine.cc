// SPDX-License-Identifier: Apache-2.0
// Elaborates a top: runs its body once with constants, and takes calls with streams as processes.

#include "hw/compiler/network_machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/check.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/GlobalVariable.h"

namespace vireo::compiler {
namespace {

constexpr uint32_t kMaxStreams = 4096;      // of an array; each is a port or a FIFO
constexpr uint32_t kMaxDepth = 1U << 20;    // of a FIFO
constexpr uint64_t kMaxScalars = 1U << 22;  // of state in one process

bool HasStreams(const Type* type) {
  if (type == nullptr) return false;
  switch (type->kind) {
    case Type::Kind::kStream: return true;
    case Type::Kind::kArray: return HasStreams(type->element);
    case Type::Kind::kStruct:
      return std::any_of(type->fields.begin(), type->fields.end(),
                         [](const Type::Field& field) { return HasStreams(field.type); });
    default: return false;
  }
}

}  // namespace

std::string Identifier(llvm::StringRef name) {
  std::string result;
  for (const char c : name) result += llvm::isAlnum(c) || c == '_' ? c : '_';
  return result;
}

const llvm::Function& NetworkMachine::TopFunction() const {
  const llvm::GlobalVariable* top = module_.getGlobalVariable("__vireo_top", true);
  VIREO_CHECK(top != nullptr && top->hasInitializer(), "the driver adds __vireo_top");
  const llvm::Constant* value = top->getInitializer();
  // A pointer to a member is { function, adjustment }.
  if (value->getType()->isStructTy()) value = value->getAggregateElement(0U);
  const auto* function = llvm::dyn_cast<llvm::Function>(value->stripPointerCasts());
  if (function == nullptr) {
    if (const auto* cast = llvm::dyn_cast<llvm::ConstantExpr>(value)) {
      function = llvm::dyn_cast<llvm::Function>(cast->getOperand(0));
    }
  }
  if (llvm::isa<llvm::GlobalVariable>(value->stripPointerCasts())) {
    Fail({}, "the top is a variable; name a function, or a class with Step");
  }
  if (function == nullptr) Fail({}, "the top's Step is virtual; hardware calls what it knows");
  if (function->isDeclaration()) {
    Fail({}, fmt::format("'{}' is declared but has no body; name the source file that defines it",
                         DisplayName(*function)));
  }
  return *function;
}

bool NetworkMachine::IsNetwork(const llvm::Function& function) const {
  for (const llvm::BasicBlock& block : function) {
    for (const llvm::Instruction& instruction : block) {
      const std::optional<Pragma> pragma =
          PragmaOf(instruction, LocationOf(instruction.getDebugLoc().get()));
      if (pragma && pragma->directive == "DATAFLOW") return true;
      const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      const llvm::Function* callee = call != nullptr ? call->getCalledFunction() : nullptr;
      if (callee != nullptr && callee->getName().starts_with("_ZN3hls4task")) return true;
    }
  }
  return false;
}

Signature NetworkMachine::SignatureOf(const llvm::Function& function) {
  Signature signature;
  const llvm::DISubprogram* subprogram = function.getSubprogram();
  VIREO_CHECK(subprogram != nullptr, "functions have debug info");
  const llvm::DITypeRefArray types = subprogram->getType()->getTypeArray();
  const SourceLocation location = LocationOf(subprogram);
  if (types.size() > 0 && types[0] != nullptr) {
    Fail(location, fmt::format("'{}' returns a value; a process gives its results to streams or "
                               "references: make it void",
                               DisplayName(function)));
  }
  unsigned argument = 0;
  for (unsigned i = 1; i < types.size(); ++i) {
    const llvm::DIType* type = types[i];
    if (type == nullptr)
      Fail(location, "variable arguments are not supported in hardware; name the parameters");
    if (argument >= function.arg_size()) {
      Fail(location, fmt::format("'{}' takes a parameter in a form that is not supported; pass "
                                 "streams by reference and numbers of up to 64 bits by value",
                                 DisplayName(function)));
    }
    std::string name = function.getArg(argument)->getName().split('.').first.str();
    if (type->isArtificial() || name == "this") {
      const auto* pointer = llvm::cast<llvm::DIDerivedType>(type);
      signature.self = layouts_.Get(pointer->getBaseType());
      ++argument;
      continue;
    }
    Signature::Parameter parameter{name.empty() ? fmt::format("argument_{}", i) : name, nullptr,
                                   false, false};
    const llvm::DIType* stripped = type;
    if (const auto* derived = llvm::dyn_cast<llvm::DIDerivedType>(type);
        derived != nullptr && (derived->getTag() == llvm::dwarf::DW_TAG_reference_type ||
                               derived->getTag() == llvm::dwarf::DW_TAG_rvalue_reference_type)) {
      parameter.by_reference = true;
      stripped = derived->getBaseType();
      const auto* inner = llvm::dyn_cast_or_null<llvm::DIDerivedType>(stripped);
      parameter.is_const = inner != nullptr && inner->getTag() == llvm::dwarf::DW_TAG_const_type;
    }
    parameter.type = layouts_.Get(stripped);
    if (parameter.type->kind == Type::Kind::kPointer) {
      const bool streams = HasStreams(parameter.type->element);
      Fail(location, fmt::format("parameter '{}' is a pointer; {}", parameter.name,
                                 streams ? "pass an array of streams by reference: "
                                           "hls::stream<T> (&name)[N]"
                                         : "memory outside a process is reached through streams"));
    }
    signature.parameters.push_back(std::move(parameter));
    ++argument;
  }
  return signature;
}

std::string NetworkMachine::UniqueName(const std::string& wanted) {
  const std::string base = Identifier(wanted);
  std::string name = base;
  for (int i = 2; !names_.insert(name).second; ++i) name = fmt::format("{}_{}", base, i);
  return name;
}

void NetworkMachine::AddChannels(ObjectId object, const Type* type, int64_t offset,
                                 const std::string& name) {
  switch (type->kind) {
    case Type::Kind::kStream: {
      if (type->element == nullptr) {
        Fail(location_, fmt::format("stream '{}' is never used; remove it", name));
      }
      const std::optional<Payload> payload = PackedPayload(*type->element);
      if (!payload) {
        Fail(location_, fmt::format("stream '{}' carries '{}', which has no fixed bits; use "
                                    "numbers, enums, ap_uint, ap_int, and arrays and structs of "
                                    "them",
                                    name, type->element->name));
      }
      Channel channel;
      channel.name = UniqueName(name);
      channel.payload = *payload;
      channel.depth = type->depth == 0 ? 2 : type->depth;
      channel.location = location_;
      channel_at_[{object, offset}] = network_.channels.size();
      network_.channels.push_back(std::move(channel));
      return;
    }
    case Type::Kind::kArray:
      if (type->count > kMaxStreams) {
        Fail(location_, fmt::format("'{}' is an array of {} streams; write one of at most {}", name,
                                    type->count, kMaxStreams));
      }
      for (uint32_t i = 0; i < type->count; ++i) {
        AddChannels(object, type->element, offset + i * type->element->bytes,
                    fmt::format("{}_{}", name, i));
      }
      return;
    case Type::Kind::kStruct:
      for (const Type::Field& field : type->fields) {
        if (!HasStreams(field.type)) continue;
        AddChannels(
            object, field.type, offset + field.byte_offset,
            name.empty() || field.name.empty() ? name + field.name : name + "_" + field.name);
      }
      return;
    default: return;
  }
}

void NetworkMachine::HandleLocal(ObjectId object, const llvm::AllocaInst& alloca) {
  const llvm::DbgVariableRecord* record = RecordOf(alloca);
  if (record == nullptr) return;
  const Type* type = layouts_.Get(record->getVariable()->getType());
  if (type->bytes != objects_[object].size) return;  // a reference's own place
  objects_[object].type = type;
  objects_[object].name = record->getVariable()->getName().str();
  if (HasStreams(type)) AddChannels(object, type, 0, objects_[object].name);
}

ObjectId NetworkMachine::GlobalObject(const llvm::GlobalVariable& global) {
  const auto known = globals_.find(&global);
  if (known != globals_.end()) return known->second;
  const Type* type = GlobalType(global);
  const uint64_t size = module_.getDataLayout().getTypeAllocSize(global.getValueType());
  const ObjectId object = NewObject(DisplayName(global), size);
  globals_[&global] = object;
  objects_[object].type = type;
  // Statics are zero or their constant initialiser before anything runs.
  const ObjectId initial = NewObject("", size);
  objects_[initial].constant = &global;
  for (uint64_t at = 0; at < size; ++at) {
    StoreBytes(objects_[object], static_cast<int64_t>(at), 1,
               LoadTarget({kAlways, initial, static_cast<int64_t>(at), {}}, 1, kAlways), kAlways);
  }
  if (HasStreams(type)) {
    llvm::SmallVector<llvm::DIGlobalVariableExpression*, 1> expressions;
    global.getDebugInfo(expressions);
    AddChannels(object, type, 0, expressions[0]->getVariable()->getName().str());
  }
  return object;
}

bool NetworkMachine::HandleCall(const llvm::CallBase& call, const llvm::Function& callee,
                                std::vector<Value>& arguments, Condition when, Value& /*result*/) {
  if (callee.getName() == "__vireo_pragma") {
    location_ = LocationOf(call.getDebugLoc().get());
    const Pragma pragma = *PragmaOf(call, location_);
    if (pragma.directive == "BIND_STORAGE") {
      Fail(location_, fmt::format("pragma HLS BIND_STORAGE: '{}' stands in a network, which has no "
                                  "memory but its FIFOs, made for their depth; bind within the "
                                  "process",
                                  pragma.target));
    }
    if (pragma.directive != "STREAM" || arguments.size() < 3) return true;
    const uint32_t depth = pragma.Number("depth", 2);
    if (depth == 0 || depth > kMaxDepth) {
      Fail(location_,
           fmt::format("pragma HLS STREAM: a depth is from 1 to {}, not {}", kMaxDepth, depth));
    }
    const Target& target = AsPointer(arguments[2], "a pragma").targets[0];
    const auto first = channel_at_.lower_bound({target.object, target.offset});
    if (first == channel_at_.end() ||
        first->first != std::make_pair(target.object, target.offset)) {
      Fail(location_, fmt::format("pragma HLS STREAM: '{}' is not a stream", pragma.target));
    }
    // An array's pragma goes for all of its streams.
    const int64_t end = target.offset + std::max(1U, pragma.Number("bytes", 1));
    for (auto it = first; it != channel_at_.end() && it->first.first == target.object; ++it) {
      if (it->first.second >= end) break;
      network_.channels[it->second].depth = depth;
    }
    return true;
  }
  if (callee.getName().starts_with("__vireo_stream_")) {
    Fail(location_, "a stream is read or written between processes; do it in a process of its own");
  }
  if (callee.getName() == "printf" || callee.getName() == "puts") return true;
  if (IsLibrary(callee) || callee.isDeclaration()) return false;
  const bool has_streams = std::any_of(arguments.begin(), arguments.end(), [&](const Value& v) {
    return v.pointer != nullptr && !v.pointer->targets.empty() &&
           channel_at_.contains({v.pointer->targets[0].object, v.pointer->targets[0].offset});
  });
  if (!has_streams || IsNetwork(callee)) return false;
  // A constructor that is handed its own streams is no process.
  if (callee.getSubprogram() != nullptr && callee.getName().contains("C2E")) return false;
  if (when != kAlways) {
    Fail(location_, fmt::format("whether '{}' is called depends on data; a process is always "
                                "there: make the choice within it",
                                DisplayName(callee)));
  }
  AddProcess(callee, arguments);
  return true;
}

size_t NetworkMachine::ScalarPortOf(const Signature::Parameter& parameter, bool is_input) {
  const std::optional<Payload> payload = PackedPayload(*parameter.type);
  if (!payload) {
    Fail(location_, fmt::format("parameter '{}' of type '{}' cannot be a pin; use a stream, a "
                                "number, or a struct of numbers",
                                parameter.name, parameter.type->name));
  }
  ScalarPort port{parameter.name, payload->bits, is_input, ScalarMode::kWire, "control"};
  if (const auto it = interfaces_.find(parameter.name); it != interfaces_.end()) {
    const Pragma& pragma = it->second;
    if (pragma.Has("s_axilite") || pragma.Get("mode") == "s_axilite") {
      port.mode = ScalarMode::kAxiLite;
      port.bundle = Identifier(pragma.Get("bundle", "control"));
    } else if (pragma.Has("axis") || pragma.Get("mode") == "axis") {
      Fail(pragma.location, fmt::format("pragma HLS INTERFACE axis: '{}' is not a stream; use "
                                        "ap_none or s_axilite",
                                        parameter.name));
    }
  }
  names_.insert(parameter.name);
  network_.scalar_ports.push_back(port);
  return network_.scalar_ports.size() - 1;
}

void NetworkMachine::CollectInterfaces(const llvm::Function& top, const Signature& signature) {
  for (const llvm::BasicBlock& block : top) {
    for (const llvm::Instruction& instruction : block) {
      const std::optional<Pragma> found =
          PragmaOf(instruction, LocationOf(instruction.getDebugLoc().get()));
      if (!found || found->directive != "INTERFACE" || found->target == "return") continue;
      const Pragma& pragma = *found;
      const auto named =
          std::find_if(signature.parameters.begin(), signature.parameters.end(),
                       [&](const Signature::Parameter& p) { return p.name == pragma.target; });
      if (named == signature.parameters.end()) {
        Fail(
            pragma.location,
            fmt::format("pragma HLS INTERFACE: '{}' is not a parameter of the top", pragma.target));
      }
      if (HasStreams(named->type) &&
          (pragma.Has("s_axilite") || pragma.Has("ap_none") || pragma.Get("mode") == "s_axilite" ||
           pragma.Get("mode") == "ap_none")) {
        Fail(pragma.location,
             fmt::format("pragma HLS INTERFACE: '{}' is a stream; use axis", pragma.target));
      }
      interfaces_[pragma.target] = pragma;
    }
  }
}

std::vector<Value> NetworkMachine::BindTop(const llvm::Function& top, const Signature& signature) {
  std::vector<Value> arguments;
  if (signature.self != nullptr) {
    const ObjectId self = NewObject("this", signature.self->bytes);
    objects_[self].type = signature.self;
    RunConstructor(self);
    if (IsNetwork(top)) AddChannels(self, signature.self, 0, "");
    arguments.push_back(PointerTo(self));
  }
  for (const Signature::Parameter& parameter : signature.parameters) {
    const auto position = static_cast<unsigned>(arguments.size());
    const ObjectId object = NewObject(parameter.name, parameter.type->bytes);
    objects_[object].type = parameter.type;
    if (HasStreams(parameter.type)) {
      if (!parameter.by_reference) {
        Fail(location_, fmt::format("stream '{}' is passed by value; pass it by reference: "
                                    "hls::stream<T>& {}",
                                    parameter.name, parameter.name));
      }
      AddChannels(object, parameter.type, 0, parameter.name);
      arguments.push_back(PointerTo(object));
      continue;
    }
    const bool is_input = !parameter.by_reference || parameter.is_const;
    const size_t port = ScalarPortOf(parameter, is_input);
    scalar_of_object_[object] = port;
    if (is_input && !parameter.by_reference && position < top.arg_size() &&
        top.getArg(position)->getType()->isIntegerTy()) {
      Node* node =
          graph_.Input(Op::kScalarIn, top.getArg(position)->getType()->getIntegerBitWidth(),
                       static_cast<uint32_t>(scalar_inputs_.size()));
      scalar_inputs_.push_back(port);
      // As it stands in memory, too, for processes that take it by reference.
      StoreBytes(objects_[object], 0, parameter.type->bytes,
                 Bits(graph_.Resize(node, parameter.type->bytes * 8, false)), kAlways);
      arguments.push_back(Bits(node));
    } else {
      arguments.push_back(PointerTo(object));
    }
  }
  return arguments;
}

void NetworkMachine::AddProcess(const llvm::Function& callee, const std::vector<Value>& arguments) {
  const Signature signature = SignatureOf(callee);
  ProcessCall call;
  call.function = &callee;
  call.location = location_;
  std::string name = DisplayName(callee);
  name = name.substr(0, name.find('<'));
  name = name.substr(name.rfind(':') + 1);
  size_t next = 0;
  if (signature.self != nullptr) {
    const Target& self = AsPointer(arguments[next++], "a call").targets[0];
    call.self_type = signature.self;
    if (ScalarCount(*signature.self) > kMaxScalars) {
      Fail(location_, fmt::format("'{}' has {} values of state, more than {}; memory of that size "
                                  "stands outside of a process: reach it through streams",
                                  signature.self->name, ScalarCount(*signature.self), kMaxScalars));
    }
    call.self = self.object;
    call.self_offset = self.offset;
    // The object's name: a local, or a member's path.
    const Type* type = objects_[self.object].type;
    name = objects_[self.object].name == "this" ? "" : objects_[self.object].name;
    int64_t rest = self.offset;
    while (type != nullptr && type != signature.self) {
      if (type->kind == Type::Kind::kArray) {
        name += fmt::format("_{}", rest / type->element->bytes);
        rest %= type->element->bytes;
        type = type->element;
      } else if (type->kind == Type::Kind::kStruct) {
        const Type* inside = nullptr;
        for (const Type::Field& field : type->fields) {
          if (rest >= field.byte_offset && rest < field.byte_offset + field.type->bytes) {
            name += (name.empty() || field.name.empty() ? "" : "_") + field.name;
            rest -= field.byte_offset;
            inside = field.type;
            break;
          }
        }
        type = inside;
      } else {
        type = nullptr;
      }
    }
    for (const ProcessCall& other : calls_) {
      if (other.self_type != nullptr && other.self == call.self &&
          other.self_offset == call.self_offset && other.function == call.function) {
        Fail(location_, fmt::format("'{}' is called twice; a process has one place in a network: "
                                    "make a second object",
                                    name));
      }
    }
  }
  call.name = UniqueName(name.empty() ? "process" : name);
  for (const Signature::Parameter& parameter : signature.parameters) {
    const Value& argument = arguments[next++];
    ParameterBinding binding{ParameterBinding::Kind::kStream, parameter.name, parameter.type, {}};
    if (HasStreams(parameter.type)) {
      const Target& place = AsPointer(argument, "a stream").targets[0];
      const Type* stream = parameter.type;
      uint32_t count = 1;
      for (; stream->kind == Type::Kind::kArray; stream = stream->element) count *= stream->count;
      std::vector<size_t> channels;
      for (uint32_t i = 0; i < count; ++i) {
        const auto at = channel_at_.find({place.object, place.offset + i * int64_t{stream->bytes}});
        if (at == channel_at_.end() || !place.terms.empty()) {
          Fail(location_, fmt::format("'{}' of '{}' is bound to something that is no stream",
                                      parameter.name, call.name));
        }
        channels.push_back(at->second);
      }
      call.channels.push_back(std::move(channels));
      call.scalars.push_back(0);
      call.parameters.push_back(std::move(binding));
      continue;
    }
    call.channels.emplace_back();
    const Node* bits = argument.bits;
    while (bits != nullptr && (bits->op == Op::kZExt || bits->op == Op::kSExt ||
                               (bits->op == Op::kExtract && bits->low == 0))) {
      bits = bits->operands[0];
    }
    size_t scalar = 0;
    if (argument.bits != nullptr && argument.bits->IsConst()) {
      binding.kind = ParameterBinding::Kind::kConstant;
      binding.constant = argument;
    } else if (bits != nullptr && bits->op == Op::kScalarIn) {
      binding.kind = ParameterBinding::Kind::kScalarInput;
      scalar = scalar_inputs_[bits->index];
    } else if (argument.pointer != nullptr && !argument.pointer->targets.empty() &&
               scalar_of_object_.contains(argument.pointer->targets[0].object)) {
      scalar = scalar_of_object_.at(argument.pointer->targets[0].object);
      binding.kind = network_.scalar_ports[scalar].is_input ? ParameterBinding::Kind::kScalarInput
                                                            : ParameterBinding::Kind::kScalarOutput;
    } else {
      Fail(location_, fmt::format("'{}' of '{}' is neither a stream, a constant nor a parameter of "
                                  "the top; between processes there are only streams",
                                  parameter.name, call.name));
    }
    call.scalars.push_back(scalar);
    call.parameters.push_back(std::move(binding));
  }
  calls_.push_back(std::move(call));
}

}  // namespace vireo::compiler
