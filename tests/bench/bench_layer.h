/* bench_layer.h -- one layer on one graph, timed; used by the parts that measure layers */
#ifndef BENCH_LAYER_H
#define BENCH_LAYER_H

#include "bench.h"
#include "laws/check.h"
#include "laws/check_laws.h"

struct bench_timing {
    double forward, forward_median, backward; /* s */
    double fma;                               /* peak of the same seconds, GFLOP/s */
    double alone;                             /* processor time / time: below 1 others had the processor */
};
/* Best of several runs; slow layers get fewer. */
void bench_time_layer(struct gg_check *c, const struct gg_graph *g, struct bench_timing *t);

/* in, hypers: %c channels, %l degree, %i C x (0e + 1o + ... ) to that degree, %g the scalars and gates of as many, %h its blocks
 * with l > 0. */
struct bench_layer {
    const char *layer, *in[GG_LAYER_INPUTS], *hypers;
};
/* The layer of a line, or false with what was refused in err. */
bool bench_open_layer(struct gg_check *c, const struct bench_layer *line, const struct gg_liquid *s,
                      int l_max, int channels, struct gg_arena *a, struct gg_err *err);

/* Forward by plain loops over the definition, in e3nn order of the loops; NULL: this kind has none here. */
typedef void bench_naive(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                         const gg_real *x, gg_real *y);
bench_naive *bench_find_naive(const char *layer);

#endif
