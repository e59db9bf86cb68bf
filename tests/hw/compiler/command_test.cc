// SPDX-License-Identifier: Apache-2.0
// vireo-hls as it is called: options, files that are not there, exit codes.

#include <gtest/gtest.h>

#include <string>

#include "tests/hw/compiler/verilog_bench.h"

namespace vireo::compiler {
namespace {

constexpr const char* kPass = R"(#include <ap_int.h>
#include <hls_stream.h>
static void a(hls::stream<int>& in, hls::stream<int>& out) { out.write(in.read()); }
void one(hls::stream<int>& in, hls::stream<int>& out) { out.write(in.read()); }
void two(hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS DATAFLOW
  hls::stream<int> middle;
  a(in, middle);
  a(middle, out);
}
struct Part { int a, b; };
void half(hls::stream<int>& in, hls::stream<Part>& out) {
  Part part;
  part.a = in.read();
  out.write(part);
}
)";

class Command : public testing::Test {
 protected:
  Command() { scratch_.Write("pass.cc", kPass); }

  CommandResult Run(const std::string& arguments, const std::string& environment = "") {
    CommandResult result =
        RunCommand("cd " + scratch_.path() + " && " + environment + " " + VIREO_HLS + " " +
                   arguments + " -I " VIREO_SOURCE_DIR "/hw/hls");
    return result;
  }
  // Exit code and what is said.
  void Expect(const std::string& arguments, int code, const std::string& text,
              const std::string& environment = "") {
    const CommandResult result = Run(arguments, environment);
    EXPECT_EQ(result.exit_code, code) << arguments;
    EXPECT_EQ(result.output.substr(0, text.size()), text) << arguments;
  }

  Scratch scratch_;
};

TEST_F(Command, LowersQuietly) {
  Expect("one pass.cc -o one.v", 0, "");
  EXPECT_EQ(Run("one pass.cc -o one.v").output, "");
}

TEST_F(Command, RefusesAWrongCall) {
  const std::string hint = "\nTry 'vireo-hls --help'.\n";
  Expect("-o x.v", 2, "vireo-hls: no TOP given" + hint);
  Expect("one -o x.v", 2, "vireo-hls: no SOURCE given" + hint);
  Expect("one pass.cc", 2, "vireo-hls: no output given: -o OUT.v" + hint);
  Expect("one pass.cc --fast -o x.v", 2, "vireo-hls: unknown option '--fast'" + hint);
  Expect("one pass.cc -o x.v --clock-ns 0", 2,
         "vireo-hls: --clock-ns takes a number from 0.5 to 1000, not '0'" + hint);
  Expect("one pass.cc -o x.v --clock-ns 4ns", 2,
         "vireo-hls: --clock-ns takes a number from 0.5 to 1000, not '4ns'" + hint);
  EXPECT_EQ(RunCommand(VIREO_HLS " one pass.cc -o").output, "vireo-hls: -o needs a value" + hint);
}

TEST_F(Command, NamesWhatItCannotReadOrWrite) {
  Expect("one none.cc -o x.v", 1, "vireo-hls: error: no such file: none.cc\n");
  Expect("one pass.cc -o no/x.v", 1, "vireo-hls: error: write no/x.v: No such file or directory\n");
  Expect("one pass.cc -o x.v --ir no/x.bc", 1,
         "vireo-hls: error: write no/x.bc: No such file or directory\n");
  Expect("one pass.cc -o x.v", 1,
         "vireo-hls: error: clang++-19 is not installed (Debian: apt-get install clang-19)\n",
         "PATH=/none");
}

TEST_F(Command, NamesTheTopThatIsNotThere) {
  Expect("three pass.cc -o x.v", 1, "vireo-hls: error: no function or class 'three' in pass.cc\n");
  Expect("'one()' pass.cc -o x.v", 1,
         "vireo-hls: error: 'one()' is not the name of a function or class\n");
}

TEST_F(Command, SaysWhatATopIs) {
  const std::string rule =
      "; it is one function, a class with one public Step that is made without arguments, or an "
      "instance of a class template\n";
  scratch_.Write("tops.cc", R"(#include <hls_stream.h>
int variable;
void both(int); void both(long);
struct NoStep { void Go() {} };
class Hidden { void Step(hls::stream<int>& in) { in.read(); } };
struct Made { explicit Made(int) {} void Step(hls::stream<int>& in) { in.read(); } };
)");
  Expect("both tops.cc -o x.v", 1,
         "vireo-hls: error: 'both' cannot be the top: it is overloaded, or a template" + rule);
  Expect("NoStep tops.cc -o x.v", 1,
         "vireo-hls: error: 'NoStep' cannot be the top: no member named 'Step' in 'NoStep'; "
         "did you mean 'Made::Step'?" +
             rule);
  Expect("Hidden tops.cc -o x.v", 1,
         "vireo-hls: error: 'Hidden' cannot be the top: 'Step' is a private member of 'Hidden'" +
             rule);
  Expect("Made tops.cc -o x.v", 1,
         "vireo-hls: error: 'Made' cannot be the top: no matching constructor for initialization "
         "of 'Made'" +
             rule);
  Expect("variable tops.cc -o x.v", 1,
         "vireo-hls: error: the top is a variable; name a function, or a class with Step\n");
}

TEST_F(Command, ShowsWhatClangSaysOfASourceThatIsNoCpp) {
  scratch_.Write("wrong.cc", "void one() { missing(); }\n");
  const CommandResult result = Run("one wrong.cc -o x.v");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.output.find("wrong.cc:1:14: error: "), std::string::npos) << result.output;
  EXPECT_NE(result.output.find(
                "vireo-hls: error: the source is not valid C++ (see clang's messages above)\n"),
            std::string::npos)
      << result.output;
}

TEST_F(Command, HasOneProcessInACore) {
  Expect("two pass.cc -o x.v --core", 1,
         "vireo-hls: error: --core is for one process; this top is a network\n");
}

TEST_F(Command, WarnsOfATokenWithoutAValue) {
  Expect("half pass.cc -o x.v", 0,
         "pass.cc:15:7: warning: a token is written to 'out' whose 'b' has no value; it is sent as "
         "zero\n");
}

}  // namespace
}  // namespace vireo::compiler
