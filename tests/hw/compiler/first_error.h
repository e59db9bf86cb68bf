// SPDX-License-Identifier: Apache-2.0
// Sources lowered in a test: what they become, or their first error.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

// Lowers and schedules "top" of a source, behind five lines that include the headers and name u8
// and S; the first error or missed clock as "line:column: error: message", or nothing.
std::string FirstError(const std::string& source);

// "top" of such a source, lowered; fails with SourceError.
Network LowerSource(const std::string& source);

struct ErrorCase {
  const char* name;
  const char* source;
  const char* error;
};

inline std::string NameOfErrorCase(const testing::TestParamInfo<ErrorCase>& info) {
  return info.param.name;
}

class Errors : public testing::TestWithParam<ErrorCase> {};

}  // namespace vireo::compiler
