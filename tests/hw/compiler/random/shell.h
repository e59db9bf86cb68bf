// SPDX-License-Identifier: Apache-2.0
// A shell command, its end and what it cost.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_SHELL_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_SHELL_H_

#include <string>

namespace vireo::testing {

struct Ended {
  int code;        // 128 + signal where one ended it
  double seconds;  // of processor time, with all that it started
};

Ended Shell(const std::string& command);

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_SHELL_H_
