/* check.h -- the laws that every layer obeys, applied to its cases (architecture: gg_hacking(7), LAWS) */
#ifndef GG_CHECK_H
#define GG_CHECK_H

#include "nn/layer.h"
#include <stdio.h>

/* Runs every law on every case of a type on random periodic graphs: gradient, O(3) with reflections, permutation,
 * images, all-of-y and padding, adds, repeatable for 1, 2, 4 threads, empty graphs, scale at start.  Prints one line a
 * failed law to `to`, returns how many failed; *n_checked counts what was run. */
int gg_check_layer(const struct gg_layer_type *t, uint64_t seed, FILE *to, int *n_checked);

/* l of type t with the inputs and hypers of a case; its n_type, cutoff and mean_neighbours are the caller's. */
int gg_layer_from_case(struct gg_layer *l, const struct gg_layer_type *t, const struct gg_layer_case *k,
                       struct gg_arena *a, struct gg_err *err);

/* Sets hypers from "KEY=VALUE KEY=VALUE" (also used by the bench). */
int gg_layer_set(struct gg_layer *l, const char *text, struct gg_err *err);

#endif
