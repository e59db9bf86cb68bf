// SPDX-License-Identifier: Apache-2.0
// Whether a mutant is noticed: by the cosimulation with the C++, or by the proof.
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
};

enum class Cosim { kEqual, kDiffers, kAsserts };  // kAsserts: an assertion of the model fails
enum class Proof { kEqual, kDiffers, kUndecided };

// Asks the tools about one process. Throws std::runtime_error, with the end of its log, where a
// tool fails in a way that says nothing about a mutant.
class Judge {
 public:
  // Empties `dir` and works in it; waits while another run has it.
  Judge(Tools tools, Subject subject, std::filesystem::path dir);
  ~Judge();
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  // Whether Yosys takes the file.
  bool IsVerilog(const std::filesystem::path& file) const;
  // kUndecided: not within so many seconds of processor time, or the prover cannot read the file.
  Proof Prove(const std::filesystem::path& file, unsigned seconds) const;
  // Makes the bench of a switched module.
  void BuildBench(const std::string& switched_verilog) const;
  // 0 is the original.
  Cosim Compare(size_t mutant) const;

  const std::filesystem::path& dir() const { return dir_; }

 private:
  int Shell(const std::string& command, const std::filesystem::path& log) const;
  [[noreturn]] void Fail(const std::string& what, int code, const std::filesystem::path& log) const;

  const Tools tools_;
  const Subject subject_;
  const std::filesystem::path dir_;
  int lock_;
};

std::string ReadText(const std::filesystem::path& path);
void WriteText(const std::filesystem::path& path, std::string_view text);

}  // namespace vireo::testing
