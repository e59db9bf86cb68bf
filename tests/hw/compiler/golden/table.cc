// SPDX-License-Identifier: Apache-2.0
// Memories: a table of structs in LUTRAM, a block RAM with a promise, banks, a ROM.
#include <ap_int.h>
#include <hls_stream.h>

struct Entry {
  ap_uint<20> count;
  ap_int<9> level;
  bool valid;
};

static const unsigned char kWeights[16] = {1, 2, 4,  8,  16, 32, 64, 128,
                                           3, 6, 12, 24, 48, 96, 5,  10};

class Table {
 public:
  void Step(hls::stream<ap_uint<12>>& in, hls::stream<ap_uint<32>>& out) {
#pragma HLS BIND_STORAGE variable = history_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = history_ inter false
#pragma HLS ARRAY_PARTITION variable = banks_ cyclic factor = 2
    const ap_uint<12> key = in.read();
    Entry& entry = entries_[key(5, 0)];
    entry.count += kWeights[key(3, 0)];
    if (key[11]) entry.level = -1;
    entry.valid = true;
    const ap_uint<16> before = history_[key];
    history_[key] = entry.count(15, 0);
    banks_[key(7, 0)] = before(7, 0);
    out.write((before, ap_uint<8>(banks_[key(7, 0) ^ 1]), ap_uint<7>(entry.level(6, 0)),
               ap_uint<1>(entry.valid)));
  }

 private:
  Entry entries_[64];
  ap_uint<16> history_[4096];
  ap_uint<8> banks_[256];
};
