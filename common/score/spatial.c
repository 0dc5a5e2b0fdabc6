/* spatial.c -- bilinear forms of truth and prediction over the particles of one configuration */
#include "score/spatial.h"
#include "descriptors/gaussian.h"
#include "graph/graph.h"
#include "util/threads.h"
#include "util/waves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double radii[] = {2, 4, 6}, local = 2; /* of C_R; r_v (Jung, Biroli, Berthier 2023) */
enum { N_RADII = sizeof radii / sizeof *radii };

const char *gg_spatial_name(enum gg_spatial_kind kind)
{
    static const char *const names[] = {[GG_SPATIAL_VARIANCE] = "variance",
                                        [GG_SPATIAL_S] = "S",
                                        [GG_SPATIAL_G] = "G",
                                        [GG_SPATIAL_C] = "C",
                                        [GG_SPATIAL_LOCAL] = "local_variance"};
    return names[kind];
}

/* Columns of one number a particle, means taken off: for each component prediction, truth, and the two whose product is the truth's own. */
enum { P, Y, A, B, FIELDS };
struct columns {
    int64_t n;
    int width;
    double *x; /* [width][FIELDS][n] */
    double *
        add; /* [width][FIELDS] what spectra have beside: the means, of S4, whose field is not centred; else 0 */
};

static const double *column(const struct columns *c, int component, int field)
{
    return c->x + (component * FIELDS + field) * c->n;
}

static struct columns columns_of(const struct gg_spatial_fields *f, bool keep_means, struct gg_arena *a)
{
    const double *from[FIELDS] = {f->p, f->y, f->half[0] ? f->half[0] : f->y, f->half[0] ? f->half[1] : f->y};
    struct columns c = {f->n, f->width, GG_NEW(a, double, (size_t)(f->width * FIELDS * f->n) + 1),
                        GG_NEW(a, double, (size_t)(f->width * FIELDS))};
    for (int k = 0; k < f->width; k++)
        for (int x = 0; x < FIELDS; x++) {
            double *to = c.x + (k * FIELDS + x) * f->n, mean = 0;
            for (int64_t i = 0; i < f->n; i++)
                mean += (to[i] = from[x][i * f->width + k]) / (double)f->n;
            for (int64_t i = 0; i < f->n; i++)
                to[i] -= mean;
            c.add[k * FIELDS + x] = keep_means ? mean : 0;
        }
    return c;
}

/* ---- which rows there are ---- */

int gg_spatial_init(struct gg_spatial *s, double q_max, int n_edge, const double *edge, struct gg_err *err)
{
    *s = (struct gg_spatial){.q_max = q_max, .n_edge = n_edge};
    if (n_edge < 2 || n_edge > GG_SPATIAL_EDGES)
        return gg_fail(err, GG_USAGE, "--shells: 2 to %d ends of bins are wanted, not %d", GG_SPATIAL_EDGES,
                       n_edge);
    for (int k = 0; k < n_edge; k++) {
        if (k && !(edge[k] > edge[k - 1]))
            return gg_fail(err, GG_USAGE,
                           "--shells: %g does not follow %g: each end is larger than the one before", edge[k],
                           edge[k - 1]);
        s->edge[k] = edge[k];
    }
    return 0;
}

/* That asked for it, in messages. */
static const char *option(const struct gg_spatial *s)
{
    return s->axes ? "fluctuations" : "spatial";
}

static int add_row(struct gg_spatial *s, enum gg_spatial_kind kind, double lo, double hi, struct gg_err *err)
{
    if (s->n == GG_SPATIAL_ROWS)
        return gg_fail(err, GG_INPUT, "--%s: more than %d rows: a smaller --q-max would do", option(s),
                       GG_SPATIAL_ROWS);
    s->kind[s->n] = kind;
    s->lo[s->n] = lo;
    s->hi[s->n++] = hi;
    return 0;
}

static double half_box(const struct gg_cell *cell)
{
    double least = INFINITY;
    for (int k = 0; k < cell->dim; k++)
        least = fmin(least, cell->image_height[k]);
    return least / 2;
}

static int plan(struct gg_spatial *s, const struct gg_cell *cell, struct gg_err *err)
{
    double most = half_box(cell) * (1 + 1e-9);
    s->q1 = gg_wave_shortest(cell);
    int status = add_row(s, GG_SPATIAL_VARIANCE, 0, 0, err);
    for (int k = 1; status == 0 && (k - 0.5) * s->q1 < s->q_max; k++)
        status = add_row(s, GG_SPATIAL_S, (k - 0.5) * s->q1, (k + 0.5) * s->q1, err);
    for (int k = 0; status == 0 && k + 1 < s->n_edge && s->edge[k + 1] <= most; k++)
        status = add_row(s, GG_SPATIAL_G, s->edge[k], s->edge[k + 1], err);
    for (int k = 0; status == 0 && k < N_RADII && radii[k] <= most; k++)
        status = add_row(s, GG_SPATIAL_C, radii[k], radii[k], err);
    if (status == 0 && local <= most && !s->axes)
        status = add_row(s, GG_SPATIAL_LOCAL, local, local, err);
    return status;
}

/* ---- sums over particles ---- */

/* sum over components of a_i b_i, for the three forms */
static void add_variance(const struct columns *c, struct gg_form *out)
{
    for (int k = 0; k < c->width; k++) {
        const double *p = column(c, k, P), *y = column(c, k, Y), *a = column(c, k, A), *b = column(c, k, B);
        for (int64_t i = 0; i < c->n; i++) {
            out->pp += p[i] * p[i];
            out->py += p[i] * y[i];
            out->yy += a[i] * b[i];
        }
    }
    out->weight = (double)c->n;
}

/* One wave's share: Re A B* / n. */
static struct gg_form of_wave(const struct columns *c, const double (*pos)[3], const double q[3],
                              double length)
{
    struct gg_form out = {.weight = 1, .at = length};
    double sum[GG_SPATIAL_WIDTH * FIELDS][2] = {{0}};
    for (int64_t i = 0; i < c->n; i++) {
        double phase = q[0] * pos[i][0] + q[1] * pos[i][1] + q[2] * pos[i][2],
               turn[2] = {cos(phase), sin(phase)};
        for (int k = 0; k < c->width * FIELDS; k++)
            for (int z = 0; z < 2; z++)
                sum[k][z] += (c->x[k * c->n + i] + c->add[k]) * turn[z];
    }
    for (int k = 0; k < c->width; k++)
        for (int z = 0; z < 2; z++) {
            double p = sum[k * FIELDS + P][z];
            out.pp += p * p / (double)c->n;
            out.py += p * sum[k * FIELDS + Y][z] / (double)c->n;
            out.yy += sum[k * FIELDS + A][z] * sum[k * FIELDS + B][z] / (double)c->n;
        }
    return out;
}

static void add(struct gg_form *to, const struct gg_form *more)
{
    to->weight += more->weight;
    to->at += more->at;
    to->pp += more->pp;
    to->py += more->py;
    to->yy += more->yy;
}

static void add_spectrum(const struct gg_cell *cell, const struct gg_spatial *s, const struct columns *c,
                         const double (*pos)[3], int last, struct gg_form *out, struct gg_arena *a)
{
    struct gg_waves w = gg_waves_of(cell, s->q1, last, s->axes, a);
    struct gg_form *of = GG_NEW(a, struct gg_form, (size_t)w.n + 1);
#pragma omp parallel for num_threads(gg_threads()) schedule(dynamic)
    for (int64_t k = 0; k < w.n; k++)
        of[k] = of_wave(c, pos, w.q[k], w.length[k]);
    for (int64_t k = 0; k < w.n; k++)
        add(&out[w.shell[k] - 1], &of[k]);
}

/* Each pair once from either end, the truth's halves both ways. */
static void add_pairs(const struct gg_spatial *s, const struct gg_edges *g, const double (*vec)[3],
                      const struct columns *c, struct gg_form *out)
{
#pragma omp parallel for num_threads(gg_threads()) schedule(dynamic)
    for (int row = 0; row < s->n; row++) { /* one writer each */
        if (s->kind[row] != GG_SPATIAL_G)
            continue;
        for (int64_t i = 0; i < g->n_node; i++)
            for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
                double r = sqrt(vec[e][0] * vec[e][0] + vec[e][1] * vec[e][1] + vec[e][2] * vec[e][2]);
                int64_t j = g->nbr[e];
                if (!(r >= s->lo[row] && r < s->hi[row]))
                    continue;
                out[row].weight += 1;
                out[row].at += r;
                for (int k = 0; k < c->width; k++) {
                    out[row].pp += column(c, k, P)[i] * column(c, k, P)[j];
                    out[row].py += column(c, k, P)[i] * column(c, k, Y)[j];
                    out[row].yy += column(c, k, A)[i] * column(c, k, B)[j];
                }
            }
    }
}

/* Covariance of a and b over the neighbours nearer than `local`; 0 where there is at most one. */
static double around(const struct gg_edges *g, const double (*vec)[3], int64_t i, const double *a,
                     const double *b)
{
    double n = 0, sum_a = 0, sum_b = 0, sum_ab = 0;
    for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
        if (!(vec[e][0] * vec[e][0] + vec[e][1] * vec[e][1] + vec[e][2] * vec[e][2] < local * local))
            continue;
        double x = a[g->nbr[e]], y = b[g->nbr[e]];
        n++;
        sum_a += x;
        sum_b += y;
        sum_ab += x * y;
    }
    return n > 1 ? (sum_ab - sum_a * sum_b / n) / n : 0;
}

static void add_local(const struct gg_edges *g, const double (*vec)[3], const struct columns *c,
                      struct gg_form *out)
{
    for (int64_t i = 0; i < g->n_node; i++)
        for (int k = 0; k < c->width; k++) {
            out->pp += around(g, vec, i, column(c, k, P), column(c, k, P));
            out->py += around(g, vec, i, column(c, k, P), column(c, k, Y));
            out->yy += around(g, vec, i, column(c, k, A), column(c, k, B));
        }
    out->weight = (double)g->n_node;
}

static double dot(int64_t n, const double *a, const double *b)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* out: the rows of the radii */
static void add_gaussian(const struct gg_cell *cell, const double (*pos)[3], const struct columns *c,
                         int n_radius, struct gg_form *out, struct gg_arena *arena)
{
    int n_x = 1 + c->width * FIELDS;
    int64_t n = c->n;
    double *x = GG_NEW(arena, double, (size_t)(n_x * n) + 1),
           *sum = GG_NEW(arena, double, (size_t)(n_radius * n_x * n) + 1);
    for (int64_t i = 0; i < n; i++)
        x[i] = 1;
    memcpy(x + n, c->x, (size_t)(c->width * FIELDS * n) * sizeof *x);
    gg_gaussian_sums(cell, n, pos, n_radius, radii, n_x, x, sum);
    for (int r = 0; r < n_radius; r++) {
        double *all = sum + r * n_x * n, *mean = all + n;
        for (int64_t k = 0; k < c->width * FIELDS * n; k++)
            mean[k] /= all[k % n];
        out[r].weight = (double)n;
        for (int k = 0; k < c->width; k++) {
            const double *m = mean + k * FIELDS * n;
            out[r].pp += dot(n, column(c, k, P), m + P * n);
            out[r].py += 0.5 * (dot(n, column(c, k, P), m + Y * n) + dot(n, column(c, k, Y), m + P * n));
            out[r].yy += 0.5 * (dot(n, column(c, k, A), m + B * n) + dot(n, column(c, k, B), m + A * n));
        }
    }
}

/* The rows of a kind follow each other. */
static int first_of(const struct gg_spatial *s, enum gg_spatial_kind kind, int *n)
{
    int first = 0;
    *n = 0;
    for (int k = s->n - 1; k >= 0; k--)
        if (s->kind[k] == kind) {
            first = k;
            ++*n;
        }
    return first;
}

static int check_cell(const struct gg_spatial *s, const struct gg_cell *cell, struct gg_err *err)
{
    for (int k = 0; k < cell->dim; k++)
        if (!(cell->pbc >> k & 1))
            return gg_fail(err, GG_INPUT,
                           "--%s: the box is not periodic along vector %d: spectra want one that is "
                           "periodic in all directions",
                           option(s), k);
    return 0;
}

/* Bins and radii beyond half of a box that is smaller than the first are empty. */
static void drop_far(const struct gg_spatial *s, const struct gg_cell *cell, struct gg_form *out)
{
    double most = half_box(cell) * (1 + 1e-9);
    for (int k = 0; k < s->n; k++)
        if (s->kind[k] != GG_SPATIAL_S && s->hi[k] > most)
            out[k] = (struct gg_form){0};
}

int gg_spatial_measure(struct gg_spatial *s, const struct gg_cell *cell, const struct gg_spatial_fields *f,
                       struct gg_form *out, struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_edges g;
    int first, n;
    if (check_cell(s, cell, err) || (s->n == 0 && plan(s, cell, err)))
        return -1;
    memset(out, 0, (size_t)s->n * sizeof *out);
    double reach = fmin(fmax(local, s->n_edge ? s->edge[s->n_edge - 1] : 0), half_box(cell));
    int status = gg_neighbors(&g, &a, cell, f->n, f->pos, reach, false, 0, err);
    if (status == 0) {
        double(*vec)[3] = gg_arena_calloc(&a, (size_t)g.n_edge + 1, sizeof *vec);
        gg_edge_vectors_f64(&g, cell, f->pos, vec);
        struct columns c = columns_of(f, s->axes, &a);
        add_variance(&c, &out[first_of(s, GG_SPATIAL_VARIANCE, &n)]);
        first = first_of(s, GG_SPATIAL_S, &n);
        add_spectrum(cell, s, &c, f->pos, n, out + first, &a);
        add_pairs(s, &g, (const double(*)[3])vec, &c, out);
        first = first_of(s, GG_SPATIAL_LOCAL, &n);
        if (n)
            add_local(&g, (const double(*)[3])vec, &c, out + first);
        first = first_of(s, GG_SPATIAL_C, &n);
        if (n)
            add_gaussian(cell, f->pos, &c, n, out + first, &a);
        drop_far(s, cell, out);
    }
    gg_arena_free(&a);
    return status;
}
