/* frame_norm.c -- see frame_norm.h */
#include "nn/frame_norm.h"
#include "util/clones.h"

#include <string.h>

size_t gg_frame_norm_saved_bytes(const struct gg_layer *l, const struct gg_graph *g)
{
    (void)g;
    return 3 * sizeof(gg_real) * (size_t)l->out.stride;
}

size_t gg_frame_norm_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    size_t stride = (size_t)l->out.stride;
    (void)n_thread;
    return stride * (2 * sizeof(double) + 7 * sizeof(gg_real)) +
           gg_tree_sum_f64_bytes(gg_shape_rows(&l->out, g), 2 * l->out.stride);
}

struct gg_frame_norm gg_frame_norm_open(const struct gg_call *call, const struct gg_channels *c, void *saved)
{
    int stride = call->l->out.stride;
    struct gg_frame_norm n = {.call = call,
                              .channels = c,
                              .stride = stride,
                              .n_row = gg_shape_rows(&call->l->out, call->g),
                              .sum = call->scratch};
    gg_real *at = (gg_real *)(n.sum + 2 * stride);
    n.mean = saved ? saved : at;
    n.shift = n.mean + stride;
    n.inverse = n.shift + stride;
    n.weight = at + 3 * stride;
    n.bias = n.weight + stride;
    n.along = n.bias + stride;
    n.all = n.along + stride;
    n.parts = n.all + stride;
    return n;
}

/* ---- sums over rows ---- */

static void sum_range(void *context, int64_t first, int64_t last, double *part)
{
    const struct gg_frame_norm *n = context;
    for (int64_t i = first; i < last; i++)
        for (int k = 0; k < n->stride; k++)
            part[k] += (double)n->call->x[0][i * n->stride + k];
}

static void square_range(void *context, int64_t first, int64_t last, double *part)
{
    const struct gg_frame_norm *n = context;
    for (int64_t i = first; i < last; i++)
        for (int k = 0; k < n->stride; k++) {
            double d = (double)n->call->x[0][i * n->stride + k] - n->sum[n->stride + k];
            part[k] += d * d;
        }
}

static void gradient_range(void *context, int64_t first, int64_t last, double *part)
{
    const struct gg_frame_norm *n = context;
    for (int64_t i = first; i < last; i++)
        for (int k = 0; k < n->stride; k++) {
            gg_real d = n->call->dy[i * n->stride + k];
            part[k] += (double)(d * ((n->call->x[0][i * n->stride + k] - n->shift[k]) * n->inverse[k]));
            part[n->stride + k] += (double)d;
        }
}

/* Sums of the components of each channel, at its first number. */
static void join_components(const struct gg_frame_norm *n)
{
    const struct gg_channels *all = n->channels;
    for (GG_EACH_CHANNEL(all, c)) {
        double sum = 0;
        for (int m = 0; m < c->n_m; m++)
            sum += n->sum[c->at + m * c->step];
        n->sum[c->at] = sum;
    }
}

void gg_frame_norm_sums(const struct gg_frame_norm *n)
{
    memset(n->sum, 0, 2 * sizeof *n->sum * (size_t)n->stride);
    gg_tree_sum_f64(n->n_row, n->stride, n->sum, n->parts, sum_range, (void *)(uintptr_t)n);
}

void gg_frame_norm_squares(const struct gg_frame_norm *n)
{
    memset(n->sum, 0, sizeof *n->sum * (size_t)n->stride);
    gg_tree_sum_f64(n->n_row, n->stride, n->sum, n->parts, square_range, (void *)(uintptr_t)n);
    join_components(n);
}

/* ---- forward and backward ---- */

static void spread_parameters(struct gg_frame_norm *n, int64_t bias)
{
    const struct gg_channels *all = n->channels;
    memset(n->weight, 0, 2 * sizeof *n->weight * (size_t)n->stride);
    for (GG_EACH_CHANNEL(all, c)) {
        for (int m = 0; m < c->n_m; m++)
            n->weight[c->at + m * c->step] = n->call->w[c->number];
        if (c->scalar >= 0)
            n->bias[c->at] = n->call->w[bias + c->scalar];
    }
}

GG_CLONES static void forward_row(int stride, const gg_real *restrict shift, const gg_real *restrict inverse,
                                  const gg_real *restrict w, const gg_real *restrict bias,
                                  const gg_real *restrict x, gg_real *restrict y)
{
    for (int k = 0; k < stride; k++)
        y[k] = w[k] * ((x[k] - shift[k]) * inverse[k]) + bias[k];
}

void gg_frame_norm_forward(struct gg_frame_norm *n, int64_t bias)
{
    const struct gg_call *call = n->call;
    spread_parameters(n, bias);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n->n_row; i++)
        forward_row(n->stride, n->shift, n->inverse, n->weight, n->bias, call->x[0] + i * n->stride,
                    call->y + i * n->stride);
}

void gg_frame_norm_gradients(struct gg_frame_norm *n, int64_t bias)
{
    spread_parameters(n, bias);
    memset(n->along, 0, 2 * sizeof *n->along * (size_t)n->stride);
    memset(n->sum, 0, 2 * sizeof *n->sum * (size_t)n->stride);
    gg_tree_sum_f64(n->n_row, 2 * n->stride, n->sum, n->parts, gradient_range, n);
    join_components(n);
}

GG_CLONES static void backward_row(int stride, const struct gg_frame_norm *n, const gg_real *restrict x,
                                   const gg_real *restrict dy, gg_real *restrict dx)
{
    for (int k = 0; k < stride; k++) {
        gg_real h = (x[k] - n->shift[k]) * n->inverse[k];
        dx[k] += n->inverse[k] * (n->weight[k] * dy[k] - n->all[k] - h * n->along[k]);
    }
}

void gg_frame_norm_backward(const struct gg_frame_norm *n)
{
    const struct gg_call *call = n->call;
    if (!call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n->n_row; i++)
        backward_row(n->stride, n, call->x[0] + i * n->stride, call->dy + i * n->stride,
                     call->dx[0] + i * n->stride);
}
