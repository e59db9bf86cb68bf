// SPDX-License-Identifier: Apache-2.0
// The state of function processes: their statics, kept apart so that a bench can reset them and
// roll them back.
//
// The source of a function process stands between VIREO_STATICS_BEGIN and VIREO_STATICS_END, which
// put what it keeps into sections of their own.
#ifndef VIREO_SIM_HARNESS_STATICS_H_
#define VIREO_SIM_HARNESS_STATICS_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#define VIREO_STATICS_BEGIN \
  _Pragma("clang section bss=\"vireo_statics_bss\" data=\"vireo_statics_data\"")
#define VIREO_STATICS_END _Pragma("clang section bss=\"\" data=\"\"")

extern "C" {
extern char __start_vireo_statics_bss[] __attribute__((weak));
extern char __stop_vireo_statics_bss[] __attribute__((weak));
extern char __start_vireo_statics_data[] __attribute__((weak));
extern char __stop_vireo_statics_data[] __attribute__((weak));
}

namespace vireo::sim {

// Where the statics of function processes lie and what they held when the program began.
class Statics {
 public:
  explicit Statics(std::vector<std::span<char>> sections) : sections_(std::move(sections)) {
    Copy(initial_);
  }

  void Reset() const { Paste(initial_); }
  void Copy(std::vector<char>& to) const {
    to.clear();
    for (const auto& section : sections_) to.insert(to.end(), section.begin(), section.end());
  }
  void Paste(const std::vector<char>& from) const {
    const char* at = from.data();
    for (const auto& section : sections_) {
      if (section.empty()) continue;
      std::memcpy(section.data(), at, section.size());
      at += section.size();
    }
  }

 private:
  std::vector<std::span<char>> sections_;
  std::vector<char> initial_;
};

// The state of a function process. `fill` is without effect: statics are always initialised.
class StaticState {
 public:
  explicit StaticState(const Statics& statics) : statics_(&statics) {}

  void Construct(uint8_t) { statics_->Reset(); }
  void Save() { statics_->Copy(backup_); }
  void Restore() { statics_->Paste(backup_); }

 private:
  const Statics* statics_;
  std::vector<char> backup_;
};

// The statics of every function process in this program, first called before any of them runs.
inline const Statics& ProgramStatics() {
  static const Statics statics({{__start_vireo_statics_bss, __stop_vireo_statics_bss},
                                {__start_vireo_statics_data, __stop_vireo_statics_data}});
  return statics;
}

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_STATICS_H_
