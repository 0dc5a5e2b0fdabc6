/* lanes.h -- eight numbers at once */
#ifndef GG_LANES_H
#define GG_LANES_H

#include "util/clones.h"
#include "util/real.h"

typedef gg_real gg_lanes
    __attribute__((vector_size(8 * sizeof(gg_real)), aligned(sizeof(gg_real)), may_alias));

#define GG_INLINE static inline __attribute__((always_inline))

#endif
