// SPDX-License-Identifier: Apache-2.0
// hls::axis: one beat of an AXI4-Stream with side channels, with the members of AMD's
// ap_axi_sdata.h (UG1399, "AXI4-Stream Interfaces with Side-Channels").
#ifndef VIREO_HW_HLS_AP_AXI_SDATA_H_
#define VIREO_HW_HLS_AP_AXI_SDATA_H_

#include "ap_int.h"

namespace hls {

namespace detail {
using Size = decltype(sizeof(0));
template <class T>
inline constexpr int kDataBits = static_cast<int>(sizeof(T) * 8);
template <int W>
inline constexpr int kDataBits<ap_uint<W>> = W;
template <int W>
inline constexpr int kDataBits<ap_int<W>> = W;
}  // namespace detail

// T is the data, WUser, WId and WDest the widths of TUSER, TID and TDEST. A side channel of width 0
// has no member, so it costs nothing and becomes no port; AMD's header has a member there that
// cannot be used.
#define VIREO_AXIS_UNWRAP(...) __VA_ARGS__
#define VIREO_AXIS(parameters, name, user_member, id_member, dest_member) \
  template <VIREO_AXIS_UNWRAP parameters>                                 \
  struct VIREO_AXIS_UNWRAP name {                                         \
    static constexpr int width = detail::kDataBits<T>;                    \
    static constexpr int kBytes = (width + 7) / 8;                        \
                                                                          \
    T data;                                                               \
    ap_uint<kBytes> keep;                                                 \
    ap_uint<kBytes> strb;                                                 \
    user_member;                                                          \
    ap_uint<1> last;                                                      \
    id_member;                                                            \
    dest_member;                                                          \
                                                                          \
    /* Every byte of the beat is data. */                                 \
    constexpr void keep_all() {                                           \
      keep = ~ap_uint<kBytes>(0);                                         \
      strb = ~ap_uint<kBytes>(0);                                         \
    }                                                                     \
  };

#define VIREO_AXIS_NONE static_assert(true)
#define VIREO_AXIS_USER ap_uint<static_cast<int>(WUser)> user
#define VIREO_AXIS_ID ap_uint<static_cast<int>(WId)> id
#define VIREO_AXIS_DEST ap_uint<static_cast<int>(WDest)> dest

VIREO_AXIS((class T, detail::Size WUser = 0, detail::Size WId = 0, detail::Size WDest = 0), (axis),
           VIREO_AXIS_USER, VIREO_AXIS_ID, VIREO_AXIS_DEST)
VIREO_AXIS((class T, detail::Size WId, detail::Size WDest), (axis<T, 0, WId, WDest>),
           VIREO_AXIS_NONE, VIREO_AXIS_ID, VIREO_AXIS_DEST)
VIREO_AXIS((class T, detail::Size WUser, detail::Size WDest), (axis<T, WUser, 0, WDest>),
           VIREO_AXIS_USER, VIREO_AXIS_NONE, VIREO_AXIS_DEST)
VIREO_AXIS((class T, detail::Size WUser, detail::Size WId), (axis<T, WUser, WId, 0>),
           VIREO_AXIS_USER, VIREO_AXIS_ID, VIREO_AXIS_NONE)
VIREO_AXIS((class T, detail::Size WDest), (axis<T, 0, 0, WDest>), VIREO_AXIS_NONE, VIREO_AXIS_NONE,
           VIREO_AXIS_DEST)
VIREO_AXIS((class T, detail::Size WId), (axis<T, 0, WId, 0>), VIREO_AXIS_NONE, VIREO_AXIS_ID,
           VIREO_AXIS_NONE)
VIREO_AXIS((class T, detail::Size WUser), (axis<T, WUser, 0, 0>), VIREO_AXIS_USER, VIREO_AXIS_NONE,
           VIREO_AXIS_NONE)
VIREO_AXIS((class T), (axis<T, 0, 0, 0>), VIREO_AXIS_NONE, VIREO_AXIS_NONE, VIREO_AXIS_NONE)

#undef VIREO_AXIS
#undef VIREO_AXIS_UNWRAP
#undef VIREO_AXIS_NONE
#undef VIREO_AXIS_USER
#undef VIREO_AXIS_ID
#undef VIREO_AXIS_DEST

}  // namespace hls

// D bits of data, and the widths of TUSER, TID and TDEST.
template <hls::detail::Size D, hls::detail::Size U = 0, hls::detail::Size I = 0,
          hls::detail::Size T = 0>
using ap_axiu = hls::axis<ap_uint<static_cast<int>(D)>, U, I, T>;
template <hls::detail::Size D, hls::detail::Size U = 0, hls::detail::Size I = 0,
          hls::detail::Size T = 0>
using ap_axis = hls::axis<ap_int<static_cast<int>(D)>, U, I, T>;

#endif  // VIREO_HW_HLS_AP_AXI_SDATA_H_
