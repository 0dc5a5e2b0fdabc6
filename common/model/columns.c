/* columns.c -- a head of one frame as the columns that terms of a loss are asked for
 *
 * A column is one part of one target at one time for one group of rows: predictions from the head's value, truth from the field, both
 * standardised. */
#include "model/columns.h"
#include "util/cell.h"

#include <math.h>
#include <string.h>

/* ---- rows and columns ---- */

struct gg_head_rows gg_head_rows(const struct gg_head *h, const struct gg_sample *s, const struct gg_batch *b,
                                 int group, struct gg_arena *a)
{
    const struct gg_target_kind *kind = h->target.kind;
    int64_t n = kind->rows(s);
    struct gg_head_rows r = {.row = GG_NEW(a, int64_t, (size_t)n + 1),
                             .from = GG_NEW(a, int64_t, (size_t)n + 1)};
    for (int64_t k = 0; k < n; k++) {
        int64_t from = kind->from(b, k);
        if (kind->group(s, from) != group)
            continue;
        r.row[r.n] = k;
        r.from[r.n++] = from;
    }
    if (!kind->places || !s->pos[0])
        return r;
    double(*pos)[3] = gg_arena_alloc(a, ((size_t)r.n + 1) * sizeof *pos);
    for (int64_t k = 0; k < r.n; k++)
        memcpy(pos[k], s->pos[0][r.from[k]], sizeof pos[k]);
    r.pos = (const double(*)[3])pos;
    return r;
}

/* The row of the head's value that a row of the column stands in. */
static int64_t value_row(const struct gg_head_work *w, const struct gg_head_column *c, int64_t k)
{
    return gg_head_row(w->m, w->h, c->rows->row[k], c->time) * w->m->value[w->h->value].stride;
}

static double standardised(const struct gg_head_column *c, const float *y, int z)
{
    return ((double)y[z] - c->c.mean) / c->c.scale;
}

/* Truth, and as prediction 0, what is shuffled, or what the head puts out. */
static bool fill_row(const struct gg_head_work *w, const struct gg_head_column *c, int64_t k, double *p,
                     double *y)
{
    const struct gg_head *h = w->h;
    int l, step, first = gg_target_part(&h->target, c->part, &l), dim = 2 * l + 1,
                 at = gg_head_at(w->m, h, c->group, c->time, c->part, &step);
    const float *truth = gg_truth_at(w->truth, c->rows->from[k], c->time);
    const float *other = w->shuffle ? gg_truth_at(w->truth, w->shuffle[c->rows->from[k]], c->time) : NULL;
    const gg_real *row = w->p ? w->p->value[h->value] + value_row(w, c, k) + at : NULL;
    bool there = truth != NULL;
    for (int z = 0; z < dim && there; z++)
        there = !isnan(truth[first + z]);
    for (int z = 0; z < dim; z++) {
        y[z] = there ? standardised(c, truth, first + z) : 0;
        p[z] = row ? (double)row[z * step] : 0;
        if (other && there)
            p[z] = isnan(other[first + z]) ? 0 : standardised(c, other, first + z);
    }
    return there;
}

/* What the head puts out beside the prediction. */
static void fill_spread(const struct gg_head_work *w, const struct gg_head_column *c, int64_t k, double *out)
{
    const gg_real *row = w->p->value[w->h->value] + value_row(w, c, k);
    const struct gg_irreps *x = &w->h->spread->irreps;
    for (int piece = 0; piece < x->n; piece++) {
        int step, at = gg_head_spread_at(w->m, w->h, c->group, c->time, c->part, piece, &step);
        for (int m = 0; m <= 2 * x->b[piece].l; m++)
            *out++ = (double)row[at + m * step];
    }
}

/* The variance of the truth that is known beforehand. */
static const double *noise_of(const struct gg_head_work *w, const struct gg_head_column *c)
{
    const float *noise = w->s->noise[w->head];
    int at = w->truth->at[c->time];
    if (!noise || at < 0)
        return NULL;
    double *out = GG_NEW(w->a, double, (size_t)c->c.n + 1);
    for (int64_t k = 0; k < c->c.n; k++)
        out[k] = (double)noise[c->rows->from[k] * w->truth->n_time + at] / (c->c.scale * c->c.scale);
    return out;
}

/* Shares of the rows that count: a weight of 0 is no target. */
static const double *weigh(const struct gg_head_work *w, struct gg_head_column *c, bool *there)
{
    double total = 0, *share;
    if (!w->s->weight || w->h->target.kind->axis != GG_ON_NODE)
        return NULL;
    share = GG_NEW(w->a, double, (size_t)c->c.n + 1);
    for (int64_t k = 0; k < c->c.n; k++) {
        share[k] = (double)w->s->weight[c->rows->from[k]];
        c->c.count -= there[k] && !(share[k] > 0);
        there[k] &= share[k] > 0;
        total += there[k] ? share[k] : 0;
    }
    for (int64_t k = 0; k < c->c.n; k++)
        share[k] /= total > 0 ? total : 1;
    return share;
}

static struct gg_head_column *new_column(const struct gg_head_work *w, int group, int time, int part,
                                         bool gradient)
{
    const struct gg_target *t = &w->h->target;
    const struct gg_head_rows *r = &w->rows[group];
    int64_t place = gg_target_at(t, group, time, part);
    struct gg_head_column *c = GG_NEW(w->a, struct gg_head_column, 1);
    int l, n_spread = w->h->spread ? gg_irreps_dim(&w->h->spread->irreps) : 0;
    gg_target_part(t, part, &l);
    size_t n = (size_t)(r->n * (2 * l + 1)) + 1, n_beside = (size_t)(r->n * n_spread) + 1;
    double *p = GG_NEW(w->a, double, n), *y = GG_NEW(w->a, double, n),
           *spread = n_spread ? GG_NEW(w->a, double, n_beside) : NULL;
    bool *there = GG_NEW(w->a, bool, (size_t)r->n + 1);
    *c = (struct gg_head_column){.rows = r,
                                 .group = group,
                                 .time = time,
                                 .part = part,
                                 .dp = gradient ? GG_NEW(w->a, double, n) : NULL,
                                 .dspread = gradient && n_spread ? GG_NEW(w->a, double, n_beside) : NULL};
    c->c = (struct gg_loss_column){.n = r->n,
                                   .dim = 2 * l + 1,
                                   .n_spread = n_spread,
                                   .there = there,
                                   .p = p,
                                   .y = y,
                                   .spread = spread,
                                   .mean = t->mean[place],
                                   .scale = t->scale[place],
                                   .pos = r->pos,
                                   .cell = r->pos ? &w->cell : NULL};
    for (int64_t k = 0; k < r->n; k++) {
        there[k] = fill_row(w, c, k, p + k * c->c.dim, y + k * c->c.dim);
        c->c.count += there[k];
        if (spread && w->p)
            fill_spread(w, c, k, spread + k * n_spread);
    }
    c->c.weight = weigh(w, c, there);
    c->c.noise = noise_of(w, c);
    return c;
}

/* All columns of the head with something in them. */
struct gg_head_column *gg_head_columns(const struct gg_head_work *w, bool gradient)
{
    const struct gg_target *t = &w->h->target;
    struct gg_head_column *first = NULL, **end = &first;
    for (int g = 0; g < t->n_group; g++)
        for (int time = 0; time < t->n_time; time++)
            for (int q = 0; q < gg_target_parts(t) && gg_head_on(w->h, g, time); q++) {
                struct gg_head_column *c = new_column(w, g, time, q, gradient);
                if (c->c.count > 0) {
                    *end = c;
                    end = &c->next;
                }
            }
    return first;
}

bool gg_head_work(struct gg_head_work *w, int head)
{
    struct gg_err ignored;
    w->h = &w->m->head[head];
    w->head = head;
    w->truth = &w->s->target[head];
    if (!w->truth->value)
        return false;
    for (int g = 0; g < w->h->target.n_group; g++)
        w->rows[g] = gg_head_rows(w->h, w->s, w->b, g, w->a);
    if (gg_cell_init(&w->cell, w->s->dim, w->s->pbc, (const double(*)[3])w->s->cell, &ignored))
        memset(&w->cell, 0, sizeof w->cell); /* read when the batch was made: cannot fail any more */
    return true;
}

/* ---- gradients back ---- */

void gg_head_scatter(const struct gg_head_work *w, const struct gg_head_column *c, double factor,
                     gg_real *gradient)
{
    int step, at = gg_head_at(w->m, w->h, c->group, c->time, c->part, &step);
    const double *beside = c->dspread;
    for (int64_t i = 0; i < c->c.n && factor != 0; i++) {
        gg_real *to = gradient + value_row(w, c, i);
        for (int z = 0; z < c->c.dim; z++)
            to[at + z * step] += (gg_real)(factor * c->dp[i * c->c.dim + z]);
        for (int piece = 0; beside && piece < w->h->spread->irreps.n; piece++) {
            int apart, first = gg_head_spread_at(w->m, w->h, c->group, c->time, c->part, piece, &apart);
            for (int m = 0; m <= 2 * w->h->spread->irreps.b[piece].l; m++)
                to[first + m * apart] += (gg_real)(factor * *beside++);
        }
    }
}
