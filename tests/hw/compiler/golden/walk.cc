// SPDX-License-Identifier: Apache-2.0
// A state machine with a struct payload, an enum state and an assertion.
#include <ap_int.h>
#include <hls_stream.h>

#include <cassert>

struct Descriptor {
  ap_uint<64> address;
  ap_uint<32> length;
  ap_uint<16> flags;
  ap_uint<16> next;
};

class Walk {
 public:
  void Step(hls::stream<ap_uint<16>>& head_in, hls::stream<Descriptor>& descriptor_in,
            hls::stream<ap_uint<16>>& read_out, hls::stream<ap_uint<32>>& length_out) {
    switch (state_) {
      case State::kIdle:
        if (head_in.empty() || read_out.full()) return;
        budget_ = 256;
        total_ = 0;
        read_out.write(head_in.read());
        state_ = State::kFollow;
        return;
      case State::kFollow:
        if (descriptor_in.empty() || read_out.full() || length_out.full()) return;
        Descriptor descriptor = descriptor_in.read();
        assert(budget_ != 0 && "a chain is no longer than its budget");
        total_ += descriptor.length;
        budget_ -= 1;
        if (descriptor.flags[0] && budget_ != 0) {
          read_out.write(descriptor.next);
        } else {
          length_out.write(total_);
          state_ = State::kIdle;
        }
        return;
    }
  }

 private:
  enum class State : unsigned char { kIdle, kFollow };
  State state_ = State::kIdle;
  ap_uint<9> budget_ = 0;  // descriptors left before the chain is called a loop
  ap_uint<32> total_;
};
