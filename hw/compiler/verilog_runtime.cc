// SPDX-License-Identifier: Apache-2.0
// Text of the FIFO modules.

#include "hw/compiler/verilog_runtime.h"

#include "hw/compiler/verilog_text.h"

namespace vireo::compiler {

namespace {

// Replaces $NAME$ by the module's name.
std::string Instantiate(std::string text, const std::string& name) {
  const std::string mark = "$NAME$";
  for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.replace(at, mark.size(), name);
  }
  return text;
}

}  // namespace

FifoBody FifoBodyFor(uint32_t width, uint32_t depth) {
  return depth > 256 && uint64_t{width} * depth > 16384 ? FifoBody::kBlock : FifoBody::kDistributed;
}

std::string FifoModule(const std::string& prefix) { return prefix + "_fifo"; }
std::string FifoBlockModule(const std::string& prefix) { return prefix + "_fifo_block"; }
std::string FifoCreditModule(const std::string& prefix) { return prefix + "_fifo_credit"; }

std::string EmitFifo(const std::string& prefix) {
  return Instantiate(R"verilog(
// A FIFO of DEPTH words, of which the first stands in an output register.
module $NAME$ #(
  parameter WIDTH = 8,
  parameter DEPTH = 2,
  parameter ADDRESS = 1,  // bits of an index into the DEPTH - 1 words of the body
  parameter COUNT = 2     // bits of a number up to DEPTH
) (
  input  wire clk,
  input  wire rst,
  input  wire [WIDTH-1:0] in_data,
  input  wire in_valid,   // only with in_ready
  output reg  in_ready,
  output reg  [WIDTH-1:0] out_data,
  output reg  out_valid,
  input  wire out_ready
);
  localparam WORDS = DEPTH > 1 ? DEPTH - 1 : 1;
  localparam [COUNT-1:0] ONE = 1;
  localparam [31:0] LIMIT = DEPTH;
  localparam [ADDRESS-1:0] STEP = 1;
  localparam [31:0] LAST = WORDS - 1;

  (* ram_style = "distributed" *)
  reg [WIDTH-1:0] body [0:WORDS-1];
  reg [ADDRESS-1:0] head;
  reg [ADDRESS-1:0] tail;
  reg body_used;          // the body holds a word
  reg [COUNT-1:0] used;   // words in all

  wire load = out_ready | ~out_valid;   // the output register takes a word
  wire store = in_valid & (body_used | ~load);
  wire fetch = load & body_used;
`ifdef SYNTHESIS
  wire active = 1'b1;
`else  // a clock that changes nothing need not be computed
  wire active = in_valid | (out_ready & out_valid) | ~in_ready | rst;
`endif

  always @(posedge clk) if (active) begin
    if (store) body[tail] <= in_data;
    if (load) out_data <= body_used ? body[head] : in_data;
    if (load) out_valid <= body_used | in_valid;
    if (store) tail <= tail == LAST[ADDRESS-1:0] ? {ADDRESS{1'b0}} : tail + STEP;
    if (fetch) head <= head == LAST[ADDRESS-1:0] ? {ADDRESS{1'b0}} : head + STEP;
    // `used` counts the output register's word too.
    body_used <= store | (body_used & ~(fetch & used == ONE + ONE));
    used <= used + {{COUNT-1{1'b0}}, in_valid} - {{COUNT-1{1'b0}}, out_ready & out_valid};
    in_ready <= (out_ready & out_valid) | used < LIMIT[COUNT-1:0] - ONE
        | (used == LIMIT[COUNT-1:0] - ONE & ~in_valid);
    if (rst) begin
      out_valid <= 1'b0;
      in_ready <= 1'b0;
      body_used <= 1'b0;
      head <= {ADDRESS{1'b0}};
      tail <= {ADDRESS{1'b0}};
      used <= {COUNT{1'b0}};
    end
  end
endmodule
)verilog",
                     FifoModule(prefix));
}

std::string EmitFifoBlock(const std::string& prefix) {
  return Instantiate(R"verilog(
// A FIFO of DEPTH words in block RAM, whose two output registers hold the first words.
module $NAME$ #(
  parameter WIDTH = 8,
  parameter DEPTH = 512,
  parameter ADDRESS = 9,  // bits of an index into the DEPTH words of the body
  parameter COUNT = 10    // bits of a number up to DEPTH
) (
  input  wire clk,
  input  wire rst,
  input  wire [WIDTH-1:0] in_data,
  input  wire in_valid,   // only with in_ready
  output reg  in_ready,
  output reg  [WIDTH-1:0] out_data,
  output reg  out_valid,
  input  wire out_ready
);
  localparam [COUNT-1:0] ONE = 1;
  localparam [31:0] LIMIT = DEPTH;
  localparam [ADDRESS-1:0] STEP = 1;
  localparam [31:0] LAST = DEPTH - 1;

  (* ram_style = "block" *)
  reg [WIDTH-1:0] body [0:DEPTH-1];
  reg [ADDRESS-1:0] head;
  reg [ADDRESS-1:0] tail;
  reg [COUNT-1:0] stored;  // words in the body that were not fetched
  reg [COUNT-1:0] used;    // words in all
  reg [WIDTH-1:0] fetched;
  reg fetched_valid;

  wire load = out_ready | ~out_valid;
  wire next = load | ~fetched_valid;    // `fetched` is free for another word
  wire fetch = next & stored != {COUNT{1'b0}};

  always @(posedge clk) begin
    if (in_valid) body[tail] <= in_data;
  end
  always @(posedge clk) begin
    if (next) fetched <= body[head];
  end
  always @(posedge clk) begin
    if (next) fetched_valid <= fetch;
    if (load) out_data <= fetched;
    if (load) out_valid <= fetched_valid;
    if (in_valid) tail <= tail == LAST[ADDRESS-1:0] ? {ADDRESS{1'b0}} : tail + STEP;
    if (fetch) head <= head == LAST[ADDRESS-1:0] ? {ADDRESS{1'b0}} : head + STEP;
    stored <= stored + {{COUNT-1{1'b0}}, in_valid} - {{COUNT-1{1'b0}}, fetch};
    used <= used + {{COUNT-1{1'b0}}, in_valid} - {{COUNT-1{1'b0}}, out_ready & out_valid};
    in_ready <= (out_ready & out_valid) | used < LIMIT[COUNT-1:0] - ONE
        | (used == LIMIT[COUNT-1:0] - ONE & ~in_valid);
    if (rst) begin
      fetched_valid <= 1'b0;
      out_valid <= 1'b0;
      in_ready <= 1'b0;
      head <= {ADDRESS{1'b0}};
      tail <= {ADDRESS{1'b0}};
      stored <= {COUNT{1'b0}};
      used <= {COUNT{1'b0}};
    end
  end
endmodule
)verilog",
                     FifoBlockModule(prefix));
}

std::string EmitFifoCredit(const std::string& prefix) {
  return Instantiate(R"verilog(
// Room in a FIFO of DEPTH words whose producer reserves it some clocks before it pushes.
module $NAME$ #(
  parameter DEPTH = 4,
  parameter COUNT = 3     // bits of a number up to DEPTH
) (
  input  wire clk,
  input  wire rst,
  input  wire reserve,    // only with room
  input  wire cancel,     // a reservation that no push will use
  input  wire take,       // a word leaves the FIFO
  output reg  room
);
  localparam [COUNT-1:0] ONE = 1;
  localparam [31:0] LIMIT = DEPTH;

  reg [COUNT-1:0] credits;
`ifdef SYNTHESIS
  wire active = 1'b1;
`else  // a clock that changes nothing need not be computed
  wire active = reserve | cancel | take | ~room | rst;
`endif

  always @(posedge clk) if (active) begin
    credits <= credits + {{COUNT-1{1'b0}}, cancel} + {{COUNT-1{1'b0}}, take}
        - {{COUNT-1{1'b0}}, reserve};
    room <= cancel | take | credits > ONE | (credits == ONE & ~reserve);
    if (rst) begin
      credits <= LIMIT[COUNT-1:0];
      room <= 1'b0;
    end
  end
endmodule
)verilog",
                     FifoCreditModule(prefix));
}

}  // namespace vireo::compiler
