/* view_laws.h -- the laws that every view obeys, applied to its cases */
#ifndef GG_VIEW_LAWS_H
#define GG_VIEW_LAWS_H

#include "model/loss.h"
#include "views/view.h"
#include <stdio.h>

/* Runs every law on every case of a view, in three dimensions and in two, on a random frame with a vector among the inputs and one
 * among the targets, seen by a small network that turns with it:
 *
 *     key         the same bytes twice and with 1, 2, 4 threads; other ones for another epoch, sample or seed, unless nothing changes
 *     others      the sample and the graph it was made from are as they were
 *     graph       the edges are those of a graph that is made of the seen sample alone
 *     distances   a view that does not move particles leaves every edge and its length
 *     O(3)        a view that turns, and does nothing else, leaves the loss: edges, inputs and targets have turned as one
 *     plane       in two dimensions z stays 0: positions, edges, vectors of inputs and targets
 *     targets     none appears that was not there, but what a view makes for a head that asks for it: a row for each particle, a number at least
 *
 * Prints one line a failed law to `to`, returns how many failed; *n_checked counts what was run. */
int gg_check_view(const struct gg_view_type *t, uint64_t seed, FILE *to, int *n_checked);

/* The frame and the network they are tried on, for tests of one view. */
struct gg_view_stage {
    struct gg_model m;
    struct gg_frame f;
    struct gg_sample s;
    struct gg_batch b;
    struct gg_arena a;
    struct gg_pass p;
    struct gg_views views;
};
/* With one view of these keys, which need not be a line of the table, and, where it makes a target, a third head, "made", that learns it;
 * NULL: without a view. */
int gg_view_stage_open(struct gg_view_stage *x, const struct gg_view_type *type, const char *hypers, int dim,
                       int64_t n_node, uint64_t seed, struct gg_err *err);
void gg_view_stage_close(struct gg_view_stage *x);

#endif
