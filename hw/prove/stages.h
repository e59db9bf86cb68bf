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
#include <set>
#include <string>
#include <vector>

#include "hw/prove/btor.h"

namespace vireo::prove {

struct StageReport {
  std::vector<std::string> errors;
  // Memories whose read and write stand apart: right if the source keeps its firings so far apart.
  struct Gap {
    const BtorState* memory = nullptr;
    int read = 0;
    int written = 0;
    uint64_t distance() const { return static_cast<uint64_t>(written - read + 1); }
    // What that needs, and what the source promises of it.
    std::string Explain(uint64_t promised) const;
  };
  std::vector<Gap> gaps;
  // State that is written, and outputs that are driven, behind stage 0.
  std::set<int64_t> late_states;
  std::map<std::string, int> late_outputs;  // with their stage
};

// `is_stage_register` tells pipeline registers from state.
StageReport CheckStages(const Btor& btor,
                        const std::function<bool(const BtorState&)>& is_stage_register);

// A register of a memory's read port: it takes what the memory gives, or what such a register gave.
bool IsReadRegister(const Btor& btor, const BtorState& state);

// The number in p3_key or v3.
int StageOf(const std::string& name);

}  // namespace vireo::prove
