/* bench_layers.c -- every kind of layer: conv by degree and channels, the others in a few sizes
 * 4096 particles, cutoff 2, 36 neighbours.  GFLOP/s counts the useful operations of the layer's `cost`.  "naive": times faster forward
 * than plain loops over the definition (conv: the dense coupling tensor, edge by edge). */
#include "layers/layers.h"
#include "bench_layer.h"
#include "conv/conv.h"
#include "kernel/conv_any.h"

#include <math.h>
#include <string.h>

static const struct bench_layer conv_line = {"conv",
                                             {"%i"},
                                             "lmax=%l out_irreps=gate(%i) radial.hidden=16 radial.n=10"};

static const struct bench_layer full_line = {
    "conv", {"%i"}, "mixing=full lmax=%l out_irreps=gate(%i) radial.hidden=16 radial.n=10"};

static const struct bench_layer so2_line = {"conv_so2",
                                            {"%i"},
                                            "out_irreps=gate(%i) radial.hidden=16 radial.n=10"};

static const struct bench_layer lines[] = {
    {"embed", {"3x0e"}, "channels=%c"},
    {"linear", {"%i"}, ""},
    {"linear", {"%i"}, "species=true out_irreps=gate(%i)"},
    {"contract", {"%i"}, "correlation=3"},
    {"gate", {"%g+%h"}, ""},
    {"norm_act", {"%i"}, ""},
    {"norm", {"%i"}, ""},
    {"actnorm", {"%i"}, ""},
    {"batch_norm", {"%i"}, ""},
    {"graph_norm", {"%i"}, ""},
    {"dropout", {"%i"}, "rate=0.2"},
    {"add", {"%i", "%i"}, ""},
    {"concat", {"%i", "%i"}, ""},
    {"outer", {"%cx0e", "graph*time:5x0e"}, ""},
    {"basis", {"graph*time:1x0e"}, "kind=chebyshev n=3 range=0.1,1000"},
    {"film", {"%i", "graph*time:5x0e"}, ""},
    {"adagn", {"%i", "graph*time:5x0e"}, ""},
    {"slice", {"%i"}, "out_irreps=%i"},
    {"product", {"edge:%i", "edge:1x0e+1x1o+1x2e"}, ""},
    {"invariants", {"%i"}, ""},
    {"pool", {"%i"}, ""},
    {"mlp", {"%i"}, "hidden=32,32 outputs=20"},
    {"gated", {"%i"}, "out_irreps=10x0e+10x2e"},
    {"gated_vector", {"%i"}, "vectors=10"},
    {"edge_vector", {NULL}, "as=numbers"},
    {"harmonics", {NULL}, "lmax=%l"},
    {"radial", {NULL}, "n=%c"},
    {"gather", {"%i"}, ""},
    {"edge_mlp", {"edge:%cx0e", "%cx0e"}, "at=edge at=sender hidden=%c outputs=%c act=relu act-last=true"},
    {"sum", {"edge:%i"}, ""},
    {"sum", {"edge:%i", "edge:4x0e"}, ""},
    {"environment", {"edge:%i"}, ""},
    {"softmax", {"edge:4x0e"}, ""},
    {"conv", {"%i", "edge:4x0e"}, "lmax=%l out_irreps=gate(%i) radial.hidden=16 radial.n=10"},
    {"conv_logits", {"%i", "%i"}, "heads=4 lmax=%l radial.hidden=16 radial.n=10"},
    {"conv_so2", {"%i"}, "out_irreps=gate(%i) radial.hidden=16 radial.n=10"},
    {"lift", {NULL}, "samples=3"},
    {"lie_attention",
     {"node*lift:%cx0e", "node*lift:%cx0e", "node*lift:%cx0e", "node*lift:2x1o"},
     "heads=4 hidden=16"}};

/* The liquid of a row: conv by loops gets a small one. */
static struct gg_liquid large, small;
static struct gg_arena samples;

static void make_samples(void)
{
    struct gg_rng r = gg_rng_at(7, 0, 0, 0);
    if (large.n > 0)
        return;
    gg_liquid_lattice(&large, &samples, 16, 2, 2.0, &r);
    gg_liquid_lattice(&small, &samples, 8, 2, 2.0, &r);
}

static void print_row(const char *what, int l_max, int channels, const struct gg_check *c,
                      const struct gg_liquid *s, const struct bench_timing *t, double naive)
{
    bool on_edges = !strncmp(c->l.type->name, "conv", 4) || c->l.out.axis == GG_ON_EDGE ||
                    (c->l.n_in && c->l.in[0].axis == GG_ON_EDGE);
    double rows = (double)(on_edges ? s->graph.n_edge : s->graph.n_node);
    struct gg_cost cost = c->l.type->cost(&c->l, &s->graph);
    double forward = 1e-9 * cost.flops_forward / t->forward,
           backward = 1e-9 * cost.flops_backward / t->backward;
    const char *unit = on_edges ? "ns/edge" : "ns/node";
    bench_row(what, l_max, channels);
    bench_cell("forward", unit, 1e9 * t->forward / rows);
    bench_cell("median", unit, 1e9 * t->forward_median / rows);
    bench_cell("rate", "GFLOP/s", cost.flops_forward > 0 ? forward : NAN);
    bench_cell("FMA", "%", cost.flops_forward > 0 ? 100 * forward / t->fma : NAN);
    bench_cell("backward", unit, 1e9 * t->backward / rows);
    bench_cell("rate", "GFLOP/s", cost.flops_backward > 0 ? backward : NAN);
    bench_cell("FMA", "%", cost.flops_backward > 0 ? 100 * backward / t->fma : NAN);
    bench_cell("bytes", "GB/s", 1e-9 * cost.bytes / t->forward);
    bench_cell("naive", "x", naive / t->forward);
    bench_cell("alone", "cpu/time", t->alone);
    bench_end();
}

/* ---- conv ---- */

/* Seconds that the dense loops would take on the large sample. */
static double conv_naive(int l_max, int channels)
{
    struct gg_arena a = {0};
    struct gg_check c;
    struct gg_err err;
    struct bench_timing t = {.forward = NAN};
    if (bench_open_layer(&c, &conv_line, &small, l_max, channels, &a, &err)) {
        struct gg_conv_plan *p = c.l.plan;
        for (int k = 0; k < p->n_path; k++) {
            p->path[k].forward = gg_conv_any_forward;
            p->path[k].backward = gg_conv_any_backward;
        }
        bench_time_layer(&c, &small.graph, &t);
    }
    gg_arena_free(&a);
    return t.forward / (double)small.graph.n_edge * (double)large.graph.n_edge;
}

static void conv_row(int l_max, int channels)
{
    struct gg_arena a = {0};
    struct gg_check c;
    struct gg_err err;
    struct bench_timing t;
    if (!bench_open_layer(&c, &conv_line, &large, l_max, channels, &a, &err)) {
        bench_say("conv %d %d: %s", l_max, channels, err.text);
    } else {
        bench_time_layer(&c, &large.graph, &t);
        print_row("conv", l_max, channels, &c, &large, &t, channels == 8 ? conv_naive(l_max, channels) : NAN);
    }
    gg_arena_free(&a);
}

static struct bench_timing mixing_row(const struct bench_layer *line, const char *what, int l_max,
                                      int channels)
{
    struct gg_arena a = {0};
    struct gg_check c;
    struct gg_err err;
    struct bench_timing t = {.forward = NAN, .backward = NAN};
    if (bench_open_layer(&c, line, &large, l_max, channels, &a, &err)) {
        bench_time_layer(&c, &large.graph, &t);
        print_row(what, l_max, channels, &c, &large, &t, NAN);
    } else {
        bench_say("%s %d %d: %s", what, l_max, channels, err.text);
    }
    gg_arena_free(&a);
    return t;
}

/* Full mixing, whose plain loops are those of tests/unit/test_conv_full.c, and a product of as many degrees and channels in the frames of
 * the bonds; behind them, from the same run, how many times faster the latter is. */
enum { DEGREES = 4, WIDTHS = 3 };

void bench_mixing(void)
{
    static const int channels[WIDTHS] = {8, 16, 32};
    struct bench_timing full[DEGREES + 1][WIDTHS], so2[DEGREES + 1][WIDTHS];
    make_samples();
    for (int l = 1; l <= DEGREES; l++)
        for (int k = 0; k < WIDTHS; k++) {
            full[l][k] = mixing_row(&full_line, "conv, full mixing", l, channels[k]);
            so2[l][k] = mixing_row(&so2_line, "conv_so2", l, channels[k]);
        }
    for (int l = 1; l <= DEGREES; l++)
        for (int k = 0; k < WIDTHS; k++) {
            bench_row("full mixing / conv_so2", l, channels[k]);
            bench_cell("forward", "x", full[l][k].forward / so2[l][k].forward);
            bench_cell("backward", "x", full[l][k].backward / so2[l][k].backward);
            bench_end();
        }
}

void bench_conv(void)
{
    static const int channels[] = {8, 16, 32, 64};
    make_samples();
    for (int l_max = 1; l_max <= 4; l_max++)
        for (size_t k = 0; k < sizeof channels / sizeof *channels; k++)
            conv_row(l_max, channels[k]);
}

/* ---- the others ---- */

/* Seconds of the plain loops; NAN if there are none.  They must agree. */
static double naive_seconds(struct gg_check *c, const char *what)
{
    bench_naive *run = bench_find_naive(c->l.type->name);
    double best = INFINITY, worst = 0;
    if (!run)
        return NAN;
    struct gg_point p = gg_point_random(c, &large.graph);
    gg_real *y = gg_run_forward(c, &large.graph, &p, NULL);
    gg_real *z = GG_NEW(c->a, gg_real, (size_t)gg_value_size(&c->l.out, &large.graph));
    for (int k = 0; k < 3; k++) {
        double start = bench_cpu();
        run(&c->l, p.w, &large.graph, p.x[0], z);
        best = fmin(best, bench_cpu() - start);
    }
    for (int64_t k = 0; k < gg_value_size(&c->l.out, &large.graph); k++)
        worst = fmax(worst, fabs((double)(y[k] - z[k])) / (1 + fabs((double)z[k])));
    if (!(worst <= 1e-3))
        bench_say("%s: the plain loops differ by %.2g: no comparison", what, worst);
    return worst <= 1e-3 ? best : NAN;
}

static void other_row(const struct bench_layer *line, int l_max, int channels)
{
    struct gg_arena a = {0};
    struct gg_check c;
    struct gg_err err;
    struct bench_timing t;
    const char *what = strstr(line->hypers, "species") ? "linear, by species" : line->layer;
    if (bench_open_layer(&c, line, &large, l_max, channels, &a, &err)) {
        bench_time_layer(&c, &large.graph, &t);
        print_row(what, l_max, channels, &c, &large, &t, naive_seconds(&c, what));
    } else {
        bench_say("%s %d %d: %s", what, l_max, channels, err.text);
    }
    gg_arena_free(&a);
}

/* A layer of the table without a line above. */
static void list_the_rest(void)
{
    for (const struct gg_layer_type *const *t = gg_layer_types; *t; t++) {
        bool found = !strcmp((*t)->name, conv_line.layer);
        for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
            found |= !strcmp(lines[k].layer, (*t)->name);
        if (!found)
            bench_say("%s: not measured: it has no line in bench_layers.c", (*t)->name);
    }
}

void bench_layers(void)
{
    make_samples();
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
        for (int l_max = 2; l_max <= 3; l_max++)
            for (int channels = 8; channels <= 32; channels *= 4)
                other_row(&lines[k], l_max, channels);
    list_the_rest();
}
