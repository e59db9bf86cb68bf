// SPDX-License-Identifier: Apache-2.0
// The host's side of requester requests and completions.
#include "tests/hw/pcie/host.h"

#include <algorithm>
#include <bit>

namespace vireo::test {

namespace {

using pcie4c::RcBeat;
using pcie4c::RqBeat;

constexpr unsigned kLanes = 16;

uint32_t LaneOf(const ap_uint<512>& data, unsigned lane) {
  return static_cast<uint32_t>(
      ap_uint<32>(data.range(static_cast<int>(32 * lane + 31), static_cast<int>(32 * lane)))
          .to_uint());
}

}  // namespace

std::optional<HostRequest> RequestReader::Take(const RqBeat& beat) {
  unsigned lanes = 0;
  while (lanes < kLanes && beat.keep[static_cast<int>(4 * lanes)]) ++lanes;
  EXPECT_GT(lanes, 0u);
  EXPECT_EQ(beat.keep, pcie4c::SpreadKeep(ap_uint<16>((1u << lanes) - 1)));
  EXPECT_TRUE(beat.last == 1 || lanes == kLanes) << "a beat with a hole";
  const auto user = pcie4c::Unpack<pcie4c::RqUser>(beat.user);
  EXPECT_EQ(user.is_sop, ap_uint<2>(dwords_.empty() ? 1 : 0));
  EXPECT_EQ(user.is_eop, ap_uint<2>(beat.last));
  if (beat.last == 1) EXPECT_EQ(user.eop0, ap_uint<4>(lanes - 1));
  if (dwords_.empty()) user_ = user;
  for (unsigned i = 0; i < lanes; ++i) dwords_.push_back(LaneOf(beat.data, i));
  if (beat.last == 0) return std::nullopt;

  ap_uint<128> bits;
  for (int i = 0; i < 4; ++i) bits.range(32 * i + 31, 32 * i) = dwords_[static_cast<size_t>(i)];
  const auto descriptor = pcie4c::Unpack<pcie4c::RqDescriptor>(bits);
  HostRequest request;
  request.is_write = descriptor.request_type == 1;
  EXPECT_LE(descriptor.request_type.to_uint(), 1u);
  request.tag = descriptor.tag.to_uint();
  request.function = descriptor.function.to_uint();
  request.payload.assign(dwords_.begin() + 4, dwords_.end());
  dwords_.clear();

  const unsigned dwords = descriptor.dword_count.to_uint();
  const uint64_t first = descriptor.address.to_uint64() << 2;
  const uint64_t last = first + 4 * (uint64_t{dwords} - 1);
  EXPECT_GE(dwords, 1u);
  EXPECT_EQ(request.payload.size(), request.is_write ? dwords : 0);
  const uint64_t block = request.is_write ? 256 : 512;
  EXPECT_EQ(first / block, last / block) << "crosses a block of " << block;

  // The enabled bytes are a run: up to the top of the first DWord, from the bottom of the last.
  const unsigned first_be = ap_uint<4>(user_.first_be.range(3, 0)).to_uint();
  const unsigned last_be = ap_uint<4>(user_.last_be.range(3, 0)).to_uint();
  EXPECT_NE(first_be, 0u);
  if (dwords == 1) {
    EXPECT_EQ(last_be, 0u);
    const unsigned run = first_be >> std::countr_zero(first_be);
    EXPECT_EQ(run & (run + 1), 0u) << "bytes with a hole";
  } else {
    EXPECT_EQ((0xf << std::countr_zero(first_be)) & 0xf, static_cast<int>(first_be));
    EXPECT_NE(last_be, 0u);
    EXPECT_EQ(last_be & (last_be + 1), 0u);
  }
  const unsigned end_be = dwords == 1 ? first_be : last_be;
  request.address = first + static_cast<unsigned>(std::countr_zero(first_be));
  request.end = last + static_cast<unsigned>(std::bit_width(end_be));
  return request;
}

std::vector<RcBeat> BeatsOf(const Completion& completion) {
  pcie4c::RcDescriptor descriptor;
  descriptor.lower_address = static_cast<unsigned>(completion.address & 0xfff);
  descriptor.error_code = static_cast<unsigned>(completion.error);
  descriptor.byte_count = completion.byte_count;
  descriptor.request_completed = completion.completes;
  descriptor.dword_count = static_cast<unsigned>(completion.payload.size());
  descriptor.status = completion.error == pcie4c::ErrorCode::kBadStatus ? 1 : 0;
  descriptor.tag = completion.tag;
  const ap_uint<96> bits = pcie4c::Pack(descriptor);
  std::vector<uint32_t> dwords;
  for (int i = 0; i < 3; ++i) {
    dwords.push_back(static_cast<uint32_t>(ap_uint<32>(bits.range(32 * i + 31, 32 * i)).to_uint()));
  }
  dwords.insert(dwords.end(), completion.payload.begin(), completion.payload.end());

  std::vector<RcBeat> beats;
  for (size_t at = 0; at < dwords.size(); at += kLanes) {
    const size_t lanes = std::min<size_t>(kLanes, dwords.size() - at);
    RcBeat beat;
    beat.data = 0;
    for (size_t i = 0; i < lanes; ++i) {
      const int low = static_cast<int>(32 * i);
      beat.data.range(low + 31, low) = dwords[at + i];
    }
    beat.keep = pcie4c::SpreadKeep(ap_uint<16>((1u << lanes) - 1));
    beat.strb = beat.keep;
    beat.last = at + lanes == dwords.size();
    pcie4c::RcUser user;
    user.is_sop = at == 0;
    user.is_eop = beat.last;
    user.eop = beat.last == 1 ? static_cast<unsigned>(lanes - 1) : 0u;
    beat.user = pcie4c::Pack(user);
    beats.push_back(beat);
  }
  return beats;
}

void Host::Take(const RqBeat& beat, uint64_t clock) {
  const std::optional<HostRequest> request = reader_.Take(beat);
  if (!request || testing::Test::HasFailure()) return;  // an unlawful one cannot be served
  requests.push_back(*request);
  if (request->is_write) {
    for (uint64_t address = request->address; address < request->end; ++address) {
      const uint64_t at = address - request->first_dword();
      memory.Write(address, static_cast<uint8_t>(request->payload[at / 4] >> (8 * (at % 4))));
    }
    return;
  }
  EXPECT_FALSE(tags_[request->tag]) << "tag " << request->tag << " is in flight";
  tags_[request->tag] = true;
  if (options_.ignores(*request)) {
    ignored_.push_back(*request);
    return;
  }
  const uint64_t delay =
      options_.min_delay + random_.Below(options_.max_delay - options_.min_delay + 1);
  std::vector<uint8_t> bytes;
  for (uint64_t at = request->first_dword(); at < request->end + 3; ++at) {
    bytes.push_back(memory[at]);
  }
  reads_.push_back({*request, std::move(bytes), clock + delay, request->address, false});
}

std::optional<RcBeat> Host::Give(uint64_t clock) {
  if (beats_.empty()) {
    std::vector<size_t> due;
    for (size_t i = 0; i < reads_.size(); ++i) {
      if (reads_[i].due <= clock) due.push_back(i);
      if (options_.in_order) break;
    }
    if (due.empty()) return std::nullopt;
    const size_t pick = due[random_.Below(due.size())];
    Complete(reads_[pick]);
    if (reads_[pick].at >= reads_[pick].request.end) {
      reads_.erase(reads_.begin() + static_cast<ptrdiff_t>(pick));
    }
  }
  const RcBeat beat = beats_.front();
  beats_.pop_front();
  return beat;
}

void Host::Complete(Read& read) {
  const HostRequest& request = read.request;
  Completion completion;
  completion.tag = request.tag;
  completion.address = read.at;
  completion.byte_count = static_cast<unsigned>(request.end - read.at);
  uint64_t end = request.end;
  const bool refuses = options_.refuses(request);
  if (refuses && random_.Percent(30)) {
    completion.error = pcie4c::ErrorCode::kBadStatus;
  } else {
    for (uint64_t cut = (read.at / 64 + 1) * 64; cut < request.end; cut += 64) {
      if (!random_.Percent(options_.split)) continue;
      end = cut;
      break;
    }
    for (uint64_t dword = read.at & ~uint64_t{3}; dword < end; dword += 4) {
      uint32_t value = 0;
      for (unsigned i = 0; i < 4; ++i) {
        value |= uint32_t{read.bytes[dword + i - request.first_dword()]} << (8 * i);
      }
      completion.payload.push_back(value);
    }
    if (refuses && (random_.Percent(30) || (end == request.end && !read.has_failed))) {
      completion.error = pcie4c::ErrorCode::kPoisoned;
    }
  }
  read.at = end;
  read.has_failed |= completion.error != pcie4c::ErrorCode::kNone;
  completion.completes = end == request.end;
  if (completion.completes) tags_[request.tag] = false;
  const std::vector<RcBeat> beats = BeatsOf(completion);
  beats_.insert(beats_.end(), beats.begin(), beats.end());
}

void Host::TimeOut() {
  for (const HostRequest& request : ignored_) {
    Completion completion{request.tag, request.address, 0, {}, true, pcie4c::ErrorCode::kTimeout};
    tags_[request.tag] = false;
    const std::vector<RcBeat> beats = BeatsOf(completion);
    beats_.insert(beats_.end(), beats.begin(), beats.end());
  }
  ignored_.clear();
}

}  // namespace vireo::test
