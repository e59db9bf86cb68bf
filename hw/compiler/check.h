// SPDX-License-Identifier: Apache-2.0
// A check of what cannot happen: aborts with its place and a sentence.
#pragma once

#include <cstdio>
#include <cstdlib>

#define VIREO_CHECK(condition, sentence)                                                        \
  do {                                                                                          \
    if (!(condition)) {                                                                         \
      std::fprintf(stderr, "vireo-hls: internal error at %s:%d: %s (%s)\n", __FILE__, __LINE__, \
                   sentence, #condition);                                                       \
      std::abort();                                                                             \
    }                                                                                           \
  } while (false)
