/* gradient.c -- the slope of coarse-grained fields where a particle is: the vectors beside `density` and `mean`
 *
 * How D_i(L, b) = sum_{j in b} exp(-r_ij/L), and the mean of X with these weights, change when particle i alone is moved:
 *
 *     grad D_i = sum_{j in b, j != i} exp(-r_ij/L) rhat_ij / L,   rhat_ij from i to j
 *     grad M_i = (sum_{j in b, j != i} X_j exp(-r_ij/L) rhat_ij / L - M_i grad D_i) / D_i,   M_i = sum_j X_j exp(-r_ij/L) / D_i
 *
 * The particle itself, where the weight has a cusp, counts in D and M and not in the slopes.  A pair at one place has no direction and
 * counts for nothing. */
#include "descriptors/coarse.h"
#include "descriptors/value.h"
#include "util/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one class and length: sums of w, X w, and their slopes. */
struct slope {
    double w, xw, grad_w[3], grad_xw[3];
};

static void add_pair(double x, double length, double r, const double d[3], struct slope *s)
{
    double w = exp(-r / length), steep = r > 0 ? w / (length * r) : 0;
    s->w += w;
    s->xw += x * w;
    for (int a = 0; a < 3; a++) {
        s->grad_w[a] += steep * d[a];
        s->grad_xw[a] += x * steep * d[a];
    }
}

/* Particle i: [class][length]. */
static void sum_slopes(const struct gg_descriptor_options *o, const struct gg_particles *p,
                       const double *value, int64_t i, struct slope *s)
{
    int n_class = gg_class_count(o), n_length = o->lengths.n;
    memset(s, 0, (size_t)(n_class * n_length) * sizeof *s);
    for (int64_t j = 0; j < p->n; j++) {
        double d[3], x = value ? value[j] : 0;
        for (int a = 0; a < 3; a++)
            d[a] = a < p->cell.dim ? p->pos[j][a] - p->pos[i][a] : 0;
        gg_cell_nearest(&p->cell, d);
        double r = j == i ? 0 : sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        for (int b = 0; b < n_class; b++)
            for (int k = 0; k < n_length && gg_class_holds(o, b, p->type[j]); k++)
                add_pair(x, o->lengths.v[k], r, d, &s[b * n_length + k]);
    }
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, const double *value,
                   double *x, int64_t stride)
{
    int n = gg_class_count(o) * o->lengths.n;
#pragma omp parallel
    {
        struct slope *s = gg_xalloc((size_t)n, sizeof *s);
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++) {
            sum_slopes(o, p, value, i, s);
            for (int k = 0; k < n; k++)
                for (int a = 0; a < 3; a++) {
                    double mean = s[k].w > 0 ? s[k].xw / s[k].w : 0,
                           slope = s[k].w > 0 ? (s[k].grad_xw[a] - mean * s[k].grad_w[a]) / s[k].w : 0;
                    x[i * stride + 3 * k + a] = value ? slope : s[k].grad_w[a];
                }
        }
        free(s);
    }
    return 0;
}

static int of_density(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                      int64_t stride, struct gg_err *err)
{
    (void)err;
    return compute(o, p, NULL, x, stride);
}

static int of_mean(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    const double *value = gg_value(o, p, err);
    return value ? compute(o, p, value, x, stride) : -1;
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    return gg_coarse_vector_columns(o, name, c, err);
}

static int columns_of_field(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                            struct gg_err *err)
{
    char stem[256];
    snprintf(stem, sizeof stem, "%s.%s", name, o->field);
    return gg_coarse_vector_columns(o, stem, c, err);
}

const struct gg_descriptor gg_descriptor_density_gradient = {
    .name = "density_gradient",
    .about = "gradient of the coarse-grained density with weights exp(-r/L) (1o)",
    .source = "the derivative of density, Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .unit = "1/sigma",
    .reads = "type",
    .options = "species classes lengths",
    .on_positions = true,
    .columns = columns,
    .compute = of_density,
};

const struct gg_descriptor gg_descriptor_mean_gradient = {
    .name = "mean_gradient",
    .about = "gradient of the coarse-grained mean of --field with weights exp(-r/L) (1o)",
    .source = "the derivative of mean, Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .unit = "of --field, over sigma",
    .reads = "type --field",
    .options = "species classes lengths field",
    .on_positions = true,
    .reach = gg_value_reach,
    .columns = columns_of_field,
    .compute = of_mean,
};
