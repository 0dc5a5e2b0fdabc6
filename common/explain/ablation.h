/* ablation.h -- predictions with something taken away, compared with those of the whole network */
#ifndef GG_ABLATION_H
#define GG_ABLATION_H

#include "explain/explain.h"

/* Rows of the table: one for each thing that is taken away. */
struct gg_ablation {
    int n_row, n_time;
    struct gg_ablation_sums { /* over the n frames whose predictions vary, n_truth whose truths do too */
        double n, change, correlation, n_truth, rho, without;
    } * sums;                /* [n_row][n_time] */
    double **whole, **truth; /* of the frame, [n_time][n_node dim]; truth NULL where there is none */
    float *field;            /* [n_node][n_time][n_row dim] of the frame */
};
void gg_ablation_init(struct gg_ablation *a, const struct gg_explain *x, int n_row); /* on the heap */
void gg_ablation_free(struct gg_ablation *a);
/* Behind the forward of the whole network: keeps what it says, adds the field X_change, what each row changes by. */
int gg_ablation_begin(struct gg_ablation *a, const struct gg_explain *x, struct gg_scene *s,
                      struct gg_err *err);
/* Behind a forward without what row `row` is about. */
void gg_ablation_add(struct gg_ablation *a, const struct gg_explain *x, const struct gg_scene *s, int row);
/* Columns "change correlation rho without", and their cells. */
void gg_ablation_head(struct gg_explain *x);
void gg_ablation_cells(const struct gg_ablation *a, struct gg_explain *x, int row, int time);

#endif
