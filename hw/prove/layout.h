// SPDX-License-Identifier: Apache-2.0
// Payload and state types as the debug information of the source describes them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace llvm {
class DIType;
}

namespace vireo::prove {

// A type with its bytes in memory (of the native layout) and its packed bits (of the hardware).
struct Type {
  enum class Kind { kScalar, kStruct, kArray, kStream };
  struct Member {
    std::string name;  // empty: a base class, or the only value inside a wrapper
    uint64_t offset = 0;
    const Type* type = nullptr;
  };
  Kind kind = Kind::kScalar;
  std::string name{};
  uint64_t bytes = 0;
  uint32_t bits = 0;
  bool is_signed = false;
  std::vector<Member> members{};
  uint64_t count = 0;
  const Type* element = nullptr;  // of an array; the payload of a stream
};

// One scalar of a packed type.
struct Leaf {
  std::string path;
  uint64_t byte_offset = 0;
  uint32_t bit_offset = 0;
  const Type* type = nullptr;
};

// The scalars in packing order: the first field and element 0 at the least significant bit.
std::vector<Leaf> Leaves(const Type& type);

// Reads types from debug information; keeps them alive.
class TypeReader {
 public:
  const Type* Read(const llvm::DIType* type);

 private:
  const Type* ReadComposite(const llvm::DIType* type);
  Type* New(Type::Kind kind, std::string name, uint64_t bytes);

  std::deque<Type> types_;
  std::map<const llvm::DIType*, const Type*> read_;
};

// Typedefs, const and references removed.
const llvm::DIType* Strip(const llvm::DIType* type);

}  // namespace vireo::prove
