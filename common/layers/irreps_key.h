/* irreps_key.h -- irreps as layers take them from YAML */
#ifndef GG_IRREPS_KEY_H
#define GG_IRREPS_KEY_H

#include "util/irreps.h"

/* What a gate that puts out `wanted` reads: its scalars (0e, 0o), then one even gate scalar for each channel of degree above 0,
 * then those; neighbouring blocks of the same irrep joined: gate(8x0e+8x1o) = 16x0e+8x1o.  (e3nn's Gate.irreps_in.) */
void gg_gate_irreps(const struct gg_irreps *wanted, struct gg_irreps *in);

/* "8x0e+8x1o" or "gate(8x0e+8x1o)".  GG_USAGE, with `key` in front. */
int gg_irreps_from_key(struct gg_irreps *out, const char *text, const char *key, struct gg_err *err);

#endif
