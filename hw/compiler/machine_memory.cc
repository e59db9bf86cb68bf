// SPDX-License-Identifier: Apache-2.0
// The machine's memory: objects of guarded bytes, loads, stores and copies through pointers.

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/check.h"
#include "hw/compiler/machine.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/Support/MathExtras.h"

namespace vireo::compiler {

ObjectId Machine::NewObject(std::string name, uint64_t size) {
  ObjectId id;
  if (free_objects_.empty()) {
    id = static_cast<ObjectId>(objects_.size());
    objects_.emplace_back();
  } else {
    id = free_objects_.back();
    free_objects_.pop_back();
  }
  objects_[id] = Object{};
  objects_[id].name = std::move(name);
  objects_[id].size = size;
  return id;
}

void Machine::FreeObject(ObjectId id) {
  objects_[id] = Object{};
  free_objects_.push_back(id);
}

Value Machine::PointerTo(ObjectId object, int64_t offset) {
  auto pointer = std::make_shared<Pointer>();
  pointer->targets.push_back({kAlways, object, offset, {}});
  return {.bits = nullptr, .pointer = std::move(pointer), .members = {}};
}

const Pointer& Machine::AsPointer(const Value& value, const char* what) {
  if (value.pointer == nullptr || value.pointer->targets.empty()) {
    Fail(location_, fmt::format("{} through a pointer that does not point to a known object; point "
                                "it to a variable or a member first",
                                what));
  }
  return *value.pointer;
}

Node* Machine::AsBits(const Value& value, uint32_t width) {
  if (value.IsUndefined()) return graph_.Const(width, 0);
  if (value.bits == nullptr) {
    Fail(location_, "a pointer is used as a number; hardware has no addresses: use an index");
  }
  return graph_.Resize(value.bits, width, false);
}

Value Machine::Resolve(const std::vector<Choice>& choices, Condition when) {
  // From the last one back, what each of them still decides.
  struct Part {
    Condition condition;
    Condition care;
    const Value* value;
  };
  std::vector<Part> parts;
  Condition open = when;
  bool disjoint = true;
  for (auto it = choices.rbegin(); it != choices.rend() && open != kNever; ++it) {
    const Condition decides = conditions_.And(it->when, open);
    if (decides == kNever) continue;
    if (decides != conditions_.And(it->when, when)) disjoint = false;
    if (!it->value.IsUndefined()) parts.push_back({decides, open, &it->value});
    open = conditions_.AndNot(open, it->when);
  }
  if (parts.empty()) return {};
  if (parts.size() == 1) return *parts[0].value;
  if (parts[0].value->pointer != nullptr) {
    auto merged = std::make_shared<Pointer>();
    for (const Part& part : parts) {
      if (part.value->pointer == nullptr) continue;
      if (part.value->pointer->function != parts[0].value->pointer->function) {
        Fail(location_,
             "data chooses between functions; call each under its own condition by if or switch");
      }
      merged->function = part.value->pointer->function;
      for (Target target : part.value->pointer->targets) {
        target.when = conditions_.And(target.when, conditions_.Restrict(part.condition, when));
        if (target.when != kNever) merged->targets.push_back(std::move(target));
      }
    }
    return {.bits = nullptr, .pointer = std::move(merged), .members = {}};
  }
  if (!parts[0].value->members.empty()) {
    Value result;
    for (size_t m = 0; m < parts[0].value->members.size(); ++m) {
      std::vector<Choice> inner;
      for (auto it = parts.rbegin(); it != parts.rend(); ++it) {
        inner.push_back({it->condition, it->value->members[m]});
      }
      result.members.push_back(Resolve(inner, when));
    }
    return result;
  }
  const uint32_t width = parts[0].value->bits->width;
  if (disjoint && parts.size() >= 4 && width > 1) {
    std::vector<std::pair<Node*, Node*>> one_hot;
    for (const Part& part : parts) {
      one_hot.emplace_back(conditions_.ToNode(conditions_.Restrict(part.condition, when)),
                           AsBits(*part.value, width));
    }
    return Bits(graph_.OneHotMux(one_hot));
  }
  Node* result = AsBits(*parts.back().value, width);
  for (size_t i = parts.size() - 1; i-- > 0;) {
    const Condition condition = conditions_.Restrict(parts[i].condition, parts[i].care);
    result = graph_.Mux(conditions_.ToNode(condition), AsBits(*parts[i].value, width), result);
  }
  return Bits(result);
}

namespace {

// Bits [begin, end) bytes of a value; undefined stays so.
Value CutBytes(Graph& graph, const Value& value, uint32_t begin, uint32_t end) {
  if (value.bits == nullptr) return value.IsUndefined() ? value : Value{};
  return {.bits = graph.Extract(value.bits, begin * 8, (end - begin) * 8),
          .pointer = nullptr,
          .members = {}};
}

}  // namespace

void Machine::SplitAt(Object& object, int64_t offset) {
  for (size_t i = 0; i < object.segments.size(); ++i) {
    Segment& segment = object.segments[i];
    if (segment.offset >= offset) return;
    if (offset >= segment.offset + segment.size) continue;
    const auto head = static_cast<uint32_t>(offset - segment.offset);
    Segment tail{offset, segment.size - head, {}};
    for (Entry& entry : segment.entries) {
      tail.entries.push_back({entry.when, CutBytes(graph_, entry.value, head, segment.size)});
      entry.value = CutBytes(graph_, entry.value, 0, head);
    }
    segment.size = head;
    object.segments.insert(object.segments.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                           std::move(tail));
    return;
  }
}

Value Machine::LoadBytes(const Object& object, int64_t offset, uint32_t size, Condition when) {
  const auto end = offset + size;
  const auto first = std::partition_point(
      object.segments.begin(), object.segments.end(),
      [&](const Segment& s) { return s.offset + static_cast<int64_t>(s.size) <= offset; });
  if (first == object.segments.end() || first->offset >= end) return {};
  const auto resolve = [&](const Segment& segment) {
    std::vector<Choice> choices;
    for (const Entry& entry : segment.entries) choices.push_back({entry.when, entry.value});
    return Resolve(choices, when);
  };
  if (first->offset == offset && first->size == size) return resolve(*first);
  std::vector<Node*> parts;  // least significant first
  int64_t at = offset;
  for (auto it = first; it != object.segments.end() && it->offset < end; ++it) {
    if (it->offset > at)
      parts.push_back(graph_.Const(static_cast<uint32_t>(it->offset - at) * 8, 0));
    const int64_t begin = std::max(it->offset, offset);
    const int64_t stop = std::min(it->offset + it->size, end);
    const Value whole = resolve(*it);
    const auto width = static_cast<uint32_t>(stop - begin) * 8;
    if (whole.bits != nullptr) {
      parts.push_back(
          graph_.Extract(whole.bits, static_cast<uint32_t>(begin - it->offset) * 8, width));
    } else if (whole.IsUndefined()) {
      parts.push_back(graph_.Const(width, 0));
    } else {
      Fail(location_, "part of a pointer is read; hardware has no addresses");
    }
    at = stop;
  }
  if (at < end) parts.push_back(graph_.Const(static_cast<uint32_t>(end - at) * 8, 0));
  std::reverse(parts.begin(), parts.end());
  return Bits(graph_.Concat(parts));
}

void Machine::StoreBytes(Object& object, int64_t offset, uint32_t size, const Value& value,
                         Condition when) {
  if (object.constant != nullptr) {
    Fail(location_, fmt::format("'{}' is constant and is written here", object.name));
  }
  const int64_t end = offset + size;
  if (offset < 0 || static_cast<uint64_t>(end) > object.size) {
    Fail(location_, fmt::format("a write of {} bytes at byte {} is outside of '{}', which has {}",
                                size, offset, object.name, object.size));
  }
  const auto push = [&](Segment& segment, const Value& part) {
    std::erase_if(segment.entries, [&](const Entry& entry) {
      return conditions_.AndNot(entry.when, when) == kNever;
    });
    segment.entries.push_back({when, part});
  };
  auto at = std::partition_point(
      object.segments.begin(), object.segments.end(),
      [&](const Segment& s) { return s.offset + static_cast<int64_t>(s.size) <= offset; });
  if (at != object.segments.end() && at->offset == offset && at->size == size) {
    push(*at, value);
    return;
  }
  if (at == object.segments.end()) {  // as state is made, from its begin to its end
    object.segments.push_back({offset, size, {{when, value}}});
    return;
  }
  if (value.bits == nullptr) {
    // A pointer, or nothing defined: one segment takes the place of what it covers.
    SplitAt(object, offset);
    SplitAt(object, end);
    std::erase_if(object.segments,
                  [&](const Segment& s) { return s.offset >= offset && s.offset < end; });
    const auto place = std::partition_point(object.segments.begin(), object.segments.end(),
                                            [&](const Segment& s) { return s.offset < offset; });
    object.segments.insert(place, {offset, size, {{when, value}}});
    return;
  }
  SplitAt(object, offset);
  SplitAt(object, end);
  // What is there keeps its borders; gaps become segments.
  std::vector<Segment> result;
  int64_t next = offset;
  const auto fill = [&](int64_t until) {
    if (next >= until || next >= end) return;
    const int64_t stop = std::min(until, end);
    result.push_back({next,
                      static_cast<uint32_t>(stop - next),
                      {{when, CutBytes(graph_, value, static_cast<uint32_t>(next - offset),
                                       static_cast<uint32_t>(stop - offset))}}});
    next = stop;
  };
  for (Segment& segment : object.segments) {
    if (segment.offset >= offset) fill(segment.offset);
    if (segment.offset >= offset && segment.offset < end) {
      const auto begin = static_cast<uint32_t>(segment.offset - offset);
      push(segment, CutBytes(graph_, value, begin, begin + segment.size));
      next = segment.offset + segment.size;
    }
    result.push_back(std::move(segment));
  }
  fill(end);
  std::sort(result.begin(), result.end(),
            [](const Segment& a, const Segment& b) { return a.offset < b.offset; });
  object.segments = std::move(result);
}

std::vector<Machine::Alternative> Machine::Alternatives(const Target& target, Node** index_out) {
  const auto outer = std::max_element(
      target.terms.begin(), target.terms.end(),
      [](const Term& a, const Term& b) { return std::abs(a.stride) < std::abs(b.stride); });
  const Object& object = objects_[target.object];
  uint64_t count = outer->count;
  if (count == 0) {
    const auto offset = static_cast<uint64_t>(target.offset);
    const uint64_t room = object.size > offset ? object.size - offset : 1;
    count = llvm::divideCeil(room, static_cast<uint64_t>(std::abs(outer->stride)));
  }
  const Node* narrow = outer->index;
  if (narrow->op == Op::kZExt && narrow->operands[0]->width < 32) {
    count = std::min<uint64_t>(count, uint64_t{1} << narrow->operands[0]->width);
  }
  if (count > 65536) {
    Fail(location_, fmt::format("an index into '{}' ranges over {} elements that are not a memory; "
                                "make the array a member of the process or a constant table",
                                object.name, count));
  }
  const uint32_t width = std::max(1U, llvm::Log2_64_Ceil(count));
  Node* index = graph_.Extract(outer->index, 0, std::min(width, outer->index->width));
  if (index_out != nullptr) *index_out = index;
  std::vector<Alternative> result;
  for (uint64_t k = 0; k < count; ++k) {
    Alternative alternative{graph_.Eq(index, graph_.Const(index->width, k)), target};
    alternative.target.terms.erase(alternative.target.terms.begin() +
                                   (outer - target.terms.begin()));
    alternative.target.offset += static_cast<int64_t>(k) * outer->stride;
    result.push_back(std::move(alternative));
  }
  return result;
}

Value Machine::LoadTarget(const Target& target, uint32_t size, Condition when) {
  const Object& object = objects_[target.object];
  Value result;
  if (object.constant != nullptr) return LoadConstantData(object, target, size);
  if (object.is_state && LoadState(target, size, when, result)) return result;
  if (target.terms.empty()) {
    if (target.offset < 0 || static_cast<uint64_t>(target.offset) + size > object.size) {
      Fail(location_, fmt::format("a read of {} bytes at byte {} is outside of '{}', which has {}",
                                  size, target.offset, object.name, object.size));
    }
    return LoadBytes(object, target.offset, size, when);
  }
  Node* index = nullptr;
  const std::vector<Alternative> alternatives = Alternatives(target, &index);
  std::vector<Node*> elements;
  for (const Alternative& alternative : alternatives) {
    if (alternative.target.offset < 0 ||
        static_cast<uint64_t>(alternative.target.offset) + size > object.size) {
      break;
    }
    const Value element = LoadTarget(alternative.target, size, when);
    if (element.pointer != nullptr) {
      Fail(location_, "an index chooses between pointers; choose between the values instead");
    }
    elements.push_back(AsBits(element, size * 8));
  }
  if (elements.empty()) Fail(location_, fmt::format("an index is outside of '{}'", object.name));
  return Bits(graph_.Index(index, elements));
}

void Machine::StoreTarget(const Target& target, uint32_t size, const Value& value, Condition when) {
  Object& object = objects_[target.object];
  if (object.is_state && StoreState(target, size, value, when)) return;
  if (target.terms.empty()) {
    StoreBytes(object, target.offset, size, value, when);
    return;
  }
  for (const Alternative& alternative : Alternatives(target, nullptr)) {
    if (alternative.target.offset < 0 ||
        static_cast<uint64_t>(alternative.target.offset) + size > object.size) {
      continue;
    }
    const Condition chosen = conditions_.And(when, conditions_.FromNode(alternative.chosen));
    if (chosen != kNever) StoreTarget(alternative.target, size, value, chosen);
  }
}

void Machine::CheckBounds(const Target& target, const char* access) const {
  const Bounds& bounds = target.bounds;
  if (bounds.count == 0 || !target.terms.empty()) return;
  const int64_t from = target.offset - bounds.begin;
  const int64_t index = (from < 0 ? from - bounds.stride + 1 : from) / bounds.stride;
  if (index >= 0 && static_cast<uint64_t>(index) < bounds.count) return;
  Fail(location_, fmt::format("element {} of '{}' is {}, which has {}; keep the index from 0 to {}",
                              index, ArrayName(target), access, bounds.count, bounds.count - 1));
}

Value Machine::Load(const Pointer& pointer, uint32_t size, Condition when) {
  std::vector<Choice> choices;
  for (const Target& target : pointer.targets) {
    const Condition chosen = conditions_.And(target.when, when);
    if (chosen == kNever && pointer.targets.size() > 1) continue;
    if (chosen != kNever) CheckBounds(target, "read");
    choices.push_back({target.when, LoadTarget(target, size, chosen)});
  }
  return Resolve(choices, when);
}

void Machine::Store(const Pointer& pointer, uint32_t size, const Value& value, Condition when) {
  for (const Target& target : pointer.targets) {
    const Condition chosen = conditions_.And(target.when, when);
    if (chosen == kNever) continue;
    CheckBounds(target, "written");
    StoreTarget(target, size, value, chosen);
  }
}

// A memory takes and gives whole fields; anything else is copied as it was written.
std::vector<uint32_t> Machine::Pieces(const Pointer& to, const Pointer& from, uint32_t size) {
  for (const Pointer* end : {&to, &from}) {
    const Target& place = end->targets[0];
    if (!objects_[place.object].is_state) continue;
    std::vector<uint32_t> pieces = StatePieces(place, size);
    if (!pieces.empty()) return pieces;
  }
  const Target& target = from.targets[0];
  const Object& object = objects_[target.object];
  std::vector<uint32_t> pieces;
  if (object.constant != nullptr) {
    for (uint32_t at = 0; at < size; at += 8) pieces.push_back(std::min(8U, size - at));
    return pieces;
  }
  int64_t at = target.offset;
  const int64_t end = target.offset + size;
  for (const Segment& segment : object.segments) {
    const int64_t begin = std::max(segment.offset, target.offset);
    const int64_t stop = std::min(segment.offset + segment.size, end);
    if (begin >= stop) continue;
    if (begin > at) pieces.push_back(static_cast<uint32_t>(begin - at));
    pieces.push_back(static_cast<uint32_t>(stop - begin));
    at = stop;
  }
  if (at < end) pieces.push_back(static_cast<uint32_t>(end - at));
  return pieces;
}

void Machine::Copy(const Pointer& to, const Pointer& from, uint32_t size, Condition when) {
  const auto moved = [](const Pointer& pointer, uint32_t bytes) {
    Pointer result = pointer;
    for (Target& target : result.targets) {
      target.offset += bytes;
      if (bytes > 0) target.bounds = {};  // a copy may take a table as a whole
    }
    return result;
  };
  // All is read before any of it is written: memmove may overlap.
  std::vector<std::pair<uint32_t, Value>> values;
  uint32_t at = 0;
  for (const uint32_t piece : Pieces(to, from, size)) {
    values.emplace_back(piece, Load(moved(from, at), piece, when));
    at += piece;
  }
  at = 0;
  for (const auto& [piece, value] : values) {
    if (!value.IsUndefined()) Store(moved(to, at), piece, value, when);
    at += piece;
  }
}

Value Machine::LoadConstantData(const Object& object, const Target& target, uint32_t size) {
  auto& context = object.constant->getContext();
  const llvm::DataLayout& layout = module_.getDataLayout();
  if (!target.terms.empty()) {
    Node* index = nullptr;
    std::vector<Node*> elements;
    for (const Alternative& alternative : Alternatives(target, &index)) {
      if (static_cast<uint64_t>(alternative.target.offset) + size > object.size) break;
      elements.push_back(AsBits(LoadConstantData(object, alternative.target, size), size * 8));
    }
    return Bits(graph_.Index(index, elements));
  }
  if (target.offset < 0 || static_cast<uint64_t>(target.offset) + size > object.size) {
    Fail(location_, fmt::format("a read of {} bytes at byte {} is outside of '{}', which has {}",
                                size, target.offset, object.name, object.size));
  }
  llvm::Constant* initializer = const_cast<llvm::Constant*>(object.constant->getInitializer());
  const llvm::APInt offset(64, static_cast<uint64_t>(target.offset));
  llvm::Type* type = llvm::IntegerType::get(context, size * 8);
  if (initializer->isNullValue()) return Bits(graph_.Const(size * 8, 0));
  llvm::Constant* value = llvm::ConstantFoldLoadFromConst(initializer, type, offset, layout);
  if (const auto* number = llvm::dyn_cast_or_null<llvm::ConstantInt>(value)) {
    return Bits(graph_.Const(number->getValue()));
  }
  // Wide values and padding: byte by byte.
  if (size > 1) {
    std::vector<Node*> bytes;
    for (uint32_t i = size; i-- > 0;) {
      Target byte = target;
      byte.offset += i;
      bytes.push_back(AsBits(LoadConstantData(object, byte, 1), 8));
    }
    return Bits(graph_.Concat(bytes));
  }
  return Bits(graph_.Const(8, 0));
}

}  // namespace vireo::compiler
