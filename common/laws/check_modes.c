/* check_modes.c -- laws of a layer that trains otherwise than it predicts: running statistics, random numbers */
#include "laws/check_laws.h"

#include <math.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double same_allowed = 1e-10;
#else
static const double same_allowed = 1e-4;
#endif
/* An average over this many draws; the average of a layer that drops half of its input is off by a 16th. */
enum { DRAWS = 256 };
static const double mean_allowed = 0.15;

bool gg_trains_otherwise(const struct gg_layer *l)
{
    return l->draws || gg_layer_follows(l);
}

static const gg_real *run(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p, bool train)
{
    c->train = train;
    const gg_real *y = gg_run_forward(c, g, p, NULL);
    c->train = false;
    return y;
}

static bool equal(const gg_real *a, const gg_real *b, int64_t n)
{
    return !memcmp(a, b, sizeof *a * (size_t)n);
}

/* RMS of a - b relative to that of b. */
static double distance(const double *a, const gg_real *b, int64_t n)
{
    double apart = 0, size = 0;
    for (int64_t k = 0; k < n; k++) {
        apart += pow(a[k] - (double)b[k], 2);
        size += pow((double)b[k], 2);
    }
    return size > 0 ? sqrt(apart / size) : apart;
}

static double *widened(struct gg_check *c, const gg_real *x, int64_t n)
{
    double *out = GG_NEW(c->a, double, (size_t)n);
    for (int64_t k = 0; k < n; k++)
        out[k] = (double)x[k];
    return out;
}

/* ---- running statistics ---- */

/* p with what the frame says in place of the running values. */
static struct gg_point observed(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p)
{
    struct gg_point q = *p;
    int64_t foreign = 0, missing = 0;
    gg_real *state = GG_NEW(c->a, gg_real, (size_t)c->l.n_weight);
    q.w = GG_NEW(c->a, gg_real, (size_t)c->l.n_weight);
    for (int64_t k = 0; k < c->l.n_weight; k++)
        state[k] = NAN;
    gg_run_observe(c, g, p, state);
    for (int64_t k = 0; k < c->l.n_weight; k++) {
        foreign += !c->statistic[k] && !isnan(state[k]);
        missing += c->statistic[k] && !isfinite(state[k]);
        q.w[k] = c->statistic[k] ? state[k] : p->w[k];
    }
    gg_law(c, "observe writes parameters that are no statistics", (double)foreign, 0);
    gg_law(c, "statistics that observe leaves out", (double)missing, 0);
    return q;
}

/* Training reads the frame's statistics, prediction the running ones; with the frame's in their place both agree. */
static void check_statistics(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p)
{
    int64_t n = gg_value_size(&c->l.out, g);
    struct gg_point q = observed(c, g, p);
    const gg_real *trained = run(c, g, p, true), *predicted = run(c, g, p, false);
    gg_law(c, "training reads running values", !equal(trained, run(c, g, &q, true), n), 0);
    gg_law(c, "prediction does not read running values", equal(predicted, run(c, g, &q, false), n), 0);
    gg_law(c, "prediction with the frame's statistics",
           distance(widened(c, run(c, g, &q, false), n), trained, n),
           c->l.unbiased ? same_allowed + 1 / (double)g->n_edge : same_allowed);
}

/* Running values have no gradient, in either mode. */
static void check_gradient_of_statistics(struct gg_check *c, const struct gg_graph *g,
                                         const struct gg_point *p)
{
    int64_t bad = 0;
    const gg_real *u = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g));
    for (int train = 0; train <= 1; train++) {
        struct gg_point d = gg_point_zero(c, g);
        void *saved;
        c->train = train;
        const gg_real *y = gg_run_forward(c, g, p, &saved);
        gg_run_backward(c, g, p, y, saved, u, &d);
        for (int64_t k = 0; k < c->l.n_weight; k++)
            bad += c->statistic[k] && d.w[k] != 0;
    }
    c->train = false;
    gg_law(c, "gradient of running values", (double)bad, 0);
}

/* ---- random numbers ---- */

static void check_draws(struct gg_check *c, const struct gg_graph *g, const struct gg_point *p)
{
    int64_t n = gg_value_size(&c->l.out, g);
    double *mean = GG_NEW(c->a, double, (size_t)n);
    struct gg_rng before = c->random;
    const gg_real *trained = run(c, g, p, true), *predicted = run(c, g, p, false);
    for (int k = 0; k < DRAWS; k++) {
        c->random = gg_rng_fork(&before, (uint64_t)k);
        const gg_real *y = run(c, g, p, true);
        for (int64_t q = 0; q < n; q++)
            mean[q] += (double)y[q] / DRAWS;
    }
    gg_law(c, "other draws give the same bytes", equal(trained, run(c, g, p, true), n), 0);
    gg_law(c, "prediction draws", !equal(predicted, run(c, g, p, false), n), 0);
    gg_law(c, "mean over draws", distance(mean, predicted, n), mean_allowed);
    c->random = before;
}

void gg_law_modes(struct gg_check *c, const struct gg_liquid *s)
{
    const struct gg_graph *g = &s->graph;
    struct gg_point p = gg_point_random(c, g);
    if (gg_layer_follows(&c->l)) {
        check_statistics(c, g, &p);
        check_gradient_of_statistics(c, g, &p);
    }
    if (c->l.draws)
        check_draws(c, g, &p);
    if (!gg_trains_otherwise(&c->l))
        gg_law(c, "trains otherwise and does not say so",
               !equal(run(c, g, &p, true), run(c, g, &p, false), gg_value_size(&c->l.out, g)), 0);
}
