/* inputs.h -- what every layer's init asks of its inputs and keys first; refusals are GG_USAGE and name the key */
#ifndef GG_INPUTS_H
#define GG_INPUTS_H

#include "util/choice.h"
#include "nn/layer.h"

int gg_one_input(const struct gg_layer *l, struct gg_err *err);
/* A whole number that has no default and must be at least 1: "out is missing: WHAT". */
int gg_need_key(int64_t value, const char *key, const char *what, struct gg_err *err);
/* Where a second value is there, it has the weights of the edges: Nx0e on edges, N heads that divide the channels of every block of `of`,
 * which the message calls `whose`.  The number of heads, 0 without; -1: refused. */
int gg_heads(const struct gg_layer *l, const struct gg_irreps *of, const char *whose, struct gg_err *err);
/* Channels of degree l and parity p, over all blocks. */
int gg_count_channels(const struct gg_irreps *x, int l, int p);

/* Two scales of a perceptron.  e3nn: parameters start standard normal (biases 0) and are divided by sqrt(inputs) where
 * they are used; activations are normalised.  plain: parameters and activations as they are; at start truncated normal
 * of variance 1/inputs, biases 0.1/outputs (Bapst et al. 2020: variance scaling). */
#define GG_WEIGHTS_LIST(X) X(GG_WEIGHTS_E3NN, "e3nn") X(GG_WEIGHTS_PLAIN, "plain")
enum { GG_WEIGHTS_LIST(GG_CHOICE_ENUM) };
#define GG_WEIGHTS GG_CHOICE_WORDS(GG_WEIGHTS_LIST)
/* n numbers of this variance, none beyond two standard deviations of the normal they are drawn from. */
void gg_truncated_normal(gg_real *w, int64_t n, double variance, struct gg_rng *r);

#endif
