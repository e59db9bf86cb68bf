// SPDX-License-Identifier: Apache-2.0
// Arrays of state that become memories: banks, ports, and the order of reads and writes in a
// firing.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hw/compiler/condition.h"
#include "hw/compiler/layout.h"
#include "hw/compiler/pragma.h"

namespace vireo::compiler {

// How one dimension of an array is cut into banks (ARRAY_PARTITION).
struct Partition {
  enum class Kind : uint8_t { kNone, kComplete, kCyclic, kBlock };
  Kind kind = Kind::kNone;
  uint32_t factor = 1;
};

// What pragmas say about one array.
struct ArrayOptions {
  const Type* array = nullptr;
  std::map<uint32_t, Partition> partitions;  // by dimension from 1; 0 is all of them
  StorageStyle style = StorageStyle::kAuto;
  uint32_t latency = 0;
  bool latency_given = false;
  uint32_t max_reads = 0;  // read ports; 0 leaves it to the style
  Dependence dependence;
  std::optional<Pragma> storage;  // the BIND_STORAGE
  std::optional<Pragma> promise;  // the DEPENDENCE, where it says anything

  void Apply(const Pragma& pragma);
  // Whether all of it is to be registers.
  bool IsRegisters(size_t dimensions) const;
};

// What is to become of a provisional memory.
struct MemoryPlan {
  std::string group;            // memories of a group are joined where their ports agree
  std::string group_name;       // what the joined memory is called
  std::vector<uint32_t> ports;  // final port of each provisional port
};

// One memory array of a process. Every leaf of its element is a memory of its own until Finish()
// joins those that are always written together.
class StateMemory {
 public:
  struct Dimension {
    uint32_t count = 0;
    uint32_t stride = 0;  // bytes
    Partition partition;
  };
  // Index of a dimension in an access: a node of as many bits as the count needs.
  using Indices = std::vector<Node*>;

  // `first_index` is the provisional index of its first memory; it takes memory_count() of them.
  StateMemory(Graph& graph, Conditions& conditions, std::string name, const Type& array,
              const ArrayOptions& options, uint32_t first_index, SourceLocation location);

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  const Payload& element() const { return element_; }
  uint32_t element_bytes() const { return element_bytes_; }
  uint32_t memory_count() const { return static_cast<uint32_t>(banks_.size()); }
  const std::string& name() const { return name_; }

  // A leaf of the element at the indices, as packed bits: what this firing's writes left there,
  // or what the memory held before.
  Node* Read(size_t leaf, const Indices& indices, Condition when, const SourceLocation& location);
  void Write(size_t leaf, const Indices& indices, Node* data, Condition when,
             const SourceLocation& location);

  // Fills in its memories, at their provisional indices; `contents` gives the initial value of a
  // leaf of element number i. Fails where ports conflict.
  using Contents = std::function<std::optional<llvm::APInt>(uint32_t i, const Leaf& leaf)>;
  void Finish(std::vector<Memory>& memories, std::vector<MemoryPlan>& plans,
              const Contents& contents, bool single_stage);

 private:
  struct ReadEvent {
    Condition when;
    Node* address;
    Node* node;
    SourceLocation location;
  };
  struct WriteEvent {
    Condition when;
    Node* address;
    Node* data;
    SourceLocation location;
  };
  // One leaf of the element in one bank: a memory, until those that agree are joined.
  struct Bank {
    std::vector<ReadEvent> reads;    // by provisional port
    std::vector<WriteEvent> writes;  // in program order
  };
  struct Access {
    Node* bank;  // null: bank 0 is the only one
    Node* address;
  };
  Access Locate(const Indices& indices) const;
  Node* ReadBank(size_t bank, uint32_t width, Node* address, Condition when,
                 const SourceLocation& location);
  std::vector<Memory::Read> JoinReads(const Bank& bank, const std::string& name, bool one_port,
                                      MemoryPlan& plan);
  void JoinWrites(const Bank& bank, Memory& memory);

  Graph& graph_;
  Conditions& conditions_;
  std::string name_;
  std::vector<Dimension> dimensions_;
  Payload element_;
  ArrayOptions options_;
  SourceLocation location_;
  uint32_t first_index_;
  uint32_t element_bytes_ = 0;
  uint32_t bank_count_ = 1;
  uint32_t depth_ = 1;  // of a bank
  std::vector<Bank> banks_;
};

}  // namespace vireo::compiler
