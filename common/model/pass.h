/* pass.h -- forward and backward through the layers of a model */
#ifndef GG_PASS_H
#define GG_PASS_H

#include "model/pass_ops.h"

/* With keep, everything stays for a backward.  Without, values share memory as soon as no layer reads them: only those of the heads are
 * there afterwards. */
void gg_pass_forward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                     bool keep);
/* Layer after layer, lets those that start from data (gg_layers(7), actnorm) set their parameters in m->w from this frame. */
void gg_pass_calibrate(struct gg_pass *p, struct gg_model *m, const struct gg_batch *b);
/* w += momentum (state - w) for the statistics of all layers: once for each training frame, in the order of samples. */
void gg_model_follow(const struct gg_model *m, gg_real *w, const gg_real *state);
/* After a forward with keep and gradients of the heads: adds into dw (n_weight; NULL: not wanted).  A source whose gradient the caller
 * has set (room of gg_value_bytes, on nodes or edges) gets its own added, too. */
void gg_pass_backward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                      gg_real *dw);
/* Forgets all gradients: one more backward of the same forward may follow. */
void gg_pass_again(struct gg_pass *p);
/* All numbers that the heads put out are finite. */
bool gg_pass_finite(const struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b);
void gg_pass_free(struct gg_pass *p);
/* Bytes of a pass itself; with those of the parts of its chains, what a training step on such a graph needs; and its operations. */
size_t gg_pass_own_bytes(const struct gg_model *m, const struct gg_batch *b, bool keep);
size_t gg_pass_bytes(const struct gg_model *m, const struct gg_batch *b, bool keep);
/* Of one op on a graph: its backward only where training wants it, its forward twice where a chain makes it again. */
struct gg_cost gg_op_cost(const struct gg_model *m, int op, const struct gg_graph *g);
struct gg_cost gg_model_cost(const struct gg_model *m, const struct gg_batch *b);

/* The row of the head's value that holds a row of the target at a time. */
int64_t gg_head_row(const struct gg_model *m, const struct gg_head *h, int64_t row, int time);
/* Predictions of a head in physical units and the frame's order: out [rows][n_time][dim] on the target's times; NaN where off. */
void gg_head_predict(const struct gg_pass *p, const struct gg_model *m, int head, const struct gg_sample *s,
                     const struct gg_batch *b, float *out);

/* The spread of a head that has one, as it is written: out [rows][n_time][gg_head_spread_dim], the blocks of its irreps for all
 * parts one after the other. */
int gg_head_spread_dim(const struct gg_head *h);
void gg_head_spread(const struct gg_pass *p, const struct gg_model *m, int head, const struct gg_sample *s,
                    const struct gg_batch *b, float *out);

#endif
