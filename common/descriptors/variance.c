/* variance.c -- how much a number scatters around a particle:
 *     V_i(L, b) = sum_{j in b} (X_j - X_i(L, b))^2 exp(-r_ij/L) / D_i(L, b),  X_i(L, b) as in mean.c, D as in density.c
 *
 * Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023). */
#include "descriptors/coarse.h"
#include "descriptors/value.h"

#include <math.h>

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
            double mean = s[0] > 0 ? s[1] / s[0] : 0, square = s[0] > 0 ? s[2] / s[0] : 0;
            double variance = square - mean * mean;
            x[i * stride + k] = variance < 0 ? 0 : variance; /* NaN stays */
        }
    return 0;
}

const struct gg_descriptor gg_descriptor_variance = {
    .name = "variance",
    .about = "coarse-grained variance of --field with weights exp(-r/L) about the mean of the same class and "
             "length",
    .source = "Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .unit = "square of that of --field",
    .reads = "type --field",
    .options = "species classes lengths field",
    .on_positions = true,
    .reach = gg_value_reach,
    .columns = gg_coarse_field_columns,
    .compute = compute,
};
