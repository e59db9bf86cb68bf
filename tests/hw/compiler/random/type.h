// SPDX-License-Identifier: Apache-2.0
// The types that random programs use: scalars, and structs of scalars, arrays and structs.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_TYPE_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_TYPE_H_

#include <memory>
#include <string>
#include <vector>

namespace vireo::testing {

struct Scalar {
  enum class Kind { kAp, kNative, kBool, kEnum };
  Kind kind = Kind::kBool;
  int width = 1;
  bool is_signed = false;

  std::string Name() const;
  bool is_ap() const { return kind == Kind::kAp; }
  bool is_native() const { return kind == Kind::kNative; }
  bool operator==(const Scalar&) const = default;
};

inline Scalar Ap(int width, bool is_signed = false) {
  return {Scalar::Kind::kAp, width, is_signed};
}
inline Scalar Native(int width, bool is_signed = false) {
  return {Scalar::Kind::kNative, width, is_signed};
}
inline Scalar Bool() { return {Scalar::Kind::kBool, 1, false}; }
inline Scalar Enum() { return {Scalar::Kind::kEnum, 8, false}; }

// An expression of type `from` as one of type `to`, with nothing implicit or undefined about it.
std::string Convert(const std::string& text, const Scalar& from, const Scalar& to);

struct Struct;

// A scalar, or a struct where `structure` is set.
struct Type {
  Scalar scalar;
  std::shared_ptr<const Struct> structure;

  std::string Name() const;
};

struct Struct {
  struct Field {
    std::string name;
    Type type;
    int count;  // 0: not an array
  };
  std::string name;
  std::vector<Field> fields;

  std::string Definition() const;
};

// A scalar inside a value: ".a[2].b", first field first.
struct Part {
  std::string path;
  Scalar scalar;
};
std::vector<Part> PartsOf(const Type& type);
int BitsOf(const Type& type);

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_TYPE_H_
