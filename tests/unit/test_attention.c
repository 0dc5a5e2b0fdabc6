/* test_attention.c -- weights on edges against messages that are made one by one: softmax, conv with weights, conv_logits
 *
 * The messages come from a plain conv on graphs of a single edge, heads from channels set to 0. */
#include "arena_fixture.h"
#include "conv_fixture.h"
#include "laws/check.h"
#include "laws/liquid.h"
#include "layers/layers.h"
#include "util/threads.h"

enum { NODES = 10 };
static struct gg_liquid liquid;
static struct gg_rng r;

static void make_liquid(void)
{
    gg_arena_reset(&arena);
    r = gg_rng_at(11, 0, 0, 0);
    gg_liquid_random(&liquid, &arena, NODES, 2, 1.3, &r);
    assert_true(liquid.graph.n_edge > 2 * NODES);
}

static struct gg_layer layer_of(const char *type, const char *in0, const char *in1, const char *hypers)
{
    struct gg_layer l = {.n_type = 2, .cutoff = liquid.cutoff, .mean_neighbours = 1};
    const struct gg_layer_case k = {"test", {in0, in1}, hypers};
    if (gg_layer_from_case(&l, gg_layer_find(type), &k, &arena, &err))
        fail_msg("%s", err.text);
    return l;
}

static gg_real *value(const struct gg_shape *s, bool random)
{
    int64_t n = gg_shape_rows(s, &liquid.graph);
    gg_real *x = GG_NEW(&arena, gg_real, (size_t)(n * s->stride + 16));
    double row[512];
    for (int64_t i = 0; random && i < n; i++) {
        for (int q = 0; q < gg_irreps_dim(&s->irreps); q++)
            row[q] = gg_rng_normal(&r);
        gg_row_from_e3nn(s, row, x + i * s->stride);
    }
    return x;
}

static gg_real *run(const struct gg_layer *l, const struct gg_graph *g, const gg_real *w, const gg_real *x0,
                    const gg_real *x1)
{
    const gg_real *x[2] = {x0, x1};
    gg_real *y = value(&l->out, false);
    void *scratch = gg_arena_alloc(&arena, l->scratch_bytes ? l->scratch_bytes(l, g, gg_threads()) : 0);
    l->type->forward(&(struct gg_call){.l = l, .w = w, .g = g, .x = x, .y = y, .scratch = scratch});
    return y;
}

/* The liquid with edge e alone. */
static struct gg_graph single(int64_t e)
{
    struct gg_graph g = liquid.graph;
    int64_t *ptr = GG_NEW(&arena, int64_t, NODES + 1), i = 0;
    while (liquid.graph.ptr[i + 1] <= e)
        i++;
    for (int64_t k = i + 1; k <= NODES; k++)
        ptr[k] = 1;
    g.n_edge = 1;
    g.ptr = ptr;
    g.nbr += e;
    g.vec += e;
    g.r += e;
    g.n_range = 0;
    return g;
}

/* Channels of head h alone, the others 0. */
static gg_real *only(const struct gg_shape *s, const gg_real *x, int h, int n_head)
{
    int64_t n = gg_shape_rows(s, &liquid.graph);
    gg_real *out = value(s, false);
    for (int64_t i = 0; i < n; i++)
        for (int b = 0; b < s->irreps.n; b++)
            for (int m = 0; m <= 2 * s->irreps.b[b].l; m++)
                for (int c = 0, mul = s->irreps.b[b].mul; c < mul; c++) {
                    int64_t at = i * s->stride + s->offset[b] + m * s->pad[b] + c;
                    out[at] = c * n_head / mul == h ? x[at] : 0;
                }
    return out;
}

/* What conv sums of head h over edge e: rows of all nodes. */
static const gg_real *message(const struct gg_layer *plain, bool full, const gg_real *w, const gg_real *x,
                              int64_t e, int h, int n_head)
{
    struct gg_graph g = single(e);
    if (full)
        return only(&plain->out, run(plain, &g, w, x, NULL), h, n_head);
    return run(plain, &g, w, only(&plain->in[0], x, h, n_head), NULL);
}

struct trial {
    const char *in, *alpha, *hypers;
    int n_head;
    bool full;
};
static const struct trial trials[] = {
    {"4x0e+2x1o+6x2e", "edge:2x0e", "lmax=2 channels=3 radial.hidden=6 radial.n=4", 2, false},
    {"17x0e+3x1o", "edge:1x0e", "lmax=2 channels=3 radial.n=4 normalise=none", 1, false},
    {"18x0e+3x1o", "edge:3x0e", "lmax=2 channels=3 radial.hidden=6 radial.table=0", 3, false},
    {"2x0e+2x5o", "edge:2x0e", "lmax=5 channels=2 radial.n=4", 2, false},
    {"3x0e+2x1o+5x2e", "edge:2x0e", "mixing=full lmax=2 channels=4 radial.hidden=6 radial.n=4", 2, true},
    {"17x0e+2x1o", "edge:3x0e", "mixing=full lmax=1 channels=18 radial.hidden=9 radial.species=true", 3,
     true},
    {"4x0e+2x1o", "edge:1x0e", "mixing=full lmax=2 parity=none channels=2 radial.n=5 radial.table=0", 1,
     true}};
enum { TRIALS = sizeof trials / sizeof *trials };

static void check_conv(const struct trial *t)
{
    make_liquid();
    struct gg_layer with = layer_of("conv", t->in, t->alpha, t->hypers),
                    plain = layer_of("conv", t->in, NULL, t->hypers);
    gg_real *x = value(&with.in[0], true), *alpha = value(&with.in[1], true),
            *w = GG_NEW(&arena, gg_real, (size_t)with.n_weight), *wanted = value(&with.out, false);
    size_t n = (size_t)(NODES * with.out.stride);
    assert_int_equal(with.n_weight, plain.n_weight);
    with.type->init_weights(&with, w, &r);
    for (int64_t e = 0; e < liquid.graph.n_edge; e++)
        for (int h = 0; h < t->n_head; h++) {
            const gg_real *m = message(&plain, t->full, w, x, e, h, t->n_head);
            for (size_t k = 0; k < n; k++)
                wanted[k] += alpha[e * with.in[1].stride + h] * m[k];
        }
    assert_true(worst(run(&with, &liquid.graph, w, x, alpha), wanted, n) <= 10 * tolerance);
}

static void each_level(void (*check)(const struct trial *))
{
    const struct gg_conv_level *level[3];
    for (int n = levels(level), k = 0; k < n; k++) {
        choose_level(level[k]->name);
        for (int q = 0; q < TRIALS; q++)
            check(&trials[q]);
    }
    choose_level(NULL);
}

static void test_conv(void **state)
{
    (void)state;
    each_level(check_conv);
}

static void check_logits(const struct trial *t)
{
    char hypers[256];
    make_liquid();
    struct gg_layer plain = layer_of("conv", t->in, NULL, t->hypers);
    if (strstr(t->hypers, "normalise")) /* no key of conv_logits */
        return;
    const char *cut = strstr(t->hypers, "channels="), *rest = strchr(cut, ' ');
    snprintf(hypers, sizeof hypers, "heads=%d %s%.*s%s", t->n_head, t->full ? "" : "mixing=channelwise ",
             (int)(cut - t->hypers), t->hypers, rest);
    char irreps[GG_IRREPS_TEXT];
    gg_irreps_print(&plain.out.irreps, irreps);
    struct gg_layer logits = layer_of("conv_logits", t->in, irreps, hypers);
    gg_real *x = value(&plain.in[0], true), *q = value(&plain.out, true),
            *w = GG_NEW(&arena, gg_real, (size_t)plain.n_weight), *wanted = value(&logits.out, false);
    assert_int_equal(logits.n_weight, plain.n_weight);
    plain.type->init_weights(&plain, w, &r);
    for (int64_t e = 0; e < liquid.graph.n_edge; e++)
        for (int h = 0; h < t->n_head; h++) {
            const gg_real *m = message(&plain, t->full, w, x, e, h, t->n_head);
            double sum = 0;
            for (int64_t k = 0; k < NODES * plain.out.stride; k++)
                sum += (double)q[k] * (double)m[k];
            wanted[e * logits.out.stride + h] = (gg_real)(sum / sqrt(gg_irreps_dim(&plain.out.irreps)));
        }
    assert_true(worst(run(&logits, &liquid.graph, w, x, q), wanted,
                      (size_t)(liquid.graph.n_edge * logits.out.stride)) <= 10 * tolerance);
}

static void test_logits(void **state)
{
    (void)state;
    each_level(check_logits);
}

/* A receiver's weights add up to 1, follow the definition, and are 0 where all of its edges are at the cutoff. */
static void test_softmax(void **state)
{
    (void)state;
    make_liquid();
    struct gg_layer l = layer_of("softmax", "edge:3x0e", NULL, "envelope=cosine");
    const struct gg_graph *g = &liquid.graph;
    gg_real *x = value(&l.in[0], true), *length = GG_NEW(&arena, gg_real, (size_t)g->n_edge);
    for (int64_t k = 0; k < g->n_edge * l.in[0].stride; k++)
        x[k] *= 50; /* no overflow */
    for (int64_t e = 0; e < g->n_edge; e++)
        length[e] = e < g->ptr[1] ? (gg_real)(1.001 * liquid.cutoff) : g->r[e];
    liquid.graph.r = length;
    const gg_real *y = run(&l, g, NULL, x, NULL);
    for (int64_t i = 0; i < NODES; i++)
        for (int h = 0; h < 3; h++) {
            double sum = 0, total = 0, most = -INFINITY;
            for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
                most = fmax(most, (double)x[e * l.out.stride + h]);
            for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
                sum += 0.5 * (1 + cos(M_PI * (double)g->r[e] / liquid.cutoff)) *
                       exp((double)x[e * l.out.stride + h] - most);
            for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
                double u = 0.5 * (1 + cos(M_PI * (double)g->r[e] / liquid.cutoff)),
                       want = i ? u * exp((double)x[e * l.out.stride + h] - most) / sum : 0;
                total += (double)y[e * l.out.stride + h];
                assert_true(fabs((double)y[e * l.out.stride + h] - want) <= tolerance);
            }
            assert_true(fabs(total - (i && g->ptr[i + 1] > g->ptr[i])) <= tolerance);
        }
}

/* Without an envelope, too, edges beyond the cutoff, which another geometry has brought into the list, count for nothing. */
static void test_far(void **state)
{
    (void)state;
    make_liquid();
    struct gg_layer l = layer_of("softmax", "edge:1x0e", NULL, "envelope=none");
    const struct gg_graph *g = &liquid.graph;
    gg_real *x = value(&l.in[0], true), *length = GG_NEW(&arena, gg_real, (size_t)g->n_edge);
    int64_t i = 0;
    while (g->ptr[i + 1] - g->ptr[i] < 2)
        i++;
    for (int64_t e = 0; e < g->n_edge; e++)
        length[e] = e == g->ptr[i] ? (gg_real)(1.001 * liquid.cutoff) : g->r[e];
    liquid.graph.r = length;
    x[g->ptr[i] * l.out.stride] = 100; /* nor in the largest */
    const gg_real *y = run(&l, g, NULL, x, NULL);
    double total = 0;
    for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
        total += (double)y[e * l.out.stride];
    assert_true(y[g->ptr[i] * l.out.stride] == 0 && fabs(total - 1) <= tolerance);
}

static void refused(const char *type, const char *in0, const char *in1, const char *hypers, const char *why)
{
    struct gg_layer l = {.n_type = 2, .cutoff = 1.3, .mean_neighbours = 1};
    const struct gg_layer_case k = {"test", {in0, in1}, hypers};
    assert_int_equal(gg_layer_from_case(&l, gg_layer_find(type), &k, &arena, &err), -1);
    assert_int_equal(err.status, GG_USAGE);
    assert_non_null(strstr(err.text, why));
}

static void test_refusals(void **state)
{
    (void)state;
    refused("conv", "6x0e+4x1o", "edge:4x0e", "",
            "4 heads do not divide the 6 channels of degree 0 of the input; 2 would");
    refused("conv", "4x0e", "edge:4x0e", "mixing=full channels=6 lmax=1",
            "6 channels of degree 0 of the output");
    refused("conv", "4x0e", "edge:4x1o", "", "scalars (Nx0e) on edges");
    refused("conv", "4x0e", "4x0e", "", "scalars (Nx0e) on edges");
    refused("softmax", "4x0e", NULL, "", "on edges");
    refused("softmax", "edge:4x1o", NULL, "", "scalars (0e)");
    refused("conv_logits", "4x0e", "edge:4x0e", "", "two values on nodes");
    refused("conv_logits", "4x0e", "6x0e", "heads=4", "4 heads do not divide the 6 channels");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_softmax), cmocka_unit_test(test_far),
                                       cmocka_unit_test(test_conv), cmocka_unit_test(test_logits),
                                       cmocka_unit_test(test_refusals)};
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("attention", tests, NULL, NULL);
}
