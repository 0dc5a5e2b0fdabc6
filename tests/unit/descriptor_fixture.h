/* descriptor_fixture.h -- what the tests of single descriptors share: a frame, and its columns */
#ifndef DESCRIPTOR_FIXTURE_H
#define DESCRIPTOR_FIXTURE_H

#include "arena_fixture.h"
#include "descriptors/features.h"
#include "near.h"
#include "util/rng.h"

#include <stdlib.h>
#include <string.h>

/* n particles of the first species at the origin, periodic in `cell`, or without a cell where that is NULL. */
static inline void make_frame(struct gg_frame *f, int n, int dim, const double cell[3][3], double (**pos)[3],
                              int32_t **type)
{
    *f = (struct gg_frame){.n_node = (uint64_t)n, .dim = dim, .pbc = !cell ? 0 : dim == 3 ? 7 : 3};
    if (cell)
        memcpy(f->cell, cell, sizeof f->cell);
    *pos = gg_frame_add(f, &arena, "pos", NULL)->data;
    *type = gg_frame_add(f, &arena, "type", NULL)->data;
}

/* Adds the columns of one descriptor behind one column of zeros, which keeps them in double precision: *n in all. */
static inline int add_columns(const struct gg_descriptor_options *o, const char *name, struct gg_frame *f,
                              int *n)
{
    struct gg_features x = {.options = o, .n_before = 1};
    uint64_t shape[2] = {f->n_node, 1};
    gg_frame_add_as(f, &arena, "node_features", GG_F64, 2, shape, (int[]){GG_NODE, GG_FREE}, GG_FEATURE,
                    "1x0e", "", &err);
    assert_int_equal(gg_features_add(&x, name, &arena, &err), 0);
    *n = 1 + x.columns.n;
    return gg_features_compute(&x, f, &arena, &err);
}

/* The same where it must go well: [n_node, *n]. */
static inline const double *columns_of(const struct gg_descriptor_options *o, const char *name,
                                       struct gg_frame *f, int *n)
{
    if (add_columns(o, name, f, n) < 0)
        fail_msg("%s", err.text);
    return gg_frame_find(f, "node_features")->data;
}

#endif
