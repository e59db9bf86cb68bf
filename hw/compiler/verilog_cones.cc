// SPDX-License-Identifier: Apache-2.0
#include "hw/compiler/verilog_cones.h"

#include <vector>

namespace vireo::compiler {

StageCones::StageCones(const Process& process, const Schedule& schedule, const Piping& piping,
                       uint32_t stage)
    : schedule_(schedule), piping_(piping), stage_(stage) {
  if (stage == 0) {
    Collect(*schedule.active, control_);
    for (const Node* wait : schedule.waits) Collect(*wait, control_);
    for (const InputStream& in : process.inputs) Collect(*in.pop, control_);
    for (const OutputSchedule& out : schedule.outputs) Collect(*out.reserve, control_);
  }
  for (size_t i = 0; i < process.outputs.size(); ++i) {
    const OutputSchedule& plan = schedule.outputs[i];
    if (plan.stage != stage) continue;
    Collect(*process.outputs[i].push, control_);
    if (stage > 0 && !plan.exact_reserve) Collect(*plan.reserve, control_);
    Collect(*process.outputs[i].data, data_);
  }
  for (const uint32_t id : control_) data_.erase(id);
}

void StageCones::Collect(const Node& root, std::set<uint32_t>& cone) const {
  std::vector<const Node*> open = {&root};
  while (!open.empty()) {
    const Node& node = *open.back();
    open.pop_back();
    if (node.IsConst()) continue;
    // What comes from a pipeline register or a synchronous memory is there already.
    if (piping_.IsPiped(node) && stage_ > schedule_.stage[node.id]) continue;
    if (node.op == Op::kMemoryRead && schedule_.memory_latency[node.index] > 0) continue;
    if (!cone.insert(node.id).second) continue;
    open.insert(open.end(), node.operands.begin(), node.operands.end());
  }
}

}  // namespace vireo::compiler
