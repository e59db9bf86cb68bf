// SPDX-License-Identifier: Apache-2.0
// The command line of vireo-blockd.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include <tl/expected.hpp>

#include "control-plane/block_service/disk.h"

namespace vireo::block_service {

struct Options {
  std::string card;
  std::map<std::string, DiskSettings> disks;  // by function
  std::chrono::seconds patience{10};
};

// Or the exit code: what is wrong has been said.
tl::expected<Options, int> ParseOptions(int argc, char** argv);

}  // namespace vireo::block_service
