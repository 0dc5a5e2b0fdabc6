/* fit_train.h -- what a fit keeps of its training frames: Gram matrices, and the rows where they are read again */
#ifndef GG_FIT_TRAIN_H
#define GG_FIT_TRAIN_H

#include "fit/ridge.h"
#include "learn/fit_learn.h"

/* Columns of the Gram matrices: features, outputs (0 where off), 1.  Configuration k of the training set, with all its samples, belongs
 * to part k mod n_part, so that there are never more than n_part matrices a group, and one a configuration where there are that few; the validation frames are
 * the part behind them. */
struct gg_fit_group {
    double *shift; /* [n_feature + n_output]: means in the first frame; NULL before it */
    double **gram; /* [n_part + 1] packed; NULL = no rows yet */
    int64_t n_row; /* of training */
};

struct gg_fit_train {
    int n_column, n_part, n_species;
    int n_train, n_validation; /* configurations */
    struct gg_fit_group group[GG_MAX_SPECIES];
    struct gg_fit_adder *adder; /* [n_adder], of each thread; NULL before the first rows */
    int n_adder, n_seen, room;
    struct gg_fit_seen {
        char id[GG_ID];
        int number, box, split; /* as gg_sample has them */
        int part;               /* 0 .. n_part-1, n_part = validation */
    } * seen;                   /* [n_seen] every frame */
    uint32_t digest; /* of the rows that count; not of their sums, which depend on the kernels of BLAS */
};

struct gg_fit_train *gg_fit_train_of(const struct gg_trainer *t);

/* Parts that have been left out in turn, or the one of validation: how many, and which the k-th is. */
int gg_fit_n_left(const struct gg_trainer *t);
int gg_fit_left(const struct gg_trainer *t, int k);
/* The sum of a group's training parts, malloc'd. */
double *gg_fit_total(const struct gg_trainer *t, int group);
/* The path's place with the smallest error of an output. */
int gg_fit_best(const struct gg_fit *x, int group, int output);
/* How many fits at a time, each with `bytes` of its own: about 64 MB in all, and one at least. */
int gg_fit_at_once(double bytes);

/* ---- fit_gram.c ---- */
/* The particles of a frame that count into the Gram matrices of `part`; only counted in a dry run. */
int gg_fit_gram_add(struct gg_trainer *t, const struct gg_sample *s, int part, struct gg_arena *a,
                    struct gg_err *err);
double gg_fit_adder_bytes(int n_column); /* of all threads */
void gg_fit_adders_free(struct gg_fit_train *d);

double gg_fit_solve_bytes(const struct gg_fit *x); /* of one decomposition (fit_ridge.c) */

/* For --estimate (fit_train.c). */
struct gg_fit_cost {
    int64_t n_train, n_validation, n_row, n_weight;
    double flops_gram, flops_solve, bytes;
};
struct gg_fit_cost gg_fit_cost(const struct gg_trainer *t);

/* ---- fit_report.c ---- */
/* A line for each output: the penalty that was chosen, and how it does on what was left out; metrics get the whole path. */
int gg_fit_report(struct gg_trainer *t, struct gg_err *err);

#endif
