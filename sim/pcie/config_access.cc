// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/config_access.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace vireo::sim::pcie {

void ConfigAccess::Read(Function function, uint32_t offset, uint32_t bytes, ConfigReadDone done) {
  accesses_.push_back(
      {function, offset, false, std::vector<uint8_t>(bytes), std::move(done), {}, 0});
}

void ConfigAccess::Write(Function function, uint32_t offset, std::span<const uint8_t> bytes,
                         ConfigWriteDone done) {
  accesses_.push_back(
      {function, offset, true, {bytes.begin(), bytes.end()}, {}, std::move(done), 0});
}

ConfigAccess::Part ConfigAccess::NextPart(const Access& access) const {
  const uint32_t at = access.offset + access.done;
  const auto left = static_cast<uint32_t>(access.bytes.size()) - access.done;
  return {at / 4, at % 4, std::min(4 - at % 4, left)};
}

void ConfigAccess::ReadPart(Access& access, uint32_t data) {
  const Part part = NextPart(access);
  for (uint32_t i = 0; i < part.bytes; ++i)
    access.bytes[access.done + i] = static_cast<uint8_t>(data >> (8 * (part.skip + i)));
}

void ConfigAccess::Advance() {
  Access& access = accesses_.front();
  access.done += NextPart(access).bytes;
  state_ = State::kNext;
  if (access.done != access.bytes.size()) return;
  const Access done = std::move(access);
  accesses_.pop_front();
  if (done.read_done) done.read_done(done.bytes);
  if (done.write_done) done.write_done();
}

std::optional<pcie4c::ConfigRequest> ConfigAccess::Next(uint64_t clock) {
  while (state_ == State::kNext && !accesses_.empty()) {
    Access& access = accesses_.front();
    const Part part = NextPart(access);
    const uint32_t enables = ((1U << part.bytes) - 1) << part.skip;
    uint32_t data = 0;
    for (uint32_t i = 0; access.write && i < part.bytes; ++i)
      data |= uint32_t{access.bytes[access.done + i]} << (8 * (part.skip + i));
    ConfigSpace& space = functions_[access.function];
    if (!space.Owns(part.number)) {
      request_ = {part.number, access.function, access.write, data, access.write ? enables : 0};
      state_ = State::kOffered;
      deadline_ = clock + timeout_clocks_;
      return request_;
    }
    if (access.write) {
      const Function function = access.function;
      const bool flr = space.Write(part.number, data, enables);
      if (written_) written_(function, flr);
    } else {
      ReadPart(access, space.Read(part.number));
    }
    Advance();
  }
  return std::nullopt;
}

void ConfigAccess::RequestTaken() {
  if (accesses_.front().write) {
    Advance();
  } else {
    state_ = State::kAsked;
  }
}

bool ConfigAccess::Reply(uint32_t data) {
  if (state_ != State::kAsked) return false;
  ReadPart(accesses_.front(), data);
  Advance();
  return true;
}

std::string ConfigAccess::TimeOut(uint64_t clock) {
  if (state_ == State::kNext || clock < deadline_) return {};
  Access& access = accesses_.front();
  std::string what =
      fmt::format("configuration {} of register {:#x} of function {} is not {} after {} clocks",
                  access.write ? "write" : "read", 4 * NextPart(access).number, access.function,
                  state_ == State::kOffered ? "taken" : "answered", timeout_clocks_);
  if (state_ == State::kOffered) {
    deadline_ = UINT64_MAX;  // what is offered stands until it is taken
    return what;
  }
  if (!access.write) ReadPart(access, UINT32_MAX);
  Advance();
  return what;
}

}  // namespace vireo::sim::pcie
