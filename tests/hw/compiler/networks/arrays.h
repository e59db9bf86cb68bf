// SPDX-License-Identifier: Apache-2.0
// Arrays within arrays: rows with ports of their own, and a table in each of several objects.
#ifndef VIREO_TESTS_HW_COMPILER_NETWORKS_ARRAYS_H_
#define VIREO_TESTS_HW_COMPILER_NETWORKS_ARRAYS_H_

#include <ap_int.h>
#include <hls_stream.h>

namespace vireo::testing {

// A table and a count of what it was asked.
struct Lane {
  ap_uint<8> table[16];
  ap_uint<16> written = 0;
  ap_uint<8> asked = 0;

  ap_uint<8> Exchange(ap_uint<4> at, ap_uint<8> value) {
#pragma HLS BIND_STORAGE variable = table type = ram_2p impl = lutram
    const ap_uint<8> old = written[at] ? table[at] : ap_uint<8>(0);
    table[at] = value;
    written[at] = 1;
    ++asked;
    return old + asked;
  }
};

// Two rows that are read and written in one firing, a row that data choose, and three lanes.
class NestedArrays {
 public:
  void Step(hls::stream<ap_uint<32>>& in, hls::stream<ap_uint<32>>& out) {
#pragma HLS ARRAY_PARTITION variable = rows_ complete dim = 1
    if (in.empty() || out.full()) return;
    const ap_uint<32> token = in.read();
    const ap_uint<4> a = token.range(3, 0), b = token.range(7, 4);
    const ap_uint<8> value = token.range(15, 8);
    ap_uint<8> first = 0, second = 0;
    if (written_[0][a]) first = rows_[0][a];
    if (written_[1][b]) second = rows_[1][b];
    rows_[0][a] = value;
    rows_[1][b] = value + 1;
    written_[0][a] = 1;
    written_[1][b] = 1;
    ap_uint<8> lanes = 0;
    for (int i = 0; i < 3; ++i) lanes ^= lanes_[i].Exchange(a + i, value);
    out.write((ap_uint<8>(0), lanes, second, first));
  }

 private:
  ap_uint<8> rows_[2][16];
  ap_uint<16> written_[2] = {};
  Lane lanes_[3];
};

// Tables that are cut into blocks and dealt out in turn; data choose block and place.
class CutTables {
 public:
  void Step(hls::stream<ap_uint<32>>& in, hls::stream<ap_uint<32>>& out) {
#pragma HLS ARRAY_PARTITION variable = blocks_ block factor = 3
#pragma HLS ARRAY_PARTITION variable = turns_ cyclic factor = 4
    if (in.empty() || out.full()) return;
    const ap_uint<32> token = in.read();
    const ap_uint<4> block = token.range(3, 0), turn = token.range(7, 4);
    const ap_uint<8> value = token.range(15, 8);
    // Neighbours lie in one block, but in different banks of what is dealt out.
    ap_uint<8> low = 0, first = 0, second = 0;
    const ap_uint<4> place = block < 10 ? block : ap_uint<4>(block - 10);
    if (written_[place]) low = blocks_[place];
    blocks_[place] = value;
    written_[place] = 1;
    const ap_uint<4> even = turn & 14, odd = turn | 1;
    if (dealt_[even]) first = turns_[even];
    if (dealt_[odd]) second = turns_[odd];
    turns_[even] = second + value;
    turns_[odd] = first;
    dealt_[even] = 1;
    dealt_[odd] = 1;
    out.write((ap_uint<8>(0), low, second, first));
  }

 private:
  ap_uint<8> blocks_[10];
  ap_uint<8> turns_[16];
  ap_uint<10> written_ = 0;
  ap_uint<16> dealt_ = 0;
};

// Conditions that a decision diagram in the order of the source grows exponentially with.
class ManyConditions {
 public:
  struct Token {
    ap_uint<4> values[48];
  };

  void Step(hls::stream<Token>& in, hls::stream<ap_uint<8>>& out) {
    if (in.empty() || out.full()) return;
    const Token token = in.read();
    ap_uint<8> result = 0;
    for (int i = 0; i < 48; ++i) {
      if (token.values[i] == 3) result += 1;
    }
    bool any = false;
    for (int i = 0; i < 24; ++i) {
      if (token.values[i] == 3 && token.values[i + 24] == 3) any = true;
    }
    if (any) result ^= 0x80;
    out.write(result);
  }
};

// A field whose bits do not fill its bytes, set after all of the struct was: a memory takes it
// whole.
class WideFields {
 public:
  struct Entry {
    ap_uint<7> tag;
    ap_int<129> wide;
  };

  void Step(hls::stream<ap_uint<32>>& in, hls::stream<Entry>& out) {
    if (in.empty() || out.full()) return;
    const ap_uint<32> token = in.read();
    const ap_uint<3> at = token.range(2, 0);
    Entry old = {};
    if (written_[at]) old = entries_[at];
    Entry entry = {};
    entry.tag = token.range(9, 3);
    entry.wide = ap_int<129>(token) * -77777;
    entries_[at] = entry;
    written_[at] = 1;
    out.write(old);
  }

 private:
  Entry entries_[8];
  ap_uint<8> written_ = 0;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_NETWORKS_ARRAYS_H_
