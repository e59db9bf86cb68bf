// SPDX-License-Identifier: Apache-2.0
// What the DEPENDENCE pragmas of the source promise of an array: how many firings a read keeps
// behind a write of the same element.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hw/prove/layout.h"

namespace vireo::prove {

// Of the array at a place in a state object.
struct Promise {
  static constexpr uint64_t kNever = UINT64_MAX;  // no read meets a write of another firing

  size_t object = 0;
  uint64_t offset = 0;    // bytes
  uint64_t distance = 1;  // firings
};

// The distance in a pragma's text; nothing if it promises nothing of reads after writes of other
// firings.
std::optional<uint64_t> PromisedDistance(const std::string& pragma);

// What is promised of the bytes at an offset of an object of some type; 1 if nothing is.
uint64_t DistanceAt(const std::vector<Promise>& promises, size_t object, const Type& type,
                    uint64_t offset);

}  // namespace vireo::prove
