// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/trace.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "hw/spec/function_bar.h"
#include "sim/simulator/card_config.h"

namespace vireo::sim {
namespace {

double Microseconds(uint64_t clock) {
  return static_cast<double>(clock * kNanosecondsOfClock) / 1000;
}

bool IsNotification(uint64_t offset) {
  return offset >= spec::function_bar::kNotifyCfg &&
         offset < spec::function_bar::kNotifyCfg + spec::function_bar::kNotifyCfgBytes;
}

}  // namespace

tl::expected<std::unique_ptr<Trace>, std::string> Trace::Open(const std::string& path) {
  File file(std::fopen(path.c_str(), "we"));
  if (!file) return tl::unexpected(fmt::format("write {}: {}", path, std::strerror(errno)));
  fmt::print(file.get(), "[\n");
  return std::unique_ptr<Trace>(new Trace(std::move(file)));
}

Trace::~Trace() { fmt::print(file_.get(), "\n]\n"); }

void Trace::Event(unsigned process, std::string_view name, char phase, uint64_t clock,
                  const std::string& more, const std::string& arguments) {
  if (named_.insert(process).second) {
    fmt::print(
        file_.get(),
        "{}{{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":{},\"args\":{{\"name\":\"{}\"}}}}",
        is_first_ ? "" : ",\n", process, process == kWire ? "wire" : FunctionName(process));
    is_first_ = false;
  }
  fmt::print(file_.get(),
             ",\n{{\"name\":\"{}\",\"ph\":\"{}\",\"ts\":{:.3f},\"pid\":{},\"tid\":0{},"
             "\"args\":{{\"clock\":{}{}}}}}",
             name, phase, Microseconds(clock), process, more, clock, arguments);
}

void Trace::Add(const pcie::Traffic& traffic) {
  using enum pcie::TrafficKind;
  const unsigned function = traffic.function;
  const std::string_view instant = ",\"s\":\"p\"";
  const auto place = [&](const char* key) {
    return fmt::format(",\"{}\":\"{:#x}\",\"bytes\":{}", key, traffic.address, traffic.bytes);
  };
  switch (traffic.kind) {
    case kMmioRead:
      Event(function, "register read", 'i', traffic.clock, std::string(instant), place("offset"));
      break;
    case kMmioWrite:
      places_[function].Write(traffic.address, traffic.bytes, traffic.value);
      Event(function, IsNotification(traffic.address) ? "notification" : "register write", 'i',
            traffic.clock, std::string(instant),
            place("offset") + fmt::format(",\"value\":\"{:#x}\"", traffic.value));
      break;
    case kDmaRead: reads_[traffic.tag] = {traffic, places_[function].What(traffic.address)}; break;
    case kDmaReadDone: {
      const auto& [begin, what] = reads_[traffic.tag];
      Event(function, fmt::format("read {}", what), 'X', begin.clock,
            fmt::format(",\"dur\":{:.3f}", Microseconds(traffic.clock - begin.clock)),
            fmt::format(",\"address\":\"{:#x}\",\"bytes\":{},\"tag\":{},\"end_clock\":{}",
                        begin.address, begin.bytes, begin.tag, traffic.clock));
      break;
    }
    case kDmaWrite:
      Event(function, fmt::format("write {}", places_[function].What(traffic.address)), 'i',
            traffic.clock, std::string(instant), place("address"));
      break;
    case kInterrupt:
      Event(function, "interrupt", 'i', traffic.clock, std::string(instant),
            fmt::format(",\"data\":{}", traffic.address));
      break;
  }
}

void Trace::AddFrame(bool to_card, size_t bytes, uint64_t clock) {
  Event(kWire, to_card ? "frame to the card" : "frame from the card", 'i', clock, ",\"s\":\"p\"",
        fmt::format(",\"bytes\":{}", bytes));
}

}  // namespace vireo::sim
