/* import.h -- parameters of others, as named arrays, for a network of ours */
#ifndef GG_IMPORT_H
#define GG_IMPORT_H

#include "util/opt.h"

enum { GG_WEIGHT_IDLE = 256 }; /* characters of a list of names */
struct gg_model;
struct gg_npz;
struct gg_yaml;
struct gg_prov;

/* Builds m, of which gg_model_open has read the configuration, and fills its parameters from arrays, as the map says
 * (gg_model(5), MAP OF WEIGHTS).  Inputs and targets are taken as they are (mean 0, scale 1).
 * GG_USAGE: the map is wrong, has no place for a parameter, or names one that the model has not.  GG_INPUT: an array is
 * missing, has another shape, is not used in full, or is neither used nor ignored.  idle [GG_WEIGHT_IDLE]: keys with <k> that no
 * parameter has (weight_part.h). */
int gg_model_import(struct gg_model *m, const struct gg_yaml *map, const struct gg_npz *arrays,
                    char idle[GG_WEIGHT_IDLE], struct gg_err *err);

/* From files to a model file. */
struct gg_import {
    const char *model, *weights; /* YAML, with the map beside it (.map for .yaml); npz */
    const char
        *like; /* stream whose first frame says what inputs and targets are; NULL: the map says times */
    struct gg_texts set; /* "KEY=VALUE", folded into the YAML */
    uint64_t max_bytes;  /* of the npz, and of one array */
};
int gg_import_weights(const struct gg_import *q, const char *output, const struct gg_prov *prov,
                      char idle[GG_WEIGHT_IDLE], struct gg_err *err);

#endif
