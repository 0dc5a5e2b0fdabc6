/* test_chain.c -- layers that run for some receivers at a time give what they give for all at once, and obey the same laws */
#include "arena_fixture.h"
#include "laws/laws.h"
#include "model/pass.h"
#include "model/pass_chain.h"
#include "util/threads.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 60, TIMES = 2 };
static const double tolerance = sizeof(gg_real) == 8 ? 1e-12 : 1e-5;

/* Inside: a value on edges from outside, values of receivers and senders, attention, two outputs; %s: the block. */
static const char yaml[] =
    "inputs: {node: [type, velocity], positions: [pos, pos], cutoff: [1.5, 1.2]}\n"
    "layers:\n"
    "  - {layer: linear, out: h}\n"
    "  - {layer: conv, lmax: 1, out_irreps: 4x0e+4x1o, radial: {n: 4}, out: c}\n"
    "  - {layer: linear, in: c, out_irreps: 4x0e, out: s}\n"
    "  - {layer: edge_mlp, in: [s, s], at: [receiver, sender], outputs: 3, out: e}\n"
    "  - %s\n"
    "    layers:\n"
    "      - {layer: edge_mlp, in: [e, s, s], at: [edge, receiver, sender], hidden: [6], outputs: 2, out: "
    "z}\n"
    "      - {layer: softmax, out: alpha}\n"
    "      - {layer: conv, in: [c, alpha], lmax: 1, out_irreps: 4x0e+4x1o, radial: {n: 4}, out: m}\n"
    "      - {layer: conv, geometry: 1, in: c, lmax: 1, out_irreps: 4x0e+4x1o, radial: {n: 4}, out: far}\n"
    "      - {layer: sum, in: z, out: t}\n"
    "  - {layer: add, in: [m, far], out: m}\n"
    "  - {layer: edge_mlp, in: [z, alpha, s], at: [edge, edge, sender], outputs: 3}\n"
    "  - {layer: sum, out: u}\n"
    "  - {layer: concat, in: [t, u], out: t}\n"
    "  - {layer: linear, in: m, out_irreps: 5x0e+3x1o, out: m}\n"
    "  - {layer: linear, in: t, out_irreps: 4x0e}\n"
    "  - {layer: linear, in: m, out: h}\n"
    "heads:\n"
    "  - {target: propensity, in: t, layer: mlp, hidden: [8]}\n"
    "  - {target: displacement, in: h, layer: gated_vector}\n";

static struct gg_sample sample;

static void make_sample(int n)
{
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    double(*pos)[3] = gg_arena_calloc(&arena, (size_t)n, sizeof *pos), side = cbrt(n / 0.94);
    int32_t *type = GG_NEW(&arena, int32_t, (size_t)n);
    float *velocity = GG_NEW(&arena, float, 3 * (size_t)n);
    sample = (struct gg_sample){.n_node = n, .dim = 3, .pbc = 7};
    for (int a = 0; a < 3; a++)
        sample.cell[a][a] = side;
    for (int i = 0; i < n; i++) {
        type[i] = i % 5 == 0;
        for (int a = 0; a < 3; a++) {
            pos[i][a] = side * gg_rng_uniform(&r);
            velocity[3 * i + a] = (float)gg_rng_normal(&r);
        }
    }
    sample.pos[0] = sample.pos[1] = (const double(*)[3])pos;
    sample.type = type;
    sample.input[GG_ON_NODE] = velocity;
}

static int try_model(struct gg_model *m, const char *text)
{
    static const double times[TIMES] = {1, 2};
    const struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {12, 6}};
    *m = (struct gg_model){0};
    if (gg_config_from_text(&m->config, text, strlen(text), "m.yaml", &err) || gg_model_open(m, &err))
        return -1;
    m->input[1].irreps = (struct gg_irreps){1, {{1, 1, -1}}};
    for (int h = 0; h < m->n_head; h++)
        if (gg_target_known(&m->head[h].target, &m->arena, TIMES, times, &err))
            return -1;
    if (gg_model_build(m, &facts, &err))
        return -1;
    gg_model_init_weights(m, 1);
    return 0;
}

static void make_model(struct gg_model *m, const char *block)
{
    char text[4096];
    snprintf(text, sizeof text, yaml, block);
    if (try_model(m, text))
        fail_msg("%s", err.text);
}

/* ---- the same numbers ---- */

struct numbers {
    struct gg_pass pass;
    struct gg_batch batch;
    gg_real *dw, (*dvec[2])[3];
};

/* Gradients of the parameters, and with `vectors` of the edge vectors. */
static void evaluate(struct numbers *x, const struct gg_model *m, bool vectors)
{
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    *x = (struct numbers){.dw = GG_NEW(&arena, gg_real, (size_t)m->n_weight)};
    if (gg_batch_init(&x->batch, m, &sample, true, &arena, &err))
        fail_msg("%s", err.text);
    for (int k = 0; vectors && k < m->n_geometry; k++)
        x->pass.dvec[k] = x->dvec[k] =
            gg_arena_calloc(&arena, (size_t)x->batch.graph[k].n_edge, sizeof *x->dvec[k]);
    gg_pass_forward(&x->pass, m, m->w, &x->batch, true);
    for (int h = 0; h < m->n_head; h++) {
        int v = m->head[h].value;
        int64_t n = gg_pass_rows(m, &x->batch, v) * m->value[v].stride;
        x->pass.gradient[v] = GG_NEW(&arena, gg_real, (size_t)n);
        for (int64_t k = 0; k < n; k++)
            x->pass.gradient[v][k] = (gg_real)gg_rng_normal(&r);
    }
    gg_pass_backward(&x->pass, m, m->w, &x->batch, x->dw);
}

static void near(const gg_real *a, const gg_real *b, int64_t n, const char *what)
{
    double most = 0, size = 0;
    for (int64_t k = 0; k < n; k++) {
        double d = fabs((double)a[k] - (double)b[k]);
        most = d <= most ? most : d;
        size = fmax(size, fabs((double)b[k]));
    }
    if (!(most <= tolerance * size) || size == 0)
        fail_msg("%s: off by %g of %g", what, most, size);
}

static void test_same(void **state)
{
    static const char *const blocks[] = {"receivers: 1\n    keep: [z, alpha]",
                                         "receivers: 7\n    keep: [z, alpha]",
                                         "receivers: 1000\n    keep: [z, alpha]"};
    struct gg_model all, some;
    struct numbers x, y;
    (void)state;
    make_sample(N);
    make_model(&all, "repeat: 1");
    evaluate(&x, &all, true);
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++) {
        make_model(&some, blocks[k]);
        assert_int_equal(some.n_weight, all.n_weight);
        memcpy(some.w, all.w, (size_t)all.n_weight * sizeof *all.w);
        evaluate(&y, &some, true);
        for (int h = 0; h < all.n_head; h++) {
            int v = all.head[h].value;
            near(y.pass.value[some.head[h].value], x.pass.value[v],
                 gg_pass_rows(&all, &x.batch, v) * all.value[v].stride, "prediction");
        }
        near(y.dw, x.dw, all.n_weight, "gradient");
        for (int q = 0; q < 2; q++)
            near(y.dvec[q][0], x.dvec[q][0], 3 * x.batch.graph[q].n_edge, "gradient of the vectors");
        gg_pass_free(&y.pass);
        gg_model_free(&some);
    }
    gg_pass_free(&x.pass);
    gg_model_free(&all);
}

/* ---- what nobody wants ---- */

static int value_of(const struct gg_model *m, const char *layer)
{
    for (int k = 0; k < m->n_op; k++)
        if (!strcmp(m->op[k].layer.type->name, layer))
            return m->op[k].out;
    fail_msg("no layer %s", layer);
    return -1;
}

/* While training nobody wants gradients of harmonics and radial functions; with the edge vectors they are wanted, and those of the
 * parameters are the same bytes. */
static void test_wanted(void **state)
{
    static const char text[] =
        "inputs: {node: [type, velocity], cutoff: 1.5}\n"
        "layers:\n"
        "  - {layer: linear, out_irreps: 4x0e, out: s}\n"
        "  - {layer: harmonics, lmax: 1, out: Y}\n"
        "  - {layer: radial, n: 4, out: a}\n"
        "  - %s\n"
        "    layers:\n"
        "      - {layer: edge_mlp, in: [a, s], at: [edge, sender], outputs: 2, out: g}\n"
        "      - {layer: product, in: [Y, g], pair: elementwise, out: E}\n"
        "      - {layer: sum, out: U}\n"
        "  - {layer: linear, in: U, out_irreps: 4x0e+2x1o, out: U}\n"
        "heads:\n"
        "  - {target: propensity, in: U, layer: mlp}\n"
        "  - {target: displacement, in: U, layer: gated_vector}\n";
    (void)state;
    make_sample(N);
    for (int block = 0; block < 2; block++) {
        char whole[2048];
        struct gg_model m;
        struct numbers x, y;
        snprintf(whole, sizeof whole, text, block ? "receivers: 7" : "repeat: 1");
        if (try_model(&m, whole))
            fail_msg("%s", err.text);
        evaluate(&x, &m, true);
        evaluate(&y, &m, false);
        assert_memory_equal(x.dw, y.dw, (size_t)m.n_weight * sizeof *x.dw);
        for (int k = 0; k < 2; k++) {
            int v = value_of(&m, (const char *const[]){"harmonics", "radial"}[k]);
            assert_non_null(x.pass.gradient[v]);
            assert_null(y.pass.gradient[v]);
        }
        gg_pass_free(&x.pass);
        gg_pass_free(&y.pass);
        gg_model_free(&m);
    }
}

/* ---- the same bytes for any number of threads ---- */

static void test_threads(void **state)
{
    static const char *const blocks[] = {"receivers: 1\n    keep: [z, alpha]",
                                         "receivers: 7\n    keep: [z, alpha]",
                                         "receivers: 20\n    keep: [z, alpha]"};
    static const int threads[] = {2, 3, 4, 8, 64};
    int before = gg_threads();
    (void)state;
    make_sample(N);
    for (int b = 0; b < 3; b++) {
        struct gg_model m;
        struct numbers one, many;
        make_model(&m, blocks[b]);
        omp_set_num_threads(1);
        evaluate(&one, &m, true);
        for (int k = 0; k < 5; k++) {
            omp_set_num_threads(threads[k]);
            evaluate(&many, &m, true);
            assert_memory_equal(one.dw, many.dw, (size_t)m.n_weight * sizeof *one.dw);
            for (int g = 0; g < m.n_geometry; g++)
                assert_memory_equal(one.dvec[g], many.dvec[g],
                                    (size_t)one.batch.graph[g].n_edge * sizeof *one.dvec[g]);
            gg_pass_free(&many.pass);
        }
        gg_pass_free(&one.pass);
        gg_model_free(&m);
    }
    omp_set_num_threads(before);
}

/* ---- the same laws ---- */

static void tell(void *context, const struct gg_finding *f)
{
    (void)context;
    if (!(f->error <= f->allowed))
        print_error("%s of %s: %g, allowed %g\n", f->law, f->what, f->error, f->allowed);
}

static void test_laws(void **state)
{
    struct gg_model m;
    (void)state;
    make_sample(N);
    make_model(&m, "receivers: 7\n    keep: [z, alpha]");
    struct gg_laws laws = {.model = &m, .seed = 1, .n_trial = 4, .pieces = true, .report = tell};
    if (gg_laws_check(&laws, &sample, &err))
        fail_msg("%s", err.text);
    assert_int_equal(laws.n_failed, 0);
    assert_true(laws.n_checked > 15);
    gg_model_free(&m);
}

/* ---- memory ---- */

/* What is on edges takes the memory of a block, however many particles there are; threads have one each. */
static void test_memory(void **state)
{
    enum { THREADS = 4 };
    static const char text[] = "inputs: {node: [type, velocity], cutoff: 1.5}\n"
                               "layers:\n"
                               "  - {layer: linear, out_irreps: 4x0e, out: s}\n"
                               "  - %s\n"
                               "    layers:\n"
                               "      - {layer: edge_mlp, in: s, at: sender, hidden: [64, 64], outputs: 64}\n"
                               "      - {layer: sum, out: t}\n"
                               "heads: [{target: propensity, in: t, layer: mlp}]\n";
    size_t bytes[2][2], chain = 0, chains = 0;
    int before = gg_threads();
    (void)state;
    omp_set_num_threads(1);
    for (int large = 0; large < 2; large++)
        for (int block = 0; block < 2; block++) {
            struct gg_model m;
            struct gg_batch b;
            char filled[sizeof text + 32];
            make_sample(large ? 1200 : 600);
            snprintf(filled, sizeof filled, text, block ? "receivers: 8" : "repeat: 1");
            if (try_model(&m, filled) || gg_batch_init(&b, &m, &sample, true, &arena, &err))
                fail_msg("%s", err.text);
            bytes[large][block] = gg_pass_bytes(&m, &b, true);
            for (int n = 1; large && block && n <= THREADS; n += THREADS - 1) {
                omp_set_num_threads(n);
                *(n == 1 ? &chain : &chains) = gg_chain_bytes(&m, &b, 0, true);
            }
            gg_model_free(&m);
        }
    omp_set_num_threads(before);
    assert_int_equal(chains, THREADS * chain);
    assert_true(bytes[0][1] < bytes[0][0] / 4);
    assert_true(bytes[1][1] - bytes[0][1] < (bytes[1][0] - bytes[0][0]) / 4);
}

/* ---- refusals ---- */

static void refused(const char *layers, int line, const char *why)
{
    char text[2048], where[32];
    struct gg_model m;
    snprintf(text, sizeof text,
             "inputs: {node: [type, velocity], cutoff: 1.5}\n"
             "layers:\n"
             "  - {layer: linear, out_irreps: 4x0e, out: s}\n"
             "%s"
             "heads: [{target: propensity, in: t, layer: mlp}]\n",
             layers);
    if (!try_model(&m, text))
        fail_msg("taken: %s", layers);
    snprintf(where, sizeof where, "m.yaml:%d", line);
    assert_int_equal(err.status, GG_USAGE);
    if (!strstr(err.text, where) || !strstr(err.text, why))
        fail_msg("'%s', not %s '%s'", err.text, where, why);
    gg_model_free(&m);
}

#define EDGES "      - {layer: edge_mlp, in: s, at: sender, outputs: 4, out: e}\n"
static void test_refusals(void **state)
{
    (void)state;
    refused("  - receivers: 8\n    layers:\n" EDGES "      - {layer: sum, out: t}\n"
            "  - {layer: sum, in: e, out: t}\n",
            8, "for some receivers at a time only");
    refused("  - receivers: 8\n    layers:\n" EDGES "      - {layer: sum, out: u}\n"
            "      - {layer: edge_mlp, in: u, at: sender, outputs: 4}\n"
            "      - {layer: sum, out: t}\n",
            8, "read it behind the block");
    refused("  - receivers: 8\n    layers:\n" EDGES, 4, "must bring its edges to their receivers");
    refused("  - receivers: 8\n    layers:\n" EDGES "      - {layer: batch_norm}\n"
            "      - {layer: sum, out: t}\n",
            7, "batch_norm takes numbers from all rows");
    refused("  - receivers: 8\n    layers:\n" EDGES "      - {layer: sum}\n"
            "  - {layer: pool, in: s, out: t}\n"
            "  - receivers: 8\n    layers:\n"
            "      - {layer: pool, in: s, out: t}\n",
            11, "pool makes a value of the whole configuration");
    refused("  - receivers: 8\n    keep: [s]\n    layers:\n" EDGES "      - {layer: sum, out: t}\n", 5,
            "'s' is no value on edges that this block makes");
    refused("  - receivers: 8\n    keep: [e, e]\n    layers:\n" EDGES "      - {layer: sum, out: t}\n", 5,
            "keep: 'e' is there already");
    refused("  - receivers: 8\n    keep: [e]\n    layers:\n" EDGES "      - {layer: sum, out: t}\n", 5,
            "keep: nothing behind the block reads 'e'");
    refused("  - repeat: 2\n    layers:\n      - receivers: 8\n        keep: [e]\n        layers:\n    " EDGES
            "          - {layer: sum, out: t}\n",
            7, "keep: nothing behind the block reads 'e'");
    refused("  - receivers: 8\n    keep: [ee]\n    layers:\n" EDGES "      - {layer: sum, out: t}\n", 5,
            "no value is called 'ee'");
    refused("  - receivers: 0\n    layers:\n" EDGES "      - {layer: sum, out: t}\n", 4, "receivers");
    refused("  - receivers: 8\n    share: true\n    layers:\n" EDGES "      - {layer: sum, out: t}\n", 5,
            "share");
    refused("  - receivers: 8\n    layers:\n      - receivers: 4\n        layers:\n"
            "          - {layer: edge_mlp, in: s, at: sender, outputs: 4}\n"
            "          - {layer: sum, out: t}\n",
            6, "another one with `receivers`");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(test_same, empty_arena),
                                       cmocka_unit_test_setup(test_wanted, empty_arena),
                                       cmocka_unit_test_setup(test_threads, empty_arena),
                                       cmocka_unit_test_setup(test_laws, empty_arena),
                                       cmocka_unit_test_setup(test_memory, empty_arena),
                                       cmocka_unit_test_setup(test_refusals, empty_arena)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("chain", tests, NULL, free_arena);
}
