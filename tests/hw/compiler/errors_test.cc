// SPDX-License-Identifier: Apache-2.0
// Every construct that is not accepted has an error that names its place and what to write instead.

#include "tests/hw/compiler/first_error.h"

namespace vireo::compiler {

TEST_P(Errors, NameThePlaceAndTheRemedy) {
  EXPECT_EQ(FirstError(GetParam().source), GetParam().error);
}

namespace {

INSTANTIATE_TEST_SUITE_P(
    OfTheSource, Errors,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"BadOption",
         R"(void top(S& in, S& out) {
#pragma HLS PIPELINE I=1
  out.write(in.read());
})",
         "7:1: error: pragma HLS PIPELINE has no option 'i'; it takes ii, off, rewind, "
         "style"},
        {"BadPragma",
         R"(void top(S& in, S& out) {
#pragma HLS PIPELIN II=1
  out.write(in.read());
})",
         "7:1: error: pragma HLS PIPELIN is not supported; supported are AGGREGATE, "
         "ARRAY_PARTITION, BIND_STORAGE, DATAFLOW, DEPENDENCE, INLINE, INTERFACE, LOOP_TRIPCOUNT, "
         "PIPELINE, RESET, STREAM, UNROLL"},
        {"BankConflict",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=t_ cyclic factor=2
#pragma HLS BIND_STORAGE variable=t_ type=ram_2p impl=lutram
  u8 a = in.read();
  out.write(t_[a] + t_[a + 2]); t_[a] = a; }
 u8 t_[256]; };)",
         "10:19: error: 't__0' is read at two addresses in one firing, first at source.cc:10; it "
         "has one read port: read once, cut it by ARRAY_PARTITION, or give it read ports by "
         "BIND_STORAGE type=ram_1wnr impl=lutram"},
        {"Bitfield",
         R"(struct P { unsigned a : 3; unsigned b : 5; };
void top(hls::stream<P>& in, S& out) { out.write(in.read().a); })",
         "7:1: error: stream 'in' carries 'P (has bit-fields)', which has no fixed bits; use "
         "numbers, enums, ap_uint, ap_int, and arrays and structs of them"},
        {"BothWays",
         R"(void top(S& in) {
  u8 a = in.read();
  in.write(a);
})",
         "8:6: error: 'in' is both read and written by this process; use two streams"},
        {"BramRmw",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=t_ impl=bram latency=1
  u8 a = in.read(); u8 n = t_[a]; t_[a] = n + 1; out.write(n); } u8 t_[256]; };)",
         "8:28: error: what is written to memory 't_' depends on what the same firing reads "
         "from it, 1 clock(s) after the address, and the next firing may read the same word: "
         "promise that it does not (#pragma HLS DEPENDENCE variable=t_ inter RAW distance=N "
         "true, or inter false), or hold it in LUTRAM (#pragma HLS BIND_STORAGE variable=t_ "
         "type=ram_2p impl=lutram)"},
        {"DataDistance",
         R"(class top { public: void Step(S& in, S& out) {
  u8 a = in.read();
#pragma HLS DEPENDENCE variable=t_ inter RAW distance=n_ true
  t_[a] = a; out.write(t_[a]); }
  private: u8 t_[256]; int n_ = 4; };)",
         "8:1: error: pragma HLS DEPENDENCE: 'distance=n_' is not constant; write a number or an "
         "expression that the compiler can fold"},
        {"DfCompute",
         R"(static void a(S& in, S& out, int n) { out.write(in.read() + n); }
void top(S& in, S& out, int n) {
#pragma HLS DATAFLOW
  a(in, out, n * 2);
})",
         "9:3: error: 'n' of 'a' is neither a stream, a constant nor a parameter of the top; "
         "between processes there are only streams"},
        {"DfConditional",
         R"(static void a(S& in, S& out) { out.write(in.read()); }
void top(S& in, S& out, bool c) {
#pragma HLS DATAFLOW
  if (c) a(in, out);
})",
         "9:10: error: whether 'a' is called depends on data; a process is always there: make "
         "the choice within it"},
        {"DfDangling",
         R"(static void a(S& in, S& out) { out.write(in.read()); }
void top(S& in, S& out) {
#pragma HLS DATAFLOW
  S s("s"), t("t");
  a(in, s);
  a(t, out);
})",
         "7:1: error: stream 's' is never read; connect its other end"},
        {"DfEmpty",
         R"(void top(S& in, S& out) {
#pragma HLS DATAFLOW
})",
         "6:1: error: stream 'in' is never used; remove it"},
        {"DfRead",
         R"(void top(S& in, S& out) {
#pragma HLS DATAFLOW
  out.write(in.read());
})",
         "8:16: error: a stream is read or written between processes; do it in a process of "
         "its own"},
        {"DfTwoReaders",
         R"(static void a(S& in, S& out) { out.write(in.read()); }
void top(S& in, S& o1, S& o2) {
#pragma HLS DATAFLOW
  a(in, o1);
  a(in, o2);
})",
         "10:3: error: 'in' is read by two processes, 'a' and 'a_2'; a stream has one at each "
         "end"},
        {"DfTwoWriters",
         R"(static void a(S& in, S& out) { out.write(in.read()); }
void top(S& i1, S& i2, S& o) {
#pragma HLS DATAFLOW
  a(i1, o);
  a(i2, o);
})",
         "10:3: error: 'o' is written by two processes, 'a' and 'a_2'; a stream has one at "
         "each end"},
        {"DoubleState",
         R"(class top { public: void Step(S& in, S& out) { sum_ += 1; out.write(in.read()); }
 double sum_ = 0; };)",
         "7:9: error: floating point is not supported; use ap_uint or ap_int as fixed point"},
        {"ExternFn",
         R"(int magic(int);
void top(S& in, S& out) { out.write(magic(in.read())); })",
         "7:37: error: 'magic' has no body here; hardware has no library to call: include its "
         "definition, or compute it in plain C++"},
        {"FactorLarge",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=t_ cyclic factor=300
  u8 a = in.read(); out.write(t_[a]++); } u8 t_[256]; };)",
         "8:1: error: 't_' is partitioned by 300, but has 256 elements"},
        {"FloatLocal",
         R"(void top(S& in, S& out) {
  float x = 1.5f;
  out.write(u8(int(in.read() * x)));
})",
         "7:9: error: floating point is not supported; use ap_uint or ap_int as fixed point"},
        {"FloatState",
         R"(class top { public: void Step(S& in, S& out) { out.write(in.read() + int(sum_)); }
 float sum_ = 0; };)",
         "7:8: error: floating point is not supported; use ap_uint or ap_int as fixed point"},
        {"FnPtr",
         R"(static int f(int x) { return x; }
static int g(int x) { return x + 1; }
void top(S& in, S& out) { u8 a = in.read(); int (*p)(int) = a == 1 ? f : g; out.write(p(a)); })",
         "8:61: error: data chooses between functions; call each under its own condition by "
         "if or switch"},
        {"Forever",
         R"(void top(S& in, S& out) {
  while (true) {
    out.write(in.read());
  }
})",
         "7:3: error: a loop without an end; a process fires again by itself: write the body "
         "of one firing"},
        {"Ii2",
         R"(void top(S& in, S& out) {
#pragma HLS PIPELINE II=2
  out.write(in.read());
})",
         "7:1: error: pragma HLS PIPELINE: a process fires every clock; write II=1"},
        {"ImplUnknown",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=t_ impl=flash
  u8 a = in.read(); out.write(t_[a]++); } u8 t_[256]; };)",
         "7:1: error: pragma HLS BIND_STORAGE: impl 'flash' is not one of lutram, bram, uram, "
         "auto"},
        {"InlineAsm", R"(void top(S& in, S& out) { asm volatile("nop"); out.write(in.read()); })",
         "6:27: error: inline assembly is not supported in hardware"},
        {"InterfaceNoparam",
         R"(void top(S& in, S& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE s_axilite port=out
  out.write(in.read());
})",
         "8:1: error: pragma HLS INTERFACE: 'out' is a stream; use axis"},
        {"Latency4",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=t_ impl=bram latency=4
  u8 a = in.read(); out.write(t_[a]++); } u8 t_[256]; };)",
         "7:1: error: pragma HLS BIND_STORAGE: latency is 0 (lutram only) to 3"},
        {"NewDelete",
         R"(void top(S& in, S& out) {
  int* p = new int(3);
  out.write(in.read() + *p);
  delete p;
})",
         "7:12: error: 'operator new': hardware has no heap; make it a member of the process, or "
         "a variable of the firing"},
        {"NoBody", R"(void top(S& in, S& out);)",
         "vireo-hls: error: 'top' is declared but has no body; name the source file that "
         "defines it"},
        {"NoTop", R"(void other(S& in, S& out) { out.write(in.read()); })",
         "vireo-hls: error: no function or class 'top' in source.cc"},
        {"OutOfBounds",
         R"(void top(S& in, S& out) { u8 a[4]; for (int i = 0; i <= 4; ++i) a[i] = i; out.write(a[in.read() & 3]); })",
         "6:70: error: element 4 of 'a' is written, which has 4; keep the index from 0 to 3"},
        {"PointerMember",
         R"(class top { public: void Step(S& in, S& out) { out.write(in.read() + *p_); } int* p_ = nullptr; };)",
         "6:1: error: 'p_' is a pointer or reference and cannot be state; use an index"},
        {"PointerParam", R"(void top(S& in, S& out, int* p) { out.write(in.read() + *p); })",
         "6:1: error: parameter 'p' is a pointer; memory outside a process is reached through "
         "streams"},
        {"PragmaNofactor",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=t_ cyclic
  out.write(t_[in.read()]++); } u8 t_[256]; };)",
         "7:1: error: pragma HLS ARRAY_PARTITION cyclic needs factor=N"},
        {"PragmaNotarray",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS ARRAY_PARTITION variable=x_ complete
  out.write(in.read() + x_++); } u8 x_ = 0; };)",
         "7:1: error: pragma HLS ARRAY_PARTITION: 'x_' is not an array"},
        {"PtrInt",
         R"(void top(S& in, S& out) { u8 a = in.read(); out.write(u8((unsigned long)&a)); })",
         "6:58: error: a pointer is made a number or a number a pointer; use an index"},
        {"PtrPayload",
         R"(struct P { int* p; };
void top(hls::stream<P>& in, S& out) { in.read(); out.write(1); })",
         "7:1: error: stream 'in' carries 'P', which has no fixed bits; use numbers, enums, "
         "ap_uint, ap_int, and arrays and structs of them"},
        {"ReadTwice",
         R"(void top(S& in, S& out) {
  u8 a = in.read();
  u8 b = in.read();
  out.write(a + b);
})",
         "8:13: error: 'in' is read in a firing that has already read it; a firing takes at "
         "most one token from a stream and gives at most one: do the rest in the next firing"},
        {"Recursion",
         R"(static int f(int n) { return n == 0 ? 0 : f(n - 1) + 1; }
void top(S& in, S& out) { out.write(f(in.read())); })",
         "6:43: error: 'f' calls itself without an end that is known here; write a loop with "
         "a constant bound"},
        {"ManyStreams", R"(void top(S (&in)[5000], S& out) { out.write(in[0].read()); })",
         "6:1: error: 'in' is an array of 5000 streams; write one of at most 4096"},
        {"Returns", R"(int top(S& in, S& out) { out.write(in.read()); return 1; })",
         "6:1: error: 'top' returns a value; a process gives its results to streams or "
         "references: make it void"},
        {"StaticCtor",
         R"(struct C { C(int n) { v = n * nn(); } static int nn(); int v; };
int C::nn() { return 3; }
void top(S& in, S& out) { static C c(4); out.write(in.read() + c.v++); })",
         "8:27: error: static 'c' has a constructor that runs at the first call; make it "
         "constexpr, or a member of a class"},
        {"StatusAfter",
         R"(void top(S& in, S& out) {
  u8 a = in.read();
  if (!in.empty()) out.write(a);
})",
         "8:11: error: 'in' is tested in a firing that has already read it; a firing takes at "
         "most one token from a stream and gives at most one: do the rest in the next firing"},
        {"StreamArrayDecay", R"(void top(S in[4], S& out) { out.write(in[1].read()); })",
         "6:1: error: parameter 'in' is a pointer; pass an array of streams by reference: "
         "hls::stream<T> (&name)[N]"},
        {"StreamMember",
         R"(class top { public: void Step(S& in, S& out) { s_.write(in.read()); out.write(s_.read()); } S s_; };)",
         "6:1: error: 's_' is a stream inside a process; a process talks through its "
         "parameters: pass it to Step, or add #pragma HLS DATAFLOW to make this a network"},
        {"StreamValue", R"(void top(S in, S& out) { out.write(in.read()); })",
         "6:1: error: stream 'in' is passed by value; pass it by reference: hls::stream<T>& in"},
        {"StructPtrCmp",
         R"(void top(S& in, S& out) { u8 a[4] = {1,2,3,4}; u8* p = &a[in.read() & 3]; out.write(p == &a[2] ? 1 : 0); })",
         "6:87: error: pointers are compared that depend on data; compare indices instead"},
        {"TwoReadsBram",
         R"(class top { public: void Step(S& in, S& out) {
#pragma HLS BIND_STORAGE variable=t_ type=ram_2p impl=bram
  u8 a = in.read();
  out.write(t_[a] + t_[a + 1]); t_[a] = a; }
 u8 t_[256]; };)",
         "9:19: error: 't_' is read at two addresses in one firing, first at source.cc:9; it has "
         "one read port: read once, cut it by ARRAY_PARTITION, or give it read ports by "
         "BIND_STORAGE type=ram_1wnr impl=lutram"},
        {"TwoWriters",
         R"(class top { public: void Step(S& in, S& out) {
  u8 a = in.read();
  t_[a] = 1;
  t_[a + 1] = 2;
  out.write(t_[a]); }
 u8 t_[256]; };)",
         "9:13: error: 't_' is written at two addresses in one firing, first at source.cc:8; a "
         "memory has one write port: write once, or cut it by ARRAY_PARTITION"},
        {"Unbounded",
         R"(void top(S& in, S& out) {
  u8 x = in.read();
  int n = 0;
  while (x != 0) { x = x >> 1; ++n; if (x == 3) x = 7; }
  out.write(n);
})",
         "9:43: error: one firing grows too large to be hardware; bound its loops by "
         "constants, do less in a firing, or cut the process into several"},
        {"VirtualStep",
         R"(struct B { virtual void Step(S& in, S& out) = 0; };
struct top : B { void Step(S& in, S& out) override { out.write(in.read()); } };)",
         "vireo-hls: error: the top's Step is virtual; hardware calls what it knows"},
        {"WriteTwice",
         R"(void top(S& in, S& out) {
  u8 a = in.read();
  out.write(a);
  if (a == 3) out.write(a);
})",
         "9:19: error: 'out' is written in a firing that has already written it; a firing "
         "takes at most one token from a stream and gives at most one: do the rest in the "
         "next firing"}}),
    NameOfErrorCase);

TEST(Accepted, WhatLooksLikeTheErrorsButIsRight) {
  EXPECT_EQ(FirstError("void top(S& in, S& out) { out.write(in.read()); }"), "");
  EXPECT_EQ(
      FirstError("int counter;\nvoid top(S& in, S& out) { out.write(in.read() + counter++); }"),
      "");
  EXPECT_EQ(FirstError("void top(S& in, S& out) { goto x; x: out.write(in.read()); }"), "");
}

}  // namespace
}  // namespace vireo::compiler
