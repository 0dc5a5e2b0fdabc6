/* test_learned.c -- what was learned predicts the same from its file as in memory: every learner, from frames to predictions */
#include "learn/fit.h"
#include "learn/train.h"
#include "stream/reader.h"
#include "util/rng.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct gg_err err;
static struct gg_arena arena;

enum { FRAMES = 4, WIDTH = 3 };
static const char file[] = "examples/data/tiny.ggs", names[] = "a b c";

#define SURE(call)                    \
    do                                \
        if (call)                     \
            fail_msg("%s", err.text); \
    while (0)

/* ---- frames: three numbers a particle, and no target of species B ---- */

static void alter(struct gg_frame *f, uint32_t number)
{
    uint64_t shape[] = {f->n_node, WIDTH};
    int axis[] = {GG_NODE, GG_FREE};
    struct gg_rng r = gg_rng_at(5, 0, number, 0);
    struct gg_field *x = gg_frame_add_as(f, &arena, "node_features", GG_F32, 2, shape, axis, GG_FEATURE, "",
                                         "", &err),
                    *y = gg_frame_find(f, "propensity");
    const struct gg_field *type = gg_frame_find(f, "type");
    assert_non_null(x);
    uint64_t n_time = y->shape[1];
    float *target = y->data, *feature = x->data;
    y->flags |= GG_NAN_ALLOWED;
    for (uint64_t i = 0; i < f->n_node; i++) {
        for (int k = 0; k < WIDTH; k++)
            feature[WIDTH * i + (uint64_t)k] =
                (float)(gg_rng_normal(&r) + k * (double)target[i * n_time + 1]);
        for (uint64_t k = 0; gg_field_get(type, i) > 0 && k < n_time; k++)
            target[i * n_time + k] = NAN;
    }
}

/* All frames into the trainer; the last stays in *f. */
static void read_frames(struct gg_reader *r, struct gg_frame *f, struct gg_trainer *t)
{
    struct gg_meta meta = {0};
    gg_meta_set(&meta, "columns.node_features", names);
    SURE(gg_reader_open(r, file, &err));
    int event, n = 0;
    while (n < FRAMES && (event = gg_reader_next(r, f, &err)) > 0) {
        if (event == GG_EVENT_MEMBER)
            SURE(gg_model_columns(t->model, &meta, &err));
        if (event != GG_EVENT_FRAME)
            continue;
        alter(f, (uint32_t)n);
        SURE(gg_train_add(t, f, n == 1, &arena, &err));
        n++;
    }
    assert_int_equal(n, FRAMES);
    gg_meta_clear(&meta);
}

/* ---- predictions ---- */

static int64_t predict(const struct gg_model *m, const struct gg_frame *f, float *all)
{
    struct gg_pass pass = {0};
    struct gg_sample s;
    struct gg_prediction out[GG_MAX_HEADS] = {0};
    int64_t n = 0;
    SURE(gg_sample_read(&s, m, f, false, &arena, &err));
    for (int h = 0; h < m->n_head; h++) {
        out[h].y = all + n;
        n += s.n_node * m->head[h].target.n_time * gg_target_dim(&m->head[h].target);
    }
    SURE(m->learner->predict(&pass, m, &s, out, &arena, &err));
    gg_pass_free(&pass);
    return n;
}

static void same_predictions(const struct gg_model *a, const struct gg_model *b, const struct gg_frame *f)
{
    enum { ROOM = 1 << 16 };
    float *x = GG_NEW(&arena, float, ROOM), *y = GG_NEW(&arena, float, ROOM);
    int64_t n = predict(a, f, x), missing = 0;
    assert_int_equal(predict(b, f, y), n);
    assert_in_range(n, 1, ROOM);
    for (int64_t k = 0; k < n; k++)
        missing += isnan(x[k]);
    assert_in_range(missing, 1, n - 1); /* what was not learned, and no more */
    assert_memory_equal(x, y, (size_t)n * sizeof *x);
}

static void same_knowledge(const struct gg_model *a, const struct gg_model *b)
{
    assert_ptr_equal(a->learner, b->learner);
    assert_int_equal(a->n_input, b->n_input);
    for (int k = 0; k < a->n_input; k++)
        assert_int_equal(!a->input[k].columns, !b->input[k].columns);
    assert_string_equal(a->input[a->n_input - 1].columns, names);
    assert_string_equal(b->input[b->n_input - 1].columns, names);
    for (int h = 0; h < a->n_head; h++) {
        const struct gg_target *t = &a->head[h].target, *u = &b->head[h].target;
        assert_int_equal(t->n_time, u->n_time);
        assert_memory_equal(t->time, u->time, (size_t)t->n_time * sizeof *t->time);
        assert_memory_equal(a->head[h].on, b->head[h].on, (size_t)t->n_time * sizeof(bool));
        assert_string_equal(t->unit, u->unit);
    }
    if (a->learner->kind)
        assert_memory_equal(gg_fit_of(a)->penalty, gg_fit_of(b)->penalty,
                            (size_t)(gg_fit_of(a)->n_group * gg_fit_of(a)->n_output) * sizeof(double));
}

/* ---- a run ---- */

static void empty(const char *folder)
{
    char path[512];
    DIR *d = opendir(folder);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
        if (e->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
            unlink(path);
        }
    if (d)
        closedir(d);
    rmdir(folder);
}

static void learn(const char *yaml)
{
    char folder[] = "/tmp/gg-learned.XXXXXX", path[512];
    struct gg_model model = {0}, again = {0};
    struct gg_trainer t = {.model = &model, .data = {.spool = {.fd = -1}}};
    struct gg_reader r;
    struct gg_frame f = {0};
    assert_non_null(mkdtemp(folder));
    SURE(gg_config_from_text(&model.config, yaml, strlen(yaml), "yaml", &err) ||
         gg_model_open(&model, &err) || gg_train_open(&t, &err));
    t.how = (struct gg_train_how){.folder = folder,
                                  .resume = "auto",
                                  .memory = 1e9,
                                  .checkpoint_every = 1,
                                  .progress = GG_PROGRESS_NEVER};
    read_frames(&r, &f, &t);
    SURE(gg_train_prepare(&t, &err) || gg_train_run(&t, &err));
    if (model.w && t.state.best)
        memcpy(model.w, t.state.best, (size_t)model.n_weight * sizeof *model.w);
    snprintf(path, sizeof path, "%s/model.ggm", folder);
    SURE(gg_model_load(&again, path, NULL, &err));
    same_knowledge(&model, &again);
    same_predictions(&model, &again, &f);
    gg_reader_close(&r);
    gg_frame_free(&f);
    gg_train_free(&t);
    gg_model_free(&again);
    gg_model_free(&model);
    empty(folder);
    gg_arena_reset(&arena);
}

static void fits(void **state)
{
    (void)state;
    learn("fit: {kind: ridge, inputs: [node_features]}\nheads: [{target: propensity}]\n");
    learn("fit: {kind: ridge, inputs: [node_features], standardise: joint, reduce: {pca: 2}, penalty: 3}\n"
          "heads: [{target: propensity, times: [0.2, 5]}]\n");
    learn("fit: {kind: logistic, inputs: [node_features], penalty: {path: [1, 100], points: 3}}\n"
          "heads: [{target: propensity, times: [0.2, 1]}]\n");
}

static void networks(void **state)
{
    (void)state;
    learn("inputs: {node: [type, node_features], cutoff: 1.4}\n"
          "layers:\n"
          "  - {layer: linear, in: x, out_irreps: 4x0e, out: h}\n"
          "  - {layer: conv, in: h, lmax: 1, out_irreps: 4x0e, radial: {n: 4, hidden: [4]}, out: m}\n"
          "  - {layer: actnorm, in: m, out: h}\n"
          "heads: [{target: propensity, in: h, layer: mlp, hidden: [4]}]\n"
          "train: {epochs: 1, lr: 0.01}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fits), cmocka_unit_test(networks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
