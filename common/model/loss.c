/* loss.c -- error of the heads in standardised units, and predictions in physical ones
 *
 *     scalar   L = mean (out_{i, s(i) n_time + t} - z_it)^2,          z = (y - mean_{s,t}) / scale_{s,t}
 *     vector   L = mean |out_{i,t} - u_it / scale_{s,t}|^2 / 3        one scale for the three components
 *
 * or, l1, with |error| in place of its square, component by component for vectors.  The mean runs over particles of the loss's species, times that are on, and targets that are there (no NaN). */
#include "model/loss.h"

#include <math.h>

static int components(const struct gg_head *h)
{
    return h->kind == GG_HEAD_VECTOR ? 3 : 1;
}

int gg_head_column(const struct gg_model *m, const struct gg_head *h, int s, int t, int z)
{
    const struct gg_shape *shape = &m->value[h->value];
    return h->kind == GG_HEAD_VECTOR ? shape->offset[0] + z * shape->pad[0] + t
                                     : shape->offset[0] + (h->joint ? 0 : s * m->n_time) + t;
}

static bool counts(const struct gg_model *m, const struct gg_head *h, const struct gg_sample *s, int head,
                   int64_t i, int t)
{
    int n = components(h);
    const float *y = s->target[head] + (i * m->n_time + t) * n;
    bool there = m->loss_species[s->type[i]] && h->on[t];
    for (int z = 0; z < n; z++)
        there = there && !isnan(y[z]);
    return there;
}

static double head_loss(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b,
                        const struct gg_sample *s, int head, gg_real *gradient, double factor)
{
    const struct gg_head *h = &m->head[head];
    int n = components(h), stride = m->value[h->value].stride;
    bool l1 = m->loss.kind == GG_LOSS_L1;
    int64_t n_term = 0;
    double sum = 0;
    for (int64_t i = 0; i < s->n_node; i++)
        for (int t = 0; t < m->n_time; t++)
            n_term += counts(m, h, s, head, i, t);
    double each = n_term ? h->weight / ((double)n_term * n) : 0;
    for (int64_t k = 0; k < s->n_node; k++) {
        int64_t i = b->order[k];
        for (int t = 0; t < m->n_time; t++) {
            if (!counts(m, h, s, head, i, t))
                continue;
            int q = s->type[i] * m->n_time + t;
            for (int z = 0; z < n; z++) {
                double target =
                    ((double)s->target[head][(i * m->n_time + t) * n + z] - h->mean[q]) / h->scale[q];
                int64_t at = k * stride + gg_head_column(m, h, s->type[i], t, z);
                double error = (double)p->value[h->value][at] - target;
                sum += each * (l1 ? fabs(error) : error * error);
                if (gradient)
                    gradient[at] = (gg_real)(each * factor * (l1 ? (error > 0) - (error < 0) : 2 * error));
            }
        }
    }
    return sum;
}

double gg_loss(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b,
               const struct gg_sample *s, bool gradient, double factor)
{
    double sum = 0;
    for (int h = 0; h < m->n_head; h++) {
        gg_real *dy = NULL;
        if (!s->target[h])
            continue;
        if (gradient)
            dy = p->gradient[m->head[h].value] =
                GG_NEW(&p->arena, gg_real, (size_t)(s->n_node * m->value[m->head[h].value].stride) + 16);
        sum += head_loss(p, m, b, s, h, dy, factor) + gg_loss_terms(p, m, b, s, h, dy, factor);
    }
    return sum;
}

void gg_head_predict(const struct gg_pass *p, const struct gg_model *m, int head, const struct gg_batch *b,
                     float *out)
{
    const struct gg_head *h = &m->head[head];
    int n = components(h), stride = m->value[h->value].stride;
    for (int64_t k = 0; k < b->graph.n_node; k++) {
        int64_t i = b->order[k];
        int s = b->graph.type[k];
        for (int t = 0; t < m->n_time; t++)
            for (int z = 0; z < n; z++) {
                int q = s * m->n_time + t;
                double y =
                    h->mean[q] +
                    h->scale[q] * (double)p->value[h->value][k * stride + gg_head_column(m, h, s, t, z)];
                out[(i * m->n_time + t) * n + z] = h->on[t] && m->loss_species[s] ? (float)y : NAN;
            }
    }
}
