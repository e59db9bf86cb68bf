# SPDX-License-Identifier: Apache-2.0
# The libraries that are used from Debian; cmake/packages.txt lists their packages.

find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)                     # of Verilator's waves
find_package(fmt REQUIRED)                      # fmt::fmt
find_package(tl-expected REQUIRED)              # tl::expected
find_package(nlohmann_json REQUIRED)            # nlohmann_json::nlohmann_json
find_package(yaml-cpp REQUIRED)                 # yaml-cpp
find_package(GTest REQUIRED)                    # GTest::gtest_main, GTest::gmock

# vireo::llvm: clang's IR library, one shared object, headers without our warnings.
set(CMAKE_MESSAGE_LOG_LEVEL WARNING)   # not what LLVM itself looks for and does without
find_package(LLVM 19.1 REQUIRED CONFIG PATHS /usr/lib/llvm-19/lib/cmake/llvm NO_DEFAULT_PATH)
unset(CMAKE_MESSAGE_LOG_LEVEL)
add_library(vireo_llvm INTERFACE)
add_library(vireo::llvm ALIAS vireo_llvm)
separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_include_directories(vireo_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_compile_options(vireo_llvm INTERFACE ${llvm_definitions})
target_link_libraries(vireo_llvm INTERFACE LLVM)

# vireo::z3: the SMT solver with its C++ header <z3++.h>; Debian's package has no CMake file.
find_library(Z3_LIBRARY z3 REQUIRED)
find_path(Z3_INCLUDE_DIR z3++.h REQUIRED)
add_library(vireo_z3 INTERFACE)
add_library(vireo::z3 ALIAS vireo_z3)
target_include_directories(vireo_z3 SYSTEM INTERFACE ${Z3_INCLUDE_DIR})
target_link_libraries(vireo_z3 INTERFACE ${Z3_LIBRARY})

find_program(VERILATOR verilator REQUIRED)
find_program(YOSYS yosys REQUIRED)

# vireo::uring: liburing, without our warnings for its header.
find_library(URING_LIBRARY uring REQUIRED)
find_path(URING_INCLUDE_DIR liburing.h REQUIRED)
add_library(vireo_uring INTERFACE)
add_library(vireo::uring ALIAS vireo_uring)
target_include_directories(vireo_uring SYSTEM INTERFACE ${URING_INCLUDE_DIR})
target_link_libraries(vireo_uring INTERFACE ${URING_LIBRARY})
