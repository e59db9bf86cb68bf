// SPDX-License-Identifier: Apache-2.0
// The registers of the management function. hw/spec/management_bar.h has the layout.
#ifndef VIREO_HW_MANAGEMENT_MANAGEMENT_REGISTERS_H_
#define VIREO_HW_MANAGEMENT_MANAGEMENT_REGISTERS_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cstdint>

#include "hw/management/function_record.h"
#include "hw/management/identity.h"
#include "hw/management/traffic.h"

namespace vireo {

// One access at a time, from its registers to its reply. What is not there reads as 0. Untrusted as
// a driver is: no access makes it wait for anything but the engines that it tells of a change.
//
// The first kFunctions clocks after reset, if there is room, fill the table and tell the network
// engine of its addresses.
class ManagementRegisters {
 public:
  void Step(hls::stream<RegisterAccess>& access_in, hls::stream<RegisterReply>& reply_out,
            hls::stream<ConfigUpdate>& update_out, hls::stream<FunctionAddress>& address_out,
            hls::stream<BlkConfig>& disk_out, hls::stream<TrafficKey>& traffic_read_out,
            hls::stream<TrafficPolicy::State>& traffic_in,
            hls::stream<RegisterAccess>& channel_access_out,
            hls::stream<RegisterReply>& channel_reply_in) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = records_ type = ram_2p impl = lutram
    cycles_ = cycles_ + 1;
    switch (state_) {
      case kFill:
        function_ = filled_;
        record_ = InitialRecord(function_);
        type_ = TypeOf(function_);
        state_ = kFilled;
        break;
      case kFilled: Fill(address_out); break;
      case kIdle:
        if (!access_in.empty()) {
          access_ = access_in.read();
          state_ = kFetch;
        }
        break;
      case kFetch: {
        function_ = access_.dword >> (BitsFor(spec::management_bar::kFunctions.stride) - 2);
        block_ = BlockOf(access_.dword);
        const ap_uint<1> is_upper = access_.dword[0];
        follows_ = is_upper == 1 && has_low_ && low_dword_ == (access_.dword ^ 1);
        state_ = kLook;
        break;
      }
      case kLook:
        type_ = TypeOf(function_);
        record_ = records_[function_];
        constant_ = kFirstPage.value[access_.dword & (FirstPage::kDwords - 1)];
        state_ = kRecord;
        break;
      case kRecord:
        old_ = ReadRecord(record_, function_, access_.dword);
        below_ = ReadRecord(record_, function_, access_.dword & ~Dword(1));
        if (IsIdentity(spec::identity::kScratch.offset)) old_ = scratch_;
        state_ = access_.write == 1 ? kMerge : kRead;
        break;
      case kRead: Read(traffic_read_out, channel_access_out); break;
      case kTraffic:
        if (!traffic_in.empty()) TakeTraffic(traffic_in.read());
        break;
      case kChannel:
        if (!channel_reply_in.empty()) {
          value_ = channel_reply_in.read();
          state_ = kReply;
        }
        break;
      case kReply:
        if (!reply_out.full()) {
          reply_out.write(value_);
          state_ = kIdle;
        }
        break;
      case kMerge: Merge(channel_access_out); break;
      case kChange: Change(); break;
      case kTell: Tell(update_out, address_out, disk_out); break;
      case kStore:
        records_[function_] = record_;
        state_ = kIdle;
        break;
    }
  }

 private:
  enum State : uint8_t {
    kFill,    // what stands in a record from the start
    kFilled,  // tell of it
    kIdle,
    kFetch,   // where the access goes
    kLook,    // what is kept of it
    kRecord,  // as it reads
    kRead,
    kTraffic,  // wait for a counter
    kChannel,  // wait for the channel's reply
    kReply,
    kMerge,   // the bytes that are written
    kChange,  // what they are in the record
    kTell,
    kStore,
  };
  enum class Block : uint8_t { kNone, kFirstPage, kChannel, kFunctions, kTraffic };
  using Dword = ap_uint<kBarBits - 2>;

  static Block BlockOf(const Dword& dword) {
    namespace bar = spec::management_bar;
    constexpr uint32_t kRecord = bar::kFunctions.stride, kCounters = bar::kFunctionCounters.stride;
    constexpr uint32_t kFunctionsFirst = bar::kFunctions.records;
    constexpr uint32_t kCountersFirst = bar::kFunctionCounters.records;
    static_assert(kFunctionsFirst % (kFunctions * kRecord) == 0 &&
                      kCountersFirst % (kFunctions * kCounters) == 0,
                  "bits of the address name the function");
    if ((dword >> BitsFor(FirstPage::kDwords)) == 0) return Block::kFirstPage;
    if ((dword >> (BitsFor(bar::kBackendChannels.stride) - 2)) ==
        bar::kBackendChannels.records / bar::kBackendChannels.stride) {
      return Block::kChannel;
    }
    if ((dword >> (BitsFor(kFunctions * kRecord) - 2)) == kFunctionsFirst / (kFunctions * kRecord))
      return Block::kFunctions;
    const bool is_counter = (dword >> (BitsFor(kFunctions * kCounters) - 2)) ==
                            kCountersFirst / (kFunctions * kCounters);
    const ap_uint<BitsFor(kCounters) - 2> in_record = dword;
    const bool is_traffic = (in_record >> (BitsFor(16 * kTraffics) - 2)) == 0;
    return is_counter && is_traffic ? Block::kTraffic : Block::kNone;
  }

  void Fill(hls::stream<FunctionAddress>& address_out) {
    const bool is_net = type_ == DeviceType::kNet;
    if (is_net && address_out.full()) return;
    if (is_net) address_out.write(AddressOf(record_, function_));
    records_[function_] = record_;
    filled_ = filled_ + 1;
    state_ = function_ == kFunctions - 1 ? kIdle : kFill;
  }

  bool IsIdentity(uint32_t offset) const {
    return access_.dword == (spec::management_bar::kIdentity.records + offset) / 4;
  }

  void Read(hls::stream<TrafficKey>& traffic_read_out,
            hls::stream<RegisterAccess>& channel_access_out) {
    namespace id = spec::identity;
    state_ = kReply;
    value_ = 0;
    switch (block_) {
      case Block::kFirstPage:
        value_ = constant_;
        if (IsIdentity(id::kScratch.offset)) value_ = old_;
        if (IsIdentity(id::kCycles.offset)) {
          value_ = cycles_.range(31, 0);
          upper_ = cycles_.range(63, 32);
        }
        if (IsIdentity(id::kCycles.offset + 4)) value_ = upper_;
        break;
      case Block::kFunctions: value_ = old_; break;
      case Block::kTraffic:
        if (access_.dword[0] == 1) {
          value_ = upper_;
        } else if (!traffic_read_out.full()) {
          traffic_read_out.write(KeyOf(access_.dword));
          state_ = kTraffic;
        } else {
          state_ = kRead;
        }
        break;
      case Block::kChannel:
        if (!channel_access_out.full()) {
          channel_access_out.write(access_);
          state_ = kChannel;
        } else {
          state_ = kRead;
        }
        break;
      case Block::kNone: break;
    }
  }

  static TrafficKey KeyOf(const Dword& dword) {
    constexpr int kCounterBits = BitsFor(spec::management_bar::kFunctionCounters.stride);
    const FunctionIndex function = dword >> (kCounterBits - 2);
    const ap_uint<BitsFor(kTraffics)> traffic = dword >> 2;
    return function.concat(traffic);
  }

  // One request of eight bytes sees a counter as it was at one moment.
  void TakeTraffic(const TrafficPolicy::State& state) {
    const ap_uint<64> value = access_.dword[1] == 1 ? state.bytes : state.count;
    value_ = value.range(31, 0);
    upper_ = value.range(63, 32);
    state_ = kReply;
  }

  void Merge(hls::stream<RegisterAccess>& channel_access_out) {
    value_ = MergeBytes(old_, access_.data, access_.byte_enables);
    if (follows_) below_ = low_;
    state_ = kChange;
    if (block_ == Block::kChannel) {
      if (channel_access_out.full()) {
        state_ = kMerge;
      } else {
        channel_access_out.write(access_);
        state_ = kIdle;
      }
    }
  }

  void Change() {
    change_ = {};
    if (block_ == Block::kFirstPage && IsIdentity(spec::identity::kScratch.offset)) {
      scratch_ = value_;
    }
    if (block_ == Block::kFunctions) {
      change_ = WriteRecord(record_, type_, access_.dword, value_, below_);
    }
    low_ = value_;
    low_dword_ = access_.dword;
    has_low_ = access_.dword[0] == 0;
    state_ = kTell;
  }

  void Tell(hls::stream<ConfigUpdate>& update_out, hls::stream<FunctionAddress>& address_out,
            hls::stream<BlkConfig>& disk_out) {
    if (update_out.full() || address_out.full() || disk_out.full()) return;
    if (change_.config == 1) update_out.write(ConfigOf(record_, function_, access_.dword));
    if (change_.address == 1) address_out.write(AddressOf(record_, function_));
    if (change_.disk == 1) disk_out.write(DiskOf(record_, function_));
    const bool any = (change_.config | change_.address | change_.disk) == 1;
    state_ = any ? kStore : kIdle;
  }

  ap_uint<4> state_ = kFill;                 // a State
  ap_uint<BitsFor(kFunctions)> filled_ = 0;  // functions since reset
  ap_uint<64> cycles_ = 0;
  RegisterAccess access_;
  FunctionIndex function_;  // of the access, if it is to a record
  DeviceType type_;
  Block block_ = Block::kNone;
  FunctionRecord record_;
  ap_uint<32> constant_;  // of the first page
  RecordChange change_;
  ap_uint<32> old_;        // the DWord
  ap_uint<32> value_;      // to reply, or as it is written
  ap_uint<32> below_;      // the DWord below it
  ap_uint<32> upper_ = 0;  // of the counter that was read last
  ap_uint<32> scratch_ = 0;
  bool has_low_ = false;  // the last write was one of a lower half, and what of
  bool follows_;          // the access is its upper half
  Dword low_dword_;
  ap_uint<32> low_;
  FunctionRecord records_[kFunctions];
};

}  // namespace vireo

#endif  // VIREO_HW_MANAGEMENT_MANAGEMENT_REGISTERS_H_
