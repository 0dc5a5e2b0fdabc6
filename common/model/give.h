/* give.h -- parameters of a network of ours, as the named arrays of another code */
#ifndef GG_GIVE_H
#define GG_GIVE_H

#include "model/import.h"
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
/* What is to be told. */
struct gg_given {
    bool raw; /* no input or target of the model is standardised, so that the arrays are the same function */
    char idle[GG_WEIGHT_IDLE];     /* keys of the map with <k> that no parameter has: "a, b" */
    char left_out[GG_WEIGHT_IDLE]; /* arrays of `like` that are no numbers, which safetensors cannot hold */
};
/* gg_model_import, the other way round.  GG_USAGE: the map is not for this model; GG_INPUT: numbers that the other code has no place for. */
int gg_give_weights(const struct gg_give *q, struct gg_given *out, struct gg_err *err);

#endif
