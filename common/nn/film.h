/* film.h -- gains and shifts from a condition: all of the layers film and adagn but their tables
 *
 *     y_{l,k,m} = (1 + g_{l,k}(c)) h_{l,k,m}  (+ b_k(c) for 0e),   (g, b) = perceptron(c), its last layer 0 at start: y = h
 *
 * h: the first value, or, with eps, what row_norm.h makes of it.  c: the 0e channels of the second value.  The two lie on any axes of which
 * each may be a part of the other's (spread.h); y on their union.  Gains in the order of the channels of h, then shifts of its 0e.
 * Nothing is kept for backward: the perceptron has few rows. */
#ifndef GG_FILM_H
#define GG_FILM_H

#include "nn/layer.h"

/* What the hypers of both layers are. */
struct gg_film_keys {
    struct gg_reals hidden;
    int act;
    double eps; /* 0: not normalised */
};
#define GG_FILM_KEYS(at_hidden, at_act)                                                     \
    {"hidden",           GG_OPT_REALS,                                                      \
     at_hidden,          "widths of the hidden layers between condition and gains",         \
     .arg = "N,N",       .min = 1,                                                          \
     .max = GG_WIDTH_MAX},                                                                  \
    {                                                                                       \
        "act", GG_OPT_CHOICE, at_act, "activation of the hidden layers", .choices = GG_ACTS \
    }

int gg_film_init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err);
bool gg_film_weight(const struct gg_layer *l, int k, struct gg_weight *out);
void gg_film_init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r);
void gg_film_forward(const struct gg_call *call);
void gg_film_backward(const struct gg_call *call);
struct gg_cost gg_film_cost(const struct gg_layer *l, const struct gg_graph *g);
#define GG_FILM_LAYER                                                                                   \
    .hypers = hypers, .hyper_size = sizeof defaults, .hyper_defaults = &defaults, .init = gg_film_init, \
    .weight = gg_film_weight, .init_weights = gg_film_init_weights, .forward = gg_film_forward,         \
    .backward = gg_film_backward, .cost = gg_film_cost, .cases = cases

#endif
