/* loss_column.h -- random columns to try a term of a loss on, and what may be done to them without changing its value */
#ifndef GG_LOSS_COLUMN_H
#define GG_LOSS_COLUMN_H

#include "losses/loss.h"
#include "util/rng.h"

/* A column that may be written to; c points at the rest. */
struct gg_loss_sample {
    struct gg_loss_column c;
    double *p, *y;    /* [n][dim] */
    double *spread;   /* [n][n_spread], behind p in one array: what a term reads of a head */
    double *noise;    /* [n] */
    bool *there;      /* [n] */
    double (*pos)[3]; /* [n]; NULL for terms without positions */
    struct gg_cell cell;
    const struct gg_loss_spread *of; /* what the spread is; NULL without */
};

/* Numbers that a term may read of the head: p, and the spread behind it; the row that the k-th belongs to. */
int64_t gg_loss_sample_size(const struct gg_loss_sample *s);
int64_t gg_loss_sample_row(const struct gg_loss_sample *s, int64_t k);

/* n rows, a quarter of them without a target if `missing`; targets have mean 0 (in every component) and variance 1, and
 * predictions are correlated with them; spread (or NULL) and noise are random, too.  Positions are random in a triclinic cell at density 1.2. */
struct gg_loss_sample *gg_loss_sample_random(struct gg_arena *a, int64_t n, int dim, bool missing,
                                             bool positions, const struct gg_loss_spread *spread,
                                             struct gg_rng *r);
/* A copy of its own. */
struct gg_loss_sample *gg_loss_sample_copy(struct gg_arena *a, const struct gg_loss_sample *s);
/* p = y; p = the mean of y, component by component; y permuted among the rows that have one, p = y before. */
void gg_loss_sample_perfect(struct gg_loss_sample *s);
void gg_loss_sample_mean(struct gg_loss_sample *s);
void gg_loss_sample_permuted(struct gg_loss_sample *s, struct gg_rng *r);
/* Cell and positions turned by R of O(3), p and y by D_l(R), dim = 2l + 1, the spread by its irreps. */
void gg_loss_sample_turn(struct gg_loss_sample *s, const double R[3][3]);
/* Another origin, rows replaced by periodic images. */
void gg_loss_sample_move(struct gg_loss_sample *s, struct gg_rng *r);
/* Row k of the copy is row[k] of s. */
struct gg_loss_sample *gg_loss_sample_relabelled(struct gg_arena *a, const struct gg_loss_sample *s,
                                                 struct gg_rng *r, int64_t *row);

#endif
