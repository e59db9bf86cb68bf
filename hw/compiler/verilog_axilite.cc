// SPDX-License-Identifier: Apache-2.0
// Prints the AXI4-Lite block: one write or read at a time, an answer a clock later.

#include "hw/compiler/verilog_axilite.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "hw/compiler/verilog_text.h"

namespace vireo::compiler {

namespace {

constexpr uint32_t kFirstOffset = 0x10;

uint32_t Words(const ScalarPort& port) { return (port.width + 31) / 32; }

}  // namespace

std::vector<AxiLiteBlock> AxiLiteBlocks(const Network& network) {
  std::vector<AxiLiteBlock> blocks;
  std::vector<uint32_t> next;
  for (size_t i = 0; i < network.scalar_ports.size(); ++i) {
    const ScalarPort& port = network.scalar_ports[i];
    if (port.mode != ScalarMode::kAxiLite) continue;
    auto block = std::find_if(blocks.begin(), blocks.end(),
                              [&](const AxiLiteBlock& b) { return b.bundle == port.bundle; });
    if (block == blocks.end()) {
      blocks.push_back(
          {port.bundle, Identifier(network.name + "_" + port.bundle + "_s_axi"), 0, {}});
      next.push_back(kFirstOffset);
      block = blocks.end() - 1;
    }
    uint32_t& offset = next[static_cast<size_t>(block - blocks.begin())];
    block->registers.push_back({i, offset});
    offset += 4 * (Words(port) + 1);
    block->address_bits = static_cast<uint32_t>(std::bit_width(offset - 1));
  }
  return blocks;
}

std::vector<BusPin> AxiLitePins(uint32_t address_bits) {
  return {{true, address_bits, "AWADDR"},
          {true, 1, "AWVALID"},
          {false, 1, "AWREADY"},
          {true, 32, "WDATA"},
          {true, 4, "WSTRB"},
          {true, 1, "WVALID"},
          {false, 1, "WREADY"},
          {false, 2, "BRESP"},
          {false, 1, "BVALID"},
          {true, 1, "BREADY"},
          {true, address_bits, "ARADDR"},
          {true, 1, "ARVALID"},
          {false, 1, "ARREADY"},
          {false, 32, "RDATA"},
          {false, 2, "RRESP"},
          {false, 1, "RVALID"},
          {true, 1, "RREADY"}};
}

std::string EmitAxiLite(const AxiLiteBlock& block, const Network& network) {
  Text text;
  const uint32_t bits = block.address_bits;
  text.Line(0, fmt::format("// Scalars of bundle {}:", block.bundle));
  for (const AxiLiteRegister& reg : block.registers) {
    const ScalarPort& port = network.scalar_ports[reg.port];
    text.Line(0, fmt::format("//   0x{:02x}  {}, {} bits, {}", reg.offset, port.name, port.width,
                             port.is_input ? "read and write" : "read only"));
  }
  text.Line(0, fmt::format("module {} (", block.module));
  text.Line(2, "input  wire clk,");
  text.Line(2, "input  wire rst,");
  for (const AxiLiteRegister& reg : block.registers) {
    const ScalarPort& port = network.scalar_ports[reg.port];
    text.Line(2, fmt::format("{} {}{},", port.is_input ? "output reg " : "input  wire",
                             Range(port.width), Identifier(port.name)));
  }
  const std::vector<BusPin> pins = AxiLitePins(bits);
  for (size_t i = 0; i < pins.size(); ++i) {
    const bool is_reg =
        pins[i].name == "BVALID" || pins[i].name == "RVALID" || pins[i].name == "RDATA";
    text.Line(2, fmt::format("{} {}{}{}",
                             pins[i].is_input ? "input  wire"
                             : is_reg         ? "output reg "
                                              : "output wire",
                             Range(pins[i].width), pins[i].name, i + 1 < pins.size() ? "," : ""));
  }
  text.Line(0, ");");
  text.Line(2, "wire write = AWVALID & WVALID & (~BVALID | BREADY) & ~rst;");
  text.Line(2, "wire read = ARVALID & (~RVALID | RREADY) & ~rst;");
  text.Line(2, "assign AWREADY = write;");
  text.Line(2, "assign WREADY = write;");
  text.Line(2, "assign ARREADY = read;");
  text.Line(2, "assign BRESP = 2'b00;");
  text.Line(2, "assign RRESP = 2'b00;");
  text.Blank();
  text.Line(2, "always @(posedge clk) begin");
  text.Line(4, "BVALID <= write | (BVALID & ~BREADY & ~rst);");
  text.Line(4, "RVALID <= read | (RVALID & ~RREADY & ~rst);");
  text.Line(2, "end");
  text.Blank();
  uint32_t written = 0;  // bits of WDATA that some register takes
  text.Line(2, "always @(posedge clk) begin");
  for (const AxiLiteRegister& reg : block.registers) {
    const ScalarPort& port = network.scalar_ports[reg.port];
    if (!port.is_input) continue;
    const std::string name = Identifier(port.name);
    for (uint32_t word = 0; word < Words(port); ++word) {
      text.Line(4, fmt::format("if (write & AWADDR[{}:2] == {}) begin", bits - 1,
                               Literal(bits - 2, reg.offset / 4 + word)));
      for (uint32_t lane = 0; lane < 4; ++lane) {
        const uint32_t low = word * 32 + lane * 8;
        if (low >= port.width) break;
        const uint32_t width = std::min(8U, port.width - low);
        written = std::max(written, lane * 8 + width);
        text.Line(
            6, fmt::format("if (WSTRB[{}]) {} <= {};", lane, Select(name, port.width, low, width),
                           Select("WDATA", 32, lane * 8, width)));
      }
      text.Line(4, "end");
    }
    text.Line(4, fmt::format("if (rst) {} <= {};", name, Literal(port.width, 0)));
  }
  text.Line(2, "end");
  text.Blank();
  text.Line(2, "always @(posedge clk) begin");
  text.Line(4, "if (read) begin");
  text.Line(6, fmt::format("case (ARADDR[{}:2])", bits - 1));
  for (const AxiLiteRegister& reg : block.registers) {
    const ScalarPort& port = network.scalar_ports[reg.port];
    for (uint32_t word = 0; word < Words(port); ++word) {
      const uint32_t width = std::min(32U, port.width - word * 32);
      const std::string value = Select(Identifier(port.name), port.width, word * 32, width);
      text.Line(
          8, fmt::format(
                 "{}: RDATA <= {};", Literal(bits - 2, reg.offset / 4 + word),
                 width == 32 ? value : fmt::format("{{{}, {}}}", Literal(32 - width, 0), value)));
    }
  }
  text.Line(8, "default: RDATA <= 32'd0;");
  text.Line(6, "endcase");
  text.Line(4, "end");
  text.Line(2, "end");
  text.Blank();
  std::string unused = "AWADDR[1:0], ARADDR[1:0]";
  if (written == 0) {
    unused += fmt::format(", AWADDR[{}:2], WSTRB, WDATA", bits - 1);
  } else if (written < 32) {
    unused += ", " + Select("WDATA", 32, written, 32 - written);
    if (written <= 24)
      unused += ", " + Select("WSTRB", 4, (written + 7) / 8, 4 - (written + 7) / 8);
  }
  text.Line(2, fmt::format("wire _unused = &{{1'b0, {}}};", unused));
  text.Line(0, "endmodule");
  return text.str();
}

}  // namespace vireo::compiler
