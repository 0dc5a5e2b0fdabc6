/* s2.c -- two-body excess entropy of every particle, from the shells around it
 *
 *     s2_i = -2 pi n sum_s x_s int_0^R [g_is ln g_is - g_is + 1] r^2 dr
 *     g_is(r) = 1/(4 pi n x_s r^2) sum_{j of s} exp(-(r - r_ij)^2/(2 w^2)) / sqrt(2 pi w^2)
 * Nettleton, Green, J. Chem. Phys. 29, 1365 (1958); by particle, with smeared distances: Piaggi, Valsson, Parrinello, Phys. Rev.
 * Lett. 119, 015701 (2017).  n: number density; x_s: composition of the frame; R: --cutoff; w: --smearing.  In two dimensions
 * -pi n ... r dr and 2 pi n x_s r.
 *
 * The integral is a sum over the middles of bins no wider than w/4, corrected at its ends.  A neighbour a from the middle of its bin adds to
 * the m-th bin from there exp(-a^2/2w^2) q^m exp(-(m h)^2/2w^2), q = exp(a h/w^2): two exponentials a neighbour. */
#include "descriptors/descriptor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double RADIUS = 5,
                    FADED = 6; /* sigma; a Gaussian is 1e-8 of its height FADED w from its middle */

struct grid {
    int n, wing;  /* bins; bins on each side of a neighbour's own that it reaches */
    double h, w;  /* width of a bin, of the Gaussian */
    double *fade; /* [wing + 1] exp(-(m h)^2/2w^2) / sqrt(2 pi w^2) */
};

static double reach(const struct gg_descriptor_options *o)
{
    return gg_cutoff(o, RADIUS) + FADED * o->smearing;
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    (void)o, (void)err;
    gg_column_add(c, 0, 1, "%s", name);
    return 0;
}

static void grid_init(struct grid *g, const struct gg_descriptor_options *o, struct gg_arena *a)
{
    double R = gg_cutoff(o, RADIUS);
    g->w = o->smearing;
    g->n = (int)ceil(4 * R / g->w);
    g->h = R / g->n;
    g->wing = (int)ceil(FADED * g->w / g->h);
    g->fade = GG_NEW(a, double, g->wing + 1);
    for (int m = 0; m <= g->wing; m++)
        g->fade[m] = exp(-0.5 * pow(m * g->h / g->w, 2)) / sqrt(2 * M_PI * g->w * g->w);
}

/* Room for one species: the bins, and those beyond both ends that neighbours near them reach. */
static int row_length(const struct grid *g)
{
    return g->n + 4 * g->wing + 4;
}

/* bin: of r = 0 .. R, in a row that goes on by 2 wing + 2 on both sides. */
static void add_neighbour(const struct grid *g, double r, double *bin)
{
    double own = floor(r / g->h), a = r - (own + 0.5) * g->h;
    double up = exp(-0.5 * a * a / (g->w * g->w)), down = up, q = exp(a * g->h / (g->w * g->w)), p = 1 / q;
    bin += (int)own;
    bin[0] += up * g->fade[0];
    for (int m = 1; m <= g->wing; m++) {
        up *= q;
        down *= p;
        bin[m] += up * g->fade[m];
        bin[-m] += down * g->fade[m];
    }
}

/* [g ln g - g + 1] r^(dim-1) in the middle of bin k; ideal: n x_s times the surface of the unit sphere. */
static double integrand(const struct grid *grid, const double *bin, int k, double ideal, int dim)
{
    double r = (k + 0.5) * grid->h, shell = dim == 3 ? r * r : r, g = bin[k] / (ideal * shell);
    return (g > 0 ? g * log(g) - g + 1 : 1) * shell;
}

/* Over r = 0 .. R: the sum over bins, and what it leaves out to second order, h^2/24 times the slope at R less that at 0. */
static double integral(const struct grid *grid, const double *bin, double ideal, int dim)
{
    int n = grid->n;
    double sum = 0, first = integrand(grid, bin, 0, ideal, dim), last = 0;
    for (int k = 0; k < n; k++) {
        last = integrand(grid, bin, k, ideal, dim);
        sum += last;
    }
    sum += (integrand(grid, bin, n, ideal, dim) - last) / 24;
    if (dim == 2) /* odd in r; in space it is even, without slope at 0 */
        sum -= 2 * first / 24;
    return sum * grid->h;
}

/* Number densities by species. */
static int densities(const struct gg_descriptor_options *o, const struct gg_particles *p, double *n,
                     struct gg_err *err)
{
    for (int a = 0; a < p->cell.dim; a++)
        if (!(p->cell.pbc >> a & 1))
            return gg_fail(err, GG_INPUT,
                           "a density wants a frame that is periodic in all directions, vector %d is not",
                           a + 1);
    memset(n, 0, sizeof *n * (size_t)o->n_species);
    for (int64_t i = 0; i < p->n; i++)
        n[p->type[i]] += 1 / fabs(p->cell.volume);
    return 0;
}

static double entropy(const struct gg_particles *p, const struct grid *g, int64_t i, int n_species,
                      const double *density, double *row)
{
    int length = row_length(g), first = 2 * g->wing + 2, dim = p->cell.dim;
    double sphere = dim == 3 ? 4 * M_PI : 2 * M_PI, sum = 0;
    memset(row, 0, sizeof *row * (size_t)length * (size_t)n_species);
    for (int64_t e = p->edges->ptr[i]; e < p->edges->ptr[i + 1]; e++) {
        const double *v = p->edge_vec[e];
        double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
        if (r < g->n * g->h + FADED * g->w)
            add_neighbour(g, r, row + p->type[p->edges->nbr[e]] * length + first);
    }
    for (int s = 0; s < n_species; s++)
        if (density[s] > 0)
            sum += density[s] * integral(g, row + s * length + first, density[s] * sphere, dim);
    return -sphere / 2 * sum;
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    struct grid g;
    double density[GG_SPECIES_MAX];
    if (densities(o, p, density, err) < 0)
        return -1;
    grid_init(&g, o, p->arena);
#pragma omp parallel
    {
        double *row = gg_xalloc((size_t)row_length(&g) * (size_t)o->n_species, sizeof *row);
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++)
            x[i * stride] = entropy(p, &g, i, o->n_species, density, row);
        free(row);
    }
    return 0;
}

const struct gg_descriptor gg_descriptor_s2 = {
    .name = "s2",
    .about = "two-body excess entropy, from distances to --cutoff smeared by Gaussians of width --smearing",
    .source = "Nettleton, Green, J. Chem. Phys. 29, 1365 (1958); Piaggi, Valsson, Parrinello, Phys. Rev. "
              "Lett. 119, 015701 (2017)",
    .unit = "k_B",
    .reads = "type",
    .options = "cutoff smearing",
    .on_positions = true,
    .reach = reach,
    .columns = columns,
    .compute = compute,
};
