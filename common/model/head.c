/* head.c -- where the numbers of a target stand in the value of its head, and predictions in physical units */
#include "model/pass.h"

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

bool gg_head_on(const struct gg_head *h, int group, int time)
{
    return h->on[time] && h->counts[group] && h->target.count[group * h->target.n_time + time] > 0;
}

int64_t gg_head_row(const struct gg_model *m, const struct gg_head *h, int64_t row, int time)
{
    return h->per_time ? row * m->n_time + h->row_time[time] : row;
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
