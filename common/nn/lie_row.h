/* lie_row.h -- lie_attention's row of queries: its columns, their logarithms, their weights
 *
 * The columns of row a = (i, u) are all b = (j, v): first the lifts of i itself, then those of its neighbours, edge by edge. */
#ifndef GG_LIE_ROW_H
#define GG_LIE_ROW_H

#include "nn/lie_attention.h"

/* One row's columns, all [number][room]. */
struct gg_lie_desk {
    int64_t room;
    gg_real *pair, *dpair, *logit, *alpha, *dlogit, *u, *net;
};

/* A call: frames of all rows, and in backward the gradients that are collected. */
struct gg_lie_call {
    const struct gg_call *call;
    const struct gg_lie_plan *p;
    double (*R)[3][3]; /* [row] */
    bool *real;        /* [row] the vectors make a frame */
    double (*turn)[3]; /* [row] gradient by the turn of the frame */
    gg_real *sent;     /* of each range, one behind the other: [touched][lift][width], keys, values, turn */
    gg_real *dw;       /* [range][n_weight] */
    int64_t keys, values, width;
    struct gg_lie_desk *desk; /* [thread] */
};

/* Column c of particle i. */
struct gg_lie_column {
    int64_t edge; /* -1: i itself */
    int64_t j;
    int v;
};
struct gg_lie_column gg_lie_column_of(const struct gg_lie_call *s, int64_t i, int64_t c);
int64_t gg_lie_columns_of(const struct gg_lie_call *s, int64_t i);

/* Lays a call out in `base`, a desk for each thread; *used: its bytes.  NULL only counts. */
struct gg_lie_call gg_lie_cut(const struct gg_layer *l, const struct gg_graph *g, char *base, int n_thread,
                              struct gg_lie_desk *desk, size_t *used);
/* Where the row of input k begins that lift u of particle i reads. */
int64_t gg_lie_at(const struct gg_lie_call *s, int k, int64_t i, int u);
/* d = r_i - r_j of an edge; 0 of i itself, edge -1. */
void gg_lie_towards_receiver(const struct gg_lie_call *s, int64_t e, double d[3]);
/* The two vectors of a frame; R and whether they make one, of all rows. */
void gg_lie_vectors_of(const struct gg_lie_call *s, int64_t row, double v[2][3]);
void gg_lie_make_frames(struct gg_lie_call *s);
/* <x, y> of the channels of head h. */
double gg_lie_dot(int each, int h, const gg_real *x, const gg_real *y);
/* Pairs, envelopes, logits and alpha of a row. */
void gg_lie_make_weights(const struct gg_lie_call *s, int64_t i, int u, const struct gg_lie_desk *d);

#endif
