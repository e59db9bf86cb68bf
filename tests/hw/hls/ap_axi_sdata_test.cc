// SPDX-License-Identifier: Apache-2.0
// hls::axis: which members a beat has, and how wide they are.
#include <ap_axi_sdata.h>
#include <gtest/gtest.h>
#include <hls_stream.h>

namespace {

template <class T>
concept HasUser = requires(T t) { t.user; };
template <class T>
concept HasId = requires(T t) { t.id; };
template <class T>
concept HasDest = requires(T t) { t.dest; };

TEST(ApAxiSdata, SideChannelsHaveTheirWidths) {
  using Beat = ap_axiu<512, 81, 6, 4>;
  static_assert(decltype(Beat::data)::width == 512 && decltype(Beat::keep)::width == 64 &&
                decltype(Beat::strb)::width == 64);
  static_assert(decltype(Beat::user)::width == 81 && decltype(Beat::last)::width == 1);
  static_assert(decltype(Beat::id)::width == 6 && decltype(Beat::dest)::width == 4);
  static_assert(std::is_same_v<decltype(Beat::data), ap_uint<512>>);
  static_assert(std::is_same_v<decltype(ap_axis<12, 0, 0, 0>::data), ap_int<12>>);
  static_assert(decltype(ap_axis<12, 0, 0, 0>::keep)::width == 2);
}

TEST(ApAxiSdata, ASideChannelOfWidthZeroHasNoMember) {
  static_assert(HasUser<ap_axiu<8, 1, 1, 1>> && HasId<ap_axiu<8, 1, 1, 1>> &&
                HasDest<ap_axiu<8, 1, 1, 1>>);
  static_assert(!HasUser<ap_axiu<8, 0, 1, 1>> && HasId<ap_axiu<8, 0, 1, 1>> &&
                HasDest<ap_axiu<8, 0, 1, 1>>);
  static_assert(HasUser<ap_axiu<8, 1, 0, 1>> && !HasId<ap_axiu<8, 1, 0, 1>> &&
                HasDest<ap_axiu<8, 1, 0, 1>>);
  static_assert(HasUser<ap_axiu<8, 1, 1, 0>> && HasId<ap_axiu<8, 1, 1, 0>> &&
                !HasDest<ap_axiu<8, 1, 1, 0>>);
  static_assert(HasUser<ap_axiu<8, 1, 0, 0>> && !HasId<ap_axiu<8, 1, 0, 0>> &&
                !HasDest<ap_axiu<8, 1, 0, 0>>);
  static_assert(!HasUser<ap_axiu<8, 0, 1, 0>> && HasId<ap_axiu<8, 0, 1, 0>> &&
                !HasDest<ap_axiu<8, 0, 1, 0>>);
  static_assert(!HasUser<ap_axiu<8, 0, 0, 1>> && !HasId<ap_axiu<8, 0, 0, 1>> &&
                HasDest<ap_axiu<8, 0, 0, 1>>);
  static_assert(!HasUser<ap_axiu<8, 0, 0, 0>> && !HasId<ap_axiu<8, 0, 0, 0>> &&
                !HasDest<ap_axiu<8, 0, 0, 0>>);
}

struct Header {
  short length;
  char type[6];
};

TEST(ApAxiSdata, AStructIsDataOfItsBytes) {
  static_assert(decltype(hls::axis<Header, 0, 0, 0>::keep)::width == 8);
  static_assert(hls::axis<ap_uint<9>, 0, 0, 0>::width == 9);
}

TEST(ApAxiSdata, KeepAllMarksEveryByte) {
  ap_axiu<24, 0, 0, 0> beat;
  beat.keep_all();
  EXPECT_EQ(beat.keep, 7);
  EXPECT_EQ(beat.strb, 7);
}

TEST(ApAxiSdata, ABeatGoesThroughAStream) {
  hls::stream<ap_axiu<32, 4, 0, 0>> s("s");
  ap_axiu<32, 4, 0, 0> beat;
  beat.data = 0xDEADBEEF;
  beat.user = 9;
  beat.last = 1;
  s.write(beat);
  const auto out = s.read();
  EXPECT_EQ(out.data, 0xDEADBEEF);
  EXPECT_EQ(out.user, 9);
  EXPECT_EQ(out.last, 1);
}

}  // namespace
