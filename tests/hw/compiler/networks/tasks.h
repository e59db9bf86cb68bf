// SPDX-License-Identifier: Apache-2.0
// A network of hls::task: a token parts, goes two ways of different length, and meets itself again.
#ifndef VIREO_TESTS_HW_COMPILER_NETWORKS_TASKS_H_
#define VIREO_TESTS_HW_COMPILER_NETWORKS_TASKS_H_

#include <ap_int.h>
#include <hls_stream.h>
#include <hls_task.h>

namespace vireo::testing {

struct Sample {
  ap_uint<16> value;
  ap_uint<8> number;
};

inline void Part(hls::stream<ap_uint<16>>& in, hls::stream<Sample>& left,
                 hls::stream<Sample>& right) {
  static ap_uint<8> next = 0;
  const Sample sample = {in.read(), next};
  ++next;
  left.write(sample);
  right.write(sample);
}

inline void Square(hls::stream<Sample>& in, hls::stream<ap_uint<32>>& out) {
  const Sample sample = in.read();
  out.write(sample.value * sample.value);
}

inline void Difference(hls::stream<Sample>& in, hls::stream<ap_int<17>>& out) {
  static ap_uint<16> last = 7;
  const Sample sample = in.read();
  out.write(sample.number[0] ? sample.value - last : last - sample.value);
  last = sample.value;
}

inline void Meet(hls::stream<ap_uint<32>>& squares, hls::stream<ap_int<17>>& differences,
                 hls::stream<ap_int<34>>& out) {
  out.write(squares.read() + differences.read());
}

inline void Tasks(hls::stream<ap_uint<16>>& in, hls::stream<ap_int<34>>& out) {
  hls_thread_local hls::stream<Sample> left("left");
  hls_thread_local hls::stream<Sample, 4> right("right");
  hls_thread_local hls::stream<ap_uint<32>> squares("squares");
  hls_thread_local hls::stream<ap_int<17>> differences("differences");
  hls_thread_local hls::task part(Part, in, left, right);
  hls_thread_local hls::task square(Square, left, squares);
  hls_thread_local hls::task difference(Difference, right, differences);
  hls_thread_local hls::task meet(Meet, squares, differences, out);
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_NETWORKS_TASKS_H_
