/* test_worlds.c -- targets on nodes, edges and configurations, of any degree and at any times; several geometries, edges of the frame,
 * inputs on edges and of the frame, times as a value: a small network for each, through all laws, and through its file */
#include "laws/laws.h"
#include "model/learner.h"
#include "o3/o3.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { N = 40, TIMES = 3 };
static const char backbone[] =
    "layers:\n"
    "  - {layer: linear, out: h}\n"
    "  - {layer: conv, in: h, lmax: 2, out_irreps: gate(4x0e+4x1o+4x2e), radial: {n: 4, hidden: [8]}}\n"
    "  - {layer: gate, out: h}\n";

static struct gg_arena arena;
static struct gg_err err;
static struct gg_frame frame;

/* ---- a frame with everything ---- */

static void *add(const char *name, int dtype, int ndim, const uint64_t *shape, const int *axis, int role,
                 const char *irreps, const char *unit)
{
    struct gg_field *x =
        gg_frame_add_as(&frame, &arena, name, dtype, ndim, shape, axis, role, irreps, unit, &err);
    if (!x)
        fail_msg("%s", err.text);
    return x->data;
}

static void random_floats(const char *name, int ndim, const uint64_t *shape, const int *axis,
                          const char *irreps, struct gg_rng *r)
{
    float *x = add(name, GG_F32, ndim, shape, axis, GG_OTHER, irreps, "1");
    for (uint64_t k = 0; k < gg_field_count(gg_frame_find(&frame, name)); k++)
        x[k] = (float)gg_rng_normal(r);
}

static void add_edges(const struct gg_cell *cell, const double (*pos)[3])
{
    struct gg_edges e;
    static const int ptr_axis[] = {GG_NODE1}, edge_axis[] = {GG_EDGE, GG_FREE};
    if (gg_neighbors(&e, &arena, cell, N, pos, 1.6, false, 0, &err))
        fail_msg("%s", err.text);
    frame.n_edge = (uint64_t)e.n_edge;
    uint64_t ptr_shape[] = {N + 1}, edge_shape[] = {frame.n_edge, 3};
    memcpy(add("edge_ptr", GG_I64, 1, ptr_shape, ptr_axis, GG_STRUCTURE, "", ""), e.ptr,
           (N + 1) * sizeof *e.ptr);
    memcpy(add("edge_nbr", GG_I32, 1, edge_shape, edge_axis, GG_STRUCTURE, "", ""), e.nbr,
           (size_t)e.n_edge * sizeof *e.nbr);
    memcpy(add("edge_shift", GG_I8, 2, edge_shape, edge_axis, GG_STRUCTURE, "", ""), e.shift,
           (size_t)e.n_edge * sizeof *e.shift);
}

static int make_frame(void **state)
{
    static const int node[] = {GG_NODE, GG_FREE}, node_time[] = {GG_NODE, GG_TIME, GG_FREE},
                     edge[] = {GG_EDGE, GG_FREE}, edge_time[] = {GG_EDGE, GG_TIME}, none[] = {GG_FREE},
                     time_axis[] = {GG_TIME};
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    struct gg_cell cell;
    const double h[3][3] = {{4, 0, 0}, {0.5, 4, 0}, {0, -0.3, 4}};
    uint64_t n3[] = {N, 3}, nt3[] = {N, TIMES, 3}, n5[] = {N, 5}, t[] = {TIMES}, six[] = {6};
    (void)state;
    frame = (struct gg_frame){.n_node = N, .dim = 3, .pbc = 7, .id = "world"};
    memcpy(frame.cell, h, sizeof h);
    gg_cell_init(&cell, 3, 7, h, &err);
    double(*pos)[3] = add("pos", GG_F64, 2, n3, node, GG_STRUCTURE, "1x1o", "sigma"),
    (*inherent)[3] = add("pos_inherent", GG_F64, 2, n3, node, GG_STRUCTURE, "1x1o", "sigma");
    int32_t *type = add("type", GG_I32, 1, n3, node, GG_STRUCTURE, "", "");
    for (int i = 0; i < N; i++) {
        type[i] = i % 3 == 0;
        for (int z = 0; z < 3; z++) {
            pos[i][z] = 4 * gg_rng_uniform(&r);
            inherent[i][z] = pos[i][z] + 0.1 * gg_rng_normal(&r);
        }
    }
    add_edges(&cell, (const double(*)[3])pos);
    uint64_t e1[] = {frame.n_edge, 3}, et[] = {frame.n_edge, TIMES};
    double *time = add("time", GG_F64, 1, t, time_axis, GG_OTHER, "", "tau");
    *(double *)add("temperature", GG_F64, 0, t, none, GG_OTHER, "", "eps") = 0.5;
    for (int k = 0; k < TIMES; k++)
        time[k] = pow(10, k);
    random_floats("propensity", 2, nt3, node_time, "0e", &r);
    random_floats("displacement", 3, nt3, node_time, "1x1o", &r);
    random_floats("charge", 1, n3, node, "0e", &r);
    random_floats("spin", 1, n3, node, "0o", &r);
    random_floats("moment", 2, n3, node, "1x1e", &r);
    random_floats("strain", 2, n5, node, "1x2e", &r);
    random_floats("bond", 1, e1, edge, "0e", &r);
    random_floats("bond_t", 2, et, edge_time, "0e", &r);
    random_floats("flow", 2, e1, edge, "1x1o", &r);
    random_floats("stress", 1, six, none, "1x0e+1x2e", &r);
    random_floats("q_s", 1, t, time_axis, "0e", &r);
    return 0;
}

/* ---- a model on it, through the laws ---- */

static struct gg_model model;
static struct gg_sample sample;

static void make_model(const char *inputs, const char *layers, const char *heads)
{
    struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {12, 12, 12, 12}};
    char yaml[2048];
    snprintf(yaml, sizeof yaml, "inputs: {%s}\n%sheads:\n%s", inputs, layers, heads);
    model = (struct gg_model){0};
    if (gg_config_from_text(&model.config, yaml, strlen(yaml), "world", &err) ||
        gg_model_open(&model, &err) || gg_model_see(&model, &frame, true, &err) ||
        gg_model_build(&model, &facts, &err) || gg_sample_read(&sample, &model, &frame, true, &arena, &err))
        fail_msg("%s\n%s", err.text, yaml);
    gg_sample_bind(&sample, &model, &arena);
    gg_model_init_weights(&model, 7);
}

static void report(void *context, const struct gg_finding *f)
{
    (void)context;
    if (!(f->error <= f->allowed))
        print_message("%s of %s: %g, allowed %g\n", f->law, f->what, f->error, f->allowed);
}

static void obeys(const char *inputs, const char *layers, const char *heads)
{
    make_model(inputs, layers, heads);
    struct gg_laws laws = {.model = &model, .seed = 3, .n_trial = 2, .pieces = true, .report = report};
    if (gg_laws_check(&laws, &sample, &err))
        fail_msg("%s", err.text);
    assert_true(laws.n_checked > 8);
    assert_int_equal(laws.n_failed, 0);
}

/* Predictions of all heads, one after the other. */
static float *predictions(const struct gg_model *m, const struct gg_sample *s, int64_t *n)
{
    struct gg_pass pass = {0};
    struct gg_prediction out[GG_MAX_HEADS] = {0};
    float *all = GG_NEW(&arena, float, 1 << 16);
    *n = 0;
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        out[h].y = all + *n;
        *n += t->kind->rows(s) * t->n_time * gg_target_dim(t);
    }
    assert_true(*n < 1 << 16);
    if (m->learner->predict(&pass, m, s, out, &arena, &err))
        fail_msg("%s", err.text);
    gg_pass_free(&pass);
    return all;
}

static void comes_back(void)
{
    char path[] = "/tmp/gg-world.XXXXXX";
    struct gg_prov prov = {0};
    struct gg_model again = {0};
    struct gg_sample s;
    int64_t n, n2;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    for (int h = 0; h < model.n_head; h++)
        model.head[h].target.mean[0] = 0.25; /* something to forget */
    if (gg_model_save(&model, model.w, path, &prov, &err) || gg_model_load(&again, path, NULL, &err) ||
        gg_sample_read(&s, &again, &frame, false, &arena, &err))
        fail_msg("%s", err.text);
    const float *a = predictions(&model, &sample, &n), *b = predictions(&again, &s, &n2);
    assert_int_equal(n, n2);
    assert_true(n > 0);
    assert_memory_equal(a, b, (size_t)n * sizeof *a);
    unlink(path);
    gg_model_free(&again);
    gg_model_free(&model);
}

static void world(const char *inputs, const char *layers, const char *heads)
{
    obeys(inputs, layers, heads);
    comes_back();
}

/* ---- the worlds ---- */

static void targets_on_nodes(void **state)
{
    (void)state;
    world("node: [type], cutoff: 1.6", backbone,
          "  - {target: propensity, in: h, layer: mlp, hidden: [6]}\n"
          "  - {target: displacement, in: h, layer: gated}\n"
          "  - {target: charge, in: h, layer: mlp, species: joint}\n"
          "  - {target: strain, in: h, layer: linear}\n");
    world("node: [type], cutoff: 1.6",
          "layers:\n"
          "  - {layer: linear, out: h}\n"
          "  - {layer: conv, in: h, lmax: 1, parity: both, out_irreps: 4x0e+4x0o+4x1o+4x1e, radial: {n: 4}, "
          "out: m}\n"
          "  - {layer: conv, in: m, lmax: 1, parity: both, out_irreps: 4x0e+4x0o+4x1o+4x1e, radial: {n: 4}, "
          "out: h}\n",
          "  - {target: spin, in: h, layer: linear}\n"
          "  - {target: moment, in: h, layer: linear, species: B}\n");
}

static void targets_on_configurations(void **state)
{
    (void)state;
    world("node: [type], cutoff: 1.6",
          "layers:\n"
          "  - {layer: linear, out: h}\n"
          "  - {layer: conv, in: h, lmax: 2, out_irreps: gate(4x0e+4x1o+4x2e), radial: {n: 4}}\n"
          "  - {layer: gate, out: h}\n"
          "  - {layer: pool, in: h, out: g}\n",
          "  - {target: stress, in: g, layer: linear}\n"
          "  - {target: q_s, in: g, layer: mlp, hidden: [4]}\n");
}

static void targets_on_edges(void **state)
{
    (void)state;
    world("node: [type], edge: [bond], edges: frame, cutoff: 1.6",
          "layers:\n"
          "  - {layer: embed, in: x, channels: 6, out: n}\n"
          "  - {layer: edge_vector, out: v}\n"
          "  - {layer: linear, in: edges, out_irreps: 6x0e, out: e}\n"
          "  - {layer: edge_mlp, in: [n, e], at: [sender, edge], outputs: 8, hidden: [8], act: elu, out: f}\n"
          "  - {layer: concat, in: [v, v], out: w}\n",
          "  - {target: bond_t, in: f, layer: mlp, hidden: [4], act: silu}\n"
          "  - {target: flow, in: w, layer: linear}\n");
    /* what edges make reaches particles by a sum */
    world("node: [type], edge: [flow, bond], edges: frame, cutoff: 1.6",
          "layers:\n"
          "  - {layer: linear, in: edges, out_irreps: 4x0e+2x1o, out: e}\n"
          "  - {layer: sum, in: e, out: h}\n",
          "  - {target: propensity, in: h, layer: mlp}\n"
          "  - {target: displacement, in: h, layer: gated}\n");
}

static const char edges_and_nodes[] =
    "layers:\n"
    "  - {layer: embed, in: x, channels: 8, out: n}\n"
    "  - {layer: linear, in: edges, out_irreps: 8x0e, out: e}\n"
    "  - {layer: edge_mlp, in: [n, e], at: [sender, edge], outputs: 8, hidden: [8], act: elu, out: f}\n"
    "  - {layer: sum, in: f, out: s}\n";

/* Heads with the parameters of another one, on other rows, with a head of its own between: stored once. */
static void shared_heads(void **state)
{
    char name[GG_NAME];
    struct gg_weight piece;
    int n = 0;
    static const char first[] =
        "  - {target: propensity, in: s, layer: mlp, hidden: [4], act: silu, species: joint}\n"
        "  - {target: charge, in: s, layer: mlp, hidden: [4], act: silu}\n";
    static const char more[] =
        "  - {target: bond_t, in: f, layer: mlp, hidden: [4], act: silu, share: propensity, weight: 2}\n"
        "  - {target: q_s, in: g, layer: mlp, hidden: [4], act: silu, share: bond_t}\n";
    char layers[sizeof edges_and_nodes + 64], heads[sizeof first + sizeof more];
    (void)state;
    snprintf(layers, sizeof layers, "%s  - {layer: pool, in: s, out: g}\n", edges_and_nodes);
    snprintf(heads, sizeof heads, "%s%s", first, more);
    world("node: [type], edge: [bond], edges: frame, cutoff: 1.6", layers, heads);
    make_model("node: [type], edge: [bond], edges: frame, cutoff: 1.6", layers, first);
    int64_t n_weight = model.n_weight;
    gg_model_free(&model);
    make_model("node: [type], edge: [bond], edges: frame, cutoff: 1.6", layers, heads);
    assert_int_equal(model.n_weight, n_weight);
    for (int64_t k = 0; gg_model_weight(&model, k, name, &piece); k++) {
        assert_null(strstr(name, "heads.bond_t"));
        assert_null(strstr(name, "heads.q_s"));
        n += !strncmp(name, "heads.propensity", 16);
    }
    assert_int_equal(n, 4);
    gg_model_free(&model);
}

static void two_geometries(void **state)
{
    static const char *const edges[] = {"each", "union", "frame"};
    (void)state;
    for (int k = 0; k < 3; k++) {
        char inputs[160];
        snprintf(inputs, sizeof inputs,
                 "node: [type], positions: [pos_inherent, pos], cutoff: [1.6, 1.4], edges: %s", edges[k]);
        world(inputs,
              "layers:\n"
              "  - {layer: linear, out: h}\n"
              "  - {layer: conv, in: h, lmax: 1, out_irreps: 4x0e+2x1o, radial: {n: 4}, out: a}\n"
              "  - {layer: conv, in: h, geometry: pos, lmax: 1, out_irreps: 4x0e+2x1o, radial: {n: 4}, out: "
              "b}\n"
              "  - {layer: add, in: [a, b], out: h}\n",
              "  - {target: propensity, in: h, layer: mlp}\n"
              "  - {target: displacement, in: h, layer: gated}\n");
    }
    /* one kind of positions seen near and far: two graphs */
    world("node: [type], positions: [pos, pos], cutoff: [1.2, 1.8]",
          "layers:\n"
          "  - {layer: linear, out: h}\n"
          "  - {layer: conv, in: h, geometry: 0, lmax: 1, out_irreps: 4x0e, radial: {n: 4}, out: a}\n"
          "  - {layer: conv, in: h, geometry: 1, lmax: 1, out_irreps: 4x0e, radial: {n: 4}, out: b}\n"
          "  - {layer: concat, in: [a, b], out: h}\n",
          "  - {target: propensity, in: h, layer: mlp}\n");
}

/* A layer of one geometry sees its own edges, whatever others have brought into the list. */
static void a_shared_list_changes_nothing(void **state)
{
    static const char *const edges[] = {"each", "union"};
    static const char *const conv[] = {"radial: {n: 4}",
                                       "radial: {n: 4, table: exact}",
                                       "radial: {n: 4, envelope: none}",
                                       "mixing: full, radial: {n: 4, hidden: [5]}",
                                       "mixing: full, radial: {n: 4, hidden: [5], table: exact}",
                                       "mixing: full, radial: {n: 4, table: exact, envelope: none}",
                                       "normalise: density, radial: {n: 4}",
                                       "normalise: density, radial: {n: 4, table: exact}"};
    (void)state;
    for (size_t c = 0; c < sizeof conv / sizeof *conv; c++) {
        float *y[2];
        int64_t n = 0;
        for (int k = 0; k < 2; k++) {
            char inputs[160], layers[512];
            snprintf(inputs, sizeof inputs,
                     "node: [type], positions: [pos_inherent, pos], cutoff: [1.7, 1.2], edges: %s", edges[k]);
            snprintf(layers, sizeof layers,
                     "layers:\n"
                     "  - {layer: linear, out: h}\n"
                     "  - {layer: conv, in: h, geometry: pos, lmax: 1, out_irreps: 4x0e+2x1o, %s, out: h}\n",
                     conv[c]);
            make_model(inputs, layers, "  - {target: displacement, in: h, layer: gated}\n");
            y[k] = predictions(&model, &sample, &n);
            gg_model_free(&model);
        }
        for (int64_t q = 0; q < n; q++)
            if (!(fabsf(y[0][q] - y[1][q]) <= 1e-6F * fmaxf(1, fabsf(y[0][q]))))
                fail_msg("%s: number %d is %g with its own edges, %g in a union", conv[c], (int)q,
                         (double)y[0][q], (double)y[1][q]);
    }
}

static void inputs_of_the_frame_and_times(void **state)
{
    (void)state;
    /* a decoder for any time: a row for each particle and time */
    world("node: [type, charge], graph: [temperature], cutoff: 1.6",
          "layers:\n"
          "  - {layer: linear, in: x, out: h}\n"
          "  - {layer: conv, in: h, lmax: 1, out_irreps: 6x0e+4x1o, radial: {n: 4}, out: h}\n"
          "  - {layer: concat, in: [h, graph, time], out: d}\n"
          "  - {layer: linear, in: d, out_irreps: 8x0e+4x1o, out: d}\n",
          "  - {target: propensity, in: d, layer: mlp, hidden: [8], act: silu}\n"
          "  - {target: displacement, in: d, layer: gated}\n");
}

/* ---- refused ---- */

/* The network is refused with a message that holds `says`; "": it is taken. */
static void refuses(const char *inputs, const char *layers, const char *head, const char *says)
{
    struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {12}};
    struct gg_model m = {0};
    char yaml[1024];
    snprintf(yaml, sizeof yaml, "inputs: {%s}\n%sheads:\n  - %s\n", inputs, layers, head);
    int status = gg_config_from_text(&m.config, yaml, strlen(yaml), "w.yaml", &err) ||
                 gg_model_open(&m, &err) || gg_model_see(&m, &frame, true, &err) ||
                 gg_model_build(&m, &facts, &err);
    if (status != (says[0] != 0) || (status && !strstr(err.text, says)))
        fail_msg("%s: %s (wanted %s)", yaml, status ? err.text : "taken", says);
    gg_model_free(&m);
}

static void refused(void **state)
{
    static const struct {
        const char *inputs, *head, *says;
    } wrong[] = {
        {"node: [type]", "{target: bond, in: h, layer: mlp}", "inputs.edges: frame"},
        {"node: [type], edge: [bond]", "{target: charge, in: h, layer: mlp}", "inputs.edges: frame"},
        {"node: [type], edges: frame, self: true", "{target: charge, in: h, layer: mlp}",
         "gg-neighbors --self"},
        {"node: [type], cutoff: [1, 2]", "{target: charge, in: h, layer: mlp}", "2 lengths for 1 geometries"},
        {"node: [type, type_of]", "{target: charge, in: h, layer: mlp}", "field 'type_of' is missing"},
        {"node: [type], graph: [charge]", "{target: charge, in: h, layer: mlp}", "inputs.graph"},
        {"node: [type]", "{target: stress, in: h, layer: linear}", "the target wants 1x0e+1x2e on graphs"},
        {"node: [type]", "{target: strain, in: h, layer: mlp}",
         "target 'strain' is 1x2e, mlp puts out scalars: layer: gated"},
        {"node: [type]", "{target: charge, in: h, layer: mlp, times: [1]}", "has no times"},
        {"node: [type]", "{target: propensity, in: h, layer: mlp, times: [2]}", "no time 2"},
        {"node: [type]", "{target: charge, in: h, layer: mlp, species: [C]}", "none of the 2 species"},
        {"node: [type]", "{target: charge, in: h, layer: linear, geometry: pos}", ""}};
    (void)state;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        refuses(wrong[k].inputs, backbone, wrong[k].head, wrong[k].says);
}

static void heads_that_cannot_share(void **state)
{
    static const struct {
        const char *owner, *head, *says;
    } wrong[] = {
        {"layer: mlp, hidden: [4], species: joint", "layer: mlp, hidden: [4], share: propensity", ""},
        {"layer: mlp, hidden: [4]", "layer: mlp, hidden: [4], share: propensity", "have other shapes (mlp, "},
        {"layer: mlp, hidden: [4], species: joint", "layer: mlp, hidden: [5], share: propensity",
         "have other shapes (mlp, "},
        {"layer: linear, species: joint", "layer: mlp, share: propensity", "have other shapes (linear, "},
        {"layer: mlp, species: joint", "layer: mlp, share: charge",
         "share: no head before this one has the target 'charge'"},
        {"layer: mlp, species: joint", "layer: mlp, share: bond_t",
         "share: no head before this one has the target 'bond_t'"},
        /* as many numbers, in pieces of other shapes */
        {"layer: mlp, hidden: [3, 7], species: joint", "layer: mlp, hidden: [4, 5], share: propensity",
         "have other shapes (mlp, "}};
    (void)state;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        char heads[512];
        snprintf(heads, sizeof heads, "{target: propensity, in: s, %s}\n  - {target: bond_t, in: f, %s}",
                 wrong[k].owner, wrong[k].head);
        refuses("node: [type], edge: [bond], edges: frame", edges_and_nodes, heads, wrong[k].says);
    }
}

static void time_0_has_no_logarithm(void **state)
{
    static const char *const layers[] = {"layers: [{layer: concat, in: [x, time], out: h}]\n",
                                         "layers: [{layer: linear, out_irreps: 4x0e, out: h}]\n"};
    static const char *const head = "{target: propensity, in: h, layer: mlp}";
    double *time = gg_frame_find(&frame, "time")->data, first = time[0];
    (void)state;
    refuses("node: [type]", layers[0], head, "");
    time[0] = 0;
    refuses("node: [type]", layers[0], head,
            "target 'propensity': time 0 (frame 'world', field 'propensity.time', or 'time' where a frame "
            "has none) has no logarithm");
    refuses("node: [type]", layers[1], head, "");
    time[0] = first;
}

static void shared_rounds_have_no_running_statistics(void **state)
{
    static const struct {
        int rounds;
        const char *share, *layer, *says;
    } repeat[] = {{2, "true", "batch_norm", "batch_norm: layers that share parameters"},
                  {1, "true", "batch_norm", ""},
                  {2, "false", "batch_norm", ""},
                  {2, "true", "actnorm", ""},
                  {2, "true", "norm", ""}};
    (void)state;
    for (size_t k = 0; k < sizeof repeat / sizeof *repeat; k++) {
        char layers[256];
        snprintf(layers, sizeof layers,
                 "layers:\n"
                 "  - {layer: linear, out_irreps: 4x0e, out: h}\n"
                 "  - {repeat: %d, share: %s, layers: [{layer: %s, in: h, out: h}]}\n",
                 repeat[k].rounds, repeat[k].share, repeat[k].layer);
        refuses("node: [type]", layers, "{target: propensity, in: h, layer: mlp}", repeat[k].says);
    }
}

static int free_all(void **state)
{
    (void)state;
    gg_frame_free(&frame);
    gg_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(targets_on_nodes),
                                       cmocka_unit_test(targets_on_configurations),
                                       cmocka_unit_test(targets_on_edges),
                                       cmocka_unit_test(shared_heads),
                                       cmocka_unit_test(two_geometries),
                                       cmocka_unit_test(a_shared_list_changes_nothing),
                                       cmocka_unit_test(inputs_of_the_frame_and_times),
                                       cmocka_unit_test(refused),
                                       cmocka_unit_test(heads_that_cannot_share),
                                       cmocka_unit_test(time_0_has_no_logarithm),
                                       cmocka_unit_test(shared_rounds_have_no_running_statistics)};
    return cmocka_run_group_tests(tests, make_frame, free_all);
}
