// SPDX-License-Identifier: Apache-2.0
// Where in the pipeline every signal of the Verilog lives, and whether signals of one firing meet.
//
// A pipeline looked through (its stage registers transparent) computes one firing. That the real
// one computes the same for a stream of firings needs three things more, which are checked here:
// each signal is made of signals of its own stage, each stage register takes what is one stage
// before, and each part of the state is read and written in one stage, so that firings meet it in
// their order.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hw/prove/btor.h"

namespace vireo::prove {

struct StageReport {
  std::vector<std::string> errors;
  std::vector<std::string>
      notes;  // memories whose read and write stand apart: what the source promises
};

// `is_stage_register` tells pipeline registers from state.
StageReport CheckStages(const Btor& btor,
                        const std::function<bool(const BtorState&)>& is_stage_register);

// A register of a memory's read port: it takes what the memory gives, or what such a register gave.
bool IsReadRegister(const Btor& btor, const BtorState& state);

// The number in p3_key or v3.
int StageOf(const std::string& name);

}  // namespace vireo::prove
