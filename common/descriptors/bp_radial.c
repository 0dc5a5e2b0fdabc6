/* bp_radial.c -- Behler and Parrinello's radial functions as used for softness:
 *     G_i(mu, s) = sum_{j in s} exp(-(r_ij - mu)^2 / w^2) f(r_ij),  f(r) = (1 + cos(pi r/r_c)) / 2 for r < r_c, else 0
 *
 * Behler, Parrinello, Phys. Rev. Lett. 98, 146401 (2007); with mu = 0.4, 0.5, ..., 5, w = 0.1 and r_c = 5: Cubuk et al., Phys.
 * Rev. Lett. 114, 108001 (2015); Schoenholz et al., Nature Physics 12, 469 (2016).  A shell's width is w / sqrt 2. */
#include "descriptors/shells.h"

#include <math.h>
#include <string.h>

static double paper[] = {0.4, 5, 0.1, 0.1 * M_SQRT1_2};

static int find_shells(const struct gg_descriptor_options *o, struct gg_shells *s, struct gg_err *err)
{
    return gg_shells_init(s, &o->radial_shells, &(struct gg_reals){4, paper}, "--radial-shells", err);
}

static double reach(const struct gg_descriptor_options *o)
{
    return gg_cutoff(o, 5);
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
    double cutoff = reach(o);
    struct gg_shells s;
    if (find_shells(o, &s, err) < 0)
        return -1;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < p->n; i++) {
        double *row = x + i * stride;
        memset(row, 0, sizeof *row * (size_t)(o->n_species * s.n));
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            const double *v = p->edge_vec[e], r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
            if (r < cutoff)
                gg_shells_add(&s, r, (1 + cos(M_PI * r / cutoff)) / 2,
                              row + (int64_t)p->type[g->nbr[e]] * s.n);
        }
    }
    return 0;
}

const struct gg_descriptor gg_descriptor_bp_radial = {
    .name = "bp_radial",
    .about = "Behler-Parrinello radial functions of each species, with a cosine envelope",
    .source = "Cubuk et al., Phys. Rev. Lett. 114, 108001 (2015)",
    .unit = "1",
    .reads = "type",
    .options = "species radial-shells cutoff",
    .on_positions = true,
    .reach = reach,
    .columns = columns,
    .compute = compute,
};
