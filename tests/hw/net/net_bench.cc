// SPDX-License-Identifier: Apache-2.0
// The network engine between drivers' memory and a wire.
#include "tests/hw/net/net_bench.h"

#include <algorithm>

namespace vireo::test {

Extent GuestMemory::Allocate(uint32_t length, int alignment) {
  const uint64_t wanted = alignment >= 0 ? static_cast<uint64_t>(alignment) : random_.Below(64);
  uint64_t at = bytes_.size() + random_.Below(3);
  while (at % 64 != wanted) ++at;
  while (bytes_.size() < at + length) bytes_.push_back(static_cast<uint8_t>(random_.Next()));
  is_lent_.resize(bytes_.size());
  return {kBase + at, length};
}

Extent GuestMemory::Store(const Packet& bytes, int alignment) {
  const Extent run = Allocate(static_cast<uint32_t>(bytes.size()), alignment);
  std::copy(bytes.begin(), bytes.end(),
            bytes_.begin() + static_cast<ptrdiff_t>(run.address - kBase));
  return run;
}

void GuestMemory::Lend(const Extent& run) {
  for (uint64_t i = 0; i < run.length; ++i) is_lent_.at(run.address - kBase + i) = true;
}

Packet GuestMemory::Load(const Extent& run) const {
  Packet packet;
  for (uint64_t i = 0; i < run.length; ++i) packet.push_back(Read(run.address + i));
  return packet;
}

uint8_t GuestMemory::Read(uint64_t address) const { return bytes_.at(address - kBase); }

void GuestMemory::Write(uint64_t address, uint8_t value) {
  ASSERT_TRUE(address >= kBase && address - kBase < bytes_.size() && is_lent_[address - kBase])
      << "a write to " << std::hex << address << ", which nobody lent";
  is_lent_[address - kBase] = false;
  bytes_[address - kBase] = value;
  ++written_;
}

void ReadServer::Begin(const std::vector<Request>& unit) {
  for (const Request& request : unit) {
    uint64_t address = request.address.to_uint64();
    uint32_t left = request.length.to_uint();
    const bool fails = refused.contains(address);
    do {
      ReadLine<TransmitContext> line = {};
      for (int low = 0; low < 512; low += 64) line.data.range(low + 63, low) = random_.Next();
      const auto offset = static_cast<uint32_t>(address % 64);
      const uint32_t bytes = std::min(64 - offset, left);
      for (uint32_t i = 0; i < bytes && !fails; ++i) {
        const auto lane = static_cast<int>(offset + i);
        line.data.range(8 * lane + 7, 8 * lane) = ap_uint<8>(memory_->Read(address + i));
      }
      left -= bytes;
      address += bytes;
      line.offset = offset;
      line.bytes = bytes;
      line.last_of_request = left == 0;
      line.last_of_unit = left == 0 && request.last == 1;
      line.error = fails;
      line.context = request.context;
      lines_.push_back(line);
    } while (left != 0);
  }
}

void ReadServer::Step(hls::stream<Request>& requests,
                      hls::stream<ReadLine<TransmitContext>>& lines) {
  ++clock_;
  while (!requests.empty()) {
    const Request request = requests.read();
    ++taken_;
    if (!asked_.empty()) {
      ASSERT_EQ(request.key, asked_[0].key) << "a unit's requests follow each other";
    }
    asked_.push_back(request);
    if (request.last == 0) {
      ASSERT_NE(request.length, 0) << "a request for nothing";
      continue;
    }
    units_[request.key.to_uint()].push_back({clock_ + random_.Below(delay + 1), asked_});
    asked_.clear();
  }
  std::vector<unsigned> ready;
  for (const auto& [key, units] : units_) {
    if (units.front().first <= clock_) ready.push_back(key);
  }
  if (lines_.size() < 4 && !ready.empty()) {
    const auto of = units_.find(ready[random_.Below(ready.size())]);
    Begin(of->second.front().second);
    of->second.pop_front();
    if (of->second.empty()) units_.erase(of);
  }
  if (lines.empty() && !lines_.empty() && !random_.Percent(traffic_.idle)) {
    lines.write(lines_.front());
    lines_.pop_front();
  }
}

void WriteServer::Open(hls::stream<WriteLine>& lines) {
  lines.set_capacity(is_blocked || random_.Percent(traffic_.stall) ? 0 : 1);
}

void WriteServer::Step(hls::stream<WriteLine>& lines, hls::stream<WriteAck>& acks) {
  ++clock_;
  if (!lines.empty()) {
    const WriteLine line = lines.read();
    ++lines_taken;
    if (left_ == 0) {
      address_ = line.address.to_uint64();
      left_ = line.length.to_uint();
      ASSERT_NE(left_, 0u) << "a write of nothing";
      last_function = line.function.to_uint();
    }
    const uint64_t end = line.address.to_uint64() + line.length.to_uint();
    ASSERT_EQ(address_ + left_, end) << "address and length are the same in all lines of a write";
    const auto offset = static_cast<uint32_t>(address_ % 64);
    const uint32_t bytes = std::min(64 - offset, left_);
    for (uint32_t i = 0; i < bytes; ++i) {
      const auto lane = static_cast<int>(offset + i);
      memory_->Write(address_ + i, ap_uint<8>(line.data.range(8 * lane + 7, 8 * lane)).to_uchar());
    }
    address_ += bytes;
    left_ -= bytes;
    ASSERT_EQ(line.last, left_ == 0) << "the write's last line";
    if (left_ == 0 && line.wants_ack == 1) {
      const uint64_t after = due_.empty() ? clock_ : std::max(clock_, due_.back().first);
      due_.push_back({std::max(after, clock_ + random_.Below(delay + 1)), {line.cookie}});
    }
  }
  if (acks.empty() && !due_.empty() && due_.front().first <= clock_) {
    acks.write(due_.front().second);
    due_.pop_front();
    ++acks_given;
  }
}

NetBench::NetBench(const Traffic& traffic)
    : memory(traffic.seed),
      reads(memory, traffic),
      writes(memory, traffic),
      random_(traffic.seed, "bench"),
      engine_(MakeNetEngine()),
      setup_source_(streams_.setup_in, traffic, "setup_in"),
      address_source_(streams_.address_in, traffic, "address_in"),
      segment_source_(streams_.segment_in, traffic, "segment_in"),
      mac_source_(streams_.mac_in, traffic, "mac_in"),
      read_sink_(streams_.read_out, traffic, "read_out"),
      used_sink_(streams_.used_out, traffic, "used_out"),
      faulted_sink_(streams_.faulted_out, traffic, "faulted_out"),
      event_sink_(streams_.event_out, traffic, "event_out"),
      mac_sink_(streams_.mac_out, traffic, "mac_out") {}

void NetBench::SetUp(unsigned queue, unsigned function, QueueKind kind, unsigned number,
                     bool mergeable) {
  QueueSetup setup = {};
  setup.queue = queue;
  setup.function = function;
  setup.kind = kind;
  setup.size = 256;
  setup.mergeable = mergeable ? 1 : 0;
  setup.number = number;
  setup_source_.Add(setup);
}

void NetBench::SetAddress(unsigned function, uint64_t mac, unsigned pairs, bool has_mac) {
  FunctionAddress address = {};
  address.function = function;
  address.mac = mac;
  address.has_mac = has_mac ? 1 : 0;
  address.pairs = pairs;
  address_source_.Add(address);
}

void NetBench::Post(unsigned queue, QueueKind kind, unsigned head, const std::vector<Extent>& runs,
                    int odd_one) {
  for (size_t i = 0; i < runs.size(); ++i) {
    const bool is_odd = odd_one == static_cast<int>(i);
    Segment segment = {};
    segment.queue = queue;
    segment.kind = kind;
    segment.head = head;
    segment.address = runs[i].address;
    segment.length = runs[i].length;
    segment.writable = (kind == QueueKind::kReceive) != is_odd ? 1 : 0;
    segment.last = i + 1 == runs.size();
    segment_source_.Add(segment);
  }
}

void NetBench::Stop(unsigned queue, QueueKind kind) {
  Segment segment = {};
  segment.queue = queue;
  segment.kind = kind;
  segment.is_stop = 1;
  segment_source_.Add(segment);
}

void NetBench::Send(const Packet& frame, bool is_bad) {
  for (const Beat& beat : BeatsOf<64>(frame, random_)) {
    MacBeat token;
    token.data = beat.data;
    token.keep = beat.keep;
    token.strb = beat.keep;
    token.last = beat.last;
    token.user = is_bad && beat.last == 1;
    mac_source_.Add(token);
  }
  bytes_sent_ += frame.size();
}

void NetBench::TakeFromWire() {
  mac_sink_.Collect(clock);
  for (; mac_beats_ < mac_sink_.tokens.size(); ++mac_beats_) {
    const MacBeat& beat = mac_sink_.tokens[mac_beats_];
    const int bytes = CountOnes<64>(beat.keep).to_int();
    ASSERT_EQ(beat.keep, LowOnes<64>(bytes)) << "bytes without gaps";
    if (beat.last == 0) ASSERT_EQ(bytes, 64) << "only the last beat is shorter";
    ASSERT_EQ(beat.user, 0) << "no frame is sent as bad";
    for (int lane = 0; lane < bytes; ++lane) {
      frame_.push_back(ap_uint<8>(beat.data.range(8 * lane + 7, 8 * lane)).to_uchar());
    }
    if (beat.last == 0) continue;
    frames_out.push_back(frame_);
    frame_.clear();
  }
}

void NetBench::Clock() {
  ++clock;
  setup_source_.Offer();
  address_source_.Offer();
  segment_source_.Offer();
  mac_source_.Offer();
  read_sink_.Open();
  used_sink_.Open();
  faulted_sink_.Open();
  event_sink_.Open();
  mac_sink_.Open();
  writes.Open(streams_.write_out);
  engine_->Step(streams_);
  reads.Step(streams_.read_out, streams_.line_in);
  writes.Step(streams_.write_out, streams_.ack_in);
  used_sink_.Collect(clock);
  faulted_sink_.Collect(clock);
  if (event_sink_.Collect(clock) == 1) {
    const NetEvent& event = event_sink_.tokens.back();
    if (event.is_transmit == 0) bytes_heard_of_ += event.bytes.to_uint();
  }
  TakeFromWire();
}

void NetBench::Settle() {
  const auto moves = [this] {
    return used().size() + faulted().size() + events().size() + mac_sink_.tokens.size() +
           reads.requests_taken() + writes.lines_taken + writes.acks_given;
  };
  for (unsigned quiet = 0; quiet < 400 && !testing::Test::HasFatalFailure();) {
    const size_t before = moves();
    Clock();
    const bool is_done = setup_source_.is_done() && address_source_.is_done() &&
                         segment_source_.is_done() && mac_source_.is_done() && reads.is_done() &&
                         writes.is_done();
    quiet = is_done && moves() == before ? quiet + 1 : 0;
  }
}

size_t NetBench::count(spec::Reason reason) const {
  return static_cast<size_t>(
      std::count_if(events().begin(), events().end(),
                    [reason](const NetEvent& event) { return event.reason == reason; }));
}

size_t NetBench::gaps_out() const {
  size_t gaps = 0;
  for (size_t i = 1; i < mac_sink_.tokens.size(); ++i) {
    if (mac_sink_.tokens[i - 1].last == 1) continue;
    gaps += mac_sink_.clocks[i] - mac_sink_.clocks[i - 1] - 1;
  }
  return gaps;
}

}  // namespace vireo::test
