// SPDX-License-Identifier: Apache-2.0
// What a register is, what a structure made of registers is, and what holds for both.
#ifndef VIREO_HW_SPEC_REGISTER_H_
#define VIREO_HW_SPEC_REGISTER_H_

#include <cstdint>

namespace vireo::spec {

enum class Access : uint8_t {
  kRo,   // read-only
  kRw,   // read and written
  kW1c,  // read; a 1 that is written clears its bit
  kWo,   // write-only, reads as 0
  kRc,   // read-only, and a read clears it
};

struct Register {
  const char* name;
  uint32_t offset;  // bytes from the start of the structure that the register is in
  uint8_t bytes;    // 1, 2, 4 or 8
  Access access;
  uint64_t reset;      // value after reset, where it is the same in every card
  const char* about;   // one sentence
  uint16_t count = 1;  // registers of this kind one after the other

  constexpr uint32_t At(uint32_t index) const { return offset + index * bytes; }
  constexpr uint32_t End() const { return At(count); }
  constexpr bool CanRead() const { return access != Access::kWo; }
  constexpr bool CanWrite() const {
    return access == Access::kRw || access == Access::kW1c || access == Access::kWo;
  }
};

constexpr Register Reserved(uint32_t offset, uint8_t bytes, uint16_t count = 1) {
  return {"reserved", offset, bytes, Access::kRo, 0, "Reads as 0.", count};
}

// A structure of registers: a list of pointers to all of its registers, in order, without gaps.
// What is left of its `bytes` behind the last register is reserved.
struct Structure {
  const char* name;
  const char* clause;  // where it is defined
  uint32_t bytes;
  const Register* const* registers;
  int count;
};

template <int kCount>
constexpr Structure MakeStructure(const char* name, const char* clause, uint32_t bytes,
                                  const Register* const (&registers)[kCount]) {
  return {name, clause, bytes, registers, kCount};
}

// Whether a structure's registers are naturally aligned and follow each other without gap or
// overlap: a register that was left out of the list is a gap. 64-bit fields of VIRTIO are accessed
// as two halves and need to be aligned to 4 only.
constexpr bool IsDense(const Structure& structure, uint32_t first = 0) {
  uint32_t end = first;
  for (int i = 0; i < structure.count; ++i) {
    const Register& r = *structure.registers[i];
    if (r.bytes != 1 && r.bytes != 2 && r.bytes != 4 && r.bytes != 8) return false;
    if (r.offset != end || r.offset % (r.bytes < 4 ? r.bytes : 4) != 0 || r.count == 0)
      return false;
    end = r.End();
  }
  return end <= structure.bytes;
}

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_REGISTER_H_
