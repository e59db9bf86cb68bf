// SPDX-License-Identifier: Apache-2.0
// The bench passes right Verilog and catches wrong Verilog, in each of its three ways to compare.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/harness/bench.h"
#include "sim/harness/cosim_main.h"
#include "sim/harness/session.h"

VIREO_STATICS_BEGIN
#include "tests/sim/harness/processes.h"
VIREO_STATICS_END

#include "tests/sim/harness/duts.h"

namespace vireo::testing {
namespace {

using ::testing::HasSubstr;

// Runs the bench over mutant `mutant`, and gives its exit code and what it said.
std::pair<int, std::string> Compare(const sim::Cosim& cosim, unsigned mutant) {
  chosen_mutant = mutant;
  ::testing::internal::CaptureStderr();
  const int code = sim::RunCosim(cosim, {}, "cosim_test");
  return {code, ::testing::internal::GetCapturedStderr()};
}

sim::Cosim TallyCosim() { return sim::CosimOfClass<TallyDut, Tally>("tally"); }
sim::Cosim ScaleCosim() { return sim::CosimOfClass<ScaleDut, Scale>("scale"); }
sim::Cosim ScaleTopCosim() {
  sim::SessionOptions options;
  options.watchdog = 2000;
  return sim::CosimOfClass<ScaleTopDut, Scale>("scale_top", options);
}

TEST(CosimTest, RightUnpipelinedCorePasses) { EXPECT_EQ(Compare(TallyCosim(), 0).first, 0); }
TEST(CosimTest, RightPipelinedCorePasses) { EXPECT_EQ(Compare(ScaleCosim(), 0).first, 0); }
TEST(CosimTest, RightFullTopPasses) { EXPECT_EQ(Compare(ScaleTopCosim(), 0).first, 0); }

TEST(CosimTest, StaticsOfAFunctionAreResetAndRolledBack) {
  EXPECT_EQ(Compare(sim::CosimOfFunction<ScaleDut, ScaleFunction>("scale"), 0).first, 0);
  EXPECT_EQ(Compare(sim::CosimOfFunction<ScaleDut, ScaleFunction>("scale"), 0).first, 0);
}

class UnpipelinedMutantTest : public ::testing::TestWithParam<unsigned> {};
TEST_P(UnpipelinedMutantTest, IsCaught) { EXPECT_EQ(Compare(TallyCosim(), GetParam()).first, 1); }
INSTANTIATE_TEST_SUITE_P(Mutants, UnpipelinedMutantTest, ::testing::Range(1u, 7u));

class PipelinedMutantTest : public ::testing::TestWithParam<unsigned> {};
TEST_P(PipelinedMutantTest, IsCaught) { EXPECT_EQ(Compare(ScaleCosim(), GetParam()).first, 1); }
INSTANTIATE_TEST_SUITE_P(Mutants, PipelinedMutantTest, ::testing::Range(1u, 8u));

class TopMutantTest : public ::testing::TestWithParam<unsigned> {};
TEST_P(TopMutantTest, IsCaught) { EXPECT_EQ(Compare(ScaleTopCosim(), GetParam()).first, 1); }
INSTANTIATE_TEST_SUITE_P(Mutants, TopMutantTest,
                         ::testing::Values(2u, 3u, 4u, 5u, 6u, 8u, 9u, 10u));

TEST(CosimTest, AFailureNamesSeedCyclePortFieldsAndTheCommand) {
  const auto [code, text] = Compare(TallyCosim(), 1);
  EXPECT_THAT(text, HasSubstr("seed 1, episode 0, cycle "));
  EXPECT_THAT(text, HasSubstr("port out: wrong token"));
  EXPECT_THAT(text, HasSubstr("field 0 (bits 31..0, byte 0): expected 0x"));
  EXPECT_THAT(
      text,
      HasSubstr("repeat: cosim_test --only tally --seed 1 --runs 1 --episodes 4 --cycles 3000"));
}

TEST(CosimTest, TheWatchdogSaysWhichPortWaits) {
  const auto [code, text] = Compare(ScaleTopCosim(), 10);
  EXPECT_THAT(text, HasSubstr("no token moved for 2000 clocks"));
  EXPECT_THAT(text, HasSubstr("input in: a token waits to be taken"));
  EXPECT_THAT(text, HasSubstr("output out: "));
}

TEST(CosimTest, AnEpisodeEndsSoonAfterTheLastTokenHoweverOftenTheWatchdogLooks) {
  chosen_mutant = 0;
  sim::Cosim cosim = ScaleTopCosim();
  cosim.options.watchdog = 200;
  cosim.options.quiet = 300;
  const auto dut = cosim.make_dut(1);
  const auto native = cosim.make_native(dut->ports());
  const auto session = sim::MakeSession("scale_top", *dut, *native, cosim.options);
  sim::Bench bench(*dut);
  bench.Add(*session);
  EXPECT_TRUE(bench.RunEpisode(1, 0, 1000));
  EXPECT_LT(bench.time(), 2000U);
}

TEST(CosimTest, APortThatNoTokenPassesIsAFailure) {
  sim::Cosim cosim = ScaleCosim();
  cosim.options.sources["in"] = sim::Source<Job>([](sim::Random&, Job& job) { job = {2, 2}; });
  const auto [code, text] = Compare(cosim, 0);
  EXPECT_EQ(code, 1);
  EXPECT_THAT(text, HasSubstr("no token ever passed out"));
  cosim.options.sources.clear();
}

}  // namespace
}  // namespace vireo::testing
