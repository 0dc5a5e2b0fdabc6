/* check_laws.h -- what the files of the layer check share: a layer with its case, and one evaluation of it */
#ifndef GG_CHECK_LAWS_H
#define GG_CHECK_LAWS_H

#include "laws/liquid.h"

struct gg_check {
    const struct gg_layer_case *k;
    struct gg_layer l;
    struct gg_arena *a; /* lives as long as the case */
    struct gg_rng r;
    bool train;           /* forward and backward as in training, with the draws of `random` */
    struct gg_rng random; /* of the layer's calls */
    bool *statistic;      /* [l.n_weight] parameters that follow the data; NULL: none */
    FILE *to;
    int n_checked, n_failed;
};

/* Counts one law; prints the case and the numbers unless err <= allowed. */
void gg_law(struct gg_check *c, const char *law, double err, double allowed);

/* Parameters and inputs of an evaluation; or their gradients, and that of the edge vectors (NULL: not wanted). */
struct gg_point {
    gg_real *w, *x[GG_LAYER_INPUTS];
    gg_real (*vec)[3];
};
/* Initial parameters (biases random too, so that they are tested; statistics only grow: a variance is positive), standard normal
 * inputs, 0 in padding lanes. */
struct gg_point gg_point_random(struct gg_check *c, const struct gg_graph *g);
/* As layers start: type->init_weights. */
void gg_start_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r);
/* Standard normal on a shape, 0 in padding lanes. */
gg_real *gg_value_random(struct gg_check *c, const struct gg_shape *s, int64_t n_row);
int64_t gg_value_size(const struct gg_shape *s, const struct gg_graph *g);
bool gg_is_padding(const struct gg_shape *s, int64_t at);

/* y = f(x) into fresh memory filled with NaN; *saved = what backward needs (saved NULL: as for prediction). */
gg_real *gg_run_forward(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p, void **saved);
/* Adds J'dy into d. */
void gg_run_backward(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p, const gg_real *y,
                     void *saved, const gg_real *dy, const struct gg_point *d);
void gg_run_observe(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p, gg_real *state);
/* Zeros of the sizes of parameters and inputs; with those of the edge vectors, which cost conv plain loops. */
struct gg_point gg_point_zero(struct gg_check *c, const struct gg_graph *g);
struct gg_point gg_point_zero_vectors(struct gg_check *c, const struct gg_graph *g);

/* Largest difference relative to the RMS of `b`. */
double gg_law_difference(const gg_real *a, const gg_real *b, int64_t n);
/* A value, and an element of O(3) to turn it by. */
gg_real *gg_law_turned(struct gg_check *c, const struct gg_shape *s, int64_t n_row, const gg_real *x,
                       const double R[3][3]);
void gg_law_random_element(struct gg_check *c, bool improper, double R[3][3]);
/* check_laws.c: each runs on a sample and reports by gg_law. */
void gg_law_gradient(struct gg_check *c, const struct gg_liquid *s);
void gg_law_symmetry(struct gg_check *c, const struct gg_liquid *s);
/* check_local.c */
void gg_law_local(struct gg_check *c, const struct gg_liquid *s);
/* check_vectors.c */
void gg_law_vectors(struct gg_check *c, const struct gg_liquid *s);
/* check_modes.c: what prediction and training may differ in, for layers with running statistics or random numbers */
bool gg_trains_otherwise(const struct gg_layer *l);
void gg_law_modes(struct gg_check *c, const struct gg_liquid *s);
/* check_memory.c */
void gg_law_lanes(struct gg_check *c, const struct gg_liquid *s);
void gg_law_adds(struct gg_check *c, const struct gg_liquid *s);
void gg_law_repeatable(struct gg_check *c, const struct gg_liquid *s);
void gg_law_finite(struct gg_check *c, const struct gg_liquid *s, const char *law);
void gg_law_scale(struct gg_check *c, const struct gg_liquid *s);
void gg_law_pieces(struct gg_check *c);

#endif
