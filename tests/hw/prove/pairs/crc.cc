// SPDX-License-Identifier: Apache-2.0
#include <ap_int.h>
#include <hls_stream.h>

class Top {
 public:
  void Step(hls::stream<ap_uint<64>>& in, hls::stream<ap_uint<32>>& out) {
    const ap_uint<64> data = in.read();
    ap_uint<32> crc = crc_;
    for (int i = 0; i < 64; ++i) {
      const bool feedback = crc[0] ^ data[i];
      crc = crc >> 1;
      if (feedback) crc = crc ^ 0xEDB88320;
    }
    crc_ = crc;
    out.write(~crc);
  }

 private:
  ap_uint<32> crc_ = 0xffffffff;
};

Top __vireo_instance;
auto __vireo_top __attribute__((used)) = &Top::Step;
