// SPDX-License-Identifier: Apache-2.0
// What a random program is made with: its scope, its state, and the ports that are still open.
//
// A path through a firing reads or writes a stream at most once, and asks for its status only
// before: `open_` holds the ports that the path has not used. Memories are read only where a bit in
// a register says that they were written.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_GENERATOR_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_GENERATOR_H_

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/hw/compiler/random/expression.h"
#include "tests/hw/compiler/random/program.h"

namespace vireo::testing {

class Generator {
 public:
  Generator(uint64_t seed, uint64_t attempt)
      : random_(seed, fmt::format("program {}", attempt)), make_(random_, seed / 100) {
    program_.seed = seed;
  }

  Program Run();

 private:
  static constexpr int kDepth = 3;

  // A new name that begins with `stem`.
  std::string Name(const char* stem) { return fmt::format("{}{}", stem, next_name_++); }
  void Line(const std::string& text) {
    body_ += std::string(static_cast<size_t>(indent_), ' ') + text + "\n";
  }
  int Pick(int n) { return make_.Pick(n); }
  bool Percent(unsigned p) { return make_.Percent(p); }
  std::string State(const std::string& name) const {
    return program_.is_function ? name : name + "_";
  }

  void AddParts(const std::string& text, const Type& type, bool is_writable);
  Type RandomType();
  void MakeStructs();
  void MakeHelpers();
  void MakePorts();
  void MakeState();
  void MakeMemory();
  void MemoryStatement();
  void MakeStreamArray(bool is_input);
  void StreamArrayStatement(size_t first);
  void MakeRam();
  void RamStatement();

  void Block(int statements, int depth);
  void Statement(int depth);
  void Declare();
  void Assign();
  void If(int depth);
  void Switch(int depth);
  void Loop();
  void Read(int depth);
  void Write();
  void Early();
  // Runs `body` in braces after `head`, with its own scope and the ports that are open here; gives
  // what it left open.
  template <class F>
  std::set<size_t> Braces(const std::string& head, const std::string& tail, F body);
  std::string Value(const Type& type);
  std::string Parameters() const;
  int OpenPort(bool is_input);

  sim::Random random_;
  Expressions make_;
  Program program_;
  std::vector<std::shared_ptr<const Struct>> structs_;
  std::set<size_t> open_;
  std::string globals_, members_, pragmas_, body_;
  struct Memory {
    std::string name, written;
    Type type;
    int bits;
  };
  std::vector<Memory> memories_;
  struct Ram {
    Memory memory;
    Program::Port out;
  };
  std::optional<Ram> ram_;
  std::vector<size_t> arrays_;  // first ports of arrays of streams
  int next_name_ = 0;
  int indent_ = 2;
  int budget_ = 0;
};

template <class F>
std::set<size_t> Generator::Braces(const std::string& head, const std::string& tail, F body) {
  const size_t variables = make_.variables.size();
  const std::set<size_t> open = open_;
  Line(head);
  indent_ += 2;
  body();
  indent_ -= 2;
  if (!tail.empty()) Line(tail);
  make_.variables.resize(variables);
  std::set<size_t> left = open;
  std::swap(left, open_);
  return left;
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_GENERATOR_H_
