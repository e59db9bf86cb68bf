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

// The source in a file of its own, behind the prologue.
class SourceFile {
 public:
  explicit SourceFile(const std::string& source)
      : folder_(std::filesystem::path(testing::TempDir()) /
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(folder_);
    std::ofstream(path()) << kPrologue << source << '\n';
  }
  ~SourceFile() { std::filesystem::remove_all(folder_); }
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  std::string path() const { return (folder_ / "source.cc").string(); }
  // The diagnostic as it would read in the file's folder, the file's own name left out.
  std::string Text(const Diagnostic& diagnostic) const {
    std::string line = diagnostic.Format();
    const std::string prefix = folder_.string() + "/";
    for (size_t at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) {
      line.erase(at, prefix.size());
    }
    return line.starts_with("source.cc:") ? line.substr(sizeof("source.cc:") - 1) : line;
  }

 private:
  std::filesystem::path folder_;
};

Network Lower(const SourceFile& file) {
  llvm::LLVMContext context;
  const auto module =
      CompileSources({"top", {file.path()}, {VIREO_SOURCE_DIR "/hw/hls"}, {}}, context);
  std::vector<Diagnostic> warnings;
  auto network = LowerTop(*module, {"top", false}, warnings);
  if (!network) throw SourceError(network.error());
  return std::move(*network);
}

}  // namespace

Network LowerSource(const std::string& source) { return Lower(SourceFile(source)); }

std::string FirstError(const std::string& source) {
  const SourceFile file(source);
  try {
    const Network network = Lower(file);
    for (const auto& process : network.processes) {
      for (const Violation& violation : ScheduleProcess(*process, {}).violations) {
        return file.Text({violation.location, violation.message});
      }
    }
  } catch (const SourceError& caught) {
    return file.Text(caught.diagnostic());
  }
  return "";
}

}  // namespace vireo::compiler
