// SPDX-License-Identifier: Apache-2.0
// What the source keeps in memory, as terms: objects cut into scalars, read and written by address.
#include "hw/prove/memory.h"

#include <fmt/format.h>

#include <algorithm>

namespace vireo::prove {
namespace {

void AddGroups(const Type& type, const std::string& path, uint64_t offset,
               std::vector<Dimension> dimensions, std::vector<Group>& groups) {
  switch (type.kind) {
    case Type::Kind::kScalar: {
      if (type.bits == 0) return;
      Group group{.path = path, .leaf = &type, .base = offset, .dimensions = std::move(dimensions)};
      for (const Dimension& dimension : group.dimensions) group.count *= dimension.count;
      groups.push_back(std::move(group));
      return;
    }
    case Type::Kind::kStruct:
      for (const Type::Member& member : type.members) {
        const std::string dot = path.empty() || member.name.empty() ? "" : ".";
        AddGroups(*member.type, path + dot + member.name, offset + member.offset, dimensions,
                  groups);
      }
      return;
    case Type::Kind::kArray:
      dimensions.push_back({type.element->bytes, type.count});
      AddGroups(*type.element, path + "[]", offset, dimensions, groups);
      return;
    case Type::Kind::kStream: return;
  }
}

// The element of a constant byte offset, per dimension, or nothing.
std::optional<std::vector<uint64_t>> Hit(const Group& group, int64_t offset, uint64_t* byte) {
  if (offset < static_cast<int64_t>(group.base)) return std::nullopt;
  uint64_t rest = static_cast<uint64_t>(offset) - group.base;
  std::vector<uint64_t> index;
  for (const Dimension& dimension : group.dimensions) {
    const uint64_t k = rest / dimension.stride;
    if (k >= dimension.count) return std::nullopt;
    index.push_back(k);
    rest -= k * dimension.stride;
  }
  if (rest >= group.leaf->bytes) return std::nullopt;
  *byte = rest;
  return index;
}

z3::expr SelectCell(const Group& group, const std::vector<z3::expr>& index, size_t dimension,
                    uint64_t first) {
  if (dimension == index.size()) return group.cells[first];
  uint64_t inner = 1;
  for (size_t i = dimension + 1; i < index.size(); ++i) inner *= group.dimensions[i].count;
  const uint64_t count = group.dimensions[dimension].count;
  uint64_t constant = 0;
  if (IsNumber(index[dimension], &constant)) {
    return SelectCell(group, index, dimension + 1, first + std::min(constant, count - 1) * inner);
  }
  std::vector<z3::expr> values;
  for (uint64_t k = 0; k < count; ++k)
    values.push_back(SelectCell(group, index, dimension + 1, first + k * inner));
  for (uint32_t bit = 0; values.size() > 1; ++bit) {
    const z3::expr choose = Extract(index[dimension], bit, bit);
    std::vector<z3::expr> next;
    for (size_t k = 0; k < values.size(); k += 2) {
      next.push_back(k + 1 < values.size() ? Choose(choose, values[k + 1], values[k]) : values[k]);
    }
    values = std::move(next);
  }
  return values.front();
}

// Row-major, wide enough for all elements.
z3::expr Flatten(const Group& group, const std::vector<z3::expr>& index) {
  const uint32_t width = IndexBits(group.count);
  std::optional<z3::expr> flat;
  uint64_t inner = 1;
  for (size_t i = index.size(); i-- > 0;) {
    z3::expr part = Resize(index[i], width, false);
    if (inner > 1) part = (part * Number(inner, width)).simplify();
    flat = flat ? (*flat + part).simplify() : part;
    inner *= group.dimensions[i].count;
  }
  return flat ? *flat : Number(0, width);
}

z3::expr ReadGroup(const Group& group, const std::vector<z3::expr>& index) {
  if (!group.array) return SelectCell(group, index, 0, 0);
  return ReadElement(group, Flatten(group, index));
}

bool IsUndefined(const z3::expr& term) {
  return term.is_const() && !term.is_numeral() &&
         term.decl().name().str().starts_with("undefined.");
}

void StoreCells(Group& group, const std::vector<z3::expr>& index, size_t dimension, uint64_t first,
                const z3::expr& value, const z3::expr& condition) {
  if (IsFalse(condition)) return;
  if (dimension == index.size()) {
    // What an uninitialised local holds where it is not written is free: let it be the same.
    const z3::expr old = Given(group.cells[first], Not(condition));
    group.cells[first] = IsUndefined(old) ? value : Choose(condition, value, old);
    group.cell_written[first] = true;
    return;
  }
  uint64_t inner = 1;
  for (size_t i = dimension + 1; i < index.size(); ++i) inner *= group.dimensions[i].count;
  for (uint64_t k = 0; k < group.dimensions[dimension].count; ++k) {
    uint64_t constant = 0;
    if (IsNumber(index[dimension], &constant) && constant != k) continue;
    const z3::expr here = Equal(index[dimension], Number(k, Width(index[dimension])));
    StoreCells(group, index, dimension + 1, first + k * inner, value, And(condition, here));
  }
}

void StoreGroup(Group& group, const std::vector<z3::expr>& index, const z3::expr& value,
                const z3::expr& condition) {
  group.written = true;
  if (group.array) {
    group.stores.push_back({condition, Flatten(group, index), value});
  } else {
    StoreCells(group, index, 0, 0, value, condition);
  }
}

}  // namespace

uint64_t Group::ElementOffset(uint64_t element) const {
  uint64_t offset = base;
  for (size_t i = dimensions.size(); i-- > 0;) {
    offset += element % dimensions[i].count * dimensions[i].stride;
    element /= dimensions[i].count;
  }
  return offset;
}

std::string Group::ElementName(uint64_t element) const {
  std::vector<uint64_t> index(dimensions.size());
  for (size_t i = dimensions.size(); i-- > 0;) {
    index[i] = element % dimensions[i].count;
    element /= dimensions[i].count;
  }
  std::string name;
  size_t next = 0;
  for (size_t i = 0; i < path.size(); ++i) {
    name += path[i];
    if (path[i] == '[') name += std::to_string(index[next++]);
  }
  return name;
}

Object MakeObject(const std::string& name, const Type& type) {
  Object object{name, type.bytes, {}};
  AddGroups(type, name, 0, {}, object.groups);
  return object;
}

void FillCells(Object& object, const std::function<z3::expr(const Group&, uint64_t)>& initial) {
  for (Group& group : object.groups) {
    if (group.array) continue;
    group.cells.clear();
    for (uint64_t i = 0; i < group.count; ++i) group.cells.push_back(initial(group, i));
    group.cell_written.assign(group.count, false);
  }
}

z3::expr ReadElement(const Group& group, const z3::expr& index) {
  z3::expr value = z3::select(*group.array, index);
  for (const Group::Store& store : group.stores) {
    value = Choose(And(store.condition, Equal(store.index, index)), store.value, value);
  }
  return value;
}

std::vector<z3::expr> Memory::Index(const Group& group, const std::vector<uint64_t>& constant,
                                    const Offset& offset, const z3::expr& condition) {
  std::vector<z3::expr> index;
  for (uint64_t k : constant) index.push_back(Number(k, 64));
  for (const auto& [stride, term] : offset.parts) {
    size_t best = group.dimensions.size();
    for (size_t i = 0; i < group.dimensions.size(); ++i) {
      if (stride % static_cast<int64_t>(group.dimensions[i].stride) != 0) continue;
      if (best == group.dimensions.size() ||
          group.dimensions[i].stride > group.dimensions[best].stride)
        best = i;
    }
    if (best == group.dimensions.size()) {
      throw ProveError(
          fmt::format("{}: an address moves by {} bytes, which is no element", group.path, stride));
    }
    const int64_t steps = stride / static_cast<int64_t>(group.dimensions[best].stride);
    z3::expr moved = steps == 1 ? term : term * Number(static_cast<uint64_t>(steps), 64);
    index[best] = constant[best] == 0 && index[best].is_numeral() ? moved : index[best] + moved;
  }
  for (size_t i = 0; i < index.size(); ++i) {
    const uint64_t count = group.dimensions[i].count;
    index[i] = index[i].simplify();
    if (UpperBound(index[i]) >= count) {
      on_bad_(And(condition, ToBit(z3::uge(index[i], Number(count, 64)))),
              fmt::format("index of {} out of bounds", group.path));
    }
    index[i] = Extract(index[i], IndexBits(count) - 1, 0);
  }
  return index;
}

std::vector<Memory::Piece> Memory::Locate(Object& object, const Offset& offset, uint64_t bytes,
                                          const z3::expr& condition) {
  Offset at = offset;
  // A constant below the object comes from an index such as i - 1.
  if (at.constant < 0 && !at.parts.empty()) {
    const int64_t stride = at.parts.front().first;
    const int64_t steps = (-at.constant + stride - 1) / stride;
    at.constant += steps * stride;
    at.parts.front().second = at.parts.front().second - Number(static_cast<uint64_t>(steps), 64);
  }
  std::vector<Piece> pieces;
  const int64_t end = at.constant + static_cast<int64_t>(bytes);
  for (int64_t position = at.constant; position < end;) {
    Piece piece{.bytes = 1};
    for (Group& group : object.groups) {
      const auto hit = Hit(group, position, &piece.first);
      if (!hit) continue;
      piece.group = &group;
      piece.index = Index(group, *hit, at, condition);
      piece.bytes =
          std::min(static_cast<uint64_t>(end - position), group.leaf->bytes - piece.first);
      break;
    }
    position += static_cast<int64_t>(piece.bytes);
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

z3::expr Memory::Read(Object& object, const Offset& offset, uint64_t bytes,
                      const z3::expr& condition) {
  std::vector<z3::expr> parts;
  for (const Piece& piece : Locate(object, offset, bytes, condition)) {
    if (piece.group == nullptr) {
      parts.push_back(Number(0, 8));
      continue;
    }
    const Type& leaf = *piece.group->leaf;
    const z3::expr stored = Resize(Given(ReadGroup(*piece.group, piece.index), condition),
                                   static_cast<uint32_t>(leaf.bytes * 8), leaf.is_signed);
    parts.push_back(Extract(stored, static_cast<uint32_t>((piece.first + piece.bytes) * 8 - 1),
                            static_cast<uint32_t>(piece.first * 8)));
  }
  return ConcatAll(parts);
}

void Memory::Write(Object& object, const Offset& offset, const z3::expr& value,
                   const z3::expr& condition) {
  if (IsFalse(condition)) return;
  uint32_t low = 0;
  for (const Piece& piece : Locate(object, offset, Width(value) / 8, condition)) {
    const auto bits = static_cast<uint32_t>(piece.bytes * 8);
    if (piece.group != nullptr) {
      const Type& leaf = *piece.group->leaf;
      z3::expr stored = Extract(value, low + bits - 1, low);
      const auto all = static_cast<uint32_t>(leaf.bytes * 8);
      if (bits < all) {
        const z3::expr old =
            Resize(Given(ReadGroup(*piece.group, piece.index), condition), all, leaf.is_signed);
        const auto first = static_cast<uint32_t>(piece.first * 8);
        std::vector<z3::expr> parts;
        if (first > 0) parts.push_back(Extract(old, first - 1, 0));
        parts.push_back(stored);
        if (first + bits < all) parts.push_back(Extract(old, all - 1, first + bits));
        stored = ConcatAll(parts);
      }
      StoreGroup(*piece.group, piece.index, Extract(stored, leaf.bits - 1, 0), condition);
    }
    low += bits;
  }
}

}  // namespace vireo::prove
