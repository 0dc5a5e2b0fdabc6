/* inputs.h -- what every layer's init asks of its inputs and keys first; refusals are GG_USAGE and name the key */
#ifndef GG_INPUTS_H
#define GG_INPUTS_H

#include "layers/layer.h"

int gg_one_input(const struct gg_layer *l, struct gg_err *err);
/* A whole number that has no default and must be at least 1: "out is missing: WHAT". */
int gg_need_key(int64_t value, const char *key, const char *what, struct gg_err *err);
/* Channels of degree l and parity p, over all blocks. */
int gg_count_channels(const struct gg_irreps *x, int l, int p);

#endif
