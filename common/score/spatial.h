/* spatial.h -- how truth and prediction vary in space: spectra, pair correlations, local variance, as sums over configurations
 *
 * Everything here is a bilinear form B(a, b) of two fields over the particles of a configuration, their means taken off:
 *
 *     variance        B = sum_i a_i b_i
 *     spectrum S(q)   B = Re sum_q A_q B_q* / n,    A_q = sum_i a_i exp(i q r_i), over the waves of the box in a shell of |q|
 *     pairs G(r)      B = sum over the pairs i != j with r_ij in a bin of a_i b_j
 *     C_R             B = sum_i a_i [sum_j w b_j / sum_j w],  w = exp(-(r_ij - R)^2 / 2), j = i included
 *     local variance  B = sum_i of the covariance of a and b over the neighbours with r_ij < r_v, i left out
 *
 * (science: an optimal regressor p of y obeys B(p, y) = B(p, p) for every B, since it is the mean of y given all positions).  The truth is
 * the mean over runs, with their noise; B(y, y) is therefore taken between the means over even and over odd runs where these are known,
 * whose noises are independent. */
#ifndef GG_SPATIAL_H
#define GG_SPATIAL_H

#include "util/arena.h"
#include "util/cell.h"

#include <stdbool.h>

/* What is measured: `n` rows, chosen at the first configuration, so that the rows of all are the same. */
enum gg_spatial_kind { GG_SPATIAL_VARIANCE, GG_SPATIAL_S, GG_SPATIAL_G, GG_SPATIAL_C, GG_SPATIAL_LOCAL };
enum {
    GG_SPATIAL_ROWS = 96,
    GG_SPATIAL_EDGES = 32,
    GG_SPATIAL_WIDTH = 9
}; /* rows, ends of bins, components: at most */
struct gg_spatial {
    double q_max; /* longest wave vector, 1/sigma */
    int n_edge;   /* of the bins of distances, increasing, sigma */
    double edge[GG_SPATIAL_EDGES];
    int n; /* rows; 0: no configuration yet */
    enum gg_spatial_kind kind[GG_SPATIAL_ROWS];
    double lo[GG_SPATIAL_ROWS], hi[GG_SPATIAL_ROWS]; /* of |q|, of r; R and r_v: both the same */
    double q1; /* shells are this apart: the shortest wave vector of the first box */
    bool
        axes; /* spectra are S4: over the waves along one vector of the reciprocal box alone, means not taken off; no local variance */
};

/* One row of one configuration. */
struct gg_form {
    double weight, at; /* waves, pairs or particles; sum of |q| or r over them */
    double pp, py, yy; /* prediction with itself, with the truth; truth with itself */
};
enum { GG_FORM_WIDTH = sizeof(struct gg_form) / sizeof(double) };

/* The particles of one species: fields [n, width]; half NULL where not known. */
struct gg_spatial_fields {
    int64_t n;
    int width;
    const double (*pos)[3];
    const double *p, *y, *half[2];
};

/* Shells of |q| up to q_max, and bins between the ends edge[n_edge].  GG_USAGE for ends that do not increase, or too many. */
int gg_spatial_init(struct gg_spatial *s, double q_max, int n_edge, const double *edge, struct gg_err *err);

/* Fills out[s->n], the rows chosen at the first call.  Bins, radii and waves that do not fit into half of the box have weight 0.  GG_INPUT for a box
 * that is not periodic in all its directions, positions that are not finite, and more rows than there is room for. */
int gg_spatial_measure(struct gg_spatial *s, const struct gg_cell *cell, const struct gg_spatial_fields *f,
                       struct gg_form *out, struct gg_err *err);

const char *gg_spatial_name(enum gg_spatial_kind kind); /* "S" */

#endif
