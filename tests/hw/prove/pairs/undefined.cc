// SPDX-License-Identifier: Apache-2.0
// A field that is not set, an array in a local, a switch, and a loop that ends early.
#include <ap_int.h>
#include <hls_stream.h>

enum class Kind : unsigned char { kNone, kSmall, kLarge };

struct Word {
  ap_uint<4> nibbles[4];
};
struct Result {
  Kind kind;
  ap_uint<6> value;
};

class Top {
 public:
  void Step(hls::stream<Word>& in, hls::stream<Result>& out) {
    const Word word = in.read();
    ap_uint<4> sorted[4];
    for (int i = 0; i < 4; ++i) sorted[3 - i] = word.nibbles[i];
    int first = 4;
    for (int i = 0; i < 4; ++i) {
      if (sorted[i] != 0) {
        first = i;
        break;
      }
    }
    Result result;
    switch (first) {
      case 4: result.kind = Kind::kNone; break;
      case 3:
        result.kind = Kind::kSmall;
        result.value = sorted[last_];
        break;
      default:
        result.kind = Kind::kLarge;
        result.value = sorted[first] + sorted[last_];
        last_ = first;
    }
    out.write(result);
  }

 private:
  ap_uint<2> last_ = 0;
};

Top __vireo_instance;
auto __vireo_top __attribute__((used)) = &Top::Step;
