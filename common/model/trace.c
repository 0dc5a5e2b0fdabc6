/* trace.c -- what a pass did, layer by layer; who made the first number that is not finite */
#include "model/trace.h"
#include "util/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORWARD, BACKWARD };

/* ---- looking at numbers ---- */

static bool all_finite(const gg_real *x, int64_t n)
{
    for (int64_t k = 0; k < n; k++)
        if (!isfinite(x[k]))
            return false;
    return true;
}

/* The receiver of an edge. */
static int64_t receiver_of(const struct gg_graph *g, int64_t e)
{
    int64_t low = 0, high = g->n_node;
    while (high - low > 1) {
        int64_t middle = (low + high) / 2;
        *(g->ptr[middle] <= e ? &low : &high) = middle;
    }
    return low;
}

/* A row in the frame's own words. */
static void where_is(const struct gg_trace *t, const struct gg_shape *s, const struct gg_graph *g,
                     int64_t row, char text[GG_TRACE_WHERE])
{
    int base = gg_axis_base(s->axis);
    int64_t at = row / gg_axis_lifts(s->axis) / (s->axis & GG_PER_TIME ? g->n_time : 1);
    if (base == GG_ON_NODE)
        snprintf(text, GG_TRACE_WHERE, "particle %lld", (long long)(t->order ? t->order[at] : at));
    else if (base == GG_ON_EDGE) {
        int64_t i = receiver_of(g, at), j = g->nbr[at];
        snprintf(text, GG_TRACE_WHERE, "edge %lld <- %lld", (long long)(t->order ? t->order[i] : i),
                 (long long)(t->order ? t->order[j] : j));
    } else
        snprintf(text, GG_TRACE_WHERE, "the configuration");
}

/* Root mean square of the rows, padding aside (it is 0); the first row that is not finite. */
static double look(const struct gg_trace *t, const struct gg_shape *s, const struct gg_graph *g,
                   const gg_real *y, char bad[GG_TRACE_WHERE])
{
    int64_t rows = gg_shape_rows(s, g), n = rows * gg_irreps_dim(&s->irreps);
    double sum = 0;
    bad[0] = '\0';
    for (int64_t row = 0; row < rows; row++) {
        double part = 0;
        for (int c = 0; c < s->stride; c++)
            part += (double)y[row * s->stride + c] * (double)y[row * s->stride + c];
        if (!isfinite(part) && !bad[0] && !all_finite(y + row * s->stride, s->stride))
            where_is(t, s, g, row, bad);
        sum += part;
    }
    return n ? sqrt(sum / (double)n) : 0;
}

/* ---- lines ---- */

/* The worse of a layer's two findings. */
static void print_row(struct gg_trace *t, const struct gg_trace_row *r)
{
    char line[GG_TRACE_TEXT], back[32] = "-", rms[16] = "-", bad[GG_TRACE_WHERE + 8] = "-";
    double seconds = r->seconds[FORWARD] + (r->ran_back ? r->seconds[BACKWARD] : 0),
           flops = r->flops[FORWARD] + (r->ran_back ? r->flops[BACKWARD] : 0);
    if (r->ran_back) {
        snprintf(back, sizeof back, "%.3f", 1e3 * r->seconds[BACKWARD]);
        snprintf(rms, sizeof rms, "%.3g", fabs(r->rms[BACKWARD]));
    }
    if (r->bad[FORWARD][0])
        snprintf(bad, sizeof bad, "y: %s", r->bad[FORWARD]);
    else if (r->bad[BACKWARD][0] || r->bad_dw)
        snprintf(bad, sizeof bad, "dy: %s", r->bad[BACKWARD][0] ? r->bad[BACKWARD] : "parameters");
    snprintf(line, sizeof line, "%-28s %9lld %10.3f %10s %8.2f %10.3g %10s  %s", r->name, (long long)r->rows,
             1e3 * r->seconds[FORWARD], back, seconds > 0 ? 1e-9 * flops / seconds : 0, r->rms[FORWARD], rms,
             bad);
    t->line(t->context, line);
}

static void print_head(struct gg_trace *t, const struct gg_graph *g)
{
    char line[GG_TRACE_TEXT];
    snprintf(line, sizeof line, "pass %lld: %lld particles, %lld edges", (long long)++t->n_pass,
             (long long)g->n_node, (long long)g->n_edge);
    t->line(t->context, line);
    snprintf(line, sizeof line, "%-28s %9s %10s %10s %8s %10s %10s  %s", "layer", "rows", "forward/ms",
             "backward", "GF/s", "rms y", "rms dy", "not finite");
    t->line(t->context, line);
}

void gg_trace_end(struct gg_trace *t)
{
    if (!t || !t->line) /* gg_trace_blame reads the rows */
        return;
    for (int k = 0; k < t->n_row; k++)
        if (t->row[k].name)
            print_row(t, &t->row[k]);
    t->n_row = 0;
}

void gg_trace_begin(struct gg_trace *t, const struct gg_graph *g, const int32_t *order)
{
    if (!t)
        return;
    gg_trace_end(t);
    t->order = order;
    t->n_row = 0;
    memset(t->row, 0, sizeof t->row);
    if (t->line)
        print_head(t, g);
}

/* ---- one layer ---- */

void gg_trace_part(struct gg_trace *t, const int32_t *order)
{
    if (t)
        t->order = order;
}

/* Looks at n numbers more of a layer that may have run before; what was first not finite stays. */
static void look_again(const struct gg_trace *t, struct gg_trace_row *r, int way, const struct gg_call *call,
                       const gg_real *x)
{
    const struct gg_layer *l = call->l;
    char bad[GG_TRACE_WHERE];
    double more = (double)gg_shape_rows(&l->out, call->g), rms = look(t, &l->out, call->g, x, bad);
    double square = r->rms[way] * r->rms[way] * r->looked[way] + rms * rms * more;
    r->looked[way] += more;
    r->rms[way] = r->looked[way] > 0 ? sqrt(square / r->looked[way]) : rms;
    if (!r->bad[way][0])
        memcpy(r->bad[way], bad, sizeof bad);
}

void gg_trace_forward(struct gg_trace *t, int k, const char *name, const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    if (!t) {
        l->type->forward(call);
        return;
    }
    double began = gg_seconds();
    l->type->forward(call);
    struct gg_trace_row *r = &t->row[k];
    r->seconds[FORWARD] += gg_seconds() - began;
    r->name = name;
    r->rows += gg_shape_rows(&l->out, call->g);
    r->flops[FORWARD] += l->type->cost(l, call->g).flops_forward;
    r->flops[BACKWARD] += l->type->cost(l, call->g).flops_backward;
    look_again(t, r, FORWARD, call, call->y);
    if (t->see)
        t->see(t->context, k, call);
    r->bad_w = r->bad[FORWARD][0] && !all_finite(call->w, l->n_weight);
    t->n_row = k + 1 > t->n_row ? k + 1 : t->n_row;
}

void gg_trace_backward(struct gg_trace *t, int k, const char *name, const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    if (!t) {
        l->type->backward(call);
        return;
    }
    struct gg_trace_row *r = &t->row[k];
    r->name = name;
    look_again(t, r, BACKWARD, call, call->dy);
    double began = gg_seconds();
    l->type->backward(call);
    r->seconds[BACKWARD] += gg_seconds() - began;
    r->bad_dw = call->dw && !all_finite(call->dw, l->n_weight);
    r->ran_back = true;
}

/* ---- the first that is not finite ---- */

bool gg_trace_first(const struct gg_trace *t, char text[GG_TRACE_TEXT])
{
    for (int k = 0; k < t->n_row; k++) {
        const struct gg_trace_row *r = &t->row[k];
        if (r->bad[FORWARD][0]) {
            snprintf(text, GG_TRACE_TEXT, "%s is the first layer whose output is not finite, at %s%s",
                     r->name, r->bad[FORWARD], r->bad_w ? "; nor are its parameters" : "");
            return true;
        }
    }
    for (int k = t->n_row - 1; k >= 0; k--) {
        const struct gg_trace_row *r = &t->row[k];
        if (r->bad[BACKWARD][0] || r->bad_dw) {
            snprintf(text, GG_TRACE_TEXT,
                     "all layers are finite forward; backward the first that is not is %s, at %s", r->name,
                     r->bad[BACKWARD][0] ? r->bad[BACKWARD] : "the gradient of its parameters");
            return true;
        }
    }
    snprintf(text, GG_TRACE_TEXT, "each layer by itself is finite");
    return false;
}
