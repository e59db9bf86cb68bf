// SPDX-License-Identifier: Apache-2.0
// How registers come up, and the waves of a model Verilated with --trace-fst (FST) or --trace
// (VCD).
#ifndef VIREO_SIM_HARNESS_WAVES_H_
#define VIREO_SIM_HARNESS_WAVES_H_

#include <cstdint>
#include <memory>

#include <verilated.h>
#if VM_TRACE_FST
#include <verilated_fst_c.h>
#elif VM_TRACE
#include <verilated_vcd_c.h>
#endif

namespace vireo::sim {

// Registers and memories come up as zeros, ones, or bits drawn from the seed, in turn.
inline void VerilatedRandomReset(uint64_t seed) {
  Verilated::randReset(static_cast<int>(seed % 3));
  Verilated::randSeed(static_cast<int>(seed % 0x7ffffffe) + 1);
#if VM_TRACE
  Verilated::traceEverOn(true);
#endif
}

template <class Model>
class WaveFile {
 public:
#if VM_TRACE
#if VM_TRACE_FST
  using File = VerilatedFstC;
#else
  using File = VerilatedVcdC;
#endif
  // For a model made after VerilatedRandomReset.
  bool Open(Model& model, const char* path) {
    file_ = std::make_unique<File>();
    model.trace(file_.get(), 99);
    file_->open(path);
    return true;
  }
  void Dump(uint64_t time) {
    if (file_) file_->dump(time);
  }
  void Close() {
    if (file_) file_->close();
  }

 private:
  std::unique_ptr<File> file_;
#else
  bool Open(Model&, const char*) { return false; }
  void Dump(uint64_t) {}
  void Close() {}
#endif
};

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_WAVES_H_
