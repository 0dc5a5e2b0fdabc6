/* logistic.h -- logistic regression with an L2 penalty on rows that are read again and again */
#ifndef GG_LOGISTIC_H
#define GG_LOGISTIC_H

#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Rows in chunks of at most `room`: read fills z [rows][n + 1], the last column 1, and the labels, 0 or 1, and returns the number of
 * rows.  Every pass sees the same rows in the same order. */
struct gg_rows {
    int n; /* features */
    int64_t n_chunk, room;
    int64_t (*read)(void *context, int64_t chunk, double *z, double *label);
    void *context;
};

/* Minimises for every alpha of the path
 *
 *     sum_i log(1 + exp(-s_i (w.z_i + b))) + alpha/2 |w|^2,   s_i = 1 (label 1), -1 (label 0)
 *
 * by Newton steps, halved where they would go up, from the strongest penalty to the weakest, each starting where the last one
 * ended.  w [n_path][n + 1], b last.  A step reads the rows once (n^2 flops a row).  GG_INPUT: a class is empty; GG_NUMERICS: no
 * minimum within reach (penalty 0 and classes that a plane separates). */
int gg_logistic_path(const struct gg_rows *rows, int n_path, const double *path, bool per_particle, double *w,
                     struct gg_err *err);

/* Sum over the rows of the loss without penalty [n_path]; returns the number of rows. */
double gg_logistic_loss(const struct gg_rows *rows, int n_path, const double *w, double *loss);

/* Largest component of the gradient of the penalised sum at w [n + 1]. */
double gg_logistic_gradient(const struct gg_rows *rows, double alpha, const double *w);

#endif
