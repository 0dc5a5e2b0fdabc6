/* propensity_correlation.c -- how the propensity correlates in space, C_R, without the noise of a finite number of runs
 *
 *     C_R = sum_i d_i [sum_j w_R(r_ij) d_j / sum_j w_R(r_ij)] / sum_i d_i^2,   w_R(r) = exp(-(r - R)^2 / 2),  j = i included
 *
 * of the particles of species A, d the propensity less its mean over them (Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023),
 * who take a step of it).  d = <x^k>_k has the noise of its runs, which correlates in space, too.  A product d_i d_j is the mean over
 * the pairs of different runs k, k' of x_i^k x_j^k', here as (sum_k x_i^k)(sum_k x_j^k) - sum_k x_i^k x_j^k: what a run does by
 * itself drops out. */
#include "physics/dynamics.h"
#include "util/threads.h"

#include <math.h>
#include <stdlib.h>

struct field {
    int64_t n, n_run;
    const double (*pos)[3]; /* [n] */
    double *x,
        *sum; /* [time][n][run] |d| of a run less its mean over the particles; [time][n] over the runs */
};

static double length(const double from[3], const double to[3])
{
    double d[3] = {to[0] - from[0], to[1] - from[1], to[2] - from[2]};
    return sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

/* x and sum of one time; of[n]: which particles. */
static void fill(struct field *f, const struct gg_runs *r, int64_t time, const int64_t *of)
{
    double *x = f->x + time * f->n * f->n_run, *sum = f->sum + time * f->n;
    for (int64_t k = 0; k < f->n_run; k++) {
        const double(*end)[3] = r->end + (time * r->n_run + k) * r->n_node;
        double mean = 0;
        for (int64_t i = 0; i < f->n; i++)
            mean += (x[i * f->n_run + k] = length(r->start[of[i]], end[of[i]])) / (double)f->n;
        for (int64_t i = 0; i < f->n; i++)
            sum[i] += x[i * f->n_run + k] -= mean;
    }
}

static struct field field_of(const struct gg_runs *r, const int32_t *type, struct gg_arena *a)
{
    int64_t *of = GG_NEW(a, int64_t, (size_t)r->n_node + 1);
    double(*pos)[3] = gg_arena_calloc(a, (size_t)r->n_node + 1, sizeof *pos);
    struct field f = {.n_run = r->n_run, .pos = (const double(*)[3])pos};
    for (int64_t i = 0; i < r->n_node; i++)
        if (type[i] == 0) {
            for (int c = 0; c < 3; c++)
                pos[f.n][c] = r->start[i][c];
            of[f.n++] = i;
        }
    f.x = GG_NEW(a, double, (size_t)(r->n_time * f.n * f.n_run) + 1);
    f.sum = GG_NEW(a, double, (size_t)(r->n_time * f.n) + 1);
    for (int64_t time = 0; time < r->n_time; time++)
        fill(&f, r, time, of);
    return f;
}

/* Of two particles at one time: the sum over different runs. */
static double product(const struct field *f, int64_t time, int64_t i, int64_t j)
{
    const double *a = f->x + (time * f->n + i) * f->n_run, *b = f->x + (time * f->n + j) * f->n_run;
    double same = 0;
    for (int64_t k = 0; k < f->n_run; k++)
        same += a[k] * b[k];
    return f->sum[time * f->n + i] * f->sum[time * f->n + j] - same;
}

/* row [time][radius]: what particle i has of the numerators; w [n][radius]: scratch */
static void row(const struct field *f, const struct gg_cell *cell, const struct gg_correlation *c, int64_t i,
                int64_t n_time, double *w, double *row)
{
    double total[GG_CORRELATION_RADII] = {0};
    for (int64_t j = 0; j < f->n; j++) {
        double r = gg_pair_distance(cell, f->pos, i, j);
        for (int q = 0; q < c->n; q++)
            total[q] += w[j * c->n + q] = exp(-0.5 * (r - c->radius[q]) * (r - c->radius[q]));
    }
    for (int64_t time = 0; time < n_time; time++)
        for (int64_t j = 0; j < f->n; j++) {
            double p = product(f, time, i, j);
            for (int q = 0; q < c->n; q++)
                row[time * c->n + q] += w[j * c->n + q] / total[q] * p;
        }
}

bool gg_propensity_correlation(const struct gg_runs *r, const struct gg_cell *cell, const int32_t *type,
                               const struct gg_correlation *c, float *out, struct gg_arena *a)
{
    struct field f = field_of(r, type, a);
    int64_t width = r->n_time * c->n;
    double *part = GG_NEW(a, double, (size_t)(f.n * width) + 1);
    bool defined = true;
#pragma omp parallel num_threads(gg_threads())
    {
        double *w = gg_xalloc((size_t)(f.n * c->n) + 1, sizeof *w);
#pragma omp for schedule(static)
        for (int64_t i = 0; i < f.n; i++)
            row(&f, cell, c, i, r->n_time, w, part + i * width);
        free(w);
    }
    for (int64_t k = 0; k < width; k++) {
        double sum = 0, square = 0;
        for (int64_t i = 0; i < f.n; i++) {
            sum += part[i * width + k];
            square += product(&f, k / c->n, i, i);
        }
        out[k] = square > 0 ? (float)(sum / square) : NAN;
        defined &= square > 0;
    }
    return defined;
}
