/* perceptron.h -- linear layers with biases and activations between them: what mlp, film and adagn are made of
 *
 *     a_0 = the 0e channels of x,   z_k = bias_k + a_{k-1} W_k / sqrt(h_{k-1}),   a_k = c act(z_k),   y = z_last
 *
 * Linear layers are mix.h's, activations act.h's; act_last: y = c act(z_last).  At start y has the variance of x: W standard normal, biases
 * 0.  Plain weights (inputs.h): no square root, c = 1.  Parameters: for k = 0, 1 ...: K.weight.IN.0 [in][out], K.bias.0 [out]. */
#ifndef GG_PERCEPTRON_H
#define GG_PERCEPTRON_H

#include "nn/act.h"
#include "nn/mix.h"

enum { GG_HIDDEN_MAX = 15, GG_WIDTH_MAX = 4096 };

struct gg_perceptron_wish {
    struct gg_reals hidden;
    int64_t outputs;
    int act, constants, weights;
    bool act_last;
};

struct gg_perceptron {
    int n; /* linear layers: hidden and the last */
    struct gg_mix mix[GG_HIDDEN_MAX + 1];
    int64_t weight[GG_HIDDEN_MAX + 1]; /* offset of the parameters of each */
    int64_t n_weight;
    int64_t row; /* numbers of all z but the last, in a row */
    int widest;
    bool act_last, plain, kinks;
    enum gg_act act;
    double k;
    struct gg_shape out; /* on the axis of `in` */
};

/* Links live in `a`.  GG_USAGE names the key. */
int gg_perceptron_init(struct gg_perceptron *p, struct gg_arena *a, const struct gg_shape *in,
                       const struct gg_perceptron_wish *wish, struct gg_err *err);
bool gg_perceptron_weight(const struct gg_perceptron *p, int k, struct gg_weight *out);
void gg_perceptron_init_weights(const struct gg_perceptron *p, gg_real *w, struct gg_rng *r);
/* saved: z_1 .. z_hidden; scratch: three buffers and what a linear layer needs. */
size_t gg_perceptron_saved_bytes(const struct gg_perceptron *p, int64_t n_row);
size_t gg_perceptron_scratch_bytes(const struct gg_perceptron *p, int64_t n_row);
/* saved: NULL when no backward follows. */
void gg_perceptron_forward(const struct gg_perceptron *p, const gg_real *w, int64_t n_row, const gg_real *x,
                           gg_real *y, void *saved, void *scratch);
/* Adds into dx and dw (NULL: not wanted). */
void gg_perceptron_backward(const struct gg_perceptron *p, const gg_real *w, int64_t n_row, const gg_real *x,
                            const gg_real *dy, gg_real *dx, gg_real *dw, const void *saved, void *scratch);
/* Useful operations of forward; backward takes twice as many. */
double gg_perceptron_flops(const struct gg_perceptron *p, int64_t n_row);

#endif
