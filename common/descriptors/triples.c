/* triples.c -- sums over pairs of neighbours, for Behler and Parrinello's angular functions
 *
 * A particle has some 600 neighbours within 5 sigma, so 4096 particles have 8e8 pairs of them: the loop over the second
 * neighbour k is what costs.  What depends on r_jk alone is a polynomial of r_jk^2 (the cosine envelope is entire in
 * r^2); what depends on r_j or r_k is a factor made once.  Neighbours are sorted by place and go in chunks of eight;
 * chunks farther from j than the cutoff, about a third, are left out. */
#include "descriptors/triples.h"
#include "util/clones.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 8, XI = GG_TRIPLE_XI, ZETA = GG_TRIPLE_ZETA, TERMS = GG_TRIPLE_TERMS };

/* Half a chunk: a register of AVX2. */
enum { LANES = 4 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(8), may_alias));
typedef int64_t mask __attribute__((vector_size(LANES * sizeof(double)), aligned(8), may_alias));

struct chunk {
    double x[CHUNK], y[CHUNK], z[CHUNK]; /* direction */
    double r[CHUNK];
    double e[XI][CHUNK]; /* exp(-r^2/xi^2) f(r); 0 in the padding */
    double centre[3], radius;
    int n;
};

/* One row: all k for one j, as far as they are near enough. */
struct row {
    int64_t n;
    double *cosine;
    double *w[XI];
};

/* ---- the polynomial ---- */

static double envelope(double r, double cutoff)
{
    return r < cutoff ? (1 + cos(M_PI * r / cutoff)) / 2 : 0;
}

/* Chebyshev coefficients of exp(-u/xi^2) f(sqrt u), u = cutoff^2 (t + 1)/2. */
static void transform(double cutoff, double xi, double c[TERMS])
{
    for (int k = 0; k < TERMS; k++) {
        c[k] = 0;
        for (int node = 0; node < TERMS; node++) {
            double angle = M_PI * (node + 0.5) / TERMS, u = cutoff * cutoff * (cos(angle) + 1) / 2;
            c[k] += (k ? 2. : 1.) / TERMS * cos(k * angle) * envelope(sqrt(u), cutoff) * exp(-u / (xi * xi));
        }
    }
}

/* The sum of c_k T_k(t), k < n, as powers of t. */
static void powers(const double *c, int n, double power[TERMS])
{
    double T[3][TERMS] = {{1}, {0, 1}};
    for (int k = 0; k < n; k++) {
        double *now = T[k % 3], *last = T[(k + 2) % 3], *before = T[(k + 1) % 3];
        for (int m = 0; m < n && k > 1; m++)
            now[m] = (m ? 2 * last[m - 1] : 0) - before[m];
        for (int m = 0; m < n; m++)
            power[m] += c[k] * now[m];
    }
}

void gg_triples_init(struct gg_triples *t, double cutoff, const double xi[XI])
{
    double c[XI][TERMS], power[TERMS];
    int n = 1;
    *t = (struct gg_triples){.cutoff = cutoff};
    for (int k = 0; k < XI; k++) {
        t->xi[k] = xi[k];
        transform(cutoff, xi[k], c[k]);
        for (int m = 0; m < TERMS; m++)
            if (fabs(c[k][m]) > 1e-14 && m >= n)
                n = m + 1;
    }
    t->degree = n - 1;
    for (int k = 0; k < XI; k++) {
        memset(power, 0, sizeof power);
        powers(c[k], n, power);
        for (int m = 0; m < n; m++)
            t->coefficient[m][k] = power[m];
    }
}

/* ---- neighbours in chunks ---- */

/* Three bits of each coordinate, interleaved: neighbours in number are neighbours in space. */
static uint32_t place(const double v[3], double cutoff)
{
    uint32_t bits = 0;
    for (int a = 0; a < 3; a++) {
        uint32_t q = (uint32_t)fmin(7, 4 * (v[a] / cutoff + 1));
        bits |= (q & 1) << a | (q & 2) << (a + 2) | (q & 4) << (a + 4);
    }
    return bits;
}

static int compare(const void *a, const void *b)
{
    const struct gg_neighbour *x = a, *y = b;
    if (x->species != y->species)
        return x->species < y->species ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static void fill(const struct gg_triples *t, const struct gg_neighbour *from, int n, struct chunk *c)
{
    *c = (struct chunk){.n = n};
    for (int k = 0; k < n; k++) {
        const double *v = from[k].v, rr = v[0] * v[0] + v[1] * v[1] + v[2] * v[2], r = sqrt(rr);
        c->x[k] = r > 0 ? v[0] / r : 0;
        c->y[k] = r > 0 ? v[1] / r : 0;
        c->z[k] = r > 0 ? v[2] / r : 0;
        c->r[k] = r;
        for (int xi = 0; xi < XI; xi++)
            c->e[xi][k] = exp(-rr / (t->xi[xi] * t->xi[xi])) * envelope(r, t->cutoff);
        for (int a = 0; a < 3; a++)
            c->centre[a] += v[a] / n;
    }
    for (int k = 0; k < n; k++) {
        double d[3];
        for (int a = 0; a < 3; a++)
            d[a] = from[k].v[a] - c->centre[a];
        c->radius = fmax(c->radius, sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]));
    }
}

/* Chunks of one species each; first[s] .. first[s + 1] - 1 are those of species s. */
static void cut(const struct gg_triples *t, int n, struct gg_neighbour *from, int n_species,
                struct chunk *chunk, int *first)
{
    for (int k = 0; k < n; k++)
        from[k].place = place(from[k].v, t->cutoff);
    qsort(from, (size_t)n, sizeof *from, compare);
    int at = 0, n_chunk = 0;
    for (int s = 0; s < n_species; s++) {
        first[s] = n_chunk;
        while (at < n && from[at].species == s) {
            int length = 0;
            while (length < CHUNK && at + length < n && from[at + length].species == s)
                length++;
            fill(t, from + at, length, &chunk[n_chunk++]);
            at += length;
        }
    }
    first[n_species] = n_chunk;
}

/* ---- the sums ---- */

static bool near(const struct chunk *c, const double at[3], double cutoff)
{
    double d[3] = {c->centre[0] - at[0], c->centre[1] - at[1], c->centre[2] - at[2]};
    double most = (cutoff + c->radius) * (1 + 1e-12);
    return d[0] * d[0] + d[1] * d[1] + d[2] * d[2] < most * most;
}

/* Cosines and weights of the eight k of a chunk, for neighbour j of chunk `own`: two vectors at a time, so that six
 * polynomials hide the latency of one another. */
GG_CLONES
static void weigh(const struct gg_triples *t, const struct chunk *own, int j, const struct chunk *c,
                  double *cosine, double *const w[XI])
{
    const lanes *x = (const lanes *)c->x, *y = (const lanes *)c->y, *z = (const lanes *)c->z;
    const lanes *r = (const lanes *)c->r;
    double rj = own->r[j], scale = 2 / (t->cutoff * t->cutoff);
    const double(*a)[XI] = t->coefficient + t->degree;
    lanes angle[2], u[2], g[2][XI];
#pragma GCC unroll 2
    for (int h = 0; h < 2; h++) {
        angle[h] = own->x[j] * x[h] + own->y[j] * y[h] + own->z[j] * z[h];
        u[h] = (rj * rj + r[h] * r[h] - 2 * rj * r[h] * angle[h]) * scale - 1;
#pragma GCC unroll 3
        for (int xi = 0; xi < XI; xi++)
            g[h][xi] = (u[h] - u[h]) + (*a)[xi];
    }
    for (a--; a >= t->coefficient; a--)
#pragma GCC unroll 2
        for (int h = 0; h < 2; h++)
#pragma GCC unroll 3
            for (int xi = 0; xi < XI; xi++)
                g[h][xi] = g[h][xi] * u[h] + (*a)[xi];
#pragma GCC unroll 2
    for (int h = 0; h < 2; h++) {
        ((lanes *)cosine)[h] = angle[h];
#pragma GCC unroll 3
        for (int xi = 0; xi < XI; xi++)
            ((lanes *)w[xi])[h] = (lanes)((mask)(g[h][xi] * ((const lanes *)c->e[xi])[h]) & (mask)(u[h] < 1));
    }
}

/* sum[zeta] += factor * sum over the row of w (1 + lambda cos)^zeta, zeta = 1, 2, 4, 8. */
GG_CLONES
static void add_powers(int64_t n, const double *cosine, const double *w, double lambda, double factor,
                       double sum[ZETA])
{
    lanes a1 = {0}, a2 = {0}, a4 = {0}, a8 = {0};
    for (int64_t k = 0; k < n; k += LANES) {
        lanes p = 1 + lambda * *(const lanes *)(cosine + k), pp = p * p, p4 = pp * pp;
        lanes v = *(const lanes *)(w + k);
        a1 += v * p;
        a2 += v * pp;
        a4 += v * p4;
        a8 += v * (p4 * p4);
    }
    for (int m = 0; m < LANES; m++) {
        sum[0] += factor * a1[m];
        sum[1] += factor * a2[m];
        sum[2] += factor * a4[m];
        sum[3] += factor * a8[m];
    }
}

/* All k behind j (same species: `after` it in its own chunk) in chunks first .. last-1. */
static void fill_row(const struct gg_triples *t, const struct chunk *own, int j, bool same,
                     const struct chunk *first, const struct chunk *last, struct row *row)
{
    double at[3] = {own->x[j] * own->r[j], own->y[j] * own->r[j], own->z[j] * own->r[j]};
    row->n = 0;
    for (const struct chunk *c = first; c < last; c++) {
        if (!near(c, at, t->cutoff))
            continue;
        int64_t n = row->n;
        weigh(t, own, j, c, row->cosine + n, (double *[XI]){row->w[0] + n, row->w[1] + n, row->w[2] + n});
        for (int k = 0; k <= j && same && c == own; k++)
            row->w[0][n + k] = row->w[1][n + k] = row->w[2][n + k] = 0;
        row->n += CHUNK;
    }
}

static void add_row(const struct row *row, const struct chunk *own, int j, double *sum)
{
    for (int xi = 0; xi < XI; xi++)
        for (int sign = 0; sign < 2; sign++)
            add_powers(row->n, row->cosine, row->w[xi], sign ? -1 : 1, own->e[xi][j],
                       sum + (ptrdiff_t)(2 * xi + sign) * ZETA);
}

size_t gg_triples_bytes(int n, int n_species)
{
    size_t n_chunk = (size_t)(n / CHUNK + n_species);
    return n_chunk * (sizeof(struct chunk) + sizeof(double) * CHUNK * (1 + XI));
}

void gg_triples_add(const struct gg_triples *t, int n, struct gg_neighbour *neighbour, int n_species,
                    void *scratch, double (*sum)[GG_TRIPLE_SUMS])
{
    int first[GG_SPECIES_MAX + 1];
    struct row row;
    size_t n_chunk = (size_t)(n / CHUNK + n_species);
    struct chunk *chunk = scratch;
    row.cosine = (double *)(chunk + n_chunk);
    for (int xi = 0; xi < XI; xi++)
        row.w[xi] = row.cosine + (size_t)(xi + 1) * n_chunk * CHUNK;
    cut(t, n, neighbour, n_species, chunk, first);
    for (int a = 0; a < n_species; a++)
        for (int b = a; b < n_species; b++, sum++)
            for (int own = first[a]; own < first[a + 1]; own++)
                for (int j = 0; j < chunk[own].n; j++) {
                    fill_row(t, &chunk[own], j, a == b, chunk + (a == b ? own : first[b]),
                             chunk + first[b + 1], &row);
                    add_row(&row, &chunk[own], j, *sum);
                }
}
