// SPDX-License-Identifier: Apache-2.0
// Compiles, lowers and schedules a source until something is wrong.

#include "tests/hw/compiler/first_error.h"

#include <filesystem>
#include <fstream>

#include "hw/compiler/clang_driver.h"
#include "hw/compiler/network.h"
#include "hw/compiler/schedule.h"
#include "llvm/IR/LLVMContext.h"

namespace vireo::compiler {
namespace {

constexpr const char* kPrologue = R"(#include <ap_int.h>
#include <hls_stream.h>
#include <cassert>
typedef ap_uint<8> u8;
typedef hls::stream<u8> S;
)";

}  // namespace

std::string FirstError(const std::string& source) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) /
      testing::UnitTest::GetInstance()->current_test_info()->name();
  std::filesystem::create_directories(folder);
  const std::string file = (folder / "source.cc").string();
  std::ofstream(file) << kPrologue << source << '\n';
  const auto text = [&](const Diagnostic& diagnostic) {
    std::string line = diagnostic.Format();
    const std::string prefix = folder.string() + "/";
    for (size_t at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) {
      line.erase(at, prefix.size());
    }
    return line.starts_with("source.cc:") ? line.substr(sizeof("source.cc:") - 1) : line;
  };
  std::string error;
  try {
    llvm::LLVMContext context;
    const auto module = CompileSources({"top", {file}, {VIREO_SOURCE_DIR "/hw/hls"}, {}}, context);
    std::vector<Diagnostic> warnings;
    auto network = LowerTop(*module, {"top", false}, warnings);
    if (!network) {
      error = text(network.error());
    } else {
      for (const auto& process : network->processes) {
        for (const Violation& violation : ScheduleProcess(*process, {}).violations) {
          if (error.empty()) error = text({violation.location, violation.message});
        }
      }
    }
  } catch (const SourceError& caught) {
    error = text(caught.diagnostic());
  }
  std::filesystem::remove_all(folder);
  return error;
}

TEST_P(Errors, NameThePlaceAndTheRemedy) {
  EXPECT_EQ(FirstError(GetParam().source), GetParam().error);
}

}  // namespace vireo::compiler
