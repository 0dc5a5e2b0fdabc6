/* irreps_key.h -- irreps that a YAML key gives as text, and what a gate needs in front of it */
#ifndef GG_IRREPS_KEY_H
#define GG_IRREPS_KEY_H

#include "util/irreps.h"

/* "8x0e+8x1o", or "gate(8x0e+8x1o)": what a gate needs to give these.  GG_USAGE, with `key` in front. */
int gg_irreps_from_key(struct gg_irreps *out, const char *text, const char *key, struct gg_err *err);

/* The scalars of `wanted`, then one gate scalar (0e) for each of its channels with l > 0, then those, in order; neighbours
 * of the same (l, p) joined: 8x0e+8x1o -> 16x0e+8x1o. */
int gg_gate_irreps(struct gg_irreps *out, const struct gg_irreps *wanted, struct gg_err *err);

/* Irreps put together by a layer: at most GG_IRREPS_MAX blocks, GG_IRREPS_TEXT characters and 2^20 numbers a row. */
int gg_irreps_check(const struct gg_irreps *x, struct gg_err *err);

#endif
