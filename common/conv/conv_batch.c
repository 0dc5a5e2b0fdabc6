/* conv_batch.c -- see conv_batch.h
 *
 * The passes read mean and variance as parameters and leave their gradients in dw: here is where they come from, and where those go. */
#include "conv/conv_batch.h"
#include "conv/conv_block.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 };

/* With a table, every edge counts for the knots about it, as it does in the sums. */
static double *count_knots(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_conv_plan *p = l->plan;
    double *count = gg_xalloc((size_t)p->n_knot, sizeof *count);
    int32_t knot[CHUNK];
    gg_real b[CHUNK][GG_KNOT_ROWS];
    for (int64_t first = 0; first < g->n_edge; first += CHUNK) {
        int n = (int)(g->n_edge - first < CHUNK ? g->n_edge - first : CHUNK);
        gg_knots(n, g->r + first, gg_conv_knots(l), knot, b);
        for (int e = 0; e < n; e++)
            for (int a = 0; !gg_conv_is_outside(l, g->r[first + e]) && a < GG_KNOT_ROWS; a++)
                count[knot[e] + a] += (double)b[e][a];
    }
    return count;
}

static void measure(const struct gg_layer *l, const struct gg_graph *g, struct gg_radial_moments *m)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t n = p->n_knot ? p->n_knot : g->n_edge;
    double *r = gg_xalloc((size_t)n + 1, sizeof *r), *count;
    if (p->n_knot) {
        count = count_knots(l, g);
        for (int64_t k = 0; k < n; k++)
            r[k] = gg_conv_knot_at(l, k);
    } else {
        count = gg_xalloc((size_t)n + 1, sizeof *count);
        for (int64_t e = 0; e < n; e++) {
            r[e] = (double)g->r[e];
            count[e] = !gg_conv_is_outside(l, g->r[e]);
        }
    }
    gg_radial_net_measure(&p->net, n, r, count, m);
    free(count);
    free(r);
}

/* The parameters with the frame's statistics. */
static gg_real *normalised(const struct gg_call *call, const struct gg_radial_moments *m)
{
    const struct gg_conv_plan *p = call->l->plan;
    gg_real *w = gg_xalloc((size_t)call->l->n_weight, sizeof *w);
    memcpy(w, call->w, sizeof *w * (size_t)call->l->n_weight);
    gg_radial_net_normalise(&p->net, m, false, w);
    return w;
}

void gg_conv_batch_observe(const struct gg_call *call)
{
    const struct gg_conv_plan *p = call->l->plan;
    struct gg_radial_moments m;
    int64_t n = (int64_t)sizeof(gg_real) * gg_radial_net_size(&p->net, 0, GG_RADIAL_MEAN),
            mean = gg_radial_net_at(&p->net, 0, GG_RADIAL_MEAN),
            var = gg_radial_net_at(&p->net, 0, GG_RADIAL_VARIANCE);
    measure(call->l, call->g, &m);
    gg_real *w = normalised(call, &m);
    gg_radial_net_normalise(&p->net, &m, true, w);
    memcpy(call->state + mean, w + mean, (size_t)n);
    memcpy(call->state + var, w + var, (size_t)n);
    free(w);
}

void gg_conv_batch_forward(const struct gg_call *call, void (*pass)(const struct gg_call *call))
{
    struct gg_radial_moments m;
    struct gg_call with = *call;
    if (!call->train) {
        pass(call);
        return;
    }
    measure(call->l, call->g, &m);
    with.w = normalised(call, &m);
    pass(&with);
    free((void *)(uintptr_t)with.w);
}

/* The bonds' part in the statistics: the slope of one function of the distance, read as the radial functions are. */
static void pull(const struct gg_call *call, const struct gg_radial_moments *m, const gg_real *w,
                 const gg_real *dw)
{
    const struct gg_layer *l = call->l;
    const struct gg_conv_plan *p = l->plan;
    double slope, *at_knots = gg_xalloc((size_t)p->n_knot + 1, sizeof *at_knots);
    for (int64_t k = 0; k < p->n_knot; k++)
        at_knots[k] = gg_radial_net_pull(&p->net, m, w, dw, gg_conv_knot_at(l, k), &slope);
    for (int64_t e = 0; e < call->g->n_edge; e++) {
        double r = (double)call->g->r[e];
        if (gg_conv_is_outside(l, call->g->r[e]) || !(r > 0))
            continue;
        if (p->n_knot) {
            int32_t knot;
            gg_real b[GG_KNOT_ROWS], db[GG_KNOT_ROWS];
            gg_knots(1, &call->g->r[e], gg_conv_knots(l), &knot, &b);
            gg_knots_slope(1, &call->g->r[e], gg_conv_knots(l), &db);
            slope = 0;
            for (int a = 0; a < GG_KNOT_ROWS; a++)
                slope += (double)db[a] * at_knots[knot + a];
        } else
            gg_radial_net_pull(&p->net, m, w, dw, r, &slope);
        for (int d = 0; d < 3; d++)
            call->dvec[e][d] += (gg_real)(slope * (double)call->g->vec[e][d] / r);
    }
    free(at_knots);
}

void gg_conv_batch_backward(const struct gg_call *call, void (*pass)(const struct gg_call *call))
{
    const struct gg_conv_plan *p = call->l->plan;
    int64_t n = call->l->n_weight, n_stat = gg_radial_net_size(&p->net, 0, GG_RADIAL_MEAN);
    struct gg_radial_moments m;
    struct gg_call with = *call;
    with.dw = call->dw || (call->dvec && call->train) ? gg_xalloc((size_t)n, sizeof *with.dw) : NULL;
    if (call->train) {
        measure(call->l, call->g, &m);
        with.w = normalised(call, &m);
    }
    pass(&with);
    if (call->train && call->dvec)
        pull(call, &m, with.w, with.dw);
    if (call->train && with.dw)
        gg_radial_net_denormalise(&p->net, &m, with.w, with.dw);
    for (int64_t q = 0; with.dw && q < n_stat; q++) /* running values have no gradient */
        with.dw[gg_radial_net_at(&p->net, 0, GG_RADIAL_MEAN) + q] =
            with.dw[gg_radial_net_at(&p->net, 0, GG_RADIAL_VARIANCE) + q] = 0;
    for (int64_t q = 0; call->dw && q < n; q++)
        call->dw[q] += with.dw[q];
    free(with.dw);
    if (call->train)
        free((void *)(uintptr_t)with.w);
}
