// SPDX-License-Identifier: Apache-2.0
// Errors about C++ that hardware does not have: loops, types, pointers, calls.

#include "tests/hw/compiler/first_error.h"

namespace vireo::compiler {
namespace {

INSTANTIATE_TEST_SUITE_P(
    OfTheLanguage, Errors,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"OpenLoop",
         R"(void top(S& in, S& out) {
  int n = 0;
  while (!in.empty()) ++n;
  out.write(n);
})",
         "8:3: error: a loop has no constant bound: after 600 turns it could still go on; "
         "write for (int i = 0; i < N; ++i) with N constant, and leave it early by break"},
        {"LoopData",
         R"(void top(S& in, S& out) {
  u8 x = in.read();
  u8 n = 0;
  while (x != 0) { x = x - 1; n = n + 1; }
  out.write(n);
})",
         "9:24: error: one firing grows too large to be hardware; bound its loops by "
         "constants, do less in a firing, or cut the process into several"},
        {"VirtualMember",
         R"(struct B { virtual u8 F(u8 x) { return x + 1; } };
struct D : B { u8 F(u8 x) override { return x + 2; } };
class top { public: void Step(S& in, S& out) { B* b = &d_; out.write(b->F(in.read())); } D d_; };)",
         "8:1: error: 'd_' has virtual functions; hardware calls what it knows: make them plain, "
         "or choose by a template parameter"},
        {"VirtualLocal",
         R"(struct B { virtual u8 F(u8 x) { return x + 1; } };
struct D : B { u8 F(u8 x) override { return x + 2; } };
void top(S& in, S& out) { D d; B* b = &d; out.write(b->F(in.read())); })",
         "8:56: error: a call through a pointer that is not constant, or of a virtual function; "
         "choose by if or switch"},
        {"LibraryObject",
         R"(struct Stream { Stream& operator<<(int); };
extern Stream cout;
void top(S& in, S& out) { cout << 1; out.write(in.read()); })",
         "8:32: error: 'cout' is defined elsewhere; hardware has no library: include its "
         "definition, or leave out what uses it by #ifndef __SYNTHESIS__"},
        {"Vector",
         R"(typedef int v4 __attribute__((vector_size(16)));
void top(S& in, S& out) { v4 a = {1, 2, 3, 4}; a = a + a; out.write(in.read() + a[0]); })",
         "7:30: error: vector types are not supported; use an array"},
        {"ComputedGoto",
         R"(void top(S& in, S& out) { void* p = &&end; goto *p; end: out.write(in.read()); })",
         "6:33: error: a constant of this kind is not supported in hardware"},
        {"Atomic",
         R"(static int n;
void top(S& in, S& out) { out.write(in.read() + __atomic_fetch_add(&n, 1, 0)); })",
         "7:49: error: 'atomicrmw' is not supported in hardware"},
        {"ExternConst",
         R"(extern const int kTable[4];
void top(S& in, S& out) { out.write(kTable[in.read() & 3]); })",
         "7:37: error: constant 'kTable' has no value here; define it in a header"},
        {"FloatArg",
         R"(static float half(float x) { return x / 2; }
void top(S& in, S& out) { out.write(int(half(in.read()))); })",
         "7:46: error: floating point is not supported; use ap_uint or ap_int as fixed point"},
        {"Vla2",
         R"(void top(hls::stream<int>& in, S& out) { int n = in.read(); char a[n]; a[0] = 1; out.write(a[0]); })",
         "6:61: error: an array of a size that is not constant; give it a constant size"},
        {"NullCall",
         R"(void top(S& in, S& out) { int (*f)(int) = nullptr; out.write(f(in.read())); })",
         "6:62: error: a call through a pointer that is not constant, or of a virtual function; "
         "choose by if or switch"},
        {"MemcpyData",
         R"(void top(S& in, S& out) { u8 a[4] = {}, b[4] = {1, 2, 3, 4}; __builtin_memcpy(a, b, in.read() & 3); out.write(a[0]); })",
         "6:62: error: a copy of a size that is not constant; copy element by element in a "
         "loop with a constant bound"},
        {"Intrinsic",
         R"(void top(S& in, S& out) { out.write(in.read() + __builtin_readcyclecounter()); })",
         "6:49: error: 'llvm.readcyclecounter' is not supported in hardware"},
        {"NullRead", R"(void top(S& in, S& out) { int* p = nullptr; out.write(in.read() + *p); })",
         "6:67: error: a read through a pointer that does not point to a known object; point "
         "it to a variable or a member first"},
        {"NullWrite",
         R"(void top(S& in, S& out) { int* p = nullptr; *p = in.read(); out.write(1); })",
         "6:48: error: a write through a pointer that does not point to a known object; point "
         "it to a variable or a member first"},
        {"PointerNumber",
         R"(void top(S& in, S& out) { u8 a = in.read(); u8* p = &a; unsigned long n; __builtin_memcpy(&n, &p, 8); out.write(n & 255); })",
         "6:115: error: a pointer is used as a number; hardware has no addresses: use an index"},
        {"PartPointer",
         R"(void top(S& in, S& out) { u8 a = in.read(); u8* p = &a; unsigned n; __builtin_memcpy(&n, &p, 4); out.write(n & 255); })",
         "6:69: error: part of a pointer is read; hardware has no addresses"},
        {"WriteConst",
         R"(static const u8 kT[2] = {1, 2};
void top(S& in, S& out) { const_cast<u8&>(kT[0]) = in.read(); out.write(1); })",
         "7:50: error: 'kT' is constant and is written here"},
        {"LargeLocal",
         R"(void top(S& in, S& out) { u8 a[70000]; unsigned i = in.read() * 257; a[0] = 1; out.write(a[i % 70000]); })",
         "6:84: error: an index into 'a' ranges over 70000 elements that are not a memory; "
         "make the array a member of the process or a constant table"},
        {"ReadOutside",
         R"(void top(S& in, S& out) { u8 a[4] = {}; in.read(); out.write(*(a + 5)); })",
         "6:56: error: element 5 of 'a' is read, which has 4; keep the index from 0 to 3"},
        {"IndexPointers",
         R"(void top(S& in, S& out) { u8 a = 1, b = 2; u8* p[2] = {&a, &b}; out.write(*p[in.read() & 1]); })",
         "6:76: error: an index chooses between pointers; choose between the values instead"},
        {"IndexBeyond",
         R"(void top(S& in, S& out) { u8 a[2] = {1, 2}; unsigned i = in.read() & 1; out.write(*((a + 4) + i)); })",
         "6:77: error: an index is outside of 'a'"},
        {"LifeExtended",
         R"(void top(S& in, S& out) { static int&& r = 5; out.write(in.read() + r++); })",
         "6:70: error: the temporary that 'r' refers to cannot be state; make it a member of "
         "the process, by value"},
        {"PtrInMemory",
         R"(class top { public: void Step(S& in, S& out) { u8 a = in.read(); u8* p = &a; __builtin_memcpy(&t_[a], &p, 8); out.write(1); } unsigned long t_[256]; };)",
         "6:78: error: a pointer is stored in 't_'"},
        {"PartField",
         R"(struct P { unsigned a; unsigned b; };
class top { public: void Step(S& in, S& out) { u8 a = in.read(); reinterpret_cast<unsigned char*>(&t_[a].a)[1] = 3; out.write(t_[a].b); } P t_[256]; };)",
         "7:112: error: part of the field 'a' of 't_' is written through a pointer; write the "
         "whole field"},
        {"UnionState",
         R"(union U { int a; short b; };
class top { public: void Step(S& in, S& out) { u_.a = in.read(); out.write(u_.b); } U u_; };)",
         "7:1: error: 'u_' of type 'U' cannot be state; use numbers, enums, ap_uint, ap_int, "
         "and arrays and structs of them"},
        {"Throw",
         R"(void top(S& in, S& out) { u8 a = in.read(); if (a == 3) throw 1; out.write(a); })",
         "6:57: error: 'throw': hardware has no exceptions; send what went wrong in the token, or "
         "assert what cannot happen"},
        {"Try", R"(void top(S& in, S& out) { try { out.write(in.read()); } catch (int) {} })",
         "6:27: error: 'try': hardware has no exceptions; send what went wrong in the token, or "
         "assert what cannot happen"},
        {"StreamSize", R"(void top(S& in, S& out) { if (in.size() > 2) out.write(in.read()); })",
         "6:34: error: hardware sees only whether a stream is empty() or full(); count its tokens "
         "in a register"},
        {"StreamOfStreams",
         R"(void top(hls::stream<S>& in, S& out) { out.write(in.read().read()); })",
         "6:52: error: a stream carries tokens and no streams; pass an array of streams by "
         "reference, hls::stream<T> (&name)[N], and send which of them is meant"},
        {"RotateSigned",
         R"(void top(S& in, S& out) { ap_int<8> a = in.read(); a.lrotate(3); out.write(a); })",
         "6:54: error: AMD's headers rotate copies of the sign into an ap_int: rotate an ap_uint"},
        {"LocalStream",
         R"(void top(S& in, S& out) { S s; s.write(in.read()); out.write(s.read()); })",
         "6:34: error: 's' is a stream inside a process; a process talks through its "
         "parameters: pass it in, or add #pragma HLS DATAFLOW to make this a network"}}),
    NameOfErrorCase);

}  // namespace
}  // namespace vireo::compiler
