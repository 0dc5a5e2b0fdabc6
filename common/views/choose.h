/* choose.h -- a part of the particles, drawn without replacement */
#ifndef GG_CHOOSE_H
#define GG_CHOOSE_H

#include "util/arena.h"
#include "util/rng.h"
#include <stdbool.h>

/* [n] true for round(part n) of n, and one at least where n > 0; all sets of that size are alike.  In `a`. */
bool *gg_choose(int64_t n, double part, struct gg_rng *r, struct gg_arena *a);

#endif
