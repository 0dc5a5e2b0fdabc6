/* each_time.c -- see each_time.h */
#include "nn/each_time.h"
#include "util/threads.h"

#include <string.h>

/* The plan of the layer for all times. */
struct plan {
    struct gg_layer one;
    struct gg_layer_type type;
};

static const struct gg_layer *one_of(const struct gg_layer *l)
{
    return &((const struct plan *)l->plan)->one;
}

static bool is_timed(const struct gg_shape *s)
{
    return s->axis & GG_PER_TIME;
}

bool gg_is_timed(const struct gg_layer *l)
{
    for (int k = 0; k < l->n_in; k++)
        if (is_timed(&l->in[k]))
            return true;
    return false;
}

/* ---- memory ---- */

/* Where the rows of one time lie; sizes with base NULL. */
struct room {
    void *scratch;
    gg_real *x[GG_LAYER_INPUTS], *dx[GG_LAYER_INPUTS], *y, *dy;
    size_t bytes;
};

static size_t up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static void *take(char *base, size_t *used, size_t bytes)
{
    void *p = base ? base + *used : NULL;
    *used += up(bytes);
    return p;
}

static size_t value_bytes(const struct gg_shape *s, const struct gg_graph *g)
{
    return sizeof(gg_real) * (size_t)(gg_shape_rows(s, g) * s->stride + 16);
}

static struct room cut(const struct gg_layer *l, const struct gg_graph *g, void *base, int n_thread)
{
    const struct gg_layer *one = one_of(l);
    struct room r = {0};
    r.scratch = take(base, &r.bytes, one->scratch_bytes ? one->scratch_bytes(one, g, n_thread) : 0);
    for (int k = 0; k < l->n_in; k++) {
        size_t bytes = is_timed(&l->in[k]) ? value_bytes(&one->in[k], g) : 0;
        r.x[k] = take(base, &r.bytes, bytes);
        r.dx[k] = take(base, &r.bytes, bytes);
    }
    r.y = take(base, &r.bytes, value_bytes(&one->out, g));
    r.dy = take(base, &r.bytes, value_bytes(&one->out, g));
    return r;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    return cut(l, g, NULL, n_thread).bytes;
}

static size_t saved_of_one(const struct gg_layer *l, const struct gg_graph *g)
{
    return up(one_of(l)->saved_bytes(one_of(l), g));
}

static size_t saved_bytes(const struct gg_layer *l, const struct gg_graph *g)
{
    return (size_t)g->n_time * saved_of_one(l, g);
}

/* ---- rows of one time ---- */

/* Between a value with times and the rows of time t, `s` being the shape of those. */
static void gather(const struct gg_shape *s, const struct gg_graph *g, int t, const gg_real *all,
                   gg_real *own)
{
    int64_t n = gg_shape_rows(s, g), lifts = gg_axis_lifts(s->axis), width = lifts * s->stride;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n / lifts; i++)
        memcpy(own + i * width, all + (i * g->n_time + t) * width, sizeof *own * (size_t)width);
}

static void scatter(const struct gg_shape *s, const struct gg_graph *g, int t, const gg_real *own,
                    gg_real *all)
{
    int64_t n = gg_shape_rows(s, g), lifts = gg_axis_lifts(s->axis), width = lifts * s->stride;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n / lifts; i++)
        memcpy(all + (i * g->n_time + t) * width, own + i * width, sizeof *own * (size_t)width);
}

static void add(const struct gg_shape *s, const struct gg_graph *g, int t, const gg_real *own, gg_real *all)
{
    int64_t n = gg_shape_rows(s, g), lifts = gg_axis_lifts(s->axis), width = lifts * s->stride;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n / lifts; i++)
        for (int64_t c = 0; c < width; c++)
            all[(i * g->n_time + t) * width + c] += own[i * width + c];
}

/* ---- passes ---- */

/* The call of time t; x: room for its inputs. */
static struct gg_call call_of(const struct gg_call *call, const struct room *r, int t, bool reads_x,
                              const gg_real **x)
{
    const struct gg_layer *l = call->l;
    struct gg_call own = *call;
    own.l = one_of(l);
    own.x = x;
    own.y = r->y;
    own.scratch = r->scratch;
    own.random = gg_rng_fork(&call->random, (uint64_t)t);
    if (call->saved && own.l->saved_bytes)
        own.saved = (char *)call->saved + (size_t)t * saved_of_one(l, call->g);
    for (int k = 0; k < l->n_in; k++) {
        x[k] = is_timed(&l->in[k]) ? r->x[k] : call->x[k];
        if (is_timed(&l->in[k]) && reads_x)
            gather(&own.l->in[k], call->g, t, call->x[k], r->x[k]);
    }
    return own;
}

static void forward(const struct gg_call *call)
{
    const gg_real *x[GG_LAYER_INPUTS];
    struct room r = cut(call->l, call->g, call->scratch, gg_threads());
    for (int t = 0; t < call->g->n_time; t++) {
        struct gg_call own = call_of(call, &r, t, true, x);
        own.l->type->forward(&own);
        scatter(&own.l->out, call->g, t, r.y, call->y);
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l, *one = one_of(l);
    const gg_real *x[GG_LAYER_INPUTS];
    gg_real *dx[GG_LAYER_INPUTS];
    struct room r = cut(l, call->g, call->scratch, gg_threads());
    for (int t = 0; t < call->g->n_time; t++) {
        struct gg_call own = call_of(call, &r, t, !one->spares_x, x);
        for (int k = 0; k < l->n_in; k++) {
            bool mine = call->dx[k] && is_timed(&l->in[k]);
            dx[k] = mine ? r.dx[k] : call->dx[k];
            if (mine)
                memset(dx[k], 0, value_bytes(&one->in[k], call->g));
        }
        if (!one->spares_y)
            gather(&one->out, call->g, t, call->y, r.y);
        gather(&one->out, call->g, t, call->dy, r.dy);
        own.dy = r.dy;
        own.dx = dx;
        one->type->backward(&own);
        for (int k = 0; k < l->n_in; k++)
            if (call->dx[k] && is_timed(&l->in[k]))
                add(&one->in[k], call->g, t, dx[k], call->dx[k]);
    }
}

static void observe(const struct gg_call *call)
{
    const gg_real *x[GG_LAYER_INPUTS];
    struct room r = cut(call->l, call->g, call->scratch, gg_threads());
    struct gg_call own = call_of(call, &r, 0, true, x);
    own.l->type->observe(&own);
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    return one_of(l)->type->weight(one_of(l), k, out);
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    one_of(l)->type->init_weights(one_of(l), w, r);
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    struct gg_cost c = one_of(l)->type->cost(one_of(l), g);
    return (struct gg_cost){g->n_time * c.flops_forward, g->n_time * c.flops_backward, g->n_time * c.bytes};
}

const struct gg_layer *gg_layer_of_one_time(const struct gg_layer *l)
{
    return l->type->forward == forward ? one_of(l) : l;
}

/* ---- init ---- */

int gg_each_time(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    struct plan *p = GG_NEW(a, struct plan, 1);
    p->one = *l;
    for (int k = 0; k < l->n_in; k++)
        p->one.in[k].axis &= ~GG_PER_TIME;
    if (p->one.type->init(&p->one, a, err))
        return -1;
    struct gg_layer all = p->one;
    memcpy(all.in, l->in, sizeof all.in);
    p->type = *p->one.type;
    p->type.forward = forward;
    p->type.backward = backward;
    p->type.cost = cost;
    p->type.observe = p->type.observe ? observe : NULL;
    p->type.weight = p->type.weight ? weight : NULL;
    p->type.init_weights = p->type.init_weights ? init_weights : NULL;
    all.type = &p->type;
    all.plan = p;
    all.out.axis |= GG_PER_TIME;
    all.saved_bytes = p->one.saved_bytes ? saved_bytes : NULL;
    all.scratch_bytes = scratch_bytes;
    *l = all;
    return 0;
}
