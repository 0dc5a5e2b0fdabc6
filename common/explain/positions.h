/* positions.h -- the gradient of predictions with respect to the positions of all particles
 *
 *     S_j = d (sum_i c_i y_i) / d r_j = sum_{e: i<-j} g_e - sum_{e: j<-k} g_e,   g_e the gradient of edge vector e
 *
 * Inputs that were computed from positions stay as they are.  sum_j S_j = 0: predictions do not change when all move along. */
#ifndef GG_POSITIONS_H
#define GG_POSITIONS_H

#include "explain/explain.h"

/* GG_USAGE: the model has no positions. */
int gg_positions_need(const struct gg_explain *x, struct gg_err *err);
/* For each geometry k: out[k] [n_node][3], in the frame's order.  c: [n_node][dim], as for gg_explain_pull. */
void gg_positions_gradient(struct gg_explain *x, struct gg_scene *s, int time, const double *c,
                           double (*const *out)[3]);

#endif
