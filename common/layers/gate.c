/* gate.c -- activations on scalars, and scalars that open and close the other channels
 *
 *     y_c = k act(x_c)                   scalars:  0e by `act`, 0o by tanh
 *     y_{l,m,c} = k gate(s_c) x_{l,m,c}  the rest: gate = sigmoid for 0e gate scalars, tanh for 0o
 *
 * Weiler et al. 2018, arXiv 1807.02547, section 4.2; e3nn's nn.Gate.  k makes E[(k act(z))^2] = 1, act.h.
 * x: any axis; irreps scalars + gate scalars + blocks of l > 0: the last scalar channels are gates, one for each channel
 * with l > 0, in order (gg_gate_irreps makes them).  y: same axis; irreps without the gate scalars; an odd gate turns the
 * parity of its block.  No parameters. */
#include "nn/act.h"
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/lanes.h"

#include <omp.h>
#include <string.h>

struct hypers {
    int act, constants;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {{.name = "act",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct hypers, act),
                                        .help = "activation of the even scalars",
                                        .choices = GG_ACTS},
                                       GG_ACT_CONSTANTS_KEY(offsetof(struct hypers, constants)),
                                       {0}};

/* All scalar channels side by side are a row of `n_scalar` numbers: n_act of them are put out, the rest are gates.  A
 * stretch of it has one activation. */
struct stretch {
    enum gg_act act;
    double k;
    int first, n;
};
struct plan {
    int n_scalar, n_act, n_block; /* n_block: scalar blocks of x */
    int n_stretch, room;          /* room: numbers in a buffer for a row */
    struct stretch stretch[2 * GG_IRREPS_MAX];
    int gate[GG_IRREPS_MAX]; /* of block b of x with l > 0: its first gate in the row of scalars */
};

enum { BLOCK = 64, BUFFERS = 4 };

static void add_stretch(const struct gg_layer *l, struct plan *p, bool is_gate, int parity, int first, int n)
{
    const struct hypers *h = l->hyper;
    enum gg_act even = is_gate ? GG_ACT_SIGMOID : (enum gg_act)h->act, act = parity > 0 ? even : GG_ACT_TANH;
    if (n > 0)
        p->stretch[p->n_stretch++] = (struct stretch){act, gg_act_constant(act, h->constants == 1), first, n};
}

static void plan_scalars(const struct gg_layer *l, struct plan *p, struct gg_irreps *out)
{
    int first = 0;
    for (int b = 0; b < p->n_block; b++) {
        struct gg_irrep s = l->in[0].irreps.b[b];
        int n_act = p->n_act - first < s.mul ? p->n_act - first : s.mul;
        n_act = n_act > 0 ? n_act : 0;
        add_stretch(l, p, false, s.p, first, n_act);
        add_stretch(l, p, true, s.p, first + n_act, s.mul - n_act);
        first += s.mul;
        s.mul = n_act;
        if (n_act > 0)
            out->b[out->n++] = s;
    }
}

/* The parity of the scalar channel at `at`. */
static int parity_at(const struct gg_irreps *in, int at)
{
    int b = 0;
    for (; at >= in->b[b].mul; b++)
        at -= in->b[b].mul;
    return in->b[b].p;
}

static int plan_gated(const struct gg_layer *l, struct plan *p, struct gg_irreps *out, struct gg_err *err)
{
    const struct gg_irreps *in = &l->in[0].irreps;
    int next = p->n_act;
    for (int b = p->n_block; b < in->n; b++) {
        struct gg_irrep gated = in->b[b];
        int parity = parity_at(in, next);
        if (gated.l == 0)
            return gg_fail(err, GG_USAGE, "in: block %d is a scalar behind l > 0: scalars must come first",
                           b + 1);
        if (parity_at(in, next + gated.mul - 1) != parity)
            return gg_fail(err, GG_USAGE, "in: the gates of block %d are of both parities", b + 1);
        p->gate[b] = next;
        next += gated.mul;
        gated.p *= parity;
        out->b[out->n++] = gated;
    }
    return 0;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct plan *p = l->plan;
    (void)g;
    return sizeof(gg_real) * BUFFERS * (size_t)p->room * (size_t)n_thread;
}

static int count_gates(const struct gg_irreps *in, struct plan *p, struct gg_err *err)
{
    int n_gate = 0;
    while (p->n_block < in->n && in->b[p->n_block].l == 0)
        p->n_scalar += in->b[p->n_block++].mul;
    for (int b = p->n_block; b < in->n; b++)
        n_gate += in->b[b].l > 0 ? in->b[b].mul : 0;
    p->n_act = p->n_scalar - n_gate;
    if (p->n_act < 0) {
        char text[GG_IRREPS_TEXT];
        gg_irreps_print(in, text);
        return gg_fail(err, GG_USAGE,
                       "in: %s: %d leading scalars, wanted at least %d, a gate for each channel with l > 0 "
                       "(out_irreps: gate(...) in the layer before)",
                       text, p->n_scalar, n_gate);
    }
    return 0;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    struct gg_irreps out = {0};
    if (gg_one_input(l, err) < 0 || count_gates(&l->in[0].irreps, p, err) < 0)
        return -1;
    plan_scalars(l, p, &out);
    if (plan_gated(l, p, &out, err) < 0)
        return -1;
    p->room = gg_pad(p->n_scalar) + 16; /* eight lanes may be read behind the last gate */
    gg_shape_init(&l->out, l->in[0].axis, &out);
    l->out.zero = gg_shape_zero(&l->out, 1, l->in);
    l->kinks = h->act == GG_ACT_RELU;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

/* ---- a row ---- */

struct buffers {
    gg_real *z, *a, *da, *dz; /* the scalars of a row, k act(z), and their gradients */
};

static struct buffers buffers_of_thread(const struct plan *p, void *scratch)
{
    gg_real *at = (gg_real *)scratch + (int64_t)BUFFERS * p->room * omp_get_thread_num();
    return (struct buffers){at, at + p->room, at + 2 * p->room, at + 3 * p->room};
}

static void activate(const struct gg_layer *l, const gg_real *x, const struct buffers *s)
{
    const struct plan *p = l->plan;
    gg_real *z = s->z;
    memset(s->z + p->n_scalar, 0, sizeof *z * (size_t)(p->room - p->n_scalar));
    memset(s->a + p->n_scalar, 0, sizeof *z * (size_t)(p->room - p->n_scalar));
    for (int b = 0; b < p->n_block; b++) {
        memcpy(z, x + l->in[0].offset[b], sizeof *z * (size_t)l->in[0].irreps.b[b].mul);
        z += l->in[0].irreps.b[b].mul;
    }
    for (const struct stretch *t = p->stretch; t < p->stretch + p->n_stretch; t++)
        gg_act(t->act, t->k, t->n, s->z + t->first, s->a + t->first);
}

/* Block b of x with l > 0 is block b - (scalar blocks of x) + (scalar blocks of y) of y. */
static int out_block(const struct gg_layer *l, int b)
{
    return b - l->in[0].irreps.n + l->out.irreps.n;
}

/* y[m][c] = gate[c] x[m][c].  Gates behind the block's own meet padding lanes: 0. */
GG_CLONES static void multiply(int n_m, int pad, const gg_real *gate, const gg_real *x, gg_real *y)
{
    for (int c = 0; c < pad; c += 8)
        for (int m = 0; m < n_m; m++)
            *(gg_lanes *)(y + m * pad + c) =
                *(const gg_lanes *)(gate + c) * *(const gg_lanes *)(x + m * pad + c);
}

GG_CLONES static void multiply_backward(int n_m, int pad, const gg_real *gate, const gg_real *x,
                                        const gg_real *dy, gg_real *dx, gg_real *dgate)
{
    for (int c = 0; c < pad; c += 8) {
        gg_lanes sum = *(const gg_lanes *)(dgate + c);
        for (int m = 0; m < n_m; m++) {
            gg_lanes d = *(const gg_lanes *)(dy + m * pad + c);
            sum += d * *(const gg_lanes *)(x + m * pad + c);
            *(gg_lanes *)(dx + m * pad + c) += *(const gg_lanes *)(gate + c) * d;
        }
        *(gg_lanes *)(dgate + c) = sum;
    }
}

static void forward_row(const struct gg_layer *l, const gg_real *x, gg_real *y, const struct buffers *s)
{
    const struct plan *p = l->plan;
    const gg_real *a = s->a;
    activate(l, x, s);
    memset(y, 0, sizeof *y * (size_t)l->out.stride);
    for (int b = 0; b < out_block(l, p->n_block); b++) {
        memcpy(y + l->out.offset[b], a, sizeof *a * (size_t)l->out.irreps.b[b].mul);
        a += l->out.irreps.b[b].mul;
    }
    for (int b = p->n_block; b < l->in[0].irreps.n; b++) {
        const gg_real *gate = s->a + p->gate[b], *from = x + l->in[0].offset[b];
        gg_real *to = y + l->out.offset[out_block(l, b)];
        multiply(2 * l->in[0].irreps.b[b].l + 1, l->in[0].pad[b], gate, from, to);
    }
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    int64_t n_row = gg_shape_rows(&l->in[0], call->g);
#pragma omp parallel for schedule(static, BLOCK)
    for (int64_t i = 0; i < n_row; i++) {
        struct buffers s = buffers_of_thread(l->plan, call->scratch);
        forward_row(l, call->x[0] + i * l->in[0].stride, call->y + i * l->out.stride, &s);
    }
}

static void backward_row(const struct gg_layer *l, const gg_real *x, const gg_real *dy, gg_real *dx,
                         const struct buffers *s)
{
    const struct plan *p = l->plan;
    gg_real *da = s->da, *dz = s->dz;
    activate(l, x, s);
    memset(da, 0, sizeof *da * (size_t)p->room);
    for (int b = 0; b < out_block(l, p->n_block); b++) {
        memcpy(da, dy + l->out.offset[b], sizeof *da * (size_t)l->out.irreps.b[b].mul);
        da += l->out.irreps.b[b].mul;
    }
    for (int b = p->n_block; b < l->in[0].irreps.n; b++) {
        const gg_real *gate = s->a + p->gate[b], *from = x + l->in[0].offset[b];
        const gg_real *d = dy + l->out.offset[out_block(l, b)];
        gg_real *to = dx + l->in[0].offset[b], *dgate = s->da + p->gate[b];
        multiply_backward(2 * l->in[0].irreps.b[b].l + 1, l->in[0].pad[b], gate, from, d, to, dgate);
    }
    for (const struct stretch *t = p->stretch; t < p->stretch + p->n_stretch; t++)
        gg_act_gradient(t->act, t->k, t->n, s->z + t->first, s->da + t->first, s->dz + t->first);
    for (int b = 0; b < p->n_block; b++)
        for (int c = 0; c < l->in[0].irreps.b[b].mul; c++)
            dx[l->in[0].offset[b] + c] += *dz++;
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    int64_t n_row = gg_shape_rows(&l->in[0], call->g);
    if (!call->dx[0])
        return;
#pragma omp parallel for schedule(static, BLOCK)
    for (int64_t i = 0; i < n_row; i++) {
        struct buffers s = buffers_of_thread(l->plan, call->scratch);
        backward_row(l, call->x[0] + i * l->in[0].stride, call->dy + i * l->out.stride,
                     call->dx[0] + i * l->in[0].stride, &s);
    }
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct plan *p = l->plan;
    double rows = (double)gg_shape_rows(&l->in[0], g), gated = gg_irreps_dim(&l->in[0].irreps) - p->n_scalar;
    return (struct gg_cost){.flops_forward = rows * (20 * p->n_scalar + gated), /* 20: an exponential */
                            .flops_backward = rows * (45 * p->n_scalar + 4 * gated),
                            .bytes = sizeof(gg_real) * rows * (l->in[0].stride + l->out.stride)};
}

static const struct gg_layer_case cases[] = {{"scalars only", {"5x0e+3x0o"}, "act=tanh"},
                                             {"gates", {"16x0e+4x1o+4x2e"}, ""},
                                             {"odd widths",
                                              {"3x0e+17x0e+3x1o+5x2e+2x3o"},
                                              "act=ssp constants=e3nn"},
                                             {"only gates", {"12x0e+12x1o"}, "constants=e3nn"},
                                             {"odd gates", {"4x0e+2x0o+7x0o+4x1o+3x1e"}, ""},
                                             {"on edges", {"edge:6x0e+2x1o"}, ""},
                                             {"at times", {"node*time:5x0e+2x2e"}, ""},
                                             {"with lifts", {"node*lift:6x0e+2x1o"}, ""},
                                             {0}};

const struct gg_layer_type gg_layer_gate = {
    .name = "gate",
    .about = "activations on scalars, and gate scalars that multiply the channels with l > 0",
    .source = "Weiler et al. 2018, arXiv 1807.02547, section 4.2; e3nn nn.Gate",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES};
