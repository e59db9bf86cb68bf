// SPDX-License-Identifier: Apache-2.0
// Gives vireo-hls a few thousand damaged sources: it must end by itself, with 0, 1 or 2, soon, and
// say where.
//
// Arguments: --hls PATH --root TREE --work DIR [--count N] [--seed N] [--jobs N], then TOP FILE
// pairs; FILE is relative to the tree. Random programs are mutated too. --only N runs one mutant
// and leaves its source.
#include <array>
#include <atomic>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/harness/random.h"
#include "tests/hw/compiler/random/program.h"

namespace vireo::testing {
namespace {

namespace fs = std::filesystem;

constexpr rlim_t kSeconds = 30;             // of processor time
constexpr rlim_t kBytes = rlim_t{4} << 30;  // of address space

struct Case {
  std::string top;
  fs::path file;  // empty: a random program
};

struct Plan {
  std::string hls;
  fs::path root, work;
  uint64_t count = 3000, seed = 1, jobs = 2;
  int64_t only = -1;
  std::vector<Case> cases;
};

// Splits into identifiers, numbers, blanks, line ends and single other characters.
std::vector<std::string> Tokens(const std::string& text) {
  std::vector<std::string> tokens;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    const auto is_word = [&](size_t at) {
      return std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_';
    };
    if (is_word(i)) {
      while (end < text.size() && is_word(end)) ++end;
    } else if (text[i] == ' ') {
      while (end < text.size() && text[end] == ' ') ++end;
    } else if (text[i] == '/' && text.compare(i, 2, "//") == 0) {
      end = std::min(text.find('\n', i), text.size());
    }
    tokens.push_back(text.substr(i, end - i));
    i = end;
  }
  return tokens;
}

constexpr auto kWords = std::to_array<const char*>(
    {"0",
     "1",
     "-1",
     "3",
     "64",
     "4097",
     "2147483648",
     "0xffffffffffffffff",
     "1.5",
     "\"text\"",
     "nullptr",
     "this",
     "while",
     "for",
     "do",
     "goto",
     "return",
     "break",
     "continue",
     "switch",
     "case",
     "new",
     "delete",
     "throw",
     "virtual",
     "static",
     "const",
     "volatile",
     "float",
     "double",
     "void",
     "auto",
     "int",
     "bool",
     "unsigned",
     "char",
     "template",
     "typename",
     "operator",
     "sizeof",
     "asm",
     "*",
     "&",
     "&&",
     "[",
     "]",
     "(",
     ")",
     "{",
     "}",
     "<",
     ">",
     ";",
     ",",
     ".",
     "::",
     "?",
     ":",
     "=",
     "==",
     "/",
     "%",
     "<<",
     ">>",
     "!",
     "~",
     "\n#pragma HLS UNROLL\n",
     "\n#pragma HLS ARRAY_PARTITION variable=x complete\n",
     "\n#pragma HLS BIND_STORAGE variable=x type=ram_2p impl=bram latency=9\n",
     "\n#pragma HLS DATAFLOW\n",
     "\n#pragma HLS NONSENSE a=b\n",
     "\n#pragma HLS PIPELINE II=2\n",
     "\n#pragma HLS STREAM variable=x depth=-1\n",
     "while (true) {}",
     "int* p = new int[4]; *p = 1;",
     "int a[4]; a[7] = 1;",
     "hls::stream<int> local;",
     "ap_uint<0> zero;",
     "ap_uint<5000> wide = 1;",
     "x / 0",
     "x.read()",
     "x.write(1)",
     "[](){}",
     "std::string s;",
     "union { int a; float b; };"});

std::string Mutate(const std::string& text, sim::Random& random) {
  std::vector<std::string> tokens = Tokens(text);
  const auto any = [&] { return random.Below(tokens.size()); };
  const auto word = [&] { return std::string(kWords[random.Below(kWords.size())]); };
  // Not the headers' names and guards at the top, where a mutant is a dull one.
  const auto inside = [&] {
    return tokens.size() / 8 + random.Below(tokens.size() - tokens.size() / 8);
  };
  for (uint64_t n = 1 + random.Below(3); n > 0; --n) {
    const size_t at = inside();
    switch (random.Below(9)) {
      case 0: tokens[at].clear(); break;
      case 1: tokens[at] += tokens[at]; break;
      case 2: tokens[at] = tokens[any()]; break;
      case 3: std::swap(tokens[at], tokens[inside()]); break;
      case 4: tokens[at] = word(); break;
      case 5: tokens[at] += " " + word() + " "; break;
      case 6: {
        // Numbers matter most: widths, bounds, indices.
        for (size_t i = 0; i < tokens.size(); ++i) {
          std::string& token = tokens[(at + i) % tokens.size()];
          if (token.empty() || std::isdigit(static_cast<unsigned char>(token[0])) == 0) continue;
          token = std::to_string(static_cast<int64_t>(random.Next() >> random.Below(64)) *
                                 (random.Percent(20) ? -1 : 1));
          break;
        }
        break;
      }
      default: {
        // A whole line goes, comes twice, or moves.
        size_t begin = at, end = at;
        while (begin > 0 && tokens[begin - 1] != "\n") --begin;
        while (end < tokens.size() && tokens[end] != "\n") ++end;
        std::string line = "\n";
        for (size_t i = begin; i < end; ++i) line += tokens[i];
        if (random.Percent(60)) {
          for (size_t i = begin; i < end; ++i) tokens[i].clear();
        }
        if (random.Percent(60)) tokens[random.Percent(50) ? begin : inside()] += line;
      }
    }
  }
  std::string mutant;
  for (const std::string& token : tokens) mutant += token;
  return mutant;
}

class Fuzzer {
 public:
  explicit Fuzzer(Plan plan) : plan_(std::move(plan)) {}

  int Run();

 private:
  void Work(uint64_t job);
  void RunMutant(uint64_t index, const fs::path& dir);
  // Exit code, or 128 + signal.
  int RunTool(const std::vector<std::string>& command, const fs::path& log) const;
  void Fail(uint64_t index, const Case& what, const std::string& why, const std::string& log);

  const Plan plan_;
  std::atomic<uint64_t> next_ = 0;
  std::mutex mutex_;
  std::map<int, uint64_t> codes_;
  uint64_t failures_ = 0, own_ = 0;
};

int Fuzzer::RunTool(const std::vector<std::string>& command, const fs::path& log) const {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit seconds = {kSeconds, kSeconds}, bytes = {kBytes, kBytes};
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_AS, &bytes);
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& argument : command)
      arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void Fuzzer::Fail(uint64_t index, const Case& what, const std::string& why,
                  const std::string& log) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  fmt::print(stderr, "mutant {} of {}: {}\n{}repeat with: --seed {} --only {}\n", index,
             what.file.empty() ? "a random program" : what.file.string(), why, log.substr(0, 1500),
             plan_.seed, index);
}

void Fuzzer::RunMutant(uint64_t index, const fs::path& dir) {
  sim::Random random(plan_.seed, fmt::format("mutant {}", index));
  Case what = plan_.cases[random.Below(plan_.cases.size())];
  std::string text;
  if (what.file.empty()) {
    const Program program = MakeProgram(random.Below(100000), 0);
    what.top = program.Top();
    text = program.text;
  } else {
    std::ifstream file(plan_.root / what.file);
    std::ostringstream all;
    all << file.rdbuf();
    text = all.str();
  }
  const fs::path source = dir / "mutant.cc", log = dir / "log";
  std::ofstream(source) << Mutate(text, random);
  const int code = RunTool({plan_.hls, what.top, source.string(), "-o", (dir / "mutant.v").string(),
                            "-I", plan_.root.string(), "-I", (plan_.root / "hw/hls").string()},
                           log);
  std::ifstream file(log);
  std::ostringstream said;
  said << file.rdbuf();
  const std::string message = said.str();
  {
    const std::lock_guard lock(mutex_);
    ++codes_[code];
  }
  if (code == 128 + SIGXCPU || code == 128 + SIGKILL)
    return Fail(index, what, fmt::format("takes over {} s", kSeconds), message);
  if (code > 2) return Fail(index, what, fmt::format("ends with {}", code), message);
  if (code == 0) return;
  static const std::regex place(":[0-9]+:[0-9]+: "), own("vireo-hls: ");
  // What concerns no place in the source: the top, or a template argument of it, was damaged.
  static const std::regex top("no function or class|is not found|cannot be the top|TOP");
  if (!std::regex_search(message, place) && !std::regex_search(message, top))
    return Fail(index, what, "says no file:line:col", message);
  const std::lock_guard lock(mutex_);
  if (message.find(": error: ") != std::string::npos &&
      message.find(" generated.") == std::string::npos)
    ++own_;
}

void Fuzzer::Work(uint64_t job) {
  const fs::path dir = plan_.work / fmt::format("job{}", job);
  fs::create_directories(dir);
  if (plan_.only >= 0) return RunMutant(static_cast<uint64_t>(plan_.only), dir);
  for (uint64_t index; (index = next_++) < plan_.count;) RunMutant(index, dir);
}

int Fuzzer::Run() {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  const uint64_t jobs = plan_.only >= 0 ? 1 : plan_.jobs;
  for (uint64_t job = 0; job < jobs; ++job) threads.emplace_back([this, job] { Work(job); });
  for (std::thread& thread : threads) thread.join();
  std::string codes;
  for (const auto& [code, count] : codes_)
    codes += fmt::format("{}{} with {}", codes.empty() ? "" : ", ", count, code);
  fmt::print(
      "mutated sources, seed {}: {} ended ({} by an error of vireo-hls itself), {} failures, "
      "{:.0f} s\n",
      plan_.seed, codes, own_, failures_,
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return failures_ == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  Plan plan;
  const std::map<std::string_view, uint64_t*> numbers = {
      {"--count", &plan.count}, {"--seed", &plan.seed}, {"--jobs", &plan.jobs}};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view flag = argv[i];
    const char* value = argv[i + 1];
    if (flag == "--hls") {
      plan.hls = value;
    } else if (flag == "--root") {
      plan.root = value;
    } else if (flag == "--work") {
      plan.work = value;
    } else if (flag == "--only") {
      plan.only = std::strtoll(value, nullptr, 10);
    } else if (const auto number = numbers.find(flag); number != numbers.end()) {
      *number->second = std::strtoull(value, nullptr, 10);
    } else {
      plan.cases.push_back({std::string(flag), value});
    }
  }
  if (plan.hls.empty() || plan.root.empty() || plan.work.empty()) {
    fmt::print(stderr,
               "usage: {} --hls PATH --root TREE --work DIR [--count N] [--seed N] [--jobs N] [TOP "
               "FILE]...\n",
               argv[0]);
    return 2;
  }
  plan.cases.resize(plan.cases.size() + std::max<size_t>(1, plan.cases.size() / 2));
  return Fuzzer(std::move(plan)).Run();
}

}  // namespace
}  // namespace vireo::testing

int main(int argc, char** argv) { return vireo::testing::Main(argc, argv); }
