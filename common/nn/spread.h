/* spread.h -- values on a part of an axis, read on all of it: a row of the graph for every node, of a node for its times
 *
 * The union of axes has the base of those that have one beside the graph, time if any has it, the lifts of those with lifts.  A
 * value on a part of it has one row for all rows of the union that share its coordinates; its gradient is their sum. */
#ifndef GG_SPREAD_H
#define GG_SPREAD_H

#include "nn/layer.h"

/* Axis and list of edges of the union of all inputs of l.  Refuses (GG_USAGE) values on nodes beside values on edges, two lists of
 * edges, two numbers of lifts; names both axes. */
int gg_spread_axis(const struct gg_layer *l, int *axis, int *edges, struct gg_err *err);

/* The row of `part` that row `row` of `all` reads. */
int64_t gg_spread_row(const struct gg_shape *part, const struct gg_shape *all, const struct gg_graph *g,
                      int64_t row);

/* dx[row of part] += sum of what `add` adds for the rows of `all` that read it, in double and a fixed order.  add: the gradient of row
 * `row` of `all` into `to`, as wide as a row of part; different rows at once.  The two may be one axis.  scratch: gg_spread_scratch_bytes. */
size_t gg_spread_scratch_bytes(const struct gg_shape *part, const struct gg_shape *all,
                               const struct gg_graph *g, int n_thread);
/* As a layer's scratch_bytes: what the most demanding of its inputs on a part of the output's axis wants. */
size_t gg_spread_layer_scratch(const struct gg_layer *l, const struct gg_graph *g, int n_thread);
void gg_spread_backward(const struct gg_shape *part, const struct gg_shape *all, const struct gg_graph *g,
                        void *scratch, gg_real *dx, void (*add)(void *context, int64_t row, double *to),
                        void *context);

#endif
