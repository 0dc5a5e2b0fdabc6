/* fuzz_checkpoint.c -- any bytes as a checkpoint of the training of a small network: refused, or a state that a training could have */
#include "fuzz.h"
#include "fuzz_checksum.h"
#include "laws/view_laws.h"
#include "learn/train.h"

static const char yaml[] = "inputs: {node: [type], cutoff: 1.7}\n"
                           "layers:\n"
                           "  - {layer: embed, channels: 2, out: h}\n"
                           "heads:\n"
                           "  - {target: propensity, in: h, layer: mlp, hidden: [2]}\n"
                           "train: {amsgrad: true}\n";

/* As gg-train has it where it looks for a checkpoint; a run without a folder of its own: metrics that go on are refused. */
static struct gg_trainer *trainer(void)
{
    static struct gg_model m;
    static struct gg_trainer t = {.model = &m, .data = {.spool = {.fd = -1}}};
    static struct gg_view_stage stage;
    struct gg_arena a = {0};
    struct gg_err err;
    if (t.data.n_train)
        return &t;
    t.how = (struct gg_train_how){.folder = "/nonexistent", .resume_anyway = true, .memory = 1e6};
    must(!gg_view_stage_open(&stage, NULL, NULL, 3, 12, 1, &err));
    must(!gg_config_from_text(&m.config, yaml, sizeof yaml - 1, "fuzz", &err) && !gg_model_open(&m, &err));
    must(!gg_train_open(&t, &err) && !gg_train_add(&t, &stage.f, 0, &a, &err) && !gg_train_prepare(&t, &err));
    gg_state_init(&t.state, &t.keys, m.n_weight, 10);
    gg_arena_free(&a);
    return &t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gg_trainer *t = trainer();
    struct gg_err err;
    t->how.resume = fuzz_path(data, size);
    if (gg_checkpoint_read(t, &err))
        fuzz_message(&err);
    const struct gg_train_state *s = &t->state;
    if (err.status == GG_SYSTEM) /* it was taken, and only its metrics are missing */
        must(s->position >= 0 && s->position <= t->data.n_train && s->epoch >= 0 && s->adam.step >= 0);
    return 0;
}
