// SPDX-License-Identifier: Apache-2.0
// All tables as text: registers.md for people, registers.json for programs.
#ifndef VIREO_HW_SPEC_EMIT_H_
#define VIREO_HW_SPEC_EMIT_H_

#include <string>

namespace vireo::spec {

std::string EmitMarkdown();
std::string EmitJson();

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_EMIT_H_
