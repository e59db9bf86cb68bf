// SPDX-License-Identifier: Apache-2.0
// Knows what each command is, and ends it when its data is through.
// VIRTIO 1.4, 5.2.6 "Device Operation": status.
#ifndef VIREO_HW_BLK_FINISH_H_
#define VIREO_HW_BLK_FINISH_H_

#include <hls_stream.h>

#include "hw/blk/token.h"

namespace vireo {

// A command passes through here before anything is done for it, so its note is there when it ends.
// It ends with the last BlkDone of its slot; an error in any of them makes its status.
//
// The first kBlockCommands clocks after reset clear `faults_`.
class BlkFinish {
 public:
  void Step(hls::stream<BlkCommand>& command_in, hls::stream<BlkCommand>& command_out,
            hls::stream<BlkDone>& done_in, hls::stream<BlkStatus>& status_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = notes_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = faults_ type = ram_2p impl = lutram
    const bool is_clear = cleared_[BitsFor(kBlockCommands)] == 1;
    if (!is_clear) {
      faults_[BlkSlot(cleared_)] = Faults{0, 0};
      cleared_ = cleared_ + 1;
      return;
    }
    if (!command_in.empty() && !command_out.full()) {
      const BlkCommand command = command_in.read();
      Note note;
      note.owner = command.owner;
      note.head = command.head;
      note.op = command.op;
      note.reason = command.reason;
      note.status = command.status;
      note.address = command.status_address;
      note.bytes = command.bytes;
      notes_[command.slot] = note;
      command_out.write(command);
    }

    if (done_in.empty() || status_out.full()) return;
    const BlkDone done = done_in.read();
    const Faults before = faults_[done.slot];
    Faults faults;
    faults.unread = before.unread | done.unread;
    faults.failed = before.failed | done.failed;
    faults_[done.slot] = done.last == 1 ? Faults{0, 0} : faults;
    if (done.last == 0) return;
    const Note note = notes_[done.slot];
    const bool is_refused = note.op == BlkOp::kRefused;
    BlkStatus status;
    status.slot = done.slot;
    status.owner = note.owner;
    status.head = note.head;
    status.op = note.op;
    status.reason = spec::Reason::kNone;
    status.status = spec::VIRTIO_BLK_S_OK;
    if (faults.failed == 1) status.reason = spec::Reason::kBlkBackendFailed;
    if (faults.unread == 1) status.reason = spec::Reason::kBufferReadFailed;
    if ((faults.failed | faults.unread) == 1) status.status = spec::VIRTIO_BLK_S_IOERR;
    if (is_refused) {
      status.reason = note.reason;
      status.status = note.status;
    }
    status.address = note.address;
    status.bytes = note.bytes;
    status_out.write(status);
  }

 private:
  struct Note {
    BlkOwner owner;
    ap_uint<16> head;
    BlkOp op;
    spec::Reason reason;
    ap_uint<8> status;
    Iova address;
    ap_uint<32> bytes;
  };

  struct Faults {
    ap_uint<1> unread;
    ap_uint<1> failed;
  };

  Note notes_[kBlockCommands];
  Faults faults_[kBlockCommands];  // of the command's moves so far
  ap_uint<BitsFor(kBlockCommands) + 1> cleared_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_FINISH_H_
