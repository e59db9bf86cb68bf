// SPDX-License-Identifier: Apache-2.0
// Whether the program that this library is loaded into calls what the library takes over.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vireo::vfio_shim {

// The functions that interpose.cc defines.
std::span<const std::string_view> InterposedNames();

// What the program imports from shared libraries.
std::vector<std::string_view> ImportsOfProgram();

// Empty, or why VFIO calls of a program with these imports would go around this library.
std::string CheckImports(std::span<const std::string_view> imports);

}  // namespace vireo::vfio_shim
