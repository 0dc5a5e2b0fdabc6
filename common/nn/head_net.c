/* head_net.c -- see head_net.h */
#include "nn/head_net.h"
#include "nn/inputs.h"
#include "nn/lanes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int gg_head_net_init(struct gg_head_net *n, int n_head, int inputs, const struct gg_reals *hidden,
                     struct gg_err *err)
{
    if (hidden->n >= GG_HEAD_LAYERS)
        return gg_fail(err, GG_USAGE, "hidden: %d layers, at most %d", hidden->n, GG_HEAD_LAYERS - 1);
    n->n_head = n_head;
    n->n_layer = hidden->n + 1;
    n->width[0] = inputs;
    n->width[n->n_layer] = 1;
    for (int k = 0; k < hidden->n; k++) {
        n->width[k + 1] = (int)hidden->v[k];
        if (n->width[k + 1] != hidden->v[k] || hidden->v[k] > GG_HEAD_WIDTH)
            return gg_fail(err, GG_USAGE, "hidden: %g is not a whole number up to %d", hidden->v[k],
                           GG_HEAD_WIDTH);
    }
    return 0;
}

/* Where layer k's weights begin, and behind the last of them its biases. */
static int64_t weights_at(const struct gg_head_net *n, int k)
{
    int64_t at = 0;
    for (int q = 0; q < k; q++)
        at += (int64_t)n->n_head * (n->width[q] + 1) * n->width[q + 1];
    return at;
}

static int64_t biases_at(const struct gg_head_net *n, int k)
{
    return weights_at(n, k) + (int64_t)n->n_head * n->width[k] * n->width[k + 1];
}

int64_t gg_head_net_weights(const struct gg_head_net *n)
{
    return weights_at(n, n->n_layer);
}

bool gg_head_net_weight(const struct gg_head_net *n, int k, struct gg_weight *out)
{
    int q = k / 2;
    if (q >= n->n_layer)
        return false;
    *out =
        k % 2
            ? (struct gg_weight){.ndim = 2, .shape = {n->n_head, n->width[q + 1]}, .offset = biases_at(n, q)}
            : (struct gg_weight){.ndim = 3,
                                 .shape = {n->n_head, n->width[q], n->width[q + 1]},
                                 .offset = weights_at(n, q)};
    snprintf(out->name, sizeof out->name, "%d.%s", q, k % 2 ? "bias" : "weight");
    return true;
}

void gg_head_net_start(const struct gg_head_net *n, gg_real *w, struct gg_rng *r)
{
    for (int k = 0; k < n->n_layer; k++) {
        int64_t first = weights_at(n, k), behind = biases_at(n, k);
        if (n->plain)
            gg_truncated_normal(w + first, behind - first, 1.0 / n->width[k], r);
        for (int64_t q = first; q < behind && !n->plain; q++)
            w[q] = (gg_real)gg_rng_normal(r);
        memset(w + behind, 0, sizeof *w * (size_t)(weights_at(n, k + 1) - behind));
    }
}

/* ---- columns ---- */

static bool is_active(const struct gg_head_net *n, int k)
{
    return k < n->n_layer - 1 || n->act_last;
}

static int sum_of_widths(const struct gg_head_net *n)
{
    int sum = 0;
    for (int k = 1; k <= n->n_layer; k++)
        sum += n->width[k];
    return sum;
}

int64_t gg_head_net_work(const struct gg_head_net *n, int64_t room)
{
    return room * (2 * n->n_head * sum_of_widths(n) + 2 * GG_HEAD_WIDTH);
}

/* z and a of the outputs of layer k of a head, all columns. */
static gg_real *z_of(const struct gg_head_net *n, gg_real *work, int64_t room, int head, int k)
{
    int before = 0;
    for (int q = 1; q <= k; q++)
        before += n->width[q];
    return work + room * 2 * (head * sum_of_widths(n) + before);
}

static gg_real *a_of(const struct gg_head_net *n, gg_real *work, int64_t room, int head, int k)
{
    return z_of(n, work, room, head, k) + room * n->width[k + 1];
}

/* z = bias (NULL: z) + scale sum_k w[k step] x[k], n of them: eight columns at a time */
GG_CLONES static void mix(int64_t room, int n, gg_real scale, const gg_real *w, int step, const gg_real *x,
                          const gg_real *bias, gg_real *z)
{
    for (int64_t c = 0; c < room; c += 8) {
        gg_lanes sum = {0}, start = {0};
        if (bias)
            start += *bias;
        else
            start = *(const gg_lanes *)(z + c);
        for (int k = 0; k < n; k++)
            sum += w[k * step] * *(const gg_lanes *)(x + k * room + c);
        *(gg_lanes *)(z + c) = start + scale * sum;
    }
}

/* <x, y> over columns */
GG_CLONES static gg_real dot(int64_t n, const gg_real *restrict x, const gg_real *restrict y)
{
    gg_real lane[8] = {0};
    for (int64_t c = 0; c < n; c += 8)
        for (int q = 0; q < 8; q++)
            lane[q] += x[c + q] * y[c + q];
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static double scale_of(const struct gg_head_net *n, int k)
{
    return n->plain ? 1 : 1 / sqrt(n->width[k]);
}

static const gg_real *matrix(const struct gg_head_net *n, const gg_real *w, int head, int k)
{
    return w + weights_at(n, k) + (int64_t)head * n->width[k] * n->width[k + 1];
}

void gg_head_net_forward(const struct gg_head_net *n, const gg_real *w, int64_t room, const gg_real *x,
                         gg_real *work, gg_real *y)
{
    for (int head = 0; head < n->n_head; head++) {
        const gg_real *from = x;
        for (int k = 0; k < n->n_layer; k++) {
            const gg_real *W = matrix(n, w, head, k), *bias = w + biases_at(n, k) + head * n->width[k + 1];
            gg_real *z = z_of(n, work, room, head, k), *a = a_of(n, work, room, head, k),
                    scale = (gg_real)scale_of(n, k);
            for (int o = 0; o < n->width[k + 1]; o++)
                mix(room, n->width[k], scale, W + o, n->width[k + 1], from, bias + o, z + o * room);
            if (is_active(n, k))
                gg_act(n->act, n->constant, room * n->width[k + 1], z, a);
            from = is_active(n, k) ? a : z;
        }
        memcpy(y + head * room, from, sizeof *y * (size_t)room);
    }
}

/* Layer k of a head with dz of its outputs: its parameters', and from += what its inputs have. */
static void backward_layer(const struct gg_head_net *n, const gg_real *w, int64_t room, int head, int k,
                           const gg_real *from, const gg_real *dz, gg_real *dfrom, gg_real *dw)
{
    const gg_real *W = matrix(n, w, head, k);
    int in = n->width[k], out = n->width[k + 1];
    gg_real scale = (gg_real)scale_of(n, k), *dW = dw + (W - w), *dbias = dw + biases_at(n, k) + head * out;
    for (int o = 0; o < out; o++)
        for (int64_t c = 0; c < room; c++)
            dbias[o] += dz[o * room + c];
    for (int i = 0; i < in; i++) {
        for (int o = 0; o < out; o++)
            dW[i * out + o] += scale * dot(room, from + i * room, dz + o * room);
        mix(room, out, scale, W + i * out, 1, dz, NULL, dfrom + i * room);
    }
}

void gg_head_net_backward(const struct gg_head_net *n, const gg_real *w, int64_t room, const gg_real *x,
                          gg_real *work, const gg_real *dy, gg_real *dx, gg_real *dw)
{
    gg_real *two[2];
    two[0] = work + room * 2 * n->n_head * sum_of_widths(n);
    two[1] = two[0] + room * GG_HEAD_WIDTH;
    for (int head = 0; head < n->n_head; head++) {
        gg_real *d = two[0], *next = two[1];
        memcpy(d, dy + head * room, sizeof *d * (size_t)room);
        for (int k = n->n_layer - 1; k >= 0; k--) {
            const gg_real *from = k ? a_of(n, work, room, head, k - 1) : x;
            gg_real *to = k ? next : dx;
            if (is_active(n, k))
                gg_act_gradient(n->act, n->constant, room * n->width[k + 1], z_of(n, work, room, head, k), d,
                                d);
            if (k)
                memset(next, 0, sizeof *next * (size_t)(room * n->width[k]));
            backward_layer(n, w, room, head, k, from, d, to, dw);
            next = d;
            d = to;
        }
    }
}
