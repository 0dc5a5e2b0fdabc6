/* conv_tables.h -- what conv makes from its parameters at the start of a call, and the way of gradients back */
#ifndef GG_CONV_TABLES_H
#define GG_CONV_TABLES_H

#include "conv/conv.h"

/* Density at n points: outputs of its net, f, gradient of f, memory of the net. */
struct gg_conv_density {
    double *z, *f, *df, *work;
};

/* Where the radial functions are computed: at the knots of the tables or, exact, on the edges of a block, set after set. */
struct gg_conv_points {
    double *r, *values, *work;         /* distances, outputs and memory of the radial net */
    int64_t first[GG_RADIAL_SETS + 1]; /* the points of set s: first[s] .. first[s+1]-1 */
    struct gg_conv_density density;
};

struct gg_conv_tables {
    gg_real *radial;               /* [path][group][row][width], factors folded in; NULL if exact.  Row:
                                      knot k of set s is s * n_knot + k */
    gg_real *mix, *mix_transposed; /* per output block [group.row][pad] and [pad][group.row] */
    struct gg_conv_points knots;
};

/* Outputs of the radial net at points 0..n-1 -> [path][group][n_knot][width], factors folded in; and back. */
void gg_conv_spread(const struct gg_conv_plan *p, int64_t n, int64_t n_knot, const double *values,
                    gg_real *radial);
void gg_conv_gather(const struct gg_conv_plan *p, int64_t n, int64_t n_knot, const double *dradial,
                    double *dvalues);

/* The mixing weights as padded matrices, 1/sqrt(fan-in) folded in; and back: adds into dw. */
void gg_conv_pack(const struct gg_conv_plan *p, const gg_real *w, struct gg_conv_tables *t);
void gg_conv_unpack(const struct gg_conv_plan *p, const double *dmix, gg_real *dw);

#endif
