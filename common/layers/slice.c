/* slice.c -- some of the channels of a value
 *
 *     y = channels  k n_lp .. (k + 1) n_lp - 1  of each degree and parity of x,   k = part
 *
 * n_lp: the channels of that degree and parity in out_irreps; those of x are counted through all its blocks.  So three values that one
 * perceptron puts out side by side are its parts 0, 1 and 2 (the split of other codes), and a degree by itself is a slice, too.
 * x: any axis and irreps.  y: the same axis, out_irreps.  No parameters. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/irreps_key.h"

#include <string.h>

struct hypers {
    const char *out_irreps;
    int64_t part;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {{.name = "out_irreps",
                                        .type = GG_OPT_TEXT,
                                        .offset = offsetof(struct hypers, out_irreps),
                                        .help = "irreps of what is taken",
                                        .arg = "IRREPS",
                                        .required = true},
                                       {.name = "part",
                                        .type = GG_OPT_INT,
                                        .offset = offsetof(struct hypers, part),
                                        .help = "which part of this size, from 0",
                                        .arg = "K",
                                        .max = 4096},
                                       {0}};

/* A run of channels: from `channel_in` of an input block to `channel_out` of an output block. */
struct piece {
    int in, channel_in, out, channel_out, mul;
};
struct plan {
    int n_piece;
    struct piece piece[2 * GG_IRREPS_MAX];
};

/* The next channels of an output block, from the first that is not yet `skip`ped among those of its degree and parity. */
static int add_block(struct gg_layer *l, struct plan *p, int out, int64_t skip, struct gg_err *err)
{
    const struct gg_irreps *x = &l->in[0].irreps;
    struct gg_irrep want = l->out.irreps.b[out];
    int filled = 0;
    for (int b = 0; b < x->n && filled < want.mul; b++) {
        int64_t left = x->b[b].mul;
        if (x->b[b].l != want.l || x->b[b].p != want.p)
            continue;
        if (skip >= left) {
            skip -= left;
            continue;
        }
        int n = left - skip < want.mul - filled ? (int)(left - skip) : want.mul - filled;
        p->piece[p->n_piece++] = (struct piece){b, (int)skip, out, filled, n};
        filled += n;
        skip = 0;
    }
    if (filled == want.mul)
        return 0;
    return gg_fail(err, GG_USAGE,
                   "out_irreps: part %d of %dx%d%c is beyond the %d channels that the value has",
                   (int)((const struct hypers *)l->hyper)->part, want.mul, want.l, want.p > 0 ? 'e' : 'o',
                   gg_count_channels(x, want.l, want.p));
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    struct gg_irreps out;
    if (gg_one_input(l, err) < 0)
        return -1;
    if (!h->out_irreps)
        return gg_fail(err, GG_USAGE, "out_irreps is missing: the irreps to take, such as 8x0e");
    if (gg_irreps_from_key(&out, h->out_irreps, "out_irreps", err) < 0)
        return -1;
    gg_shape_init(&l->out, l->in[0].axis, &out);
    l->out.edges = l->in[0].edges;
    for (int b = 0; b < out.n; b++) {
        int before = 0; /* blocks of the same kind take one after the other */
        for (int q = 0; q < b; q++)
            before += out.b[q].l == out.b[b].l && out.b[q].p == out.b[b].p ? out.b[q].mul : 0;
        int64_t skip = h->part * gg_count_channels(&out, out.b[b].l, out.b[b].p) + before;
        if (add_block(l, p, b, skip, err) < 0)
            return -1;
    }
    l->spares_x = l->spares_y = true;
    return 0;
}

static int64_t at_in(const struct gg_layer *l, const struct piece *q, int m)
{
    return l->in[0].offset[q->in] + m * l->in[0].pad[q->in] + q->channel_in;
}

static int64_t at_out(const struct gg_layer *l, const struct piece *q, int m)
{
    return l->out.offset[q->out] + m * l->out.pad[q->out] + q->channel_out;
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        const gg_real *x = call->x[0] + i * l->in[0].stride;
        gg_real *y = call->y + i * l->out.stride;
        memset(y, 0, sizeof *y * (size_t)l->out.stride);
        for (const struct piece *q = p->piece; q < p->piece + p->n_piece; q++)
            for (int m = 0; m < 2 * l->out.irreps.b[q->out].l + 1; m++)
                memcpy(y + at_out(l, q, m), x + at_in(l, q, m), sizeof *y * (size_t)q->mul);
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
    if (!call->dx[0])
        return;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        gg_real *dx = call->dx[0] + i * l->in[0].stride;
        const gg_real *dy = call->dy + i * l->out.stride;
        for (const struct piece *q = p->piece; q < p->piece + p->n_piece; q++)
            for (int m = 0; m < 2 * l->out.irreps.b[q->out].l + 1; m++)
                for (int c = 0; c < q->mul; c++)
                    dx[at_in(l, q, m) + c] += dy[at_out(l, q, m) + c];
    }
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 0, 1, 2);
}

static const struct gg_layer_case cases[] = {
    {"first third", {"27x0e"}, "out_irreps=9x0e"},
    {"last third", {"27x0e"}, "out_irreps=9x0e part=2"},
    {"a degree", {"8x0e+3x1o+2x2e"}, "out_irreps=3x1o"},
    {"through blocks", {"edge:5x0e+4x1o+9x0e+2x1o+1x1e"}, "out_irreps=3x1o+7x0e part=1"},
    {"two of a kind", {"12x1o+2x0o"}, "out_irreps=2x1o+1x0o+3x1o part=1"},
    {"at times", {"node*time:4x0e+2x1o"}, "out_irreps=2x0e+1x1o part=1"},
    {0}};

const struct gg_layer_type gg_layer_slice = {.name = "slice",
                                             .about = "some of the channels of each degree and parity",
                                             .source = "torch.split; the projections of a direct sum",
                                             GG_LAYER_KEYS,
                                             GG_LAYER_PASSES};
