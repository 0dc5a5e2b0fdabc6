/* fuzz_model.c -- any bytes as a model file, or as the YAML of one: refused, or a model that predicts
 *
 * The first byte is even for a model file, odd for YAML. */
#include "fuzz.h"
#include "fuzz_checksum.h"
#include "laws/view_laws.h"
#include "model/learner.h"

enum { NODES = 12, MOST_WEIGHTS = 200000, MOST_NUMBERS = 1 << 20 };
static const double most_cutoff = 6;

/* A random liquid with energies, forces and targets, made once. */
static const struct gg_frame *liquid(void)
{
    static struct gg_view_stage stage;
    struct gg_err err;
    if (!stage.f.n_node)
        must(gg_view_stage_open(&stage, NULL, NULL, 3, NODES, 1, &err) == 0);
    return &stage.f;
}

static bool is_small(const struct gg_model *m)
{
    bool small = m->n_weight < MOST_WEIGHTS;
    for (int k = 0; k < m->n_geometry; k++)
        small = small && m->geometry[k].cutoff < most_cutoff;
    for (int h = 0; h < m->n_head; h++)
        small = small && m->head[h].target.n_time * gg_target_dim(&m->head[h].target) < MOST_NUMBERS / NODES;
    return small;
}

static void predict(const struct gg_model *m)
{
    struct gg_arena a = {0};
    struct gg_pass pass = {0};
    struct gg_sample s;
    struct gg_err err;
    struct gg_prediction out[GG_MAX_HEADS];
    if (gg_sample_read(&s, m, liquid(), false, &a, &err)) {
        fuzz_message(&err);
    } else {
        gg_prediction_alloc(out, m, &s, &a);
        if (m->learner->predict(&pass, m, &s, out, &a, &err))
            fuzz_message(&err);
    }
    gg_pass_free(&pass);
    gg_arena_free(&a);
}

static int build(struct gg_model *m, const uint8_t *data, size_t size, struct gg_err *err)
{
    struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {5, 5, 5, 5}};
    if (gg_config_from_text(&m->config, (const char *)data, size, "fuzz", err) || gg_model_open(m, err) ||
        gg_model_see(m, liquid(), true, err) || gg_model_build(m, &facts, err))
        return -1;
    if (m->learner->layers && is_small(m))
        gg_model_init_weights(m, 1);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gg_model m = {0};
    struct gg_err err;
    if (size < 2)
        return 0;
    int status = data[0] % 2 ? build(&m, data + 1, size - 1, &err)
                             : gg_model_load(&m, fuzz_path(data + 1, size - 1), NULL, &err);
    if (status)
        fuzz_message(&err);
    else if (is_small(&m) && (m.learner->layers || data[0] % 2 == 0))
        predict(&m);
    gg_model_free(&m);
    return 0;
}
