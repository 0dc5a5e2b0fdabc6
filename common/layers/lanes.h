/* lanes.h -- eight numbers at once */
#ifndef GG_LANES_H
#define GG_LANES_H

#include "util/real.h"

typedef gg_real gg_lanes
    __attribute__((vector_size(8 * sizeof(gg_real)), aligned(sizeof(gg_real)), may_alias));

#define GG_INLINE static inline __attribute__((always_inline))
/* Compiled twice, chosen when the program starts; the same bits, since nothing is contracted to fma.  clang 14 cannot link
 * clones across files and gets the plain loops. */
#if defined(__x86_64__) && !defined(__clang__)
#define GG_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define GG_CLONES
#endif

#endif
