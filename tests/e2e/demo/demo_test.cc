// SPDX-License-Identifier: Apache-2.0
// vireo-demo, run to its end, and ended in the middle.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/guest/network.h"
#include "sim/guest/process.h"

namespace vireo::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr char kSimulator[] = "vireo-sim", kQemu[] = "qemu-system-x86_64";

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Demo : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = guest::WhyNoTap(); !why.empty()) GTEST_SKIP() << why;
    std::string folder = fs::temp_directory_path() / "vireo-demo-test-XXXXXX";
    folder_ = mkdtemp(folder.data());
    fs::create_directory(folder_ / "tmp");
  }
  ~Demo() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  void Start(const std::vector<std::string>& options) {
    std::vector<std::string> command = {"/usr/bin/env", "TMPDIR=" + Temporary(),
                                        std::getenv("VIREO_DEMO"), "--batch"};
    command.insert(command.end(), options.begin(), options.end());
    demo_.emplace(command, folder_ / "messages");
  }
  // Until its output has a text, or all of it.
  void ReadUntil(const std::string& text) {
    while (text.empty() || output_.find(text) == std::string::npos) {
      std::array<char, 4096> bytes;
      alarms_.Await(demo_->output(), "'" + text + "'");
      const ssize_t got = read(demo_->output(), bytes.data(), bytes.size());
      if (got <= 0) break;
      output_.append(bytes.data(), static_cast<size_t>(got));
    }
  }
  // The guest is up, and uses the card.
  void StartAndAwaitPings() {
    Start({});
    ReadUntil("ping host -> guest");
  }
  int End() {
    ReadUntil("");
    return demo_->Join();
  }

  std::string Temporary() const { return folder_ / "tmp"; }
  std::string Messages() const { return Contents(folder_ / "messages"); }
  // Processes that know of the folder; by the last part of their program's name, if one is given.
  std::vector<pid_t> Processes(const std::string& program = "") const {
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string number = entry.path().filename();
      if (number.find_first_not_of("0123456789") != std::string::npos) continue;
      const std::string line = Contents(entry.path() / "cmdline");
      const std::string name = line.substr(0, line.find('\0'));
      if (line.find(Temporary()) == std::string::npos || !name.ends_with(program)) continue;
      found.push_back(std::stoi(number));
    }
    return found;
  }
  void ExpectNothingLeft() const {
    EXPECT_TRUE(fs::is_empty(Temporary()));
    EXPECT_THAT(Processes(), testing::IsEmpty());
  }

  fs::path folder_;
  guest::Alarms alarms_;
  std::optional<guest::Process> demo_;
  std::string output_;
};

TEST_F(Demo, ShowsThatAllWorksAndThatTheCountersAgree) {
  const std::string json = folder_ / "shown.json";
  Start({"--json", json});
  ASSERT_EQ(End(), 0) << output_ << Messages();
  const auto shown = nlohmann::json::parse(Contents(json));
  EXPECT_EQ(shown["passed"], true);
  EXPECT_THAT(shown["quotes"]["lspci net"].get<std::string>(), HasSubstr("[1af4:1041]"));
  EXPECT_THAT(shown["quotes"]["lspci blk"].get<std::string>(), HasSubstr("[1af4:1042]"));
  ASSERT_EQ(shown["counters"].size(), 6u);
  for (const auto& [name, count] : shown["counters"].items()) {
    EXPECT_EQ(count["card"], count["guest"]) << name;
    EXPECT_GT(count["card"], 0) << name;
  }
  ExpectNothingLeft();
}

TEST_F(Demo, SaysThatTheSimulatorWasKilled) {
  StartAndAwaitPings();
  ASSERT_EQ(Processes(kSimulator).size(), 1u);
  kill(Processes(kSimulator).front(), SIGKILL);
  EXPECT_EQ(End(), 1);
  EXPECT_THAT(Messages(), HasSubstr("vireo-sim was ended by signal 9 (Killed) before"));
  EXPECT_THAT(Messages(), HasSubstr("vireo-sim.log"));
  ExpectNothingLeft();
}

TEST_F(Demo, SaysThatQemuWasKilled) {
  StartAndAwaitPings();
  ASSERT_EQ(Processes(kQemu).size(), 1u);
  kill(Processes(kQemu).front(), SIGKILL);
  EXPECT_EQ(End(), 1);
  EXPECT_THAT(Messages(), HasSubstr("QEMU of the guest was ended by signal 9 (Killed) before"));
  EXPECT_THAT(Messages(), HasSubstr("guest-console.log"));
  ExpectNothingLeft();
}

TEST_F(Demo, EndsCleanlyWhenInterrupted) {
  StartAndAwaitPings();
  demo_->Signal(SIGINT);
  EXPECT_EQ(End(), 1);
  EXPECT_THAT(Messages(), HasSubstr("interrupted"));
  ExpectNothingLeft();
}

TEST_F(Demo, LeavesNothingWhenItIsKilledItself) {
  StartAndAwaitPings();
  std::vector<vfio_user::UniqueFd> ends;
  for (const pid_t process : Processes()) {
    ends.emplace_back(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
  }
  ASSERT_GE(ends.size(), 2u);
  demo_->Signal(SIGKILL);
  EXPECT_EQ(demo_->Join(), -1);
  ReadUntil("");  // its child, which cleans up, holds the other end
  for (const auto& end : ends) alarms_.Await(end.get(), "the end of all processes");
  ExpectNothingLeft();
}

}  // namespace
}  // namespace vireo::e2e
