/* layers.c -- the table of layers */
#include "layers/layers.h"

#include <stddef.h>
#include <string.h>

#define LAYER(name) extern const struct gg_layer_type gg_layer_##name;
#include "layers/layers.def"
#undef LAYER

#define LAYER(name) &gg_layer_##name,
const struct gg_layer_type *const gg_layer_types[] = {
#include "layers/layers.def"
    NULL};
#undef LAYER

const struct gg_layer_type *gg_layer_find(const char *name)
{
    for (const struct gg_layer_type *const *t = gg_layer_types; *t != NULL; t++)
        if (strcmp((*t)->name, name) == 0)
            return *t;
    return NULL;
}
