/* check_run.c -- one evaluation of a layer for its checks: memory that shows what was not written */
#include "laws/check_laws.h"
#include "util/threads.h"

#include <math.h>
#include <string.h>

int64_t gg_value_size(const struct gg_shape *s, const struct gg_graph *g)
{
    return gg_shape_rows(s, g) * s->stride;
}

bool gg_is_padding(const struct gg_shape *s, int64_t at)
{
    int in_row = (int)(at % s->stride), b = s->irreps.n - 1;
    while (s->offset[b] > in_row)
        b--;
    return (in_row - s->offset[b]) % s->pad[b] >= s->irreps.b[b].mul;
}

gg_real *gg_value_random(struct gg_check *c, const struct gg_shape *s, int64_t n_row)
{
    gg_real *x = GG_NEW(c->a, gg_real, (size_t)(n_row * s->stride));
    for (int64_t k = 0; k < n_row * s->stride; k++)
        if (!gg_is_padding(s, k))
            x[k] = (gg_real)gg_rng_normal(&c->r);
    return x;
}

void gg_start_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    if (l->type->init_weights != NULL)
        l->type->init_weights(l, w, r);
    else
        for (int64_t k = 0; k < l->n_weight; k++)
            w[k] = (gg_real)gg_rng_normal(r);
}

struct gg_point gg_point_zero(struct gg_check *c, const struct gg_graph *g)
{
    struct gg_point p = {.w = GG_NEW(c->a, gg_real, (size_t)c->l.n_weight)};
    for (int k = 0; k < c->l.n_in; k++)
        p.x[k] = GG_NEW(c->a, gg_real, (size_t)gg_value_size(&c->l.in[k], g));
    return p;
}

struct gg_point gg_point_zero_vectors(struct gg_check *c, const struct gg_graph *g)
{
    struct gg_point p = gg_point_zero(c, g);
    p.vec = gg_arena_calloc(c->a, (size_t)g->n_edge, sizeof *p.vec);
    return p;
}

struct gg_point gg_point_random(struct gg_check *c, const struct gg_graph *g)
{
    struct gg_point p = {.w = GG_NEW(c->a, gg_real, (size_t)c->l.n_weight)};
    gg_start_weights(&c->l, p.w, &c->r);
    for (int64_t k = 0; k < c->l.n_weight; k++) { /* away from 0 and 1, where terms of a derivative hide */
        double d = 0.3 * gg_rng_normal(&c->r);
        p.w[k] += (gg_real)(c->statistic && c->statistic[k] ? fabs(d) : d);
    }
    for (int k = 0; k < c->l.n_in; k++) {
        p.x[k] = gg_value_random(c, &c->l.in[k], gg_shape_rows(&c->l.in[k], g));
        if (c->l.reads == GG_ABOVE_0 && c->l.in[k].axis == GG_ON_GRAPH)
            p.x[k][0] = (gg_real)exp((double)p.x[k][0]);
        for (int64_t i = 0; c->l.weighed && k == c->l.weighed && i < gg_value_size(&c->l.in[k], g); i++)
            p.x[k][i] = (gg_real)fabs((double)p.x[k][i]);
    }
    return p;
}

/* Every byte 0xff: NaN as a number. */
static void *spoiled(struct gg_arena *a, size_t bytes)
{
    void *p = gg_arena_alloc(a, bytes);
    memset(p, 0xff, bytes);
    return p;
}

static void *scratch_of(struct gg_check *c, const struct gg_graph *g)
{
    return c->l.scratch_bytes ? spoiled(c->a, c->l.scratch_bytes(&c->l, g, gg_threads())) : NULL;
}

gg_real *gg_run_forward(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p, void **saved)
{
    gg_real *y = spoiled(c->a, sizeof *y * (size_t)gg_value_size(&c->l.out, g));
    void *kept = saved && c->l.saved_bytes ? spoiled(c->a, c->l.saved_bytes(&c->l, g)) : NULL;
    c->l.type->forward(&(struct gg_call){.l = &c->l,
                                         .w = p->w,
                                         .g = g,
                                         .x = (const gg_real *const *)p->x,
                                         .y = y,
                                         .saved = kept,
                                         .scratch = scratch_of(c, g),
                                         .random = c->random,
                                         .train = c->train});
    if (saved)
        *saved = kept;
    return y;
}

/* What backward may not read is spoiled first. */
void gg_run_backward(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p, const gg_real *y,
                     void *saved, const gg_real *dy, const struct gg_point *d)
{
    const gg_real *x[GG_LAYER_INPUTS];
    for (int k = 0; k < c->l.n_in; k++)
        x[k] = c->l.spares_x ? spoiled(c->a, sizeof *x[k] * (size_t)gg_value_size(&c->l.in[k], g)) : p->x[k];
    if (c->l.spares_y)
        y = spoiled(c->a, sizeof *y * (size_t)gg_value_size(&c->l.out, g));
    c->l.type->backward(&(struct gg_call){.l = &c->l,
                                          .w = p->w,
                                          .g = g,
                                          .x = x,
                                          .y = (gg_real *)(uintptr_t)y,
                                          .saved = saved,
                                          .scratch = scratch_of(c, g),
                                          .dy = dy,
                                          .dx = (gg_real *const *)d->x,
                                          .dw = d->w,
                                          .dvec = d->vec,
                                          .random = c->random,
                                          .train = c->train});
}

void gg_run_observe(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p, gg_real *state)
{
    c->l.type->observe(&(struct gg_call){.l = &c->l,
                                         .w = p->w,
                                         .g = g,
                                         .x = (const gg_real *const *)p->x,
                                         .scratch = scratch_of(c, g),
                                         .state = state,
                                         .train = true});
}
