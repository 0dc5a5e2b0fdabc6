/* average.c -- columns averaged over the surroundings of each particle
 *
 * Boattini, Smallenburg, Filion, Phys. Rev. Lett. 127, 088007 (2021): X^(n)_i = sum_j exp(-r_ij/r_c) X^(n-1)_j /
 * sum_j exp(-r_ij/r_c) over the particles j within r_c of i, i included.  Decay length and cutoff are two numbers here;
 * a cutoff of 0 takes the whole box, and then a block of receivers is a product of matrices: weights times columns. */
#include "descriptors/average.h"
#include "descriptors/kernel.h"
#include "util/clones.h"
#include "util/linalg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 64 }; /* receivers of one product */

static double cutoff(const struct gg_descriptor_options *o)
{
    return o->average_cutoff < 0 ? o->average_length : o->average_cutoff;
}

double gg_average_reach(const struct gg_descriptor_options *o)
{
    return gg_levels(o) > 1 ? cutoff(o) : 0;
}

/* ---- over neighbours ---- */

GG_CLONES
static void add(int64_t n, double w, const double *x, double *y)
{
#pragma omp simd
    for (int64_t k = 0; k < n; k++)
        y[k] += w * x[k];
}

GG_CLONES
static void divide(int64_t n, double by, double *y)
{
    for (int64_t k = 0; k < n; k++)
        y[k] /= by;
}

static void over_neighbours(const struct gg_descriptor_options *o, const struct gg_particles *p,
                            int64_t n_column, const double *from, double *to, int64_t stride)
{
    const struct gg_edges *g = p->edges;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < p->n; i++) {
        double total = 1, *y = to + i * stride;
        memcpy(y, from + i * stride, sizeof *y * (size_t)n_column);
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            const double *v = p->edge_vec[e], r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
            if (!(r < cutoff(o)))
                continue;
            double w = exp(-r / o->average_length);
            total += w;
            add(n_column, w, from + g->nbr[e] * stride, y);
        }
        divide(n_column, total, y);
    }
}

/* ---- over the whole box ---- */

/* Coordinates in the metric, padded to whole blocks. */
static void coordinates(const struct gg_particles *p, const struct gg_metric *metric, int64_t room,
                        double *at[3])
{
    for (int a = 0; a < 3; a++)
        at[a] = GG_NEW(p->arena, double, room);
    for (int64_t j = 0; j < p->n; j++) {
        double q[3];
        gg_metric_coordinates(metric, p->pos[j], q);
        for (int a = 0; a < 3; a++)
            at[a][j] = q[a];
    }
}

/* w[row][j] of receivers first .. last-1, normalised. */
static void weigh(const struct gg_descriptor_options *o, const struct gg_metric *metric, double *const at[3],
                  int64_t n, int64_t room, int64_t first, int64_t last, double *w)
{
    double r[GG_BLOCK];
    for (int64_t i = first; i < last; i++, w += room) {
        double total = 0, here[3] = {at[0][i], at[1][i], at[2][i]};
        for (int64_t j = 0; j < room; j += GG_BLOCK) {
            gg_kernel_distance(metric, here, at[0] + j, at[1] + j, at[2] + j, r);
            gg_kernel_exp(r, -1 / o->average_length, w + j);
        }
        for (int64_t j = 0; j < n; j++)
            total += w[j];
        divide(n, total, w);
    }
}

static void over_box(const struct gg_descriptor_options *o, const struct gg_particles *p, int64_t n_column,
                     const double *from, double *to, int64_t stride)
{
    struct gg_metric metric;
    double *at[3];
    int64_t room = (p->n + GG_BLOCK - 1) / GG_BLOCK * GG_BLOCK;
    gg_metric_init(&metric, &p->cell);
    coordinates(p, &metric, room, at);
#pragma omp parallel
    {
        double *w = gg_xalloc((size_t)ROWS * (size_t)room, sizeof *w);
#pragma omp for schedule(static)
        for (int64_t first = 0; first < p->n; first += ROWS) {
            int64_t last = first + ROWS < p->n ? first + ROWS : p->n;
            weigh(o, &metric, at, p->n, room, first, last, w);
            gg_dgemm(false, false, (int)(last - first), (int)n_column, (int)p->n, 1, w, (int)room, from,
                     (int)stride, 0, to + first * stride, (int)stride);
        }
        free(w);
    }
}

void gg_average(const struct gg_descriptor_options *o, const struct gg_particles *p, int64_t n_column,
                const double *from, double *to, int64_t stride)
{
    if (cutoff(o) > 0)
        over_neighbours(o, p, n_column, from, to, stride);
    else
        over_box(o, p, n_column, from, to, stride);
}
