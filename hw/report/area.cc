// SPDX-License-Identifier: Apache-2.0
// Sizes of cells: AMD UG574 "UltraScale Architecture CLB", UG974 "UltraScale Libraries Guide".

#include "hw/report/area.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace vireo::report {

namespace {

// What one cell of a type adds, and to which sum.
struct Size {
  uint64_t Area::* sum;
  uint64_t amount;
};

const std::map<std::string_view, Size>& Sizes() {
  static const std::map<std::string_view, Size> sizes = {
      {"INV", {&Area::luts, 1}},
      {"LUT1", {&Area::luts, 1}},
      {"LUT2", {&Area::luts, 1}},
      {"LUT3", {&Area::luts, 1}},
      {"LUT4", {&Area::luts, 1}},
      {"LUT5", {&Area::luts, 1}},
      {"LUT6", {&Area::luts, 1}},
      {"FDRE", {&Area::flip_flops, 1}},
      {"FDSE", {&Area::flip_flops, 1}},
      {"FDCE", {&Area::flip_flops, 1}},
      {"FDPE", {&Area::flip_flops, 1}},
      {"FDRE_1", {&Area::flip_flops, 1}},
      {"FDSE_1", {&Area::flip_flops, 1}},
      {"FDCE_1", {&Area::flip_flops, 1}},
      {"FDPE_1", {&Area::flip_flops, 1}},
      {"RAM32X1S", {&Area::memory_luts, 1}},
      {"RAM64X1S", {&Area::memory_luts, 1}},
      {"RAM128X1S", {&Area::memory_luts, 2}},
      {"RAM256X1S", {&Area::memory_luts, 4}},
      {"RAM512X1S", {&Area::memory_luts, 8}},
      {"RAM32X1D", {&Area::memory_luts, 2}},
      {"RAM64X1D", {&Area::memory_luts, 2}},
      {"RAM128X1D", {&Area::memory_luts, 4}},
      {"RAM256X1D", {&Area::memory_luts, 8}},
      {"RAM32M", {&Area::memory_luts, 4}},
      {"RAM64M", {&Area::memory_luts, 4}},
      {"RAM32M16", {&Area::memory_luts, 8}},
      {"RAM64M8", {&Area::memory_luts, 8}},
      {"RAM64X8SW", {&Area::memory_luts, 8}},
      {"RAM32X16DR8", {&Area::memory_luts, 8}},
      {"SRL16E", {&Area::memory_luts, 1}},
      {"SRLC32E", {&Area::memory_luts, 1}},
      {"RAMB18E2", {&Area::half_brams, 1}},
      {"RAMB36E2", {&Area::half_brams, 2}},
      {"URAM288", {&Area::urams, 1}},
      {"URAM288_BASE", {&Area::urams, 1}},
      {"CARRY4", {&Area::carry4s, 1}},
      {"CARRY8", {&Area::carry8s, 1}},
      {"DSP48E2", {&Area::dsps, 1}},
  };
  return sizes;
}

}  // namespace

Result<CellCounts> ParseStat(std::string_view json) {
  using Json = nlohmann::json;
  try {
    const Json stat = Json::parse(json);
    const Json& modules = stat.at("modules");
    if (modules.size() != 1) {
      return tl::unexpected(
          fmt::format("yosys left {} modules where -flatten leaves one", modules.size()));
    }
    return modules.front().at("num_cells_by_type").get<CellCounts>();
  } catch (const Json::exception& error) {
    return tl::unexpected(
        fmt::format("not what 'stat -json' of Yosys 0.23 prints: {}", error.what()));
  }
}

Area& Area::operator+=(const Area& other) {
  luts += other.luts;
  flip_flops += other.flip_flops;
  memory_luts += other.memory_luts;
  half_brams += other.half_brams;
  urams += other.urams;
  carry4s += other.carry4s;
  carry8s += other.carry8s;
  dsps += other.dsps;
  for (const auto& [type, count] : other.others) others[type] += count;
  return *this;
}

Area AreaOf(const CellCounts& cells) {
  Area area;
  for (const auto& [type, count] : cells) {
    const auto size = Sizes().find(type);
    if (size == Sizes().end()) {
      area.others[type] += count;
    } else {
      area.*(size->second.sum) += count * size->second.amount;
    }
  }
  return area;
}

}  // namespace vireo::report
