// SPDX-License-Identifier: Apache-2.0
// What travels inside the block engine, and its sizes. VIRTIO 1.4, 5.2 "Block Device".
//
// A chain gets a slot of the command table when it comes in, and keeps it until it is used. Its
// data is moved piece by piece: a move lies in one segment and in one 4 KiB block of the disk, and
// needs nothing from the moves before it.
#ifndef VIREO_HW_BLK_TOKEN_H_
#define VIREO_HW_BLK_TOKEN_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/pcie/token.h"
#include "hw/primitives/bits/bits.h"
#include "hw/spec/reason.h"
#include "hw/spec/size.h"
#include "hw/spec/virtio_blk.h"
#include "hw/virtqueue/token.h"

namespace vireo {

inline constexpr int kBlkHeader = sizeof(spec::virtio_blk_req);
inline constexpr int kMoveBytes = 4096;  // at most; no move crosses a multiple of it in the disk
inline constexpr int kSectorBits = 40;   // a disk has less than 2^40 sectors
inline constexpr int kLogSectorBytes = 9;
static_assert(spec::kSectorBytes == 1 << kLogSectorBytes);
static_assert(IsPowerOfTwo(kBlockCommands) && IsPowerOfTwo(kMaxSegments));

using BlkSlot = ap_uint<BitsFor(kBlockCommands)>;
using SegmentPlace = ap_uint<BitsFor(kMaxSegments)>;  // of a chain's data
using SectorIndex = ap_uint<kSectorBits>;
using MoveBytes = ap_uint<BitsFor(kMoveBytes + 1)>;

// Who does a disk's reads and writes.
enum class BlkBackend : uint8_t {
  kCardMemory,
  kChannel,  // a host service, through the rings of the management function
};

// A function's disk. The one that is there from reset on: InitialDisk in check.h.
struct BlkConfig {
  FunctionIndex function;
  BlkBackend backend;
  ap_uint<1> read_only;
  SectorIndex sectors;
  Iova base;  // in card memory, a multiple of 4 KiB
};

// Whose a chain is.
struct BlkOwner {
  QueueIndex queue;
  FunctionIndex function;
};

// A Segment, and what its queue's setup said.
struct BlkSegment {
  BlkOwner owner;
  ap_uint<1> is_stop;
  ap_uint<16> head;
  Iova address;
  ap_uint<32> length;
  ap_uint<1> writable;
  ap_uint<1> last;
};

// A piece of guest memory that a chain's data lies in, or goes to: without header, with status.
struct BlkBuffer {
  Iova address;
  ap_uint<32> length;
};

enum class BlkRead : uint8_t {
  kHeader,
  kStop,  // no chain: the queue's last
  kVoid,  // a chain that has no status byte, or whose queue had one of those
  kData,  // of a move
};

// Comes back with what was read. Of a header it is right in the unit's last line.
struct BlkContext {
  BlkRead kind;
  BlkSlot slot;
  BlkOwner owner;
  ap_uint<16> head;
  spec::Reason reason;    // what is wrong with the chain
  Iova address;           // of the status byte; with kData in card memory
  ap_uint<32> readable;   // bytes behind the header; with kData those of the move
  ap_uint<32> writable;   // bytes before the status byte
  ap_uint<1> last;        // with kData: the command's last move
  ap_uint<1> to_channel;  // with kData: where it goes
};

// What is read for a chain's beginning.
struct BlkHeader {
  BlkContext context;
  ap_uint<8 * kBlkHeader> bytes;
  ap_uint<1> error;
};

enum class BlkOp : uint8_t {
  kIn,
  kOut,
  kFlush,
  kGetId,
  kRefused,  // its status says what is wrong with it
  kStop,     // the queue's last
  kVoid,     // nothing but its slot to be freed
};

// A chain of which everything is known.
struct BlkCommand {
  BlkSlot slot;
  BlkOwner owner;
  ap_uint<16> head;
  BlkOp op;
  spec::Reason reason;
  ap_uint<8> status;  // with kRefused
  Iova status_address;
  SectorIndex first;      // of kIn and kOut, also the next two
  SectorIndex end;        // behind the last sector
  Iova address;           // in card memory, or in the channel's disk
  ap_uint<32> bytes;      // to be moved
  ap_uint<1> to_channel;  // the backend
};

// Where a command's moves have come to.
struct BlkCursor {
  BlkSlot slot;
  BlkOwner owner;
  BlkOp op;
  SegmentPlace place;
  ap_uint<32> offset;     // in the segment
  ap_uint<32> left;       // bytes
  Iova address;           // in card memory, or in the channel's disk
  ap_uint<1> to_channel;  // the backend
};

struct BlkMove {
  BlkSlot slot;
  BlkOwner owner;
  ap_uint<1> is_id;  // the data is the device's name, not of the disk
  ap_uint<1> last;   // of the command
  Iova guest;
  Iova card;  // in card memory, or in the channel's disk
  MoveBytes bytes;
  ap_uint<1> to_channel;  // the backend
};

// A move is through, or with `last` all of the command's data.
struct BlkDone {
  BlkSlot slot;
  ap_uint<1> unread;  // guest memory could not be read
  ap_uint<1> failed;  // the backend did not do it
  ap_uint<1> last;
};

// How a command ends: its status byte, and then its chain goes back.
struct BlkStatus {
  BlkSlot slot;
  BlkOwner owner;
  ap_uint<16> head;
  BlkOp op;
  spec::Reason reason;
  ap_uint<8> status;
  Iova address;
  ap_uint<32> bytes;  // that were moved, or tried to
};

// A request has ended, for the counters.
struct BlkEvent {
  spec::Reason reason;  // kNone: well
  BlkOp op;
  BlkOwner owner;
  ap_uint<32> bytes;
};

// A line of data on its way, from the guest or from the disk.
struct BlkLine {
  Line data;
  ap_uint<1> error;  // it is none
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_TOKEN_H_
