/* loss.c -- the loss of a frame: columns of its heads through the terms (losses/loss.h)
 *
 *     L = sum_h w_h sum_k w_k mean_columns(value_k) / normaliser_kh
 *
 * A column is one part of one target at one time for one group of rows (columns.h).  Values are averaged by numbers or column by column, as the term says;
 * columns where it is not defined, or nothing is there, are left out. */
#include "model/loss.h"
#include "model/columns.h"
#include "util/cell.h"
#include "util/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one term ---- */

static bool has_time(const struct gg_term *k, const struct gg_target *t, int time)
{
    bool any = k->time.n == 0 || !t->timed;
    for (int q = 0; q < k->time.n && !any; q++)
        any = gg_same(k->time.v[q], t->time[time]);
    return any;
}

static bool takes(const struct gg_term *k, const struct gg_head_work *w, const struct gg_head_column *c)
{
    return has_time(k, &w->h->target, c->time) && !(k->type->scalars && c->c.dim > 1) &&
           !(k->type->positions && !c->c.pos) && !(k->type->spread && !c->c.spread);
}

static double share_of(const struct gg_term *k, const struct gg_head_column *c)
{
    return isnan(c->value) ? 0 : k->type->mean == GG_OVER_NUMBERS ? (double)(c->c.count * c->c.dim) : 1;
}

/* Particles whose places are one preparation: those of a species, or all. */
static int whose(const struct gg_head *h, int group)
{
    return h->target.kind->species ? group : GG_MAX_SPECIES;
}

/* Mean of the term's values over the columns, NaN if there is none; leaves value and dp in each. */
static double mean_of(const struct gg_term *k, const struct gg_head_work *w, struct gg_head_column *columns,
                      int term)
{
    double sum = 0, all = 0;
    for (struct gg_head_column *c = columns; c; c = c->next) {
        c->value = NAN;
        if (!takes(k, w, c))
            continue;
        if (c->dp)
            memset(c->dp, 0, (size_t)(c->c.n * c->c.dim) * sizeof *c->dp);
        if (c->dspread)
            memset(c->dspread, 0, (size_t)(c->c.n * c->c.n_spread) * sizeof *c->dspread);
        c->value =
            k->type->value(&(struct gg_loss_call){.hyper = k->hyper,
                                                  .c = &c->c,
                                                  .prepared = w->b->prepared[term][whose(w->h, c->group)],
                                                  .dp = c->dp,
                                                  .dspread = c->dspread,
                                                  .factor = 1,
                                                  .a = w->a});
        double share = share_of(k, c);
        sum += share > 0 ? share * c->value : 0;
        all += share;
    }
    return all > 0 ? sum / all : NAN;
}

/* Adds factor times the derivative of the mean to the gradient of the head's value. */
static void scatter(const struct gg_term *k, const struct gg_head_work *w,
                    const struct gg_head_column *columns, double factor, gg_real *gradient)
{
    double all = 0;
    for (const struct gg_head_column *c = columns; c; c = c->next)
        all += share_of(k, c);
    for (const struct gg_head_column *c = columns; c; c = c->next)
        gg_head_scatter(w, c, all > 0 ? factor * share_of(k, c) / all : 0, gradient);
}

/* ---- a frame ---- */

static double head_loss(struct gg_head_work *w, gg_real *gradient, double factor)
{
    struct gg_head_column *columns = gg_head_columns(w, gradient != NULL);
    double sum = 0;
    for (int q = 0; q < w->m->n_term; q++) {
        const struct gg_term *k = &w->m->term[q];
        double weight = w->h->weight * k->weight / (k->divided ? k->normaliser[w->head] : 1);
        if (!gg_term_is_for(k, w->head) || !(weight > 0))
            continue;
        double value = mean_of(k, w, columns, q);
        sum += isnan(value) ? 0 : weight * value;
        if (gradient)
            scatter(k, w, columns, weight * factor, gradient);
    }
    return sum;
}

double gg_loss(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b,
               const struct gg_sample *s, bool gradient, double factor)
{
    struct gg_head_work w = {.p = p, .m = m, .s = s, .b = b, .a = &p->arena};
    double sum =
        gg_pass_finite(p, m, b) ? 0 : NAN; /* terms are NaN where they are undefined, and then left out */
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_shape *shape = &m->value[m->head[h].value];
        gg_real *dy = NULL;
        if (!gg_head_work(&w, h))
            continue;
        if (gradient)
            dy = p->gradient[m->head[h].value] =
                GG_NEW(&p->arena, gg_real,
                       (size_t)(gg_pass_rows(m, b, m->head[h].value) * shape->stride) + 16);
        sum += head_loss(&w, dy, factor);
    }
    return sum;
}

/* Terms that look at places make what follows from them, once a frame. */
int gg_loss_prepare(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                    struct gg_arena *a, struct gg_err *err)
{
    struct gg_head_work w = {.m = m, .s = s, .b = b, .a = a};
    struct gg_cell *cell = NULL;
    for (int q = 0; q < m->n_term; q++) {
        const struct gg_term *k = &m->term[q];
        for (int h = 0; k->type->prepare && h < m->n_head; h++) {
            if (!gg_term_is_for(k, h) || !m->head[h].target.kind->places)
                continue;
            if (!cell && gg_cell_init(cell = GG_NEW(a, struct gg_cell, 1), s->dim, s->pbc,
                                      (const double(*)[3])s->cell, err))
                return -1;
            for (int g = 0; g < m->head[h].target.n_group; g++) {
                struct gg_head_rows r = gg_head_rows(&m->head[h], w.s, w.b, g, a);
                struct gg_loss_column c = {.n = r.n, .dim = 1, .pos = r.pos, .cell = cell};
                const void **to = &b->prepared[q][whose(&m->head[h], g)];
                if (!*to && m->head[h].counts[g] && k->type->prepare(k->hyper, &c, to, a, err))
                    return gg_err_prefix(err, "loss: %s: ", k->type->name);
            }
        }
    }
    return 0;
}

double gg_loss_bytes(const struct gg_model *m, const struct gg_sample *s)
{
    struct gg_cell cell;
    struct gg_err ignored;
    double bytes = 0;
    bool known = gg_cell_init(&cell, s->dim, s->pbc, (const double(*)[3])s->cell, &ignored) == 0;
    for (const struct gg_term *k = m->term; k < m->term + m->n_term; k++)
        if (known && k->type->prepare)
            bytes += k->type->prepared_bytes(k->hyper, &cell, (double)s->n_node);
    return bytes;
}

/* ---- normalisers ---- */

struct sums {
    double sum[GG_MAX_TERMS][GG_MAX_HEADS], n[GG_MAX_TERMS][GG_MAX_HEADS];
};

static double mean_in(const struct sums *x, int term, int head)
{
    double mean = x->n[term][head] > 0 ? fabs(x->sum[term][head] / x->n[term][head]) : 0;
    return mean > 1e-12 ? mean : 0; /* 0: none */
}

/* A normaliser, or for a term that is not divided, a value at all. */
static bool has(const struct sums *x, const struct gg_term *k, int term, int head)
{
    return k->divided ? mean_in(x, term, head) > 0 : x->n[term][head] > 0;
}

/* A term that no training frame has a column for. */
static int check_used(const struct gg_model *m, const struct sums *mean, const struct sums *permuted,
                      struct gg_err *err)
{
    for (int q = 0; q < m->n_term; q++) {
        double n = 0;
        for (int h = 0; h < m->n_head; h++)
            n += mean->n[q][h] + permuted->n[q][h];
        if (!(n > 0) && m->term[q].weight > 0)
            return gg_fail(
                err, GG_INPUT,
                "loss: %s: no training frame has targets that it is defined for%s%s: take the term out",
                m->term[q].type->name, m->term[q].type->wants ? ": it wants " : "",
                m->term[q].type->wants ? m->term[q].type->wants : "");
    }
    return 0;
}

/* Rows of the field in another order: each group's among themselves. */
static const int64_t *shuffled(const struct gg_head_work *w, uint64_t seed, int frame)
{
    const struct gg_target *t = &w->h->target;
    int64_t rows = w->truth->n_row, *order = GG_NEW(w->a, int64_t, (size_t)rows + 1);
    int64_t *member = GG_NEW(w->a, int64_t, (size_t)rows + 1),
            *moved = GG_NEW(w->a, int64_t, (size_t)rows + 1);
    struct gg_rng r = gg_rng_at(seed, 0x6e6f726d /* "norm" */, (uint32_t)frame, (uint32_t)w->head);
    for (int g = 0; g < t->n_group; g++) {
        int64_t n = 0;
        for (int64_t i = 0; i < rows; i++)
            if (t->kind->group(w->s, i) == g)
                member[n++] = i;
        memcpy(moved, member, (size_t)n * sizeof *moved);
        gg_rng_shuffle(&r, moved, n);
        for (int64_t k = 0; k < n; k++)
            order[member[k]] = moved[k];
    }
    return order;
}

/* What the terms of one head that `done` has nothing for are worth in one frame. */
static void add_head(struct sums *x, const struct sums *done, struct gg_head_work *w)
{
    struct gg_head_column *columns = gg_head_columns(w, false);
    for (int q = 0; q < w->m->n_term; q++) {
        const struct gg_term *k = &w->m->term[q];
        bool wanted = gg_term_is_for(k, w->head) && !(done && has(done, k, q, w->head));
        double value = wanted ? mean_of(k, w, columns, q) : NAN;
        x->sum[q][w->head] += isnan(value) ? 0 : value;
        x->n[q][w->head] += !isnan(value);
    }
}

static int see_frame(struct sums *x, const struct sums *done, const struct gg_model *m,
                     const struct gg_loss_frames *frames, int f, uint64_t seed, struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_head_work w = {.m = m, .a = &a};
    int status = frames->frame(frames->context, f, &w.s, &w.b, err);
    for (int h = 0; h < m->n_head && !status; h++) {
        if (!gg_head_work(&w, h))
            continue;
        w.shuffle = done ? shuffled(&w, seed, f) : NULL;
        add_head(x, done, &w);
    }
    gg_arena_free(&a);
    return status;
}

static void add_frame(struct sums *x, const struct sums *of, const struct gg_model *m)
{
    for (int q = 0; q < m->n_term; q++)
        for (int h = 0; h < m->n_head; h++) {
            x->sum[q][h] += of->sum[q][h];
            x->n[q][h] += of->n[q][h];
        }
}

/* For the mean predictor, or, where `done` has nothing from that, for targets in another order. */
static int sum_frames(struct sums *x, const struct sums *done, const struct gg_model *m,
                      const struct gg_loss_frames *frames, uint64_t seed, struct gg_err *err)
{
    struct sums *of = gg_xalloc((size_t)frames->n + 1, sizeof *of);
    int fault = -1;
    for (int f = 0; f < frames->n && fault < 0; f++)
        if ((!frames->mine || frames->mine(frames->context, f)) &&
            see_frame(&of[f], done, m, frames, f, seed, err))
            fault = f;
    int status = frames->gather ? frames->gather(frames->context, of, sizeof *of, fault, err) : -(fault >= 0);
    for (int f = 0; f < frames->n && !status; f++)
        add_frame(x, &of[f], m);
    free(of);
    return status;
}

int gg_loss_normalise(struct gg_model *m, const struct gg_loss_frames *frames, uint64_t seed,
                      struct gg_err *err)
{
    struct sums mean = {0}, permuted = {0};
    bool again = false;
    if (sum_frames(&mean, NULL, m, frames, seed, err))
        return -1;
    for (int q = 0; q < m->n_term; q++)
        for (int h = 0; h < m->n_head; h++)
            again |= gg_term_is_for(&m->term[q], h) && !has(&mean, &m->term[q], q, h);
    if ((again && sum_frames(&permuted, &mean, m, frames, seed, err)) || check_used(m, &mean, &permuted, err))
        return -1;
    for (int q = 0; q < m->n_term; q++)
        for (int h = 0; h < m->n_head && m->term[q].divided; h++) {
            double first = mean_in(&mean, q, h), second = mean_in(&permuted, q, h);
            m->term[q].normaliser[h] = first > 0 ? first : second > 0 ? second : 1;
        }
    return 0;
}
