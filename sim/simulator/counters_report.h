// SPDX-License-Identifier: Apache-2.0
// A card's counters as JSON. README.md has its form.
#pragma once

#include <string>

#include "sim/simulator/card.h"

namespace vireo::sim {

std::string CountersReport(Card& card, double seconds);

}  // namespace vireo::sim
