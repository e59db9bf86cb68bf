// SPDX-License-Identifier: Apache-2.0
// Cycles of processes: one that has a place for every token in it, and one that has not.
#ifndef VIREO_TESTS_HW_COMPILER_NETWORKS_LOOPS_H_
#define VIREO_TESTS_HW_COMPILER_NETWORKS_LOOPS_H_

#include <ap_int.h>
#include <hls_stream.h>

namespace vireo::testing {

struct Trip {
  ap_uint<32> value;
  ap_uint<32> mark;  // of the first round
};

// Sends a token around once, then out. Which it is shows only when its hash is there, some stages
// after it was read: until then the process holds room at both outputs.
class Around {
 public:
  void Step(hls::stream<ap_uint<32>>& in, hls::stream<Trip>& back, hls::stream<Trip>& again,
            hls::stream<ap_uint<32>>& out) {
    Trip trip;
    if (!in.empty() && !again.full()) {
      trip.value = in.read();
      trip.mark = 0;
    } else {
      if (back.empty()) return;
      trip = back.read();
    }
    ap_uint<32> hash = trip.value;
    for (int i = 0; i < 4; ++i) hash = hash + (hash << 7) + 0x9e3779b9;
    hash[0] = 1;
    if (trip.mark == hash) {
      out.write(trip.value);
    } else {
      trip.mark = hash;
      again.write(trip);
    }
  }
};

template <class T>
class Pass {
 public:
  void Step(hls::stream<T>& in, hls::stream<T>& out) {
    if (in.empty() || out.full()) return;
    out.write(in.read());
  }
};

// Lets so many tokens in as there are credits.
class Admit {
 public:
  static constexpr int kTokens = 4;

  void Step(hls::stream<ap_uint<32>>& in, hls::stream<ap_uint<1>>& credit,
            hls::stream<ap_uint<32>>& out) {
    const bool returned = !credit.empty();
    if (returned) credit.read();
    const bool enters = credits_ != 0 && !in.empty() && !out.full();
    if (enters) out.write(in.read());
    credits_ += ap_uint<4>(returned) - ap_uint<4>(enters);
  }

 private:
  ap_uint<4> credits_ = kTokens;
};

class Leave {
 public:
  void Step(hls::stream<ap_uint<32>>& in, hls::stream<ap_uint<32>>& out,
            hls::stream<ap_uint<1>>& credit) {
    if (in.empty() || out.full() || credit.full()) return;
    out.write(in.read());
    credit.write(1);
  }
};

// Four places in the cycle, and nothing that keeps tokens out of it.
class CrowdedLoop {
 public:
  void Step(hls::stream<ap_uint<32>>& in, hls::stream<ap_uint<32>>& out) {
#pragma HLS DATAFLOW
    around_.Step(in, back_, again_, out);
    pass_.Step(again_, back_);
  }

 private:
  Around around_;
  Pass<Trip> pass_;
  hls::stream<Trip, 2> again_, back_;
};

// At most as many tokens in the cycle as `again_` holds.
class CountedLoop {
 public:
  void Step(hls::stream<ap_uint<32>>& in, hls::stream<ap_uint<32>>& out) {
#pragma HLS DATAFLOW
    admit_.Step(in, credits_, admitted_);
    around_.Step(admitted_, back_, again_, done_);
    pass_.Step(again_, back_);
    leave_.Step(done_, out, credits_);
  }

 private:
  Admit admit_;
  Around around_;
  Pass<Trip> pass_;
  Leave leave_;
  hls::stream<ap_uint<32>, 2> admitted_, done_;
  hls::stream<Trip, Admit::kTokens> again_;
  hls::stream<Trip, 2> back_;
  hls::stream<ap_uint<1>, Admit::kTokens> credits_;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_NETWORKS_LOOPS_H_
