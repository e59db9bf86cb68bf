// SPDX-License-Identifier: Apache-2.0
// What passes a card's pins, as a file in the Trace Event Format of chrome://tracing and Perfetto.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>

#include <tl/expected.hpp>

#include "sim/pcie/traffic.h"
#include "sim/simulator/pcap.h"
#include "sim/simulator/ring_places.h"

namespace vireo::sim {

// A process of the format is a function, or the wire; a reading of memory lasts from its request to
// its last completion, all else is an instant. Times are microseconds of the card.
class Trace {
 public:
  static tl::expected<std::unique_ptr<Trace>, std::string> Open(const std::string& path);
  ~Trace();  // completes the file
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  void Add(const pcie::Traffic& traffic);
  void AddFrame(bool to_card, size_t bytes, uint64_t clock);

 private:
  static constexpr unsigned kWire = pcie::kFunctions;  // the process of its events

  struct Read {
    pcie::Traffic begin;
    std::string_view what;
  };

  explicit Trace(File file) : file_(std::move(file)) {}

  // `arguments`: JSON members.
  void Event(unsigned process, std::string_view name, char phase, uint64_t clock,
             const std::string& more, const std::string& arguments);

  File file_;
  std::map<unsigned, RingPlaces> places_;     // by function
  std::array<Read, pcie::kTags> reads_ = {};  // by tag
  std::set<unsigned> named_;                  // processes
  bool is_first_ = true;
};

}  // namespace vireo::sim
