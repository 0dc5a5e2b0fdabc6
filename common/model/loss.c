/* loss.c -- the loss of a frame: columns of its heads through the terms (losses/loss.h)
 *
 *     L = sum_h w_h sum_k w_k mean_columns(value_k) / normaliser_kh
 *
 * A column is one part of one target at one time for one group of rows.  Values are averaged by numbers or column by column, as the term says;
 * columns where it is not defined, or nothing is there, are left out. */
#include "model/loss.h"
#include "util/cell.h"
#include "util/same.h"

#include <math.h>
#include <string.h>

/* ---- columns ---- */

/* Rows of one group, in the order of the kernels. */
struct rows {
    int64_t n;
    int64_t *row, *from;    /* [n] of the head's value, of the field */
    const double (*pos)[3]; /* [n] or NULL */
};

static struct rows rows_of(const struct gg_head *h, const struct gg_sample *s, const struct gg_batch *b,
                           int group, struct gg_arena *a)
{
    const struct gg_target_kind *kind = h->target.kind;
    int64_t n = kind->rows(s);
    struct rows r = {.row = GG_NEW(a, int64_t, (size_t)n + 1), .from = GG_NEW(a, int64_t, (size_t)n + 1)};
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

/* One column with its place in the head. */
struct column {
    struct gg_loss_column c;
    const struct rows *rows;
    int group, time, part;
    double *dp, value; /* dp [n][dim], NULL without gradient; value NaN where the term is not defined */
    struct column *next;
};

/* What is known of the frame while one head is worked on. */
struct work {
    struct gg_pass *p; /* NULL: predictions are the means */
    const struct gg_model *m;
    const struct gg_sample *s;
    const struct gg_batch *b;
    const struct gg_head *h;
    int head;
    const struct gg_truth *truth;
    const int64_t *shuffle; /* [rows of the field]: predictions are the targets of these rows; NULL: not */
    struct gg_cell cell;
    struct rows rows[GG_MAX_SPECIES];
    struct gg_arena *a;
};

static void fill_row(const struct work *w, struct column *c, int64_t k, double *p, double *y)
{
    const struct gg_head *h = w->h;
    const struct gg_target *t = &h->target;
    int l, step, first = gg_target_part(t, c->part, &l), dim = 2 * l + 1,
                 at = gg_head_at(w->m, h, c->group, c->time, c->part, &step);
    const float *truth = gg_truth_at(w->truth, c->rows->from[k], c->time);
    const float *other = w->shuffle ? gg_truth_at(w->truth, w->shuffle[c->rows->from[k]], c->time) : NULL;
    const gg_real *row =
        w->p ? w->p->value[h->value] +
                   gg_head_row(w->m, h, c->rows->row[k], c->time) * w->m->value[h->value].stride + at
             : NULL;
    bool there = truth != NULL;
    for (int z = 0; z < dim && there; z++)
        there = !isnan(truth[first + z]);
    for (int z = 0; z < dim; z++) {
        y[z] = there ? ((double)truth[first + z] - c->c.mean) / c->c.scale : 0;
        p[z] = row ? (double)row[z * step] : 0;
        if (other && there)
            p[z] = isnan(other[first + z]) ? 0 : ((double)other[first + z] - c->c.mean) / c->c.scale;
    }
    ((bool *)(uintptr_t)c->c.there)[k] = there;
    c->c.count += there;
}

static struct column *new_column(const struct work *w, int group, int time, int part, bool gradient)
{
    const struct gg_target *t = &w->h->target;
    const struct rows *r = &w->rows[group];
    int64_t at = gg_target_at(t, group, time, part);
    struct column *c = GG_NEW(w->a, struct column, 1);
    int l;
    gg_target_part(t, part, &l);
    size_t n = (size_t)(r->n * (2 * l + 1)) + 1;
    double *p = GG_NEW(w->a, double, n), *y = GG_NEW(w->a, double, n);
    *c = (struct column){.c = {.n = r->n,
                               .dim = 2 * l + 1,
                               .there = GG_NEW(w->a, bool, (size_t)r->n + 1),
                               .p = p,
                               .y = y,
                               .mean = t->mean[at],
                               .scale = t->scale[at],
                               .pos = r->pos,
                               .cell = r->pos ? &w->cell : NULL},
                         .rows = r,
                         .group = group,
                         .time = time,
                         .part = part,
                         .dp = gradient ? GG_NEW(w->a, double, n) : NULL};
    for (int64_t k = 0; k < r->n; k++)
        fill_row(w, c, k, p + k * c->c.dim, y + k * c->c.dim);
    return c;
}

/* All columns of the head with something in them. */
static struct column *columns_of(const struct work *w, bool gradient)
{
    const struct gg_target *t = &w->h->target;
    struct column *first = NULL, **end = &first;
    for (int g = 0; g < t->n_group; g++)
        for (int time = 0; time < t->n_time; time++)
            for (int q = 0; q < gg_target_parts(t) && gg_head_on(w->h, g, time); q++) {
                struct column *c = new_column(w, g, time, q, gradient);
                if (c->c.count > 0) {
                    *end = c;
                    end = &c->next;
                }
            }
    return first;
}

/* ---- one term ---- */

static bool has_time(const struct gg_term *k, const struct gg_target *t, int time)
{
    bool any = k->time.n == 0 || !t->timed;
    for (int q = 0; q < k->time.n && !any; q++)
        any = gg_same(k->time.v[q], t->time[time]);
    return any;
}

static bool takes(const struct gg_term *k, const struct work *w, const struct column *c)
{
    return has_time(k, &w->h->target, c->time) && !(k->type->scalars && c->c.dim > 1) &&
           !(k->type->positions && !c->c.pos);
}

static double share_of(const struct gg_term *k, const struct column *c)
{
    return isnan(c->value) ? 0 : k->type->mean == GG_OVER_NUMBERS ? (double)(c->c.count * c->c.dim) : 1;
}

/* Mean of the term's values over the columns, NaN if there is none; leaves value and dp in each. */
static double mean_of(const struct gg_term *k, const struct work *w, struct column *columns, int term)
{
    double sum = 0, all = 0;
    for (struct column *c = columns; c; c = c->next) {
        c->value = NAN;
        if (!takes(k, w, c))
            continue;
        if (c->dp)
            memset(c->dp, 0, (size_t)(c->c.n * c->c.dim) * sizeof *c->dp);
        c->value = k->type->value(&(struct gg_loss_call){.hyper = k->hyper,
                                                         .c = &c->c,
                                                         .prepared = w->b->prepared[term][c->group],
                                                         .dp = c->dp,
                                                         .factor = 1,
                                                         .a = w->a});
        double share = share_of(k, c);
        sum += share > 0 ? share * c->value : 0;
        all += share;
    }
    return all > 0 ? sum / all : NAN;
}

/* Adds factor times the derivative of the mean to the gradient of the head's value. */
static void scatter(const struct gg_term *k, const struct work *w, const struct column *columns,
                    double factor, gg_real *gradient)
{
    double all = 0;
    int stride = w->m->value[w->h->value].stride;
    for (const struct column *c = columns; c; c = c->next)
        all += share_of(k, c);
    for (const struct column *c = columns; c; c = c->next) {
        double each = all > 0 ? factor * share_of(k, c) / all : 0;
        int step, at = gg_head_at(w->m, w->h, c->group, c->time, c->part, &step);
        for (int64_t i = 0; i < c->c.n && each != 0; i++) {
            gg_real *to = gradient + gg_head_row(w->m, w->h, c->rows->row[i], c->time) * stride + at;
            for (int z = 0; z < c->c.dim; z++)
                to[z * step] += (gg_real)(each * c->dp[i * c->c.dim + z]);
        }
    }
}

/* ---- a frame ---- */

static bool open_head(struct work *w, int head)
{
    struct gg_err ignored;
    w->h = &w->m->head[head];
    w->head = head;
    w->truth = &w->s->target[head];
    if (!w->truth->value)
        return false;
    for (int g = 0; g < w->h->target.n_group; g++)
        w->rows[g] = rows_of(w->h, w->s, w->b, g, w->a);
    if (gg_cell_init(&w->cell, w->s->dim, w->s->pbc, (const double(*)[3])w->s->cell, &ignored))
        memset(&w->cell, 0, sizeof w->cell); /* read when the batch was made: cannot fail any more */
    return true;
}

static bool is_for(const struct gg_term *k, int head)
{
    return k->head < 0 || k->head == head;
}

static double head_loss(struct work *w, gg_real *gradient, double factor)
{
    struct column *columns = columns_of(w, gradient != NULL);
    double sum = 0;
    for (int q = 0; q < w->m->n_term; q++) {
        const struct gg_term *k = &w->m->term[q];
        double weight = w->h->weight * k->weight / (k->divided ? k->normaliser[w->head] : 1);
        if (!is_for(k, w->head) || !(weight > 0))
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
    struct work w = {.p = p, .m = m, .s = s, .b = b, .a = &p->arena};
    double sum =
        gg_pass_finite(p, m, b) ? 0 : NAN; /* terms are NaN where they are undefined, and then left out */
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_shape *shape = &m->value[m->head[h].value];
        gg_real *dy = NULL;
        if (!open_head(&w, h))
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
    struct work w = {.m = m, .s = s, .b = b, .a = a};
    struct gg_cell *cell = NULL;
    for (int q = 0; q < m->n_term; q++) {
        const struct gg_term *k = &m->term[q];
        for (int h = 0; k->type->prepare && h < m->n_head; h++) {
            if (!is_for(k, h) || !m->head[h].target.kind->places)
                continue;
            if (!cell && gg_cell_init(cell = GG_NEW(a, struct gg_cell, 1), s->dim, s->pbc,
                                      (const double(*)[3])s->cell, err))
                return -1;
            for (int g = 0; g < m->head[h].target.n_group; g++) {
                struct rows r = rows_of(&m->head[h], w.s, w.b, g, a);
                struct gg_loss_column c = {.n = r.n, .dim = 1, .pos = r.pos, .cell = cell};
                if (!b->prepared[q][g] && m->head[h].counts[g] &&
                    k->type->prepare(k->hyper, &c, &b->prepared[q][g], a, err))
                    return gg_err_prefix(err, "loss: %s: ", k->type->name);
            }
        }
    }
    return 0;
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
static const int64_t *shuffled(const struct work *w, uint64_t seed, int frame)
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

/* Adds what the terms of one head that `done` has nothing for are worth in one frame. */
static void add_frame(struct sums *x, const struct sums *done, struct work *w)
{
    struct column *columns = columns_of(w, false);
    for (int q = 0; q < w->m->n_term; q++) {
        const struct gg_term *k = &w->m->term[q];
        bool wanted = is_for(k, w->head) && !(done && has(done, k, q, w->head));
        double value = wanted ? mean_of(k, w, columns, q) : NAN;
        x->sum[q][w->head] += isnan(value) ? 0 : value;
        x->n[q][w->head] += !isnan(value);
    }
}

/* For the mean predictor, or, where `done` has nothing from that, for targets in another order. */
static int sum_frames(struct sums *x, const struct sums *done, const struct gg_model *m,
                      const struct gg_loss_frames *frames, uint64_t seed, struct gg_err *err)
{
    struct gg_arena a = {0};
    int status = 0;
    for (int f = 0; f < frames->n && !status; f++) {
        struct work w = {.m = m, .a = &a};
        status = frames->frame(frames->context, f, &w.s, &w.b, err);
        for (int h = 0; h < m->n_head && !status; h++) {
            if (!open_head(&w, h))
                continue;
            w.shuffle = done ? shuffled(&w, seed, f) : NULL;
            add_frame(x, done, &w);
        }
        gg_arena_reset(&a);
    }
    gg_arena_free(&a);
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
            again |= is_for(&m->term[q], h) && !has(&mean, &m->term[q], q, h);
    if ((again && sum_frames(&permuted, &mean, m, frames, seed, err)) || check_used(m, &mean, &permuted, err))
        return -1;
    for (int q = 0; q < m->n_term; q++)
        for (int h = 0; h < m->n_head && m->term[q].divided; h++) {
            double first = mean_in(&mean, q, h), second = mean_in(&permuted, q, h);
            m->term[q].normaliser[h] = first > 0 ? first : second > 0 ? second : 1;
        }
    return 0;
}
