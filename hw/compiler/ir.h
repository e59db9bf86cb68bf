// SPDX-License-Identifier: Apache-2.0
// The compiler's own representation: processes as dataflow graphs of one firing, networks of them.
//
// A process fires at most once a clock. Its graph says, for one firing, what it reads (registers,
// memories, heads and status of streams), what it computes, and what it leaves behind (next values
// of registers, memory writes, pops and pushes). The graph is acyclic: state closes the loop.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/ArrayRef.h"

namespace vireo::compiler {

// A place in the user's source; line 0 means none is known.
struct SourceLocation {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  bool operator==(const SourceLocation&) const = default;
};

enum class Op : uint8_t {
  kConst,        // `value`
  kStreamData,   // head of input stream `index`
  kStreamValid,  // 1 bit: input stream `index` holds a token
  kStreamRoom,   // 1 bit: output stream `index` can take a token
  kScalarIn,     // scalar input `index`
  kRegister,     // register `index` as the firing finds it
  kMemoryRead,   // read port `port` of memory `index`; operand 0 is the address. Old content.
  kNot,
  kAnd,  // n-ary when 1 bit wide, else binary; so are kOr, kXor
  kOr,
  kXor,
  kAdd,
  kSub,
  kMul,
  kUDiv,
  kSDiv,
  kURem,
  kSRem,
  kShl,   // operand 1 is an unsigned amount of any width; at or past the width gives zeros
  kLShr,  // likewise
  kAShr,  // likewise, past the width gives sign bits
  kEq,
  kUlt,
  kSlt,
  kMux,        // condition, then, else
  kOneHotMux,  // condition, value, condition, value, ...: OR of the chosen; at most one is true
  kIndex,      // index, element 0, element 1, ...: past the end gives the last element
  kConcat,     // operand 0 is most significant
  kExtract,    // bits [low +: width] of operand 0
  kZExt,
  kSExt,
  kReduceAnd,
  kReduceOr,
  kReduceXor,
};

const char* OpName(Op op);

struct Node {
  Op op;
  uint32_t width;      // bits, at least 1
  uint32_t id;         // order of creation; operands have smaller ones
  uint32_t index = 0;  // stream, register, memory or scalar
  uint32_t port = 0;   // memory read port
  uint32_t low = 0;    // kExtract
  llvm::APInt value;   // kConst
  std::vector<Node*> operands;
  std::string name;  // the source's name for this value, if it has one
  SourceLocation location;

  bool IsConst() const { return op == Op::kConst; }
  bool IsConst(uint64_t v) const { return IsConst() && value == v; }
  bool IsZero() const { return IsConst() && value.isZero(); }
  bool IsAllOnes() const { return IsConst() && value.isAllOnes(); }
};

// Whether one is the other's negation.
bool Opposite(const Node* a, const Node* b);

// Builds nodes: folds constants, applies local identities, and shares equal nodes. Owns them.
class Graph {
 public:
  Graph() = default;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  Node* Const(llvm::APInt value);
  Node* Const(uint32_t width, uint64_t value);
  Node* True() { return Const(1, 1); }
  Node* False() { return Const(1, 0); }
  Node* Input(Op op, uint32_t width, uint32_t index);
  Node* MemoryRead(uint32_t memory, uint32_t port, uint32_t width, Node* address);

  Node* Not(Node* a);
  Node* And(Node* a, Node* b);
  Node* Or(Node* a, Node* b);
  Node* Xor(Node* a, Node* b);
  Node* Add(Node* a, Node* b);
  Node* Sub(Node* a, Node* b);
  Node* Binary(Op op, Node* a, Node* b);  // kMul, divisions and remainders
  Node* Shift(Op op, Node* a, Node* amount);
  Node* Eq(Node* a, Node* b);
  Node* Ne(Node* a, Node* b) { return Not(Eq(a, b)); }
  Node* Ult(Node* a, Node* b);
  Node* Slt(Node* a, Node* b);
  Node* Mux(Node* condition, Node* a, Node* b);
  Node* OneHotMux(llvm::ArrayRef<std::pair<Node*, Node*>> choices);
  Node* Index(Node* index, llvm::ArrayRef<Node*> elements);
  Node* Concat(llvm::ArrayRef<Node*> parts);  // first is most significant
  Node* Extract(Node* a, uint32_t low, uint32_t width);
  Node* ZExt(Node* a, uint32_t width);
  Node* SExt(Node* a, uint32_t width);
  Node* Resize(Node* a, uint32_t width, bool is_signed);  // extends or cuts
  Node* Reduce(Op op, Node* a);

  // Nodes made from now on carry this location.
  void SetLocation(const SourceLocation& location) { location_ = location; }
  // Names a node after the source unless it has a name already or is a constant.
  void Name(Node* node, const std::string& name);

  const std::deque<Node>& nodes() const { return nodes_; }

 private:
  Node* Make(Op op, uint32_t width, std::vector<Node*> operands, uint32_t index = 0,
             uint32_t port = 0, uint32_t low = 0);
  Node* NaryBit(Op op, Node* a, Node* b);
  Node* PushExtract(Node* a, uint32_t low, uint32_t width);

  using ExtractKey = std::tuple<uint32_t, uint32_t, uint32_t>;  // node id, low, width

  std::deque<Node> nodes_;
  std::unordered_multimap<size_t, Node*> shared_;
  std::map<ExtractKey, Node*> extracts_;  // without it, shared subgraphs are walked many times
  SourceLocation location_;
};

// One scalar of a payload or of state: where it stands in native memory and in packed bits.
struct Leaf {
  std::string name;  // path within the payload: "head.index", "data[3]"; empty for a scalar payload
  uint32_t byte_offset = 0;
  uint32_t byte_size = 0;
  uint32_t bit_offset = 0;
  uint32_t bits = 0;
  bool is_signed = false;
};

struct Payload {
  std::string type;  // as the source spells it
  uint32_t bits = 0;
  uint32_t bytes = 0;
  bool is_axis = false;  // hls::axis: ports get TKEEP, TLAST, ... of their own, by leaf name
  std::vector<Leaf> leaves;
};

struct Register {
  std::string name;
  uint32_t width = 0;
  bool is_signed = false;
  std::optional<llvm::APInt> reset;
  Node* next = nullptr;  // value after a firing; the register's own node where it holds
  SourceLocation location;
};

enum class StorageStyle : uint8_t { kAuto, kLutram, kBram, kUram };

// What the source promises about reads that follow writes of earlier firings.
struct Dependence {
  bool checked = true;    // false: none (DEPENDENCE inter false)
  uint32_t distance = 1;  // a write is read `distance` firings later at the earliest
};

struct Memory {
  struct Read {
    Node* address = nullptr;
    Node* enable = nullptr;  // 1 bit: the firing needs the result
    Node* result = nullptr;  // the kMemoryRead node
    SourceLocation location;
  };
  std::string name;
  uint32_t width = 0;
  uint32_t depth = 0;
  StorageStyle style = StorageStyle::kAuto;
  uint32_t read_latency = 0;  // clocks from address to data; 0 is an asynchronous read
  Dependence dependence;
  std::vector<llvm::APInt> contents;  // initial contents; empty: none
  std::vector<Read> reads;
  Node* write_enable = nullptr;  // null: a ROM
  Node* write_address = nullptr;
  Node* write_data = nullptr;
  SourceLocation location;
};

struct InputStream {
  std::string name;
  Payload payload;
  Node* pop = nullptr;   // 1 bit: this firing reads a token
  Node* wait = nullptr;  // 1 bit: this firing cannot happen yet for want of a token here
  SourceLocation location;
};

struct OutputStream {
  std::string name;
  Payload payload;
  Node* push = nullptr;  // 1 bit: this firing writes a token
  Node* data = nullptr;
  Node* wait = nullptr;  // 1 bit: this firing cannot happen yet for want of room here
  SourceLocation location;
};

struct ScalarInput {
  std::string name;
  uint32_t width = 0;
};

// A scalar output is a register whose value leaves the process.
struct ScalarOutput {
  std::string name;
  uint32_t register_index = 0;
};

struct Assertion {
  Node* holds = nullptr;  // 1 bit, in every firing
  std::string text;
  SourceLocation location;
};

// One hardware process. It fires in every clock in which no stream's `wait` is true.
struct Process {
  std::string name;  // module name
  std::unique_ptr<Graph> graph;
  std::vector<Register> registers;
  std::vector<Memory> memories;
  std::vector<InputStream> inputs;
  std::vector<OutputStream> outputs;
  std::vector<ScalarInput> scalar_inputs;
  std::vector<ScalarOutput> scalar_outputs;
  std::vector<Assertion> assertions;
  SourceLocation location;
};

// A FIFO between two processes, or between a process and a pin of the top.
struct Channel {
  std::string name;
  Payload payload;
  uint32_t depth = 2;
  // Indices into Network::instances and that process' streams; none: a pin of the top.
  std::optional<std::pair<size_t, size_t>> producer;
  std::optional<std::pair<size_t, size_t>> consumer;
  SourceLocation location;
};

enum class ScalarMode : uint8_t { kWire, kAxiLite };

// A scalar pin of the top, or a register of its AXI4-Lite block.
struct ScalarPort {
  std::string name;
  uint32_t width = 0;
  bool is_input = true;
  ScalarMode mode = ScalarMode::kWire;
  std::string bundle = "control";
};

struct Instance {
  std::string name;
  size_t process = 0;                  // index into Network::processes
  std::vector<size_t> inputs;          // channel of each input stream
  std::vector<size_t> outputs;         // channel of each output stream
  std::vector<size_t> scalar_inputs;   // ScalarPort of each scalar input
  std::vector<size_t> scalar_outputs;  // ScalarPort of each scalar output
};

// What is lowered: a top with its processes. A single process is a network of one.
struct Network {
  std::string name;
  std::vector<std::unique_ptr<Process>> processes;
  std::vector<Instance> instances;
  std::vector<Channel> channels;
  std::vector<ScalarPort> scalar_ports;
};

}  // namespace vireo::compiler
