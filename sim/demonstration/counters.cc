// SPDX-License-Identifier: Apache-2.0
// The card's counters beside the guest's.
#include <fmt/format.h>

#include <sstream>

#include "hw/spec/reason_table.h"
#include "sim/demonstration/demonstration.h"
#include "sim/demonstration/text.h"

namespace vireo::demonstration {
namespace {

constexpr char kFramesSent[] = "frames sent", kBytesSent[] = "bytes sent",
               kFramesReceived[] = "frames received", kBytesReceived[] = "bytes received",
               kBytesRead[] = "disk bytes read", kBytesWritten[] = "disk bytes written";
constexpr int kTries = 100;
constexpr uint64_t kSectorBytes = 512;
// Linux, Documentation/ABI/testing/sysfs-class-net-statistics, Documentation/block/stat.rst.
constexpr char kStatistics[] =
    "cd /sys/class/net/eth0/statistics; cat tx_packets tx_bytes rx_packets rx_bytes; "
    "cat /sys/block/vda/stat; cd /";

}  // namespace

Demonstration::Counters Demonstration::ReadCounters() {
  // When the card's clock stands still nothing is under way: the counts of both sides are of the
  // same moment.
  wire_->Down();
  Counters counters;
  std::string statistics;
  int tries = 0;
  for (nlohmann::json before; tries < kTries; ++tries) {
    before = card_->Counters();
    statistics = Guest(kStatistics);
    counters.of_simulator = card_->Counters();
    if (before["clocks"] == counters.of_simulator["clocks"]) break;
  }
  Require(tries < kTries, "the card does not come to rest");

  std::istringstream numbers(statistics);
  for (const char* name : {kFramesSent, kBytesSent, kFramesReceived, kBytesReceived}) {
    numbers >> counters.guest[name];
  }
  uint64_t requests = 0, merged = 0, read = 0, ticks = 0, written = 0;
  numbers >> requests >> merged >> read >> ticks >> requests >> merged >> written;
  Require(!numbers.fail(), "the guest's statistics are " + statistics);
  counters.guest[kBytesRead] = kSectorBytes * read;
  counters.guest[kBytesWritten] = kSectorBytes * written;

  const host::FunctionCounters net = card_counters_->Of("net"), blk = card_counters_->Of("blk");
  counters.card = {{kFramesSent, net.tx_packets},     {kBytesSent, net.tx_bytes},
                   {kFramesReceived, net.rx_packets}, {kBytesReceived, net.rx_bytes},
                   {kBytesRead, blk.read_bytes},      {kBytesWritten, blk.write_bytes}};
  for (const host::FunctionCounters* of_function : {&net, &blk}) {
    for (const auto& [reason, times] : of_function->reasons) counters.reasons[reason] += times;
  }
  return counters;
}

void Demonstration::BeginCount() {
  begin_ = ReadCounters();
  wire_->Up();
}

void Demonstration::EndCount() {
  const Counters end = ReadCounters();
  for (const auto& [name, count] : end.card) {
    counted_.card[name] += count - begin_.card[name];
    counted_.guest[name] += end.guest.at(name) - begin_.guest[name];
  }
  for (const auto& [reason, times] : end.reasons) {
    counted_.reasons[reason] += times - begin_.reasons[reason];
  }
  counted_.of_simulator = end.of_simulator;
}

void Demonstration::CompareCounters() {
  report_.Section("Counters of the card and of the guest, over both boots");
  std::vector<Count> counts;
  for (const char* name :
       {kFramesSent, kBytesSent, kFramesReceived, kBytesReceived, kBytesWritten, kBytesRead}) {
    counts.push_back({name, counted_.card[name], counted_.guest[name]});
  }
  report_.Compare(counts);
  report_.Step("counters", [&] {
    for (const Count& count : counts) {
      Require(count.agrees(), fmt::format("{}: the card counts {}, the guest {}", count.name,
                                          count.card, count.guest));
    }
    return "all agree";
  });
  report_.Step("dropped and refused", [&] {
    std::string met;
    for (const spec::ReasonEntry& entry : spec::kReasonTable) {
      const uint64_t times = counted_.reasons[entry.reason];
      if (times == 0) continue;
      met += fmt::format("{}{} {}", met.empty() ? "" : ", ", Grouped(times), entry.name);
    }
    return met.empty() ? "nothing" : met;
  });
  const auto card = [&](const char* name) { return counted_.of_simulator[name].get<uint64_t>(); };
  report_.Step("PCI Express", [&] {
    Require(card("card_errors") == 0, "the card broke the standard's rules; see vireo-sim.log");
    return fmt::format("{} reads, {} writes, {} interrupts by the card, no error",
                       Grouped(card("dma_reads")), Grouped(card("dma_writes")),
                       Grouped(card("interrupts")));
  });
  report_.Step("card's clock", [&] {
    return fmt::format("{} clocks in {} s", Grouped(card("clocks")),
                       counted_.of_simulator["seconds"].get<double>());
  });
}

}  // namespace vireo::demonstration
