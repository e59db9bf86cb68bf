// SPDX-License-Identifier: Apache-2.0
// The card's functions by name.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "host-driver/management/register_blocks.h"
#include "hw/spec/function_type.h"

namespace vireo::host {

// Numbers of the functions of a kind: blk, blk_vf0, blk_vf1, ... for block devices.
Result<std::map<std::string, uint16_t>> FindFunctions(const RegisterBlocks& blocks,
                                                      spec::FunctionKind kind);

}  // namespace vireo::host
