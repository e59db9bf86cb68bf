// SPDX-License-Identifier: Apache-2.0
// What the source's types are in hardware: bits, structs, arrays and streams, read from debug info.
//
// LLVM's own types have lost the widths (ap_uint<9> is an i16 in memory); the debug info has them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hw/compiler/ir.h"
#include "llvm/IR/DebugInfoMetadata.h"

namespace vireo::compiler {

inline constexpr uint32_t kMaxBits = 4096;  // of ap_uint and ap_int

struct Type {
  enum class Kind : uint8_t { kBits, kStruct, kArray, kStream, kPointer, kUnsupported };
  struct Field {
    std::string name;
    uint32_t byte_offset;
    const Type* type;
    SourceLocation location;
  };

  Kind kind = Kind::kUnsupported;
  std::string name;
  uint32_t bytes = 0;
  uint32_t bits = 0;  // packed; 0 where there is none
  bool is_signed = false;
  std::vector<Field> fields;      // kStruct, in the order of the source
  const Type* element = nullptr;  // kArray; kStream: the payload; kPointer: what it points to
  uint32_t count = 0;             // kArray
  uint32_t depth = 0;             // kStream: the DEPTH of its type, 0 where it has none
};

// Translates debug types; owns what it returns.
class Layouts {
 public:
  const Type* Get(const llvm::DIType* type);

 private:
  std::unique_ptr<Type> Translate(const llvm::DIType* type);
  std::unique_ptr<Type> TranslateComposite(const llvm::DICompositeType* type);

  std::map<const llvm::DIType*, std::unique_ptr<Type>> types_;
};

// The scalars of a type with their packed positions: first field and element 0 at the least
// significant end. Nothing if a part of the type has no packed form (a pointer, a float).
std::optional<Payload> PackedPayload(const Type& type);

// How many scalars a type holds.
uint64_t ScalarCount(const Type& type);

// A place as debug info has it; paths under the working directory are relative to it.
SourceLocation LocationIn(const llvm::DIFile* file, uint32_t line, uint32_t column);

// Drops typedefs and const.
const llvm::DIType* Stripped(const llvm::DIType* type);

}  // namespace vireo::compiler
