/* loss_laws.h -- the laws that every term of a loss obeys, applied to its cases */
#ifndef GG_LOSS_LAWS_H
#define GG_LOSS_LAWS_H

#include "losses/loss.h"
#include <stdio.h>

/* Runs every law on every case of a term, on random columns whose targets have mean 0 and variance 1:
 *
 *     gradient      each number of dp against central differences, 1e-7 of the largest
 *     minimum       0 at p = y (a likelihood: nothing is lower), where a smooth term has no gradient
 *     unit          1 for the mean predictor unless the case says no_unit, then not 1; that or permuted targets give a
 *                   normaliser above 0
 *     rows          relabelling changes nothing; rows without a target have no influence and get no gradient
 *     adds          `factor` times the gradient is added to dp; the value does not depend on dp
 *     undefined     constants, single rows: a finite value and gradient, or NaN and dp untouched
 *     O(3), images  for terms with positions and for dim > 1: cell, rows, prediction and target turned or reflected;
 *                   another origin, other periodic images
 *     repeatable    the same bytes twice, and with 1, 2 and 4 threads
 *
 * Prints one line a failed law to `to`, returns how many failed; *n_checked counts what was run. */
int gg_check_loss(const struct gg_loss_type *t, uint64_t seed, FILE *to, int *n_checked);

#endif
