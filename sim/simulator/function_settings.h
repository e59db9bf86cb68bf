// SPDX-License-Identifier: Apache-2.0
// Brings functions' settings into a card by its management streams, and disks in and out of files.
#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

#include "sim/simulator/card.h"
#include "sim/simulator/card_config.h"

namespace vireo::sim {

// Fills in what follows from the files: a disk that is loaded and whose size is the initial one has
// the file's size.
tl::expected<void, std::string> CompleteSettings(CardConfig& config);

// Bytes of card memory for all disks. Each begins at a multiple of 4 KiB.
uint64_t DiskBytes(const CardConfig& config);

// Runs the card until it has taken all, before any driver sees it.
tl::expected<void, std::string> ApplySettings(const CardConfig& config, Card& card);

// Writes what is to be saved.
tl::expected<void, std::string> SaveDisks(const CardConfig& config, Card& card);

}  // namespace vireo::sim
