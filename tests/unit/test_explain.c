/* test_explain.c -- gradients in positions and inputs of whole networks of the zoo: against differences, and what they sum to */
#include "arena_fixture.h"
#include "explain/positions.h"
#include "model/learner.h"
#include "util/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 54, SIDE = 4, TIMES = 3 };
#ifdef GG_REAL_DOUBLE
static const double nothing = 1e-12;
static const bool differs = true;
#else
static const double nothing = 1e-4;
static const bool differs = false; /* of a float little is left */
#endif

static const double step = 2e-5, allowed = 1e-7;

static struct gg_frame frame;
static struct gg_model model;
static struct gg_explain x;

/* ---- a liquid ---- */

static void *add(const char *name, int dtype, int ndim, const uint64_t *shape, const int *axis,
                 const char *irreps, const char *unit)
{
    struct gg_field *f =
        gg_frame_add_as(&frame, &arena, name, dtype, ndim, shape, axis, GG_OTHER, irreps, unit, &err);
    if (!f)
        fail_msg("%s", err.text);
    return f->data;
}

static void random_floats(const char *name, int ndim, const uint64_t *shape, const int *axis,
                          const char *irreps, const char *unit, struct gg_rng *r)
{
    float *v = add(name, GG_F32, ndim, shape, axis, irreps, unit);
    for (uint64_t k = 0; k < gg_field_count(gg_frame_find(&frame, name)); k++)
        v[k] = (float)gg_rng_normal(r);
}

/* Particles near the places of a crystal, so that none are close. */
static int make_frame(void **state)
{
    static const int node[] = {GG_NODE, GG_FREE}, node_time[] = {GG_NODE, GG_TIME, GG_FREE},
                     time_axis[] = {GG_TIME};
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    uint64_t n3[] = {N, 3}, nt3[] = {N, TIMES, 3}, t[] = {TIMES};
    double side = 3.8;
    (void)state;
    frame = (struct gg_frame){.n_node = N, .dim = 3, .pbc = 7, .id = "liquid"};
    for (int a = 0; a < 3; a++)
        frame.cell[a][a] = side;
    double(*pos)[3] = add("pos", GG_F64, 2, n3, node, "1x1o", "sigma"),
    (*inherent)[3] = add("pos_inherent", GG_F64, 2, n3, node, "1x1o", "sigma");
    int32_t *type = add("type", GG_I32, 1, n3, node, "", "");
    for (int i = 0; i < N; i++) {
        int place[] = {i % SIDE, i / SIDE % SIDE, i / SIDE / SIDE};
        type[i] = i % 4 == 0;
        for (int a = 0; a < 3; a++) {
            inherent[i][a] = (place[a] + 0.3 * gg_rng_uniform(&r)) * side / SIDE;
            pos[i][a] = inherent[i][a] + 0.02 * gg_rng_normal(&r);
        }
    }
    double *time = add("time", GG_F64, 1, t, time_axis, "", "tau");
    time[0] = 1;
    time[1] = 10;
    time[2] = 100;
    random_floats("propensity", 2, nt3, node_time, "0e", "sigma", &r);
    random_floats("displacement", 3, nt3, node_time, "1x1o", "sigma", &r);
    random_floats("energy_inherent", 1, n3, node, "0e", "eps", &r);
    random_floats("to_inherent", 2, n3, node, "1x1o", "sigma", &r);
    return 0;
}

static int free_frame(void **state)
{
    (void)state;
    gg_frame_free(&frame);
    gg_arena_free(&arena);
    return 0;
}

/* ---- networks ---- */

static void build(void)
{
    struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {30, 30, 30, 30}};
    if (gg_model_open(&model, &err) || gg_model_see(&model, &frame, true, &err) ||
        gg_model_build(&model, &facts, &err))
        fail_msg("%s", err.text);
    gg_model_init_weights(&model, 7);
}

static void load(const char *file, int n, const char *const *set)
{
    char path[256];
    model = (struct gg_model){0};
    snprintf(path, sizeof path, "examples/models/%s.yaml", file);
    if (gg_config_load(&model.config, path, &err) ||
        gg_config_set(&model.config, "inputs.cutoff=1.35", "test", &err))
        fail_msg("%s", err.text);
    for (int k = 0; k < n && set[k]; k++)
        if (gg_config_set(&model.config, set[k], "test", &err))
            fail_msg("%s", err.text);
    build();
}

static void start(const struct gg_explain_options *o, const char *method)
{
    const struct gg_explain_method *m = gg_explain_find(method, &err);
    if (!m || gg_explain_open(&x, m, o, &model, &err))
        fail_msg("%s", err.text);
}

static void stop(void)
{
    gg_explain_free(&x);
    gg_model_free(&model);
}

/* A frame as methods get it, behind a forward. */
static void look(struct gg_scene *s)
{
    *s = (struct gg_scene){.f = &frame, .a = &arena};
    if (gg_sample_read(&s->s, &model, &frame, false, &arena, &err) ||
        gg_cell_init(&s->cell, 3, 7, (const double(*)[3])s->s.cell, &err) ||
        gg_batch_init(&s->b, &model, &s->s, true, &arena, &err) || gg_explain_choose(&x, s, 4, &err))
        fail_msg("%s", err.text);
    gg_pass_forward(&x.pass, &model, model.w, &s->b, true);
}

/* sum c y with a geometry's positions moved along u. */
static double moved(const char *positions, const double *u, double by, const double *c)
{
    double *pos = gg_frame_find(&frame, positions)->data, sum = 0;
    double *kept = GG_NEW(&arena, double, 3 * N), *y = GG_NEW(&arena, double, (size_t)(N * x.dim));
    struct gg_scene s;
    memcpy(kept, pos, 3 * N * sizeof *kept);
    for (int k = 0; k < 3 * N; k++)
        pos[k] += by * u[k];
    look(&s);
    gg_explain_read(&x, &s, 0, y);
    for (int k = 0; k < N * x.dim; k++)
        sum += c[k] != 0 ? c[k] * y[k] : 0;
    memcpy(pos, kept, 3 * N * sizeof *kept);
    return sum;
}

static double slope(const char *positions, const double *u, const double *c)
{
    double wide = (moved(positions, u, step, c) - moved(positions, u, -step, c)) / (2 * step);
    double near = (moved(positions, u, step / 2, c) - moved(positions, u, -step / 2, c)) / step;
    return (4 * near - wide) / 3; /* Richardson */
}

/* ---- positions ---- */

static void check_positions(const char *name)
{
    struct gg_scene s;
    struct gg_rng r = gg_rng_at(9, 0, 0, 0);
    double *c = GG_NEW(&arena, double, (size_t)(N * x.dim)), *u = GG_NEW(&arena, double, 3 * N);
    double(*S[GG_MAX_GEOMETRIES])[3], (*again[GG_MAX_GEOMETRIES])[3];
    look(&s);
    for (int k = 0; k < model.n_geometry; k++) {
        S[k] = gg_arena_alloc(&arena, N * sizeof *S[k]);
        again[k] = gg_arena_alloc(&arena, N * sizeof *again[k]);
    }
    for (int64_t k = 0; k < s.n_chosen; k++)
        for (int z = 0; z < x.dim; z++)
            c[s.chosen[k] * x.dim + z] = gg_rng_normal(&r);
    gg_positions_gradient(&x, &s, 0, c, again);
    gg_positions_gradient(&x, &s, 0, c, S);
    for (int k = 0; k < model.n_geometry; k++) {
        double got = 0, square = 0, sum[3] = {0}, size = 0;
        assert_memory_equal(S[k], again[k], N * sizeof *S[k]); /* a forward serves any number of backwards */
        for (int q = 0; q < 3 * N; q++) {
            double g = S[k][q / 3][q % 3];
            u[q] = gg_rng_normal(&r);
            got += g * u[q];
            square += g * u[q] * g * u[q];
            sum[q % 3] += g;
            size += fabs(g);
        }
        double want = differs ? slope(model.geometry[k].positions, u, c) : got, e = fabs(got - want);
        if (differs && (!(e <= allowed * sqrt(square)) || !(square > 0)))
            fail_msg("%s, %s: slope %.9g by differences, %.9g by backward", name, model.geometry[k].positions,
                     want, got);
        for (int a = 0; a < 3; a++)
            if (!(fabs(sum[a]) <= nothing * size))
                fail_msg("%s: the gradients sum to %g of %g", name, sum[a], size);
    }
}

/* Radial functions on every edge, where the slopes of a table would jump at its knots. */
#define EXACT(layer) #layer ".radial.table=exact"
static const struct {
    const char *file, *set[2];
} zoo[] = {{"se3", {EXACT(conv), "let.lmax=2"}},
           {"tfn", {EXACT(conv), "let.C=4"}},
           {"nequip", {EXACT(conv), "let.C=4"}},
           {"se3_both", {EXACT(conv)}},
           {"painn", {NULL}},
           {"escn", {EXACT(conv_so2)}},
           {"se3transformer", {EXACT(conv), EXACT(conv_logits)}},
           {NULL}};

static void test_zoo(void **state)
{
    static struct gg_explain_options o = {.probes = -1, .steps = -1, .seed = -1};
    (void)state;
    for (int k = 0; zoo[k].file; k++) {
        load(zoo[k].file, 2, zoo[k].set);
        start(&o, "saliency");
        check_positions(zoo[k].file);
        stop();
    }
}

static void test_vector(void **state)
{
    static const char *displacement[] = {"displacement"};
    static const char *const set[] = {"heads=[{target: displacement, in: h, layer: gated_vector}]",
                                      EXACT(conv)};
    static struct gg_explain_options o = {.target = {1, displacement}, .probes = -1, .steps = -1, .seed = -1};
    (void)state;
    load("se3", 2, set);
    start(&o, "saliency");
    assert_int_equal(x.dim, 3);
    check_positions("se3, vector head");
    stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_zoo), cmocka_unit_test(test_vector)};
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("explain", tests, make_frame, free_frame);
}
