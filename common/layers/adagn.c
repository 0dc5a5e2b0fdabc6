/* adagn.c -- features brought to unit size, then scaled and shifted by a condition
 *
 *     y_{l,k,m} = (1 + g_{l,k}(c)) h_{l,k,m}  (+ b_k(c) for 0e),   h: every block of every row of x normalised as by norm
 *
 * Gupta, Brandstetter 2022, arXiv 2209.15616 (there after Dhariwal, Nichol 2021), with the equivariant norm in the place of the group's.
 * All of it is in nn/film.h.  x, y, parameters: as film; 0e blocks need two channels. */
#include "nn/film.h"
#include "nn/perceptron.h"

static double usual[] = {32};
static const struct gg_film_keys defaults = {.hidden = {1, usual}, .eps = 1e-5};

static const struct gg_opt hypers[] = {GG_FILM_KEYS(offsetof(struct gg_film_keys, hidden),
                                                    offsetof(struct gg_film_keys, act)),
                                       {"eps", GG_OPT_REAL, offsetof(struct gg_film_keys, eps),
                                        "added to the variance: rows of zeros stay zeros", .arg = "EPS",
                                        .min = 1e-12, .max = 1},
                                       {0}};

static const struct gg_layer_case cases[] = {
    {"nodes, times", {"8x0e+3x1o+2x2e", "graph*time:5x0e"}, "hidden=6"},
    {"nodes and times", {"node*time:4x0e+9x1e", "graph*time:5x0e"}, "hidden=6 eps=0.001"},
    {"temperature", {"3x0e+2x0o+2x1o+4x0e", "graph:2x0e"}, "hidden=4"},
    {"edges", {"edge:3x0e+2x1o", "graph:2x0e"}, "hidden=5"},
    {0}};

const struct gg_layer_type gg_layer_adagn = {.name = "adagn",
                                             .about = "norm, then gains and shifts from a condition",
                                             .source = "Gupta, Brandstetter 2022, arXiv 2209.15616",
                                             GG_FILM_LAYER};
