/* each_time.h -- values with a row for each time, for layers that see one time: neighbours, and species of rows
 *
 *     y_{i,t} = f(x_{.,t})      the same parameters for all times, one time after the other
 *
 * A layer that passes messages (conv, gather, sum, ...) moves rows of nodes and edges; of rows per time the ones of time t are a value of
 * their own, so the layer runs once for each time, with the values that have none as they are.  Rows of one time are laid side by side
 * in scratch before, and back afterwards: 2 of hundreds of operations a number. */
#ifndef GG_EACH_TIME_H
#define GG_EACH_TIME_H

#include "nn/layer.h"

/* Some input has a row for each time. */
bool gg_is_timed(const struct gg_layer *l);
/* In the place of the rest of an init: the layer for one time is made by its own init, and *l is that for all, of a type that runs it.  Layers
 * that observe may observe what does not depend on x alone (the bonds, say): it is asked for once. */
int gg_each_time(struct gg_layer *l, struct gg_arena *a, struct gg_err *err);
/* The layer for one time, whose plan and type its own init made; l itself, where gg_each_time did not make it.  Who reads a plan, or compares
 * types, asks here first: both layers have one name. */
const struct gg_layer *gg_layer_of_one_time(const struct gg_layer *l);

#endif
