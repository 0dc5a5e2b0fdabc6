/* md_watch.h -- what tells whether a run is sound: relaxation, order, drift of the energy */
#ifndef GG_MD_WATCH_H
#define GG_MD_WATCH_H

#include "util/cell.h"

/* F_s(k) of the particles of type 0 at k = 7.25 (the first peak of the structure factor), mean over the axes:
 * <cos k dx>.  Positions unwrapped, n x 3. */
double gg_md_fs(int64_t n, const int32_t *type, int dim, const double (*from)[3], const double (*to)[3]);

/* Bond order of the whole system: Q_6 in three dimensions (P. Steinhardt, D. Nelson, M. Ronchetti, PRB 28, 784, 1983),
 * |psi_6| in two, over pairs nearer than 1.4: of the order of 1/sqrt(bonds) in a liquid, about 0.5 in a crystal.  GG_INPUT as gg_neighbors. */
int gg_md_order(const struct gg_cell *cell, int64_t n, const double (*pos)[3], double *order,
                struct gg_err *err);

/* Slope of the energy against steps, least squares: a sum at a time. */
struct gg_md_drift {
    double n, t, e, tt, te, first;
};
void gg_md_drift_add(struct gg_md_drift *d, double step, double energy);
double gg_md_drift_slope(const struct gg_md_drift *d); /* a step; 0 from fewer than 3 */

#endif
