/* weight_paths.h -- parameters of a convolution whose paths another code has in another order */
#ifndef GG_WEIGHT_PATHS_H
#define GG_WEIGHT_PATHS_H

#include "model/weight_part.h"

/* `{array: A, paths: ORDER, harmonics: SIGN}`, for a matrix of conv's radial net, of which the last knows paths, or for its mixing.  The array has the columns, or
 * the matrices [channels][channels], of one path behind the other: in the order of enumeration (input: blocks of the input, then degree
 * of the harmonic, then of the output) or sorted by output irreps (output: degree, then odd before even; as e3nn sorts irreps).  harmonics:
 * opposite, those of r_i - r_j, change the sign of paths with one of odd degree.  GG_USAGE. */
int gg_weight_paths(struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err);

#endif
