/* film.c -- features scaled, degree by degree and channel by channel, and scalars shifted, by a condition
 *
 *     y_{l,k,m} = (1 + g_{l,k}(c)) h_{l,k,m}  (+ b_k(c) for 0e)
 *
 * Perez et al. 2018, arXiv 1709.07871, one gain for all 2l+1 components of a channel: equivariant.  All of it is in nn/film.h.
 * x: h, any axis and irreps; c, of which the 0e channels count, a part of h's axis or h of its: a row for each time makes y on
 * nodes and times.  y: the irreps of h.  Parameters: those of a perceptron (nn/perceptron.h). */
#include "nn/film.h"
#include "nn/perceptron.h"

static double usual[] = {32};
static const struct gg_film_keys defaults = {.hidden = {1, usual}};

static const struct gg_opt hypers[] = {GG_FILM_KEYS(offsetof(struct gg_film_keys, hidden),
                                                    offsetof(struct gg_film_keys, act)),
                                       {0}};

static const struct gg_layer_case cases[] = {
    {"nodes, times", {"8x0e+3x1o+2x2e", "graph*time:5x0e"}, "hidden=6"},
    {"nodes and times", {"node*time:4x0e+9x1e", "graph*time:5x0e"}, "hidden=6"},
    {"both on nodes and times", {"node*time:4x0e+2x1o", "node*time:3x0e"}, "hidden=6 act=tanh"},
    {"temperature", {"3x0e+2x0o+2x1o+4x0e", "graph:2x0e"}, "hidden=4"},
    {"edges", {"edge:3x0e+2x1o", "graph*time:2x0e+1x1o"}, "hidden=5"},
    {"features of the graph", {"graph:3x0e+2x1o", "node:2x0e"}, "hidden=4"},
    {"wide", {"17x0e", "graph*time:2x0e"}, "hidden=3"},
    {"own condition", {"4x0e+2x2e", "3x0e"}, "hidden=4,5"},
    {0}};

const struct gg_layer_type gg_layer_film = {
    .name = "film",
    .about = "gains for every channel, shifts for scalars, from a condition",
    .source = "Perez et al. 2018, arXiv 1709.07871",
    GG_FILM_LAYER};
