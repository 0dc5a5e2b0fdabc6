/* hidden.h -- do the features of neighbours differ, and the channels of one particle: measures of over-smoothing
 *
 * One block of irreps at a time, x [n][2l+1][mul], channel innermost: n particles, of each 2l+1 components of mul channels.  None of the
 * numbers changes where all particles are turned or reflected. */
#ifndef GG_HIDDEN_H
#define GG_HIDDEN_H

#include <stdbool.h>
#include <stdint.h>

/* E = (1/n) sum_i sum_{j in N(i)} |x_i - x_j|^2 over (1/n) sum_i |x_i|^2; x [n][width], N(i) = nbr[ptr[i]] .. nbr[ptr[i + 1] - 1].  0: all
 * neighbours are the same; where neighbours know nothing of each other and the mean is 0, twice their number.  NaN where all of x is 0.
 * Cai, Wang 2020, arXiv 2006.13318; the sum over neighbours is not divided: Rusch et al. 2023, arXiv 2303.10993. */
double gg_dirichlet(int64_t n, int64_t width, const double *x, const int64_t *ptr, const int32_t *nbr);

/* Of these the sum over edges alone, sum_i sum_{j in N(i)} |x_i - x_j|^2: numbers of several configurations are added. */
double gg_squares_between(int64_t n, int64_t width, const double *x, const int64_t *ptr, const int32_t *nbr);

/* exp(-sum_k p_k ln p_k), p the eigenvalues of sum_{i,m} x_{imc} x_{imc'} over their sum: 1 where all channels are multiples of one, mul where
 * they have the same size and nothing in common.  x [n_row][mul], a row a particle and component; `centred`: less the mean of each
 * channel, for scalars.  NaN where nothing varies, or is not finite.  Roy, Vetterli 2007, EUSIPCO. */
double gg_effective_rank(int64_t n_row, int mul, const double *x, bool centred);
/* The same of that sum of products, its upper triangle c [mul][mul], which is overwritten; NaN where its trace is `noise` at most: what
 * rounding left of it. */
double gg_effective_rank_of(int mul, double *c, double noise);

#endif
