/* lie_pass.c -- forward and backward of lie_attention, a row of queries at a time
 *
 * Gradients of senders go into rows of the range of receivers that the edge is in (graph.h), and these are added range by range. */
#include "nn/lie_row.h"
#include "o3/se3.h"
#include "util/threads.h"

#include <omp.h>
#include <string.h>

/* to += f x, the channels of head h */
static void add(int each, int h, double f, const gg_real *x, gg_real *to)
{
    for (int c = h * each; c < (h + 1) * each; c++)
        to[c] += (gg_real)(f * (double)x[c]);
}

static void forward_row(const struct gg_lie_call *s, int64_t i, int u, const struct gg_lie_desk *d)
{
    const struct gg_shape *out = &s->call->l->out;
    gg_real *y = s->call->y + (i * s->p->n_lift + u) * out->stride;
    gg_lie_make_weights(s, i, u, d);
    memset(y, 0, sizeof *y * (size_t)out->stride);
    for (int64_t c = 0; c < gg_lie_columns_of(s, i); c++) {
        struct gg_lie_column b = gg_lie_column_of(s, i, c);
        const gg_real *value = s->call->x[GG_LIE_VALUES] + gg_lie_at(s, GG_LIE_VALUES, b.j, b.v);
        for (int h = 0; h < s->p->n_head; h++)
            add(s->p->each_value, h, (double)d->alpha[h * d->room + c], value, y);
    }
}

enum { MOST_THREADS = 256 };

void gg_lie_forward(const struct gg_call *call)
{
    struct gg_lie_desk desk[MOST_THREADS];
    size_t used = 0;
    int n_thread = gg_threads() < MOST_THREADS ? gg_threads() : MOST_THREADS;
    struct gg_lie_call s = gg_lie_cut(call->l, call->g, call->scratch, n_thread, desk, &used);
    s.call = call;
    gg_lie_make_frames(&s);
#pragma omp parallel for schedule(dynamic, 16) num_threads(n_thread)
    for (int64_t i = 0; i < call->g->n_node; i++)
        for (int u = 0; u < s.p->n_lift; u++)
            forward_row(&s, i, u, &s.desk[omp_get_thread_num()]);
}

/* ---- backward of one row ---- */

/* Where the gradients of column b of a receiver in range r go: those of a sender, or of the receiver itself. */
struct target {
    gg_real *key, *value, *turn;
    double *own_turn; /* in the place of turn */
};
static struct target target_of(const struct gg_lie_call *s, gg_real *sent, struct gg_lie_column b)
{
    gg_real *const *dx = s->call->dx;
    if (b.edge < 0)
        return (struct target){
            .key = dx[GG_LIE_KEYS] ? dx[GG_LIE_KEYS] + gg_lie_at(s, GG_LIE_KEYS, b.j, b.v) : NULL,
            .value = dx[GG_LIE_VALUES] ? dx[GG_LIE_VALUES] + gg_lie_at(s, GG_LIE_VALUES, b.j, b.v) : NULL,
            .own_turn = s->turn[b.j * s->p->n_lift + b.v]};
    gg_real *row = sent + (s->call->g->local[b.edge] * (int64_t)s->p->n_lift + b.v) * s->width;
    return (struct target){.key = row + s->keys, .value = row + s->values, .turn = row + s->width - 8};
}

/* d log u of an edge, all heads together, goes to its vector. */
static void pull_envelope(const struct gg_lie_call *s, int64_t e, double dlog)
{
    double r = (double)s->call->g->r[e],
           slope = gg_envelope_log_slope(s->p->envelope, s->p->power, s->call->l->cutoff, r);
    for (int z = 0; r > 0 && z < 3; z++)
        s->call->dvec[e][z] += (gg_real)(dlog * slope * (double)s->call->g->vec[e][z] / r);
}

/* Gradients of the logits, and of v; with S = sum alpha dalpha, softmax: alpha (dalpha - S), exp: alpha dalpha, of log u in both the
 * former, with u/sum u for the second alpha. */
static void backward_weights(const struct gg_lie_call *s, int64_t i, int u, gg_real *sent,
                             const struct gg_lie_desk *d)
{
    const struct gg_lie_plan *p = s->p;
    const gg_real *dy = s->call->dy + (i * p->n_lift + u) * s->call->l->out.stride;
    int64_t n = gg_lie_columns_of(s, i);
    double all_u = 0, mean[64] = {0};
    memset(d->dlogit, 0, sizeof *d->dlogit * (size_t)(p->n_head * d->room));
    for (int64_t c = 0; c < n; c++) {
        struct gg_lie_column b = gg_lie_column_of(s, i, c);
        const gg_real *value = s->call->x[GG_LIE_VALUES] + gg_lie_at(s, GG_LIE_VALUES, b.j, b.v);
        struct target to = target_of(s, sent, b);
        all_u += (double)d->u[c];
        for (int h = 0; h < p->n_head; h++) {
            double alpha = (double)d->alpha[h * d->room + c], da = gg_lie_dot(p->each_value, h, dy, value);
            d->dlogit[h * d->room + c] = (gg_real)(alpha * da);
            mean[h] += alpha * da;
            if (to.value)
                add(p->each_value, h, alpha, dy, to.value);
        }
    }
    for (int64_t c = 0; c < n; c++) {
        double dlog = 0;
        for (int h = 0; h < p->n_head; h++) {
            gg_real *dx = &d->dlogit[h * d->room + c];
            double share = p->exponential ? (double)d->u[c] / all_u : (double)d->alpha[h * d->room + c];
            dlog += (double)*dx - share * mean[h];
            if (!p->exponential)
                *dx -= (gg_real)(share * mean[h]);
        }
        if (s->call->dvec && c >= p->n_lift)
            pull_envelope(s, gg_lie_column_of(s, i, c).edge, dlog);
    }
}

static void backward_products(const struct gg_lie_call *s, int64_t i, int u, gg_real *sent,
                              const struct gg_lie_desk *d)
{
    const struct gg_lie_plan *p = s->p;
    int64_t own = gg_lie_at(s, GG_LIE_QUERIES, i, u);
    const gg_real *query = s->call->x[GG_LIE_QUERIES] + own;
    gg_real *dquery = s->call->dx[GG_LIE_QUERIES] ? s->call->dx[GG_LIE_QUERIES] + own : NULL;
    for (int64_t c = 0; c < gg_lie_columns_of(s, i); c++) {
        struct gg_lie_column b = gg_lie_column_of(s, i, c);
        const gg_real *key = s->call->x[GG_LIE_KEYS] + gg_lie_at(s, GG_LIE_KEYS, b.j, b.v);
        struct target to = target_of(s, sent, b);
        for (int h = 0; h < p->n_head; h++) {
            double f = p->scale * (double)d->dlogit[h * d->room + c];
            if (dquery)
                add(p->each_key, h, f, key, dquery);
            if (to.key)
                add(p->each_key, h, f, query, to.key);
        }
    }
}

/* From dpair to the turns of both frames and to the vectors. */
static void backward_pairs(const struct gg_lie_call *s, int64_t i, int u, gg_real *sent,
                           const struct gg_lie_desk *d)
{
    int64_t own = i * s->p->n_lift + u;
    for (int64_t c = 0; c < gg_lie_columns_of(s, i); c++) {
        struct gg_lie_column b = gg_lie_column_of(s, i, c);
        struct target to = target_of(s, sent, b);
        double far[3], wu[6], g[6], other[3] = {0}, dfar[3] = {0};
        for (int q = 0; q < 6; q++) {
            wu[q] = (double)d->pair[q * d->room + c];
            g[q] = (double)d->dpair[q * d->room + c];
        }
        gg_lie_towards_receiver(s, b.edge, far);
        gg_pair_log_pull((const double(*)[3])s->R[own], (const double(*)[3])s->R[b.j * s->p->n_lift + b.v],
                         far, wu, g, s->turn[own], other, dfar);
        for (int z = 0; z < 3; z++) {
            if (to.own_turn)
                to.own_turn[z] += other[z];
            else
                to.turn[z] += (gg_real)other[z];
            if (s->call->dvec && b.edge >= 0)
                s->call->dvec[b.edge][z] -= (gg_real)dfar[z];
        }
    }
}

static void backward_row(const struct gg_lie_call *s, int64_t i, int u, gg_real *sent, gg_real *dw,
                         const struct gg_lie_desk *d)
{
    gg_lie_make_weights(s, i, u, d);
    backward_weights(s, i, u, sent, d);
    backward_products(s, i, u, sent, d);
    memset(d->dpair, 0, sizeof *d->dpair * 6 * (size_t)d->room);
    gg_head_net_backward(&s->p->net, s->call->w, d->room, d->pair, d->net, d->dlogit, d->dpair, dw);
    if (s->call->dx[GG_LIE_FRAMES] || s->call->dvec)
        backward_pairs(s, i, u, sent, d);
}

/* ---- all rows ---- */

/* What a range has sent, added to the senders'. */
static void add_sent(const struct gg_lie_call *s, const struct gg_range *r, const gg_real *sent)
{
    gg_real *const *dx = s->call->dx;
    int n_lift = s->p->n_lift;
#pragma omp parallel for schedule(static)
    for (int64_t t = 0; t < r->n_touched; t++)
        for (int v = 0; v < n_lift; v++) {
            const gg_real *row = sent + (t * n_lift + v) * s->width;
            int64_t j = r->touched[t];
            for (int c = 0; dx[GG_LIE_KEYS] && c < s->call->l->in[GG_LIE_KEYS].stride; c++)
                dx[GG_LIE_KEYS][gg_lie_at(s, GG_LIE_KEYS, j, v) + c] += row[s->keys + c];
            for (int c = 0; dx[GG_LIE_VALUES] && c < s->call->l->in[GG_LIE_VALUES].stride; c++)
                dx[GG_LIE_VALUES][gg_lie_at(s, GG_LIE_VALUES, j, v) + c] += row[s->values + c];
            for (int z = 0; z < 3; z++)
                s->turn[j * n_lift + v][z] += (double)row[s->width - 8 + z];
        }
}

static void add_turns(const struct gg_lie_call *s)
{
    const struct gg_shape *x = &s->call->l->in[GG_LIE_FRAMES];
    int64_t rows = s->call->g->n_node * s->p->n_lift;
#pragma omp parallel for schedule(static)
    for (int64_t row = 0; row < rows; row++) {
        double v[2][3], dv[2][3] = {{0}};
        gg_lie_vectors_of(s, row, v);
        if (s->real[row])
            gg_frame_pull((const double(*)[3])v, (const double(*)[3])s->R[row], s->turn[row], dv);
        for (int c = 0; c < 2; c++)
            for (int z = 0; z < 3; z++)
                s->call->dx[GG_LIE_FRAMES][row * x->stride + z * x->pad[0] + c] += (gg_real)dv[c][z];
    }
}

void gg_lie_backward(const struct gg_call *call)
{
    struct gg_lie_desk desk[MOST_THREADS];
    const struct gg_graph *g = call->g;
    size_t used = 0;
    int n_thread = gg_threads() < MOST_THREADS ? gg_threads() : MOST_THREADS;
    struct gg_lie_call s = gg_lie_cut(call->l, g, call->scratch, n_thread, desk, &used);
    gg_real *sent[GG_GRAPH_RANGES];
    int64_t n_weight = call->l->n_weight, n_sent = 0;
    s.call = call;
    for (int r = 0; r < g->n_range; r++) {
        sent[r] = s.sent + n_sent;
        n_sent += g->range[r].n_touched * s.p->n_lift * s.width;
    }
    memset(s.sent, 0, sizeof *s.sent * (size_t)n_sent);
    memset(s.dw, 0, sizeof *s.dw * (size_t)(g->n_range * n_weight));
    memset(s.turn, 0, sizeof *s.turn * (size_t)(g->n_node * s.p->n_lift));
    gg_lie_make_frames(&s);
#pragma omp parallel for schedule(dynamic) num_threads(n_thread)
    for (int r = 0; r < g->n_range; r++)
        for (int64_t i = g->range[r].first; i < g->range[r].last; i++)
            for (int u = 0; u < s.p->n_lift; u++)
                backward_row(&s, i, u, sent[r], s.dw + r * n_weight, &s.desk[omp_get_thread_num()]);
    for (int r = 0; r < g->n_range; r++) {
        add_sent(&s, &g->range[r], sent[r]);
        for (int64_t k = 0; call->dw && k < n_weight; k++)
            call->dw[k] += s.dw[r * n_weight + k];
    }
    if (call->dx[GG_LIE_FRAMES])
        add_turns(&s);
}
