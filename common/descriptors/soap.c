/* soap.c -- power spectrum of the smooth density of neighbours around a particle:
 *     c_nlm(s) = sum_{j in s} g_n(r_ij) Y_lm(r_ij),  p_nn'l(s, s') = sum_m c_nlm(s) c_n'lm(s') / sqrt(2l + 1)
 *     g_n(r) = sqrt(2/r_c) sin(n pi r/r_c)/r u(r/r_c), n = 1, 2, ..., u the polynomial envelope of graph/radial.h, p = 6
 *
 * Bartok, Kondor, Csanyi, Phys. Rev. B 87, 184115 (2013), eq. 31 up to a factor; their basis is another one and smears each
 * neighbour.  Y has `component` normalisation; the particle itself is not among its neighbours. */
#include "descriptors/nearby.h"
#include "graph/radial.h"
#include "o3/o3.h"
#include "util/linalg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double reach(const struct gg_descriptor_options *o)
{
    return gg_cutoff(o, 2.5);
}

static int n_max(const struct gg_descriptor_options *o)
{
    return o->nmax > 0 ? (int)o->nmax : 6;
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    (void)err;
    int n = n_max(o), n_channel = o->n_species * n;
    for (int a = 0; a < n_channel; a++)
        for (int b = a; b < n_channel; b++)
            for (int l = 0; l <= gg_lmax(o, 6); l++)
                gg_column_add(c, 0, 1, "%s.%s.%s.n%d.n%d.l%d", name, o->species[a / n], o->species[b / n],
                              a % n + 1, b % n + 1, l);
    return 0;
}

/* Sizes, and the scratch of one thread. */
struct work {
    int l_max, n_lm, n_channel; /* channel: species and radial function */
    struct gg_radial_basis basis;
    struct gg_nearby near;
    double *g; /* [neighbour][channel] */
    double *Y; /* [lm][room] */
    double *c; /* [channel][lm] */
};

static void work_new(struct work *k, const struct gg_descriptor_options *o, const struct gg_edges *g)
{
    *k = (struct work){.l_max = gg_lmax(o, 6), .n_channel = o->n_species * n_max(o)};
    k->n_lm = (k->l_max + 1) * (k->l_max + 1);
    k->basis = gg_radial_basis_default(GG_BESSEL, n_max(o), reach(o));
    gg_nearby_new(&k->near, g);
    k->g = gg_xalloc((size_t)k->near.room * (size_t)k->n_channel, sizeof *k->g);
    k->Y = gg_xalloc((size_t)k->near.room * (size_t)k->n_lm, sizeof *k->Y);
    k->c = gg_xalloc((size_t)k->n_channel * (size_t)k->n_lm, sizeof *k->c);
}

static void work_free(struct work *k)
{
    gg_nearby_free(&k->near);
    free(k->g);
    free(k->Y);
    free(k->c);
}

/* c_nlm of all species: one product of matrices. */
static void expand(struct work *k)
{
    const struct gg_nearby *near = &k->near;
    memset(k->g, 0, sizeof *k->g * (size_t)near->n * (size_t)k->n_channel);
    for (int j = 0; j < near->n; j++)
        gg_radial_basis_eval(&k->basis, near->r[j],
                             k->g + (int64_t)j * k->n_channel + (int64_t)near->species[j] * k->basis.n);
    gg_sh_many(k->l_max, near->n, near->x, near->y, near->z, k->Y, near->room);
    gg_dgemm(true, true, k->n_channel, k->n_lm, near->n, 1, k->g, k->n_channel, k->Y, (int)near->room, 0,
             k->c, k->n_lm);
}

static void spectrum(const struct work *k, double *x)
{
    for (int a = 0; a < k->n_channel; a++)
        for (int b = a; b < k->n_channel; b++)
            for (int l = 0; l <= k->l_max; l++) {
                const double *u = k->c + (int64_t)a * k->n_lm + (int64_t)l * l;
                const double *v = k->c + (int64_t)b * k->n_lm + (int64_t)l * l;
                double sum = 0;
                for (int m = 0; m < 2 * l + 1; m++)
                    sum += u[m] * v[m];
                *x++ = sum / sqrt(2 * l + 1);
            }
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    (void)err;
#pragma omp parallel
    {
        struct work k;
        work_new(&k, o, p->edges);
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++) {
            gg_nearby_find(&k.near, p, reach(o), i);
            expand(&k);
            spectrum(&k, x + i * stride);
        }
        work_free(&k);
    }
    return 0;
}

const struct gg_descriptor gg_descriptor_soap = {
    .name = "soap",
    .about = "smooth-overlap power spectrum of the neighbours of each pair of species",
    .source = "Bartok, Kondor, Csanyi, Phys. Rev. B 87, 184115 (2013)",
    .unit = "1/sigma",
    .reads = "type",
    .options = "species cutoff lmax nmax",
    .products = true,
    .on_positions = true,
    .reach = reach,
    .columns = columns,
    .compute = compute,
};
