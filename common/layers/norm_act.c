/* norm_act.c -- an activation of the norm of every channel, which keeps its direction
 *
 *     y_{m,c} = act(|x_c| + b_c) x_{m,c} / |x_c|,   |x_c| = sqrt(sum_m x_{m,c}^2)
 *
 * Fuchs et al. 2020 (arXiv 2006.10503, SE(3)-Transformer): act = relu, the norm non-linearity of their code; with b = 0 it changes nothing.
 * Scalars are channels of one component: y = sign(x) act(|x| + b).  Where the norm is 0 there is no direction: y and its gradient are 0.
 * x: any axis and irreps.  y: the same.  Parameters: bias [channels], block by block; 0 at start. */
#include "nn/act.h"
#include "nn/inputs.h"
#include "nn/lanes.h"

#include <math.h>
#include <string.h>

struct hypers {
    int act;
};
static const struct hypers defaults = {.act = GG_ACT_RELU};

static const struct gg_opt hypers[] = {{.name = "act",
                                        .type = GG_OPT_CHOICE,
                                        .offset = offsetof(struct hypers, act),
                                        .help = "activation of the norms",
                                        .choices = GG_ACTS},
                                       {0}};

/* Below it a norm is 0: the root of the smallest normal number. */
#define LEAST (sizeof(gg_real) == 8 ? 1.5e-154 : 1.1e-19)

/* Scratch: the gradient of the biases, before the tree. */
static int64_t gradient_room(const struct gg_layer *l)
{
    return (l->n_weight + 15) / 16 * 16;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    (void)n_thread;
    return sizeof(gg_real) * (size_t)gradient_room(l) +
           gg_tree_sum_bytes(gg_shape_rows(&l->in[0], g), l->n_weight);
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    (void)a;
    if (gg_one_input(l, err) < 0)
        return -1;
    l->out = l->in[0];
    for (int b = 0; b < l->out.irreps.n; b++)
        l->n_weight += l->out.irreps.b[b].mul;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    l->kinks = true; /* of the direction, where a channel is 0 */
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    *out = (struct gg_weight){.name = "bias", .ndim = 1, .shape = {l->n_weight}};
    return k == 0;
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    (void)r;
    memset(w, 0, sizeof *w * (size_t)l->n_weight);
}

/* Rows go in pieces of at most NUMBERS channels of one block, padding included: lanes = channels. */
enum { NUMBERS = 512, COMPONENTS = 2 * GG_L_MAX + 1 };

#define LANES(x) (*(gg_lanes *)(x))
#define READ(x) (*(const gg_lanes *)(x))

/* Channels c .. c + width - 1 of a block, in n rows from `first` on; `number`: of channel c among all. */
struct piece {
    int block, c, width;
    int64_t first, n, number;
};

/* Of each channel of a piece: 1/norm, 0 where there is no direction; the activation and, where wanted, its slope. */
struct norms {
    gg_real inverse[NUMBERS], a[NUMBERS], slope[NUMBERS], bias[NUMBERS];
};

/* Calls fn for all pieces of rows first .. last-1. */
static void each_piece(const struct gg_layer *l, int64_t first, int64_t last,
                       void (*fn)(void *context, const struct piece *), void *context)
{
    struct piece k = {0};
    int64_t before = 0;
    for (k.block = 0; k.block < l->out.irreps.n; before += l->out.irreps.b[k.block++].mul)
        for (k.c = 0; k.c < l->out.irreps.b[k.block].mul; k.c += k.width) {
            int left = l->out.pad[k.block] - k.c;
            k.width = left < NUMBERS ? left : NUMBERS;
            k.number = before + k.c;
            for (k.first = first; k.first < last; k.first += k.n) {
                k.n = last - k.first < NUMBERS / k.width ? last - k.first : NUMBERS / k.width;
                fn(context, &k);
            }
        }
}

/* The biases of a piece's channels, 0 in padding; how many it has. */
static int biases_of(const struct gg_layer *l, const struct piece *k, const gg_real *w, gg_real *bias)
{
    int left = l->out.irreps.b[k->block].mul - k->c, n = left < k->width ? left : k->width;
    memset(bias, 0, sizeof *bias * (size_t)k->width);
    memcpy(bias, w + k->number, sizeof *bias * (size_t)n);
    return n;
}

/* The squares of norms, then their roots and inverses; `a` is norm + bias. */
GG_CLONES static void find_norms(const struct gg_layer *l, const struct piece *k, const gg_real *x,
                                 struct norms *s)
{
    int stride = l->out.stride, pad = l->out.pad[k->block], n_m = 2 * l->out.irreps.b[k->block].l + 1;
    const gg_real *row = x + k->first * stride + l->out.offset[k->block] + k->c;
    for (int64_t i = 0; i < k->n; i++, row += stride)
        for (int c = 0; c < k->width; c += 8) {
            gg_lanes sum = {0};
            for (int m = 0; m < n_m; m++)
                sum += READ(row + m * pad + c) * READ(row + m * pad + c);
            LANES(s->a + i * k->width + c) = sum;
        }
    int64_t n = k->n * k->width;
#pragma omp simd
    for (int64_t q = 0; q < n; q++) {
        gg_real norm = (gg_real)(sizeof(gg_real) == 8 ? sqrt((double)s->a[q]) : sqrtf((float)s->a[q]));
        s->a[q] = norm;
        s->inverse[q] = norm <= (gg_real)LEAST ? 0 : 1 / norm + (norm - norm); /* NaN of what is not finite */
    }
    for (int64_t i = 0; i < k->n; i++)
        for (int c = 0; c < k->width; c += 8)
            LANES(s->a + i * k->width + c) += READ(s->bias + c);
}

static void activate(const struct gg_call *call, const struct piece *k, bool slopes, struct norms *s)
{
    static const gg_real one[NUMBERS] = {[0 ... NUMBERS - 1] = 1};
    const struct hypers *h = call->l->hyper;
    find_norms(call->l, k, call->x[0], s);
    if (slopes)
        gg_act_gradient((enum gg_act)h->act, 1, k->n * k->width, s->a, one, s->slope);
    gg_act((enum gg_act)h->act, 1, k->n * k->width, s->a, s->a);
}

/* ---- forward ---- */

GG_CLONES static void scale_rows(const struct gg_call *call, const struct piece *k, const struct norms *s)
{
    const struct gg_shape *y = &call->l->out;
    int64_t at = k->first * y->stride + y->offset[k->block] + k->c;
    for (int64_t i = 0; i < k->n; i++, at += y->stride)
        for (int m = 0; m < 2 * y->irreps.b[k->block].l + 1; m++)
            for (int c = 0; c < k->width; c += 8)
                LANES(call->y + at + m * y->pad[k->block] + c) =
                    READ(s->a + i * k->width + c) *
                    (READ(call->x[0] + at + m * y->pad[k->block] + c) * READ(s->inverse + i * k->width + c));
}

static void forward_piece(void *context, const struct piece *k)
{
    const struct gg_call *call = context;
    struct norms s;
    biases_of(call->l, k, call->w, s.bias);
    activate(call, k, false, &s);
    scale_rows(call, k, &s);
}

enum { ROWS = 64 }; /* a thread's share */

static void forward(const struct gg_call *call)
{
    int64_t n_row = gg_shape_rows(&call->l->out, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i += ROWS) {
        struct gg_call own = *call;
        each_piece(call->l, i, i + ROWS < n_row ? i + ROWS : n_row, forward_piece, &own);
    }
}

/* ---- backward ---- */

/* With the direction n = x/|x| and d = <dy, n>: dx = act/|x| (dy - d n) + act' d n, db = act' d. */
GG_CLONES static void gradient_rows(const struct gg_call *call, const struct piece *k, const struct norms *s,
                                    gg_real *db)
{
    const struct gg_shape *y = &call->l->out;
    int pad = y->pad[k->block], n_m = 2 * y->irreps.b[k->block].l + 1;
    int64_t at = k->first * y->stride + y->offset[k->block] + k->c;
    for (int64_t i = 0; i < k->n; i++, at += y->stride)
        for (int c = 0; c < k->width; c += 8) {
            const gg_real *x = call->x[0] + at + c, *dy = call->dy + at + c;
            gg_lanes n[COMPONENTS], d = {0}, inverse = READ(s->inverse + i * k->width + c),
                                    across = READ(s->a + i * k->width + c) * inverse;
            for (int m = 0; m < n_m; m++) {
                n[m] = READ(x + m * pad) * inverse;
                d += READ(dy + m * pad) * n[m];
            }
            gg_lanes along = READ(s->slope + i * k->width + c) * d;
            LANES(db + c) += along;
            for (int m = 0; call->dx[0] && m < n_m; m++)
                LANES(call->dx[0] + at + c + m * pad) +=
                    across * (READ(dy + m * pad) - d * n[m]) + along * n[m];
        }
}

struct gradient {
    const struct gg_call *call;
    gg_real *bias; /* [channels] */
};

static void backward_piece(void *context, const struct piece *k)
{
    const struct gradient *g = context;
    gg_real db[NUMBERS] = {0};
    struct norms s;
    int n = biases_of(g->call->l, k, g->call->w, s.bias);
    activate(g->call, k, true, &s);
    gradient_rows(g->call, k, &s, db);
    for (int c = 0; c < n; c++)
        g->bias[k->number + c] += db[c];
}

static void backward_range(void *context, int64_t first, int64_t last, gg_real *part)
{
    const struct gg_call *call = context;
    struct gradient g = {call, part};
    each_piece(call->l, first, last, backward_piece, &g);
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    struct gg_call own = *call;
    gg_real *gradient = call->scratch;
    memset(gradient, 0, sizeof *gradient * (size_t)l->n_weight);
    gg_tree_sum(gg_shape_rows(&l->out, call->g), l->n_weight, gradient, gradient + gradient_room(l),
                backward_range, &own);
    for (int64_t k = 0; call->dw && k < l->n_weight; k++)
        call->dw[k] += gradient[k];
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 4, 10, 2);
}

static const struct gg_layer_case cases[] = {
    {"relu", {"8x0e+8x1o+8x2e"}, ""},
    {"odd widths", {"5x0e+3x0o+17x1e+1x2e+70x0e"}, "act=tanh", .no_unit_scale = true},
    {"silu on edges", {"edge:2x1o+2x3o"}, "act=silu"},
    {"wide", {"530x0e+520x1o"}, "act=silu", .no_unit_scale = true},
    {"at times with lifts", {"node*time*lift:3x0e+2x1o"}, ""},
    {0}};

const struct gg_layer_type gg_layer_norm_act = {
    .name = "norm_act",
    .about = "an activation of every channel's norm, which keeps its direction",
    .source = "Fuchs et al. 2020, arXiv 2006.10503, section 4 and their code",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight,
    .init_weights = init_weights};
