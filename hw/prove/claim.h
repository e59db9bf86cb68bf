// SPDX-License-Identifier: Apache-2.0
// What has to be equal: source and Verilog side by side over the same free variables.
#pragma once

#include <string>
#include <vector>

#include "hw/prove/match.h"
#include "hw/prove/source_model.h"

namespace vireo::prove {

// Under `guard`, source and verilog are equal, in each of the cases if there are any.
struct Goal {
  std::string name;
  z3::expr guard;
  z3::expr source;
  z3::expr verilog;
  std::string place;
  std::vector<z3::expr> cases{};
  std::vector<Goal> sufficient{};  // easier ones which, all proved, prove this one
};

struct Claim {
  SourceModel model;
  z3::expr fire = False();    // the source fires: nothing it reaches stalls
  z3::expr misuse = False();  // and does something that the source must not
  std::vector<Goal> goals;
  std::vector<Goal> reset;  // constants on both sides
  std::vector<std::string> notes;
  std::vector<std::string> stage_errors;  // of a pipelined process
  bool pipelined = false;
};

Claim MakeClaim(const SourceIr& ir, const Btor& btor);

// A pipeline register or stage-valid bit, by the names that vireo-hls gives them.
bool IsStageRegister(const std::string& name);

}  // namespace vireo::prove
