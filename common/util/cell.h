/* cell.h -- periodic cells: any three vectors, periodic along any of them */
#ifndef GG_CELL_H
#define GG_CELL_H

#include "util/err.h"
#include <stdbool.h>
#include <stdint.h>

struct gg_cell {
    int dim;              /* 2 or 3 */
    int pbc;              /* bit a: periodic along vector a */
    double h[3][3];       /* rows are the cell vectors (sigma); for dim 2 the third is (0,0,1) here */
    double inverse[3][3]; /* fractional = r . inverse */
    double height[3];     /* distance of opposite faces */
    double volume;        /* signed: negative for a left-handed cell; area for dim 2 */
    /* The lattice of periodic images in a short basis: reduced periodic vectors, unit normals in the other directions. */
    double image[3][3], image_inverse[3][3], image_height[3];
    bool image_orthogonal;
};

/* From the frame's own numbers.  GG_INPUT if a periodic direction has no height (volume zero), or not finite. A frame
 * without any periodic direction may have a zero cell: it becomes the unit cell. */
int gg_cell_init(struct gg_cell *c, int dim, int pbc, const double h[3][3], struct gg_err *err);

void gg_cell_fractional(const struct gg_cell *c, const double r[3], double s[3]);
void gg_cell_cartesian(const struct gg_cell *c, const double s[3], double r[3]);

/* Moves r into the cell along periodic directions; shift[a] is the whole number of vectors a that were added. */
void gg_cell_wrap(const struct gg_cell *c, double r[3], int64_t shift[3]);

/* d -> its shortest periodic image (exact for any cell: searches the neighbouring images of the rounded one). */
void gg_cell_nearest(const struct gg_cell *c, double d[3]);

/* Cell vectors, all of them whole, that take s to its image nearest to r: exactly 0 where s is that image.  Returns the largest
 * coordinate that is left between the two, NaN where one of them is. */
double gg_cell_between(const struct gg_cell *c, const double r[3], const double s[3], double whole[3]);

#endif
