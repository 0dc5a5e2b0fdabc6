/* radial.c -- how many neighbours of a species there are around each distance:
 *     G_i(mu, s) = sum_{j in s, j != i} exp(-(r_ij - mu)^2 / (2 width^2))
 *
 * Boattini, Smallenburg, Filion, Phys. Rev. Lett. 127, 088007 (2021): 28 shells mu = 0.55 ... 1.9 of width 0.05 and 30 shells
 * 2.1 ... 5 of width 0.1 for each species. */
#include "descriptors/shells.h"
#include "util/file.h"

#include <math.h>
#include <string.h>

static double paper[] = {0.55, 1.9, 0.05, 0.05, 2.1, 5, 0.1, 0.1};

static int find_shells(const struct gg_descriptor_options *o, struct gg_shells *s, struct gg_err *err)
{
    return gg_shells_init(s, &o->radial_shells, &(struct gg_reals){8, paper}, "--radial-shells", err);
}

static double reach(const struct gg_descriptor_options *o)
{
    struct gg_shells s;
    struct gg_err err;
    find_shells(o, &s, &err);
    return gg_shells_reach(&s);
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    struct gg_shells s;
    if (find_shells(o, &s, err) < 0)
        return -1;
    gg_shells_columns(&s, o, name, c);
    return 0;
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    const struct gg_edges *g = p->edges;
    struct gg_shells s;
    if (find_shells(o, &s, err) < 0)
        return -1;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < p->n; i++) {
        double *row = x + i * stride;
        memset(row, 0, sizeof *row * (size_t)(o->n_species * s.n));
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            const double *v = p->edge_vec[e];
            gg_shells_add(&s, sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), 1,
                          row + (int64_t)p->type[g->nbr[e]] * s.n);
        }
    }
    return 0;
}

const struct gg_descriptor gg_descriptor_radial = {
    .name = "radial",
    .about = "number of neighbours of each species in Gaussian shells of distance",
    .source = "Boattini, Smallenburg, Filion, Phys. Rev. Lett. 127, 088007 (2021)",
    .unit = "1",
    .reads = "type",
    .options = "species radial-shells",
    .on_positions = true,
    .reach = reach,
    .columns = columns,
    .compute = compute,
};
