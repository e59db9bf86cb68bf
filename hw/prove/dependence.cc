// SPDX-License-Identifier: Apache-2.0
// What the DEPENDENCE pragmas of the source promise of an array: how many firings a read keeps
// behind a write of the same element.
#include "hw/prove/dependence.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>
#include <sstream>

namespace vireo::prove {
namespace {

// The outermost array that begins at an offset.
const Type* ArrayAt(const Type& type, uint64_t offset) {
  if (type.kind == Type::Kind::kArray) {
    if (offset == 0) return &type;
    return offset < type.bytes ? ArrayAt(*type.element, offset % type.element->bytes) : nullptr;
  }
  for (const Type::Member& member : type.members) {
    if (offset >= member.offset && offset < member.offset + member.type->bytes)
      return ArrayAt(*member.type, offset - member.offset);
  }
  return nullptr;
}

}  // namespace

std::optional<uint64_t> PromisedDistance(const std::string& pragma) {
  std::string text;  // in small letters, with spaces between words only
  for (const char c : pragma) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (c == '=') text.erase(text.find_last_not_of(' ') + 1);
    if (space && (text.empty() || text.back() == ' ' || text.back() == '=')) continue;
    text += space ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  std::istringstream stream(text);
  std::set<std::string> words;
  uint64_t distance = 1;
  for (std::string word; stream >> word;) {
    const size_t equals = word.find('=');
    const std::string value = equals == std::string::npos ? word : word.substr(equals + 1);
    if (word.starts_with("variable=")) continue;
    if (word.starts_with("distance=")) distance = std::strtoull(value.c_str(), nullptr, 10);
    words.insert(value);
  }
  const bool other_way = words.contains("war") || words.contains("waw");
  if (!words.contains("dependence") || words.contains("intra")) return std::nullopt;
  if (other_way && !words.contains("raw")) return std::nullopt;
  return words.contains("false") ? Promise::kNever : std::max<uint64_t>(distance, 1);
}

uint64_t DistanceAt(const std::vector<Promise>& promises, size_t object, const Type& type,
                    uint64_t offset) {
  uint64_t distance = 1;
  for (const Promise& promise : promises) {
    if (promise.object != object || offset < promise.offset) continue;
    const Type* array = ArrayAt(type, promise.offset);
    if (array != nullptr && offset < promise.offset + array->bytes)
      distance = std::max(distance, promise.distance);
  }
  return distance;
}

}  // namespace vireo::prove
