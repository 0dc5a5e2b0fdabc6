/* test_laws.c -- a sound network passes every law, and each way of breaking one is noticed */
#include "arena_fixture.h"
#include "laws/laws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 60, TIMES = 2 };
static const char yaml[] =
    "inputs: {node: [type, velocity], cutoff: 1.5}\n"
    "layers:\n"
    "  - {layer: linear, out: h}\n"
    "  - {layer: conv, lmax: 1, out_irreps: gate(4x0e+4x1o), radial: {n: 4, hidden: [8]}}\n"
    "  - {layer: gate, out: h}\n"
    "heads:\n"
    "  - {target: propensity, in: h, layer: mlp, hidden: [8, 8]}\n"
    "  - {target: displacement, in: h, layer: gated_vector}\n";
enum { LINEAR, CONV, GATE };

/* ---- a frame of random particles and a network on it ---- */

static struct gg_sample sample;
static struct gg_model model;

static void make_sample(int dim)
{
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    double(*pos)[3] = gg_arena_calloc(&arena, N, sizeof *pos);
    int32_t *type = GG_NEW(&arena, int32_t, N);
    float *velocity = GG_NEW(&arena, float, 3 * N);
    double side = dim == 3 ? 4 : 8;
    sample = (struct gg_sample){.n_node = N, .dim = dim, .pbc = dim == 3 ? 7 : 3};
    for (int a = 0; a < 3; a++)
        sample.cell[a][a] = a < dim ? side : 0;
    sample.cell[1][0] = 0.3;
    for (int i = 0; i < N; i++) {
        type[i] = i % 5 == 0;
        for (int a = 0; a < dim; a++) {
            pos[i][a] = side * gg_rng_uniform(&r);
            velocity[3 * i + a] = (float)gg_rng_normal(&r);
        }
    }
    sample.pos[0] = (const double(*)[3])pos;
    sample.type = type;
    sample.input[GG_ON_NODE] = velocity;
}

static void make_model(void)
{
    const struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {12}};
    model = (struct gg_model){0};
    if (gg_config_from_text(&model.config, yaml, strlen(yaml), "m.yaml", &err) || gg_model_open(&model, &err))
        fail_msg("%s", err.text);
    model.input[1].irreps = (struct gg_irreps){1, {{1, 1, -1}}};
    static const double times[TIMES] = {1, 2};
    for (int h = 0; h < model.n_head; h++)
        if (gg_target_known(&model.head[h].target, &model.arena, TIMES, times, &err))
            fail_msg("%s", err.text);
    if (gg_model_build(&model, &facts, &err))
        fail_msg("%s", err.text);
    gg_model_init_weights(&model, 1);
}

/* ---- which laws failed ---- */

static char failed[4096];

static void remember(void *context, const struct gg_finding *f)
{
    size_t used = strlen(failed);
    (void)context;
    if (!(f->error <= f->allowed))
        snprintf(failed + used, sizeof failed - used, "%s of %s; ", f->law, f->what);
}

static int run(void)
{
    struct gg_laws laws = {.model = &model, .seed = 1, .n_trial = 4, .pieces = true, .report = remember};
    failed[0] = 0;
    if (gg_laws_check(&laws, &sample, &err))
        fail_msg("%s", err.text);
    assert_true(laws.n_checked > 15);
    return laws.n_failed;
}

static void fails(const char *what)
{
    run();
    if (!strstr(failed, what))
        fail_msg("'%s' went unnoticed; failed: %s", what, failed);
}

static void only_fails(const char *law)
{
    fails(law);
    for (const char *f = failed; *f; f = strstr(f, "; ") + 2)
        if (strncmp(f, law, strlen(law)))
            fail_msg("%s", failed);
}

/* ---- layers with a fault ---- */

static const struct gg_layer_type *sound;

static const gg_real *first_row(const struct gg_layer *l, gg_real *y, int64_t i)
{
    return y + i * l->out.stride;
}

static void forward_then(const struct gg_call *call)
{
    sound->forward(call);
}

/* Takes the parity of a vector from it: its components become scalars' business. */
static void forward_uneven(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    forward_then(call);
    for (int64_t i = 0; i < g->n_node; i++)
        call->y[i * l->out.stride] +=
            (gg_real)0.01 * first_row(l, call->y, i)[l->out.offset[l->out.irreps.n - 1]];
}

/* Adds a scalar along x to the vector: wrong under rotations. */
static void forward_crooked(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    forward_then(call);
    for (int64_t i = 0; i < g->n_node; i++)
        call->y[i * l->out.stride + l->out.offset[l->out.irreps.n - 1]] += (gg_real)0.01;
}

/* A triple product of the first three channels: right under rotations, wrong under reflections. */
static void forward_handed(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    int b = l->out.irreps.n - 1, pad = l->out.pad[b];
    forward_then(call);
    for (int64_t i = 0; i < g->n_node; i++) {
        const gg_real *v = first_row(l, call->y, i) + l->out.offset[b];
        gg_real volume = 0;
        for (int m = 0; m < 3; m++) {
            int p = (m + 1) % 3, q = (m + 2) % 3;
            volume += v[m * pad] * (v[p * pad + 1] * v[q * pad + 2] - v[q * pad + 1] * v[p * pad + 2]);
        }
        call->y[i * l->out.stride] += volume;
    }
}

/* Depends on the row a particle stands in. */
static void forward_by_row(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    forward_then(call);
    for (int64_t i = 0; i < g->n_node; i += 7)
        call->y[i * l->out.stride] *= (gg_real)1.01;
}

static void forward_nan(const struct gg_call *call)
{
    forward_then(call);
    call->y[0] = (gg_real)NAN;
}

/* Never the same twice. */
static void forward_restless(const struct gg_call *call)
{
    static int calls;
    forward_then(call);
    call->y[0] *= 1 + 4 * (gg_real)(sizeof(gg_real) == 8 ? 2.2e-16 : 1.2e-7) * (gg_real)(calls++ % 8);
}

static void backward_strong(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    sound->backward(call);
    for (int64_t k = 0; k < l->n_weight; k++)
        call->dw[k] *= (gg_real)1.05;
}

static void backward_forgetful(const struct gg_call *call)
{
    gg_real *none[GG_LAYER_INPUTS] = {NULL};
    struct gg_call other = *call;
    other.dx = none;
    sound->backward(&other);
}

/* The model with one layer's functions replaced (NULL = as they were). */
static struct gg_layer_type faulty;

static void break_layer(int k, __typeof__(faulty.forward) forward, __typeof__(faulty.backward) backward)
{
    make_model();
    sound = model.op[k].layer.type;
    faulty = *sound;
    faulty.forward = forward ? forward : sound->forward;
    faulty.backward = backward ? backward : sound->backward;
    model.op[k].layer.type = &faulty;
}

/* ---- tests ---- */

static void test_sound(void **state)
{
    (void)state;
    for (int dim = 2; dim <= 3; dim++) {
        make_sample(dim);
        make_model();
        if (run())
            fail_msg("%d dimensions: %s", dim, failed);
        gg_model_free(&model);
    }
}

static void test_faults(void **state)
{
    (void)state;
    make_sample(3);
    break_layer(GATE, forward_uneven, NULL);
    fails("O(3) of propensity");
    gg_model_free(&model);
    break_layer(GATE, forward_crooked, NULL);
    fails("O(3) of displacement");
    gg_model_free(&model);
    break_layer(GATE, forward_handed, NULL);
    fails("O(3) of propensity");
    gg_model_free(&model);
    break_layer(GATE, forward_by_row, NULL);
    fails("permutation of propensity");
    fails("translation of propensity");
    gg_model_free(&model);
    break_layer(LINEAR, forward_nan, NULL);
    fails("gradient of all parameters");
    fails("O(3) of propensity");
    fails("permutation of displacement");
    gg_model_free(&model);
    break_layer(LINEAR, forward_restless, NULL);
    fails("threads of predictions");
    fails("threads of gradient");
    gg_model_free(&model);
}

static void test_wrong_gradients(void **state)
{
    (void)state;
    make_sample(3);
    break_layer(CONV, NULL, backward_strong);
    only_fails("gradient");
    fails("gradient of layers.1.conv");
    gg_model_free(&model);
    break_layer(GATE, NULL, backward_forgetful);
    only_fails("gradient");
    fails("gradient of layers.0.linear");
    gg_model_free(&model);
}

/* Nothing to compare is no failure: no particles, or one without neighbours. */
static void test_small(void **state)
{
    (void)state;
    for (int n = 0; n <= 1; n++) {
        make_sample(3);
        make_model();
        sample.n_node = n;
        if (run())
            fail_msg("%d particles: %s", n, failed);
        gg_model_free(&model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_wrong_gradients),
        cmocka_unit_test(test_small),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
