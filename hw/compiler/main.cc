// SPDX-License-Identifier: Apache-2.0
// vireo-hls: C++ in the Vitis HLS style to Verilog.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "hw/compiler/clang_driver.h"
#include "hw/compiler/cosim_header.h"
#include "hw/compiler/diagnostic.h"
#include "hw/compiler/dump.h"
#include "hw/compiler/network.h"
#include "hw/compiler/report.h"
#include "hw/compiler/schedule.h"
#include "hw/compiler/verilog.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/raw_ostream.h"

namespace vireo::compiler {
namespace {

constexpr const char* kUsage =
    R"(vireo-hls TOP SOURCE... -o OUT.v [options]

Lowers C++ in the Vitis HLS style to Verilog. TOP is a function, a class with Step, or an instance
of a class template: 'vireo::Fifo<ap_uint<64>, 16>'. hw/README.md says what is accepted.

  -o FILE            the Verilog
  --name MODULE      the top module's name (default: from TOP)
  --clock-ns N       clock period to pipeline for (default 4.0)
  --no-pipeline      one stage, whatever its period: cycle-exact with the C++
  --core             a bare process, without FIFOs behind its outputs
  --report FILE      what was made of each process, as JSON
  --cosim FILE       a C++ header that drives the Verilated module (sim/harness)
  --ir FILE          the unoptimised LLVM bitcode, for vireo-hls-prove
  --dump-ir DIR      the representation after each step, as text
  -I DIR, -D MACRO   as for a C++ compiler
  --help             this text

Exit code: 0 done, 1 the source cannot be lowered, 2 usage.
)";

struct Arguments {
  SourceOptions source;
  LowerOptions lower;
  ScheduleOptions schedule;
  EmitOptions emit;
  std::string output, report, cosim, bitcode, dump;
};

[[noreturn]] void Usage(const std::string& message) {
  fmt::print(stderr, "vireo-hls: {}\nTry 'vireo-hls --help'.\n", message);
  std::exit(2);
}

std::string DefaultName(const std::string& top) {
  std::string name = top.substr(0, top.find('<'));
  name = name.substr(name.rfind(':') + 1);
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

Arguments Parse(const std::vector<std::string>& words) {
  Arguments result;
  bool have_top = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto value = [&]() -> const std::string& {
      if (i + 1 >= words.size()) Usage(fmt::format("{} needs a value", word));
      return words[++i];
    };
    if (word == "--help" || word == "-h") {
      fmt::print("{}", kUsage);
      std::exit(0);
    } else if (word == "-o") {
      result.output = value();
    } else if (word == "--name") {
      result.lower.name = value();
    } else if (word == "--clock-ns") {
      const std::string& text = value();
      double ns = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ns);
      if (error != std::errc() || end != text.data() + text.size() || !(ns >= 0.5 && ns <= 1000)) {
        Usage(fmt::format("--clock-ns takes a number from 0.5 to 1000, not '{}'", text));
      }
      result.schedule.clock_ns = ns;
    } else if (word == "--no-pipeline") {
      result.schedule.pipeline = false;
      result.lower.single_stage = true;
    } else if (word == "--core") {
      result.emit.core = true;
    } else if (word == "--report") {
      result.report = value();
    } else if (word == "--cosim") {
      result.cosim = value();
    } else if (word == "--ir") {
      result.bitcode = value();
    } else if (word == "--dump-ir") {
      result.dump = value();
    } else if (word.starts_with("-I")) {
      result.source.include_directories.push_back(word.size() > 2 ? word.substr(2) : value());
    } else if (word.starts_with("-D")) {
      result.source.defines.push_back(word.size() > 2 ? word.substr(2) : value());
    } else if (word.starts_with("-")) {
      Usage(fmt::format("unknown option '{}'", word));
    } else if (!have_top) {
      result.source.top = word;
      have_top = true;
    } else {
      result.source.sources.push_back(word);
    }
  }
  if (!have_top) Usage("no TOP given");
  if (result.source.sources.empty()) Usage("no SOURCE given");
  if (result.output.empty()) Usage("no output given: -o OUT.v");
  if (result.lower.name.empty()) result.lower.name = DefaultName(result.source.top);
  result.emit.source_comment =
      fmt::format("{} of {}", result.source.top, fmt::join(result.source.sources, ", "));
  return result;
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) Fail({}, fmt::format("write {}: {}", path, std::strerror(errno)));
}

int Run(Arguments arguments) {
  llvm::LLVMContext context;
  const std::unique_ptr<llvm::Module> module = CompileSources(arguments.source, context);
  if (!arguments.bitcode.empty()) {
    std::error_code error;
    llvm::raw_fd_ostream out(arguments.bitcode, error);
    if (error) Fail({}, fmt::format("write {}: {}", arguments.bitcode, error.message()));
    llvm::WriteBitcodeToFile(*module, out);
  }
  if (!arguments.dump.empty()) {
    std::filesystem::create_directories(arguments.dump);
    std::string text;
    llvm::raw_string_ostream(text) << *module;
    WriteFile(arguments.dump + "/0-clang.ll", text);
  }

  std::vector<Diagnostic> warnings;
  tl::expected<Network, Diagnostic> network = LowerTop(*module, arguments.lower, warnings);
  for (const Diagnostic& warning : warnings) {
    fmt::print(stderr, "{}\n", warning.Format("warning"));
  }
  if (!network) throw SourceError(network.error());
  if (!arguments.dump.empty()) {
    std::string text = DumpNetwork(*network);
    for (const auto& process : network->processes) text += DumpProcess(*process);
    WriteFile(arguments.dump + "/1-graph.txt", text);
  }
  const bool is_joined =
      std::any_of(network->channels.begin(), network->channels.end(),
                  [](const Channel& channel) { return channel.producer && channel.consumer; });
  if (arguments.emit.core && (network->instances.size() != 1 || is_joined)) {
    Fail({}, "--core is for one process; this top is a network");
  }

  std::vector<Schedule> schedules;
  bool failed = false;
  for (const auto& process : network->processes) {
    schedules.push_back(ScheduleProcess(*process, arguments.schedule));
    for (const Violation& violation : schedules.back().violations) {
      const bool is_error = violation.kind == Violation::Kind::kDependence;
      failed = failed || is_error;
      const Diagnostic diagnostic{violation.location, violation.message};
      fmt::print(stderr, "{}\n", diagnostic.Format(is_error ? "error" : "warning"));
      if (!violation.path.steps.empty()) fmt::print(stderr, "{}", FormatPath(violation.path));
    }
  }
  if (failed) return 1;
  if (!arguments.dump.empty()) {
    std::string text;
    for (const auto& process : network->processes) text += DumpProcess(*process);
    WriteFile(arguments.dump + "/2-scheduled.txt", text);
  }
  WriteFile(arguments.output, EmitVerilog(*network, schedules, arguments.emit));
  if (!arguments.report.empty()) {
    WriteFile(arguments.report, EmitReport(*network, schedules, arguments.emit));
  }
  if (!arguments.cosim.empty()) {
    WriteFile(arguments.cosim, EmitCosimHeader(*network, schedules, arguments.emit));
  }
  return 0;
}

}  // namespace
}  // namespace vireo::compiler

int main(int argc, char** argv) {
  using namespace vireo::compiler;
  try {
    return Run(Parse({argv + 1, argv + argc}));
  } catch (const SourceError& error) {
    fmt::print(stderr, "{}\n", error.diagnostic().Format());
    return 1;
  } catch (const std::filesystem::filesystem_error& error) {
    fmt::print(stderr, "vireo-hls: error: {}\n", error.what());
    return 1;
  }
}
