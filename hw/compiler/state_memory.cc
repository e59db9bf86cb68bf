// SPDX-License-Identifier: Apache-2.0
// Memory arrays: banks, ports, reads and writes in the order of the source.

#include "hw/compiler/state_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "hw/compiler/check.h"
#include "llvm/Support/MathExtras.h"

namespace vireo::compiler {
namespace {

constexpr uint32_t kLutramBits = 65536;  // arrays up to this are LUTRAM where nothing is said

uint32_t IndexWidth(uint64_t count) { return std::max(1U, llvm::Log2_64_Ceil(count)); }

// "data[3].key" -> "data_3_key"
std::string Identifier(std::string path) {
  std::erase(path, ']');
  std::replace(path.begin(), path.end(), '[', '_');
  std::replace(path.begin(), path.end(), '.', '_');
  return path;
}

}  // namespace

void ArrayOptions::Apply(const Pragma& pragma) {
  if (pragma.directive == "ARRAY_PARTITION") {
    std::string type = llvm::StringRef(pragma.Get("type")).lower();
    for (const char* word : {"complete", "cyclic", "block"}) {
      if (pragma.Has(word)) type = word;
    }
    Partition partition;
    if (type.empty() || type == "complete") {
      partition.kind = Partition::Kind::kComplete;
    } else if (type == "cyclic" || type == "block") {
      partition.kind = type == "cyclic" ? Partition::Kind::kCyclic : Partition::Kind::kBlock;
      partition.factor = pragma.Number("factor", 0);
      if (partition.factor == 0) {
        Fail(pragma.location, fmt::format("pragma HLS ARRAY_PARTITION {} needs factor=N", type));
      }
    } else {
      Fail(pragma.location, fmt::format("pragma HLS ARRAY_PARTITION: type '{}' is not one of "
                                        "complete, cyclic, block",
                                        type));
    }
    partitions[pragma.Number("dim", 1)] = partition;
  } else if (pragma.directive == "BIND_STORAGE") {
    storage = pragma;
    const std::string impl = llvm::StringRef(pragma.Get("impl", "auto")).lower();
    const std::string type = llvm::StringRef(pragma.Get("type", "ram_2p")).lower();
    if (impl == "lutram") {
      style = StorageStyle::kLutram;
    } else if (impl == "bram") {
      style = StorageStyle::kBram;
    } else if (impl == "uram") {
      style = StorageStyle::kUram;
    } else if (impl != "auto") {
      Fail(pragma.location, fmt::format("pragma HLS BIND_STORAGE: impl '{}' is not one of lutram, "
                                        "bram, uram, auto",
                                        impl));
    }
    static const std::set<std::string> types = {"ram_1p",  "ram_2p", "ram_s2p", "ram_1wnr",
                                                "ram_t2p", "rom_1p", "rom_2p",  "rom_np"};
    if (!types.contains(type)) {
      Fail(pragma.location,
           fmt::format("pragma HLS BIND_STORAGE: type '{}' is not one of ram_1p, ram_2p, ram_s2p, "
                       "ram_t2p, ram_1wnr, rom_1p, rom_2p, rom_np",
                       type));
    }
    max_reads = type == "ram_1wnr" || type == "rom_np" ? 0 : type == "rom_2p" ? 2 : 1;
    const uint32_t given = pragma.Number("latency", UINT32_MAX);
    if (given != UINT32_MAX) {
      latency_given = true;
      latency = given;
      if (given > 3) {
        Fail(pragma.location, "pragma HLS BIND_STORAGE: latency is 0 (lutram only) to 3");
      }
      if (given == 0 && style != StorageStyle::kLutram) {
        Fail(pragma.location,
             "pragma HLS BIND_STORAGE: block RAM and URAM have a read latency of 1 to 3; "
             "impl=lutram can read in the same clock");
      }
    }
  } else if (pragma.directive == "DEPENDENCE") {
    const std::string type = llvm::StringRef(pragma.Get("type")).lower();
    if (pragma.Has("intra") || type == "intra") return;
    const std::string direction = llvm::StringRef(pragma.Get("direction")).lower();
    const bool other_way =
        pragma.Has("war") || pragma.Has("waw") || direction == "war" || direction == "waw";
    // What is written is written in order, and what was read before it stays read: nothing to do.
    if (other_way && !pragma.Has("raw")) return;
    promise = pragma;
    const std::string dependent = llvm::StringRef(pragma.Get("dependent")).lower();
    if (pragma.Has("false") || dependent == "false") {
      dependence.checked = false;
    } else {
      dependence.distance = std::max(1U, pragma.Number("distance", 1));
    }
  }
}

bool ArrayOptions::IsRegisters(size_t dimensions) const {
  const auto complete = [&](uint32_t dimension) {
    const auto it = partitions.find(dimension);
    return it != partitions.end() && it->second.kind == Partition::Kind::kComplete;
  };
  if (complete(0)) return true;
  for (uint32_t d = 1; d <= dimensions; ++d) {
    if (!complete(d)) return false;
  }
  return true;
}

StateMemory::StateMemory(Graph& graph, Conditions& conditions, std::string name, const Type& array,
                         const ArrayOptions& options, uint32_t first_index, SourceLocation location)
    : graph_(graph),
      conditions_(conditions),
      name_(std::move(name)),
      options_(options),
      location_(std::move(location)),
      first_index_(first_index) {
  const Type* type = &array;
  while (type->kind == Type::Kind::kArray) {
    Dimension dimension{type->count, type->element->bytes, {}};
    const auto number = static_cast<uint32_t>(dimensions_.size() + 1);
    const auto all = options.partitions.find(0);
    const auto own = options.partitions.find(number);
    if (own != options.partitions.end()) {
      dimension.partition = own->second;
    } else if (all != options.partitions.end()) {
      dimension.partition = all->second;
    }
    Partition& partition = dimension.partition;
    if (partition.kind == Partition::Kind::kComplete) partition.factor = dimension.count;
    if (partition.factor > dimension.count) {
      Fail(location_, fmt::format("'{}' is partitioned by {}, but has {} elements", name_,
                                  partition.factor, dimension.count));
    }
    bank_count_ *= partition.factor;
    depth_ *= static_cast<uint32_t>(llvm::divideCeil(dimension.count, partition.factor));
    dimensions_.push_back(dimension);
    type = type->element;
  }
  const std::optional<Payload> element = PackedPayload(*type);
  VIREO_CHECK(element.has_value(), "what cannot be registers is refused before");
  element_ = *element;
  element_bytes_ = type->bytes;
  banks_.resize(element_.leaves.size() * bank_count_);
}

StateMemory::Access StateMemory::Locate(const Indices& indices) const {
  Node* bank = nullptr;
  Node* address = nullptr;
  const auto append = [&](Node*& sum, Node* digit, uint32_t count) {
    if (count == 1) return;
    if (sum == nullptr) {
      sum = digit;
    } else {
      const uint32_t width = sum->width + IndexWidth(count);
      sum = graph_.Add(graph_.Binary(Op::kMul, graph_.ZExt(sum, width), graph_.Const(width, count)),
                       graph_.ZExt(digit, width));
    }
  };
  for (size_t d = 0; d < dimensions_.size(); ++d) {
    const auto& [count, stride, partition] = dimensions_[d];
    Node* index = graph_.Resize(indices[d], IndexWidth(count), false);
    const uint32_t width = index->width;
    if (partition.factor == 1) {
      append(address, index, count);
    } else if (partition.factor == count) {
      append(bank, index, count);
    } else {
      const auto rows = static_cast<uint32_t>(llvm::divideCeil(count, partition.factor));
      const bool cyclic = partition.kind == Partition::Kind::kCyclic;
      Node* divisor = graph_.Const(width, cyclic ? partition.factor : rows);
      Node* quotient = graph_.Binary(Op::kUDiv, index, divisor);
      Node* remainder = graph_.Binary(Op::kURem, index, divisor);
      append(bank,
             graph_.Resize(cyclic ? remainder : quotient, IndexWidth(partition.factor), false),
             partition.factor);
      append(address, graph_.Resize(cyclic ? quotient : remainder, IndexWidth(rows), false), rows);
    }
  }
  if (address == nullptr) address = graph_.Const(1, 0);
  return {bank, graph_.Resize(address, IndexWidth(depth_), false)};
}

Node* StateMemory::ReadBank(size_t bank_index, uint32_t width, Node* address, Condition when,
                            const SourceLocation& location) {
  Bank& bank = banks_[bank_index];
  const auto known = std::find_if(bank.reads.begin(), bank.reads.end(),
                                  [&](const ReadEvent& r) { return r.address == address; });
  Node* value;
  if (known != bank.reads.end()) {
    known->when = conditions_.Or(known->when, when);
    value = known->node;
  } else {
    value = graph_.MemoryRead(first_index_ + static_cast<uint32_t>(bank_index),
                              static_cast<uint32_t>(bank.reads.size()), width, address);
    bank.reads.push_back({when, address, value, location});
  }
  // What this firing has written before is seen by what it reads after.
  for (const WriteEvent& write : bank.writes) {
    const Condition both = conditions_.And(write.when, when);
    if (both == kNever) continue;
    Node* hit = graph_.And(conditions_.ToNode(conditions_.Restrict(both, when)),
                           graph_.Eq(write.address, address));
    value = graph_.Mux(hit, write.data, value);
  }
  return value;
}

Node* StateMemory::Read(size_t leaf, const Indices& indices, Condition when,
                        const SourceLocation& location) {
  const Access access = Locate(indices);
  const uint32_t width = element_.leaves[leaf].bits;
  const size_t first = leaf * bank_count_;
  if (bank_count_ == 1) return ReadBank(first, width, access.address, when, location);
  std::vector<Node*> banks;
  for (uint32_t b = 0; b < bank_count_; ++b) {
    Node* chosen = graph_.Eq(access.bank, graph_.Const(access.bank->width, b));
    const Condition here = conditions_.And(when, conditions_.FromNode(chosen));
    banks.push_back(here == kNever ? graph_.Const(width, 0)
                                   : ReadBank(first + b, width, access.address, here, location));
  }
  return graph_.Index(access.bank, banks);
}

void StateMemory::Write(size_t leaf, const Indices& indices, Node* data, Condition when,
                        const SourceLocation& location) {
  const Access access = Locate(indices);
  for (uint32_t b = 0; b < bank_count_; ++b) {
    Condition here = when;
    if (bank_count_ > 1) {
      Node* chosen = graph_.Eq(access.bank, graph_.Const(access.bank->width, b));
      here = conditions_.And(when, conditions_.FromNode(chosen));
    }
    if (here == kNever) continue;
    banks_[leaf * bank_count_ + b].writes.push_back({here, access.address, data, location});
  }
}

std::vector<Memory::Read> StateMemory::JoinReads(const Bank& bank, const std::string& name,
                                                 bool one_port, MemoryPlan& plan) {
  struct Port {
    Condition when;
    Node* address;
    SourceLocation location;
  };
  std::vector<Port> ports;
  for (const ReadEvent& read : bank.reads) {
    // Reads on paths that exclude each other share a port, if its address can be computed without
    // waiting for a read of the same memory.
    const auto free = std::find_if(ports.begin(), ports.end(), [&](const Port& port) {
      return one_port && !conditions_.CanMeet(port.when, read.when);
    });
    if (free == ports.end()) {
      plan.ports.push_back(static_cast<uint32_t>(ports.size()));
      ports.push_back({read.when, read.address, read.location});
      continue;
    }
    plan.ports.push_back(static_cast<uint32_t>(free - ports.begin()));
    free->address = graph_.Mux(conditions_.ToNode(read.when), read.address, free->address);
    free->when = conditions_.Or(free->when, read.when);
  }
  if (one_port && ports.size() > 1) {
    Fail(ports[1].location,
         fmt::format("'{}' is read at two addresses in one firing, first at {}:{}; it has one read "
                     "port: read once, cut it by ARRAY_PARTITION, or give it read ports by "
                     "BIND_STORAGE type=ram_1wnr impl=lutram",
                     name, ports[0].location.file, ports[0].location.line));
  }
  std::vector<Memory::Read> result;
  for (const Port& port : ports) {
    result.push_back({port.address, conditions_.ToNode(port.when), nullptr, port.location});
  }
  return result;
}

void StateMemory::JoinWrites(const Bank& bank, Memory& memory) {
  Condition any = kNever;
  for (size_t i = 0; i < bank.writes.size(); ++i) {
    const WriteEvent& write = bank.writes[i];
    for (size_t j = 0; j < i; ++j) {
      const WriteEvent& earlier = bank.writes[j];
      if (earlier.address != write.address && conditions_.CanMeet(earlier.when, write.when)) {
        Fail(write.location,
             fmt::format("'{}' is written at two addresses in one firing, first at {}:{}; a memory "
                         "has one write port: write once, or cut it by ARRAY_PARTITION",
                         memory.name, earlier.location.file, earlier.location.line));
      }
    }
    any = conditions_.Or(any, write.when);
  }
  if (any == kNever) return;
  Node* address = nullptr;
  Node* data = nullptr;
  for (const WriteEvent& write : bank.writes) {
    if (address == nullptr) {
      address = write.address;
      data = write.data;
      continue;
    }
    Node* chosen = conditions_.ToNode(conditions_.Restrict(write.when, any));
    address = graph_.Mux(chosen, write.address, address);
    data = graph_.Mux(chosen, write.data, data);
  }
  memory.write_enable = conditions_.ToNode(any);
  memory.write_address = address;
  memory.write_data = data;
}

void StateMemory::Finish(std::vector<Memory>& memories, std::vector<MemoryPlan>& plans,
                         const Contents& contents, bool single_stage) {
  StorageStyle style = options_.style;
  if (style == StorageStyle::kAuto) {
    const uint64_t bits = uint64_t{depth_} * element_.bits;
    style = bits <= kLutramBits ? StorageStyle::kLutram : StorageStyle::kBram;
  }
  const uint32_t natural = style == StorageStyle::kLutram ? 0 : 1;
  const bool one_port = style != StorageStyle::kLutram || options_.max_reads == 1;
  for (uint32_t b = 0; b < bank_count_; ++b) {
    const std::string bank_name = bank_count_ == 1 ? name_ : fmt::format("{}_{}", name_, b);
    for (size_t l = 0; l < element_.leaves.size(); ++l) {
      const Leaf& leaf = element_.leaves[l];
      const size_t index = l * bank_count_ + b;
      Memory& memory = memories[first_index_ + index];
      MemoryPlan& plan = plans[first_index_ + index];
      memory.name = leaf.name.empty() ? bank_name : bank_name + "_" + Identifier(leaf.name);
      memory.width = leaf.bits;
      memory.depth = depth_;
      memory.style = style;
      memory.read_latency = single_stage ? 0 : options_.latency_given ? options_.latency : natural;
      memory.dependence = options_.dependence;
      memory.location = location_;
      plan.group = bank_name;
      plan.group_name = bank_name;
      memory.reads = JoinReads(banks_[index], memory.name, one_port, plan);
      JoinWrites(banks_[index], memory);
      if (dimensions_.size() == 1 && dimensions_[0].partition.factor == 1) {
        std::vector<llvm::APInt> initial;
        for (uint32_t i = 0; i < depth_; ++i) {
          std::optional<llvm::APInt> value = contents(i, leaf);
          if (!value) break;
          initial.push_back(std::move(*value));
        }
        if (initial.size() == depth_) memory.contents = std::move(initial);
      } else {
        // Several dimensions or banks: element numbers follow the source, not the address.
        std::vector<llvm::APInt> initial(depth_, llvm::APInt(leaf.bits, 0));
        uint64_t total = 1;
        for (const Dimension& dimension : dimensions_) total *= dimension.count;
        bool complete = true;
        for (uint64_t i = 0; i < total && complete; ++i) {
          uint64_t rest = i;
          uint64_t bank = 0;
          uint64_t address = 0;
          uint64_t scale = total;
          for (const Dimension& dimension : dimensions_) {
            scale /= dimension.count;
            const uint64_t digit = rest / scale;
            rest %= scale;
            const uint64_t factor = dimension.partition.factor;
            const uint64_t rows = llvm::divideCeil(dimension.count, factor);
            const bool cyclic = dimension.partition.kind == Partition::Kind::kCyclic;
            bank = bank * factor + (factor == 1 ? 0 : cyclic ? digit % factor : digit / rows);
            address = address * rows + (factor == 1 ? digit
                                        : cyclic    ? digit / factor
                                                    : digit % rows);
          }
          if (bank != b) continue;
          std::optional<llvm::APInt> value = contents(static_cast<uint32_t>(i), leaf);
          complete = value.has_value();
          if (complete) initial[address] = std::move(*value);
        }
        if (complete) memory.contents = std::move(initial);
      }
    }
  }
}

}  // namespace vireo::compiler
