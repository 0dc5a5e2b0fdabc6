/* layers.h -- the table of layers, one line each in layers.def */
#ifndef GG_LAYERS_H
#define GG_LAYERS_H

#include "nn/layer.h"

/* layers.def in order; ends with NULL. */
extern const struct gg_layer_type *const gg_layer_types[];
const struct gg_layer_type *gg_layer_find(const char *name);

#endif
