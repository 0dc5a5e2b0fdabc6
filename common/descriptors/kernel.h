/* kernel.h -- the vector loops of coarse.c: distances, exponentials, sums over one block of particles */
#ifndef GG_KERNEL_H
#define GG_KERNEL_H

#include "util/cell.h"
#include <stdbool.h>

enum { GG_BLOCK = 256, GG_LANES = 8 };

/* How distances are measured.  If the short basis of the periodic images is orthogonal (a box, turned or given by tilted
 * vectors), coordinates are taken along it, so that the nearest image is one rounding an axis; any other cell takes
 * gg_cell_nearest for each pair. */
struct gg_metric {
    const struct gg_cell *cell;
    bool orthogonal;
    double axis[3][3];            /* unit vectors */
    double period[3], inverse[3]; /* sigma, 1/sigma; 0 along directions that are not periodic */
};
void gg_metric_init(struct gg_metric *m, const struct gg_cell *cell);
void gg_metric_coordinates(const struct gg_metric *m, const double r[3], double at[3]);

/* r[j] = distance from `at` to the nearest image of (x, y, z)[j].  Blocks of GG_BLOCK numbers, here and below. */
void gg_kernel_distance(const struct gg_metric *m, const double at[3], const double *x, const double *y,
                        const double *z, double *r);
/* w[j] = exp(rate r[j]), rate r <= 0, within 2 units of the last place; exponents below -708 count as -708. */
void gg_kernel_exp(const double *r, double rate, double *w);
/* w[j] = base[j]^power, power 2 or 3. */
void gg_kernel_power(const double *base, int power, double *w);
/* lane[k] += sum over j = k modulo GG_LANES of w[j] x[j]. */
void gg_kernel_add(const double *w, const double *x, double lane[GG_LANES]);
/* The sum of the lanes, in a fixed order. */
double gg_kernel_total(const double lane[GG_LANES]);

#endif
