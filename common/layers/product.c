/* product.c -- the tensor product of two values, channel by channel
 *
 *     y_{p,m3,c} = s w_{p,c} sqrt(2 l3 + 1) sum_{m1 m2} C^{l1 l2 l3}_{m1 m2 m3} a_{m1,c} b_{m2,c}
 *
 * e3nn's TensorProduct with instructions uvu, and ElementwiseTensorProduct (pair: elementwise); C of unit norm, gg_o3(7).  So the dot
 * product of vectors is sqrt(3) times (1,1 -> 0), a scalar times anything is (0,l -> l), the cross product sqrt(2) times (1,1 -> 1);
 * which of them are taken follows from out_irreps, lmax and parity.
 *
 * x: two values on one axis; a third one gives w, a scalar for every path and channel, such as functions of the length of an edge.
 * y: the same axis, channels of all paths into one (l, p) side by side.  Parameters: weight [paths and channels], if weighted. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "nn/product.h"

#include <string.h>

struct hypers {
    const char *out_irreps;
    int64_t lmax;
    int pair, parity;
    double scale;
    bool weighted;
};
static const struct hypers defaults = {.lmax = -1, .scale = 1};

#define AT(field) offsetof(struct hypers, field)
static const struct gg_opt hypers[] = {
    {"out_irreps", GG_OPT_TEXT, AT(out_irreps), "irreps of the output; absent: what the paths bring",
     .arg = "IRREPS"},
    {"lmax", GG_OPT_INT, AT(lmax), "highest degree of the output, where out_irreps is absent", .arg = "L",
     .min = -1, .max = GG_L_MAX, .choices = "highest"},
    {"pair", GG_OPT_CHOICE, AT(pair),
     "what meets: every block with every other, or the first channel with the first, and so on",
     .choices = GG_PAIRINGS},
    {"parity", GG_OPT_CHOICE, AT(parity), "of the paths: natural, both, or none that counts",
     .choices = GG_PARITIES},
    {"scale", GG_OPT_REAL, AT(scale), "factor of the product", .arg = "FACTOR"},
    {"weighted", GG_OPT_FLAG, AT(weighted), "a parameter for every path and channel"},
    {0}};
#undef AT

struct plan {
    struct gg_product product;
    bool third; /* weights are a value */
};

/* ---- init ---- */

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    (void)n_thread;
    return sizeof(gg_real) * (size_t)((l->n_weight + 15) / 16 * 16) +
           gg_tree_sum_bytes(gg_shape_rows(&l->out, g), l->n_weight);
}

static int check_inputs(const struct gg_layer *l, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    char first[64], other[64];
    if (l->n_in != 2 && l->n_in != 3)
        return gg_fail(err, GG_USAGE, "in: product takes two values, and a third with its weights, not %d",
                       l->n_in);
    if (l->n_in == 3 && h->weighted)
        return gg_fail(err, GG_USAGE, "weighted: the third value gives the weights: there are no parameters");
    for (int k = 1; k < l->n_in; k++)
        if (l->in[k].axis != l->in[0].axis) {
            gg_axis_print(l->in[0].axis, first);
            gg_axis_print(l->in[k].axis, other);
            return gg_fail(err, GG_USAGE, "in: value %d lives on %s, the first on %s: product wants one axis",
                           k + 1, other, first);
        }
    return 0;
}

static int check_weights(const struct gg_layer *l, const struct gg_product *p, struct gg_err *err)
{
    char text[GG_IRREPS_TEXT];
    const struct gg_irreps *w = &l->in[2].irreps;
    if (l->n_in < 3 || (w->n == 1 && w->b[0].l == 0 && w->b[0].p == 1 && w->b[0].mul == p->n_weight))
        return 0;
    gg_irreps_print(w, text);
    return gg_fail(err, GG_USAGE, "in: the weights are %s; %d paths and their channels want %dx0e", text,
                   p->n_path, p->n_weight);
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    struct gg_product_wish wish = {(enum gg_pairing)h->pair, (enum gg_parity)h->parity, (int)h->lmax,
                                   h->out_irreps, h->scale};
    struct gg_irreps out;
    if (check_inputs(l, err) < 0 ||
        gg_product_init(&p->product, &out, a, &l->in[0], &l->in[1], &wish, err) < 0 ||
        check_weights(l, &p->product, err) < 0)
        return -1;
    p->third = l->n_in == 3;
    gg_shape_init(&l->out, l->in[0].axis, &out);
    l->out.edges = l->in[0].edges;
    gg_product_place(&p->product, &l->out);
    l->rotations_only = p->product.rotations_only;
    l->n_weight = h->weighted ? p->product.n_weight : 0;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    *out = (struct gg_weight){.name = "weight", .ndim = 1, .shape = {l->n_weight}};
    return k == 0 && l->n_weight > 0;
}

/* ---- passes ---- */

enum { ROWS = 64 }; /* a thread's share: they stay in the second cache while all paths go over them */

/* `value` from row i on, if there is one */
static gg_real *from(const gg_real *value, int64_t i, int64_t stride)
{
    return value ? (gg_real *)value + i * stride : NULL;
}

/* Rows first .. last-1; `part` takes the gradient of the parameters, if there are any. */
static struct gg_product_rows rows_of(const struct gg_call *call, int64_t first, int64_t last, gg_real *part)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t a = l->in[0].stride, b = l->in[1].stride, w = p->third ? l->in[2].stride : 0, y = l->out.stride;
    return (struct gg_product_rows){.n = last - first,
                                    .a = from(call->x[0], first, a),
                                    .b = from(call->x[1], first, b),
                                    .w = p->third          ? from(call->x[2], first, w)
                                         : l->n_weight > 0 ? call->w
                                                           : NULL,
                                    .y = from(call->y, first, y),
                                    .a_stride = a,
                                    .b_stride = b,
                                    .w_stride = w,
                                    .y_stride = y,
                                    .dw = part};
}

static int64_t end_of(int64_t first, int64_t n)
{
    return first + ROWS < n ? first + ROWS : n;
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i += ROWS) {
        struct gg_product_rows r = rows_of(call, i, end_of(i, n_row), NULL);
        gg_shape_clear_padding(&l->out, r.n, r.y);
        gg_product_forward(&p->product, &r);
    }
}

static void backward_range(void *context, int64_t first, int64_t last, gg_real *part)
{
    const struct gg_call *call = context;
    const struct plan *p = call->l->plan;
    for (int64_t i = first; i < last; i += ROWS) {
        struct gg_product_rows r = rows_of(call, i, end_of(i, last), part);
        r.dy = from(call->dy, i, r.y_stride);
        r.da = from(call->dx[0], i, r.a_stride);
        r.db = from(call->dx[1], i, r.b_stride);
        if (p->third)
            r.dw = from(call->dx[2], i, r.w_stride);
        gg_product_backward(&p->product, &r);
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
    if (l->n_weight > 0) {
        gg_real *gradient = call->scratch;
        memset(gradient, 0, sizeof *gradient * (size_t)l->n_weight);
        gg_tree_sum(n_row, l->n_weight, gradient, gradient + (l->n_weight + 15) / 16 * 16, backward_range,
                    (void *)(uintptr_t)call);
        for (int64_t k = 0; call->dw && k < l->n_weight; k++)
            call->dw[k] += gradient[k];
        return;
    }
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i += ROWS)
        backward_range((void *)(uintptr_t)call, i, end_of(i, n_row), NULL);
}

/* ---- cost, cases, entry ---- */

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct plan *p = l->plan;
    double rows = (double)gg_shape_rows(&l->out, g), flops = 2 * rows * p->product.n_product, numbers = 0;
    for (int k = 0; k < l->n_in; k++)
        numbers += l->in[k].stride;
    return (struct gg_cost){.flops_forward = flops,
                            .flops_backward = 2 * flops,
                            .bytes = sizeof(gg_real) * rows * (numbers + l->out.stride)};
}

static const struct gg_layer_case cases[] = {
    {"scalars", {"5x0e", "5x0e"}, ""},
    {"dot products", {"9x1o", "9x1o"}, "out_irreps=9x0e"},
    {"scalars times vectors", {"17x0e", "17x1o"}, ""},
    {"one for all channels", {"edge:1x0e", "edge:9x1o"}, "scale=-1"},
    {"one channel", {"1x0e+1x1o+1x2e", "1x0e+1x1o+1x2e"}, "lmax=2"},
    {"with harmonics", {"edge:12x0e+12x1o+12x2e", "edge:1x0e+1x1o+1x2e"}, ""},
    {"harmonics first", {"edge:1x1o+1x3o", "edge:9x2e"}, "lmax=5"},
    {"weights of edges", {"edge:4x0e+4x1o+4x2e", "edge:1x0e+1x1o+1x2e", "edge:44x0e"}, ""},
    {"weights of one path", {"edge:9x1o", "edge:1x0e+1x1o", "edge:9x0e"}, "out_irreps=9x1o"},
    {"own weights", {"3x0e+3x1o", "3x0e+3x1o+3x2e"}, "weighted=true lmax=2"},
    {"own weights on edges", {"edge:17x1o", "edge:1x1o"}, "weighted=true"},
    {"every parity", {"4x0o+4x1o+4x1e", "4x0e+4x1o+4x2o"}, "parity=both lmax=2"},
    {"no parity", {"1x0e+1x1o+1x2e", "1x0e+1x1o+1x2e"}, "parity=none out_irreps=3x0e+6x1o+6x2e"},
    {"degree by degree", {"edge:1x0e+1x1o+1x2e", "edge:1x0e+1x1o+1x2e"}, "pair=elementwise out_irreps=3x0e"},
    {"scaled channels", {"edge:3x0e+9x1o", "edge:12x0e"}, "pair=elementwise"},
    {"pieces of blocks", {"2x0e+3x1o+4x2e", "4x1o+5x0e"}, "pair=elementwise weighted=true"},
    {"at times", {"node*time:3x0e+3x1o", "node*time:3x1o"}, "weighted=true"},
    {"whole lanes", {"edge:32x0e+16x1o+8x2e", "edge:1x0e+1x1o+1x2e", "edge:192x0e"}, "lmax=2"},
    {"whole lanes of both", {"16x0e+16x1o+16x2e", "16x1o+16x2e"}, "weighted=true lmax=2"},
    {"whole lanes, one first", {"edge:1x1o+1x2e", "edge:16x1o+8x2e"}, "parity=both lmax=3"},
    {"lanes and a rest, one first", {"edge:1x1o", "edge:59x1o+9x2e"}, "parity=both"},
    {0}};

const struct gg_layer_type gg_layer_product = {
    .name = "product",
    .about = "the tensor product of two values, channel by channel, weighted or not",
    .source =
        "e3nn o3.TensorProduct (uvu), o3.ElementwiseTensorProduct; Thomas et al. 2018, arXiv 1802.08219",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight};
