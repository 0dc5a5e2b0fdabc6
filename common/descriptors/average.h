/* average.h -- columns averaged over the surroundings of each particle */
#ifndef GG_AVERAGE_H
#define GG_AVERAGE_H

#include "descriptors/descriptor.h"

/* Pairs must be seen up to here: 0 if there is nothing to average or the average runs over the whole box. */
double gg_average_reach(const struct gg_descriptor_options *o);

/* to[i * stride + k] = sum_j w_ij from[j * stride + k] / sum_j w_ij, w_ij = exp(-r_ij / average_length), j = i included,
 * over all particles nearer than the cutoff (every periodic image), or over the whole box (nearest images). */
void gg_average(const struct gg_descriptor_options *o, const struct gg_particles *p, int64_t n_column,
                const double *from, double *to, int64_t stride);

#endif
