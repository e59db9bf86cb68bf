// SPDX-License-Identifier: Apache-2.0
// The AXI4-Lite block that holds a top's scalars, 32 bits wide, laid out as Vitis HLS does.
//
// AMBA AXI and ACE Protocol Specification, chapter B1 "AMBA AXI4-Lite".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

struct AxiLiteRegister {
  size_t port = 0;      // index into Network::scalar_ports
  uint32_t offset = 0;  // bytes
};

struct AxiLiteBlock {
  std::string bundle;
  std::string module;
  uint32_t address_bits = 0;
  std::vector<AxiLiteRegister> registers;
};

// One block for each bundle: scalars from 0x10 on, each in as many words as it needs and one free.
std::vector<AxiLiteBlock> AxiLiteBlocks(const Network& network);

// Ports: clk, rst, the bus without prefix (AWADDR, ...), the scalars by name.
std::string EmitAxiLite(const AxiLiteBlock& block, const Network& network);

struct BusPin {
  bool is_input;
  uint32_t width;
  std::string name;
};

// The bus as a slave has it.
std::vector<BusPin> AxiLitePins(uint32_t address_bits);

}  // namespace vireo::compiler
