/* see.c -- a sample and its graph as the views of a training have it */
#include "views/view.h"
#include "model/loss.h"
#include "o3/o3.h"

#include <math.h>
#include <string.h>

/* ---- the frame turned as a whole ---- */

static const gg_real (*turn_edges(int64_t n, const gg_real (*v)[3], double (*R)[3], struct gg_arena *a))[3]
{
    gg_real(*out)[3] = gg_arena_alloc(a, (size_t)(n + 1) * sizeof *out);
#pragma omp parallel for schedule(static)
    for (int64_t e = 0; e < n; e++)
        for (int i = 0; i < 3; i++)
            out[e][i] =
                (gg_real)(R[i][0] * (double)v[e][0] + R[i][1] * (double)v[e][1] + R[i][2] * (double)v[e][2]);
    return (const gg_real(*)[3])out;
}

static bool invariant(const struct gg_irreps *irreps)
{
    bool all = true;
    for (int b = 0; b < irreps->n; b++)
        all &= irreps->b[b].l == 0 && irreps->b[b].p == 1;
    return all;
}

/* n rows, `stride` apart, of numbers that turn by the irreps. */
static void turn_rows(const struct gg_irreps *irreps, double (*R)[3], int64_t n, int64_t stride, float *x,
                      struct gg_arena *a)
{
    int64_t dim = gg_irreps_dim(irreps);
    double *row = GG_NEW(a, double, (size_t)dim + 1);
    for (int64_t i = 0; i < n; i++, x += stride) {
        for (int64_t k = 0; k < dim; k++)
            row[k] = (double)x[k];
        gg_rotate_irreps(irreps, (const double(*)[3])R, row, 1);
        for (int64_t k = 0; k < dim; k++)
            x[k] = (float)row[k];
    }
}

static const float *copy(const float *x, size_t n, struct gg_arena *a)
{
    return memcpy(gg_arena_alloc(a, (n + 1) * sizeof *x), x, n * sizeof *x);
}

/* Inputs of a base that turn, in a copy; false if none does. */
static bool turn_inputs(const struct gg_model *m, int base, double (*R)[3], struct gg_sample *s,
                        struct gg_arena *a)
{
    int row = gg_model_input_numbers(m, base), at = 0;
    int64_t n = gg_sample_rows(s, base);
    bool any = false;
    for (int k = 0; k < m->n_input; k++) {
        const struct gg_irreps *irreps = &m->input[k].irreps;
        if (m->input[k].base != base || !strcmp(m->input[k].field, "type"))
            continue;
        if (!invariant(irreps)) {
            if (!any)
                s->input[base] = copy(s->input[base], (size_t)n * (size_t)row, a);
            turn_rows(irreps, R, n, row, (float *)(uintptr_t)s->input[base] + at, a);
            any = true;
        }
        at += gg_irreps_dim(irreps);
    }
    return any;
}

static void turn_targets(const struct gg_model *m, double (*R)[3], struct gg_sample *s, struct gg_arena *a)
{
    for (int h = 0; h < m->n_head; h++) {
        struct gg_truth *y = &s->target[h];
        int64_t rows = y->n_row * y->n_time;
        if (!y->value || invariant(&m->head[h].target.irreps))
            continue;
        y->value = copy(y->value, (size_t)(rows * y->dim), a);
        turn_rows(&m->head[h].target.irreps, R, rows, y->dim, (float *)(uintptr_t)y->value, a);
    }
}

/* Edge vectors, inputs, targets.  Positions and cell stay: nothing reads their directions any more. */
static void turn(const struct gg_model *m, double (*R)[3], struct gg_sample *s, struct gg_batch *b,
                 struct gg_arena *a)
{
    bool any = false;
    for (int k = 0; k < m->n_geometry; k++)
        b->graph[k].vec = turn_edges(b->graph[k].n_edge, b->graph[k].vec, R, a);
    for (int base = 0; base < 3; base++)
        any |= turn_inputs(m, base, R, s, a);
    if (any)
        gg_batch_inputs(b, m, s, a);
    turn_targets(m, R, s, a);
}

/* ---- all views ---- */

/* Room for what a view makes, as the target of its head. */
static float *room(const struct gg_model *m, int head, struct gg_sample *s, struct gg_arena *a)
{
    if (head < 0)
        return NULL;
    const struct gg_target *t = &m->head[head].target;
    int dim = gg_target_dim(t);
    float *value = GG_NEW(a, float, (size_t)(s->n_node * dim) + 1);
    s->target[head] = (struct gg_truth){.value = value, .n_row = s->n_node, .n_time = 1, .dim = dim};
    gg_truth_bind(&s->target[head], t, a);
    return value;
}

int gg_views_see(const struct gg_views *v, const struct gg_model *m, const struct gg_sample *s,
                 const struct gg_batch *kept, struct gg_view_key key, struct gg_sample *seen,
                 struct gg_batch *b, struct gg_arena *a, struct gg_err *err)
{
    struct gg_rng name = gg_rng_at(key.seed, 0x76696577 /* "view" */, key.epoch, key.sample);
    double R[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    *seen = *s;
    if (!v->moves)
        *b = *kept;
    for (int k = 0; k < v->n; k++) {
        struct gg_rng random = gg_rng_fork(&name, (uint64_t)k);
        float *made = room(m, v->view[k].head, seen, a);
        struct gg_view_call call = {v->view[k].hyper, m, seen, R, &random, made, a};
        if (v->view[k].type->see(&call, err))
            return gg_err_prefix(err, "train.views: %s: ", v->view[k].type->name);
    }
    if (v->moves && (gg_batch_init(b, m, seen, true, a, err) || gg_loss_prepare(b, m, seen, a, err)))
        return -1;
    if (!v->moves && seen->hidden)
        gg_batch_inputs(b, m, seen, a);
    if (v->turns)
        turn(m, R, seen, b, a);
    return 0;
}
