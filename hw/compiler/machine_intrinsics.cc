// SPDX-License-Identifier: Apache-2.0
// The machine's intrinsics: copies, fills, and bit operations that clang has names for.

#include <fmt/format.h>

#include "hw/compiler/machine.h"
#include "llvm/IR/IntrinsicInst.h"

namespace vireo::compiler {

Value Machine::ExecuteIntrinsic(Frame& frame, const llvm::CallBase& call, Condition when) {
  const auto size_of = [&](unsigned operand) {
    Node* size = GetBits(frame, call.getArgOperand(operand));
    if (!size->IsConst())
      Fail(location_,
           "a copy of a size that is not constant; copy element by element in a loop with a "
           "constant bound");
    return static_cast<uint32_t>(size->value.getZExtValue());
  };
  const auto bits = [&](unsigned operand) { return GetBits(frame, call.getArgOperand(operand)); };
  // The number of bits that are set, as a tree.
  const auto count_ones = [&](Node* a) {
    const uint32_t width = a->width;
    std::vector<Node*> sums;
    for (uint32_t i = 0; i < width; ++i) sums.push_back(graph_.Extract(a, i, 1));
    while (sums.size() > 1) {
      std::vector<Node*> next;
      for (size_t i = 0; i + 1 < sums.size(); i += 2) {
        const uint32_t wide = std::max(sums[i]->width, sums[i + 1]->width) + 1;
        next.push_back(graph_.Add(graph_.ZExt(sums[i], wide), graph_.ZExt(sums[i + 1], wide)));
      }
      if (sums.size() % 2 != 0) next.push_back(sums.back());
      sums = std::move(next);
    }
    // Whether the number is odd is asked for by itself: as a parity it stays one operation.
    Node* odd = graph_.Reduce(Op::kReduceXor, a);
    if (sums[0]->width == 1) return graph_.Resize(odd, width, false);
    Node* high = graph_.Extract(sums[0], 1, sums[0]->width - 1);
    return graph_.Resize(graph_.Concat({high, odd}), width, false);
  };
  switch (call.getIntrinsicID()) {
    case llvm::Intrinsic::memcpy:
    case llvm::Intrinsic::memcpy_inline:
    case llvm::Intrinsic::memmove: {
      const Value to = Get(frame, call.getArgOperand(0));
      const Value from = Get(frame, call.getArgOperand(1));
      Copy(AsPointer(to, "a copy"), AsPointer(from, "a copy"), size_of(2), when);
      return {};
    }
    case llvm::Intrinsic::memset:
    case llvm::Intrinsic::memset_inline: {
      const Value to = Get(frame, call.getArgOperand(0));
      const uint32_t size = size_of(2);
      Node* byte = bits(1);
      if (size == 0) return {};
      const std::vector<Node*> bytes(size, byte);
      Node* value = byte->IsZero() ? graph_.Const(size * 8, 0) : graph_.Concat(bytes);
      Store(AsPointer(to, "a fill"), size, Bits(value), when);
      return {};
    }
    case llvm::Intrinsic::expect:
    case llvm::Intrinsic::launder_invariant_group: return Get(frame, call.getArgOperand(0));
    case llvm::Intrinsic::umin:
      return Bits(graph_.Mux(graph_.Ult(bits(0), bits(1)), bits(0), bits(1)));
    case llvm::Intrinsic::umax:
      return Bits(graph_.Mux(graph_.Ult(bits(0), bits(1)), bits(1), bits(0)));
    case llvm::Intrinsic::smin:
      return Bits(graph_.Mux(graph_.Slt(bits(0), bits(1)), bits(0), bits(1)));
    case llvm::Intrinsic::smax:
      return Bits(graph_.Mux(graph_.Slt(bits(0), bits(1)), bits(1), bits(0)));
    case llvm::Intrinsic::abs: {
      Node* a = bits(0);
      return Bits(graph_.Mux(graph_.Extract(a, a->width - 1, 1),
                             graph_.Sub(graph_.Const(a->width, 0), a), a));
    }
    case llvm::Intrinsic::ctpop: return Bits(count_ones(bits(0)));
    case llvm::Intrinsic::cttz: {
      // Ones below the lowest set bit: a - 1 and not a.
      Node* a = bits(0);
      Node* below =
          graph_.And(graph_.Not(a), graph_.Add(a, graph_.Const(llvm::APInt::getAllOnes(a->width))));
      return Bits(count_ones(below));
    }
    case llvm::Intrinsic::ctlz: {
      Node* a = bits(0);
      const uint32_t width = a->width;
      Node* smeared = a;
      for (uint32_t shift = 1; shift < width; shift *= 2) {
        smeared = graph_.Or(smeared, graph_.Shift(Op::kLShr, smeared, graph_.Const(32, shift)));
      }
      return Bits(count_ones(graph_.Not(smeared)));
    }
    case llvm::Intrinsic::bswap:
    case llvm::Intrinsic::bitreverse: {
      const uint32_t unit = call.getIntrinsicID() == llvm::Intrinsic::bswap ? 8 : 1;
      Node* a = bits(0);
      std::vector<Node*> parts;
      for (uint32_t i = 0; i < a->width; i += unit) parts.push_back(graph_.Extract(a, i, unit));
      return Bits(graph_.Concat(parts));
    }
    case llvm::Intrinsic::fshl:
    case llvm::Intrinsic::fshr: {
      Node* high = bits(0);
      Node* low = bits(1);
      Node* amount = bits(2);
      const uint32_t width = high->width;
      amount = graph_.Binary(Op::kURem, amount, graph_.Const(width, width));
      Node* both = graph_.Concat({high, low});
      if (call.getIntrinsicID() == llvm::Intrinsic::fshl) {
        return Bits(graph_.Extract(graph_.Shift(Op::kShl, both, amount), width, width));
      }
      return Bits(graph_.Extract(graph_.Shift(Op::kLShr, both, amount), 0, width));
    }
    case llvm::Intrinsic::is_constant: return Bits(graph_.Const(1, bits(0)->IsConst()));
    case llvm::Intrinsic::stacksave:
    case llvm::Intrinsic::stackrestore:
    case llvm::Intrinsic::lifetime_start:
    case llvm::Intrinsic::lifetime_end:
    case llvm::Intrinsic::assume:
    case llvm::Intrinsic::dbg_declare:
    case llvm::Intrinsic::dbg_value:
    case llvm::Intrinsic::dbg_label:
    case llvm::Intrinsic::experimental_noalias_scope_decl: return {};
    case llvm::Intrinsic::trap:
    case llvm::Intrinsic::ubsantrap: return {};
    default:
      Fail(location_, fmt::format("'{}' is not supported in hardware",
                                  call.getCalledFunction()->getName().str()));
  }
}

}  // namespace vireo::compiler
