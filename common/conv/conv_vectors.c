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
    q->dY = gg_conv_take(b, (p->l_max + 1) * (p->l_max + 1) * lane, sizeof *q->dY);
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
    memset(q->dY, 0, sizeof *q->dY * (size_t)((p->l_max + 1) * (p->l_max + 1) * k->lane));
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

/* ---- channelwise ---- */

/* Couplings of a path that are not 0. */
struct nonzeros {
    int n;
    struct {
        int m1, m2, m3;
        gg_real v;
    } at[ROWS * ROWS * ROWS];
};

static void find_nonzeros(const struct gg_conv_path *p, struct nonzeros *z)
{
    const double *w = gg_coupling(p->l1, p->l2, p->l3);
    z->n = 0;
    for (int m1 = 0; m1 <= 2 * p->l1; m1++)
        for (int m2 = 0; m2 <= 2 * p->l2; m2++)
            for (int m3 = 0; m3 <= 2 * p->l3; m3++, w++)
                if (*w != 0) {
                    z->at[z->n].m1 = m1;
                    z->at[z->n].m2 = m2;
                    z->at[z->n].m3 = m3;
                    z->at[z->n++].v = (gg_real)*w;
                }
}

enum { LANES = 8 };
#define READ(p) (*(const gg_lanes *)(p))

/* Radial functions of a path, or their slopes, at eight channels of an edge, from c on. */
GG_INLINE void read_knots(const struct gg_conv_path *p, const gg_real *table, int32_t knot, const gg_real *b,
                          int c, gg_lanes *out)
{
    const gg_real *t =
        table + (c / p->width) * p->n_knot * p->width + c % p->width + (int64_t)knot * p->width;
    *out = b[0] * READ(t);
    for (int a = 1; a < GG_KNOT_ROWS; a++)
        if (b[a] != 0)
            *out += b[a] * READ(t + a * p->width);
}

GG_INLINE double added(const gg_lanes *v)
{
    const gg_real *x = (const gg_real *)v;
    return (double)(((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7])));
}

/* An edge: M_{m2} = sum_{m1 m3} w_{m1 m2 m3} x_{m1} dmid_{m3} of each channel, then R M into dY and S Y M into dr. */
GG_CLONES static void pull_edge(const struct gg_conv_block *k, const struct gg_conv_path *p,
                                const struct nonzeros *z, const gg_real *slope, const struct gg_conv_pull *q,
                                int64_t i, int64_t e)
{
    const gg_real *x = p->x + k->sender[e] * p->x_stride, *dmid = p->mid + (i - k->first) * p->mid_stride;
    int first = p->l2 * p->l2, n2 = 2 * p->l2 + 1;
    gg_lanes dY[ROWS], M[ROWS], R, S, dr = {0};
    for (int m2 = 0; m2 < n2; m2++)
        dY[m2] = dr;
    for (int c = 0; c < p->n_group * p->width; c += LANES) {
        gg_lanes YM = {0};
        for (int m2 = 0; m2 < n2; m2++)
            M[m2] = YM;
        read_knots(p, p->table, k->knot[e], k->b[e], c, &R);
        read_knots(p, slope, k->knot[e], q->db[e], c, &S);
        if (p->alpha) {
            R *= READ(p->alpha + e * p->alpha_stride + c);
            S *= READ(p->alpha + e * p->alpha_stride + c);
        }
        for (int n = 0; n < z->n; n++)
            M[z->at[n].m2] += z->at[n].v * (READ(x + z->at[n].m1 * p->x_pad + c) *
                                            READ(dmid + z->at[n].m3 * p->mid_row + c));
        for (int m2 = 0; m2 < n2; m2++) {
            dY[m2] += R * M[m2];
            YM += k->Y[(first + m2) * k->lane + e] * M[m2];
        }
        dr += S * YM;
    }
    for (int m2 = 0; m2 < n2; m2++)
        q->dY[(first + m2) * k->lane + e] += added(&dY[m2]);
    q->dr[e] += added(&dr);
}

void gg_conv_pull_path(const struct gg_conv_block *k, const struct gg_conv_path *p, int64_t table_offset,
                       struct gg_conv_pull *q)
{
    const gg_real *slope = q->radial ? q->radial + table_offset : p->table;
    struct nonzeros z;
    find_nonzeros(p, &z);
    for (int64_t i = k->first; i < k->last; i++)
        for (int64_t e = k->ptr[i] - k->ptr[k->first]; e < k->ptr[i + 1] - k->ptr[k->first]; e++)
            pull_edge(k, p, &z, slope, q, i, e);
}

/* ---- full mixing ---- */

void gg_conv_pull_piece(const struct gg_conv_piece *t, int first, struct gg_conv_pull *q)
{
    const double *w = gg_coupling(t->l1, t->l2, t->l3);
    int n2 = 2 * t->l2 + 1, n3 = 2 * t->l3 + 1;
    for (int e = 0; e < t->n; e++) {
        const gg_real *x = t->x + t->sender[e] * t->x_stride;
        for (int m1 = 0; m1 <= 2 * t->l1; m1++)
            for (int m3 = 0; m3 < n3; m3++) {
                double both = 0;
                for (int c = 0; c < t->width; c++)
                    both += (double)x[m1 * t->x_pad + c] * (double)t->t[(e * n3 + m3) * t->width + c];
                for (int m2 = 0; m2 < n2; m2++)
                    q->dY[(t->l2 * t->l2 + m2) * t->lane + first + e] += w[(m1 * n2 + m2) * n3 + m3] * both;
            }
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

void gg_conv_pull_end(const struct gg_layer *l, const struct gg_conv_block *k, const int32_t *edge,
                      int64_t first_edge, const struct gg_conv_pull *q, gg_real (*dvec)[3])
{
    const struct gg_conv_plan *p = l->plan;
    int n = (p->l_max + 1) * (p->l_max + 1);
    double Y[HARMONICS], slope[HARMONICS][3];
    for (int e = 0; e < k->n_edge; e++) {
        const double v[3] = {(double)k->vec[e][0], (double)k->vec[e][1], (double)k->vec[e][2]};
        double r = (double)k->r[e];
        gg_real *to = dvec[first_edge + (edge ? edge[e] : e)];
        if (gg_conv_is_outside(l, k->r[e]))
            continue;
        gg_sh_gradient(p->l_max, v, Y, slope[0]);
        for (int a = 0; a < 3; a++) {
            double sum = r > 0 ? q->dr[e] * v[a] / r : 0;
            for (int lm = 0; lm < n; lm++)
                sum += q->dY[lm * k->lane + e] * slope[lm][a];
            to[a] += (gg_real)sum;
        }
    }
}
