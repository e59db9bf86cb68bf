// SPDX-License-Identifier: Apache-2.0
// A bounded run of a pipelined module beside its one-stage form: the same inputs from reset on,
// clock by clock, and what leaves the pipeline is what the other pushed as many clocks before as
// the pipeline is long.
//
// It knows nothing of the source, and looks through no register: the argument by which `stages`
// takes a pipeline for one firing, and what DEPENDENCE promises, are put to the test here.
#pragma once

#include <string>

#include "hw/prove/btor.h"
#include "hw/prove/solve.h"

namespace vireo::prove {

struct TimeResult {
  Verdict verdict = Verdict::kImpossible;  // that they differ
  size_t goals = 0;
  std::string what;  // the first goal that is not proved, "out_data in clock 5", with the inputs
};

// For processes that do nothing at all without room, so that both stall in the same clocks.
TimeResult CompareOverTime(const Btor& one_stage, const Btor& pipelined, int clocks,
                           double goal_seconds);

}  // namespace vireo::prove
