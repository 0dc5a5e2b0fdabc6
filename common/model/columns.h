/* columns.h -- a head of one frame as the columns that terms of a loss are asked for */
#ifndef GG_COLUMNS_H
#define GG_COLUMNS_H

#include "model/pass.h"

/* Rows of one group, in the order of the kernels. */
struct gg_head_rows {
    int64_t n;
    int64_t *row, *from;    /* [n] of the head's value, of the field */
    const double (*pos)[3]; /* [n] or NULL */
};
struct gg_head_rows gg_head_rows(const struct gg_head *h, const struct gg_sample *s, const struct gg_batch *b,
                                 int group, struct gg_arena *a);

/* One column with its place in the head. */
struct gg_head_column {
    struct gg_loss_column c;
    const struct gg_head_rows *rows;
    int group, time, part;
    double *dp, *dspread; /* [n][dim], [n][n_spread]; NULL without gradient */
    double value;         /* NaN where the term is not defined */
    struct gg_head_column *next;
};

/* What is known of the frame while one head is worked on. */
struct gg_head_work {
    struct gg_pass *p; /* NULL: predictions are the means */
    const struct gg_model *m;
    const struct gg_sample *s;
    const struct gg_batch *b;
    const struct gg_head *h;
    int head;
    const struct gg_truth *truth;
    const int64_t *shuffle; /* [rows of the field]: predictions are the targets of these rows; NULL: not */
    struct gg_cell cell;
    struct gg_head_rows rows[GG_MAX_SPECIES];
    struct gg_arena *a;
};
/* False if the frame has no target for the head. */
bool gg_head_work(struct gg_head_work *w, int head);

/* All columns of the head with something in them. */
struct gg_head_column *gg_head_columns(const struct gg_head_work *w, bool gradient);
/* Adds `factor` times dp and dspread to the gradient of the head's value. */
void gg_head_scatter(const struct gg_head_work *w, const struct gg_head_column *c, double factor,
                     gg_real *gradient);

#endif
