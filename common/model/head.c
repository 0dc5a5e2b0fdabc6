/* head.c -- where the numbers of a target stand in the value of its head, and predictions in physical units */
#include "model/learner.h"

#include <math.h>

int gg_head_at(const struct gg_model *m, const struct gg_head *h, int group, int time, int part, int *step)
{
    const struct gg_shape *shape = &m->value[h->value];
    const struct gg_irreps *x = &h->target.irreps;
    int b = 0, times = h->per_time ? 1 : h->target.n_time;
    for (; part >= x->b[b].mul; b++)
        part -= x->b[b].mul;
    int column = (h->joint ? 0 : group) * times + (h->per_time ? 0 : time);
    *step = shape->pad[b];
    return shape->offset[b] + column * x->b[b].mul + part;
}

int gg_head_spread_at(const struct gg_model *m, const struct gg_head *h, int group, int time, int part,
                      int piece, int *step)
{
    const struct gg_shape *shape = &m->value[h->value];
    const struct gg_irrep *x = &h->target.irreps.b[0], *spread = &h->spread->irreps.b[0];
    int times = h->per_time ? 1 : h->target.n_time, columns = (h->joint ? 1 : h->target.n_group) * times;
    int column = (h->joint ? 0 : group) * times + (h->per_time ? 0 : time);
    bool one_block = x->l == spread->l && x->p == spread->p; /* of the prediction and the spread's first */
    int b = piece + !one_block, first = one_block && piece == 0 ? columns * x->mul : 0;
    *step = shape->pad[b];
    return shape->offset[b] + first + column * x->mul + part;
}

bool gg_head_on(const struct gg_head *h, int group, int time)
{
    return h->on[time] && h->counts[group] && h->target.count[group * h->target.n_time + time] > 0;
}

int64_t gg_head_row(const struct gg_model *m, const struct gg_head *h, int64_t row, int time)
{
    return h->per_time ? row * m->n_time + h->row_time[time] : row;
}

/* One row of one time: out holds the blocks of the spread one after the other, [part][m] in each. */
static void spread_row(const struct gg_model *m, const struct gg_head *h, const gg_real *row, int group,
                       int time, float *out)
{
    const struct gg_irreps *x = &h->spread->irreps;
    int n_part = gg_target_parts(&h->target);
    for (int q = 0; q < n_part; q++) {
        double in[GG_SPREAD], physical[GG_SPREAD];
        int at_in = 0, at_out = 0;
        for (int b = 0; b < x->n; b++)
            for (int step, at = gg_head_spread_at(m, h, group, time, q, b, &step), z = 0; z <= 2 * x->b[b].l;
                 z++)
                in[at_in++] = (double)row[at + z * step];
        h->spread->physical(h->spread_hyper, h->target.scale[gg_target_at(&h->target, group, time, q)], in,
                            physical);
        for (int b = 0, from = 0; b < x->n; b++) {
            int dim = 2 * x->b[b].l + 1;
            for (int z = 0; z < dim; z++)
                out[at_out + q * dim + z] = (float)physical[from++];
            at_out += n_part * dim;
        }
    }
}

void gg_head_spread(const struct gg_pass *p, const struct gg_model *m, int head, const struct gg_sample *s,
                    const struct gg_batch *b, float *out)
{
    const struct gg_head *h = &m->head[head];
    const struct gg_target *t = &h->target;
    int64_t n = t->kind->rows(s), dim = gg_head_spread_dim(h);
    for (int64_t k = 0; k < n; k++) {
        int64_t from = t->kind->from(b, k);
        int g = t->kind->group(s, from);
        for (int time = 0; time < t->n_time; time++) {
            float *to = out + (from * t->n_time + time) * dim;
            if (gg_head_on(h, g, time))
                spread_row(m, h, p->value[h->value] + gg_head_row(m, h, k, time) * m->value[h->value].stride,
                           g, time, to);
            else
                for (int64_t z = 0; z < dim; z++)
                    to[z] = NAN;
        }
    }
}

int gg_head_spread_dim(const struct gg_head *h)
{
    return h->spread ? gg_target_parts(&h->target) * gg_irreps_dim(&h->spread->irreps) : 0;
}

void gg_head_predict(const struct gg_pass *p, const struct gg_model *m, int head, const struct gg_sample *s,
                     const struct gg_batch *b, float *out)
{
    const struct gg_head *h = &m->head[head];
    const struct gg_target *t = &h->target;
    const gg_real *value = p->value[h->value];
    int stride = m->value[h->value].stride, dim = gg_target_dim(t), n_part = gg_target_parts(t);
    int64_t n = t->kind->rows(s);
    for (int64_t k = 0; k < n; k++) {
        int64_t from = t->kind->from(b, k);
        int g = t->kind->group(s, from);
        for (int time = 0; time < t->n_time; time++) {
            float *to = out + (from * t->n_time + time) * dim;
            const gg_real *row = value + gg_head_row(m, h, k, time) * stride;
            bool on = gg_head_on(h, g, time);
            for (int q = 0; q < n_part; q++) {
                int l, step, at = gg_head_at(m, h, g, time, q, &step), first = gg_target_part(t, q, &l);
                int64_t c = gg_target_at(t, g, time, q);
                for (int z = 0; z <= 2 * l; z++)
                    to[first + z] = on ? (float)(t->mean[c] + t->scale[c] * (double)row[at + z * step]) : NAN;
            }
        }
    }
}

int gg_model_predicts(const struct gg_model *m, struct gg_err *err)
{
    for (int h = 0; h < m->n_head; h++)
        if (!gg_target_made(&m->head[h].target))
            return 0;
    return gg_fail(err, GG_INPUT,
                   "the model predicts nothing of a frame: its heads learn what views of the training make "
                   "('%s'): it is to start from (train.from)",
                   m->head[0].target.name);
}

void gg_prediction_alloc(struct gg_prediction out[GG_MAX_HEADS], const struct gg_model *m,
                         const struct gg_sample *s, struct gg_arena *a)
{
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        size_t n = (size_t)(t->kind->rows(s) * t->n_time), dim = (size_t)gg_head_spread_dim(&m->head[h]);
        out[h] = (struct gg_prediction){.y = GG_NEW(a, float, n *(size_t)gg_target_dim(t) + 1),
                                        .spread = dim ? GG_NEW(a, float, n *dim + 1) : NULL};
    }
}
