// SPDX-License-Identifier: Apache-2.0
// fio in a stock guest writes and reads the card's disk at random, and verifies what it reads.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/e2e/card/card_guest.h"

namespace vireo::e2e {
namespace {

class Fio : public CardGuest {
 protected:
  static constexpr int kSliceMiB = 8, kDiskMiB = 64;

  // Of 8 MiB each; VIREO_FIO_SLICES=128 is a GiB.
  static int Slices() {
    const char* slices = std::getenv("VIREO_FIO_SLICES");
    return slices == nullptr ? 1 : std::atoi(slices);
  }
  // A slice has a part of the disk and a seed of its own. Requests of different queues and sizes
  // are under way at once, and every block has a checksum in it.
  nlohmann::json Run(int slice) {
    const std::string output = guest_->RunWell(fmt::format(
        "fio --name=slice --filename=/dev/vda --direct=1 --ioengine=libaio --iodepth=16 "
        "--rw=randrw --bsrange=512-64k --blockalign=512 --offset={}m --size={}m --randseed={} "
        "--verify=crc32c --verify_fatal=1 --output-format=json 2>&1",
        slice * kSliceMiB % kDiskMiB, kSliceMiB, slice + 1));
    return nlohmann::json::parse(output.substr(output.find('{')));
  }
};

TEST_F(Fio, VerifiesRandomReadsAndWrites) {
  guest::MachineOptions options = With({"blk"});
  options.memory_mib = 512;
  Boot(options);
  for (int slice = 0; slice < Slices(); ++slice) {
    SCOPED_TRACE(fmt::format("slice and seed {}", slice + 1));
    const nlohmann::json job = Run(slice).at("jobs").at(0);
    EXPECT_EQ(job.at("error"), 0);
    const auto read = job.at("read").at("io_bytes").get<int64_t>();
    const auto written = job.at("write").at("io_bytes").get<int64_t>();
    EXPECT_GE(read + written, int64_t{kSliceMiB} << 20);
    EXPECT_GE(written, int64_t{kSliceMiB} << 18);
    fmt::print("slice={} read={} written={}\n", slice + 1, read, written);
  }
}

}  // namespace
}  // namespace vireo::e2e
