/* loss_column.c -- random columns to try a term of a loss on, and what may be done to them without changing its value */
#include "laws/loss_column.h"
#include "o3/o3.h"

#include <assert.h>
#include <math.h>
#include <string.h>

int64_t gg_loss_sample_size(const struct gg_loss_sample *s)
{
    return s->c.n * (s->c.dim + s->c.n_spread);
}

int64_t gg_loss_sample_row(const struct gg_loss_sample *s, int64_t k)
{
    int64_t numbers = s->c.n * s->c.dim;
    return k < numbers ? k / s->c.dim : (k - numbers) / s->c.n_spread;
}

static struct gg_loss_sample *sample_new(struct gg_arena *a, int64_t n, int dim, bool positions,
                                         const struct gg_loss_spread *spread)
{
    struct gg_loss_sample *s = GG_NEW(a, struct gg_loss_sample, 1);
    int n_spread = spread != NULL ? gg_irreps_dim(&spread->irreps) : 0;
    s->of = spread;
    s->p = GG_NEW(a, double, (size_t)(n * (dim + n_spread)));
    s->spread = spread != NULL ? s->p + n * dim : NULL;
    s->noise = GG_NEW(a, double, (size_t)n);
    s->y = GG_NEW(a, double, (size_t)(n * dim));
    s->there = GG_NEW(a, bool, (size_t)n);
    s->pos = positions ? gg_arena_calloc(a, (size_t)n, sizeof *s->pos) : NULL;
    s->c = (struct gg_loss_column){.n = n,
                                   .dim = dim,
                                   .n_spread = n_spread,
                                   .spread = s->spread,
                                   .noise = s->noise,
                                   .there = s->there,
                                   .p = s->p,
                                   .y = s->y,
                                   .mean = dim == 1 ? 0.45 : 0,
                                   .scale = 0.2,
                                   .pos = (const double(*)[3])s->pos,
                                   .cell = positions ? &s->cell : NULL};
    return s;
}

static void set_cell(struct gg_loss_sample *s, const double h[3][3])
{
    struct gg_err err;
    int status = gg_cell_init(&s->cell, 3, 7, h, &err);
    assert(status == 0);
    (void)status;
}

static void place(struct gg_loss_sample *s, struct gg_rng *r)
{
    double L = cbrt((double)s->c.n / 1.2);
    set_cell(s, (const double[3][3]){{L, 0, 0}, {0.2 * L, L, 0}, {-0.1 * L, 0.3 * L, L}});
    for (int64_t k = 0; k < s->c.n; k++) {
        double fraction[3] = {gg_rng_uniform(r), gg_rng_uniform(r), gg_rng_uniform(r)};
        gg_cell_cartesian(&s->cell, fraction, s->pos[k]);
    }
}

static double mean_of(const struct gg_loss_sample *s, int z)
{
    double sum = 0;
    for (int64_t k = 0; k < s->c.n; k++)
        sum += s->there[k] ? s->y[k * s->c.dim + z] : 0;
    return sum / (double)s->c.count;
}

/* Mean 0 in every component, variance 1 over all numbers; 0 where there is no target. */
static void standardise(struct gg_loss_sample *s)
{
    int dim = s->c.dim;
    double square = 0;
    for (int z = 0; z < dim; z++) {
        double mean = mean_of(s, z);
        for (int64_t k = 0; k < s->c.n; k++) {
            double *y = &s->y[k * dim + z];
            *y = s->there[k] ? *y - mean : 0;
            square += *y * *y;
        }
    }
    double scale = square > 0 ? sqrt(square / ((double)s->c.count * dim)) : 1;
    for (int64_t k = 0; k < s->c.n * dim; k++)
        s->y[k] /= scale;
}

struct gg_loss_sample *gg_loss_sample_random(struct gg_arena *a, int64_t n, int dim, bool missing,
                                             bool positions, const struct gg_loss_spread *spread,
                                             struct gg_rng *r)
{
    struct gg_loss_sample *s = sample_new(a, n, dim, positions, spread);
    for (int64_t k = 0; k < n; k++) {
        s->there[k] = !missing || k % 4 != 1;
        s->c.count += s->there[k];
    }
    for (int64_t k = 0; k < n * dim; k++)
        s->y[k] = gg_rng_normal(r);
    standardise(s);
    for (int64_t k = 0; k < n * dim; k++)
        s->p[k] = 0.1 + 0.6 * s->y[k] + 0.5 * gg_rng_normal(r);
    if (positions)
        place(s, r);
    for (int64_t k = 0; k < n * s->c.n_spread; k++)
        s->spread[k] = 0.7 * gg_rng_normal(r);
    for (int64_t k = 0; spread != NULL && k < n; k++)
        s->noise[k] = gg_rng_uniform(r);
    return s;
}

struct gg_loss_sample *gg_loss_sample_copy(struct gg_arena *a, const struct gg_loss_sample *s)
{
    int64_t n = s->c.n;
    size_t numbers = sizeof *s->p * (size_t)(n * s->c.dim);
    struct gg_loss_sample *out = sample_new(a, n, s->c.dim, s->pos != NULL, s->of);
    out->c.count = s->c.count;
    memcpy(out->p, s->p, sizeof *s->p * (size_t)gg_loss_sample_size(s));
    memcpy(out->noise, s->noise, sizeof *s->noise * (size_t)n);
    memcpy(out->y, s->y, numbers);
    memcpy(out->there, s->there, sizeof *s->there * (size_t)n);
    if (s->pos != NULL)
        memcpy(out->pos, s->pos, sizeof *s->pos * (size_t)n);
    out->cell = s->cell;
    return out;
}

void gg_loss_sample_perfect(struct gg_loss_sample *s)
{
    memcpy(s->p, s->y, sizeof *s->p * (size_t)(s->c.n * s->c.dim));
}

void gg_loss_sample_mean(struct gg_loss_sample *s)
{
    for (int z = 0; z < s->c.dim; z++)
        for (int64_t k = 0; k < s->c.n; k++)
            s->p[k * s->c.dim + z] = mean_of(s, z);
}

void gg_loss_sample_permuted(struct gg_loss_sample *s, struct gg_rng *r)
{
    int dim = s->c.dim;
    gg_loss_sample_perfect(s);
    for (int64_t k = s->c.n - 1; k > 0; k--) {
        int64_t j = gg_rng_below(r, (uint32_t)k + 1);
        for (int z = 0; z < dim && s->there[k] && s->there[j]; z++) {
            double kept = s->y[k * dim + z];
            s->y[k * dim + z] = s->y[j * dim + z];
            s->y[j * dim + z] = kept;
        }
    }
}

static void turn_rows(int64_t n, int dim, const double *D, double *x)
{
    enum { MOST = 32 };
    double row[MOST];
    assert(dim <= MOST);
    for (int64_t k = 0; k < n; k++, x += dim) {
        memcpy(row, x, sizeof *x * (size_t)dim);
        for (int z = 0; z < dim; z++) {
            x[z] = 0;
            for (int w = 0; w < dim; w++)
                x[z] += D[z * dim + w] * row[w];
        }
    }
}

void gg_loss_sample_turn(struct gg_loss_sample *s, const double R[3][3])
{
    double D[32 * 32], h[3][3];
    gg_wigner_d((s->c.dim - 1) / 2, R, D);
    turn_rows(s->c.n, s->c.dim, D, s->p);
    turn_rows(s->c.n, s->c.dim, D, s->y);
    if (s->spread != NULL)
        gg_rotate_irreps(&s->of->irreps, R, s->spread, s->c.n);
    if (s->pos == NULL)
        return;
    memcpy(h, s->cell.h, sizeof h);
    turn_rows(3, 3, &R[0][0], &h[0][0]);
    turn_rows(s->c.n, 3, &R[0][0], &s->pos[0][0]);
    set_cell(s, (const double(*)[3])h);
}

void gg_loss_sample_move(struct gg_loss_sample *s, struct gg_rng *r)
{
    double origin[3] = {gg_rng_normal(r), gg_rng_normal(r), gg_rng_normal(r)};
    for (int64_t k = 0; s->pos != NULL && k < s->c.n; k++)
        for (int z = 0; z < 3; z++) {
            double shift = (double)gg_rng_below(r, 3) - 1;
            s->pos[k][z] += origin[z];
            for (int w = 0; w < 3; w++)
                s->pos[k][w] += shift * s->cell.h[z][w];
        }
}

struct gg_loss_sample *gg_loss_sample_relabelled(struct gg_arena *a, const struct gg_loss_sample *s,
                                                 struct gg_rng *r, int64_t *row)
{
    struct gg_loss_sample *out = gg_loss_sample_copy(a, s);
    int dim = s->c.dim;
    for (int64_t k = 0; k < s->c.n; k++)
        row[k] = k;
    gg_rng_shuffle(r, row, s->c.n);
    for (int64_t k = 0; k < s->c.n; k++) {
        memcpy(out->p + k * dim, s->p + row[k] * dim, sizeof *s->p * (size_t)dim);
        memcpy(out->y + k * dim, s->y + row[k] * dim, sizeof *s->y * (size_t)dim);
        if (s->spread != NULL)
            memcpy(out->spread + k * s->c.n_spread, s->spread + row[k] * s->c.n_spread,
                   sizeof *s->spread * (size_t)s->c.n_spread);
        out->noise[k] = s->noise[row[k]];
        out->there[k] = s->there[row[k]];
        if (s->pos != NULL)
            memcpy(out->pos[k], s->pos[row[k]], sizeof *s->pos);
    }
    return out;
}
