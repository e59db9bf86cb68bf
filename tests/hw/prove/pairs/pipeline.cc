// SPDX-License-Identifier: Apache-2.0
// A table with a registered read, a sum behind it, and a sequence number in the last stage.
#include <ap_int.h>
#include <hls_stream.h>

struct Request {
  ap_uint<4> key;
  ap_uint<8> add;
  bool answer;
};
struct Answer {
  ap_uint<8> sum;
  ap_uint<8> number;
};

// What vireo-hls makes of a pragma.
extern "C" void __vireo_pragma(const char*, const char*, ...) noexcept;
#ifndef PROMISE
#define PROMISE "DEPENDENCE variable=table_ inter RAW distance=2 true"
#endif

class Top {
 public:
  void Step(hls::stream<Request>& in, hls::stream<Answer>& out) {
    __vireo_pragma(PROMISE, "", &table_);
    const Request request = in.read();
    const ap_uint<8> sum = table_[request.key] + request.add;
    table_[request.key] = sum;
    if (!request.answer) return;
    Answer answer;
    answer.sum = sum;
    answer.number = number_;
    out.write(answer);
    number_ = number_ + 1;
  }

 private:
  ap_uint<8> table_[16];
  ap_uint<8> number_ = 7;
};

Top __vireo_instance;
auto __vireo_top __attribute__((used)) = &Top::Step;
