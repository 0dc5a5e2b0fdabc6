/* mix.c -- linear maps between blocks of equal degree and parity */
/* Parameters are packed once a call: 1/sqrt(fan-in) folded in, rows padded with zeros, so that padding lanes of y and dx
 * come out 0.  Runs of rows of one species are one product for each link and m. */
#include "nn/mix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A run of at most RUN rows stays in the first cache while all links and m pass over it. */
enum { WEIGHTS_MAX = 1 << 28, BLOCK = 256, RUN = 24 };

/* ---- sizes ---- */

static void add_link(struct gg_mix *m, int in, int out)
{
    int mul_in = m->in.irreps.b[in].mul, mul_out = m->out.irreps.b[out].mul;
    m->link[m->n_link++] = (struct gg_mix_link){in, out, m->n_weight, m->n_packed, m->n_turned};
    m->n_weight += (int64_t)m->n_set * mul_in * mul_out;
    m->n_packed += (int64_t)mul_in * m->out.pad[out];
    m->n_turned += (int64_t)mul_out * m->in.pad[in];
    m->factor[out] += mul_in;
}

static void add_biases(struct gg_mix *m)
{
    for (int b = 0; b < m->out.irreps.n; b++) {
        const struct gg_irrep *o = &m->out.irreps.b[b];
        m->bias_at[b] = -1;
        if (!m->bias || o->l != 0 || o->p < 0)
            continue;
        m->bias_at[b] = m->n_weight;
        m->bias_packed[b] = m->n_packed;
        m->n_weight += (int64_t)m->n_set * o->mul;
        m->n_packed += m->out.pad[b];
    }
}

int gg_mix_init(struct gg_mix *m, struct gg_arena *a, const struct gg_shape *in, const struct gg_shape *out,
                int n_set, bool bias, struct gg_err *err)
{
    *m = (struct gg_mix){.in = *in, .out = *out, .n_set = n_set, .bias = bias, .rows = gg_conv_best()->rows};
    m->link = GG_NEW(a, struct gg_mix_link, (size_t)(in->irreps.n * out->irreps.n));
    for (int k = 0; k < in->irreps.n; k++)
        for (int b = 0; b < out->irreps.n; b++)
            if (in->irreps.b[k].l == out->irreps.b[b].l && in->irreps.b[k].p == out->irreps.b[b].p)
                add_link(m, k, b);
    add_biases(m);
    for (int b = 0; b < out->irreps.n; b++)
        m->factor[b] = m->factor[b] > 0 ? 1 / sqrt(m->factor[b]) : 0;
    if (m->n_link == 0) {
        char from[GG_IRREPS_TEXT], to[GG_IRREPS_TEXT];
        gg_irreps_print(&in->irreps, from);
        gg_irreps_print(&out->irreps, to);
        return gg_fail(err, GG_USAGE, "no block of %s has the degree and parity of one of %s", from, to);
    }
    if (m->n_weight > WEIGHTS_MAX)
        return gg_fail(err, GG_USAGE, "%lld weights in one layer, at most %d", (long long)m->n_weight,
                       WEIGHTS_MAX);
    return 0;
}

bool gg_mix_weight(const struct gg_mix *m, int k, struct gg_weight *out)
{
    if (k < m->n_link) {
        const struct gg_mix_link *n = &m->link[k];
        *out = (struct gg_weight){.offset = n->weight, .ndim = 3, .species_axis = true};
        out->shape[0] = m->n_set;
        out->shape[1] = m->in.irreps.b[n->in].mul;
        out->shape[2] = m->out.irreps.b[n->out].mul;
        snprintf(out->name, sizeof out->name, "weight.%d.%d", n->in, n->out);
    } else {
        int b = 0;
        for (int skip = k - m->n_link; b < m->out.irreps.n; b++)
            if (m->bias_at[b] >= 0 && skip-- == 0)
                break;
        if (b == m->out.irreps.n)
            return false;
        *out = (struct gg_weight){.offset = m->bias_at[b], .ndim = 2, .species_axis = true};
        out->shape[0] = m->n_set;
        out->shape[1] = m->out.irreps.b[b].mul;
        snprintf(out->name, sizeof out->name, "bias.%d", b);
    }
    if (m->n_set == 1) { /* one set has no axis of its own */
        memmove(out->shape, out->shape + 1, sizeof out->shape[0] * (size_t)--out->ndim);
        out->species_axis = false;
    }
    return true;
}

void gg_mix_init_weights(const struct gg_mix *m, gg_real *w, struct gg_rng *r)
{
    int64_t n_bias = 0;
    for (int b = 0; b < m->out.irreps.n; b++)
        n_bias += m->bias_at[b] >= 0 ? (int64_t)m->n_set * m->out.irreps.b[b].mul : 0;
    for (int64_t k = 0; k < m->n_weight - n_bias; k++)
        w[k] = (gg_real)gg_rng_normal(r);
    memset(w + m->n_weight - n_bias, 0, sizeof *w * (size_t)n_bias);
}

/* ---- packing ---- */

/* One walk over the parameters of a link: how a raw weight and its packed copies meet. */
static void pack_link(const struct gg_mix *m, const struct gg_mix_link *n, const gg_real *w, gg_real *packed,
                      gg_real *turned)
{
    int mul_in = m->in.irreps.b[n->in].mul, mul_out = m->out.irreps.b[n->out].mul;
    int pad_in = m->in.pad[n->in], pad_out = m->out.pad[n->out];
    gg_real factor = (gg_real)m->factor[n->out];
    for (int c = 0; c < mul_in; c++)
        for (int d = 0; d < mul_out; d++) {
            gg_real value = factor * w[c * mul_out + d];
            packed[c * pad_out + d] = value;
            if (turned)
                turned[d * pad_in + c] = value;
        }
}

static void pack(const struct gg_mix *m, const gg_real *w, gg_real *packed, gg_real *turned)
{
    memset(packed, 0, sizeof *packed * (size_t)(m->n_set * m->n_packed));
    if (turned)
        memset(turned, 0, sizeof *turned * (size_t)(m->n_set * m->n_turned));
    for (int s = 0; s < m->n_set; s++, packed += m->n_packed) {
        for (int k = 0; k < m->n_link; k++) {
            const struct gg_mix_link *n = &m->link[k];
            int64_t size = (int64_t)m->in.irreps.b[n->in].mul * m->out.irreps.b[n->out].mul;
            pack_link(m, n, w + n->weight + s * size, packed + n->packed,
                      turned ? turned + s * m->n_turned + n->turned : NULL);
        }
        for (int b = 0; b < m->out.irreps.n; b++)
            if (m->bias_at[b] >= 0)
                memcpy(packed + m->bias_packed[b], w + m->bias_at[b] + s * m->out.irreps.b[b].mul,
                       sizeof *w * (size_t)m->out.irreps.b[b].mul);
    }
}

/* dw += the packed gradient */
static void unpack(const struct gg_mix *m, const gg_real *packed, gg_real *dw)
{
    for (int s = 0; s < m->n_set; s++, packed += m->n_packed) {
        for (int k = 0; k < m->n_link; k++) {
            const struct gg_mix_link *n = &m->link[k];
            int mul_in = m->in.irreps.b[n->in].mul, mul_out = m->out.irreps.b[n->out].mul;
            gg_real *to = dw + n->weight + (int64_t)s * mul_in * mul_out;
            for (int c = 0; c < mul_in; c++)
                for (int d = 0; d < mul_out; d++)
                    *to++ +=
                        (gg_real)m->factor[n->out] * packed[n->packed + (int64_t)c * m->out.pad[n->out] + d];
        }
        for (int b = 0; b < m->out.irreps.n; b++)
            for (int c = 0; m->bias_at[b] >= 0 && c < m->out.irreps.b[b].mul; c++)
                dw[m->bias_at[b] + s * m->out.irreps.b[b].mul + c] += packed[m->bias_packed[b] + c];
    }
}

/* ---- forward and backward ---- */

/* The rows of a call; packed: [n_set][n_packed], turned: [n_set][n_turned]. */
struct job {
    const struct gg_mix *m;
    const int32_t *type;
    const gg_real *x, *dy, *packed, *turned;
    gg_real *y, *dx;
};

/* One past the last row of the run from i on: rows that use the same set. */
static int64_t run_end(const struct job *j, int64_t i, int64_t last)
{
    int64_t end = i + 1;
    last = last < i + RUN ? last : i + RUN;
    if (j->m->n_set == 1)
        return last;
    while (end < last && j->type[end] == j->type[i])
        end++;
    return end;
}

static int64_t set_of(const struct job *j, int64_t i)
{
    return j->m->n_set > 1 ? j->type[i] : 0;
}

static void forward_run(const struct job *j, int64_t i, int64_t n)
{
    const struct gg_mix *m = j->m;
    const gg_real *packed = j->packed + set_of(j, i) * m->n_packed;
    const gg_real *x = j->x + i * m->in.stride;
    gg_real *y = j->y + i * m->out.stride;
    memset(y, 0, sizeof *y * (size_t)(n * m->out.stride));
    for (int b = 0; b < m->out.irreps.n; b++)
        for (int64_t r = 0; m->bias_at[b] >= 0 && r < n; r++)
            memcpy(y + r * m->out.stride + m->out.offset[b], packed + m->bias_packed[b],
                   sizeof *y * (size_t)m->out.pad[b]);
    for (int k = 0; k < m->n_link; k++) {
        const struct gg_mix_link *q = &m->link[k];
        const struct gg_irrep *b = &m->in.irreps.b[q->in];
        int pad_in = m->in.pad[q->in], pad_out = m->out.pad[q->out];
        for (int o = 0; o < 2 * b->l + 1; o++)
            m->rows(n, b->mul, pad_out, x + m->in.offset[q->in] + o * pad_in, m->in.stride, 1,
                    packed + q->packed, pad_out, y + m->out.offset[q->out] + o * pad_out, m->out.stride,
                    true);
    }
}

void gg_mix_forward(const struct gg_mix *m, const gg_real *w, int64_t n_row, const int32_t *type,
                    const gg_real *x, gg_real *y, void *scratch)
{
    struct job j = {.m = m, .type = type, .x = x, .y = y, .packed = scratch};
    pack(m, w, scratch, NULL);
#pragma omp parallel for schedule(static)
    for (int64_t first = 0; first < n_row; first += BLOCK) {
        int64_t last = first + BLOCK < n_row ? first + BLOCK : n_row, end;
        for (int64_t i = first; i < last; i = end) {
            end = run_end(&j, i, last);
            forward_run(&j, i, end - i);
        }
    }
}

static const gg_real one = 1;

/* dx += dy W', dW += x' dy, dbias += sum dy: the same links in the same order. */
static void backward_run(const struct job *j, int64_t i, int64_t n, gg_real *part)
{
    const struct gg_mix *m = j->m;
    const gg_real *turned = j->turned + set_of(j, i) * m->n_turned;
    const gg_real *x = j->x + i * m->in.stride, *dy = j->dy + i * m->out.stride;
    gg_real *dx = j->dx ? j->dx + i * m->in.stride : NULL;
    part += set_of(j, i) * m->n_packed;
    for (int b = 0; b < m->out.irreps.n; b++)
        if (m->bias_at[b] >= 0)
            m->rows(1, (int)n, m->out.pad[b], &one, 0, 0, dy + m->out.offset[b], m->out.stride,
                    part + m->bias_packed[b], 0, true);
    for (int k = 0; k < m->n_link; k++) {
        const struct gg_mix_link *q = &m->link[k];
        const struct gg_irrep *b = &m->in.irreps.b[q->in];
        int pad_in = m->in.pad[q->in], pad_out = m->out.pad[q->out];
        for (int o = 0; o < 2 * b->l + 1; o++) {
            int64_t at = m->in.offset[q->in] + o * pad_in;
            const gg_real *from = dy + m->out.offset[q->out] + o * pad_out;
            if (dx)
                m->rows(n, m->out.irreps.b[q->out].mul, pad_in, from, m->out.stride, 1, turned + q->turned,
                        pad_in, dx + at, m->in.stride, true);
            m->rows(b->mul, (int)n, pad_out, x + at, 1, m->in.stride, from, m->out.stride, part + q->packed,
                    pad_out, true);
        }
    }
}

static void backward_range(void *context, int64_t first, int64_t last, gg_real *part)
{
    const struct job *j = context;
    for (int64_t i = first, end; i < last; i = end) {
        end = run_end(j, i, last);
        backward_run(j, i, end - i, part);
    }
}

static size_t whole_lines(int64_t n)
{
    return sizeof(gg_real) * (size_t)((n + 15) / 16 * 16);
}

size_t gg_mix_scratch_bytes(const struct gg_mix *m, int64_t n_row)
{
    return 2 * whole_lines(m->n_set * m->n_packed) + whole_lines(m->n_set * m->n_turned) +
           gg_tree_sum_bytes(n_row, m->n_set * m->n_packed);
}

void gg_mix_backward(const struct gg_mix *m, const gg_real *w, int64_t n_row, const int32_t *type,
                     const gg_real *x, const gg_real *dy, gg_real *dx, gg_real *dw, void *scratch)
{
    int64_t n = m->n_set * m->n_packed;
    char *packed = scratch, *gradient = packed + whole_lines(n), *turned = gradient + whole_lines(n);
    char *parts = turned + whole_lines(m->n_set * m->n_turned);
    struct job j = {.m = m, .type = type, .x = x, .dy = dy, .dx = dx, .turned = (gg_real *)turned};
    pack(m, w, (gg_real *)packed, (gg_real *)turned);
    memset(gradient, 0, whole_lines(n));
    gg_tree_sum(n_row, n, (gg_real *)gradient, parts, backward_range, &j);
    unpack(m, (gg_real *)gradient, dw);
}

double gg_mix_flops(const struct gg_mix *m, int64_t n_row)
{
    double sum = 0;
    for (int k = 0; k < m->n_link; k++) {
        const struct gg_irrep *b = &m->in.irreps.b[m->link[k].in];
        sum += 2.0 * (2 * b->l + 1) * b->mul * m->out.irreps.b[m->link[k].out].mul;
    }
    return sum * (double)n_row;
}
