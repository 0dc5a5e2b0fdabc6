/* perceptron.c -- see perceptron.h */
#include "nn/perceptron.h"
#include "nn/inputs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- memory ---- */

size_t gg_perceptron_saved_bytes(const struct gg_perceptron *p, int64_t n_row)
{
    return sizeof(gg_real) * (size_t)(n_row * p->row);
}

static int64_t buffer(const struct gg_perceptron *p, int64_t n_row)
{
    return (n_row * p->widest + 15) / 16 * 16;
}

size_t gg_perceptron_scratch_bytes(const struct gg_perceptron *p, int64_t n_row)
{
    size_t most = 0;
    for (int k = 0; k < p->n; k++)
        if (gg_mix_scratch_bytes(&p->mix[k], n_row) > most)
            most = gg_mix_scratch_bytes(&p->mix[k], n_row);
    return 3 * sizeof(gg_real) * (size_t)buffer(p, n_row) + most;
}

struct buffers {
    gg_real *a, *z, *other; /* backward: a, and two gradients in turn */
    void *mix;
};

static struct buffers buffers_of(const struct gg_perceptron *p, int64_t n_row, void *scratch)
{
    gg_real *a = scratch;
    int64_t n = buffer(p, n_row);
    return (struct buffers){a, a + n, a + 2 * n, a + 3 * n};
}

/* ---- init ---- */

static int init_mix(struct gg_perceptron *p, struct gg_arena *a, int k, int width, const struct gg_shape *in,
                    struct gg_err *err)
{
    struct gg_irreps irreps = {.n = 1, .b = {{width, 0, 1}}};
    gg_shape_init(&p->out, in->axis, &irreps);
    if (gg_mix_init(&p->mix[k], a, in, &p->out, 1, true, err) < 0)
        return gg_err_prefix(err, "in: ");
    if (p->plain)
        p->mix[k].factor[0] = 1;
    p->weight[k] = p->n_weight;
    p->n_weight += p->mix[k].n_weight;
    return 0;
}

int gg_perceptron_init(struct gg_perceptron *p, struct gg_arena *a, const struct gg_shape *x,
                       const struct gg_perceptron_wish *wish, struct gg_err *err)
{
    struct gg_shape in = *x;
    const struct gg_reals *hidden = &wish->hidden;
    if (hidden->n > GG_HIDDEN_MAX)
        return gg_fail(err, GG_USAGE, "hidden: %d layers, at most %d", hidden->n, GG_HIDDEN_MAX);
    *p = (struct gg_perceptron){.n = hidden->n + 1,
                                .act_last = wish->act_last,
                                .plain = wish->weights == GG_WEIGHTS_PLAIN,
                                .act = (enum gg_act)wish->act};
    p->kinks = wish->act == GG_ACT_RELU && (p->n > 1 || p->act_last);
    p->k = p->plain ? 1 : gg_act_constant(p->act, wish->constants == 1);
    for (int k = 0; k < p->n; k++) {
        double width = k < hidden->n ? hidden->v[k] : (double)wish->outputs;
        if (width != floor(width))
            return gg_fail(err, GG_USAGE, "hidden: %g is not a whole number", width);
        if (init_mix(p, a, k, (int)width, &in, err) < 0)
            return -1;
        if (k < p->n - 1 || p->act_last) {
            p->row += p->out.stride;
            p->widest = p->out.stride > p->widest ? p->out.stride : p->widest;
        }
        in = p->out;
    }
    return 0;
}

bool gg_perceptron_weight(const struct gg_perceptron *p, int k, struct gg_weight *out)
{
    for (int q = 0; q < p->n; q++) {
        int pieces = 0;
        while (gg_mix_weight(&p->mix[q], pieces, out)) {
            if (k == pieces) {
                char name[sizeof out->name];
                snprintf(name, sizeof name, "%d.%.50s", q, out->name);
                memcpy(out->name, name, sizeof name);
                out->offset += p->weight[q];
                return true;
            }
            pieces++;
        }
        k -= pieces;
    }
    return false;
}

static void plain_start(const struct gg_mix *m, gg_real *w, struct gg_rng *r)
{
    int width = m->out.irreps.b[0].mul;
    int64_t n = m->n_weight - width; /* inputs times width */
    gg_truncated_normal(w, n, (double)width / (double)n, r);
    gg_truncated_normal(w + n, width, 0.1 / width, r);
}

void gg_perceptron_init_weights(const struct gg_perceptron *p, gg_real *w, struct gg_rng *r)
{
    for (int k = 0; k < p->n; k++)
        if (p->plain)
            plain_start(&p->mix[k], w + p->weight[k], r);
        else
            gg_mix_init_weights(&p->mix[k], w + p->weight[k], r);
}

/* ---- passes ---- */

/* a = c act(z) for all numbers of a value; padding stays 0 since act(0) = 0. */
static void activate(const struct gg_perceptron *p, int64_t n, const gg_real *z, gg_real *a)
{
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < n; q += 1024)
        gg_act(p->act, p->k, q + 1024 < n ? 1024 : n - q, z + q, a + q);
}

static void activate_backward(const struct gg_perceptron *p, int64_t n, const gg_real *z, gg_real *d)
{
#pragma omp parallel for schedule(static)
    for (int64_t q = 0; q < n; q += 1024)
        gg_act_gradient(p->act, p->k, q + 1024 < n ? 1024 : n - q, z + q, d + q, d + q);
}

void gg_perceptron_forward(const struct gg_perceptron *p, const gg_real *w, int64_t n_row, const gg_real *x,
                           gg_real *y, void *saved, void *scratch)
{
    struct buffers s = buffers_of(p, n_row, scratch);
    const gg_real *a = x;
    gg_real *kept = saved;
    for (int k = 0; k < p->n; k++) {
        int64_t n = n_row * p->mix[k].out.stride;
        bool last = k == p->n - 1;
        gg_real *z = last && !p->act_last ? y : saved ? kept : s.z, *to = last ? y : s.a;
        gg_mix_forward(&p->mix[k], w + p->weight[k], n_row, NULL, a, z, s.mix);
        if (last && !p->act_last)
            break;
        activate(p, n, z, to);
        a = to;
        kept = saved ? kept + n : NULL;
    }
}

void gg_perceptron_backward(const struct gg_perceptron *p, const gg_real *w, int64_t n_row, const gg_real *x,
                            const gg_real *dy, gg_real *dx, gg_real *dw, const void *saved, void *scratch)
{
    struct buffers s = buffers_of(p, n_row, scratch);
    const gg_real *z = (const gg_real *)saved + n_row * p->row, *d = dy;
    if (p->act_last) {
        int64_t n = n_row * p->out.stride;
        z -= n;
        memcpy(s.z, dy, sizeof *dy * (size_t)n);
        activate_backward(p, n, z, s.z);
        d = s.z;
    }
    for (int k = p->n - 1; k > 0;
         k--) { /* d: gradient of z_k.  That of a_k-1, then of z_k-1, goes to `next` */
        int64_t n = n_row * p->mix[k].in.stride;
        gg_real *next = d == s.z ? s.other : s.z;
        z -= n;
        activate(p, n, z, s.a);
        memset(next, 0, sizeof *next * (size_t)n);
        gg_mix_backward(&p->mix[k], w + p->weight[k], n_row, NULL, s.a, d, next,
                        dw ? dw + p->weight[k] : NULL, s.mix);
        activate_backward(p, n, z, next);
        d = next;
    }
    gg_mix_backward(&p->mix[0], w + p->weight[0], n_row, NULL, x, d, dx, dw ? dw + p->weight[0] : NULL,
                    s.mix);
}

double gg_perceptron_flops(const struct gg_perceptron *p, int64_t n_row)
{
    double flops = 0;
    for (int k = 0; k < p->n; k++)
        flops += gg_mix_flops(&p->mix[k], n_row);
    return flops;
}
