/* conv_logits.c -- see conv_logits.h */
#include "conv/conv_logits.h"
#include "conv/conv_block.h"
#include "conv/conv_full_run.h"
#include "conv/conv_heads.h"
#include "conv/conv_pass.h"
#include "util/threads.h"

#include <omp.h>
#include <string.h>

/* ---- channelwise ---- */

/* Gradients that conv's backward kernels give as well, and nobody wants: rows that all edges share. */
struct sink {
    int32_t *local;
    gg_real *dx, *dtable;
};

static struct sink take_sink(struct gg_conv_bump *b, const struct gg_layer *l, int n_edge)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t lane = gg_conv_lanes(n_edge), n_knot = p->n_knot ? p->n_row : lane;
    return (struct sink){.local = gg_conv_take(b, lane, sizeof(int32_t)),
                         .dx = gg_conv_take(b, l->in[0].stride, sizeof(gg_real)),
                         .dtable = gg_conv_take(b, gg_conv_most_pad(l) * n_knot, sizeof(gg_real))};
}

static void empty(const struct gg_layer *l, int n_edge, const struct sink *s)
{
    const struct gg_conv_plan *p = l->plan;
    int64_t lane = gg_conv_lanes(n_edge), n_knot = p->n_knot ? p->n_row : lane;
    memset(s->local, 0, (size_t)lane * sizeof *s->local);
    memset(s->dx, 0, (size_t)l->in[0].stride * sizeof *s->dx);
    memset(s->dtable, 0, (size_t)(gg_conv_most_pad(l) * n_knot) * sizeof *s->dtable);
}

static void logits_block(const struct gg_call *call, const struct gg_conv_tables *t, const gg_real *q,
                         struct gg_conv_work *k, const struct sink *s)
{
    const struct gg_layer *l = call->l;
    const struct gg_conv_plan *p = l->plan;
    int64_t n_knot;
    const gg_real *radial = gg_conv_table_of(p, t, k, &n_knot);
    k->k.local = s->local;
    gg_conv_unmix(l, t, k->k.last - k->k.first, q + k->k.first * l->out.stride, k->mid);
    for (int r = 0; r < p->n_path; r++) {
        struct gg_conv_path path = gg_conv_bind(l, &p->path[r], call->x[0], radial, n_knot, k->mid, k);
        if (gg_conv_heads_open(p, r))
            gg_conv_heads_spread(call, &p->path[r], k);
        path.dx = s->dx;
        path.dx_stride = l->in[0].stride;
        path.dtable = s->dtable;
        p->path[r].backward(&k->k, &path);
        if (gg_conv_heads_close(p, r))
            gg_conv_heads_collect(call, &p->path[r], k);
    }
}

static void channelwise(const struct gg_call *call, const gg_real *q)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    struct gg_conv_bump b = {call->scratch, 0};
    struct gg_conv_tables t = gg_conv_take_tables(&b, l->plan);
    int n_edge = gg_conv_most_edges(g);
    size_t used = b.used;
    gg_conv_take_work(&b, l, n_edge, true);
    take_sink(&b, l, n_edge);
    struct gg_conv_desks desks = gg_conv_take_desks(&b, used);
    gg_conv_fill_tables(l, call->w, &t);
#pragma omp parallel num_threads(gg_threads())
    {
        struct gg_conv_bump desk = gg_conv_own_desk(&desks);
        struct gg_conv_work k = gg_conv_take_work(&desk, l, n_edge, true);
        struct sink s = take_sink(&desk, l, n_edge);
        empty(l, n_edge, &s);
#pragma omp for schedule(dynamic)
        for (int64_t i = 0; i < g->n_node; i += GG_CONV_BLOCK) {
            gg_conv_prepare(l, call->w, g, i, gg_conv_end_of_block(i, g->n_node), &k);
            logits_block(call, &t, q, &k, &s);
        }
    }
}

/* ---- full mixing ---- */

/* Logits of a head from <t, dS> of every function. */
static void contract(const struct gg_call *call, int head, const struct gg_conv_full_work *k)
{
    const struct gg_conv_plan *p = call->l->plan;
    int stride = call->l->in[1].stride, lane = p->full->lane;
    gg_real *logit = call->dx[1] + call->g->ptr[k->k.first] * stride + head;
    for (int64_t e = 0; e < k->k.n_edge; e++)
        for (int u = 0; u < lane; u++)
            logit[k->edge[e] * stride] += k->a[e * lane + u] * k->dweighed[e * lane + u];
}

static void full_block(const struct gg_call *call, const struct gg_conv_full_tables *t, const gg_real *q,
                       const struct gg_conv_full_work *k)
{
    const struct gg_layer *l = call->l;
    const struct gg_conv_plan *p = l->plan;
    int64_t stride = l->out.stride;
    for (int r = 0; r < k->k.last - k->k.first; r++)
        memcpy(k->rows + r * stride, q + (k->k.first + k->receiver[r]) * stride,
               (size_t)stride * sizeof *k->rows);
    for (const struct gg_conv_slice *s = p->full->slice; s < p->full->slice + p->full->n_slice; s++) {
        if (gg_conv_slice_opens(p, s))
            memset(k->dweighed, 0, (size_t)k->k.n_edge * (size_t)p->full->lane * sizeof *k->dweighed);
        for (const struct gg_conv_run *r = k->run; r < k->run + k->n_run; r++)
            gg_conv_full_run_dot(l, s, r, t, k, call->x[0]);
        if (gg_conv_slice_closes(p, s))
            contract(call, s->head, k);
    }
}

static void full(const struct gg_call *call, const gg_real *q)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    struct gg_conv_bump b = {call->scratch, 0};
    struct gg_conv_full_tables t = gg_conv_full_take_tables(&b, l->plan);
    int n_edge = gg_conv_most_edges(g);
    size_t used = b.used;
    gg_conv_full_take_work(&b, l, n_edge, true);
    struct gg_conv_desks desks = gg_conv_take_desks(&b, used);
    gg_conv_full_fill_tables(l, call->w, &t);
#pragma omp parallel num_threads(gg_threads())
    {
        struct gg_conv_bump desk = gg_conv_own_desk(&desks);
        struct gg_conv_full_work k = gg_conv_full_take_work(&desk, l, n_edge, true);
        k.local = NULL; /* no gradient goes to senders */
#pragma omp for schedule(dynamic)
        for (int64_t i = 0; i < g->n_node; i += GG_CONV_BLOCK) {
            gg_conv_full_prepare(l, call->w, g, &t, i, gg_conv_end_of_block(i, g->n_node), &k);
            full_block(call, &t, q, &k);
        }
    }
}

/* ---- both ---- */

size_t gg_conv_logits_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct gg_conv_plan *p = l->plan;
    struct gg_conv_bump b = {0};
    int n_edge = gg_conv_most_edges(g);
    if (p->full)
        gg_conv_full_take_tables(&b, p);
    else
        gg_conv_take_tables(&b, p);
    for (int k = 0; k < n_thread; k++) {
        if (p->full) {
            gg_conv_full_take_work(&b, l, n_edge, true);
            continue;
        }
        gg_conv_take_work(&b, l, n_edge, true);
        take_sink(&b, l, n_edge);
    }
    return b.used;
}

void gg_conv_logits(const struct gg_call *call, const gg_real *q, gg_real *logit)
{
    const struct gg_conv_plan *p = call->l->plan;
    const gg_real *x[2] = {call->x[0], NULL};
    gg_real *dx[2] = {NULL, logit};
    struct gg_call own = *call;
    own.x = x;
    own.dx = dx;
    memset(logit, 0, (size_t)(call->g->n_edge * call->l->in[1].stride) * sizeof *logit);
    (p->full ? full : channelwise)(&own, q);
}
