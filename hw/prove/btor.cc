// SPDX-License-Identifier: Apache-2.0
// The emitted Verilog as terms, by way of Yosys and BTOR2 (word-level, no encoding of state).
#include "hw/prove/btor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace vireo::prove {
namespace {

const BtorPort* Find(const std::vector<BtorPort>& ports, const std::string& name) {
  for (const BtorPort& port : ports) {
    if (port.name == name) return &port;
  }
  return nullptr;
}

std::string Quote(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// Lines whose only operand after the sort is a literal text.
bool IsLiteral(const std::string& operation) {
  return operation == "const" || operation == "constd" || operation == "consth";
}

// The text without what assertions print when they fail, which Yosys does not read.
void CopyWithoutMessages(const std::string& from, const std::string& to) {
  std::ifstream in(from);
  std::ofstream out(to);
  for (std::string line; std::getline(in, line);) {
    const size_t begin = line.find_first_not_of(' ');
    const bool is_message = begin != std::string::npos && line.find("else $error(", begin) == begin;
    out << (is_message ? ";" : line) << '\n';
  }
}

bool SameWrite(const MemoryValue::Write& a, const MemoryValue::Write& b) {
  return z3::eq(a.condition, b.condition) && z3::eq(a.address, b.address) && z3::eq(a.data, b.data);
}

}  // namespace

const BtorPort* Btor::Input(const std::string& name) const { return Find(inputs, name); }
const BtorPort* Btor::Output(const std::string& name) const { return Find(outputs, name); }

Btor ReadVerilog(const std::string& path, const std::string& module, bool simulated) {
  if (!std::filesystem::exists(path)) throw ProveError(fmt::format("{}: no such file", path));
  char folder[] = "/tmp/vireo-prove-XXXXXX";
  if (mkdtemp(folder) == nullptr) throw ProveError("cannot make a folder in /tmp");
  const std::string out = std::string(folder) + "/net.btor";
  const std::string log = std::string(folder) + "/log";
  const std::string simulated_text = std::string(folder) + "/simulated.v";
  if (simulated) CopyWithoutMessages(path, simulated_text);
  const std::string script = fmt::format(
      "read_verilog -sv -noautowire {}\"{}\"; hierarchy -check -top {}; proc -norom; flatten; "
      "chformal -remove; "
      "opt_expr; opt_clean; memory_collect; memory_map -rom-only; opt_expr; pmuxtree; bmuxmap; "
      "demuxmap; opt_clean; "
      "write_btor \"{}\"",
      simulated ? "-formal " : "", simulated ? simulated_text : path, module, out);
  const std::string command = fmt::format("yosys -q -p {} >{} 2>&1", Quote(script), log);
  const int status = std::system(command.c_str());
  std::stringstream text;
  text << std::ifstream(status == 0 ? out : log).rdbuf();
  std::filesystem::remove_all(folder);
  if (status != 0) throw ProveError(fmt::format("yosys cannot read {}:\n{}", path, text.str()));
  return ParseBtor(text.str());
}

Btor ParseBtor(const std::string& text) {
  Btor btor;
  std::unordered_map<int64_t, size_t> state_index;
  std::istringstream file(text);
  for (std::string row; std::getline(file, row);) {
    std::istringstream words(row.substr(0, row.find(';')));
    int64_t id = 0;
    BtorLine line;
    if (!(words >> id >> line.operation)) continue;
    if (line.operation == "sort") {
      std::string kind;
      words >> kind;
      int64_t first = 0;
      int64_t second = 0;
      words >> first;
      if (kind == "bitvec") {
        line.width = static_cast<uint32_t>(first);
      } else {
        words >> second;
        line.address_width = btor.lines.at(first).width;
        line.width = btor.lines.at(second).width;
      }
      btor.lines[id] = line;
      continue;
    }
    for (std::string word; words >> word;) {
      const bool literal = IsLiteral(line.operation) && line.operands.size() == 1;
      char* end = nullptr;
      const int64_t number = std::strtoll(word.c_str(), &end, 10);
      if (literal || *end != '\0' ||
          (line.operation == "state" || line.operation == "input" ? line.operands.size() == 1
                                                                  : false)) {
        line.symbol = word;
        break;
      }
      line.operands.push_back(number);
    }
    if (line.operation == "output") {
      const BtorLine& driver = btor.lines.at(std::abs(line.operands.at(0)));
      btor.outputs.push_back({line.symbol, line.operands[0], driver.width});
      continue;
    }
    if (line.operation == "next" || line.operation == "init") {
      BtorState& state = btor.states.at(state_index.at(line.operands.at(1)));
      (line.operation == "next" ? state.next : state.initial) = line.operands.at(2);
      continue;
    }
    if (line.operands.empty()) continue;
    const auto sort = btor.lines.find(line.operands.front());
    if (sort != btor.lines.end()) {
      line.width = sort->second.width;
      line.address_width = sort->second.address_width;
    }
    if (line.operation == "input") btor.inputs.push_back({line.symbol, id, line.width});
    if (line.operation == "state") {
      state_index[id] = btor.states.size();
      btor.states.push_back({line.symbol, id, line.width, line.address_width});
    }
    btor.lines[id] = std::move(line);
  }
  return btor;
}

BtorEvaluator::BtorEvaluator(const Btor& btor, Environment environment)
    : btor_(btor), environment_(std::move(environment)) {
  for (const BtorState& state : btor.states) states_[state.id] = &state;
  for (const BtorPort& input : btor.inputs) inputs_[input.id] = &input;
}

z3::expr BtorEvaluator::Eval(int64_t id) {
  if (id < 0) {
    const z3::expr value = Eval(-id);
    return Width(value) == 1 ? Not(value) : ~value;
  }
  const auto known = values_.find(id);
  if (known != values_.end()) return known->second;
  const z3::expr value = Compute(id, btor_.lines.at(id));
  values_.insert_or_assign(id, value);
  return value;
}

z3::expr BtorEvaluator::StateValue(const BtorState& state) {
  if (!environment_.transparent(state) || state.next == 0 || open_[state.id])
    return environment_.state(state);
  // A register that holds its value refers to itself; there its own variable stands.
  open_[state.id] = true;
  const z3::expr value = Eval(state.next);
  open_[state.id] = false;
  return value;
}

z3::expr BtorEvaluator::Next(const BtorState& state) {
  return state.next == 0 ? Eval(state.id) : Eval(state.next);
}

MemoryValue BtorEvaluator::NextMemory(const BtorState& state) {
  return state.next == 0 ? MemoryValue{&state, {}} : EvalMemory(state.next);
}

MemoryValue BtorEvaluator::EvalMemory(int64_t id) {
  const BtorLine& line = btor_.lines.at(id);
  if (line.operation == "state") return {states_.at(id), {}};
  if (line.operation == "write") {
    MemoryValue memory = EvalMemory(line.operands[1]);
    memory.writes.push_back({True(), Eval(line.operands[2]), Eval(line.operands[3])});
    return memory;
  }
  if (line.operation == "ite") {
    const z3::expr condition = Eval(line.operands[1]);
    MemoryValue then_value = EvalMemory(line.operands[2]);
    const MemoryValue else_value = EvalMemory(line.operands[3]);
    if (then_value.memory != else_value.memory)
      throw ProveError("the Verilog chooses between two memories");
    size_t common = 0;
    while (common < then_value.writes.size() && common < else_value.writes.size() &&
           SameWrite(then_value.writes[common], else_value.writes[common])) {
      ++common;
    }
    for (size_t i = common; i < then_value.writes.size(); ++i) {
      then_value.writes[i].condition = And(condition, then_value.writes[i].condition);
    }
    for (size_t i = common; i < else_value.writes.size(); ++i) {
      then_value.writes.push_back(else_value.writes[i]);
      then_value.writes.back().condition = And(Not(condition), else_value.writes[i].condition);
    }
    return then_value;
  }
  throw ProveError(fmt::format("the Verilog's memories use '{}', which the prover does not know",
                               line.operation));
}

z3::expr BtorEvaluator::ReadMemory(const MemoryValue& memory, const z3::expr& address) {
  z3::expr value = environment_.read(*memory.memory, address);
  for (const MemoryValue::Write& write : memory.writes) {
    value = Choose(And(write.condition, Equal(write.address, address)), write.data, value);
  }
  return value;
}

z3::expr BtorEvaluator::Compute(int64_t id, const BtorLine& line) {
  const std::string& op = line.operation;
  const uint32_t width = line.width;
  if (op == "input") return environment_.input(*inputs_.at(id));
  if (op == "state") return StateValue(*states_.at(id));
  if (op == "zero") return Number(0, width);
  if (op == "one") return Number(1, width);
  if (op == "ones") return (~Number(0, width)).simplify();
  if (op == "const") {
    std::vector<z3::expr> bits;
    for (size_t i = line.symbol.size(); i-- > 0;)
      bits.push_back(line.symbol[i] == '1' ? True() : False());
    return ZeroExtend(ConcatAll(bits), width);
  }
  if (op == "constd") return Number(line.symbol, width);
  if (op == "read") return ReadMemory(EvalMemory(line.operands[1]), Eval(line.operands[2]));
  const z3::expr a = Eval(line.operands.at(1));
  if (op == "not") return width == 1 ? Not(a) : ~a;
  if (op == "neg") return -a;
  if (op == "inc") return a + Number(1, width);
  if (op == "dec") return a - Number(1, width);
  if (op == "redor") return Not(Equal(a, Number(0, Width(a))));
  if (op == "redand") return Equal(a, (~Number(0, Width(a))).simplify());
  if (op == "redxor") {
    z3::expr parity = Extract(a, 0, 0);
    for (uint32_t i = 1; i < Width(a); ++i) parity = parity ^ Extract(a, i, i);
    return parity;
  }
  if (op == "slice")
    return Extract(a, static_cast<uint32_t>(line.operands[2]),
                   static_cast<uint32_t>(line.operands[3]));
  if (op == "uext") return ZeroExtend(a, width);
  if (op == "sext") return SignExtend(a, width);
  const z3::expr b = Eval(line.operands.at(2));
  if (op == "ite") return Choose(a, b, Eval(line.operands.at(3)));
  if (op == "and") return width == 1 ? And(a, b) : a & b;
  if (op == "or") return width == 1 ? Or(a, b) : a | b;
  if (op == "nand") return ~(a & b);
  if (op == "nor") return ~(a | b);
  if (op == "xor") return a ^ b;
  if (op == "xnor") return ~(a ^ b);
  if (op == "implies") return Or(Not(a), b);
  if (op == "iff" || op == "eq") return Equal(a, b);
  if (op == "neq") return Not(Equal(a, b));
  if (op == "ult") return ToBit(z3::ult(a, b));
  if (op == "ulte") return ToBit(z3::ule(a, b));
  if (op == "ugt") return ToBit(z3::ugt(a, b));
  if (op == "ugte") return ToBit(z3::uge(a, b));
  if (op == "slt") return ToBit(a < b);
  if (op == "slte") return ToBit(a <= b);
  if (op == "sgt") return ToBit(a > b);
  if (op == "sgte") return ToBit(a >= b);
  if (op == "concat") return Concat(a, b);
  if (op == "add") return a + b;
  if (op == "sub") return a - b;
  if (op == "mul") return a * b;
  if (op == "udiv") return z3::udiv(a, b);
  if (op == "urem") return z3::urem(a, b);
  if (op == "sdiv") return a / b;
  if (op == "srem") return z3::srem(a, b);
  if (op == "smod") return z3::smod(a, b);
  if (op == "sll") return z3::shl(a, b);
  if (op == "srl") return z3::lshr(a, b);
  if (op == "sra") return z3::ashr(a, b);
  throw ProveError(fmt::format("the Verilog uses '{}', which the prover does not know", op));
}

}  // namespace vireo::prove
