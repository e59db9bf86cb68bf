// SPDX-License-Identifier: Apache-2.0
// What was shown, as text while it happens and as JSON at the end: one line a fact.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace vireo::demonstration {

// One count, by the card and by the guest.
struct Count {
  std::string name;
  uint64_t card, guest;
  bool agrees() const { return card == guest; }
};

class Report {
 public:
  // On a terminal a step is seen while it is under way.
  explicit Report(bool is_terminal);

  void Section(const std::string& title);
  // Does `work`, and shows `name`, the time it took and what it returns. What it throws goes on.
  void Step(const std::string& name, const std::function<std::string()>& work);
  // Lines of somebody else.
  void Quote(const std::string& name, const std::string& text);
  void Compare(const std::vector<Count>& counts);

  int steps() const { return steps_; }
  double seconds() const;
  // Members: steps, quotes, counters.
  nlohmann::json& json() { return json_; }

 private:
  using Clock = std::chrono::steady_clock;

  bool is_terminal_;
  Clock::time_point begin_ = Clock::now();
  std::string section_;
  int steps_ = 0;
  nlohmann::json json_;
};

// 1234567 as 1,234,567.
std::string Grouped(uint64_t number);

}  // namespace vireo::demonstration
