// SPDX-License-Identifier: Apache-2.0
#include "sim/demonstration/report.h"

#include <fmt/format.h>

#include <cstdio>
#include <sstream>

namespace vireo::demonstration {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double Tenths(double seconds) {
  return static_cast<double>(static_cast<int64_t>(seconds * 10)) / 10;
}

// Seen at once, by whatever reads it.
template <typename... T>
void Say(fmt::format_string<T...> text, T&&... values) {
  fmt::print(text, std::forward<T>(values)...);
  std::fflush(stdout);
}

}  // namespace

std::string Grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

Report::Report(bool is_terminal) : is_terminal_(is_terminal) {
  json_ = {{"steps", nlohmann::json::array()}, {"quotes", nlohmann::json::object()}};
}

double Report::seconds() const { return Tenths(SecondsSince(begin_)); }

void Report::Section(const std::string& title) {
  section_ = title;
  Say("\n{}\n", title);
}

void Report::Step(const std::string& name, const std::function<std::string()>& work) {
  const Clock::time_point begin = Clock::now();
  if (is_terminal_) Say("  ...             {}", name);
  const auto show = [&](const char* mark, const std::string& what) {
    const double took = SecondsSince(begin);
    Say("{}  {:6} {:6.1f} s  {:24}  {}\n", is_terminal_ ? "\r\033[K" : "", mark, took, name, what);
    json_["steps"].push_back({{"section", section_},
                              {"name", name},
                              {"passed", std::string(mark) == "ok"},
                              {"seconds", Tenths(took)},
                              {"what", what}});
  };
  try {
    show("ok", work());
    ++steps_;
  } catch (...) {
    show("FAILED", "");
    throw;
  }
}

void Report::Quote(const std::string& name, const std::string& text) {
  json_["quotes"][name] = text;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line) && !line.empty();) Say("        {}\n", line);
}

void Report::Compare(const std::vector<Count>& counts) {
  Say("        {:26}{:>16}{:>16}\n", "", "card", "guest");
  for (const Count& count : counts) {
    Say("        {:26}{:>16}{:>16}  {}\n", count.name, Grouped(count.card), Grouped(count.guest),
        count.agrees() ? "agree" : "DIFFER");
    json_["counters"][count.name] = {{"card", count.card}, {"guest", count.guest}};
  }
}

}  // namespace vireo::demonstration
