// SPDX-License-Identifier: Apache-2.0
// The engines' side: what they ask for, and what has to come back.
#include "tests/hw/pcie/dma_bench.h"

#include <algorithm>
#include <string>

namespace vireo::test {

DmaBench::DmaBench(const Traffic& traffic, Host::Options options)
    : host(traffic.seed, std::move(options)),
      traffic_(traffic),
      random_(traffic.seed, "bench"),
      model_(MakeLoopModel(traffic.seed)) {
  for (unsigned i = 0; i < kReaders; ++i) {
    requests_.emplace_back(ports_.request[i], traffic, "requests " + std::to_string(i));
    current_[i] = kNone;
  }
  for (unsigned i = 0; i < kWriters; ++i) {
    writes_.emplace_back(ports_.write[i], traffic, "writes " + std::to_string(i));
  }
  for (unsigned function = 0; function < kMasters; ++function) {
    pcie4c::FunctionState state;
    state.function = function;
    state.bus_master = 1;
    ports_.state.write(state);
  }
  Run(kQueues + kTags);  // tables are cleared
}

void DmaBench::Ask(const Unit& unit, const Piece& piece, bool last, size_t context) {
  Request request;
  request.key = unit.key;
  request.function = unit.function;
  request.address = piece.address;
  request.length = piece.length;
  request.last = last;
  request.context = static_cast<unsigned>(context);
  requests_[unit.reader].Add(request);
}

void DmaBench::Add(const Unit& unit) {
  const size_t context = units_of_[unit.reader].size();
  for (size_t i = 0; i < unit.requests.size(); ++i) {
    Ask(unit, unit.requests[i], i + 1 == unit.requests.size(), context + i);
  }
  Expect(unit);
}

void DmaBench::AddLonger(const Unit& unit, const std::vector<Piece>& rest) {
  const size_t context = units_of_[unit.reader].size();
  const size_t same = unit.requests.size() - 1;
  for (size_t i = 0; i < same; ++i) Ask(unit, unit.requests[i], false, context + i);
  for (size_t i = 0; i < rest.size(); ++i) {
    Ask(unit, rest[i], i + 1 == rest.size(), context + same);
  }
  Expect(unit);
}

void DmaBench::Expect(const Unit& unit) {
  const size_t number = units_++;
  ++left_;
  size_t context = units_of_[unit.reader].size();
  Expected expected{number, {}};
  for (const Piece& piece : unit.requests) {
    uint64_t at = piece.address;
    const uint64_t end = piece.address + piece.length;
    do {
      const uint64_t to = std::min(end, (at / 64 + 1) * 64);
      ReadLine<Context> line;
      line.data = 0;
      line.offset = at % 64;
      line.bytes = to - at;
      line.last_of_request = to == end;
      line.last_of_unit = 0;
      line.error = unit.fails;
      line.context = static_cast<unsigned>(context);
      for (uint64_t address = at; address < to; ++address) {
        const int low = static_cast<int>(8 * (address % 64));
        line.data.range(low + 7, low) = expected_memory_[address];
      }
      expected.lines.push_back(line);
      at = to;
    } while (at < end);
    ++context;
  }
  expected.lines.back().last_of_unit = 1;
  keys_.push_back(unit.key);
  units_of_[unit.reader].resize(context, number);
  expected_[unit.reader][unit.key].push_back(std::move(expected));
}

void DmaBench::Begin(unsigned writer, const Write& write) {
  writes_[writer].Add(LinesOf(write, static_cast<unsigned>(cookies_[writer] % kQueues)).front());
}

void DmaBench::Add(unsigned writer, const Write& write) {
  Begin(writer, write);
  End(writer, write);
}

void DmaBench::End(unsigned writer, const Write& write) {
  const auto lines = LinesOf(write, static_cast<unsigned>(cookies_[writer] % kQueues));
  for (size_t i = 1; i < lines.size(); ++i) writes_[writer].Add(lines[i]);
  for (size_t i = 0; i < write.bytes.size() && write.function < kMasters; ++i) {
    expected_memory_.Write(write.address + i, write.bytes[i]);
  }
  if (!write.wants_ack) return;
  ++cookies_[writer];
  ++acks_left_;
}

bool DmaBench::HasArrived(const Write& write) const {
  for (size_t i = 0; i < write.bytes.size(); ++i) {
    const auto byte = host.memory.written().find(write.address + i);
    if (byte == host.memory.written().end() || byte->second != write.bytes[i]) return false;
  }
  return true;
}

void DmaBench::Check(unsigned writer, const WriteAck& ack) {
  ASSERT_LT(acked_[writer], cookies_[writer]) << "an ack that nobody waits for";
  ASSERT_EQ(ack.cookie, QueueIndex(acked_[writer]++));
  --acks_left_;
}

void DmaBench::Check(unsigned reader, const ReadLine<Context>& line) {
  const size_t number = units_of_[reader].at(line.context.to_uint());
  ASSERT_TRUE(current_[reader] == kNone || current_[reader] == number)
      << "unit " << number << " begins within unit " << current_[reader];
  std::deque<Expected>& units = expected_[reader][keys_[number]];
  ASSERT_FALSE(units.empty());
  ASSERT_EQ(units.front().number, number) << "not the next unit of its key";
  const ReadLine<Context> expected = units.front().lines.front();
  units.front().lines.pop_front();
  ASSERT_EQ(line.context, expected.context);
  ASSERT_EQ(line.offset, expected.offset);
  ASSERT_EQ(line.bytes, expected.bytes);
  ASSERT_EQ(line.last_of_request, expected.last_of_request);
  ASSERT_EQ(line.last_of_unit, expected.last_of_unit);
  ASSERT_EQ(line.error, expected.error) << "unit " << number;
  ASSERT_EQ(line.data, line.error == 1 ? Line(0) : expected.data) << "unit " << number;
  current_[reader] = number;
  if (line.last_of_unit == 1) {
    units.pop_front();
    current_[reader] = kNone;
    --left_;
  }
}

void DmaBench::Clock() {
  const auto room = [&](unsigned stall) { return random_.Percent(stall) ? 0u : 1u; };
  for (auto& source : requests_) source.Offer();
  for (auto& source : writes_) source.Offer();
  for (auto& stream : ports_.line) stream.set_capacity(room(traffic_.stall));
  for (auto& stream : ports_.ack) stream.set_capacity(room(traffic_.stall / 4));
  ports_.rq.set_capacity(room(traffic_.stall));
  if (ports_.rc.empty()) {
    if (const auto beat = host.Give(clock_)) ports_.rc.write(*beat);
  }

  model_->Clock(ports_);

  while (!ports_.rq.empty()) host.Take(ports_.rq.read(), clock_);
  for (unsigned i = 0; i < kReaders; ++i) {
    while (!ports_.line[i].empty()) Check(i, ports_.line[i].read());
  }
  for (unsigned i = 0; i < kWriters; ++i) {
    while (!ports_.ack[i].empty()) Check(i, ports_.ack[i].read());
  }
  ++clock_;
}

void DmaBench::Run(unsigned clocks) {
  for (unsigned i = 0; i < clocks && !testing::Test::HasFailure(); ++i) Clock();
}

void DmaBench::RunUntilDone(uint64_t limit) {
  const uint64_t end = clock_ + limit;
  while (!is_done()) {
    ASSERT_LT(clock_, end) << left_ << " units and " << acks_left_ << " acks have not come";
    Clock();
    if (testing::Test::HasFailure()) return;
  }
}

std::vector<WriteLine> LinesOf(const Write& write, unsigned cookie) {
  std::vector<WriteLine> lines;
  for (size_t i = 0; i < write.bytes.size(); ++i) {
    const uint64_t at = write.address + i;
    if (i == 0 || at % 64 == 0) {
      WriteLine line;
      line.function = write.function;
      line.address = write.address;
      line.length = write.bytes.size();
      line.data = 0;
      line.last = 0;
      line.wants_ack = write.wants_ack;
      line.cookie = cookie;
      lines.push_back(line);
    }
    const int low = static_cast<int>(8 * (at % 64));
    lines.back().data.range(low + 7, low) = write.bytes[i];
  }
  lines.back().last = 1;
  return lines;
}

}  // namespace vireo::test
