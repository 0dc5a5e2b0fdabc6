/* channels.h -- the channels of a row one by one: what normalisations over rows loop over */
#ifndef GG_CHANNELS_H
#define GG_CHANNELS_H

#include "nn/layer.h"

/* Its first number in a row, from component to component, how many components; its number among all, and among those of 0e (-1: of
 * another degree or parity). */
struct gg_channel {
    int at, step, n_m;
    int64_t number, scalar;
};
struct gg_channels {
    int n, n_scalar;
    struct gg_channel *channel;
};

/* for (GG_EACH_CHANNEL(all, c)) */
#define GG_EACH_CHANNEL(all, c)                  \
    const struct gg_channel *c = (all)->channel; \
    c < (all)->channel + (all)->n;               \
    c++

/* All channels of a shape, block by block; the list lives in `a`. */
void gg_channels_init(struct gg_channels *c, struct gg_arena *a, const struct gg_shape *s);

#endif
