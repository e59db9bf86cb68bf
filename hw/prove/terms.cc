// SPDX-License-Identifier: Apache-2.0
// Bit-vector terms with the light folding that keeps byte-wise state access readable for the
// solver.
#include "hw/prove/terms.h"

#include <algorithm>
#include <bit>

namespace vireo::prove {
namespace {

bool IsKind(const z3::expr& e, Z3_decl_kind kind) {
  return e.is_app() && e.decl().decl_kind() == kind;
}

bool Same(const z3::expr& a, const z3::expr& b) { return Z3_is_eq_ast(Z3(), a, b); }

}  // namespace

z3::context& Z3() {
  static z3::context context;
  return context;
}

z3::expr Number(uint64_t value, uint32_t width) {
  return width <= 64 ? Z3().bv_val(value, width)
                     : z3::zext(Z3().bv_val(value, 64), width - 64).simplify();
}
z3::expr Number(const std::string& decimal, uint32_t width) {
  return Z3().bv_val(decimal.c_str(), width);
}
z3::expr Variable(const std::string& name, uint32_t width) {
  return Z3().bv_const(name.c_str(), width);
}

z3::expr True() {
  static const z3::expr one = Number(1, 1);
  return one;
}
z3::expr False() {
  static const z3::expr zero = Number(0, 1);
  return zero;
}
bool IsTrue(const z3::expr& bit) { return Same(bit, True()); }
bool IsFalse(const z3::expr& bit) { return Same(bit, False()); }

z3::expr ToBool(const z3::expr& bit) {
  if (IsTrue(bit)) return Z3().bool_val(true);
  if (IsFalse(bit)) return Z3().bool_val(false);
  if (IsKind(bit, Z3_OP_ITE) && IsTrue(bit.arg(1)) && IsFalse(bit.arg(2))) return bit.arg(0);
  return bit == True();
}

z3::expr ToBit(const z3::expr& boolean) {
  if (boolean.is_true()) return True();
  if (boolean.is_false()) return False();
  if (IsKind(boolean, Z3_OP_EQ) && boolean.arg(0).is_bv() && Width(boolean.arg(0)) == 1 &&
      IsTrue(boolean.arg(1))) {
    return boolean.arg(0);
  }
  return z3::ite(boolean, True(), False());
}

z3::expr Not(const z3::expr& bit) {
  if (IsTrue(bit)) return False();
  if (IsFalse(bit)) return True();
  if (IsKind(bit, Z3_OP_BNOT)) return bit.arg(0);
  return ~bit;
}

z3::expr And(const z3::expr& a, const z3::expr& b) {
  if (IsFalse(a) || IsTrue(b) || Same(a, b)) return a;
  if (IsFalse(b) || IsTrue(a)) return b;
  return a & b;
}

z3::expr Or(const z3::expr& a, const z3::expr& b) {
  if (IsTrue(a) || IsFalse(b) || Same(a, b)) return a;
  if (IsTrue(b) || IsFalse(a)) return b;
  if (Same(a, Not(b)) || Same(b, Not(a))) return True();
  return a | b;
}

z3::expr Choose(const z3::expr& bit, const z3::expr& then_value, const z3::expr& else_value) {
  if (IsTrue(bit) || Same(then_value, else_value)) return then_value;
  if (IsFalse(bit)) return else_value;
  return z3::ite(ToBool(bit), then_value, else_value);
}

z3::expr Equal(const z3::expr& a, const z3::expr& b) {
  if (Same(a, b)) return True();
  if (a.is_numeral() && b.is_numeral()) return False();
  return ToBit(a == b);
}

z3::expr Given(const z3::expr& term, const z3::expr& condition) {
  if (!IsKind(term, Z3_OP_ITE)) return term;
  std::vector<z3::expr> holds{condition};  // with all that it is made of by "and"
  const auto known = [&](const z3::expr& bit) {
    return std::any_of(holds.begin(), holds.end(), [&](const z3::expr& e) { return Same(e, bit); });
  };
  for (size_t i = 0; i < holds.size(); ++i) {
    const z3::expr e = holds[i];
    for (unsigned k = 0; IsKind(e, Z3_OP_BAND) && k < e.num_args(); ++k) {
      if (!known(e.arg(k))) holds.push_back(e.arg(k));
    }
  }
  z3::expr result = term;
  while (IsKind(result, Z3_OP_ITE)) {
    const z3::expr choice = ToBit(result.arg(0));
    const bool chosen = known(choice);
    if (!chosen && !known(Not(choice))) break;
    result = result.arg(chosen ? 1 : 2);
  }
  return result;
}

z3::expr Extract(const z3::expr& e, uint32_t high, uint32_t low) {
  const uint32_t width = Width(e);
  if (low == 0 && high + 1 == width) return e;
  if (e.is_numeral()) return e.extract(high, low).simplify();
  if (IsKind(e, Z3_OP_EXTRACT)) return Extract(e.arg(0), high + e.lo(), low + e.lo());
  if (IsKind(e, Z3_OP_CONCAT)) {
    uint32_t end = width;
    for (unsigned i = 0; i < e.num_args(); ++i) {
      const z3::expr part = e.arg(i);
      const uint32_t base = end - Width(part);
      if (low >= base && high < end) return Extract(part, high - base, low - base);
      if (high >= base && low < base) {
        std::vector<z3::expr> parts;
        uint32_t top = end;
        for (unsigned j = i; j < e.num_args() && top > low; ++j) {
          const z3::expr p = e.arg(j);
          const uint32_t bottom = top - Width(p);
          parts.push_back(
              Extract(p, std::min(high, top - 1) - bottom, std::max(low, bottom) - bottom));
          top = bottom;
        }
        std::reverse(parts.begin(), parts.end());
        return ConcatAll(parts);
      }
      end = base;
    }
  }
  if (IsKind(e, Z3_OP_ITE) && (e.arg(1).is_numeral() || e.arg(2).is_numeral())) {
    return z3::ite(e.arg(0), Extract(e.arg(1), high, low), Extract(e.arg(2), high, low));
  }
  return e.extract(high, low);
}

z3::expr Concat(const z3::expr& high, const z3::expr& low) {
  if (high.is_numeral() && low.is_numeral()) return z3::concat(high, low).simplify();
  if (IsKind(high, Z3_OP_EXTRACT) && IsKind(low, Z3_OP_EXTRACT) && Same(high.arg(0), low.arg(0)) &&
      high.lo() == low.hi() + 1) {
    return Extract(high.arg(0), high.hi(), low.lo());
  }
  if (IsKind(low, Z3_OP_CONCAT)) {
    const z3::expr top = low.arg(0);
    const bool joins = (high.is_numeral() && top.is_numeral()) ||
                       (IsKind(high, Z3_OP_EXTRACT) && IsKind(top, Z3_OP_EXTRACT) &&
                        Same(high.arg(0), top.arg(0)) && high.lo() == top.hi() + 1);
    if (joins) return Concat(Concat(high, top), Extract(low, Width(low) - Width(top) - 1, 0));
  }
  return z3::concat(high, low);
}

z3::expr ConcatAll(const std::vector<z3::expr>& parts) {
  std::vector<z3::expr> joined;
  for (const z3::expr& part : parts) {
    const bool join =
        !joined.empty() &&
        ((joined.back().is_numeral() && part.is_numeral()) ||
         (IsKind(part, Z3_OP_EXTRACT) && IsKind(joined.back(), Z3_OP_EXTRACT) &&
          Same(part.arg(0), joined.back().arg(0)) && part.lo() == joined.back().hi() + 1));
    if (join) {
      joined.back() = Concat(part, joined.back());
    } else {
      joined.push_back(part);
    }
  }
  if (joined.size() == 1) return joined.front();
  z3::expr_vector reversed(Z3());
  for (size_t i = joined.size(); i-- > 0;) reversed.push_back(joined[i]);
  return z3::concat(reversed);
}

z3::expr ZeroExtend(const z3::expr& e, uint32_t width) {
  return Width(e) == width ? e : Concat(Number(0, width - Width(e)), e);
}
z3::expr SignExtend(const z3::expr& e, uint32_t width) {
  if (Width(e) == width) return e;
  return e.is_numeral() ? z3::sext(e, width - Width(e)).simplify() : z3::sext(e, width - Width(e));
}
z3::expr Resize(const z3::expr& e, uint32_t width, bool is_signed) {
  if (width <= Width(e)) return Extract(e, width - 1, 0);
  return is_signed ? SignExtend(e, width) : ZeroExtend(e, width);
}

bool IsNumber(const z3::expr& e, uint64_t* value) {
  return e.is_bv() && e.is_numeral() && Width(e) <= 64 && e.is_numeral_u64(*value);
}

uint64_t UpperBound(const z3::expr& e) {
  constexpr uint64_t kUnknown = UINT64_MAX;
  const uint32_t width = Width(e);
  const uint64_t most = width >= 64 ? kUnknown : (uint64_t{1} << width) - 1;
  uint64_t value = 0;
  if (IsNumber(e, &value)) return value;
  if (IsKind(e, Z3_OP_CONCAT)) {
    uint64_t first = 0;
    if (IsNumber(e.arg(0), &first) && first == 0) {
      const uint32_t rest = width - Width(e.arg(0));
      if (e.num_args() == 2) return UpperBound(e.arg(1));
      return rest >= 64 ? kUnknown : (uint64_t{1} << rest) - 1;
    }
    return most;
  }
  if (IsKind(e, Z3_OP_ITE)) return std::max(UpperBound(e.arg(1)), UpperBound(e.arg(2)));
  if (IsKind(e, Z3_OP_BADD) || IsKind(e, Z3_OP_BMUL)) {
    const bool sum = IsKind(e, Z3_OP_BADD);
    uint64_t bound = sum ? 0 : 1;
    for (unsigned i = 0; i < e.num_args(); ++i) {
      const uint64_t part = UpperBound(e.arg(i));
      if (sum ? __builtin_add_overflow(bound, part, &bound)
              : __builtin_mul_overflow(bound, part, &bound))
        return most;
    }
    return bound > most ? most : bound;
  }
  return most;
}

uint32_t IndexBits(uint64_t count) {
  return count <= 2 ? 1 : static_cast<uint32_t>(std::bit_width(count - 1));
}

}  // namespace vireo::prove
