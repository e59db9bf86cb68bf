// SPDX-License-Identifier: Apache-2.0
// What the source keeps in memory, as terms: objects cut into scalars, read and written by address.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hw/prove/layout.h"
#include "hw/prove/terms.h"

namespace vireo::prove {

struct Dimension {
  uint64_t stride = 0;  // bytes
  uint64_t count = 0;
};

// One scalar of a type, with all its elements where arrays stand around it.
struct Group {
  struct Store {
    z3::expr condition;
    z3::expr index;
    z3::expr value;
  };
  std::string path;  // "table_[].key"
  const Type* leaf = nullptr;
  uint64_t base = 0;                    // byte offset of the first element
  std::vector<Dimension> dimensions{};  // outermost first
  uint64_t count = 1;                   // product of the dimensions
  bool written = false;
  // As elements, row-major:
  std::vector<z3::expr> cells{};
  std::vector<bool> cell_written{};
  // As an array with a log of stores, later ones first in force:
  std::optional<z3::expr> array{};
  std::vector<Store> stores{};

  uint64_t ElementOffset(uint64_t element) const;
  std::string ElementName(uint64_t element) const;
};

struct Object {
  std::string name;
  uint64_t bytes = 0;
  std::vector<Group> groups;
};

// An address in an object: a constant and terms of 64 bits times their strides.
struct Offset {
  int64_t constant = 0;
  std::vector<std::pair<int64_t, z3::expr>> parts;
};

// Cuts a type into groups; the cells are left empty.
Object MakeObject(const std::string& name, const Type& type);
// Fills every group by the initial value of each element.
void FillCells(Object& object,
               const std::function<z3::expr(const Group&, uint64_t element)>& initial);

// The element's index term of an array group, one for each dimension folded row-major.
z3::expr ReadElement(const Group& group, const z3::expr& index);

// Reads and writes bytes, and remembers under which conditions an index is out of bounds.
class Memory {
 public:
  using OnBad = std::function<void(const z3::expr& condition, const std::string& what)>;
  explicit Memory(OnBad on_bad) : on_bad_(std::move(on_bad)) {}

  z3::expr Read(Object& object, const Offset& offset, uint64_t bytes, const z3::expr& condition);
  void Write(Object& object, const Offset& offset, const z3::expr& value,
             const z3::expr& condition);

 private:
  // A run of bytes inside one scalar, or in padding where group is null.
  struct Piece {
    Group* group = nullptr;
    std::vector<z3::expr> index{};  // one for each dimension
    uint64_t first = 0;             // byte in the scalar
    uint64_t bytes = 0;
  };
  std::vector<Piece> Locate(Object& object, const Offset& offset, uint64_t bytes,
                            const z3::expr& condition);
  std::vector<z3::expr> Index(const Group& group, const std::vector<uint64_t>& constant,
                              const Offset& offset, const z3::expr& condition);

  OnBad on_bad_;
};

}  // namespace vireo::prove
