// SPDX-License-Identifier: Apache-2.0
// Which values of a process become nets of its module, their names, and expressions over them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hw/compiler/ir.h"
#include "hw/compiler/piping.h"
#include "hw/compiler/schedule.h"
#include "hw/compiler/verilog_ports.h"
#include "hw/compiler/verilog_text.h"

namespace vireo::compiler {

// A register's update as a chain: where the condition holds the value, else what follows. Without
// a value the register keeps its own; without a condition the branch is the last.
struct Branch {
  const Node* condition = nullptr;
  const Node* value = nullptr;
};

// From the multiplexers of the next value, if some branch of them holds the register; else one
// branch without condition. `index` is the register's.
std::vector<Branch> UpdateChain(const Register& reg, uint32_t index);

inline constexpr uint32_t kMaxShiftAmount = 31;  // bits; simulators take no more

class VerilogNets {
 public:
  // Takes the names of ports, registers and memories first, in that order.
  VerilogNets(const Process& process, const Schedule& schedule, const Piping& piping);

  NameTable& names() { return names_; }
  const std::string& RegisterName(size_t i) const { return register_names_[i]; }
  const std::string& MemoryName(size_t i) const { return memory_names_[i]; }
  const ProcessPorts& ports() const { return ports_; }

  // Nets to define in a stage, in an order in which operands come first.
  const std::vector<const Node*>& Defined(uint32_t stage) const { return defined_[stage]; }
  const std::string& NetName(const Node& node, uint32_t stage) const;
  // Whether any printed text needs the node, itself or through others.
  bool IsUsed(const Node& node) const;
  // What defines the node.
  std::string Definition(const Node& node, uint32_t stage);

  // The value in a stage: a net or an expression; in parentheses unless it is one token or
  // `is_top`.
  std::string Value(const Node& node, uint32_t stage, bool is_top = false);
  // Bits of it.
  std::string Slice(const Node& node, uint32_t stage, uint32_t low, uint32_t width);
  // The negation, where the value is one bit.
  std::string Negated(const Node& node, uint32_t stage);
  // The value as an index into `depth` words.
  std::string Address(const Node& node, uint32_t stage, uint32_t depth);

  // Pipeline registers at the beginning of a stage: the node and its bits, name by name.
  struct PipeRegister {
    const Node* node;
    BitRange bits;
    std::string name;
  };
  const std::vector<PipeRegister>& Pipe(uint32_t stage) const { return pipe_[stage]; }

  // A net that this class did not make; declared by the caller.
  void Declare(const std::string& name, uint32_t width);
  void Use(const std::string& name, uint32_t low, uint32_t width);
  // What nothing uses: names and parts of names.
  std::vector<std::string> Unused() const;

 private:
  using Key = std::pair<uint32_t, uint32_t>;  // node, stage
  struct Uses {
    uint32_t whole = 0;
    bool sliced = false;
    bool is_net = false;
    uint32_t weight = 0;  // operators in the expression
    std::string name;     // of a net
  };
  struct Net {
    uint32_t width = 0;
    llvm::APInt used;
  };

  void DeclareInputs();
  void CountRoots();
  void Count(const Node& node, uint32_t stage);
  void CountSlice(const Node& node, uint32_t stage, uint32_t low, uint32_t width);
  void CountAddress(const Node& node, uint32_t stage, uint32_t depth);
  void CountOperands(const Node& node, uint32_t stage);
  void ChooseNets();
  bool IsExpression(const Node& node, uint32_t stage, const Uses& uses) const;
  uint32_t Weight(const Node& node, uint32_t stage) const;
  void NamePipe();
  std::string DerivedName(const Node& node) const;
  std::string FieldName(const Node& node, uint32_t low, uint32_t width) const;
  std::string BaseName(const Node& node) const;
  std::string SourceNet(const Node& node) const;
  bool IsSource(const Node& node) const;
  uint32_t OperandStage(const Node& node, uint32_t stage) const;
  std::string Operator(const Node& node, uint32_t stage, const char* symbol);
  std::string Expression(const Node& node, uint32_t stage, bool is_top);
  std::string Shift(const Node& node, uint32_t stage);

  const Process& process_;
  const Schedule& schedule_;
  const Piping& piping_;
  NameTable names_;
  std::vector<std::string> register_names_;
  std::vector<std::string> memory_names_;
  ProcessPorts ports_;
  std::map<Key, Uses> uses_;
  std::vector<std::vector<const Node*>> defined_;
  std::vector<std::vector<PipeRegister>> pipe_;
  std::map<Key, std::vector<size_t>> pipe_of_;  // indices into pipe_[stage]
  std::vector<std::string> net_order_;
  std::map<std::string, Net> nets_;
};

}  // namespace vireo::compiler
