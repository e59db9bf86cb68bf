// SPDX-License-Identifier: Apache-2.0
// An array in registers with a dynamic index, one in two cyclic banks, and one of two dimensions.
#include <ap_int.h>
#include <hls_stream.h>

struct Access {
  ap_uint<3> row;
  ap_uint<3> element;
  ap_uint<5> value;
};

class Top {
 public:
  void Step(hls::stream<Access>& in, hls::stream<ap_uint<15>>& out) {
    const Access access = in.read();
    const ap_uint<5> a = registers_[access.element];
    const ap_uint<5> b = banks_[access.element];
    const ap_uint<5> c = grid_[access.row][access.element];
    registers_[access.element] = access.value;
    banks_[access.element] = a;
    grid_[access.row][access.element] = b;
    out.write((ap_uint<15>(c) << 10) | (ap_uint<15>(b) << 5) | a);
  }

 private:
  ap_uint<5> registers_[6] = {0, 1, 2, 3, 4, 5};
  ap_uint<5> banks_[8];
  ap_uint<5> grid_[8][8];
};

Top __vireo_instance;
auto __vireo_top __attribute__((used)) = &Top::Step;
