// SPDX-License-Identifier: Apache-2.0
// Walks an acyclic LLVM function once and gives every value a term: arithmetic, calls, streams.
#include <fmt/format.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Operator.h>

#include <bit>

#include "hw/prove/evaluator.h"

namespace vireo::prove {
namespace {

// Low bits kept by a constant mask are cut out, so that what makes the others is not looked at.
z3::expr Masked(const z3::expr& a, const z3::expr& b) {
  uint64_t mask = 0;
  if (!IsNumber(b, &mask) || mask == 0 || (mask & (mask + 1)) != 0) return a & b;
  const auto kept = static_cast<uint32_t>(std::bit_width(mask));
  return ZeroExtend(Extract(a, kept - 1, 0), Width(a));
}

z3::expr Binary(llvm::Instruction::BinaryOps opcode, const z3::expr& a, const z3::expr& b) {
  using llvm::Instruction;
  switch (opcode) {
    case Instruction::Add: return a + b;
    case Instruction::Sub: return a - b;
    case Instruction::Mul: return a * b;
    case Instruction::UDiv: return z3::udiv(a, b);
    case Instruction::SDiv: return a / b;
    case Instruction::URem: return z3::urem(a, b);
    case Instruction::SRem: return z3::srem(a, b);
    case Instruction::Shl: return z3::shl(a, b);
    case Instruction::LShr: return z3::lshr(a, b);
    case Instruction::AShr: return z3::ashr(a, b);
    case Instruction::And: return Masked(a, b);
    case Instruction::Or: return a | b;
    case Instruction::Xor: return a ^ b;
    default: throw ProveError("floating point is not supported by the prover");
  }
}

z3::expr Compare(llvm::CmpInst::Predicate predicate, const z3::expr& a, const z3::expr& b) {
  using llvm::CmpInst;
  switch (predicate) {
    case CmpInst::ICMP_EQ: return Equal(a, b);
    case CmpInst::ICMP_NE: return Not(Equal(a, b));
    case CmpInst::ICMP_UGT: return ToBit(z3::ugt(a, b));
    case CmpInst::ICMP_UGE: return ToBit(z3::uge(a, b));
    case CmpInst::ICMP_ULT: return ToBit(z3::ult(a, b));
    case CmpInst::ICMP_ULE: return ToBit(z3::ule(a, b));
    case CmpInst::ICMP_SGT: return ToBit(a > b);
    case CmpInst::ICMP_SGE: return ToBit(a >= b);
    case CmpInst::ICMP_SLT: return ToBit(a < b);
    case CmpInst::ICMP_SLE: return ToBit(a <= b);
    default: throw ProveError("a comparison of floating point is not supported by the prover");
  }
}

z3::expr Minimum(const z3::expr& condition, const z3::expr& a, const z3::expr& b) {
  return Choose(ToBit(condition), a, b);
}

z3::expr CountLeading(const z3::expr& a, bool from_top) {
  const uint32_t width = Width(a);
  z3::expr count = Number(width, width);
  for (uint32_t i = 0; i < width; ++i) {
    const uint32_t bit = from_top ? i : width - 1 - i;
    count = Choose(Extract(a, bit, bit), Number(from_top ? width - 1 - bit : bit, width), count);
  }
  return count;
}

z3::expr Rearranged(const z3::expr& a, uint32_t unit) {
  std::vector<z3::expr> parts;
  for (uint32_t low = Width(a); low > 0; low -= unit)
    parts.push_back(Extract(a, low - 1, low - unit));
  return ConcatAll(parts);
}

// The result of an operation that says whether it left its width.
std::vector<z3::expr> WithOverflow(llvm::Intrinsic::ID id, const z3::expr& a, const z3::expr& b) {
  using namespace llvm;  // NOLINT: the names of intrinsics
  const uint32_t width = Width(a);
  const bool is_signed = id == Intrinsic::sadd_with_overflow ||
                         id == Intrinsic::ssub_with_overflow || id == Intrinsic::smul_with_overflow;
  const bool multiply = id == Intrinsic::umul_with_overflow || id == Intrinsic::smul_with_overflow;
  const bool add = id == Intrinsic::uadd_with_overflow || id == Intrinsic::sadd_with_overflow;
  const uint32_t wide = multiply ? 2 * width : width + 1;
  const z3::expr x = Resize(a, wide, is_signed);
  const z3::expr y = Resize(b, wide, is_signed);
  const z3::expr exact = multiply ? x * y : add ? x + y : x - y;
  const z3::expr result = Extract(exact, width - 1, 0);
  return {result, Not(Equal(exact, Resize(result, wide, is_signed)))};
}

}  // namespace

Evaluator::Value Evaluator::Compute(llvm::Instruction& instruction) {
  if (auto* phi = llvm::dyn_cast<llvm::PHINode>(&instruction)) return Phi(*phi);
  if (auto* alloca = llvm::dyn_cast<llvm::AllocaInst>(&instruction))
    return {{}, {{True(), LocalObject(*alloca), {}}}};
  if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) return Load(*load);
  if (auto* gep = llvm::dyn_cast<llvm::GEPOperator>(&instruction)) return Gep(*gep);
  if (auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction)) return Call(*call);
  if (auto* select = llvm::dyn_cast<llvm::SelectInst>(&instruction)) {
    return Merge(Term(select->getCondition()), Get(select->getTrueValue()),
                 Get(select->getFalseValue()));
  }
  if (auto* extract = llvm::dyn_cast<llvm::ExtractValueInst>(&instruction)) {
    if (extract->getNumIndices() != 1) Unsupported(instruction, "a nested struct value");
    return {{Get(extract->getAggregateOperand()).terms.at(extract->getIndices()[0])}, {}};
  }
  if (auto* insert = llvm::dyn_cast<llvm::InsertValueInst>(&instruction)) {
    Value value = Get(insert->getAggregateOperand());
    if (insert->getNumIndices() != 1) Unsupported(instruction, "a nested struct value");
    value.terms.at(insert->getIndices()[0]) = Term(insert->getInsertedValueOperand());
    return value;
  }
  if (llvm::isa<llvm::FreezeInst>(instruction)) return Get(instruction.getOperand(0));
  llvm::Type* type = instruction.getType();
  if (!type->isIntegerTy())
    Unsupported(instruction,
                fmt::format("'{}' of what is no integer", instruction.getOpcodeName()));
  const uint32_t width = type->getIntegerBitWidth();
  if (auto* binary = llvm::dyn_cast<llvm::BinaryOperator>(&instruction)) {
    const z3::expr a = Term(binary->getOperand(0));
    const z3::expr b = Term(binary->getOperand(1));
    return {{Binary(binary->getOpcode(), a, b)}, {}};
  }
  if (auto* compare = llvm::dyn_cast<llvm::ICmpInst>(&instruction)) {
    if (!compare->getOperand(0)->getType()->isIntegerTy())
      Unsupported(instruction, "a comparison of pointers");
    return {{Compare(compare->getPredicate(), Term(compare->getOperand(0)),
                     Term(compare->getOperand(1)))},
            {}};
  }
  if (llvm::isa<llvm::TruncInst>(instruction) || llvm::isa<llvm::ZExtInst>(instruction)) {
    return {{Resize(Term(instruction.getOperand(0)), width, false)}, {}};
  }
  if (llvm::isa<llvm::SExtInst>(instruction))
    return {{SignExtend(Term(instruction.getOperand(0)), width)}, {}};
  Unsupported(instruction, fmt::format("'{}'", instruction.getOpcodeName()));
}

Evaluator::Value Evaluator::Call(llvm::CallInst& call) {
  if (auto* intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&call)) return Intrinsic(*intrinsic);
  const llvm::Function* callee = call.getCalledFunction();
  if (callee == nullptr) Unsupported(call, "a call through a pointer");
  const std::string name = callee->getName().str();
  if (name == "vireo.check") {
    const z3::expr fails = And(here_, Not(Term(call.getArgOperand(0))));
    model_.misuses.push_back({fails, fmt::format("{}: the assertion fails", place_)});
    return {};
  }
  if (name == "vireo.promise") {
    AddPromise(Get(call.getArgOperand(0)), Term(call.getArgOperand(1)));
    return {};
  }
  if (name.starts_with("vireo.")) return StreamCall(call, name);
  if (name == "__cxa_atexit" || name == "__cxa_guard_acquire" || name == "__cxa_guard_release")
    return {{Number(0, 32)}, {}};
  if (name == "__assert_fail") return {};
  Unsupported(call, fmt::format("a call of {}, which has no body,", name));
}

// A place that only data tells is promised nothing.
void Evaluator::AddPromise(const Value& pointer, const z3::expr& distance) {
  for (const Address& address : pointer.addresses) {
    for (size_t i = 0; i < ir_.objects.size() && address.offset.parts.empty(); ++i) {
      Promise promise{.object = i, .offset = static_cast<uint64_t>(address.offset.constant)};
      if (objects_.at(ir_.objects[i].global) == address.object &&
          IsNumber(distance.simplify(), &promise.distance))
        model_.promises.push_back(promise);
    }
  }
}

Evaluator::Value Evaluator::StreamCall(llvm::CallInst& call, const std::string& name) {
  const size_t dot = name.rfind('.');
  const std::string operation = name.substr(6, dot - 6);
  SourceStream& stream = model_.streams.at(std::stoul(name.substr(dot + 1)));
  if (operation == "empty" || operation == "full") return {{Not(stream.status)}, {}};
  model_.stall = Or(model_.stall, And(here_, Not(stream.status)));
  stream.places.push_back(place_);
  if (operation == "read") {
    stream.read = Or(stream.read, here_);
    Value value;
    for (const Leaf& leaf : stream.leaves) {
      value.terms.push_back(
          Extract(stream.data, leaf.bit_offset + leaf.type->bits - 1, leaf.bit_offset));
    }
    return value;
  }
  std::vector<z3::expr> leaves;
  for (llvm::Value* argument : call.args()) leaves.push_back(Term(argument));
  for (size_t i = 0; i < leaves.size() && !stream.written.empty(); ++i) {
    leaves[i] = Choose(here_, leaves[i], stream.written[i]);
  }
  stream.written = std::move(leaves);
  stream.write = Or(stream.write, here_);
  return {};
}

Evaluator::Value Evaluator::Intrinsic(llvm::IntrinsicInst& call) {
  using namespace llvm;  // NOLINT: the names of intrinsics
  const Intrinsic::ID id = call.getIntrinsicID();
  if (call.isLifetimeStartOrEnd() || call.isAssumeLikeIntrinsic()) {
    if (id == Intrinsic::assume) {
      model_.misuses.push_back({And(here_, Not(Term(call.getArgOperand(0)))),
                                fmt::format("{}: an assumption of the source fails", place_)});
    }
    if (call.getType()->isVoidTy()) return {};
  }
  if (auto* copy = dyn_cast<MemTransferInst>(&call)) {
    auto* length = dyn_cast<ConstantInt>(copy->getLength());
    if (length == nullptr) Unsupported(call, "a copy of variable length");
    if (length->isZero()) return {};
    Store(Get(copy->getDest()), ReadBytes(Get(copy->getSource()), length->getZExtValue()));
    return {};
  }
  if (auto* set = dyn_cast<MemSetInst>(&call)) {
    auto* length = dyn_cast<ConstantInt>(set->getLength());
    if (length == nullptr) Unsupported(call, "a fill of variable length");
    if (length->isZero()) return {};
    Store(Get(set->getDest()),
          ConcatAll(std::vector<z3::expr>(length->getZExtValue(), Term(set->getValue()))));
    return {};
  }
  const z3::expr a = Term(call.getArgOperand(0));
  const uint32_t width = Width(a);
  switch (id) {
    case Intrinsic::expect: return {{a}, {}};
    case Intrinsic::ctlz: return {{CountLeading(a, true)}, {}};
    case Intrinsic::cttz: return {{CountLeading(a, false)}, {}};
    case Intrinsic::bswap: return {{Rearranged(a, 8)}, {}};
    case Intrinsic::bitreverse: return {{Rearranged(a, 1)}, {}};
    case Intrinsic::abs: return {{Minimum(a < 0, -a, a)}, {}};
    case Intrinsic::is_constant: return {{False()}, {}};
    case Intrinsic::ctpop: {
      if (width == 1) return {{a}, {}};
      const uint32_t bits = IndexBits(uint64_t{width} + 1);
      z3::expr count = Number(0, bits);
      for (uint32_t i = 0; i < width; ++i) count = count + ZeroExtend(Extract(a, i, i), bits);
      // The lowest bit is the parity, which needs no adders.
      z3::expr odd = Extract(a, 0, 0);
      for (uint32_t i = 1; i < width; ++i) odd = odd ^ Extract(a, i, i);
      return {{ZeroExtend(z3::concat(Extract(count, bits - 1, 1), odd), width)}, {}};
    }
    default: break;
  }
  if (call.arg_size() < 2) Unsupported(call, call.getCalledFunction()->getName().str());
  const z3::expr b = Term(call.getArgOperand(1));
  switch (id) {
    case Intrinsic::umin: return {{Minimum(z3::ult(a, b), a, b)}, {}};
    case Intrinsic::umax: return {{Minimum(z3::ult(a, b), b, a)}, {}};
    case Intrinsic::smin: return {{Minimum(a < b, a, b)}, {}};
    case Intrinsic::smax: return {{Minimum(a < b, b, a)}, {}};
    case Intrinsic::usub_sat: return {{Minimum(z3::ult(a, b), Number(0, width), a - b)}, {}};
    case Intrinsic::uadd_sat: return {{Minimum(z3::ult(a + b, a), ~Number(0, width), a + b)}, {}};
    case Intrinsic::fshl:
    case Intrinsic::fshr: {
      const z3::expr by = z3::urem(Term(call.getArgOperand(2)), Number(width, width));
      const z3::expr wide = Concat(a, b);
      const z3::expr amount = ZeroExtend(by, 2 * width);
      if (id == Intrinsic::fshl)
        return {{Extract(z3::shl(wide, amount), 2 * width - 1, width)}, {}};
      return {{Extract(z3::lshr(wide, amount), width - 1, 0)}, {}};
    }
    case Intrinsic::uadd_with_overflow:
    case Intrinsic::sadd_with_overflow:
    case Intrinsic::usub_with_overflow:
    case Intrinsic::ssub_with_overflow:
    case Intrinsic::umul_with_overflow:
    case Intrinsic::smul_with_overflow: return {WithOverflow(id, a, b), {}};
    default: Unsupported(call, call.getCalledFunction()->getName().str());
  }
}

}  // namespace vireo::prove
