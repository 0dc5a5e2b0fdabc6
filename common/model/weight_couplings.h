/* weight_couplings.h -- weights of products of features in another code's couplings, which need not be independent */
#ifndef GG_WEIGHT_COUPLINGS_H
#define GG_WEIGHT_COUPLINGS_H

#include "model/weight_part.h"

/* `{array: W, couplings: U}`, for a piece weight.OUT.NU of contract: W [species][their couplings][channels], U the couplings that the other
 * code keeps beside them ([2l+1], not for l = 0, then NU axes of components, then couplings: MACE's U_matrix_NU).  Ours are the projection (product_map.h); on the way
 * back theirs are the smallest weights of the same function.  GG_USAGE: shapes; GG_NUMERICS: couplings that are none in our order of
 * components and normalisation. */
int gg_weight_couplings(struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err);

#endif
