// SPDX-License-Identifier: Apache-2.0
// CRC-32 as linear maps over GF(2), computed by the compiler: each output bit is the parity of some
// input bits.
//
// The CRC of IEEE 802.3, 3.2.9, bits reflected (polynomial 0xEDB88320). The register's update is
// linear, so the share of the data and the share of the register can be computed apart and added.
#ifndef VIREO_HW_PRIMITIVES_CRC32_CRC32_MATRIX_H_
#define VIREO_HW_PRIMITIVES_CRC32_CRC32_MATRIX_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/primitives/bits/bits.h"

namespace vireo {

using Crc = ap_uint<32>;

namespace crc32 {

inline constexpr uint32_t kPolynomial = 0xEDB88320;

// The register after `bytes` bytes of zeros.
constexpr uint32_t AfterZeros(uint32_t crc, int bytes) {
  for (int bit = 0; bit < 8 * bytes; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? kPolynomial : 0);
  return crc;
}

// Row i tells which of kColumns input bits are in the parity that is output bit i.
template <int kColumns>
struct Matrix {
  static constexpr int kWords = (kColumns + 63) / 64;
  uint64_t rows[32][kWords] = {};

  constexpr void SetColumn(int column, uint32_t image) {
    for (int row = 0; row < 32; ++row) {
      rows[row][column / 64] |= static_cast<uint64_t>((image >> row) & 1) << (column % 64);
    }
  }
};

// Register to register, over kBytes bytes of zeros.
template <int kBytes>
constexpr Matrix<32> MakeAdvance() {
  Matrix<32> matrix;
  for (int bit = 0; bit < 32; ++bit) matrix.SetColumn(bit, AfterZeros(uint32_t{1} << bit, kBytes));
  return matrix;
}

// kBytes bytes of data to what they add to the register once all of them are in.
template <int kBytes>
constexpr Matrix<8 * kBytes> MakeShare() {
  Matrix<8 * kBytes> matrix;
  uint32_t images[8] = {};
  for (int bit = 0; bit < 8; ++bit) images[bit] = uint32_t{1} << bit;
  for (int byte = kBytes - 1; byte >= 0; --byte) {
    for (int bit = 0; bit < 8; ++bit) {
      images[bit] = AfterZeros(images[bit], 1);
      matrix.SetColumn(8 * byte + bit, images[bit]);
    }
  }
  return matrix;
}

template <int kBytes>
inline constexpr Matrix<32> kAdvance = MakeAdvance<kBytes>();

template <int kBytes>
inline constexpr Matrix<8 * kBytes> kShare = MakeShare<kBytes>();

template <int kColumns>
Crc Multiply(const Matrix<kColumns>& matrix, const ap_uint<kColumns>& x) {
  constexpr int kWords = Matrix<kColumns>::kWords;
  constexpr int kWordBits = kColumns < 64 ? kColumns : 64;
  static_assert(kColumns % kWordBits == 0, "columns fill their words");
  Crc product = 0;
  for (int row = 0; row < 32; ++row) {
    ap_uint<kColumns> chosen = 0;
    for (int word = 0; word < kWords; ++word) {
      chosen.range(kWordBits * word + kWordBits - 1, kWordBits * word) =
          ap_uint<kWordBits>(matrix.rows[row][word]);
    }
    const ap_uint<kColumns> terms = x & chosen;
    product[row] = terms.xor_reduce();
  }
  return product;
}

}  // namespace crc32

// The register after a whole beat of zeros: all that a loop over beats has to do with it.
template <int kBytes>
Crc CrcAdvance(const Crc& crc) {
  return crc32::Multiply<32>(crc32::kAdvance<kBytes>, crc);
}

// The register after 0 to kBytes bytes of zeros: one conditional step for each bit of `count`.
template <int kBytes, int kStep = 1>
Crc CrcAdvanceBy(const Crc& crc, const ap_uint<BitsFor(kBytes + 1)>& count) {
  const Crc stepped = crc32::Multiply<32>(crc32::kAdvance<kStep>, crc);
  const Crc next = count[BitsFor(kStep + 1) - 1] ? stepped : crc;
  if constexpr (kStep == kBytes) {
    return next;
  } else {
    return CrcAdvanceBy<kBytes, 2 * kStep>(next, count);
  }
}

// What kBytes bytes add to the register. Zeros in front of the data change nothing.
template <int kBytes>
Crc CrcShare(const ap_uint<8 * kBytes>& data) {
  return crc32::Multiply<8 * kBytes>(crc32::kShare<kBytes>, data);
}

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_CRC32_CRC32_MATRIX_H_
