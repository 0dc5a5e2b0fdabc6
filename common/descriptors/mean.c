/* mean.c -- a number of the particles, coarse-grained: X_i(L, b) = sum_{j in b} X_j exp(-r_ij/L) / sum_{j in b} exp(-r_ij/L)
 *
 * Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023).  With X the inherent energy, b all particles and L about 2
 * it is the best single predictor of the propensity at late times. */
#include "descriptors/coarse.h"
#include "descriptors/value.h"

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    int64_t n = (int64_t)gg_class_count(o) * o->lengths.n;
    const struct gg_coarse *c = gg_coarse_moments(o, p, err);
    if (!c)
        return -1;
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t k = 0; k < n; k++) {
            const double *s = c->sum[i * n + k];
            x[i * stride + k] = s[0] > 0 ? c->mean + s[1] / s[0] : 0;
        }
    return 0;
}

const struct gg_descriptor gg_descriptor_mean = {
    .name = "mean",
    .about = "coarse-grained mean of --field with weights exp(-r/L), itself included; 0 for an empty class",
    .source = "Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .unit = "of --field",
    .reads = "type --field",
    .options = "species classes lengths field",
    .on_positions = true,
    .reach = gg_value_reach,
    .columns = gg_coarse_field_columns,
    .compute = compute,
};
