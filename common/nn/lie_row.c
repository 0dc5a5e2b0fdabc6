/* lie_row.c -- see lie_row.h */
#include "nn/lie_row.h"
#include "o3/se3.h"

#include <math.h>
#include <string.h>

/* ---- memory ---- */

static void *take(char *base, size_t *used, size_t bytes)
{
    void *at = base ? base + *used : NULL;
    *used += (bytes + 63) / 64 * 64;
    return at;
}

static struct gg_lie_desk take_desk(const struct gg_lie_plan *p, const struct gg_graph *g, char *base,
                                    size_t *used)
{
    int64_t most = 0;
    for (int64_t i = 0; i < g->n_node; i++)
        most = g->ptr[i + 1] - g->ptr[i] > most ? g->ptr[i + 1] - g->ptr[i] : most;
    struct gg_lie_desk d = {.room = ((most + 1) * p->n_lift + 15) / 16 * 16};
    size_t row = sizeof(gg_real) * (size_t)d.room;
    d.pair = take(base, used, 6 * row);
    d.dpair = take(base, used, 6 * row);
    d.logit = take(base, used, (size_t)p->n_head * row);
    d.alpha = take(base, used, (size_t)p->n_head * row);
    d.dlogit = take(base, used, (size_t)p->n_head * row);
    d.u = take(base, used, row);
    d.net = take(base, used, sizeof(gg_real) * (size_t)gg_head_net_work(&p->net, d.room));
    return d;
}

struct gg_lie_call gg_lie_cut(const struct gg_layer *l, const struct gg_graph *g, char *base, int n_thread,
                              struct gg_lie_desk *desk, size_t *used)
{
    const struct gg_lie_plan *p = l->plan;
    size_t rows = (size_t)(g->n_node * p->n_lift), touched = 0;
    struct gg_lie_call s = {.p = p, .desk = desk};
    for (int r = 0; r < g->n_range; r++)
        touched += (size_t)g->range[r].n_touched;
    s.values = l->in[GG_LIE_KEYS].stride;
    s.keys = 0;
    s.width = s.values + l->in[GG_LIE_VALUES].stride + 8;
    s.R = take(base, used, rows * sizeof *s.R);
    s.real = take(base, used, rows * sizeof *s.real);
    s.turn = take(base, used, rows * sizeof *s.turn);
    s.sent = take(base, used, touched * (size_t)(p->n_lift * s.width) * sizeof *s.sent);
    s.dw = take(base, used, (size_t)g->n_range * (size_t)l->n_weight * sizeof *s.dw);
    for (int k = 0; k < n_thread; k++) {
        struct gg_lie_desk d = take_desk(p, g, base, used);
        if (desk)
            desk[k] = d;
    }
    return s;
}

size_t gg_lie_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    size_t used = 0;
    gg_lie_cut(l, g, NULL, n_thread, NULL, &used);
    return used;
}

/* ---- rows and columns ---- */

/* The row of input k that lift u of particle i reads. */
int64_t gg_lie_at(const struct gg_lie_call *s, int k, int64_t i, int u)
{
    const struct gg_shape *x = &s->call->l->in[k];
    return (gg_axis_lifts(x->axis) == 1 ? i : i * s->p->n_lift + u) * x->stride;
}

struct gg_lie_column gg_lie_column_of(const struct gg_lie_call *s, int64_t i, int64_t c)
{
    const struct gg_graph *g = s->call->g;
    int64_t q = c / s->p->n_lift;
    return (struct gg_lie_column){.edge = q ? g->ptr[i] + q - 1 : -1,
                                  .j = q ? g->nbr[g->ptr[i] + q - 1] : i,
                                  .v = (int)(c % s->p->n_lift)};
}

int64_t gg_lie_columns_of(const struct gg_lie_call *s, int64_t i)
{
    return (s->call->g->ptr[i + 1] - s->call->g->ptr[i] + 1) * s->p->n_lift;
}

/* r_i - r_j */
void gg_lie_towards_receiver(const struct gg_lie_call *s, int64_t e, double d[3])
{
    for (int z = 0; z < 3; z++)
        d[z] = e < 0 ? 0 : -(double)s->call->g->vec[e][z];
}

/* The two vectors of a frame. */
void gg_lie_vectors_of(const struct gg_lie_call *s, int64_t row, double v[2][3])
{
    const struct gg_shape *x = &s->call->l->in[GG_LIE_FRAMES];
    for (int c = 0; c < 2; c++)
        for (int z = 0; z < 3; z++)
            v[c][z] = (double)s->call->x[GG_LIE_FRAMES][row * x->stride + z * x->pad[0] + c];
}

void gg_lie_make_frames(struct gg_lie_call *s)
{
    int64_t rows = s->call->g->n_node * s->p->n_lift;
#pragma omp parallel for schedule(static)
    for (int64_t row = 0; row < rows; row++) {
        double v[2][3];
        gg_lie_vectors_of(s, row, v);
        s->real[row] = gg_frame((const double(*)[3])v, s->R[row]);
    }
}

/* ---- one row ---- */

/* Logarithms and envelopes of the columns; those behind the last are 0. */
static void fill_pairs(const struct gg_lie_call *s, int64_t i, int u, const struct gg_lie_desk *d)
{
    const struct gg_layer *l = s->call->l;
    int64_t n = gg_lie_columns_of(s, i);
    memset(d->pair, 0, sizeof *d->pair * 6 * (size_t)d->room);
    for (int64_t c = 0; c < n; c++) {
        struct gg_lie_column b = gg_lie_column_of(s, i, c);
        double far[3], wu[6], r = b.edge < 0 ? 0 : (double)s->call->g->r[b.edge];
        gg_lie_towards_receiver(s, b.edge, far);
        gg_pair_log((const double(*)[3])s->R[i * s->p->n_lift + u],
                    (const double(*)[3])s->R[b.j * s->p->n_lift + b.v], far, wu);
        for (int q = 0; q < 6; q++)
            d->pair[q * d->room + c] = (gg_real)wu[q];
        d->u[c] = (gg_real)gg_envelope_of_edge(s->p->envelope, s->p->power, l->cutoff, r);
    }
}

/* <x, y> of the channels of head h */
double gg_lie_dot(int each, int h, const gg_real *x, const gg_real *y)
{
    double sum = 0;
    for (int c = h * each; c < (h + 1) * each; c++)
        sum += (double)x[c] * (double)y[c];
    return sum;
}

/* Weights of a head from its logits. */
static void weigh(const struct gg_lie_call *s, int64_t n, const gg_real *u, const gg_real *x, gg_real *alpha)
{
    double most = 0, sum = 0;
    bool any = false;
    for (int64_t c = 0; c < n && !s->p->exponential; c++)
        if (u[c] > 0 && (!any || (double)x[c] > most)) {
            most = (double)x[c];
            any = true;
        }
    for (int64_t c = 0; c < n; c++) {
        double term = u[c] > 0 ? (double)u[c] * exp((double)x[c] - most) : 0;
        sum += s->p->exponential ? (double)u[c] : term;
        alpha[c] = (gg_real)term;
    }
    for (int64_t c = 0; c < n; c++)
        alpha[c] = (gg_real)((double)alpha[c] / sum);
}

void gg_lie_make_weights(const struct gg_lie_call *s, int64_t i, int u, const struct gg_lie_desk *d)
{
    const struct gg_lie_plan *p = s->p;
    const gg_real *query = s->call->x[GG_LIE_QUERIES] + gg_lie_at(s, GG_LIE_QUERIES, i, u);
    int64_t n = gg_lie_columns_of(s, i);
    fill_pairs(s, i, u, d);
    gg_head_net_forward(&p->net, s->call->w, d->room, d->pair, d->net, d->logit);
    for (int64_t c = 0; c < n; c++) {
        struct gg_lie_column b = gg_lie_column_of(s, i, c);
        const gg_real *key = s->call->x[GG_LIE_KEYS] + gg_lie_at(s, GG_LIE_KEYS, b.j, b.v);
        for (int h = 0; h < p->n_head; h++)
            d->logit[h * d->room + c] += (gg_real)(p->scale * gg_lie_dot(p->each_key, h, query, key));
    }
    for (int h = 0; h < p->n_head; h++)
        weigh(s, n, d->u, d->logit + h * d->room, d->alpha + h * d->room);
}
