// SPDX-License-Identifier: Apache-2.0
// Decides whether a condition can hold, by z3.
#include "hw/prove/solve.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>

#include "hw/prove/xor_form.h"

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

unsigned CountXors(const z3::expr& condition) {
  unsigned count = 0;
  Visit(condition, [&](const z3::expr& e) {
    const Z3_decl_kind kind = e.decl().decl_kind();
    if (kind == Z3_OP_BXOR || kind == Z3_OP_XOR) count += e.num_args() - 1;
  });
  return count;
}

// Interrupts z3 once the process has used the given processor time: a busy machine changes no
// verdict.
class Deadline {
 public:
  explicit Deadline(double seconds) : end_(Used() + seconds), watch_([this] { Watch(); }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    watch_.join();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  static double Used() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  }

  void Watch() {
    std::unique_lock lock(mutex_);
    // An interrupt between two steps of z3 is lost, so it is repeated.
    while (!wake_.wait_for(lock, std::chrono::milliseconds(20), [this] { return done_; })) {
      if (Used() > end_) Z3().interrupt();
    }
  }

  double end_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread watch_;
};

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
  constexpr unsigned kManyXors = 100;
  constexpr double kFirstTry = 2;
  Answer answer;
  const auto impossible = [&](const char* method) {
    answer.verdict = Verdict::kImpossible;
    answer.method = method;
    return answer;
  };
  z3::expr condition = And(guard, Not(Equal(a, b)));
  // Long chains of sums over GF(2) are hopeless for a SAT solver, quadratic for z3's simplifier,
  // and easy for their normal form; for all else z3 alone is the quicker way.
  if (CountXors(condition) <= kManyXors) {
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
  z3::expr where = guard;
  z3::expr left = a;
  z3::expr right = b;
  where = And(where, reads.Replace({&where, &left, &right}));
  if (XorDifference(where, left, right, false).is_false()) return impossible("xor");
  const z3::expr cut = XorDifference(where, left, right, true);
  if (cut.is_false() || Solve(ToBit(cut), seconds / 2).verdict == Verdict::kImpossible)
    return impossible("cut");
  answer = Solve(ToBit(XorDifference(where, left, right, false)), seconds);
  answer.method = "xor sat";
  if (answer.verdict == Verdict::kPossible) reads.Complete(answer.assignment);
  return answer;
}

}  // namespace vireo::prove
