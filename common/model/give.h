/* give.h -- parameters of a network of ours, as the named arrays of another code */
#ifndef GG_GIVE_H
#define GG_GIVE_H

#include "util/err.h"
#include <stdbool.h>
#include <stdint.h>

struct gg_give {
    const char *model, *map; /* model file; map of weights (gg_model(5)) */
    const char
        *like; /* npz of the other code, for the same network: names, order, types, shapes, couplings, and
                                whatever no parameter of ours is */
    const char *npz;         /* folder, of which frame-000000.npz is written; or NULL */
    const char *safetensors; /* file, or NULL */
    uint64_t max_bytes;      /* of `like`, and of one array */
};
/* gg_model_import, the other way round.  *raw: no input or target of the model is standardised, so that the arrays are the same function.  GG_USAGE: the map is not for this model; GG_INPUT: numbers that the other code has no place for. */
int gg_give_weights(const struct gg_give *q, bool *raw, struct gg_err *err);

#endif
