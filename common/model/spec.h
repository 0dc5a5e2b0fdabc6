/* spec.h -- what the files that build a model share: names, values, ops (spec.c: layers; spec_sources.c; spec_heads.c: heads, the
 * whole) */
#ifndef GG_SPEC_H
#define GG_SPEC_H

#include "model/loss.h"

/* A value on edges that a block with `receivers` keeps. */
struct gg_kept {
    int op; /* that makes it */
    const struct gg_yaml *from;
    const char *name;
};

struct gg_build {
    struct gg_model *m;
    struct {
        const char *name;
        int value;
    } name[GG_MAX_VALUES];
    int n_name, previous;
    int64_t
        shared; /* where the next layer of a later round of a shared repeat has its parameters; -1: its own */
    int room;
    int rounds;                /* of repeats, so far */
    int64_t row;               /* numbers a row of all values, so far */
    int chain;                 /* that is being built; -1: none */
    int inside[GG_MAX_VALUES]; /* a chain's values on edges that it does not keep: its number + 1; else 0 */
    int n_kept;
    struct gg_kept kept[GG_MAX_VALUES];
};

/* The kind of layer that a map names; NULL with err. */
const struct gg_layer_type *gg_build_type(const struct gg_yaml *map, struct gg_err *err);
/* One layer: its inputs, hypers, shapes and parameters.  `force_key`: a key that the model itself decides, or NULL. */
int gg_build_op(struct gg_build *b, struct gg_yaml *map, const char *name, const char *const *others,
                const char *force_key, const char *force_value, struct gg_err *err);
int gg_build_layers(struct gg_build *b, struct gg_yaml *list, const char *prefix, struct gg_err *err);

/* The value of that name, among those so far; -1: there is none, GG_USAGE. */
int gg_build_value(struct gg_build *b, const char *name, const struct gg_yaml *at, struct gg_err *err);

/* The layer of a head, which puts out `value` by its key `key`; h->owner and h->value (spec_share.c).  GG_USAGE: no such head to share with, or
 * its parameters have other shapes. */
int gg_build_head(struct gg_build *b, struct gg_head *h, struct gg_yaml *map, const char *key,
                  const char *value, struct gg_err *err);

/* Layers that run for some receivers at a time (spec_chain.c): the block; and what holds inside and behind it, GG_USAGE. */
int gg_build_chain(struct gg_build *b, const struct gg_yaml *map, const char *prefix, struct gg_err *err);
int gg_build_check_input(const struct gg_build *b, int value, const struct gg_yaml *map, struct gg_err *err);
int gg_build_check_layer(const struct gg_build *b, const struct gg_layer *l, const struct gg_yaml *map,
                         struct gg_err *err);

/* Behind the heads: a value that is kept is read behind its block, in one of the rounds of a repeat.  GG_USAGE. */
int gg_build_check_kept(const struct gg_build *b, struct gg_err *err);

/* Of two tensors of one name the model file would keep the last: GG_USAGE (spec_names.c). */
int gg_build_check_names(const struct gg_model *m, struct gg_err *err);

/* Columns of the inputs, and x, which the first layer reads. */
int gg_build_inputs(struct gg_build *b, struct gg_err *err);
/* The value of a source: x, edges, graph: all inputs of a base; time; or one input by its field.  Made when first asked for;
 * -1: there is no such source. */
int gg_build_source(struct gg_build *b, const char *name);

#endif
