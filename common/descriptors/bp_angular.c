/* bp_angular.c -- Behler and Parrinello's angular functions as used for softness:
 *     Psi_i(xi, lambda, zeta; s, s') = sum over pairs of neighbours j in s, k in s' of
 *         exp(-(r_ij^2 + r_ik^2 + r_jk^2)/xi^2) (1 + lambda cos theta_jik)^zeta f(r_ij) f(r_ik) f(r_jk)
 *     f(r) = (1 + cos(pi r/r_c)) / 2 for r < r_c, else 0
 *
 * Behler, Parrinello, Phys. Rev. Lett. 98, 146401 (2007); softness: Cubuk et al., Phys. Rev. Lett. 114, 108001 (2015);
 * Schoenholz et al., Nature Physics 12, 469 (2016).  xi = 2.5, 4, 6; lambda = +1, -1; zeta = 1, 2, 4, 8; r_c = 5. */
#include "descriptors/nearby.h"
#include "descriptors/triples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double XI[GG_TRIPLE_XI] = {2.5, 4, 6};

static double reach(const struct gg_descriptor_options *o)
{
    return gg_cutoff(o, 5);
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    (void)err;
    for (int a = 0; a < o->n_species; a++)
        for (int b = a; b < o->n_species; b++)
            for (int xi = 0; xi < GG_TRIPLE_XI; xi++)
                for (int sign = 0; sign < 2; sign++)
                    for (int zeta = 0; zeta < GG_TRIPLE_ZETA; zeta++)
                        gg_column_add(c, 0, 1, "%s.%s.%s.xi%g.%s.zeta%d", name, o->species[a], o->species[b],
                                      XI[xi], sign ? "minus" : "plus", 1 << zeta);
    return 0;
}

static int gather(const struct gg_particles *p, double cutoff, int64_t i, struct gg_neighbour *to)
{
    int n = 0;
    for (int64_t e = p->edges->ptr[i]; e < p->edges->ptr[i + 1]; e++) {
        const double *v = p->edge_vec[e];
        if (!(v[0] * v[0] + v[1] * v[1] + v[2] * v[2] < cutoff * cutoff))
            continue;
        memcpy(to[n].v, v, sizeof to->v);
        to[n++].species = p->type[p->edges->nbr[e]];
    }
    return n;
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    (void)err;
    int n_pair = o->n_species * (o->n_species + 1) / 2;
    int64_t room = gg_most_neighbours(p->edges);
    struct gg_triples t;
    gg_triples_init(&t, reach(o), XI);
#pragma omp parallel
    {
        struct gg_neighbour *neighbour = gg_xalloc((size_t)room, sizeof *neighbour);
        void *scratch = gg_xalloc(gg_triples_bytes((int)room, o->n_species), 1);
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++) {
            double(*sum)[GG_TRIPLE_SUMS] = (double(*)[GG_TRIPLE_SUMS])(x + i * stride);
            memset(sum, 0, sizeof *sum * (size_t)n_pair);
            int n = gather(p, t.cutoff, i, neighbour);
            gg_triples_add(&t, n, neighbour, o->n_species, scratch, sum);
        }
        free(neighbour);
        free(scratch);
    }
    return 0;
}

const struct gg_descriptor gg_descriptor_bp_angular = {
    .name = "bp_angular",
    .about = "Behler-Parrinello angular functions of each pair of species, with cosine envelopes",
    .source = "Cubuk et al., Phys. Rev. Lett. 114, 108001 (2015)",
    .unit = "1",
    .reads = "type",
    .options = "species cutoff",
    .on_positions = true,
    .reach = reach,
    .columns = columns,
    .compute = compute,
};
