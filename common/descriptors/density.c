/* density.c -- how crowded it is around a particle: D_i(L, b) = sum_{j in b} exp(-r_ij/L)
 *
 * Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023).  Over the whole box, j = i included where i is in b. */
#include "descriptors/coarse.h"

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    (void)err;
    int64_t n = (int64_t)gg_class_count(o) * o->lengths.n;
    const struct gg_coarse *c = gg_coarse_made(o, p);
    double *sum = c ? NULL : GG_NEW(p->arena, double, p->n *n);
    if (!c)
        gg_coarse_sums(o, p, NULL, 1, sum);
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t k = 0; k < n; k++)
            x[i * stride + k] = c ? c->sum[i * n + k][0] : sum[i * n + k];
    return 0;
}

const struct gg_descriptor gg_descriptor_density = {
    .name = "density",
    .about = "coarse-grained density: sum over the particles of a class of exp(-r/L), itself included",
    .source = "Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .unit = "1",
    .reads = "type",
    .options = "species classes lengths",
    .on_positions = true,
    .columns = gg_coarse_columns,
    .compute = compute,
};
