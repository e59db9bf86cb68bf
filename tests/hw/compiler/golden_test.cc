// SPDX-License-Identifier: Apache-2.0
// The Verilog of a few sources, byte for byte, and twice the same.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

struct Case {
  const char* top;
  const char* file;
  const char* options;
};

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class Golden : public testing::TestWithParam<Case> {};

TEST_P(Golden, IsWhatItWas) {
  const auto [top, file, options] = GetParam();
  const std::string folder = "tests/hw/compiler/golden/";
  const fs::path golden = fs::path(VIREO_SOURCE_DIR) / folder / (std::string(file) + ".v");
  const fs::path scratch = fs::path(testing::TempDir()) / (std::string("golden_") + file);
  fs::create_directories(scratch);
  std::string texts[2];
  for (std::string& text : texts) {
    const fs::path out = scratch / "out.v";
    const std::string command = std::string("cd " VIREO_SOURCE_DIR " && " VIREO_HLS " ") + top +
                                " " + folder + file + ".cc -I hw/hls -o " + out.string() + " " +
                                options;
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    text = Read(out);
  }
  fs::remove_all(scratch);
  EXPECT_EQ(texts[0], texts[1]) << "two runs differ";
  if (std::getenv("VIREO_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(golden, std::ios::binary) << texts[0];
    return;
  }
  EXPECT_EQ(texts[0], Read(golden))
      << "if this is meant: VIREO_UPDATE_GOLDEN=1 build/bin/golden_test";
}

INSTANTIATE_TEST_SUITE_P(Sources, Golden,
                         testing::Values(Case{"Walk", "walk", ""}, Case{"Table", "table", ""},
                                         Case{"Pins", "pins", ""}),
                         [](const auto& info) { return std::string(info.param.file); });

}  // namespace
