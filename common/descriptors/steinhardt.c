/* steinhardt.c -- bond-orientational order: how the directions to the neighbours fit the harmonics of one degree
 *
 *     q_lm(i) = mean over neighbours j of Y_lm(r_ij),  q_l = sqrt(4 pi/(2l+1) sum_m |q_lm|^2)
 *     w_l = sum_{m1+m2+m3=0} (l l l; m1 m2 m3) q_lm1 q_lm2 q_lm3 / (sum_m |q_lm|^2)^(3/2)
 * Steinhardt, Nelson, Ronchetti, Phys. Rev. B 28, 784 (1983), eqs. (1.2) to (1.4); the averaged forms have for q_lm its mean
 * over the particle and its neighbours: Lechner, Dellago, J. Chem. Phys. 129, 114707 (2008), eqs. (5), (6).
 *
 * With real harmonics of `component` normalisation q_l^2 = sum_m q_lm^2/(2l+1), and the 3j symbols become the real coupling
 * tensor, up to a sign that goes with the degree.  For odd l they are antisymmetric and w_l vanishes: it has no column. */
#include "descriptors/contacts.h"
#include "o3/o3.h"

#include <math.h>

enum { BLOCK = 64 };

/* Below this q_l is rounding, as in a perfect crystal, and the direction of q_lm, w_l, would be noise. */
static const double VANISHES = 1e-7;

static int degree(const struct gg_descriptor_options *o, int k)
{
    return (int)o->degrees.v[k];
}

static int highest(const struct gg_descriptor_options *o)
{
    int l = 0;
    for (int k = 0; k < o->degrees.n; k++)
        l = degree(o, k) > l ? degree(o, k) : l;
    return l;
}

static int check_degrees(const struct gg_descriptor_options *o, struct gg_err *err)
{
    for (int k = 0; k < o->degrees.n; k++) {
        double l = o->degrees.v[k];
        if (!(l >= 1 && l <= GG_L_MAX && l == floor(l)))
            return gg_fail(err, GG_USAGE, "--degrees: %g is not a whole number from 1 to %d", l, GG_L_MAX);
        for (int other = 0; other < k; other++)
            if (o->degrees.v[other] == l)
                return gg_fail(err, GG_USAGE, "--degrees: %g occurs twice", l);
    }
    return o->degrees.n ? 0 : gg_fail(err, GG_USAGE, "--degrees: at least one degree is wanted");
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    if (check_degrees(o, err) < 0)
        return -1;
    for (int form = 0; form < 2; form++)
        for (int k = 0; k < o->degrees.n; k++) {
            gg_column_add(c, 0, 1, "%s.%s%d", name, form ? "qbar" : "q", degree(o, k));
            if (degree(o, k) % 2 == 0)
                gg_column_add(c, 0, 1, "%s.%s%d", name, form ? "wbar" : "w", degree(o, k));
        }
    return 0;
}

/* q[lm] = mean of the harmonics over the contacts of one particle. */
static void mean_harmonics(int l_max, int64_t n, const double (*vec)[3], double *Y, double *q)
{
    double at[3][BLOCK];
    int n_lm = (l_max + 1) * (l_max + 1);
    for (int lm = 0; lm < n_lm; lm++)
        q[lm] = 0;
    for (int64_t first = 0; first < n; first += BLOCK) {
        int64_t size = n - first < BLOCK ? n - first : BLOCK;
        for (int64_t k = 0; k < size; k++) {
            const double *v = vec[first + k];
            double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
            for (int a = 0; a < 3; a++)
                at[a][k] = r > 0 ? v[a] / r : 0;
        }
        gg_sh_many(l_max, size, at[0], at[1], at[2], Y, BLOCK);
        for (int lm = 0; lm < n_lm; lm++)
            for (int64_t k = 0; k < size; k++)
                q[lm] += Y[lm * BLOCK + k] / (double)n;
    }
}

static double invariant_w(int l, const double *q, double square)
{
    const double *w = gg_coupling(l, l, l);
    int n = 2 * l + 1;
    double sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++, w += n) {
            double third = 0;
            for (int k = 0; k < n; k++)
                third += w[k] * q[k];
            sum += q[i] * q[j] * third;
        }
    return (l / 2 % 2 ? -sum : sum) / (square * sqrt(square));
}

/* Writes q_l, w_l of every degree; returns where the next column goes. */
static double *invariants(const struct gg_descriptor_options *o, const double *q, double *x)
{
    for (int k = 0; k < o->degrees.n; k++) {
        int l = degree(o, k);
        double square = 0;
        for (int m = 0; m < 2 * l + 1; m++)
            square += q[l * l + m] * q[l * l + m];
        *x++ = sqrt(square / (2 * l + 1));
        if (l % 2 == 0) {
            *x = x[-1] > VANISHES ? invariant_w(l, q + l * l, square) : 0;
            x++;
        }
    }
    return x;
}

/* The mean of q over particle i and its neighbours. */
static void average(const struct gg_contacts *c, int64_t i, int n_lm, const double *q, double *mean)
{
    double n = (double)(c->ptr[i + 1] - c->ptr[i] + 1);
    for (int lm = 0; lm < n_lm; lm++)
        mean[lm] = q[i * n_lm + lm] / n;
    for (int64_t e = c->ptr[i]; e < c->ptr[i + 1]; e++)
        for (int lm = 0; lm < n_lm; lm++)
            mean[lm] += q[c->nbr[e] * n_lm + lm] / n;
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    struct gg_contacts c;
    if (gg_contacts(o, p, &c, err) < 0)
        return -1;
    enum { MOST = (GG_L_MAX + 1) * (GG_L_MAX + 1) };
    int l_max = highest(o), n_lm = (l_max + 1) * (l_max + 1);
    double *q = gg_arena_calloc(p->arena, (size_t)p->n, sizeof *q * (size_t)n_lm);
#pragma omp parallel
    {
        double Y[MOST * BLOCK], mean[MOST];
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++)
            mean_harmonics(l_max, c.ptr[i + 1] - c.ptr[i], (const double(*)[3])c.vec + c.ptr[i], Y,
                           q + i * n_lm);
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++) {
            double *next = invariants(o, q + i * n_lm, x + i * stride);
            average(&c, i, n_lm, q, mean);
            invariants(o, mean, next);
        }
    }
    return 0;
}

const struct gg_descriptor gg_descriptor_steinhardt = {
    .name = "steinhardt",
    .about = "bond-orientational order q_l, w_l of --degrees over the first shell, and their averaged forms",
    .source = "Steinhardt, Nelson, Ronchetti, Phys. Rev. B 28, 784 (1983); Lechner, Dellago, J. Chem. Phys. "
              "129, 114707 (2008)",
    .unit = "1",
    .reads = "type",
    .options = "degrees cutoff",
    .on_positions = true,
    .reach = gg_contacts_reach,
    .columns = columns,
    .compute = compute,
};
