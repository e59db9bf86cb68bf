// SPDX-License-Identifier: Apache-2.0
// What a process is handed: pragmas, streams, pins.

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/check.h"
#include "hw/compiler/process_state.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"

namespace vireo::compiler {
namespace {

// Whether the source writes to the stream that a pointer points to, on whatever path.
bool IsWritten(const llvm::Value& pointer, int depth) {
  constexpr int kMaxDepth = 32;  // of calls, loads and indices that hand the pointer on
  if (depth > kMaxDepth) return false;
  for (const llvm::User* user : pointer.users()) {
    if (const auto* store = llvm::dyn_cast<llvm::StoreInst>(user)) {
      // Kept in a variable: what is loaded from it.
      if (store->getValueOperand() != &pointer) continue;
      for (const llvm::User* of_variable : store->getPointerOperand()->users()) {
        if (llvm::isa<llvm::LoadInst>(of_variable) && IsWritten(*of_variable, depth + 1))
          return true;
      }
    } else if (llvm::isa<llvm::GetElementPtrInst>(user)) {
      if (IsWritten(*user, depth + 1)) return true;
    } else if (const auto* call = llvm::dyn_cast<llvm::CallBase>(user)) {
      const llvm::Function* callee = call->getCalledFunction();
      if (callee == nullptr) continue;
      if (callee->getName() == "__vireo_stream_write" ||
          callee->getName() == "__vireo_stream_full") {
        return true;
      }
      if (callee->isDeclaration()) continue;
      for (unsigned i = 0; i < call->arg_size() && i < callee->arg_size(); ++i) {
        if (call->getArgOperand(i) == &pointer && IsWritten(*callee->getArg(i), depth + 1)) {
          return true;
        }
      }
    }
  }
  return false;
}

}  // namespace

void ProcessMachine::HandlePragma(const Pragma& pragma, const Value* target) {
  if (pragma.directive == "STREAM") {
    Fail(location_, fmt::format("pragma HLS STREAM: '{}' is no stream of a network; give the depth "
                                "where the stream is declared",
                                pragma.target));
  }
  if (pragma.directive == "RESET") return CheckReset(pragma, target);
  if (pragma.directive != "ARRAY_PARTITION" && pragma.directive != "BIND_STORAGE" &&
      pragma.directive != "DEPENDENCE") {
    return;
  }
  if (target == nullptr || target->pointer == nullptr || target->pointer->targets.empty()) return;
  const Target& place = target->pointer->targets[0];
  const Object& object = objects_[place.object];
  if (!object.is_state) {
    // Wires, constants and streams have as many ports as are used, and no order to promise.
    if (pragma.directive != "BIND_STORAGE") return;
    if (first_stream_.contains(place.object)) {
      Fail(location_, fmt::format("pragma HLS BIND_STORAGE: '{}' is a stream, whose FIFO is made "
                                  "for its depth; remove the pragma",
                                  pragma.target));
    }
    Fail(location_,
         fmt::format("pragma HLS BIND_STORAGE: '{}' is {}; remove the pragma, or make "
                     "it a member of the process for a memory",
                     pragma.target,
                     object.constant != nullptr ? "a constant table, which becomes gates"
                                                : "a variable of one firing, which becomes wires"));
  }
  const StatePlace array = ArrayAt(place, pragma.Number("bytes", 0));
  if (array.type == nullptr) {
    Fail(location_,
         fmt::format("pragma HLS {}: '{}' is not an array", pragma.directive, pragma.target));
  }
  if (pragma.target.ends_with(']')) {
    Fail(location_, fmt::format("pragma HLS {}: '{}' is a part of an array; name all of it",
                                pragma.directive, pragma.target));
  }
  const uint32_t dimension = pragma.Number("dim", 1);
  if (dimension > Dimensions(array.type)) {
    Fail(location_,
         fmt::format("pragma HLS {}: '{}' has {} dimension(s), and dim={} is none of "
                     "them",
                     pragma.directive, pragma.target, Dimensions(array.type), dimension));
  }
  ArrayOptions& options = options_[{object.name, array.offset, array.around}];
  options.array = array.type;
  options.Apply(pragma);
}

void ProcessMachine::CheckReset(const Pragma& pragma, const Value* target) const {
  bool is_reset = false;
  if (target != nullptr && target->pointer != nullptr && !target->pointer->targets.empty()) {
    const Target& place = target->pointer->targets[0];
    const int64_t end = place.offset + pragma.Number("bytes", 1);
    for (const StateLeaf& leaf : leaves_) {
      if (leaf.object != place.object || leaf.leaf.byte_offset < place.offset ||
          leaf.leaf.byte_offset >= end) {
        continue;
      }
      is_reset = registers_[leaf.register_index].reset.has_value();
      if (!is_reset) break;
    }
  }
  if (is_reset) return;
  Fail(location_, fmt::format("pragma HLS RESET: '{}' is not a register with an initial value; "
                              "reset brings back what a member's initialiser says, and clears no "
                              "memory",
                              pragma.target));
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
                                  "parameters: pass it in, or add #pragma HLS DATAFLOW to make "
                                  "this a network",
                                  objects_[target.object].name));
    }
    if (!target.terms.empty()) {
      for (const Alternative& alternative : Alternatives(target, nullptr)) {
        if (alternative.target.offset >= static_cast<int64_t>(objects_[target.object].size)) break;
        work.emplace_back(conditions_.And(condition, conditions_.FromNode(alternative.chosen)),
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
    location_ = LocationOf(call.getDebugLoc().get());
    const Pragma pragma = *PragmaOf(call, location_);
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
          Warn(location_,
               fmt::format("a token is written to '{}' whose {} has no value; it is "
                           "sent as zero",
                           stream.name, leaf.name.empty() ? "content" : "'" + leaf.name + "'"));
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
  return Bits(
      graph_.Resize(AsBits(whole, parameter.type->bytes * 8), width, payload->leaves[0].is_signed));
}

std::vector<Value> ProcessMachine::BindParameters() {
  std::vector<Value> arguments;
  const llvm::Function& function = *request_.function;
  unsigned next = 0;
  if (request_.self_type != nullptr) {
    const ObjectId self = NewState("this", "", *request_.self_type, request_.self, location_);
    arguments.push_back(PointerTo(self));
    ++next;
  }
  for (const ParameterBinding& parameter : request_.parameters) {
    switch (parameter.kind) {
      case ParameterBinding::Kind::kStream: {
        const Type* stream = parameter.type;
        uint32_t count = 1;
        for (; stream->kind == Type::Kind::kArray; stream = stream->element) count *= stream->count;
        if (stream->element == nullptr) {
          Fail(location_, fmt::format("stream '{}' is never used; remove it", parameter.name));
        }
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
          entry.is_written_in_source = IsWritten(*function.getArg(next), 0);
        }
        arguments.push_back(PointerTo(object));
        break;
      }
      case ParameterBinding::Kind::kScalarInput:
        arguments.push_back(BindScalar(parameter, *function.getArg(next)));
        break;
      case ParameterBinding::Kind::kScalarOutput: {
        const auto first = static_cast<uint32_t>(registers_.size());
        const ObjectId object = NewState(
            parameter.name, parameter.name, *parameter.type,
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

}  // namespace vireo::compiler
