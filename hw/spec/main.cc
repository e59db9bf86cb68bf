// SPDX-License-Identifier: Apache-2.0
// vireo-spec: writes the tables of hw/spec as text, and checks what was written.

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "hw/spec/emit.h"
#include "hw/spec/tables.h"

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUsage =
    "usage: vireo-spec write FOLDER   write registers.md and registers.json there\n"
    "       vireo-spec check FOLDER   compare them with the tables\n"
    "       vireo-spec hash           print the hash of the tables\n";

bool Write(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) fmt::print(stderr, "write {}: failed (is the folder there?)\n", path.string());
  return static_cast<bool>(out);
}

bool IsCurrent(const fs::path& path, const std::string& text) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream old;
  old << in.rdbuf();
  if (in && old.str() == text) return true;
  fmt::print(stderr, "{} differs from the tables; run: build/bin/vireo-spec write {}\n",
             path.string(), path.parent_path().string());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "help" || command == "--help") {
    fmt::print("{}", kUsage);
    return 0;
  }
  if (command == "hash" && argc == 2) {
    fmt::print("{:#018x}\n", vireo::spec::kSpecHash);
    return 0;
  }
  const bool write = command == "write";
  if ((!write && command != "check") || argc != 3) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  const fs::path folder = argv[2];
  bool good = true;
  const auto handle = write ? Write : IsCurrent;
  good &= handle(folder / "registers.md", vireo::spec::EmitMarkdown());
  good &= handle(folder / "registers.json", vireo::spec::EmitJson());
  return good ? 0 : 1;
}
