// SPDX-License-Identifier: Apache-2.0
// Grows a pool of values by random operations and hangs streams and state on it.

#include "tests/hw/compiler/random_process.h"

#include <algorithm>
#include <bit>
#include <random>
#include <vector>

#include "tests/hw/compiler/small_processes.h"

namespace vireo::compiler {

namespace {

class Grower {
 public:
  Grower(const std::string& name, uint64_t seed) : random_(seed), b_(name), g_(b_.graph()) {}

  std::unique_ptr<Process> Grow() {
    std::vector<Node*> registers;
    const uint32_t register_count = Below(5);
    for (uint32_t i = 0; i < register_count; ++i) {
      const uint32_t width = Width();
      registers.push_back(b_.Register("state" + std::to_string(i) + "_", width, Below(8)));
      pool_.push_back(registers.back());
    }
    pool_.push_back(b_.Input("in", Width()));
    for (uint32_t i = Below(3); i > 0; --i) {
      // Read under a condition of state alone.
      Node* pop =
          register_count > 0 && Below(2) != 0 ? Bit(registers[Below(register_count)]) : g_.True();
      pool_.push_back(b_.Input("more" + std::to_string(i), Width(), pop));
    }
    Memories();
    const uint32_t operations = 10 + Below(60);
    for (uint32_t i = 0; i < operations; ++i) Operation(i);
    for (Node* reg : registers) {
      Node* next = Any(reg->width);
      if (Below(3) == 0) next = g_.Mux(Bit(Any()), next, reg);
      if (Below(3) == 0) next = g_.Mux(Bit(Any()), reg, next);
      b_.Next(reg, next);
    }
    for (uint32_t i = 1 + Below(3); i > 0; --i) {
      Node* push = Below(3) == 0 ? nullptr : g_.Or(Bit(Any()), g_.And(Bit(Any()), Bit(Any())));
      b_.Output("out" + std::to_string(i), Any(), push);
    }
    return b_.Take();
  }

 private:
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  uint32_t Width() {
    static constexpr uint32_t kWidths[] = {1, 2, 3, 7, 8, 16, 17, 31, 32, 33, 48, 64, 65, 100, 128};
    return kWidths[Below(std::size(kWidths))];
  }
  Node* Any() {
    return pool_[std::max(Below(static_cast<uint32_t>(pool_.size())),
                          Below(static_cast<uint32_t>(pool_.size())))];
  }
  Node* Any(uint32_t width) { return g_.Resize(Any(), width, Below(2) != 0); }
  Node* Bit(Node* node) { return g_.Extract(node, Below(node->width), 1); }

  // A LUTRAM that is read, changed and written; a block RAM without recurrence; a ROM; a block RAM
  // whose address counts up, so that no word is used again within its depth.
  void Memories() {
    const uint32_t kinds = Below(16);
    if ((kinds & 1) != 0) {
      const uint32_t m = NewMemory("lut_", 16, 0);
      Node* address = Any(4);
      Node* read = b_.Read(m, address);
      pool_.push_back(read);
      pool_.push_back(b_.Read(m, g_.Not(address)));
      b_.Write(m, Bit(Any()), address, g_.Add(read, Any(read->width)));
    }
    if ((kinds & 2) != 0) {
      const uint32_t m = NewMemory("block_", 32, 1 + Below(3));
      Node* written = Any();
      pool_.push_back(b_.Read(m, Any(5)));
      b_.Write(m, Bit(written), g_.Resize(written, 5, false),
               g_.Resize(written, b_.process().memories[m].width, true));
    }
    if ((kinds & 4) != 0) pool_.push_back(b_.Read(NewMemory("rom_", 13, Below(3)), Small(13)));
    if ((kinds & 8) != 0) {
      const uint32_t m = NewMemory("far_", 64, 1 + Below(2));
      Memory& memory = b_.process().memories[m];
      memory.dependence = {Below(2) != 0, 40};
      Node* count = b_.Register("count_", 6);
      b_.Next(count, g_.Add(count, g_.Const(6, 1)));
      Node* read = b_.Read(m, count);
      Node* changed = g_.Add(g_.Xor(read, Any(read->width)), g_.Const(read->width, 3));
      pool_.push_back(read);
      b_.Write(m, g_.True(), count, g_.Sub(changed, Any(read->width)));
    }
  }

  // Some value below `limit`.
  Node* Small(uint32_t limit) {
    const auto bits = static_cast<uint32_t>(std::bit_width(limit - 1));
    Node* value = Any(bits);
    return g_.Mux(g_.Ult(value, g_.Const(bits, limit)), value, g_.Const(bits, limit - 1));
  }

  uint32_t NewMemory(const std::string& name, uint32_t depth, uint32_t latency) {
    const uint32_t width = Width();
    const uint32_t m = b_.Memory(name, width, depth, latency);
    for (uint32_t i = 0; i < depth; ++i) {
      b_.process().memories[m].contents.push_back(llvm::APInt(width, random_()));
    }
    return m;
  }

  void Operation(uint32_t i) {
    g_.SetLocation(b_.At(100 + i));
    Node* node = Random();
    if (Below(4) == 0) g_.Name(node, "value" + std::to_string(Below(5)));
    if (!node->IsConst()) pool_.push_back(node);
  }

  Node* Random() {
    Node* a = Any();
    const uint32_t width = a->width;
    Node* b = Below(3) == 0 ? g_.Const(llvm::APInt(width, random_(), true)) : Any(width);
    switch (Below(24)) {
      case 0: return g_.Not(a);
      case 1: return g_.And(a, b);
      case 2: return g_.Or(a, b);
      case 3: return g_.Xor(a, b);
      case 4: return g_.Add(a, b);
      case 5: return g_.Sub(a, b);
      case 6: return g_.Binary(Op::kMul, a, b);
      case 7: return g_.Binary(Below(2) != 0 ? Op::kUDiv : Op::kURem, a, g_.Or(b, One(width)));
      case 8:
        // Positive divisors: the quotient of the least number by -1 has no meaning in C++.
        if (width < 3) return a;
        return g_.Binary(Below(2) != 0 ? Op::kSDiv : Op::kSRem, a,
                         g_.ZExt(g_.Or(g_.Extract(b, 0, width - 2), One(width - 2)), width));
      case 9: return g_.Shift(Op::kShl, a, Any());
      case 10: return g_.Shift(Op::kLShr, a, Any());
      case 11: return g_.Shift(Op::kAShr, a, Any());
      case 12: return g_.Shift(Op::kAShr, a, Any(4));
      case 13: return g_.Eq(a, b);
      case 14: return g_.Ult(a, b);
      case 15: return g_.Slt(a, b);
      case 16: return g_.Mux(Bit(Any()), a, b);
      case 17: {
        Node* first = Bit(Any());
        Node* second = g_.And(g_.Not(first), Bit(Any()));
        return g_.OneHotMux({{first, a}, {second, b}});
      }
      case 18: {
        std::vector<Node*> elements = {a, b};
        for (uint32_t i = Below(6); i > 0; --i) elements.push_back(Any(width));
        return g_.Index(Any(1 + Below(4)), elements);
      }
      case 19: return width > 128 ? a : g_.Concat({a, Any(Width()), b});
      case 20: {
        const uint32_t low = Below(width);
        return g_.Extract(a, low, 1 + Below(width - low));
      }
      case 21: return g_.ZExt(a, width + Below(9));
      case 22: return g_.SExt(a, width + Below(9));
      default: {
        static constexpr Op kReductions[] = {Op::kReduceAnd, Op::kReduceOr, Op::kReduceXor};
        return g_.Reduce(kReductions[Below(3)], a);
      }
    }
  }

  Node* One(uint32_t width) { return g_.Const(width, 1); }

  std::mt19937_64 random_;
  ProcessBuilder b_;
  Graph& g_;
  std::vector<Node*> pool_;
};

}  // namespace

std::unique_ptr<Process> RandomProcess(const std::string& name, uint64_t seed) {
  return Grower(name, seed).Grow();
}

}  // namespace vireo::compiler
