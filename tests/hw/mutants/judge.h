// SPDX-License-Identifier: Apache-2.0
// Whether a mutant is noticed: by the proof, or by the cosimulation with the C++.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace vireo::testing {

// A process as it was lowered, and what its checks are made of.
struct Subject {
  std::string module;
  std::filesystem::path verilog, bitcode;
  std::filesystem::path bench;  // object file of its comparison with the C++
};

struct Tools {
  std::string prove, yosys, verilator, verilator_include, cxx;
  std::filesystem::path harness, verilated;  // libraries
  std::filesystem::path work;
  unsigned goal_seconds = 60;   // of a goal of the proof
  unsigned prove_seconds = 20;  // of processor time, of a proof; most take under one
};

enum class Proof { kEqual, kDiffers, kUndecided };

// Answers are kept in work/cache by a hash of all that they depend on.
class Judge {
 public:
  explicit Judge(Tools tools);

  // kUndecided also where the prover cannot read the file.
  Proof Prove(const Subject& subject, const std::string& verilog,
              const std::filesystem::path& file);
  // Whether Yosys takes the file.
  bool IsVerilog(const Subject& subject, const std::string& verilog,
                 const std::filesystem::path& file);
  // True: the cosimulation saw a difference, or the model failed an assertion. Throws
  // std::runtime_error if it cannot be built or does not end.
  bool CosimDiffers(const Subject& subject, const std::string& verilog,
                    const std::filesystem::path& file);

 private:
  const Tools tools_;
  const std::string prover_hash_, bench_hash_;
};

std::string ReadText(const std::filesystem::path& path);
void WriteText(const std::filesystem::path& path, std::string_view text);

}  // namespace vireo::testing
