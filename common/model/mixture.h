/* mixture.h -- several predictions of one thing as one: mean and spread
 *
 * K predictions with means m_k and covariances V_k (0 where no likelihood has learned one), each counting the same, are a mixture of
 *
 *     mean        m = sum_k m_k / K
 *     covariance  V = sum_k (V_k + (m_k - m)(m_k - m)') / K
 *
 * (Lakshminarayanan, Pritzel and Blundell, NIPS 2017, section 2.4): the mean of the variances and the variance of the means.  A mixture
 * of mixtures of equal size is that of all predictions, so members of an ensemble and samples of a configuration may be joined in any
 * order.  Numbers of degree 0 have a standard deviation each (X_std), a vector a covariance (X_cov), and what has other degrees one standard
 * deviation a channel: the root of the variance of its numbers, averaged over them. */
#ifndef GG_MIXTURE_H
#define GG_MIXTURE_H

#include "model/learner.h"

/* Of one head and one frame; all arrays belong to an arena. */
struct gg_mixture {
    const struct gg_head *head;
    const struct gg_loss_spread *kind; /* deviation or covariance */
    int n;                             /* predictions so far */
    int64_t n_row;                     /* rows of the target times its times */
    double *mean;                      /* [n_row][dim] */
    double *spread; /* [n_row][gg_mixture_dim]: variances, in the order of X_std or X_cov */
};

struct gg_mixture gg_mixture_new(const struct gg_head *h, int64_t rows, struct gg_arena *a);
int gg_mixture_dim(const struct gg_mixture *x); /* numbers of a row of spread */
/* One more prediction: NaN in it is NaN from then on. */
void gg_mixture_add(struct gg_mixture *x, const struct gg_prediction *p);
/* As it is written, in `a`: what one prediction says is what comes out.  spread is NULL if there is none to speak of: one prediction of a
 * head without a likelihood. */
struct gg_prediction gg_mixture_result(const struct gg_mixture *x, struct gg_arena *a);

#endif
