// SPDX-License-Identifier: Apache-2.0
// Every text that vireo-hls can say to its user stands in a test.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vireo::compiler {
namespace {

// Texts about the machine that it runs on, which no source brings about.
const std::set<std::string> kOfTheMachine = {"make a temporary file: ", "read what clang wrote: "};

std::string Read(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> Sources(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".cc") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The string literals of a text, adjacent ones joined.
std::vector<std::string> Literals(std::string_view text) {
  std::vector<std::string> literals;
  bool joins = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '"') {
      joins = joins && std::isspace(static_cast<unsigned char>(text[i])) != 0;
      continue;
    }
    if (!joins) literals.emplace_back();
    for (++i; i < text.size() && text[i] != '"'; ++i) {
      if (text[i] == '\\') ++i;
      literals.back() += text[i];
    }
    joins = true;
  }
  return literals;
}

// The longest part of a format string that stands in the message as it is.
std::string LongestPart(const std::string& format) {
  std::string longest;
  size_t begin = 0;
  while (begin < format.size()) {
    const size_t open = std::min(format.find('{', begin), format.size());
    if (open - begin > longest.size()) longest = format.substr(begin, open - begin);
    begin = std::min(format.find('}', open), format.size() - 1) + 1;
  }
  return longest;
}

TEST(Diagnostics, EveryTextIsTested) {
  std::string tested;
  for (const auto& file : Sources(VIREO_SOURCE_DIR "/tests/hw/compiler")) {
    for (const std::string& literal : Literals(Read(file))) tested += literal + "\n";
  }
  size_t texts = 0;
  for (const auto& file : Sources(VIREO_SOURCE_DIR "/hw/compiler")) {
    const std::string source = Read(file);
    for (const char* call : {"Fail(", "Usage(", "Warn(", "message = fmt::format("}) {
      for (size_t at = source.find(call); at != std::string::npos; at = source.find(call, at + 1)) {
        const size_t end = source.find(";\n", at);
        for (const std::string& literal : Literals(source.substr(at, end - at))) {
          const std::string part = LongestPart(literal);
          constexpr size_t kSentence = 12;  // shorter ones are words within another
          if (part.size() < kSentence || kOfTheMachine.contains(part)) continue;
          ++texts;
          EXPECT_NE(tested.find(part), std::string::npos)
              << file.string() << ": no test has \"" << part << "\"";
        }
      }
    }
  }
  EXPECT_GT(texts, 70U);
}

}  // namespace
}  // namespace vireo::compiler
