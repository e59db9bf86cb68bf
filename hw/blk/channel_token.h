// SPDX-License-Identifier: Apache-2.0
// What travels inside the backend channel. hw/spec/backend_ring.h has what lies in its rings.
//
// A request's tag is its command's slot, so there is one for each, and functions share tags as they
// share slots.
#ifndef VIREO_HW_BLK_CHANNEL_TOKEN_H_
#define VIREO_HW_BLK_CHANNEL_TOKEN_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/blk/align.h"
#include "hw/blk/token.h"
#include "hw/spec/backend_ring.h"

namespace vireo {

inline constexpr int kLogSlotBytes = BitsFor(kMoveBytes);  // of a data slot: a move fits in
static_assert(kBlockCommands <= spec::kBackendRingMax);

// What the service is to do, and where the command's cursor stands behind it.
struct BlkAsk {
  BlkOp op;  // kIn, kOut or kFlush
  BlkMove move;
  BlkCursor next;  // unless the move is the last
};

// From the service's registers: a new setup, or how many completions it has written.
struct ChannelCommand {
  ap_uint<1> is_doorbell;
  ap_uint<32> produced;
  ap_uint<1> enable;  // this and the following: of a setup
  ap_uint<32> generation;
  Iova request_base;
  Iova completion_base;
  Iova data_base;
  ap_uint<32> patience;  // clocks, 0 for ever
};

enum class ChannelOutcome : uint8_t { kDone, kFailed, kUnread };

// Ends a request, whoever did.
struct ChannelAnswer {
  BlkSlot slot;
  ChannelOutcome outcome;
  Iova data;  // the data slot
};

// A read of the service's memory: of a data slot, or of a completion.
struct ChannelFetch {
  Iova address;
  MoveLineCount lines;    // of data
  BlkSlot slot;           // of data
  ap_uint<1> resumes;     // the command goes on when the data has come
  ap_uint<8> generation;  // of a completion, when it was asked for
};

struct ChannelContext {
  ap_uint<1> is_entry;
  BlkSlot slot;
  ap_uint<1> resumes;     // with the last line of the request
  ap_uint<8> generation;  // of an entry
};

// A completion as the service wrote it.
struct ChannelEntry {
  ap_uint<16> tag;
  ap_uint<8> status;
  ap_uint<32> generation;
  ap_uint<8> asked;  // low bits of the generation in which it was asked for
  ap_uint<1> error;  // it could not be read
};

// What the registers show.
enum class ChannelChange : uint8_t { kRunning, kStopped, kFailed, kConsumed };

}  // namespace vireo

#endif  // VIREO_HW_BLK_CHANNEL_TOKEN_H_
