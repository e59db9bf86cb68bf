// SPDX-License-Identifier: Apache-2.0
// The Toeplitz hash of receive-side scaling. VIRTIO 1.4, "Hash calculation for incoming packets".
#ifndef VIREO_HW_PRIMITIVES_TOEPLITZ_TOEPLITZ_H_
#define VIREO_HW_PRIMITIVES_TOEPLITZ_TOEPLITZ_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

// Byte 0 becomes the most significant one.
template <int kBytes>
ap_uint<8 * kBytes> FirstByteHighest(const ap_uint<8 * kBytes>& bytes) {
  if constexpr (kBytes == 1) {
    return bytes;
  } else {
    constexpr int kLow = kBytes / 2;
    const ap_uint<8 * kLow> low = bytes.range(8 * kLow - 1, 0);
    const ap_uint<8 * (kBytes - kLow)> high = bytes.range(8 * kBytes - 1, 8 * kLow);
    const ap_uint<8 * kLow> low_turned = FirstByteHighest<kLow>(low);
    const ap_uint<8 * (kBytes - kLow)> high_turned = FirstByteHighest<kBytes - kLow>(high);
    return low_turned.concat(high_turned);
  }
}

// Bit i of the hash, from the top, is the parity of the tuple under the key from its bit i on.
template <int kTupleBytes>
ap_uint<32> ToeplitzHash(const ap_uint<8 * kTupleBytes>& tuple,
                         const ap_uint<8 * kTupleBytes + 32>& key) {
  const ap_uint<8 * kTupleBytes> tuple_bits = FirstByteHighest<kTupleBytes>(tuple);
  const ap_uint<8 * kTupleBytes + 32> key_bits = FirstByteHighest<kTupleBytes + 4>(key);
  ap_uint<32> hash = 0;
  for (int bit = 0; bit < 32; ++bit) {
    const ap_uint<8 * kTupleBytes> window = key_bits.range(8 * kTupleBytes + bit, bit + 1);
    const ap_uint<8 * kTupleBytes> terms = tuple_bits & window;
    hash[bit] = terms.xor_reduce();
  }
  return hash;
}

// Four bytes of the key, the first of them lowest.
template <int kTupleBytes>
struct ToeplitzKeyWord {
  ap_uint<BitsFor(kTupleBytes / 4 + 1)> index;
  ap_uint<32> word;
};

// One hash a tuple. A tuple has its first byte lowest and zeros after its last: they change
// nothing. The key has four bytes more than the longest tuple, is 0 after reset and is written a
// word at a time; a tuple taken in the same clock as a word still sees the key before it.
template <int kTupleBytes>
class ToeplitzOf {
 public:
  static_assert(kTupleBytes >= 4 && kTupleBytes % 4 == 0, "a tuple is a number of 4-byte words");

  using Tuple = ap_uint<8 * kTupleBytes>;
  using KeyWord = ToeplitzKeyWord<kTupleBytes>;

  void Step(hls::stream<Tuple>& tuples, hls::stream<KeyWord>& key_words,
            hls::stream<ap_uint<32>>& hashes) {
#pragma HLS PIPELINE II = 1
    if (!tuples.empty() && !hashes.full()) {
      ap_uint<8 * kTupleBytes + 32> key = 0;
      for (int i = 0; i < kKeyWords; ++i) key.range(32 * i + 31, 32 * i) = key_[i];
      hashes.write(ToeplitzHash<kTupleBytes>(tuples.read(), key));
    }
    if (!key_words.empty()) {
      const KeyWord update = key_words.read();
      for (int i = 0; i < kKeyWords; ++i) {
        if (update.index == i) key_[i] = update.word;
      }
    }
  }

 private:
  static constexpr int kKeyWords = kTupleBytes / 4 + 1;

  ap_uint<32> key_[kKeyWords] = {};
};

// Two IPv6 addresses and two ports, and the 40-byte key of virtio-net.
using Toeplitz = ToeplitzOf<36>;

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_TOEPLITZ_TOEPLITZ_H_
