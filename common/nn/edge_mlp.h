/* edge_mlp.h -- what the files of the perceptron on edges share: its plan */
#ifndef GG_EDGE_MLP_H
#define GG_EDGE_MLP_H

#include "nn/act.h"
#include "kernel/conv_kernel.h"
#include "nn/layer.h"

enum { GG_EDGE_LAYERS = 16, GG_EDGE_BLOCK = 128 /* edges at once: their rows stay in the second cache */ };

/* Where a row of an input is read for the edge i <- j. */
enum gg_edge_at { GG_AT_EDGE, GG_AT_ADDED, GG_AT_RECEIVER, GG_AT_SENDER };

/* A matrix [n_in][n_out] of linear layer k, raw at `weight`; packed [n_in][pad_out] and turned [n_out][pad_in], the
 * factor of the layer folded in, zeros in padding. */
struct gg_edge_matrix {
    int k, n_in, pad_in;
    int64_t weight, packed, turned;
};

struct gg_edge_plan {
    int n;                                          /* linear layers */
    int width[GG_EDGE_LAYERS], pad[GG_EDGE_LAYERS]; /* of the output of each */
    double factor[GG_EDGE_LAYERS];
    int64_t bias[GG_EDGE_LAYERS], bias_packed[GG_EDGE_LAYERS]; /* raw offset, -1 = none */
    enum gg_edge_at at[GG_LAYER_INPUTS];
    struct gg_edge_matrix input[GG_LAYER_INPUTS], hidden[GG_EDGE_LAYERS]; /* of layer 0; of layers 1 .. n-1 */
    bool has[4];                                                          /* an input at ... */
    int64_t n_packed, n_packed_edge, n_turned; /* matrices of node values are packed last */
    bool act_last;
    enum gg_act act;
    double act_k;
    gg_rows_fn *rows;
};

/* One call.  Arrays of gg_real, all widths padded; node arrays [n_node][pad[0]]. */
struct gg_edge_call {
    const struct gg_layer *l;
    const struct gg_edge_plan *p;
    const struct gg_graph *g;
    const gg_real *const *x;
    gg_real *packed, *turned, *gradient; /* of all matrices and biases */
    gg_real *P, *Q, *dP, *dQ;
    gg_real *dz; /* [n_edge][pad[0]] gradient of z_1, if senders want it */
    gg_real *work, *parts;
    int64_t n_work; /* numbers a thread */
    gg_real *y;
    const gg_real *dy;
    gg_real *const *dx;
};

/* Memory of `base` in pieces of whole cache lines; NULL only counts. */
struct gg_edge_room {
    gg_real *base;
    int64_t n;
};

gg_real *gg_edge_take(struct gg_edge_room *r, int64_t n);

/* Lays the arrays of a call out in `base`; returns how many numbers they take. */
int64_t gg_edge_lay_out(struct gg_edge_call *c, gg_real *base, int n_thread);
/* Parameters with the factors folded in, as they are and turned; dw += the packed gradient. */
void gg_edge_pack(const struct gg_edge_call *c, const gg_real *w);
void gg_edge_unpack(const struct gg_edge_call *c, gg_real *dw);

size_t gg_edge_mlp_scratch(const struct gg_layer *l, const struct gg_graph *g, int n_thread);
void gg_edge_mlp_forward(const struct gg_call *call);
void gg_edge_mlp_backward(const struct gg_call *call);

#endif
