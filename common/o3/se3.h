/* se3.h -- rotations from two vectors, and the logarithm of one rigid motion seen from another; in double
 *
 * R's columns are the axes of a frame.  Gradients by a rotation are by the small turn delta of R -> R exp([delta]x), three numbers along
 * R's own axes: nothing of them is large, however R came about. */
#ifndef GG_SE3_H
#define GG_SE3_H

#include <stdbool.h>

/* Axes e1 along v[0], e2 in the plane of both, e3 = e1 x e2.  Vectors that are 0 or parallel make no frame: R is 0 and false comes back. */
bool gg_frame(const double v[2][3], double R[3][3]);
/* dv += the gradient by the vectors from that by the turn. */
void gg_frame_pull(const double v[2][3], const double R[3][3], const double turn[3], double dv[2][3]);

/* wu = log(g_b^-1 g_a) of g = (R, r), d = r_a - r_b: w the rotation vector of R_b^T R_a, then u = V(w)^-1 R_b^T d,
 *     V^-1 = 1 - K/2 + c K^2,  K = [w]x,  c = (1 - |w|/2 cot(|w|/2)) / |w|^2.
 * w jumps from one side to the other where the angle passes pi; there it is the side that rounding says.  Where one of the two is no frame,
 * all that both know of each other is how far apart they are: wu = (0, 0, 0, |d|, 0, 0), which turns with nothing. */
void gg_pair_log(const double Ra[3][3], const double Rb[3][3], const double d[3], double wu[6]);
/* From g, the gradient by wu: += by the turns of a and b, and by d. */
void gg_pair_log_pull(const double Ra[3][3], const double Rb[3][3], const double d[3], const double wu[6],
                      const double g[6], double turn_a[3], double turn_b[3], double dd[3]);

#endif
