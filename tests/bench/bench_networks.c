/* bench_networks.c -- training steps of whole networks: forward, loss, backward, Adam on one configuration of 4096 particles
 *
 * Each row is measured in a process of its own, so that its memory is its own.  "peer" is e3nn 0.5.1 on PyTorch 1.13 (glass
 * networks: PyTorch) as measured on another day and machine: it is printed beside the row, and no ratio is made of the two.  Models are the files of examples/models, changed by --set as a user would. */
#include "bench.h"
#include "../unit/first_frame.h"
#include "laws/laws.h"
#include "learn/network.h"
#include "model/loss.h"
#include "optim/clip.h"
#include "util/threads.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = 12, ROUNDS = 9 };
static const double BUDGET = 12; /* s a row */

#define THERMAL "inputs.positions=pos", "inputs.node=[type]"

static const struct network {
    const char *name, *file, *set[SETS];
    double peer, peer_mb, goal, goal_mb, peer_forward, goal_forward; /* s, MB; 0: not known */
    bool turned; /* whose predictions a rotation or a reflection changes: by how much is a row */
} networks[] = {
    {"se3, l 3, C 8, no parity", "se3.yaml", {THERMAL, "conv.parity=none"}, 21.0, 10000, 0.7, 200, 5.5, 0.16},
    {"se3, l 3, C 8, natural parity", "se3.yaml", {THERMAL}, 0, 0, 0.45, 200, 0},
    {"se3, l 2, C 8, no parity",
     "se3.yaml",
     {THERMAL, "conv.parity=none", "let.lmax=2"},
     9.1,
     5600,
     0.25,
     150,
     0},
    {"se3, l 2, C 8, natural parity", "se3.yaml", {THERMAL, "let.lmax=2"}, 0, 0, 0, 0, 0},
    {"se3, l 2, C 32, no parity",
     "se3.yaml",
     {THERMAL, "conv.parity=none", "let.lmax=2", "let.C=32"},
     28,
     17000,
     0.8,
     350,
     0},
    {"se3, l 3, C 32, no parity",
     "se3.yaml",
     {THERMAL, "conv.parity=none", "let.C=32"},
     69,
     24000,
     2.2,
     600,
     0},
    {"tfn, l 2, C 8, full mixing", "tfn.yaml", {THERMAL}, 21, 12000, 0.9, 300, 0},
    {"nequip, l 2, C 32 of each parity", "nequip.yaml", {THERMAL}, 28.7, 18000, 1.3, 600, 0},
    {"glass network, 7 steps, 64", "deepmind.yaml", {NULL}, 4.6, 4900, 1.5, 1000, .turned = true},
    {"botan, particles alone",
     "botan.yaml",
     {"inputs.edges=each", "heads=[{target: propensity, in: n, layer: mlp, hidden: [64, 64]}]"},
     .turned = true},
    {"mace, 2 layers, l 3, C 32, nu 3", "mace.yaml", {"let.C=32"}, 13.2, .goal = 0.25, .goal_mb = 400},
    {"eqnet, 4 layers, l 2, C 8", "eqnet.yaml", {NULL}, .goal = 0.2, .goal_mb = 400},
    {"equiformer, 3 blocks, 32 16 8", "equiformer.yaml", {NULL}, .goal_mb = 400},
    {"se3transformer, 4 layers, l 2, C 16", "se3transformer.yaml", {NULL}, .goal_mb = 400},
    {"eignn, 7 rounds, C 32", "eignn.yaml", {NULL}, .goal_mb = 400, .turned = true},
    {"painn, 3 rounds, C 32", "painn.yaml", {NULL}, .goal_mb = 400},
    {"egnn, 4 rounds, C 32", "egnn.yaml", {NULL}},
    {"escn, l 4, m 2, C 16", "escn.yaml", {NULL}},
    {"allegro, l 2, C 16", "allegro.yaml", {NULL}},
    {"lietransformer, 2 lifts, C 32", "lietransformer.yaml", {NULL}},
};
enum { NETWORKS = sizeof networks / sizeof *networks };

/* ---- in the child ---- */

static int open_model(struct gg_trainer *t, const struct network *n, struct gg_err *err)
{
    char path[512];
    struct gg_config *c = &t->model->config;
    snprintf(path, sizeof path, "%s/%s", bench_models(), n->file);
    if (gg_config_load(c, path, err))
        return -1;
    for (int k = 0; k < SETS && n->set[k]; k++)
        if (gg_config_set(c, n->set[k], "bench", err))
            return -1;
    return gg_model_open(t->model, err) || gg_train_open(t, err) ? -1 : 0;
}

struct clock {
    double cpu, wall;
};
static struct clock now(void)
{
    return (struct clock){bench_cpu(), bench_wall()};
}
static void best(struct clock *b, struct clock from)
{
    b->cpu = fmin(b->cpu, bench_cpu() - from.cpu);
    b->wall = fmin(b->wall, bench_wall() - from.wall);
}

static void update(struct gg_trainer *t)
{
    gg_clip_norm(t->dw, t->model->n_weight, t->keys.clip);
    gg_adam_step(&t->state.adam, 1e-4, t->model->w, t->dw);
}

static void step(struct gg_trainer *t, const struct gg_batch *b)
{
    struct gg_model *m = t->model;
    memset(t->dw, 0, (size_t)m->n_weight * sizeof *t->dw);
    gg_pass_forward(&t->pass, m, m->w, b, true);
    gg_loss(&t->pass, m, b, &t->data.spool.sample[0], true, 1);
    gg_pass_backward(&t->pass, m, m->w, b, t->dw);
    update(t);
}

/* Of predictions in the positions of all particles, as gg-explain saliency takes it: forward, and backward to the edge vectors alone. */
static void positions(struct gg_trainer *t, const struct gg_batch *b)
{
    struct gg_model *m = t->model;
    gg_pass_forward(&t->pass, m, m->w, b, true);
    gg_loss(&t->pass, m, b, &t->data.spool.sample[0], true, 1); /* any gradient of the heads */
    for (int k = 0; k < m->n_geometry; k++)
        t->pass.dvec[k] = gg_xalloc((size_t)b->graph[k].n_edge + 1, sizeof *t->pass.dvec[k]);
    gg_pass_backward(&t->pass, m, m->w, b, NULL);
    for (int k = 0; k < m->n_geometry; k++)
        free(t->pass.dvec[k]);
    memset(t->pass.dvec, 0, sizeof t->pass.dvec);
}

/* Of an update with gradients of 0, the least of some. */
static double time_of_update(struct gg_trainer *t)
{
    double least = INFINITY;
    memset(t->dw, 0, (size_t)t->model->n_weight * sizeof *t->dw);
    for (int k = 0; k < 50; k++) {
        double from = bench_cpu();
        update(t);
        least = fmin(least, bench_cpu() - from);
    }
    return least;
}

static void least(struct bench_phases *p, struct bench_phases x)
{
    p->outside = fmin(p->outside, x.outside);
    p->inside = fmin(p->inside, x.inside);
    p->regions = x.regions;
}

/* The second of two steps: as in a training, threads are awake and their caches hold what the step before left. */
static void timed(struct clock *c, struct bench_phases *p, int threads, struct gg_trainer *t,
                  const struct gg_batch *b)
{
    omp_set_num_threads(threads);
    step(t, b);
    struct clock start = now();
    bench_phases_begin();
    step(t, b);
    least(p, bench_phases_end());
    best(c, start);
    omp_set_num_threads(1);
}

/* One thread alone first, for its memory; then one and two in turn. */
static void measure(struct gg_trainer *t, const struct gg_batch *b)
{
    struct clock one = {INFINITY, INFINITY}, two = one, forward = one, pulled = one;
    struct bench_phases by_one = {INFINITY, INFINITY, 0},
                        by_two = by_one; /* with one thread some regions are loops */
    double fma = NAN, began = bench_wall();
    timed(&one, &by_one, 1, t, b);
    bench_put("peak", bench_peak());
    for (int k = 0; k < ROUNDS && (k < 2 || bench_wall() - began < BUDGET); k++) {
        fma = fmax(fma, bench_fma());
        timed(&one, &by_one, 1, t, b);
        timed(&two, &by_two, 2, t, b);
        struct clock start = now();
        gg_pass_forward(&t->pass, t->model, t->model->w, b, false);
        best(&forward, start);
        start = now();
        positions(t, b);
        best(&pulled, start);
    }
    bench_put("fma", fma);
    bench_put("step", one.cpu);
    bench_put("wall1", one.wall);
    bench_put("wall2", two.wall);
    bench_put("forward", forward.cpu);
    bench_put("positions", pulled.cpu);
    bench_put("update", time_of_update(t));
    bench_put("outside", by_two.outside);
    bench_put("inside", by_two.inside);
    bench_put("regions", by_two.regions);
}

/* What rotations and reflections change, as a share of the predictions' spread. */
static void note(void *worst, const struct gg_finding *f)
{
    double *error = worst;
    if (!strcmp(f->law, "O(3)") || !strcmp(f->law, "SO(3)"))
        *error = fmax(*error, f->error);
}
static void turn(struct gg_trainer *t)
{
    double error = 0;
    struct gg_err err = {0};
    struct gg_laws laws = {.model = t->model, .seed = 1, .n_trial = 2, .report = note, .context = &error};
    bench_put("turned", gg_laws_check(&laws, &t->data.spool.sample[0], &err) ? NAN : error);
}

int bench_network_child(int argc, char **argv)
{
    int k = argc > 0 ? atoi(argv[0]) : -1;
    struct gg_err err = {0};
    struct gg_model m = {0};
    struct gg_trainer t = {.model = &m, .data = {.spool = {.fd = -1}}, .how.memory = 1e9};
    struct gg_batch *b;
    if (k < 0 || k >= NETWORKS || argc < 2 || gg_threads_init(2, &err) ||
        open_model(&t, &networks[k], &err) || train_on_first(&t, argv[1], &err) ||
        !(b = gg_data_batch(&t.data, &m, 0, &err)))
        return 1;
    t.state.adam = gg_adam_defaults();
    gg_adam_init(&t.state.adam, m.n_weight);
    t.dw = gg_xalloc((size_t)m.n_weight, sizeof *t.dw);
    gg_model_init_weights(&m, 1);
    omp_set_num_threads(1);
    gg_pass_calibrate(&t.pass, &m, b);
    struct gg_cost cost = gg_model_cost(&m, b);
    bench_put("parameters", (double)m.n_weight);
    bench_put("flops", cost.flops_forward + cost.flops_backward);
    bench_put("flops_forward", cost.flops_forward);
    struct gg_probe probe = gg_probe();
    bench_put("moved", cost.moved);
    bench_put("estimate", gg_step_seconds(&cost, &probe));
    bench_put("bytes", (double)gg_pass_bytes(&m, b, true));
    if (argc > 2) { /* a file for the program that predicts */
        struct gg_prov prov = {0};
        return gg_model_save(&m, m.w, argv[2], &prov, &err) ? 1 : 0;
    }
    measure(&t, b);
    if (networks[k].turned)
        turn(&t);
    gg_train_free(&t);
    gg_model_free(&m);
    return 0;
}

/* ---- in the parent ---- */

static double or_nan(double x)
{
    return x > 0 ? x : NAN;
}

static void step_row(const struct network *n, const struct bench_found *f)
{
    double fma = bench_get(f, "fma"), step_s = bench_get(f, "step");
    bench_row(n->name, -1, -1);
    bench_cell("step", "s", step_s);
    bench_cell("estimate", "s", bench_get(f, "estimate"));
    bench_cell("goal", "s", or_nan(n->goal) * bench_goal_scale(fma));
    bench_cell("peer", "s", or_nan(n->peer));
    bench_cell("rate", "GFLOP/s", 1e-9 * bench_get(f, "flops") / step_s);
    bench_cell("FMA", "%", 1e-7 * bench_get(f, "flops") / step_s / fma);
    bench_cell("2 thr.", "x", bench_get(f, "wall1") / bench_get(f, "wall2"));
    bench_cell("peak", "MB", bench_get(f, "peak"));
    bench_cell("planned", "MB", 1e-6 * bench_get(f, "bytes"));
    bench_cell("goal", "MB", or_nan(n->goal_mb));
    bench_cell("peer", "MB", or_nan(n->peer_mb));
    bench_cell("weights", "", bench_get(f, "parameters"));
    bench_end();
}

static void forward_row(const struct network *n, const struct bench_found *f)
{
    double fma = bench_get(f, "fma"), forward = bench_get(f, "forward");
    bench_row(n->name, -1, -1);
    bench_cell("forward", "s", forward);
    bench_cell("goal", "s", or_nan(n->goal_forward) * bench_goal_scale(fma));
    bench_cell("peer", "s", or_nan(n->peer_forward));
    bench_cell("FMA", "%", 1e-7 * bench_get(f, "flops_forward") / forward / fma);
    bench_end();
}

/* What two threads take more than one, by sharing caches and memory, n threads take, too. */
static void thread_row(const struct network *n, const struct bench_found *f)
{
    struct bench_phases p = {bench_get(f, "outside"), bench_get(f, "inside"), bench_get(f, "regions")};
    double one = bench_get(f, "step");
    bench_row(n->name, -1, -1);
    bench_cell("1 thr.", "s", one);
    bench_cell("serial", "%", 100 * p.outside / one);
    bench_cell("regions", "", p.regions);
    bench_cell("2 thr.", "x work", (p.outside + p.inside) / one);
    bench_cell("2 thr.", "x", bench_amdahl(one, p, 2));
    bench_cell("2 thr.", "x wall", bench_get(f, "wall1") / bench_get(f, "wall2"));
    bench_cell("16 thr.", "x", bench_amdahl(one, p, 16));
    bench_cell("64 thr.", "x", bench_amdahl(one, p, 64));
    bench_end();
}

/* The gradient in the positions: of a sum of predictions, as gg-explain's maps are of. */
static void positions_row(const struct network *n, const struct bench_found *f)
{
    bench_row(n->name, -1, -1);
    bench_cell("positions", "s", bench_get(f, "positions"));
    bench_cell("positions", "x step", bench_get(f, "positions") / bench_get(f, "step"));
    bench_cell("goal", "x step", 3);
    bench_end();
}

static void turned_row(const struct network *n, const struct bench_found *f)
{
    bench_row(n->name, -1, -1);
    bench_cell("rotated", "%", 100 * bench_get(f, "turned"));
    bench_end();
}

/* Inherent structures with the vectors to them, made once; NULL where that failed. */
static const char *inherent(void)
{
    static char path[512], quenched[512];
    struct bench_found f;
    snprintf(quenched, sizeof quenched, "%s/quenched.ggs", bench_folder());
    snprintf(path, sizeof path, "%s/inherent.ggs", bench_folder());
    bool ok = bench_program(&f, "gg-select", "--limit", "1", bench_data(), "-o", path, NULL) &&
              bench_program(&f, "gg-quench", path, "-o", quenched, NULL) &&
              bench_program(&f, "gg-features", "--add", "displacement", "--positions", "pos_inherent",
                            "--into", "to_inherent", quenched, "-o", path, NULL);
    return ok ? path : NULL;
}

void bench_networks(void)
{
    struct bench_found found[NETWORKS];
    bool ok[NETWORKS];
    char number[16];
    const char *data = inherent();
    setenv("OMP_WAIT_POLICY", "passive",
           0); /* a thread that spins at a barrier would count as one that works */
    for (int k = 0; k < NETWORKS; k++) {
        snprintf(number, sizeof number, "%d", k);
        ok[k] = data && bench_child(&found[k], "network", number, data, NULL);
        if (ok[k])
            step_row(&networks[k], &found[k]);
        else
            bench_say("%s: failed", networks[k].name);
    }
    for (int k = 0; k < NETWORKS; k++)
        if (ok[k])
            forward_row(&networks[k], &found[k]);
    for (int k = 0; k < NETWORKS; k++)
        if (ok[k])
            thread_row(&networks[k], &found[k]);
    for (int k = 0; k < NETWORKS; k++)
        if (ok[k])
            positions_row(&networks[k], &found[k]);
    for (int k = 0; k < NETWORKS; k++)
        if (ok[k] && networks[k].turned)
            turned_row(&networks[k], &found[k]);
    bench_say("threads: serial is what one thread does outside of parallel regions; 2, 16 and 64 threads by "
              "Amdahl's law from "
              "processor time, %g us x log2 n a region; wall is of this machine with its other users",
              1e6 * BENCH_MEETING);
    bench_say("peer: e3nn 0.5.1 on PyTorch 1.13, glass network PyTorch, one thread of an AMD EPYC (Zen 4), "
              "2026; this machine has other times");
}
