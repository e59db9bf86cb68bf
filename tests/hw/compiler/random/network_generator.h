// SPDX-License-Identifier: Apache-2.0
// What a random network is made with: its streams that are still open, and the classes of its
// processes.
//
// What a network sends does not depend on when tokens arrive: what a process reads next follows
// from what it has read. No network can lock: what parts and meets again is passed on one for one
// or merged in the order of parting, and a cycle's first FIFO has a place for each of its tokens.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_NETWORK_GENERATOR_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_NETWORK_GENERATOR_H_

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/hw/compiler/random/expression.h"
#include "tests/hw/compiler/random/program.h"

namespace vireo::testing {

// "hls::stream<T>& name", or a reference to an array of `count`.
std::string StreamParameter(const Type& type, const std::string& name, int count = 0);

class NetworkGenerator {
 public:
  NetworkGenerator(uint64_t seed, uint64_t attempt)
      : random_(seed, fmt::format("network {}", attempt)), make_(random_, seed / 100) {
    program_.seed = seed;
    program_.is_network = true;
  }

  Program Run();

 private:
  // A stream as the body of a network names it.
  struct Stream {
    std::string text;
    Type type;
    bool is_parted = false;  // shares its tokens' origin with another: may not wait for a third
  };
  // What stands in the class of a network.
  struct Scope {
    std::string members, pragmas, calls;
  };
  // A process while it is written.
  struct Body {
    std::string name, parameters, guard, text, members;
  };

  int Pick(int n) { return make_.Pick(n); }
  bool Percent(unsigned p) { return make_.Percent(p); }
  std::string Name(const char* stem) { return fmt::format("{}{}", stem, next_name_++); }
  const Type& AnyType() {
    return types_[static_cast<size_t>(Pick(static_cast<int>(types_.size())))];
  }

  void MakeTypes();
  void MakeInputs();
  int Depth();
  // A member stream, or `count` of them, each with a place for `tokens`.
  std::string AddStream(const Type& type, int count = 0, int tokens = 1);
  void Call(const std::string& process, const std::string& arguments) {
    scope_.calls += fmt::format("    {}.Step({});\n", process, arguments);
  }
  std::string AddProcess(const std::string& name, const std::string& arguments);

  // Each writes a class of its own and gives its name.
  Body Begin();
  std::string End(Body body, bool may_block);
  void Know(const std::string& text, const Type& type);
  void State(Body& body);
  std::string Value(Body& body, const Type& type);
  std::string Mapper(const std::vector<Type>& in, const std::vector<Type>& out);
  std::string Filter(const Type& type, const Type& out);
  std::string Alternator(const Type& type, const Type& out);
  std::string Router(const Type& type, int count);
  std::string Merger(const Type& type, int count, const Type& out);
  std::string Forker(const Type& type, int count);
  std::string Joiner(const Type& type, int count, const Type& out);
  std::string LoopHead(const Type& type, const Type& back, int tokens);

  // Each takes a stream that is open and gives what comes of it.
  Stream Chain(const Stream& in);
  Stream ForkJoin(const Stream& in);
  Stream RouteMerge(const Stream& in);
  Stream Rows(const Stream& in);
  Stream Loop(const Stream& in);
  Stream Nested(const Stream& in);
  Stream Grow(const Stream& in, int kind);
  Stream Take();
  void Step();

  sim::Random random_;
  Expressions make_;
  Program program_;
  std::vector<Type> types_;
  std::vector<Stream> open_;  // streams that nothing reads yet
  std::string classes_;
  Scope scope_;
  int next_name_ = 0;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_NETWORK_GENERATOR_H_
