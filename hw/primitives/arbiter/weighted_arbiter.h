// SPDX-License-Identifier: Apache-2.0
// Merges streams in proportion to weights: deficit round robin over tokens.
//
// Shreedhar and Varghese, "Efficient Fair Queuing using Deficit Round Robin", 1996; here a turn may
// overdraw its input's budget, so that a packet's length need not be known when it starts.
#ifndef VIREO_HW_PRIMITIVES_ARBITER_WEIGHTED_ARBITER_H_
#define VIREO_HW_PRIMITIVES_ARBITER_WEIGHTED_ARBITER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/arbiter/arbiter.h"
#include "hw/primitives/arbiter/grant.h"
#include "hw/primitives/bits/bits.h"

namespace vireo {

// Sets one input's weight, in tokens a round; 0 closes the input.
template <int kInputs, int kWeightBits>
struct InputWeight {
  ap_uint<BitsFor(kInputs)> input;
  ap_uint<kWeightBits> weight;
};

// One input's budgets in tokens, less one, so that the sign says whether it may start a turn.
template <int kWeightBits>
class Budget {
 public:
  using Weight = ap_uint<kWeightBits>;

  bool is_funded() const { return now_ >= 0; }
  bool is_funded_next() const { return next_ >= 0; }

  // A token of this round leaves. What is overdrawn is taken from the next rounds.
  void Spend() {
    if (now_ >= 0) {
      now_ = now_ - 1;
    } else if (next_ != kFloor) {
      next_ = next_ - 1;
    }
  }

  // The next round begins, and its first token leaves if `spends`. What was left of the last
  // round lapses; a debt is carried on.
  void StartRound(bool spends, const Weight& weight) {
    const Count carried = next_ < 0 ? next_ : Count(-1);
    const Count first = spends ? Count(next_ - 1) : next_;
    now_ = next_ < 0 ? Count(-1) : first;
    next_ = carried + weight;
  }

 private:
  static constexpr int kFloor = -(1 << (kWeightBits + 1));
  using Count = ap_int<kWeightBits + 2>;

  Count now_ = 0;   // of this round; -1 when spent
  Count next_ = 0;  // of the next round; lower than -1 when in debt
};

// An input takes turns while its budget lasts. When none that has a token has budget left, a new
// round begins in the same clock. Without loss of clocks if no turn is longer than its input's
// weight; a longer one is paid back over several rounds of a clock each, to a limit of
// 2^(kWeightBits + 1) tokens. A new weight counts from the round after the next.
template <typename T, int kInputs, typename Turn = OneToken, int kWeightBits = 10>
class WeightedArbiter {
 public:
  static_assert(kInputs >= 2 && kInputs <= 64, "an arbiter merges 2 to 64 inputs");
  static_assert(kWeightBits >= 1 && kWeightBits <= 16, "a weight has 1 to 16 bits");

  using Weight = InputWeight<kInputs, kWeightBits>;

  WeightedArbiter() {
    for (int i = 0; i < kInputs; ++i) weight_[i] = 1;
  }

  void Step(hls::stream<T> (&in)[kInputs], hls::stream<Weight>& weights, hls::stream<T>& out) {
#pragma HLS PIPELINE II = 1
    if (!weights.empty()) SetWeight(weights.read());
    if (out.full()) return;

    ap_uint<kInputs> requests = Requests<T, kInputs>(in);
    ap_uint<kInputs> funded = 0, funded_next = 0;
    for (int i = 0; i < kInputs; ++i) {
      funded[i] = budget_[i].is_funded();
      funded_next[i] = budget_[i].is_funded_next();
    }
    if constexpr (Turn::kLocks) {
      // In the middle of a turn the budget is not asked: the one that is allowed goes on.
      requests = requests & allowed_;
      if (locked_) funded = allowed_;
    }

    // Both choices side by side: in this round, and in a new one.
    const ap_uint<kInputs> now = requests & funded;
    const ap_uint<kInputs> later = requests & funded_next;
    const ap_uint<kInputs> first_now = funded & ~HasOneBefore<kInputs>(now, preferred_);
    const ap_uint<kInputs> first_later = funded_next & ~HasOneBefore<kInputs>(later, preferred_);
    const bool is_new_round = now == 0;
    const ap_uint<kInputs> grant = requests & (is_new_round ? first_later : first_now);

    const T token = ReadGranted<T, kInputs>(in, grant);
    if (requests == 0) return;
    for (int i = 0; i < kInputs; ++i) {
      if (is_new_round) {
        budget_[i].StartRound(grant[i], weight_[i]);
      } else if (grant[i]) {
        budget_[i].Spend();
      }
    }
    if (is_new_round && later == 0) return;
    out.write(token);
    preferred_ = BehindWinner<kInputs>(grant);
    if constexpr (Turn::kLocks) {
      locked_ = !Turn::Ends(token);
      allowed_ = Turn::Ends(token) ? kAll() : grant;
    }
  }

 private:
  static ap_uint<kInputs> kAll() { return ~ap_uint<kInputs>(0); }

  void SetWeight(const Weight& update) {
    for (int i = 0; i < kInputs; ++i) {
      if (update.input == i) weight_[i] = update.weight;
    }
  }

  Budget<kWeightBits> budget_[kInputs];
  ap_uint<kWeightBits> weight_[kInputs];  // tokens a round
  ap_uint<kInputs> preferred_ = 0;        // inputs behind the one served last
  ap_uint<kInputs> allowed_ = kAll();     // all, or the one in the middle of its turn
  bool locked_ = false;                   // in the middle of a turn
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_ARBITER_WEIGHTED_ARBITER_H_
