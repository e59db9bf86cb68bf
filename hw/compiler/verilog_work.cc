// SPDX-License-Identifier: Apache-2.0
#include "hw/compiler/verilog_work.h"

#include <fmt/format.h>

#include <string>

namespace vireo::compiler {

namespace {

class Work {
 public:
  Work(VerilogModule& module, uint32_t stage)
      : module_(module),
        process_(module.process()),
        schedule_(module.schedule()),
        nets_(module.nets()),
        text_(module.text()),
        stage_(stage) {
    for (size_t i = 0; i < process_.registers.size(); ++i) {
      if (schedule_.register_stage[i] == stage) registers_.push_back(i);
    }
    for (size_t i = 0; i < process_.memories.size(); ++i) {
      if (module.IsRead(process_.memories[i])) memories_.push_back(i);
    }
  }

  void Print(const std::vector<const Node*>& nodes) {
    for (const VerilogNets::PipeRegister& reg : nets_.Pipe(stage_ + 1)) {
      text_.Line(2, fmt::format("reg {}{};", Range(reg.bits.width), reg.name), reg.node->location);
    }
    std::vector<std::string> loads = MemoryReads();
    if (stage_ > module_.last_gated()) return;
    for (const VerilogNets::PipeRegister& reg : nets_.Pipe(stage_ + 1)) {
      loads.push_back(fmt::format("{} <= {};", reg.name,
                                  nets_.Slice(*reg.node, stage_, reg.bits.low, reg.bits.width)));
    }
    if (nodes.empty() && loads.empty() && !Changes()) return;
    for (const Node* node : nodes) module_.DeclareVariable(*node, stage_);
    module_.Clocked();
    Open(loads.empty() ? module_.Active(stage_) : module_.Loading(stage_));
    for (const Node* node : nodes) module_.Assign(*node, stage_, indent_);
    for (const std::string& load : loads) text_.Line(indent_, load);
    const bool is_apart = !loads.empty() && !module_.LoadsOnlyFirings(stage_) && Changes();
    if (is_apart) Open(module_.Valid(stage_));
    for (const size_t i : memories_) MemoryWrite(i);
    for (const size_t i : registers_) Update(i);
    Assertions();
    if (is_apart) Close();
    Close();
    ResetRegisters();
    text_.Line(2, "end");
  }

 private:
  void Open(const std::string& condition) {
    text_.Line(indent_, fmt::format("if ({}) begin", condition));
    indent_ += 2;
  }
  void Close() {
    indent_ -= 2;
    text_.Line(indent_, "end");
  }

  // Whether a firing changes state or checks anything here.
  bool Changes() const {
    if (!registers_.empty()) return true;
    for (const size_t i : memories_) {
      if (Writes(i)) return true;
    }
    for (size_t i = 0; i < process_.assertions.size(); ++i) {
      if (Checks(i)) return true;
    }
    return false;
  }

  bool Writes(size_t memory) const {
    return process_.memories[memory].write_enable != nullptr &&
           schedule_.memory_stage[memory] == stage_;
  }

  bool Checks(size_t assertion) const {
    return schedule_.assertion_stage[assertion] == stage_ &&
           !process_.assertions[assertion].holds->IsAllOnes();
  }

  // The steps of synchronous reads that are made here; declares their registers.
  std::vector<std::string> MemoryReads() {
    std::vector<std::string> loads;
    for (const size_t i : memories_) {
      const Memory& memory = process_.memories[i];
      const uint32_t latency = schedule_.memory_latency[i];
      for (size_t r = 0; r < memory.reads.size(); ++r) {
        const Node& result = *memory.reads[r].result;
        const uint32_t begin = schedule_.read_stage[i][r];
        if (!nets_.IsUsed(result) || stage_ < begin || stage_ >= begin + latency) continue;
        const uint32_t step = stage_ - begin + 1;
        const std::string to = module_.ReadRegister(result, begin, step, latency);
        text_.Line(2, fmt::format("reg {}{};", Range(memory.width), to), result.location);
        const std::string from =
            step > 1 ? module_.ReadRegister(result, begin, step - 1, latency)
                     : fmt::format("{}[{}]", nets_.MemoryName(i),
                                   nets_.Address(*result.operands[0], stage_, memory.depth));
        loads.push_back(fmt::format("{} <= {};", to, from));
      }
    }
    return loads;
  }

  void MemoryWrite(size_t i) {
    if (!Writes(i)) return;
    const Memory& memory = process_.memories[i];
    if (memory.write_enable->IsZero()) return;
    // A firing that a reset catches on its way leaves no trace.
    std::string condition = fmt::format("~{}", module_.Reset());
    if (!memory.write_enable->IsAllOnes()) {
      condition +=
          " & " + nets_.Value(*memory.write_enable, stage_, memory.write_enable->op == Op::kAnd);
    }
    text_.Line(indent_,
               fmt::format("if ({}) {}[{}] <= {};", condition, nets_.MemoryName(i),
                           nets_.Address(*memory.write_address, stage_, memory.depth),
                           nets_.Value(*memory.write_data, stage_, true)),
               memory.location);
  }

  // if / else if over the branches; a branch that holds the register turns its condition round.
  void Update(size_t i) {
    const Register& reg = process_.registers[i];
    if (reg.next == nullptr) return;
    int indent = indent_;
    std::string prefix;
    std::vector<int> open;
    for (const Branch& branch : UpdateChain(reg, static_cast<uint32_t>(i))) {
      if (branch.value == nullptr) {
        if (!prefix.empty()) {
          text_.Line(indent, prefix + "begin");
          open.push_back(indent);
          indent += 2;
          prefix.clear();
        }
        text_.Line(indent, fmt::format("if ({}) begin", nets_.Negated(*branch.condition, stage_)));
        open.push_back(indent);
        indent += 2;
        continue;
      }
      const std::string update =
          fmt::format("{} <= {};", nets_.RegisterName(i), nets_.Value(*branch.value, stage_, true));
      const SourceLocation& place =
          branch.value->location.line != 0 ? branch.value->location : reg.location;
      if (branch.condition == nullptr) {
        text_.Line(indent, prefix + update, place);
        break;
      }
      text_.Line(
          indent,
          fmt::format("{}if ({}) {}", prefix, nets_.Value(*branch.condition, stage_, true), update),
          place);
      prefix = "else ";
    }
    for (; !open.empty(); open.pop_back()) text_.Line(open.back(), "end");
  }

  void Assertions() {
    bool is_open = false;
    for (size_t i = 0; i < process_.assertions.size(); ++i) {
      if (!Checks(i)) continue;
      const Assertion& assertion = process_.assertions[i];
      if (!is_open) text_.Raw("`ifndef SYNTHESIS");
      is_open = true;
      const std::string place = Place(assertion.location);
      text_.Line(indent_, fmt::format("assert ({} | {})", module_.Reset(),
                                      nets_.Value(*assertion.holds, stage_)));
      text_.Raw(fmt::format("        else $error(\"{}{}{}\");", Escaped(place),
                            place.empty() ? "" : ": ", Escaped(assertion.text)));
    }
    if (is_open) text_.Raw("`endif");
  }

  void ResetRegisters() {
    bool is_open = false;
    for (const size_t i : registers_) {
      const Register& reg = process_.registers[i];
      if (!reg.reset) continue;
      if (!is_open) text_.Line(4, fmt::format("if ({}) begin", module_.Reset()));
      is_open = true;
      text_.Line(6, fmt::format("{} <= {};", nets_.RegisterName(i), Literal(*reg.reset)));
    }
    if (is_open) text_.Line(4, "end");
  }

  VerilogModule& module_;
  const Process& process_;
  const Schedule& schedule_;
  VerilogNets& nets_;
  Text& text_;
  uint32_t stage_;
  int indent_ = 4;
  std::vector<size_t> registers_;  // that change in this stage
  std::vector<size_t> memories_;   // that anything reads
};

}  // namespace

void PrintWork(VerilogModule& module, uint32_t stage, const std::vector<const Node*>& nodes) {
  Work(module, stage).Print(nodes);
}

}  // namespace vireo::compiler
