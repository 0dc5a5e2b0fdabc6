/* near.h -- rows of a column that are near each other, for terms over neighbours and pairs */
#ifndef GG_LOSS_NEAR_H
#define GG_LOSS_NEAR_H

#include "losses/loss.h"

/* The neighbours of row i are nbr[ptr[i]] .. nbr[ptr[i + 1] - 1]. */
struct gg_loss_near {
    const int64_t *ptr; /* [n + 1] */
    const int32_t *nbr; /* [ptr[n]] */
};

/* Rows j with r_ij < reach (strict) of every row i, each once, i itself if `self`.  GG_INPUT with the key that says `reach` where it
 * is more than half of the box, so that a row would meet images of one other. */
int gg_loss_near(struct gg_loss_near *out, const struct gg_loss_column *c, double reach, bool self,
                 const char *key, struct gg_arena *a, struct gg_err *err);

/* How many bytes that is about, for n rows. */
double gg_loss_near_bytes(const struct gg_cell *cell, double n, double reach);

#endif
