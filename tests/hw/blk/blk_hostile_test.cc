// SPDX-License-Identifier: Apache-2.0
// Requests that no driver should make: each is answered with a status, or stops its queue alone.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "hw/blk/check.h"
#include "tests/hw/blk/blk_bench.h"
#include "tests/hw/blk/driver.h"

namespace vireo::test {
namespace {

using spec::Reason;
using spec::VIRTIO_BLK_S_IOERR;
using spec::VIRTIO_BLK_S_OK;
using spec::VIRTIO_BLK_S_UNSUPP;

constexpr unsigned kFirstVirtual = kFirstBlkVirtual;
constexpr uint64_t kOutside = 0x2'0000'0000;  // no memory of the host's

class BlkHostileTest : public ::testing::Test {
 protected:
  // Memory with a header in it.
  uint64_t Header(uint32_t type, uint64_t sector) {
    const uint64_t address = bench.Allocate(sizeof(spec::virtio_blk_req));
    bench.memory.Store(address, spec::virtio_blk_req{type, 0, sector});
    return address;
  }
  Piece Status() {
    const uint64_t address = bench.Allocate(1);
    *bench.memory.At(address, 1) = kNoStatus;
    return {address, 1, true};
  }
  Piece Data(uint32_t length, bool writable) { return {bench.Allocate(length), length, writable}; }

  void ExpectRefused(const std::vector<Piece>& pieces, Reason reason,
                     uint8_t status = VIRTIO_BLK_S_IOERR) {
    const uint16_t head = hostile.AddChain(pieces);
    ASSERT_TRUE(bench.RunUntilUsed(1, 20'000)) << "the request does not come back";
    const UsedBuffer used = bench.used.front();
    bench.used.pop_front();
    EXPECT_EQ(used.id, head);
    EXPECT_EQ(used.length, 1U);
    const Piece& last = pieces.back();
    EXPECT_EQ(*bench.memory.At(last.address + last.length - 1, 1), status);
    EXPECT_EQ(bench.LastEvent().reason, reason);
    EXPECT_TRUE(bench.faults.empty());
    ExpectAlive(hostile);
  }

  // The queue has a fault once, gives nothing back any more, and comes back after its stop.
  void ExpectFault(const std::vector<Piece>& pieces, QueueFault fault) {
    hostile.AddChain(pieces);
    hostile.AddChain(pieces);
    hostile.In(0, 512);
    bench.Run(3000);
    EXPECT_EQ(bench.faults[3], std::vector<QueueFault>{fault});
    EXPECT_TRUE(bench.used.empty());
    ExpectAlive(neighbour);
    bench.Stop(3);
    ASSERT_TRUE(bench.RunUntilUsed(1, 3000));
    EXPECT_EQ(bench.used.front().is_stop, 1);
    bench.used.clear();
    BlkDriver again(bench, 3, kBlkFunction, 7);
    ExpectAlive(again);
    EXPECT_EQ(bench.faults.size(), 1U);
  }

  void ExpectAlive(BlkDriver& driver) {
    EXPECT_EQ(driver.Wait(driver.In(0, 512)).status, VIRTIO_BLK_S_OK);
  }

  BlkBench bench{21};
  BlkDriver hostile{bench, 3, kBlkFunction, 1}, neighbour{bench, 9, kFirstVirtual, 2};
};

// hostile-driver.md, case 9: descriptors of length 0.
TEST_F(BlkHostileTest, EmptySegmentsAreNothing) {
  const Piece status = Status();
  const Piece data = Data(512, true);
  const uint16_t head = hostile.AddChain({{kOutside, 0, false},
                                          {Header(spec::VIRTIO_BLK_T_IN, 0), 16, false},
                                          {kOutside, 0, false},
                                          {kOutside, 0, true},
                                          data,
                                          {kOutside, 0, true},
                                          status,
                                          {kOutside, 0, true}});
  ASSERT_TRUE(bench.RunUntilUsed(1, 20'000));
  EXPECT_EQ(bench.used.front().id, head);
  EXPECT_EQ(bench.used.front().length, 513U);
  EXPECT_EQ(*bench.memory.At(status.address, 1), VIRTIO_BLK_S_OK);
}
TEST_F(BlkHostileTest, AChainOfNothingIsAFault) {
  ExpectFault({{kOutside, 0, false}, {kOutside, 0, true}}, QueueFault::kEmptyChain);
}

// Case 10: lengths and addresses that wrap, many segments on one buffer.
TEST_F(BlkHostileTest, ASegmentOfAllThereIsIsRefused) {
  ExpectRefused({{Header(spec::VIRTIO_BLK_T_IN, 0), 16, false},
                 {bench.Allocate(512), 0xFFFF'FFFF, true},
                 Status()},
                Reason::kBlkUnaligned);
}
TEST_F(BlkHostileTest, MoreBytesThanALengthHoldsAreRefused) {
  std::vector<Piece> pieces{{Header(spec::VIRTIO_BLK_T_OUT, 0), 16, false}};
  for (int i = 0; i < 250; ++i) pieces.push_back({bench.Allocate(512), 0xFFFF'FE00, false});
  pieces.push_back(Status());
  ExpectRefused(pieces, Reason::kTooManyBytes);
}
TEST_F(BlkHostileTest, ASegmentThatWrapsIsRefused) {
  ExpectRefused(
      {{Header(spec::VIRTIO_BLK_T_IN, 0), 16, false}, {~uint64_t{0} - 10, 512, true}, Status()},
      Reason::kAddressWraps);
}
TEST_F(BlkHostileTest, AStatusBeyondTheEndOfMemoryIsAFault) {
  ExpectFault({{Header(spec::VIRTIO_BLK_T_IN, 0), 16, false}, {~uint64_t{0} - 10, 513, true}},
              QueueFault::kTooManyBytes);
}
TEST_F(BlkHostileTest, SegmentsThatShareABufferAreServed) {
  const Piece data = Data(512, true), status = Status();
  std::vector<Piece> pieces{{Header(spec::VIRTIO_BLK_T_IN, 0), 16, false}};
  for (int i = 0; i < 64; ++i) pieces.push_back(data);
  pieces.push_back(status);
  EXPECT_EQ(hostile.Wait(hostile.AddChain(pieces)).status, VIRTIO_BLK_S_OK);
}
TEST_F(BlkHostileTest, MoreSegmentsThanASlotHoldsAreRefused) {
  std::vector<Piece> pieces{{Header(spec::VIRTIO_BLK_T_IN, 0), 16, false}};
  for (int i = 0; i < 512; ++i) pieces.push_back(Data(1, true));
  pieces.push_back(Status());
  ExpectRefused(pieces, Reason::kBlkSegments);
}

// Case 11: addresses that lead nowhere.
TEST_F(BlkHostileTest, AHeaderThatCannotBeReadIsRefused) {
  ExpectRefused({{kOutside, 16, false}, Data(512, true), Status()}, Reason::kBufferReadFailed);
  ExpectRefused({{Header(spec::VIRTIO_BLK_T_IN, 0), 8, false},
                 {kOutside, 8, false},
                 Data(512, true),
                 Status()},
                Reason::kBufferReadFailed);
}
TEST_F(BlkHostileTest, AWriteWhoseDataCannotBeReadLeavesTheDiskAlone) {
  const std::vector<uint8_t> old = hostile.Noise(8192);
  hostile.Wait(hostile.Out(0, old));
  const Piece status = Status();
  const Piece good = Data(4096, false);
  hostile.AddChain(
      {{Header(spec::VIRTIO_BLK_T_OUT, 0), 16, false}, good, {kOutside, 4096, false}, status});
  ASSERT_TRUE(bench.RunUntilUsed(1, 20'000));
  bench.used.clear();
  EXPECT_EQ(*bench.memory.At(status.address, 1), VIRTIO_BLK_S_IOERR);
  EXPECT_EQ(bench.LastEvent().reason, Reason::kBufferReadFailed);
  const Answer answer = hostile.Wait(hostile.In(8, 4096));
  EXPECT_EQ(answer.data, std::vector<uint8_t>(old.begin() + 4096, old.end()));
}

// Case 12: directions.
TEST_F(BlkHostileTest, AReadableSegmentBehindAWritableOneIsAFault) {
  ExpectFault(
      {{Header(spec::VIRTIO_BLK_T_IN, 0), 16, false}, Data(512, true), Data(16, false), Status()},
      QueueFault::kWrongDirection);
}
TEST_F(BlkHostileTest, AReadIntoReadOnlyBuffersIsRefused) {
  ExpectRefused({{Header(spec::VIRTIO_BLK_T_IN, 0), 16, false}, Data(512, false), Status()},
                Reason::kWrongDirection);
}
TEST_F(BlkHostileTest, AWriteFromWriteOnlyBuffersIsRefused) {
  ExpectRefused({{Header(spec::VIRTIO_BLK_T_OUT, 0), 16, false}, Data(512, true), Status()},
                Reason::kWrongDirection);
}

// Case 13: headers, data and statuses of the wrong length.
TEST_F(BlkHostileTest, AShortHeaderIsRefused) {
  ExpectRefused({{Header(spec::VIRTIO_BLK_T_IN, 0), 15, false}, Data(512, true), Status()},
                Reason::kBlkHeaderShort);
  ExpectRefused({{Header(spec::VIRTIO_BLK_T_IN, 0), 4, false},
                 {Header(spec::VIRTIO_BLK_T_IN, 0), 4, false},
                 Status()},
                Reason::kBlkHeaderShort);
  ExpectRefused({Status()}, Reason::kBlkHeaderShort);
}
TEST_F(BlkHostileTest, AHeaderOfSingleBytesIsRead) {
  const uint64_t header = Header(spec::VIRTIO_BLK_T_IN, 0);
  const Piece status = Status();
  std::vector<Piece> pieces;
  for (unsigned i = 0; i < 16; ++i) pieces.push_back({header + i, 1, false});
  pieces.push_back(Data(512, true));
  pieces.push_back(status);
  EXPECT_EQ(hostile.Wait(hostile.AddChain(pieces)).status, VIRTIO_BLK_S_OK);
}
TEST_F(BlkHostileTest, NoStatusByteIsAFault) {
  ExpectFault({{Header(spec::VIRTIO_BLK_T_OUT, 0), 16, false}, Data(512, false), Data(1, false)},
              QueueFault::kWrongDirection);
}
TEST_F(BlkHostileTest, ADividedHeaderWithoutAStatusByteIsAFault) {
  ExpectFault({{Header(spec::VIRTIO_BLK_T_OUT, 0), 5, false}, Data(5, false), Data(7, false)},
              QueueFault::kWrongDirection);
}
TEST_F(BlkHostileTest, DataThatIsNoMultipleOfASectorIsRefused) {
  for (const uint32_t length : {1U, 511U, 513U, 4095U}) {
    ExpectRefused({{Header(spec::VIRTIO_BLK_T_IN, 0), 16, false}, Data(length, true), Status()},
                  Reason::kBlkUnaligned);
    ExpectRefused({{Header(spec::VIRTIO_BLK_T_OUT, 0), 16, false}, Data(length, false), Status()},
                  Reason::kBlkUnaligned);
  }
}
TEST_F(BlkHostileTest, ANameOfAnotherLengthIsRefused) {
  ExpectRefused({{Header(spec::VIRTIO_BLK_T_GET_ID, 0), 16, false}, Data(19, true), Status()},
                Reason::kBlkBadSegment);
}

// Case 14: sectors and types.
TEST_F(BlkHostileTest, SectorsBeyondTheDiskAreRefused) {
  for (const uint64_t sector : {kInitialSectors, kInitialSectors - 1, uint64_t{1} << 40,
                                (uint64_t{1} << 40) - 1, ~uint64_t{0}, uint64_t{1} << 63}) {
    ExpectRefused({{Header(spec::VIRTIO_BLK_T_IN, sector), 16, false}, Data(1024, true), Status()},
                  Reason::kBlkOutOfRange);
    ExpectRefused(
        {{Header(spec::VIRTIO_BLK_T_OUT, sector), 16, false}, Data(1024, false), Status()},
        Reason::kBlkOutOfRange);
  }
}
TEST_F(BlkHostileTest, UnknownTypesAreNotSupported) {
  for (const uint32_t type : {2U, 3U, spec::VIRTIO_BLK_T_DISCARD, spec::VIRTIO_BLK_T_WRITE_ZEROES,
                              spec::VIRTIO_BLK_T_SECURE_ERASE, 0x8000'0000U, ~0U}) {
    ExpectRefused({{Header(type, 0), 16, false}, Data(16, false), Status()},
                  Reason::kBlkUnknownType, VIRTIO_BLK_S_UNSUPP);
  }
}

// Case 21: what is read once cannot change.
TEST_F(BlkHostileTest, AHeaderIsReadOnce) {
  const uint64_t header = Header(spec::VIRTIO_BLK_T_IN, 0);
  const Piece data = Data(4096, true), status = Status();
  const uint16_t head = hostile.AddChain({{header, 16, false}, data, status});
  for (int i = 0; i < 4000 && bench.used.empty(); ++i) {
    bench.Step();
    if (bench.card.lines_read != 0) {
      bench.memory.Store(header, spec::virtio_blk_req{spec::VIRTIO_BLK_T_OUT, 0, ~uint64_t{0}});
    }
  }
  EXPECT_EQ(hostile.Wait(head).status, VIRTIO_BLK_S_OK);
}

TEST_F(BlkHostileTest, AFailureOfTheCardMemoryIsAnError) {
  const std::vector<uint8_t> old = hostile.Noise(4096);
  hostile.Wait(hostile.Out(4096, old));
  constexpr uint64_t kBadLine = 4096 * 512 + 1024;
  bench.card.fails = [](uint64_t address) { return address == kBadLine; };
  const Answer answer = hostile.Wait(hostile.In(4088, 16384));
  EXPECT_EQ(answer.status, VIRTIO_BLK_S_IOERR);
  EXPECT_EQ(bench.LastEvent().reason, Reason::kBlkBackendFailed);
  std::vector<uint8_t> without_the_line = old;
  std::fill_n(without_the_line.begin() + 1024, 64, uint8_t{0});
  const auto block = answer.data.begin() + 4096;
  EXPECT_EQ(std::vector<uint8_t>(block, block + 4096), without_the_line);
  EXPECT_EQ(hostile.Wait(hostile.Out(4088, hostile.Noise(16384))).status, VIRTIO_BLK_S_IOERR);
  EXPECT_EQ(hostile.Wait(hostile.Out(4088, hostile.Noise(4096))).status, VIRTIO_BLK_S_OK);
  for (int i = 0; i < 2 * kBlockCommands; ++i) {  // in all slots: none remembers the failure
    EXPECT_EQ(hostile.Wait(hostile.In(4088, 4096)).status, VIRTIO_BLK_S_OK);
  }
}

}  // namespace
}  // namespace vireo::test
