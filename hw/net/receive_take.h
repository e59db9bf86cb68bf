// SPDX-License-Identifier: Apache-2.0
// Keeps the receive buffers that drivers have posted, and takes them for frames, queue by queue.
// VIRTIO 1.4, 5.1.9.4 "Processing of Incoming Packets".
#ifndef VIREO_HW_NET_RECEIVE_TAKE_H_
#define VIREO_HW_NET_RECEIVE_TAKE_H_

#include <hls_stream.h>

#include <cassert>

#include "hw/net/receive_collect.h"
#include "hw/net/receive_steer.h"
#include "hw/net/token.h"

namespace vireo {

enum class ReceiveTakeKind : uint8_t {
  kOnly,   // the frame fits into this chain
  kFirst,  // it may not; the first of those that are tried
  kMore,   // another one
  kEnd,    // there are no more
  kDrop,   // nothing is there for the frame
  kStop,   // of the queue, behind its last frame
};
struct ReceiveTaken {
  ReceiveTakeKind kind;
  spec::Reason reason;  // with kEnd and kDrop
  SteeredFrame frame;   // with kStop its queue alone
  ReceiveChain chain;   // with the first three
};

// How many chains a frame took that was tried on several; 0 if it was dropped.
using ReceiveTries = ap_uint<BitsFor(kReceiveWindow + 1)>;

// A ring of kReceiveWindow chains for each queue; the credits of the rings keep it from being
// overrun.
//
// What chains hold is known only when they are read, some clocks later. So a frame that fits into
// the smallest chain of its queue takes one unseen, in two clocks. Any other is tried on
// the chains one after another, until ReceiveGather answers how many it took.
class ReceiveTake {
 public:
  void Step(hls::stream<ReceivePost>& post_in, hls::stream<SteeredFrame>& frame_in,
            hls::stream<ReceiveTries>& answer_in, hls::stream<ReceiveTaken>& taken_out,
            hls::stream<ReceiveLive>& live_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = chains_ type = ram_2p impl = uram latency = 3
#pragma HLS BIND_STORAGE variable = oldest_ type = ram_1wnr impl = lutram
#pragma HLS BIND_STORAGE variable = next_ type = ram_1wnr impl = lutram
#pragma HLS BIND_STORAGE variable = smallest_ type = ram_1wnr impl = lutram
#pragma HLS BIND_STORAGE variable = mergeable_ type = ram_1wnr impl = lutram
    const Bit has_room = !taken_out.full();

    // The state of the frame's queue, read in the frame's first clock.
    const QueueIndex queue = frame_.queue;
    const Position oldest = oldest_[queue];
    const Position end = next_[queue];
    const Bit fits = frame_.bytes <= smallest_[queue];
    const Bit is_mergeable = mergeable_[queue];
    const ReceiveChain chain = chains_[At(queue, tried_)];

    // What is posted. A change of the queue waits until no frame is in the middle of its chains.
    const QueueIndex posted = post_.owner.queue;
    const Bit is_chain = post_.kind == ReceivePostKind::kChain;
    const Bit has_live_room = !live_out.full();
    const Bit adds = has_post_ & is_chain;
    const Bit changes = has_post_ & ~is_chain & ~has_looked_ & has_room & has_live_room;
    const Bit is_done = adds | changes;
    const Position free = next_[posted];
    const NetBytes capacity = post_.chain.capacity;
    const Bit is_smaller = ~is_chain | (capacity < smallest_[posted]);
    if (is_done == 1) next_[posted] = adds == 1 ? Position(free + 1) : Position(0);
    if ((is_done & is_smaller) == 1) smallest_[posted] = adds == 1 ? capacity : NetBytes(-1);
    if (changes == 1) mergeable_[posted] = post_.owner.mergeable;
    if (adds == 1) chains_[At(posted, free)] = post_.chain;

    // What becomes of the frame.
    const Bit is_found = frame_.has_queue & has_chain_;
    const Bit acts = has_looked_ & ~is_trying_ & has_room;
    const Bit drops = acts & ~is_found;
    const Bit takes_one = acts & is_found & fits_;
    const Bit begins = acts & is_found & ~fits_;
    const Bit may_try = has_chain_ & (is_first_ | is_mergeable_);
    const Bit arrives = !answer_in.empty();
    const Bit is_answered = is_trying_ & arrives;
    ReceiveTries answer = 0;
    if (is_trying_ == 1 && !answer_in.empty()) answer = answer_in.read();
    const Bit tries = is_trying_ & ~is_answered & ~has_tried_all_ & has_room;

    ReceiveTaken taken;
    taken.frame = frame_;
    taken.reason = spec::Reason::kDropBuffersShort;
    const Bit may_have_more = ~is_trying_ | is_mergeable_;
    if ((~has_chain_ & may_have_more) == 1) taken.reason = spec::Reason::kDropNoBuffer;
    if (frame_.has_queue == 0) taken.reason = spec::Reason::kDropNotRunning;
    taken.kind = is_found == 1 ? ReceiveTakeKind::kOnly : ReceiveTakeKind::kDrop;
    if (is_trying_ == 1) {
      taken.kind = is_first_ == 1 ? ReceiveTakeKind::kFirst : ReceiveTakeKind::kMore;
      if (may_try == 0) taken.kind = ReceiveTakeKind::kEnd;
    }
    if (changes == 1) {
      taken.frame.queue = posted;
      taken.kind = ReceiveTakeKind::kStop;
    }
    const Bit gives_chain = takes_one | (tries & may_try);
    taken.chain = gives_chain == 1 ? chain : ReceiveChain{};
    const Bit stops = changes & (post_.kind == ReceivePostKind::kStop);
    const Bit gives = stops | drops | takes_one | tries;
    if (gives == 1 && !taken_out.full()) taken_out.write(taken);
    ReceiveLive live;
    live.owner = post_.owner;
    live.is_live = post_.kind == ReceivePostKind::kSetup;
    if (changes == 1 && !live_out.full()) live_out.write(live);

    // Where the frame stands in its queue's ring.
    const Bit looks = has_frame_ & ~has_looked_ & ~changes;
    const Bit ends = drops | takes_one | is_answered;
    const Position behind = tried_ + 1;
    const Position taken_up = takes_one == 1 ? behind : Position(first_ + answer);
    if ((changes | takes_one | is_answered) == 1) {
      oldest_[changes == 1 ? posted : queue] = changes == 1 ? Position(0) : taken_up;
    }
    if (looks == 1) {
      first_ = oldest;
      tried_ = oldest;
      end_ = end;
      has_chain_ = oldest != end;
      fits_ = fits;
      is_mergeable_ = is_mergeable;
      is_first_ = 1;
      has_tried_all_ = 0;
    } else if (tries == 1) {
      tried_ = behind;
      has_chain_ = behind != end_;
      is_first_ = 0;
      has_tried_all_ = ~may_try;
    }
    has_looked_ = looks | (has_looked_ & ~ends);
    is_trying_ = begins | (is_trying_ & ~is_answered);

    const Bit takes_frame = ~has_frame_ | ends;
    if (takes_frame == 1) has_frame_ = !frame_in.empty();
    if (takes_frame == 1 && !frame_in.empty()) frame_ = frame_in.read();
    const Bit takes_post = ~has_post_ | is_done;
    if (takes_post == 1) has_post_ = !post_in.empty();
    if (takes_post == 1 && !post_in.empty()) post_ = post_in.read();
  }

 private:
  using Bit = ap_uint<1>;
  using Position = ap_uint<BitsFor(kReceiveWindow) + 1>;  // modulo twice the ring
  using Address = ap_uint<BitsFor(kQueues) + BitsFor(kReceiveWindow)>;
  static_assert(IsPowerOfTwo(kReceiveWindow), "a queue's ring is a power of two of chains");

  static Address At(const QueueIndex& queue, const Position& position) {
    const ap_uint<BitsFor(kReceiveWindow)> slot = position;
    return queue.concat(slot);
  }

  ReceiveChain chains_[kQueues * kReceiveWindow];  // by queue and position
  Position oldest_[kQueues];                       // of a queue's chains
  Position next_[kQueues];                         // behind its newest one
  NetBytes smallest_[kQueues];                     // no chain of the queue holds less
  ap_uint<1> mergeable_[kQueues];                  // a frame of the queue may take several chains

  ReceivePost post_ = {};  // posted next
  Bit has_post_ = 0;

  SteeredFrame frame_ = {};  // the frame that is served
  Bit has_frame_ = 0;
  Bit has_looked_ = 0;     // what follows is of its queue
  Position first_ = 0;     // its oldest chain
  Position tried_ = 0;     // the chain that is looked at
  Position end_ = 0;       // behind its newest one
  Bit has_chain_ = 0;      // tried_ is not end_
  Bit fits_ = 0;           // the frame fits into any of its chains
  Bit is_mergeable_ = 0;   // the frame may take several
  Bit is_trying_ = 0;      // on one chain after another
  Bit is_first_ = 0;       // none has been tried
  Bit has_tried_all_ = 0;  // kEnd has been sent
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_TAKE_H_
