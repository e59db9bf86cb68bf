// SPDX-License-Identifier: Apache-2.0
// What can go wrong here is told in a sentence.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace vireo::report {

template <class T>
using Result = tl::expected<T, std::string>;

}  // namespace vireo::report
