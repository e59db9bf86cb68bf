// SPDX-License-Identifier: Apache-2.0
// The emitted Verilog as terms, by way of Yosys and BTOR2 (word-level, no encoding of state).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "hw/prove/terms.h"

namespace vireo::prove {

// A line of BTOR2, its operands as in the file (negative: inverted).
struct BtorLine {
  std::string operation;
  std::vector<int64_t> operands;  // the sort first where the operation has one
  std::string symbol;             // or the digits of a constant
  uint32_t width = 0;             // of the result, of the data for an array
  uint32_t address_width = 0;     // 0: not an array
};

struct BtorState {
  std::string name;
  int64_t id = 0;
  uint32_t width = 0;
  uint32_t address_width = 0;  // 0: a register
  int64_t next = 0;            // 0: never written
  int64_t initial = 0;         // 0: none
};

struct BtorPort {
  std::string name;
  int64_t id = 0;
  uint32_t width = 0;
};

struct Btor {
  std::unordered_map<int64_t, BtorLine> lines;
  std::vector<BtorPort> inputs;
  std::vector<BtorPort> outputs;
  std::vector<BtorState> states;

  const BtorPort* Input(const std::string& name) const;
  const BtorPort* Output(const std::string& name) const;
};

// Runs Yosys on the file; throws ProveError with Yosys' message.
// `simulated`: as a simulator reads it, without SYNTHESIS defined.
Btor ReadVerilog(const std::string& path, const std::string& module, bool simulated = false);
Btor ParseBtor(const std::string& text);

// A memory with writes on top of its value at the start of the cycle.
struct MemoryValue {
  struct Write {
    z3::expr condition;
    z3::expr address;
    z3::expr data;
  };
  const BtorState* memory = nullptr;
  std::vector<Write> writes;  // later ones in force
};

// Terms of the net in one cycle.
class BtorEvaluator {
 public:
  struct Environment {
    std::function<z3::expr(const BtorPort&)> input;
    std::function<z3::expr(const BtorState&)> state;
    std::function<z3::expr(const BtorState&, const z3::expr& address)> read;
    // Registers that are looked through: their value is that of their next cycle.
    std::function<bool(const BtorState&)> transparent = [](const BtorState&) { return false; };
  };
  BtorEvaluator(const Btor& btor, Environment environment);

  z3::expr Eval(int64_t id);
  // The value after the clock's edge.
  z3::expr Next(const BtorState& state);
  MemoryValue NextMemory(const BtorState& state);
  MemoryValue Memory(int64_t id) { return EvalMemory(id); }

 private:
  z3::expr Compute(int64_t id, const BtorLine& line);
  z3::expr StateValue(const BtorState& state);
  MemoryValue EvalMemory(int64_t id);
  z3::expr ReadMemory(const MemoryValue& memory, const z3::expr& address);

  const Btor& btor_;
  Environment environment_;
  std::unordered_map<int64_t, const BtorState*> states_;
  std::unordered_map<int64_t, const BtorPort*> inputs_;
  std::unordered_map<int64_t, z3::expr> values_;
  std::unordered_map<int64_t, bool> open_;  // transparent registers being looked through
};

}  // namespace vireo::prove
