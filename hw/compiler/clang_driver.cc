// SPDX-License-Identifier: Apache-2.0
// Runs clang++-19: preprocess, rewrite pragmas, compile to LLVM IR.

#include "hw/compiler/clang_driver.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <sstream>

#include "hw/compiler/diagnostic.h"
#include "hw/compiler/pragma.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Verifier.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

namespace vireo::compiler {
namespace {

// A file that is removed when this goes.
class ScratchFile {
 public:
  explicit ScratchFile(llvm::StringRef suffix) {
    if (const std::error_code error =
            llvm::sys::fs::createTemporaryFile("vireo-hls", suffix, path_)) {
      Fail({}, fmt::format("make a temporary file: {}", error.message()));
    }
  }
  ~ScratchFile() { llvm::sys::fs::remove(path_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  std::string path() const { return path_.str().str(); }
  std::string Read() const {
    auto buffer = llvm::MemoryBuffer::getFile(path_);
    return buffer ? (*buffer)->getBuffer().str() : "";
  }
  void Write(llvm::StringRef text) const {
    std::error_code error;
    llvm::raw_fd_ostream out(path_, error);
    out << text;
  }

 private:
  llvm::SmallString<64> path_;
};

std::string FindClang() {
  for (const char* name : {"clang++-19", "clang++"}) {
    if (auto path = llvm::sys::findProgramByName(name)) return *path;
  }
  Fail({}, "clang++-19 is not installed (Debian: apt-get install clang-19)");
}

struct Message {
  SourceLocation place;
  std::string text;
};

// "file:line:column: kind: text", or nothing.
std::optional<Message> MessageIn(const std::string& line, const std::string& kind) {
  static const std::regex kMessage("(.+):(\\d+):(\\d+): (\\w+): (.*)");
  std::smatch match;
  if (!std::regex_match(line, match, kMessage) || match[4] != kind) return {};
  return Message{
      {std::filesystem::path(match[1].str()).lexically_normal().string(),
       static_cast<uint32_t>(std::stoul(match[2])), static_cast<uint32_t>(std::stoul(match[3]))},
      match[5]};
}

// Fails with our words for what clang refuses in its own: exceptions, and what the headers of
// hw/hls forbid, which stands where the source comes to it by the notes that follow.
void ExplainError(const Message& error, std::istringstream notes) {
  static const std::regex kException("cannot use '(\\w+)' with exceptions disabled");
  static const std::regex kForbidden("static assertion failed(?: due to requirement '.*')?: (.*)");
  static const std::regex kUnavailable("'\\w+' is unavailable: (.*)");
  std::smatch match;
  if (std::regex_match(error.text, match, kException)) {
    Fail(error.place, fmt::format("'{}': hardware has no exceptions; send what went wrong in the "
                                  "token, or assert what cannot happen",
                                  match[1].str()));
  }
  if (std::regex_match(error.text, match, kUnavailable)) Fail(error.place, match[1].str());
  if (!IsLibraryFile(error.place.file) || !std::regex_match(error.text, match, kForbidden)) return;
  for (std::string line; std::getline(notes, line) && !MessageIn(line, "error");) {
    const std::optional<Message> note = MessageIn(line, "note");
    if (note && !IsLibraryFile(note->place.file)) Fail(note->place, match[1].str());
  }
}

// Passes on what clang says of the source. What it says of lines that are not the source's own
// fails instead, in words about what stands there: a pragma, or the name of the top, unless that
// follows from an error of the source.
void Explain(const std::string& said, const std::string& top) {
  static const std::regex kPragma("( *\\d+ \\| )( *)__vireo_pragma\\(\"(\\w+)(.*)");
  std::istringstream lines(said);
  std::string line, shown;
  bool is_broken = false;
  while (std::getline(lines, line)) {
    if (line.starts_with("In file included from <stdin>")) continue;
    shown += line + "\n";
    const std::optional<Message> error = MessageIn(line, "error");
    if (!error) continue;
    const std::string& text = error->text;
    if (error->place.file == "<top>") {
      if (is_broken) continue;
      const bool is_plain = text.find("__vireo") == std::string::npos;
      Fail({}, fmt::format("'{}' cannot be the top: {}; it is one function, a class with one "
                           "public Step that is made without arguments, or an instance of a class "
                           "template",
                           top, is_plain ? text : "it is overloaded, or a template"));
    }
    ExplainError(*error, std::istringstream(said.substr(static_cast<size_t>(lines.tellg()))));
    std::smatch pragma;
    if (!std::getline(lines, line)) break;
    shown += line + "\n";
    is_broken = true;
    if (!std::regex_match(line, pragma, kPragma)) continue;
    const bool is_name = text.find("undeclared") != std::string::npos;
    Fail({error->place.file, error->place.line, static_cast<uint32_t>(pragma[2].length()) + 1},
         fmt::format("pragma HLS {}: {}; {}", pragma[3].str(), text,
                     is_name ? "name what is known where the pragma stands"
                             : "a pragma stands within the body of a function"));
  }
  fmt::print(stderr, "{}", shown);
}

void RunClang(const std::vector<std::string>& arguments, const std::string& top,
              const ScratchFile& standard_input, const ScratchFile& standard_output) {
  static const std::string clang = FindClang();
  std::vector<llvm::StringRef> words = {clang};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::string in = standard_input.path();
  const std::string out = standard_output.path();
  std::optional<llvm::StringRef> redirects[] = {in, out, std::nullopt};
  const ScratchFile said("txt");
  const std::string err = said.path();
  redirects[2] = err;
  std::string message;
  const int status =
      llvm::sys::ExecuteAndWait(clang, words, std::nullopt, redirects, 0, 0, &message);
  Explain(said.Read(), top);
  if (status != 0) {
    Fail({}, message.empty() ? "the source is not valid C++ (see clang's messages above)"
                             : fmt::format("run {}: {}", clang, message));
  }
}

// "vireo::Fifo<ap_uint<8>, 4>" -> "Fifo"
std::string LastIdentifier(llvm::StringRef top) {
  llvm::StringRef name = top.split('<').first.rtrim();
  const size_t colon = name.rfind(':');
  if (colon != llvm::StringRef::npos) name = name.drop_front(colon + 1);
  return name.trim().str();
}

std::string TopDeclarations(const SourceOptions& options, const std::string& preprocessed) {
  const std::string name = LastIdentifier(options.top);
  if (name.empty() || !std::regex_match(name, std::regex("[A-Za-z_]\\w*"))) {
    Fail({}, fmt::format("'{}' is not the name of a function or class", options.top));
  }
  if (!std::regex_search(preprocessed, std::regex("\\b" + name + "\\b"))) {
    Fail({}, fmt::format("no function or class '{}' in {}", options.top,
                         llvm::join(options.sources, ", ")));
  }
  const std::string marker = "\n# 1 \"<top>\"\n";
  if (std::regex_search(
          preprocessed,
          std::regex("\\b(class|struct|using)\\s+(\\[\\[[^\\]]*\\]\\]\\s*)?" + name + "\\b"))) {
    return fmt::format(
        "{}inline void* operator new(decltype(sizeof 0), void* at, decltype(nullptr)) noexcept "
        "{{ return at; }} {} __vireo_instance; extern \"C\" __attribute__((used)) void "
        "__vireo_construct(void* at) {{ ::new (at, nullptr) {}; }} __attribute__((used)) auto "
        "__vireo_top = &{}::Step;\n",
        marker, options.top, options.top, options.top);
  }
  return fmt::format("{}__attribute__((used)) auto* __vireo_top = &{};\n", marker, options.top);
}

}  // namespace

std::unique_ptr<llvm::Module> CompileSources(const SourceOptions& options,
                                             llvm::LLVMContext& context) {
  std::vector<std::string> arguments = {"-std=c++20",
                                        "-O2",
                                        "-Xclang",
                                        "-disable-llvm-passes",
                                        "-fno-exceptions",
                                        "-fno-rtti",
                                        "-g",
                                        "-fstandalone-debug",
                                        "-Wno-unused",
                                        "-fno-threadsafe-statics",
                                        "-fno-discard-value-names",
                                        "-Wno-unknown-pragmas",
                                        "-fno-builtin"};
  ScratchFile wrapper("cc");
  std::string includes;
  for (const std::string& source : options.sources) {
    if (!llvm::sys::fs::exists(source)) Fail({}, fmt::format("no such file: {}", source));
    // As the user named it, so that messages name it like this.
    includes += fmt::format("#include \"{}\"\n", source);
  }
  wrapper.Write(includes);

  ScratchFile preprocessed("i");
  std::vector<std::string> preprocess = arguments;
  for (const std::string& directory : options.include_directories) {
    preprocess.push_back("-I" + directory);
  }
  for (const std::string& define : options.defines) preprocess.push_back("-D" + define);
  preprocess.insert(preprocess.end(),
                    {"-D__SYNTHESIS__", "-D__VIREO_HLS__", "-E", "-x", "c++", "-"});
  RunClang(preprocess, options.top, wrapper, preprocessed);

  const std::string text = preprocessed.Read();
  ScratchFile rewritten("ii");
  rewritten.Write(RewritePragmas(text) + TopDeclarations(options, text));

  ScratchFile bitcode("bc");
  std::vector<std::string> compile = arguments;
  compile.insert(compile.end(), {"-c", "-emit-llvm", "-x", "c++-cpp-output", "-", "-o", "-"});
  RunClang(compile, options.top, rewritten, bitcode);

  llvm::SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> module = llvm::parseIRFile(bitcode.path(), diagnostic, context);
  if (module == nullptr) {
    Fail({}, fmt::format("read what clang wrote: {}", diagnostic.getMessage().str()));
  }
  return module;
}

}  // namespace vireo::compiler
