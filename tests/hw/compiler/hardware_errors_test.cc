// SPDX-License-Identifier: Apache-2.0
// Errors about streams, pins, networks, memories, pragmas and time.

#include "tests/hw/compiler/first_error.h"

namespace vireo::compiler {
namespace {

INSTANTIATE_TEST_SUITE_P(
    OfTheHardware, Errors,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"UnusedStream", R"(void top(S& in, S& out, S& spare) { out.write(in.read()); })",
         "6:1: error: 'spare' is neither read nor written by 'top', so that it has no "
         "direction; remove it"},
        {"UnusedStreamNet",
         R"(static void a(S& in, S& out) { out.write(in.read()); }
void top(S& in, S& out, S& spare) {
#pragma HLS DATAFLOW
  a(in, out);
})",
         "7:1: error: 'spare' is a stream of the top that nothing reads or writes; remove it"},
        {"UnusedStreamType",
         R"(struct T { hls::stream<struct Never>* p; };
void top(S& in, S& out, hls::stream<int>& spare) { out.write(in.read()); })",
         "7:1: error: stream 'spare' is never used; remove it"},
        {"TooLargeState",
         R"(class top { public: void Step(S& in, S& out) { out.write(t_[in.read()]); } u8 t_[1 << 23]; };)",
         "6:1: error: 'top' has 8388608 values of state, more than 4194304; memory of that "
         "size stands outside of a process: reach it through streams"},
        {"DataInit",
         R"(struct A { int k; A(int n) : k(n) {} void Step(S& in, S& out) { out.write(in.read() + k); } };
void top(S& in, S& out, int n) {
#pragma HLS DATAFLOW
  A a(n);
  a.Step(in, out);
})",
         "10:5: error: the initial value of 'a' is not constant"},
        {"TopBoth",
         R"(static void a(S& in, S& out) { out.write(in.read()); }
void top(S& in, S& both, S& out) {
#pragma HLS DATAFLOW
  a(in, both);
  a(both, out);
})",
         "7:1: error: 'both' is a stream of the top and both read and written inside; make "
         "the inner one a local stream"},
        {"DfNone",
         R"(void top(int n) {
#pragma HLS DATAFLOW
})",
         "6:1: error: a DATAFLOW region without processes; call functions that take streams"},
        {"VarArgs", R"(void top(S& in, S& out, ...) { out.write(in.read()); })",
         "6:1: error: variable arguments are not supported in hardware; name the parameters"},
        {"Struct16",
         R"(struct P { long a, b; };
void top(S& in, S& out, P p) { out.write(in.read() + p.b); })",
         "7:1: error: 'top' takes a parameter in a form that is not supported; pass streams "
         "by reference and numbers of up to 64 bits by value"},
        {"StreamPragma",
         R"(static void a(S& in, S& out) { out.write(in.read()); }
void top(S& in, S& out) {
#pragma HLS DATAFLOW
  int n = 0;
#pragma HLS STREAM variable=n depth=4
  a(in, out);
})",
         "10:1: error: pragma HLS STREAM: 'n' is not a stream"},
        {"PinPointer",
         R"(struct P { int* p; };
void top(S& in, S& out, P& p) { out.write(in.read()); })",
         "7:1: error: parameter 'p' of type 'P' cannot be a pin; use a stream, a number, or a "
         "struct of numbers"},
        {"AxisScalar",
         R"(void top(S& in, S& out, int n) {
#pragma HLS INTERFACE axis port=n
 out.write(in.read() + n); })",
         "7:1: error: pragma HLS INTERFACE axis: 'n' is not a stream; use ap_none or s_axilite"},
        {"IfNoParam",
         R"(static int n;
void top(S& in, S& out) {
#pragma HLS INTERFACE ap_none port=n
 out.write(in.read()); })",
         "8:1: error: pragma HLS INTERFACE: 'n' is not a parameter of the top"},
        {"CalledTwice",
         R"(struct A { int n = 0; void Step(S& in, S& out) { out.write(in.read() + n++); } };
void top(S& i1, S& i2, S& o1, S& o2) {
#pragma HLS DATAFLOW
  static A a;
  a.Step(i1, o1);
  a.Step(i2, o2);
})",
         "11:5: error: 'a' is called twice; a process has one place in a network: make a "
         "second object"},
        {"BoundNoStream",
         R"(static void a(S (&in)[2], S& out) { out.write(in[0].read() + in[1].read()); }
void top(S& in, S& out) {
#pragma HLS DATAFLOW
  a((S (&)[2])in, out);
})",
         "9:3: error: 'in' of 'a' is bound to something that is no stream"},
        {"PragmaUnknownVariable",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS AGGREGATE variable=inn
 out.write(in.read()); } };)",
         "7:1: error: pragma HLS AGGREGATE: use of undeclared identifier 'inn'; did you mean "
         "'in'?; name what is known where the pragma stands"},
        {"PragmaUnknownFactor",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=t_ cyclic factor=kTwo
 out.write(t_[in.read()]++); } u8 t_[256]; };)",
         "7:1: error: pragma HLS ARRAY_PARTITION: use of undeclared identifier 'kTwo'; name what "
         "is known where the pragma stands"},
        {"PragmaInClass",
         R"(class top { public:
#pragma HLS BIND_STORAGE variable=t_ impl=lutram
 void Step(S& in, S& out) { out.write(t_[in.read()]++); } u8 t_[256]; };)",
         "7:1: error: pragma HLS BIND_STORAGE: expected parameter declarator; a pragma stands "
         "within the body of a function"},
        {"StreamInProcess",
         R"(void top(S& in, S& out) {
#pragma HLS STREAM variable=in depth=16
 out.write(in.read()); })",
         "7:1: error: pragma HLS STREAM: 'in' is no stream of a network; give the depth where the "
         "stream is declared"},
        {"StreamType",
         R"(void top(S& in, S& out) {
#pragma HLS STREAM variable=in depth=16 type=pipo
 out.write(in.read()); })",
         "7:1: error: pragma HLS STREAM: 'type=pipo' is not supported; a stream is a FIFO: "
         "type=fifo"},
        {"StreamDepth0",
         R"(static void a(S& in, S& out) { out.write(in.read()); }
void top(S& in, S& out) {
#pragma HLS DATAFLOW
 S m;
#pragma HLS STREAM variable=m depth=0
 a(in, m); a(m, out); })",
         "10:1: error: pragma HLS STREAM: a depth is from 1 to 1048576, not 0"},
        {"BindFifo",
         R"(static void a(S& in, S& out) { out.write(in.read()); }
void top(S& in, S& out) {
#pragma HLS DATAFLOW
 S m;
#pragma HLS BIND_STORAGE variable=m type=fifo impl=bram
 a(in, m); a(m, out); })",
         "10:1: error: pragma HLS BIND_STORAGE: 'm' stands in a network, which has no memory but "
         "its FIFOs, made for their depth; bind within the process"},
        {"InterfaceMode",
         R"(void top(S& in, S& out, int n) {
#pragma HLS INTERFACE mode=m_axi port=n
 out.write(in.read() + n); })",
         "7:1: error: pragma HLS INTERFACE: 'mode=m_axi' is not supported; write mode=axis for a "
         "stream, ap_none or s_axilite for a number, ap_ctrl_none for port=return"},
        {"InterfaceReturn",
         R"(void top(S& in, S& out) {
#pragma HLS INTERFACE mode=s_axilite port=return
 out.write(in.read()); })",
         "7:1: error: pragma HLS INTERFACE: a process fires by itself, without a start: "
         "ap_ctrl_none goes with port=return, and nothing else does"},
        {"InterfaceOffset",
         R"(void top(S& in, S& out, int n) {
#pragma HLS INTERFACE s_axilite port=n offset=0x40
 out.write(in.read() + n); })",
         "7:1: error: pragma HLS INTERFACE has no option 'offset'; it takes ap_ctrl_none, "
         "ap_none, axis, bundle, depth, mode, register, register_mode, s_axilite"},
        {"Compact",
         R"(void top(S& in, S& out) {
#pragma HLS AGGREGATE variable=in compact=byte
 out.write(in.read()); })",
         "7:1: error: pragma HLS AGGREGATE: 'compact=byte' is not supported; structs are packed "
         "bit by bit: compact=bit"},
        {"UnrollFactor",
         R"(void top(S& in, S& out) { u8 a = in.read(), s = 0;
 for (int i = 0; i < 8; ++i) {
#pragma HLS UNROLL factor=0
  s += a[i]; }
 out.write(s); })",
         "8:1: error: pragma HLS UNROLL: factor is at least 1"},
        {"ResetMemory",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS RESET variable=t_
 out.write(t_[in.read()]++); } u8 t_[256] = {}; };)",
         "7:1: error: pragma HLS RESET: 't_' is not a register with an initial value; reset "
         "brings back what a member's initialiser says, and clears no memory"},
        {"PragmaNan",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS PIPELINE II=two
 out.write(in.read()); } };)",
         "7:1: error: pragma HLS PIPELINE: 'ii=two' is not a number; write ii=N with N "
         "decimal or a constant expression without spaces"},
        {"PragmaEmpty",
         R"(void top(S& in, S& out) {
#pragma HLS
 out.write(in.read()); })",
         "7:1: error: pragma HLS without a directive"},
        {"PragmaNoVar",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION complete
 out.write(t_[in.read()]++); } u8 t_[4]; };)",
         "7:1: error: pragma HLS ARRAY_PARTITION needs variable=NAME"},
        {"PartType",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=t_ type=striped factor=2
 out.write(t_[in.read()]++); } u8 t_[256]; };)",
         "7:1: error: pragma HLS ARRAY_PARTITION: type 'striped' is not one of complete, "
         "cyclic, block"},
        {"BindType",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=t_ type=ram_3p
 out.write(t_[in.read()]++); } u8 t_[256]; };)",
         "7:1: error: pragma HLS BIND_STORAGE: type 'ram_3p' is not one of ram_1p, ram_2p, "
         "ram_s2p, ram_t2p, ram_1wnr, rom_1p, rom_2p, rom_np"},
        {"BindConstantIndices",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=t_ type=ram_2p impl=bram latency=2
  out.write(t_[1]); t_[1] = t_[0]; t_[0] = in.read(); } u8 t_[2] = {}; };)",
         "7:1: error: pragma HLS BIND_STORAGE: 't_' becomes registers, as no index into it is "
         "data; remove the pragma, or index it by data"},
        {"BindPartitioned",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=t_ complete dim=0
#pragma HLS BIND_STORAGE variable=t_ impl=lutram
  u8 a = in.read(); out.write(t_[a & 1][a >> 6]++); } u8 t_[2][4] = {}; };)",
         "8:1: error: pragma HLS BIND_STORAGE: 't_' becomes registers, as ARRAY_PARTITION cuts "
         "it completely; remove one of the two pragmas"},
        {"PromiseConstantIndices",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS DEPENDENCE variable=t_ inter false
  out.write(t_[1]); t_[1] = t_[0]; t_[0] = in.read(); } u8 t_[2] = {}; };)",
         "7:1: error: pragma HLS DEPENDENCE: 't_' becomes registers, as no index into it is data; "
         "remove the pragma, or index it by data"},
        {"PromisePartitioned",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=t_ complete
#pragma HLS DEPENDENCE variable=t_ inter RAW distance=4 true
  u8 a = in.read(); out.write(t_[a & 3]++); } u8 t_[4] = {}; };)",
         "8:1: error: pragma HLS DEPENDENCE: 't_' becomes registers, as ARRAY_PARTITION cuts it "
         "completely; remove one of the two pragmas"},
        {"BindInElement",
         R"(struct Lane { u8 t[16]; u8 Swap(u8 at, u8 v) {
#pragma HLS BIND_STORAGE variable=t impl=lutram
  u8 old = t[at & 15]; t[at & 15] = v; return old; } };
class top { public: void Step(S& in, S& out) {
  u8 a = in.read(); out.write(lanes_[a & 3].Swap(a >> 4, a)); } Lane lanes_[4]; };)",
         "7:1: error: pragma HLS BIND_STORAGE: data choose the element of 'lanes_' that 't' lies "
         "in; name 'lanes_', or write an array of two dimensions"},
        {"BindLocal",
         R"(void top(S& in, S& out) { u8 t[4] = {1, 2, 3, 4};
#pragma HLS BIND_STORAGE variable=t impl=lutram
  out.write(t[in.read() & 3]); })",
         "7:1: error: pragma HLS BIND_STORAGE: 't' is a variable of one firing, which becomes "
         "wires; remove the pragma, or make it a member of the process for a memory"},
        {"BindConstant",
         R"(static const u8 kT[4] = {1, 2, 3, 4};
void top(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=kT type=rom_1p impl=bram
  out.write(kT[in.read() & 3]); })",
         "8:1: error: pragma HLS BIND_STORAGE: 'kT' is a constant table, which becomes gates; "
         "remove the pragma, or make it a member of the process for a memory"},
        {"BindStream",
         R"(void top(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=out impl=lutram
  out.write(in.read()); })",
         "7:1: error: pragma HLS BIND_STORAGE: 'out' is a stream, whose FIFO is made for its "
         "depth; remove the pragma"},
        {"BramLatency0",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=t_ impl=bram latency=0
 out.write(t_[in.read()]++); } u8 t_[256]; };)",
         "7:1: error: pragma HLS BIND_STORAGE: block RAM and URAM have a read latency of 1 to "
         "3; impl=lutram can read in the same clock"},
        {"PartOfArray",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=t_[0] complete
 out.write(t_[0][in.read()]++); } u8 t_[2][256]; };)",
         "7:1: error: pragma HLS ARRAY_PARTITION: 't_[0]' is a part of an array; name all of "
         "it"},
        {"DimTooLarge",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=t_ complete dim=3
 out.write(t_[0][in.read()]++); } u8 t_[2][256]; };)",
         "7:1: error: pragma HLS ARRAY_PARTITION: 't_' has 2 dimension(s), and dim=3 is none "
         "of them"},
        {"ChainedReads",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=t_ type=ram_2p impl=lutram
  u8 a = in.read();
  u8 x = 0;
  if (a[0]) x = t_[a];
  u8 y = x ^ 1;
  if (!a[0]) y = t_[y];
  out.write(y); t_[a] = y; }
 u8 t_[256]; };)",
         "11:10: error: a memory with one read port is read at an address that depends on "
         "another read of it in the same firing; read it in two firings, or give it two read "
         "ports by BIND_STORAGE type=ram_1wnr impl=lutram"},
        {"ReadDecides",
         R"(class top { public: void Step(S& in, S& a, S& out) {
#pragma HLS BIND_STORAGE variable=t_ impl=bram latency=1
  u8 k = in.read();
  u8 v = t_[k];
  if (v == 3) v = a.read();
  t_[u8(k + 1)] = 7;
  out.write(v); }
 u8 t_[256]; };)",
         "9:10: error: whether a stream is read depends on memory 't_', whose data come 1 "
         "clock(s) after the address: keep what decides about reading in a register, or the "
         "memory in LUTRAM (#pragma HLS BIND_STORAGE variable=t_ type=ram_2p impl=lutram)"},
        {"RomCycle",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=t_ impl=bram latency=1
  at_ = t_[at_] + in.read();
  out.write(at_); }
 u8 t_[256]; u8 at_ = 0; };)",
         "8:17: error: what the next firing needs depends on memory 't_', whose data come 1 "
         "clock(s) after the address: no state may lie on a cycle through it; hold the memory "
         "in LUTRAM (#pragma HLS BIND_STORAGE variable=t_ type=ram_2p impl=lutram)"},
        {"Distance",
         R"(class top { public: void Step(hls::stream<ap_uint<64> >& in, hls::stream<ap_uint<64> >& out) {
#pragma HLS BIND_STORAGE variable=t_ impl=bram latency=3
#pragma HLS DEPENDENCE variable=t_ inter RAW distance=2 true
  ap_uint<64> k = in.read();
  ap_uint<64> v = t_[k & 255];
  t_[k & 255] = (v + k) * 77;
  out.write(v); }
 ap_uint<64> t_[256]; };)",
         "13:1: error: memory 't_' is written 4 clock(s) after it is read, but the source "
         "promises only that a word is read again 2 firings later: promise distance=5 if that "
         "holds, or shorten the path from the read to the write"},
        {"CycleTime",
         R"(class top { public: void Step(hls::stream<ap_uint<32> >& in, hls::stream<ap_uint<32> >& out) {
  s_ = (s_ + in.read()) * 5 % 1001;
  out.write(s_); }
 ap_uint<32> s_ = 0; };)",
         "9:1: error: the cycle of state through 's_' takes 69.64 ns by the delay proxy, "
         "65.64 ns more than the clock: compute ahead of it what does not depend on the "
         "state, or split the state over two processes"},
        {"LongOp",
         R"(void top(hls::stream<ap_uint<512> >& in, hls::stream<ap_uint<512> >& out) {
  ap_uint<512> a = in.read();
  ap_uint<512> b = a * a;
  out.write(b / (a | 1)); })",
         "8:20: error: the path to a pipeline register in stage 0 takes 560.28 ns by the "
         "delay proxy, 556.28 ns more than the clock: one operation on it is longer than the "
         "clock, and registers stand only between operations; narrow it, or do it in steps "
         "over several firings"},
        {"DecidesLate",
         R"(class top { public: void Step(hls::stream<ap_uint<64> >& in, S& other, S& out) {
  ap_uint<64> a = in.read();
  u8 r = 0;
  if ((a * a) % 1000003 == 17) r = other.read();
  out.write(r); } };)",
         "7:22: error: the path to the reading of stream in in stage 0 takes 199.78 ns by the "
         "delay proxy, 195.78 ns more than the clock: what decides whether streams are read "
         "cannot be pipelined; make it depend on less"}}),
    NameOfErrorCase);

}  // namespace
}  // namespace vireo::compiler
