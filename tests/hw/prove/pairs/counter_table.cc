// SPDX-License-Identifier: Apache-2.0
// A table with a dynamic index, registers with a data-dependent break, and a conditional output.
#include <ap_int.h>
#include <hls_stream.h>

struct Event {
  ap_uint<6> queue;
  ap_uint<9> amount;
  bool report;
};
struct Entry {
  ap_uint<9> key;
  ap_uint<100> sum;
  ap_int<7> level;
};

class Top {
 public:
  void Step(hls::stream<Event>& in, hls::stream<Entry>& out) {
    Event e = in.read();
    Entry t = table_[e.queue];
    for (int i = 0; i < 3; i++) {
      if (seen_[i] == e.amount) break;
      seen_[i] = e.amount;
    }
    t.key = t.key + e.amount;
    t.sum += t.key + seen_[2];
    t.level = t.level - 1;
    table_[e.queue] = t;
    if (e.report) out.write(t);
  }

 private:
  Entry table_[64];
  ap_uint<9> seen_[3] = {1, 2, 3};
};

Top __vireo_instance;
auto __vireo_top __attribute__((used)) = &Top::Step;
