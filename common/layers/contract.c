/* contract.c -- products of a node's features with each other, coupled to every degree: correlations of many bodies
 *
 *     y_{i,LM,c} = sum_{nu <= correlation} sum_eta w^nu_{z_i,eta,c} f^nu_{eta,LM}(x_{i,c}) / sqrt(n)
 *
 * f: all independent polynomials of nu factors that turn as L, each once (o3/product_basis.h), of the components of one channel; n: the
 * number of all (nu, eta) into L; z: the species of the node.  The symmetric contraction of MACE, Batatia et al. 2022, arXiv 2206.07697,
 * eq. 10-11, in a basis without the redundancies of that code.
 *
 * x: irreps with as many channels in every block.  y: same axis, out_irreps with as many.  Parameters: weight.OUT.NU
 * [species][eta][channels] for every output block and number of factors that has couplings. */
#include "nn/each_time.h"
#include "nn/contract_plan.h"
#include "nn/inputs.h"
#include "nn/irreps_key.h"
#include "nn/lanes.h"
#include "nn/layer.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

struct hypers {
    const char *out_irreps;
    int64_t correlation;
    bool species;
};
static const struct hypers defaults = {.correlation = 3, .species = true};

static const struct gg_opt hypers[] = {
    {.name = "correlation",
     .type = GG_OPT_INT,
     .offset = offsetof(struct hypers, correlation),
     .help = "most factors of a product",
     .arg = "NU",
     .min = 1,
     .max = GG_PRODUCT_FACTORS},
    {.name = "out-irreps",
     .type = GG_OPT_TEXT,
     .offset = offsetof(struct hypers, out_irreps),
     .help = "output irreps, with the channels of the input; absent: those of the input",
     .arg = "IRREPS"},
    {.name = "species",
     .type = GG_OPT_FLAG,
     .offset = offsetof(struct hypers, species),
     .help = "weights of its own for every species"},
    {0}};

/* Rows are cut into blocks of forward; ranges of backward are of so many units of tree_sum.c. */
enum { BLOCK = 256, UNIT = 2, MOST_ROWS = GG_CONTRACT_LANES / 8 };

/* ---- init ---- */

/* Room for the gradient of the weights where it is not wanted. */
static int64_t spare_numbers(const struct gg_layer *l)
{
    return (l->n_weight + 15) / 16 * 16;
}

/* Numbers of a thread: A, dA, y or dy, and dC. */
static int64_t thread_numbers(const struct gg_contract_plan *p)
{
    return (int64_t)(2 * p->n_in + p->tree.n_out) * GG_CONTRACT_LANES +
           (int64_t)p->tree.n_node * GG_CONTRACT_SLOT;
}

static int64_t units(const struct gg_layer *l, const struct gg_graph *g)
{
    return (gg_shape_rows(&l->out, g) + UNIT - 1) / UNIT;
}

static size_t scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    const struct gg_contract_plan *p = l->plan;
    return sizeof(gg_real) *
               (size_t)(gg_contract_packed(p) + spare_numbers(l) + n_thread * thread_numbers(p)) +
           gg_tree_sum_bytes(units(l, g), l->n_weight);
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct gg_irreps irreps = l->in[0].irreps;
    struct gg_contract_plan *p = l->plan = GG_NEW(a, struct gg_contract_plan, 1);
    if (h->species && gg_is_timed(l))
        return gg_each_time(l, a, err);
    if (gg_one_input(l, err) < 0 ||
        (h->out_irreps && gg_irreps_from_key(&irreps, h->out_irreps, "out_irreps", err) < 0))
        return -1;
    if (h->species && l->in[0].axis != GG_ON_NODE) {
        char axis[64];
        gg_axis_print(l->in[0].axis, axis);
        return gg_fail(err, GG_USAGE,
                       "species: the value lives on %s, and only a row a node has a species: species: false",
                       axis);
    }
    gg_shape_init(&l->out, l->in[0].axis, &irreps);
    if (gg_contract_plan_init(p, a, &l->in[0], &l->out, (int)h->correlation, h->species ? l->n_type : 1,
                              err) < 0)
        return -1;
    l->n_weight = p->n_weight;
    l->scratch_bytes = scratch_bytes;
    l->spares_y = true;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    const struct gg_contract_plan *p = l->plan;
    const struct hypers *h = l->hyper;
    if (k >= p->n_piece)
        return false;
    const struct gg_contract_piece *q = &p->piece[k];
    *out = (struct gg_weight){.ndim = 2,
                              .shape = {q->n_path, p->channels},
                              .offset = q->offset,
                              .species_axis = h->species};
    if (h->species) {
        out->ndim = 3;
        memmove(out->shape + 1, out->shape, 2 * sizeof *out->shape);
        out->shape[0] = p->n_set;
    }
    snprintf(out->name, sizeof out->name, "weight.%d.%d", q->out, q->nu);
    return true;
}

/* ---- rows of one set, some at a time, side by side ---- */

struct pass {
    const struct gg_call *call;
    const struct gg_contract_plan *p;
    gg_real *C;     /* of all sets and groups */
    gg_real *spare; /* [n_weight] */
    void *parts;    /* of the tree */
    gg_real *room;  /* of all threads */
    int set, group;
    struct gg_contract_job job; /* of the thread */
};

static struct pass open_pass(const struct gg_call *call)
{
    struct pass s = {.call = call, .p = call->l->plan, .C = call->scratch};
    s.spare = s.C + gg_contract_packed(s.p);
    s.parts = s.spare + spare_numbers(call->l);
    s.room = (gg_real *)((char *)s.parts + gg_tree_sum_bytes(units(call->l, call->g), call->l->n_weight));
#pragma omp parallel for schedule(static)
    for (int k = 0; k < s.p->n_set * s.p->n_group; k++)
        gg_contract_pack(s.p, k / s.p->n_group, k % s.p->n_group, call->w,
                         s.C + (int64_t)k * s.p->tree.n_node * GG_CONTRACT_SLOT);
    return s;
}

/* The pass of this thread over one set and group. */
static struct pass pass_of(const struct pass *all, int set, int group)
{
    struct pass s = *all;
    const struct gg_contract_plan *p = s.p;
    gg_real *at = s.room + omp_get_thread_num() * thread_numbers(p);
    s.set = set;
    s.group = group;
    s.job = (struct gg_contract_job){.tree = &p->tree,
                                     .C = s.C + (int64_t)(set * p->n_group + group) * p->tree.n_node *
                                                    GG_CONTRACT_SLOT,
                                     .A = at,
                                     .dA = at + p->n_in * GG_CONTRACT_LANES,
                                     .y = at + 2 * p->n_in * GG_CONTRACT_LANES,
                                     .dy = at + 2 * p->n_in * GG_CONTRACT_LANES,
                                     .dC = at + (2 * p->n_in + p->tree.n_out) * GG_CONTRACT_LANES};
    return s;
}

GG_INLINE void copy_lanes(gg_real *to, const gg_real *from, int width)
{
    for (int c = 0; c < width; c += 8)
        *(gg_lanes *)(to + c) = *(const gg_lanes *)(from + c);
}

GG_INLINE void add_lanes(gg_real *to, const gg_real *from, int width)
{
    for (int c = 0; c < width; c += 8)
        *(gg_lanes *)(to + c) += *(const gg_lanes *)(from + c);
}

/* The channels of `group` of some rows side by side, one line of lanes for each of n components; 0 behind the last row. */
static void gather(const struct pass *s, const gg_real *x, int stride, int n, const int *at, int n_row,
                   const int64_t *row, gg_real *to)
{
    int width = s->p->width;
    for (int k = 0; k < n; k++, to += GG_CONTRACT_LANES) {
        for (int r = 0; r < n_row; r++)
            copy_lanes(to + r * width, x + row[r] * stride + at[k] + s->group * width, width);
        memset(to + n_row * width, 0, sizeof *to * (size_t)(GG_CONTRACT_LANES - n_row * width));
    }
}

typedef void rows_fn(const struct pass *s, int n_row, const int64_t *row);

/* fn for the rows first .. last-1 of the pass's set, as many at a time as there are lanes. */
static void each_rows(const struct pass *s, int64_t first, int64_t last, rows_fn *fn)
{
    int64_t row[MOST_ROWS];
    int n = 0, full = GG_CONTRACT_LANES / s->p->width;
    for (int64_t i = first; i < last; i++) {
        if (s->p->n_set > 1 && s->call->g->type[i] != s->set)
            continue;
        row[n++] = i;
        if (n == full) {
            fn(s, n, row);
            n = 0;
        }
    }
    if (n > 0)
        fn(s, n, row);
}

/* ---- forward ---- */

static void forward_rows(const struct pass *s, int n_row, const int64_t *row)
{
    const struct gg_contract_plan *p = s->p;
    const struct gg_layer *l = s->call->l;
    gather(s, s->call->x[0], l->in[0].stride, p->n_in, p->in_at, n_row, row, (gg_real *)s->job.A);
    p->level->forward(&s->job);
    for (int q = 0; q < p->tree.n_out; q++)
        for (int r = 0; r < n_row; r++)
            copy_lanes(s->call->y + row[r] * l->out.stride + p->out_at[q] + s->group * p->width,
                       s->job.y + q * GG_CONTRACT_LANES + r * p->width, p->width);
}

static void forward(const struct gg_call *call)
{
    struct pass all = open_pass(call);
    int64_t n_row = gg_shape_rows(&call->l->out, call->g);
#pragma omp parallel for schedule(dynamic)
    for (int64_t first = 0; first < n_row; first += BLOCK)
        for (int k = 0; k < all.p->n_set * all.p->n_group; k++) {
            struct pass s = pass_of(&all, k / all.p->n_group, k % all.p->n_group);
            each_rows(&s, first, first + BLOCK < n_row ? first + BLOCK : n_row, forward_rows);
        }
}

/* ---- backward ---- */

static void backward_rows(const struct pass *s, int n_row, const int64_t *row)
{
    const struct gg_contract_plan *p = s->p;
    const struct gg_layer *l = s->call->l;
    gg_real *dx = s->call->dx[0];
    gather(s, s->call->x[0], l->in[0].stride, p->n_in, p->in_at, n_row, row, (gg_real *)s->job.A);
    gather(s, s->call->dy, l->out.stride, p->tree.n_out, p->out_at, n_row, row, (gg_real *)s->job.dy);
    memset(s->job.dA, 0, sizeof(gg_real) * (size_t)p->n_in * GG_CONTRACT_LANES);
    p->level->backward(&s->job);
    for (int q = 0; dx && q < p->n_in; q++)
        for (int r = 0; r < n_row; r++)
            add_lanes(dx + row[r] * l->in[0].stride + p->in_at[q] + s->group * p->width,
                      s->job.dA + q * GG_CONTRACT_LANES + r * p->width, p->width);
}

static void backward_range(void *context, int64_t first, int64_t last, gg_real *part)
{
    const struct pass *all = context;
    int64_t n_row = gg_shape_rows(&all->call->l->out, all->call->g);
    for (int k = 0; k < all->p->n_set * all->p->n_group; k++) {
        struct pass s = pass_of(all, k / all->p->n_group, k % all->p->n_group);
        memset(s.job.dC, 0, sizeof(gg_real) * (size_t)all->p->tree.n_node * GG_CONTRACT_SLOT);
        each_rows(&s, first * UNIT, last * UNIT < n_row ? last * UNIT : n_row, backward_rows);
        gg_contract_unpack(all->p, s.set, s.group, s.job.dC, part);
    }
}

static void backward(const struct gg_call *call)
{
    struct pass all = open_pass(call);
    gg_tree_sum(units(call->l, call->g), call->l->n_weight, call->dw ? call->dw : all.spare, all.parts,
                backward_range, &all);
}

/* ---- cost, cases, entry ---- */

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    const struct gg_contract_plan *p = l->plan;
    double rows = (double)gg_shape_rows(&l->out, g), products = rows * p->channels * p->tree.n_node;
    return (struct gg_cost){.flops_forward = 2 * products,
                            .flops_backward = 6 * products,
                            .bytes = sizeof(gg_real) * rows * (l->in[0].stride + l->out.stride)};
}

static const struct gg_layer_case cases[] = {
    {"natural", {"8x0e+8x1o+8x2e"}, ""},
    {"degree 3", {"16x0e+16x1o+16x2e+16x3o"}, "out_irreps=16x0e+16x1o"},
    {"odd widths", {"3x0e+3x1o"}, "correlation=4 out_irreps=3x0e+3x1o+3x2e+3x3o"},
    {"two groups", {"17x0e+17x1o"}, "correlation=2 species=false"},
    {"linear", {"5x1o+5x0e"}, "correlation=1"},
    {"both parities", {"4x0e+4x1o+4x1e+4x2e"}, "out_irreps=4x0e+4x0o+4x1o+4x1e+4x2o"},
    {"unnatural", {"8x0e+8x1o+8x2e+8x3o"}, "out_irreps=8x0e+8x1o+8x1e+8x2e"},
    {"twice", {"2x0e+2x1o+2x1o"}, "correlation=2 out_irreps=2x1o+2x1o"},
    {"four factors", {"4x0e+4x1o+4x2e"}, "correlation=4 out_irreps=4x2e+4x0e"},
    {"at times", {"node*time:4x0e+4x1o"}, "species=false"},
    {"by species at times", {"node*time:4x0e+4x1o"}, "correlation=2"},
    {0}};

const struct gg_layer_type gg_layer_contract = {
    .name = "contract",
    .about = "products of a node's features with each other, coupled to every degree",
    .source = "Batatia et al. 2022 (MACE), arXiv 2206.07697, eq. 10-11",
    GG_LAYER_KEYS,
    GG_LAYER_PASSES,
    .weight = weight};
