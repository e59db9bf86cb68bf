// SPDX-License-Identifier: Apache-2.0
// The completer: requests of the host become accesses to DWords, replies become completions.
// AMD PG213, "512-bit Completer Interface"; the arithmetic of byte enables is that of sim/pcie.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "hw/pcie/completer_in.h"
#include "hw/pcie/completer_out.h"
#include "sim/harness/random.h"
#include "sim/pcie/tlp.h"
#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

using pcie4c::RequestType;
using pcie4c::Status;
using Words = std::vector<uint32_t>;

struct Request {
  RequestType type = RequestType::kMemoryRead;
  unsigned function = 0;
  uint64_t address = 0;
  unsigned dwords = 1;
  unsigned first_be = 15;
  unsigned last_be = 0;
  unsigned bar = 0;
  bool discontinue = false;
  Words payload = {};
};

struct Answer {
  pcie4c::CcDescriptor head;
  Words words;  // all, the descriptor's three first
  std::vector<pcie4c::CcBeat> beats;
};

// Both ends, and registers that read as a function of their place.
class Completer {
 public:
  explicit Completer(uint8_t fill = 0xA5) : in_(fill), out_(fill) { Run(kFunctions); }

  static uint32_t ValueOf(uint32_t dword) { return 0x9E37'79B9u * (dword + 1); }

  void SetMemorySpace(int function, bool on) {
    pcie4c::FunctionState state;
    state.function = function;
    state.memory_space = on;
    states.write(state);
    Run(2);
  }

  void Run(int clocks = 1) {
    for (int i = 0; i < clocks; ++i) {
      in_->Step(cq, states, accesses_, heads_, counts);
      if (!accesses_.empty()) {
        const RegisterAccess access = accesses_.read();
        if (access.write == 1) {
          writes.push_back(access);
        } else {
          reads.push_back(access);
          replies_.write(ValueOf(access.dword.to_uint()));
        }
      }
      out_->Step(heads_, replies_, cc);
      if (!cc.empty()) Take(cc.read());
    }
  }

  void Send(const Request& request) {
    pcie4c::CqDescriptor head;
    head.address = request.address >> 2;
    head.dword_count = request.dwords;
    head.request_type = static_cast<unsigned>(request.type);
    head.requester_id = 0xabcd;
    head.tag = 0x5a;
    head.target_function = request.function;
    head.bar_id = request.bar;
    head.traffic_class = 5;
    head.attributes = 6;
    last_head = pcie4c::Pack(head);
    pcie4c::CqUser user;
    user.first_be = request.first_be;
    user.last_be = request.last_be;
    user.is_sop = 1;
    user.discontinue = request.discontinue;
    user.tph_present = 1;
    user.tph_type = 2;
    user.tph_tag = 0x77;
    Words words;
    for (int i = 0; i < 4; ++i) words.push_back(last_head.range(32 * i + 31, 32 * i).to_uint());
    words.insert(words.end(), request.payload.begin(), request.payload.end());
    for (size_t at = 0; at < words.size(); at += pcie4c::kBeatDwords) {
      pcie4c::CqBeat beat = {};
      for (size_t i = 0; i < pcie4c::kBeatDwords && at + i < words.size(); ++i) {
        const int low = static_cast<int>(32 * i);
        beat.data.range(low + 31, low) = words[at + i];
      }
      beat.last = at + pcie4c::kBeatDwords >= words.size();
      beat.user = pcie4c::Pack(user);
      user = {};
      cq.write(beat);
    }
  }

  ap_uint<128> last_head;
  std::vector<RegisterAccess> reads;
  std::vector<RegisterAccess> writes;
  std::vector<Answer> answers;
  hls::stream<pcie4c::CqBeat> cq;
  hls::stream<pcie4c::FunctionState> states;
  hls::stream<pcie4c::CcBeat> cc;
  hls::stream<ReasonEvent> counts;

 private:
  void Take(const pcie4c::CcBeat& beat) {
    for (int i = 0; i < pcie4c::kBeatDwords; ++i) {
      const ap_uint<4> keep = beat.keep.range(4 * i + 3, 4 * i);
      EXPECT_TRUE(keep == 0 || keep == 15) << "a DWord is kept as a whole";
      if (keep == 15) open_.words.push_back(beat.data.range(32 * i + 31, 32 * i).to_uint());
    }
    open_.beats.push_back(beat);
    if (beat.last == 0) return;
    ap_uint<96> bits = 0;
    for (int i = 0; i < 3; ++i) {
      bits.range(32 * i + 31, 32 * i) = open_.words.at(static_cast<size_t>(i));
    }
    open_.head = pcie4c::Unpack<pcie4c::CcDescriptor>(bits);
    answers.push_back(open_);
    open_ = {};
  }

  test::PoweredOn<CompleterIn> in_;
  test::PoweredOn<CompleterOut> out_;
  Answer open_ = {};  // of which beats are to come
  hls::stream<RegisterAccess> accesses_;
  hls::stream<CompletionHead> heads_;
  hls::stream<RegisterReply> replies_;
};

// What the standard says of a request.
sim::pcie::TlpHeader TlpOf(const Request& request) {
  sim::pcie::TlpHeader tlp;
  tlp.address = request.address;
  tlp.dwords = static_cast<uint16_t>(request.dwords);
  tlp.first_be = static_cast<uint8_t>(request.first_be);
  tlp.last_be = static_cast<uint8_t>(request.last_be);
  return tlp;
}

class CompleterTest : public testing::Test {
 protected:
  CompleterTest() { completer.SetMemorySpace(0, true); }

  const Answer& Ask(const Request& request) {
    completer.answers.clear();
    completer.Send(request);
    completer.Run(60);
    EXPECT_EQ(completer.answers.size(), 1u);
    static const Answer kNone = {{}, Words(16), {}};
    return completer.answers.empty() ? kNone : completer.answers.front();
  }

  Completer completer;
};

TEST_F(CompleterTest, AnswersReadsOfEveryLengthAndByteEnable) {
  sim::Random random(test::FirstSeed(), "reads");
  for (unsigned dwords = 1; dwords <= kMaxAccessDwords; ++dwords) {
    for (unsigned first_be = 0; first_be < 16; ++first_be) {
      for (unsigned last_be = 0; last_be < 16; ++last_be) {
        if ((dwords == 1) != (last_be == 0) || (dwords > 1 && first_be == 0)) continue;
        Request request;
        request.address = 0x12'3456'0000 + 4 * random.Below(1000);
        request.dwords = dwords;
        request.first_be = first_be;
        request.last_be = last_be;
        const sim::pcie::TlpHeader tlp = TlpOf(request);
        completer.reads.clear();
        const Answer& answer = Ask(request);
        SCOPED_TRACE(testing::Message() << dwords << " " << first_be << " " << last_be);
        EXPECT_EQ(answer.head.status, unsigned(Status::kSuccess));
        EXPECT_EQ(answer.head.byte_count, sim::pcie::ByteCount(tlp));
        EXPECT_EQ(answer.head.lower_address, sim::pcie::FirstByte(tlp) & 0x7f);
        EXPECT_EQ(answer.head.dword_count, dwords);
        EXPECT_EQ(answer.head.requester_id, 0xabcdu);
        EXPECT_EQ(answer.head.tag, 0x5au);
        EXPECT_EQ(answer.head.traffic_class, 5u);
        EXPECT_EQ(answer.head.attributes, 6u);
        ASSERT_EQ(answer.words.size(), 3 + dwords);
        ASSERT_EQ(completer.reads.size(), dwords);
        const uint32_t place = static_cast<uint32_t>(request.address / 4) & 0x7'ffff;
        for (unsigned i = 0; i < dwords; ++i) {
          EXPECT_EQ(answer.words[3 + i], Completer::ValueOf(place + i));
          const unsigned expected = i == 0 ? first_be : i + 1 == dwords ? last_be : 15;
          EXPECT_EQ(completer.reads[i].byte_enables, expected);
        }
      }
    }
  }
}

TEST_F(CompleterTest, MarksBeginAndEndOfItsPackets) {
  for (const unsigned dwords : {1u, 12u, 13u, 14u, 16u}) {
    Request request;
    request.dwords = dwords;
    request.last_be = dwords == 1 ? 0 : 15;
    const Answer& answer = Ask(request);
    ASSERT_EQ(answer.beats.size(), dwords > 13 ? 2u : 1u);
    for (size_t i = 0; i < answer.beats.size(); ++i) {
      const auto user = pcie4c::Unpack<pcie4c::CcUser>(answer.beats[i].user);
      const bool is_last = i + 1 == answer.beats.size();
      EXPECT_EQ(user.is_sop, i == 0);
      EXPECT_EQ(user.is_eop, is_last);
      if (is_last) EXPECT_EQ(user.eop0, (3 + dwords - 1) % 16);
      EXPECT_EQ(user.discontinue, 0u);
    }
  }
}

TEST_F(CompleterTest, TakesWritesOfEveryLength) {
  for (unsigned dwords = 1; dwords <= kMaxAccessDwords; ++dwords) {
    Request request;
    request.type = RequestType::kMemoryWrite;
    request.address = 0x8000;
    request.dwords = dwords;
    request.first_be = 12;
    request.last_be = dwords == 1 ? 0 : 7;
    for (unsigned i = 0; i < dwords; ++i) request.payload.push_back(100 * dwords + i);
    completer.writes.clear();
    completer.Send(request);
    completer.Send(request);
    completer.Run(40);
    ASSERT_EQ(completer.writes.size(), 2 * dwords);
    for (unsigned i = 0; i < 2 * dwords; ++i) {
      const unsigned at = i % dwords;
      EXPECT_EQ(completer.writes[i].dword, 0x2000 + at);
      EXPECT_EQ(completer.writes[i].data, 100 * dwords + at);
      EXPECT_EQ(completer.writes[i].byte_enables, at == 0 ? 12u : at + 1 == dwords ? 7u : 15u);
    }
  }
  EXPECT_TRUE(completer.answers.empty()) << "writes are posted";
}

TEST_F(CompleterTest, TakesAWriteOfOneDwordInEveryClock) {
  Request request;
  request.type = RequestType::kMemoryWrite;
  request.payload = {1};
  for (int i = 0; i < 100; ++i) completer.Send(request);
  completer.Run(100);
  EXPECT_EQ(completer.writes.size(), 100u);
}

void ExpectRefused(const Completer& completer, const Answer& answer) {
  EXPECT_EQ(answer.head.status, unsigned(Status::kUnsupportedRequest));
  EXPECT_EQ(answer.head.dword_count, 0u);
  EXPECT_EQ(answer.head.tag, 0x5au);
  ASSERT_EQ(answer.words.size(), 8u) << "with what the error log needs";
  EXPECT_EQ(answer.words[3] & 0xff, 0x0fu) << "byte enables";
  EXPECT_EQ(answer.words[3] >> 8, 0x77'05u) << "processing hints";
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(answer.words[size_t(4 + i)],
              completer.last_head.range(32 * i + 31, 32 * i).to_uint());
  }
}

TEST_F(CompleterTest, RefusesWhatItDoesNotKnow) {
  std::vector<Request> requests;
  for (const unsigned dwords : {kMaxAccessDwords + 1u, 32u, 1024u}) {
    requests.push_back({.dwords = dwords});
  }
  for (const unsigned bar : {1u, 2u, 6u}) requests.push_back({.bar = bar});
  for (const unsigned function : {1u, 3u, unsigned(kFunctions), 255u}) {
    requests.push_back({.function = function});
  }
  for (const RequestType type : {RequestType::kIoRead, RequestType::kLockedRead}) {
    requests.push_back({.type = type});
  }
  for (const RequestType type : {RequestType::kIoWrite, RequestType::kFetchAdd, RequestType::kSwap,
                                 RequestType::kCompareSwap}) {
    requests.push_back({.type = type, .payload = {1}});
  }
  for (const Request& request : requests) {
    ExpectRefused(completer, Ask(request));
    ASSERT_EQ(completer.counts.size(), request.function < kFunctions ? 1u : 0u);
    if (completer.counts.empty()) continue;
    const ReasonEvent count = completer.counts.read();
    EXPECT_EQ(count.function, request.function);
    EXPECT_EQ(count.reason, spec::Reason::kRegisterAccess);
  }
  EXPECT_TRUE(completer.reads.empty());
  EXPECT_TRUE(completer.writes.empty());
}

TEST_F(CompleterTest, DropsPostedRequestsThatItDoesNotKnow) {
  const Words long_payload(64, 7);
  const Words two_beats(14, 7);
  const Request requests[] = {
      {.type = RequestType::kMemoryWrite, .dwords = 64, .payload = long_payload},
      {.type = RequestType::kMemoryWrite, .function = 1, .dwords = 14, .payload = two_beats},
      {.type = RequestType::kMemoryWrite, .bar = 2, .payload = {1}},
      {.type = RequestType::kMemoryWrite, .discontinue = true, .payload = {1}},
      {.type = RequestType::kMessage, .dwords = 0},
      {.type = RequestType::kVendorMessage, .dwords = 16, .payload = Words(16, 1)},
  };
  for (const Request& request : requests) {
    completer.answers.clear();
    completer.Send(request);
    completer.Run(20);
    EXPECT_TRUE(completer.writes.empty());
    EXPECT_TRUE(completer.answers.empty());
    Ask({});  // what follows is understood
  }
}

TEST_F(CompleterTest, FollowsMemorySpace) {
  completer.SetMemorySpace(1, true);
  EXPECT_EQ(Ask({.function = 1}).head.status, unsigned(Status::kSuccess));
  completer.SetMemorySpace(1, false);
  ExpectRefused(completer, Ask({.function = 1}));
  EXPECT_EQ(Ask({.function = 0}).head.status, unsigned(Status::kSuccess));
}

TEST_F(CompleterTest, KeepsTheOrderOfRequestsUnderBackPressure) {
  sim::Random random(test::FirstSeed(), "back pressure");
  std::vector<uint32_t> expected;
  for (int i = 0; i < 200; ++i) {
    Request request;
    request.dwords = 1 + static_cast<unsigned>(random.Below(kMaxAccessDwords));
    request.last_be = request.dwords == 1 ? 0 : 15;
    request.bar = random.Percent(20);
    request.address = 4 * random.Below(10000);
    completer.Send(request);
    expected.push_back(request.bar != 0 ? 0 : Completer::ValueOf(uint32_t(request.address / 4)));
  }
  for (int clock = 0; clock < 20000 && completer.answers.size() < expected.size(); ++clock) {
    completer.cc.set_capacity(random.Percent(50) ? 1 : 0);
    completer.Run();
  }
  ASSERT_EQ(completer.answers.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const Answer& answer = completer.answers[i];
    if (expected[i] == 0) {
      EXPECT_EQ(answer.head.status, unsigned(Status::kUnsupportedRequest));
    } else {
      EXPECT_EQ(answer.words[3], expected[i]);
    }
  }
}

}  // namespace
}  // namespace vireo
