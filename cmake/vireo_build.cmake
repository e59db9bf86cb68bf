# SPDX-License-Identifier: Apache-2.0
# The compiler, the flags of our own code, and where the results of a build land.

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "Vireo's engines need clang++ 19 (_BitInt wider than 128 bits), and this is "
    "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}. "
    "Remove ${CMAKE_BINARY_DIR}/CMakeCache.txt and configure with: cmake --preset default")
endif()

option(VIREO_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

# Asserts stay on: in an engine they are part of what is checked.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -gline-tables-only")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -gline-tables-only")

# Includes are absolute from the top level; only AMD's header names (<ap_int.h>) stand alone.
include_directories(${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/hw/hls)

# _BitInt is a Clang extension in C++, and #pragma HLS belongs to another compiler.
add_compile_options(
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough -Wno-bit-int-extension -Wno-unknown-pragmas -fcolor-diagnostics)
add_link_options(-fuse-ld=lld)

if(VIREO_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
