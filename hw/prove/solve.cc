// SPDX-License-Identifier: Apache-2.0
// Decides whether a condition can hold, by z3.
#include "hw/prove/solve.h"

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_set>

#include "hw/prove/bit_form.h"
#include "hw/prove/deadline.h"

namespace vireo::prove {
namespace {

void Visit(const z3::expr& root, const std::function<void(const z3::expr&)>& visit) {
  std::unordered_set<unsigned> seen;
  std::vector<z3::expr> open{root};
  while (!open.empty()) {
    const z3::expr e = open.back();
    open.pop_back();
    if (!e.is_app() || !seen.insert(e.id()).second) continue;
    visit(e);
    for (unsigned i = 0; i < e.num_args(); ++i) open.push_back(e.arg(i));
  }
}

// Reads of arrays become variables; two reads of one array at equal indices are equal.
class Reads {
 public:
  // Rewrites the terms, and returns what holds between the variables.
  z3::expr Replace(std::vector<z3::expr*> terms) {
    z3::expr_vector from(Z3());
    z3::expr_vector to(Z3());
    std::unordered_set<unsigned> seen;
    for (const z3::expr* term : terms) {
      Visit(*term, [&](const z3::expr& e) {
        if (e.decl().decl_kind() != Z3_OP_SELECT || !seen.insert(e.id()).second) return;
        const z3::expr value = Variable("read." + std::to_string(reads_.size()), Width(e));
        from.push_back(e);
        to.push_back(value);
        reads_.push_back({e.arg(0), e.arg(1), value});
      });
    }
    if (reads_.empty()) return True();
    for (z3::expr* term : terms) *term = term->substitute(from, to);
    for (Read& read : reads_) read.index = read.index.substitute(from, to);
    z3::expr holds = True();
    for (size_t i = 0; i < reads_.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (!z3::eq(reads_[i].array, reads_[j].array)) continue;
        const z3::expr same = Equal(reads_[i].index, reads_[j].index);
        holds = And(holds, Or(Not(same), Equal(reads_[i].value, reads_[j].value)));
      }
    }
    return holds;
  }

  // The arrays' contents where they were read.
  void Complete(Assignment& assignment) const {
    std::map<unsigned, z3::expr> arrays;
    for (const Read& read : reads_) {
      const z3::sort sort = read.array.get_sort();
      auto [it, fresh] = arrays.try_emplace(
          read.array.id(),
          z3::const_array(sort.array_domain(), Number(0, sort.array_range().bv_size())));
      it->second =
          z3::store(it->second, assignment.Value(read.index), assignment.Value(read.value));
    }
    std::unordered_set<unsigned> done;
    for (const Read& read : reads_) {
      if (!done.insert(read.array.id()).second) continue;
      assignment.variables.push_back(read.array);
      assignment.values.push_back(arrays.at(read.array.id()));
    }
  }

 private:
  struct Read {
    z3::expr array;
    z3::expr index;
    z3::expr value;
  };
  std::vector<Read> reads_;
};

// Small enough for z3 alone, and without the long chains of sums over GF(2) that are hopeless for a
// SAT solver and quadratic for z3's simplifier.
bool IsSmall(const z3::expr& condition) {
  constexpr unsigned kMany = 2000;
  constexpr unsigned kManyXors = 100;
  unsigned terms = 0;
  unsigned xors = 0;
  Visit(condition, [&](const z3::expr& e) {
    const Z3_decl_kind kind = e.decl().decl_kind();
    ++terms;
    if (kind == Z3_OP_BXOR || kind == Z3_OP_XOR) xors += e.num_args() - 1;
  });
  return terms <= kMany && xors <= kManyXors;
}

// The variables that the guard fixes are put in, which makes all smaller.
void Narrow(z3::expr& guard, z3::expr& a, z3::expr& b) {
  z3::expr literals = True();
  z3::expr_vector fixed(Z3());
  z3::expr_vector values(Z3());
  std::vector<z3::expr> open{guard};
  while (!open.empty()) {
    const z3::expr e = open.back();
    open.pop_back();
    const bool negated = e.decl().decl_kind() == Z3_OP_BNOT;
    const z3::expr inner = negated ? e.arg(0) : e;
    const Z3_decl_kind kind = inner.decl().decl_kind();
    if (kind == Z3_OP_UNINTERPRETED && inner.is_const()) {
      fixed.push_back(inner);
      values.push_back(negated ? False() : True());
      literals = And(literals, e);
    } else if (kind == (negated ? Z3_OP_BOR : Z3_OP_BAND)) {
      for (unsigned i = 0; i < inner.num_args(); ++i)
        open.push_back(negated ? Not(inner.arg(i)) : inner.arg(i));
    }
  }
  if (fixed.empty()) return;
  guard = And(literals, guard.substitute(fixed, values));
  a = a.substitute(fixed, values);
  b = b.substitute(fixed, values);
}

Answer Solve(const z3::expr& condition, double seconds) {
  z3::context& z3 = Z3();
  z3::tactic tactic = z3::tactic(z3, "simplify") & z3::tactic(z3, "propagate-values") &
                      z3::tactic(z3, "solve-eqs") & z3::tactic(z3, "simplify") &
                      z3::tactic(z3, "bit-blast") & z3::tactic(z3, "simplify") &
                      z3::tactic(z3, "sat");
  z3::solver solver = tactic.mk_solver();
  solver.add(ToBool(condition));
  Answer answer;
  z3::check_result result = z3::unknown;
  try {
    const Deadline deadline(seconds);
    result = solver.check();
  } catch (const z3::exception&) {
    result = z3::unknown;  // interrupted
  }
  switch (result) {
    case z3::unsat: answer.verdict = Verdict::kImpossible; break;
    case z3::unknown: answer.verdict = Verdict::kUnknown; break;
    case z3::sat: {
      answer.verdict = Verdict::kPossible;
      const z3::model model = solver.get_model();
      const z3::expr_vector variables = FreeVariables(condition);
      for (unsigned i = 0; i < variables.size(); ++i) {
        answer.assignment.variables.push_back(variables[static_cast<int>(i)]);
        answer.assignment.values.push_back(model.eval(variables[static_cast<int>(i)], true));
      }
    }
  }
  return answer;
}

}  // namespace

z3::expr_vector FreeVariables(const z3::expr& term) {
  z3::expr_vector variables(Z3());
  Visit(term, [&](const z3::expr& e) {
    if (e.is_const() && e.decl().decl_kind() == Z3_OP_UNINTERPRETED) variables.push_back(e);
  });
  return variables;
}

z3::expr Assignment::Value(const z3::expr& term) const {
  z3::expr value = z3::expr(term).substitute(variables, values).simplify();
  if (value.is_numeral()) return value;
  z3::expr_vector rest = FreeVariables(value);
  z3::expr_vector zeros(Z3());
  for (unsigned i = 0; i < rest.size(); ++i) {
    const z3::sort sort = rest[static_cast<int>(i)].get_sort();
    zeros.push_back(sort.is_array() ? z3::const_array(sort.array_domain(),
                                                      Number(0, sort.array_range().bv_size()))
                                    : Number(0, sort.bv_size()));
  }
  return value.substitute(rest, zeros).simplify();
}

Answer Decide(const z3::expr& guard, const z3::expr& a, const z3::expr& b, double seconds) {
  static BitForm form;  // goals of one process share most of their terms
  Answer answer;
  const auto impossible = [&](const char* method) {
    answer.verdict = Verdict::kImpossible;
    answer.method = method;
    return answer;
  };
  if (z3::eq(a, b)) return impossible("simplify");
  z3::expr where = guard;
  z3::expr left = a;
  z3::expr right = b;
  Narrow(where, left, right);
  z3::expr condition = And(where, Not(Equal(left, right)));
  if (IsSmall(condition)) {
    constexpr double kFirstTry = 2;
    condition = condition.simplify();
    if (IsFalse(condition)) return impossible("simplify");
    Reads reads;
    const z3::expr holds = reads.Replace({&condition});
    answer = Solve(And(condition, holds), std::min(seconds, kFirstTry));
    answer.method = "sat";
    if (answer.verdict == Verdict::kPossible) reads.Complete(answer.assignment);
    if (answer.verdict != Verdict::kUnknown) return answer;
  }
  Reads reads;
  where = guard;
  left = a;
  right = b;
  where = And(where, reads.Replace({&where, &left, &right}));
  form.GiveSeconds(seconds);
  if (form.AreEqual(left, right)) return impossible("sweep");
  condition = And(where, Not(Equal(left, right)));
  Narrow(where, left, right);
  const Bits differences = form.Differences(where, left, right);
  if (differences.empty()) return impossible("sweep");
  z3::expr_vector any(Z3());
  for (const Bit difference : differences) {
    any.push_back(form.Term(difference));
    const auto example = form.FindExample(difference);
    if (!example) continue;
    answer.assignment = {example->variables, example->values};
    if (!IsTrue(answer.assignment.Value(condition))) continue;
    answer.verdict = Verdict::kPossible;
    answer.method = "simulation";
    reads.Complete(answer.assignment);
    return answer;
  }
  answer = Solve(ToBit(z3::mk_or(any)), seconds);
  answer.method = "sweep sat";
  if (answer.verdict == Verdict::kPossible) reads.Complete(answer.assignment);
  return answer;
}

}  // namespace vireo::prove
