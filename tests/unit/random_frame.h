/* random_frame.h -- frames of any fields, for tests of what keeps them */
#ifndef RANDOM_FRAME_H
#define RANDOM_FRAME_H

#include "stream_fixture.h"

#include "util/rng.h"

static inline void random_value(struct gg_field *x, uint64_t i, struct gg_rng *rng)
{
    size_t size = gg_dtype_size(x->dtype);
    unsigned char *at = (unsigned char *)x->data + i * size;
    do {
        for (size_t k = 0; k < size; k++)
            at[k] = (unsigned char)gg_rng_u32(rng);
        if (x->dtype == GG_BOOL)
            *at &= 1;
    } while (x->dtype >= GG_F16 && x->dtype <= GG_F64 && !(gg_field_get(x, i) * 0 == 0));
}

/* Any shape, any type, any axes; zero lengths too. */
static inline void random_field(struct gg_frame *f, struct gg_arena *a, int k, struct gg_rng *rng)
{
    char name[32];
    struct gg_err err;
    uint64_t shape[GG_MAX_DIM];
    int axis[GG_MAX_DIM], ndim = (int)gg_rng_below(rng, 5);
    const uint64_t length[] = {gg_rng_below(rng, 4), f->n_node, f->n_edge, f->n_node + 1, 3, 2};
    for (int d = 0; d < ndim; d++) {
        axis[d] = (int)gg_rng_below(rng, 6);
        shape[d] = length[axis[d]];
    }
    snprintf(name, sizeof name, "_F%d.%x", k, gg_rng_u32(rng));
    struct gg_field *x = gg_frame_add_as(f, a, name, 1 + (int)gg_rng_below(rng, 13), ndim, shape, axis,
                                         (int)gg_rng_below(rng, 9), gg_rng_below(rng, 2) ? "0e" : "",
                                         gg_rng_below(rng, 2) ? "sigma / tau^2" : "", &err);
    if (!x)
        fail_msg("%s", err.text);
    for (uint64_t i = 0; i < gg_field_count(x); i++)
        random_value(x, i, rng);
}

static inline void random_frame(struct gg_frame *f, struct gg_arena *a, struct gg_rng *rng)
{
    gg_frame_clear(f);
    f->dim = gg_rng_below(rng, 2) ? 3 : 2;
    f->n_node = gg_rng_below(rng, 6);
    f->n_edge = gg_rng_below(rng, 4);
    for (int k = 0; k < f->dim; k++)
        for (int l = 0; l < f->dim; l++)
            f->cell[k][l] = gg_rng_normal(rng) + (k == l ? 9 : 0);
    f->pbc = (int)gg_rng_below(rng, 1u << f->dim);
    snprintf(f->id, sizeof f->id, "random/%x", gg_rng_u32(rng));
    int n = (int)gg_rng_below(rng, 12);
    for (int k = 0; k < n; k++)
        random_field(f, a, k, rng);
}

static inline void same_frame(const struct gg_frame *a, const struct gg_frame *b)
{
    assert_int_equal(a->n_node, b->n_node);
    assert_int_equal(a->n_edge, b->n_edge);
    assert_int_equal(a->dim, b->dim);
    assert_int_equal(a->pbc, b->pbc);
    assert_memory_equal(a->cell, b->cell, sizeof a->cell);
    assert_string_equal(a->id, b->id);
    assert_int_equal(a->n_field, b->n_field);
    for (int k = 0; k < a->n_field; k++) {
        const struct gg_field *x = &a->field[k], *y = &b->field[k];
        assert_string_equal(x->name, y->name);
        assert_string_equal(x->irreps, y->irreps);
        assert_string_equal(x->unit, y->unit);
        assert_memory_equal(x->shape, y->shape, sizeof x->shape);
        assert_memory_equal(x->axis, y->axis, sizeof x->axis);
        assert_true(x->dtype == y->dtype && x->ndim == y->ndim && x->role == y->role && x->flags == y->flags);
        assert_int_equal(x->nbytes, y->nbytes);
        assert_int_equal((uintptr_t)y->data % 64, 0);
        if (x->nbytes > 0)
            assert_memory_equal(x->data, y->data, x->nbytes);
    }
}

#endif
