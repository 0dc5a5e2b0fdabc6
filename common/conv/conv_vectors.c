/* conv_vectors.c -- see conv_vectors.h */
#include "conv/conv_vectors.h"
#include "conv/conv_block.h"
#include "conv/conv_density.h"
#include "nn/lanes.h"
#include "o3/o3.h"

#include <string.h>

enum { ROWS = 2 * GG_CONV_L_MAX + 1, HARMONICS = (GG_CONV_L_MAX + 1) * (GG_CONV_L_MAX + 1) };

static int outputs_of(const struct gg_conv_plan *p)
{
    return p->full ? p->full->n_function : p->net.width[p->net.n_layer];
}

static void take(struct gg_conv_bump *b, const struct gg_conv_plan *p, int64_t lane, struct gg_conv_pull *q)
{
    q->rows = gg_conv_take(b, gg_conv_pull_at(p->l_max + 1) * lane, sizeof *q->rows);
    q->dr = gg_conv_take(b, lane, sizeof *q->dr);
    q->db = gg_conv_take(b, lane, sizeof *q->db);
    if (p->n_knot)
        return;
    q->values = gg_conv_take(b, lane * outputs_of(p), sizeof *q->values);
    q->basis = gg_conv_take(b, lane * p->net.width[0], sizeof *q->basis);
    q->radial = p->full ? NULL : gg_conv_take(b, p->table_columns * lane, sizeof *q->radial);
    q->density = p->density.n_layer ? gg_conv_take(b, lane, sizeof *q->density) : NULL;
}

struct gg_conv_pull *gg_conv_pull_new(const struct gg_call *call, int n_edge)
{
    const struct gg_conv_plan *p = call->l->plan;
    struct gg_conv_bump b = {0};
    struct gg_conv_pull *q, size;
    if (!call->dvec)
        return NULL;
    gg_conv_take(&b, 1, sizeof *q);
    take(&b, p, gg_conv_lanes(n_edge), &size);
    b = (struct gg_conv_bump){gg_xalloc(b.used, 1), 0};
    q = gg_conv_take(&b, 1, sizeof *q);
    take(&b, p, gg_conv_lanes(n_edge), q);
    return q;
}

void gg_conv_pull_begin(const struct gg_layer *l, const struct gg_conv_block *k,
                        const struct gg_conv_points *edges, struct gg_conv_pull *q)
{
    const struct gg_conv_plan *p = l->plan;
    memset(q->rows, 0, sizeof *q->rows * (size_t)(gg_conv_pull_at(p->l_max + 1) * k->lane));
    memset(q->dr, 0, sizeof *q->dr * (size_t)k->lane);
    if (p->n_knot) {
        gg_knots_slope(k->n_edge, k->r, gg_conv_knots(l), q->db);
        return;
    }
    for (int e = 0; e < k->n_edge; e++)
        for (int a = 0; a < GG_KNOT_ROWS; a++)
            q->db[e][a] = a == 0;
    if (p->density.n_layer)
        gg_conv_density_slope(l, edges, q->basis, q->density);
    if (p->full) {
        gg_conv_full_net_slope(p->full, edges, q->basis, q->values);
        return;
    }
    gg_radial_net_slope(&p->net, edges->first, edges->r, q->values, q->basis, edges->work);
    memset(q->radial, 0, sizeof *q->radial * (size_t)(p->table_columns * k->lane));
    gg_conv_spread(p, k->n_edge, k->lane, q->values, q->radial);
}

/* ---- sums over channels ---- */

enum { LANES = 8 };
#define READ(p) (*(const gg_lanes *)(p))
#define UNROLL _Pragma("GCC unroll 16")
/* Lanes of a (0 to 7) and b (8 to 15). */
#if defined(__clang__)
#define PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#elif defined(GG_REAL_DOUBLE)
#define PICK(a, b, ...) __builtin_shuffle(a, b, (int64_t __attribute__((vector_size(64)))){__VA_ARGS__})
#else
#define PICK(a, b, ...) __builtin_shuffle(a, b, (int32_t __attribute__((vector_size(32)))){__VA_ARGS__})
#endif

/* Neighbouring lanes, pairs of them, fours: of a and b in turn. */
#define ADD_ONES(a, b) (PICK(a, b, 0, 8, 2, 10, 4, 12, 6, 14) + PICK(a, b, 1, 9, 3, 11, 5, 13, 7, 15))
#define ADD_PAIRS(a, b) (PICK(a, b, 0, 1, 8, 9, 4, 5, 12, 13) + PICK(a, b, 2, 3, 10, 11, 6, 7, 14, 15))
#define ADD_FOURS(a, b) (PICK(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + PICK(a, b, 4, 5, 6, 7, 12, 13, 14, 15))

/* to[k] += sum of the lanes of v[k], k < n, n even; the numbers behind, to a multiple of eight, become anything. */
GG_INLINE void add_sums(int n, const gg_lanes *v, gg_real *to)
{
    UNROLL
    for (int k = 0; k < n; k += LANES) {
        const gg_lanes *u = v + k;
        gg_lanes ones[LANES / 2] = {{0}}, low, high = {0};
        UNROLL
        for (int q = 0; q < LANES / 2; q++)
            if (k + 2 * q < n)
                ones[q] = ADD_ONES(u[2 * q], u[2 * q + 1]);
        low = ADD_PAIRS(ones[0], ones[1]);
        if (n - k > LANES / 2)
            high = ADD_PAIRS(ones[2], ones[3]);
        *(gg_lanes *)(to + k) += ADD_FOURS(low, high);
    }
}

/* ---- channelwise ---- */

/* What a path adds into, and the slopes of its radial functions. */
struct slopes {
    gg_conv_outer_fn *outer;
    const gg_real *table, (*b)[GG_KNOT_ROWS];
    gg_real *rows; /* of degree l2 */
    int stride;
};

/* Radial functions, or their slopes, at eight channels of an edge. */
GG_INLINE void read_knots(const gg_real *row, int width, const gg_real *b, gg_lanes *sum)
{
    *sum = b[0] * READ(row);
    for (int a = 1; a < GG_KNOT_ROWS; a++)
        *sum += b[a] * READ(row + a * width);
}

/* Eight channels of an edge from c on, whose radial functions stand `at` in the table: R M into dY, S Y M into dr. */
GG_INLINE void pull_channels(const struct gg_conv_block *k, const struct gg_conv_path *p,
                             const struct slopes *s, int l2, int64_t e, const gg_real *dmid, int c,
                             int64_t at, gg_lanes *sum)
{
    gg_real M[ROWS][LANES] __attribute__((aligned(64)));
    gg_lanes R, S, YM = {0};
    read_knots(p->table + at, p->width, k->b[e], &R);
    read_knots(s->table + at, p->width, s->b[e], &S);
    if (p->alpha) {
        R *= READ(p->alpha + e * p->alpha_stride + c);
        S *= READ(p->alpha + e * p->alpha_stride + c);
    }
    s->outer(p->list, p->x + k->sender[e] * p->x_stride + c, p->x_pad, dmid + c, p->mid_row, M);
    UNROLL
    for (int m2 = 0; m2 <= 2 * l2; m2++) {
        sum[m2] += R * READ(M[m2]);
        YM += k->Y[(l2 * l2 + m2) * k->lane + e] * READ(M[m2]);
    }
    sum[2 * l2 + 1] += S * YM;
}

/* An edge, M_{m2} = sum_{m1 m3} w_{m1 m2 m3} x_{m1} dmid_{m3} of each channel. */
GG_INLINE void pull_edge(const struct gg_conv_block *k, const struct gg_conv_path *p, const struct slopes *s,
                         int l2, int64_t e, const gg_real *dmid)
{
    gg_lanes sum[2 * LANES];
    UNROLL
    for (int m2 = 0; m2 < 2 * l2 + 2; m2++)
        sum[m2] = (gg_lanes){0};
    for (int g = 0; g < p->n_group; g++)
        for (int c = 0; c < p->width; c += LANES)
            pull_channels(k, p, s, l2, e, dmid, g * p->width + c, (g * p->n_knot + k->knot[e]) * p->width + c,
                          sum);
    add_sums(2 * l2 + 2, sum, s->rows + e * s->stride);
}

/* With l2 known to the compiler. */
GG_INLINE void pull_edges(const struct gg_conv_block *k, const struct gg_conv_path *p, const struct slopes *s,
                          int l2)
{
    for (int64_t i = k->first; i < k->last; i++)
        for (int64_t e = k->ptr[i] - k->ptr[k->first]; e < k->ptr[i + 1] - k->ptr[k->first]; e++)
            pull_edge(k, p, s, l2, e, p->mid + (i - k->first) * p->mid_stride);
}

GG_CLONES static void pull_degree(const struct gg_conv_block *k, const struct gg_conv_path *p,
                                  const struct slopes *s)
{
    switch (p->l2) {
#define DEGREE(l)               \
    case l:                     \
        pull_edges(k, p, s, l); \
        break;
        DEGREE(0) DEGREE(1) DEGREE(2) DEGREE(3) DEGREE(4) DEGREE(5) DEGREE(6)
    }
    _Static_assert(GG_CONV_L_MAX == 6, "a line for every degree");
}

void gg_conv_pull_path(const struct gg_conv_plan *plan, const struct gg_conv_route *r,
                       const struct gg_conv_block *k, const struct gg_conv_path *p, struct gg_conv_pull *q)
{
    const gg_real(*b)[GG_KNOT_ROWS] = (const gg_real(*)[GG_KNOT_ROWS])q->db;
    const struct slopes s = {.outer = plan->level->outer(p->l1, p->l2, p->l3),
                             .table = q->radial ? q->radial + r->table_offset * p->n_knot : p->table,
                             .b = b,
                             .rows = q->rows + gg_conv_pull_at(p->l2),
                             .stride = gg_conv_pull_at(plan->l_max + 1)};
    pull_degree(k, p, &s);
}

/* ---- full mixing ---- */

GG_CLONES void gg_conv_pull_piece(const struct gg_conv_plan *p, const struct gg_conv_piece *t, int first,
                                  struct gg_conv_pull *q)
{
    gg_conv_outer_fn *outer = p->level->outer(t->l1, t->l2, t->l3);
    int n2 = 2 * t->l2 + 1, n3 = 2 * t->l3 + 1, stride = gg_conv_pull_at(p->l_max + 1);
    for (int e = 0; e < t->n; e++) {
        gg_real M[ROWS][LANES] __attribute__((aligned(64)));
        gg_lanes sum[2 * LANES] = {{0}};
        for (int c = 0; c < t->width; c += LANES) {
            outer(t->list, t->x + t->sender[e] * t->x_stride + c, t->x_pad, t->t + e * n3 * t->width + c,
                  t->width, M);
            for (int m2 = 0; m2 < n2; m2++)
                sum[m2] += READ(M[m2]);
        }
        add_sums(n2 + 1, sum, q->rows + (first + e) * (int64_t)stride + gg_conv_pull_at(t->l2));
    }
}

void gg_conv_pull_functions(const struct gg_layer *l, const struct gg_conv_full_tables *t,
                            const struct gg_conv_full_work *k)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_conv_full *f = p->full;
    struct gg_conv_pull *q = k->pull;
    for (int64_t e = 0; e < k->k.n_edge; e++)
        for (int u = 0; u < f->n_function; u++) {
            double slope = 0;
            int64_t row = k->k.knot[e];
            for (int a = 0; p->n_knot && a < GG_KNOT_ROWS; a++)
                slope +=
                    (double)q->db[e][a] * (double)t->radial[(row + a) * f->lane + gg_conv_full_lane(f, u)];
            if (!p->n_knot)
                slope = q->values[row * f->n_function + u];
            q->dr[e] += (double)k->da[e * f->lane + gg_conv_full_lane(f, u)] * slope;
        }
}

/* ---- density, and the end ---- */

void gg_conv_pull_density(const struct gg_layer *l, const gg_real *w, const struct gg_conv_block *k,
                          const struct gg_conv_points *at, const gg_real *y, const gg_real *dy,
                          struct gg_conv_pull *q)
{
    const double *f = q->density ? q->density : at->density.f;
    for (int64_t i = k->first; i < k->last; i++, y += l->out.stride, dy += l->out.stride) {
        double dn = gg_conv_density_pull(l, w, k, i, at->density.f, y, dy);
        for (int64_t e = k->ptr[i] - k->ptr[k->first]; e < k->ptr[i + 1] - k->ptr[k->first]; e++)
            for (int a = 0; a < GG_KNOT_ROWS; a++)
                q->dr[e] += q->db[e][a] != 0 ? dn * (double)q->db[e][a] * f[k->knot[e] + a] : 0;
    }
}

/* dY of an edge, all degrees one after the other; returns what paths have of dr. */
static double read_row(const gg_real *row, int l_max, double *dY)
{
    double dr = 0;
    for (int l = 0; l <= l_max; l++) {
        for (int m = 0; m <= 2 * l; m++)
            dY[l * l + m] = (double)row[gg_conv_pull_at(l) + m];
        dr += (double)row[gg_conv_pull_at(l) + 2 * l + 1];
    }
    return dr;
}

void gg_conv_pull_end(const struct gg_layer *l, const struct gg_conv_block *k, const int32_t *edge,
                      int64_t first_edge, const struct gg_conv_pull *q, gg_real (*dvec)[3])
{
    const struct gg_conv_plan *p = l->plan;
    int n = (p->l_max + 1) * (p->l_max + 1);
    double Y[HARMONICS], dY[HARMONICS], turned[3];
    struct gg_generators g;
    gg_generators_init(&g, p->l_max);
    for (int e = 0; e < k->n_edge; e++) {
        const double v[3] = {(double)k->vec[e][0], (double)k->vec[e][1], (double)k->vec[e][2]};
        double r = (double)k->r[e];
        gg_real *to = dvec[first_edge + (edge ? edge[e] : e)];
        if (gg_conv_is_outside(l, k->r[e]) || !(r > 0))
            continue;
        double dr = read_row(q->rows + (int64_t)e * gg_conv_pull_at(p->l_max + 1), p->l_max, dY) + q->dr[e];
        for (int lm = 0; lm < n; lm++)
            Y[lm] = (double)k->Y[lm * k->lane + e];
        gg_sh_pull(&g, v, Y, dY, turned);
        for (int a = 0; a < 3; a++)
            to[a] += (gg_real)(dr * v[a] / r + turned[a]);
    }
}
