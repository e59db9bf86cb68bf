// SPDX-License-Identifier: Apache-2.0
// A folder for a test's files, gone with the test.
#ifndef VIREO_TESTS_SIM_SIMULATOR_SCRATCH_H_
#define VIREO_TESTS_SIM_SIMULATOR_SCRATCH_H_

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace vireo::sim {

class Scratch {
 public:
  Scratch() {
    std::string name = std::filesystem::temp_directory_path() / "vireo-simulator-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = name;
  }
  ~Scratch() { std::filesystem::remove_all(folder_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Write(const std::string& name, const std::string& content) const {
    std::ofstream(Path(name), std::ios::binary) << content;
    return Path(name);
  }
  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

}  // namespace vireo::sim

#endif  // VIREO_TESTS_SIM_SIMULATOR_SCRATCH_H_
