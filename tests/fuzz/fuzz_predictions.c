/* fuzz_predictions.c -- arrays as another code's predictions: refused, or fields that a frame may have, one for each of its particles
 *
 * The first byte is even for a recipe of arrays, odd for the bytes of an npz file. */
#include "formats/predictions.h"
#include "fuzz_arrays.h"
#include "laws/view_laws.h"

static const char *const keys[] = {"id",         "time",
                                   "times",      "types",
                                   "pos",        "initial_positions",
                                   "box",        "propensity_pred",
                                   "propensity", "propensity_std",
                                   "A",          "A_std",
                                   "X_pred.B",   "displacement_pred"};
enum { NODES = 4 };

/* A random liquid with targets, made once; its id ends in a number. */
static const struct gg_frame *liquid(void)
{
    static struct gg_view_stage stage;
    struct gg_err err;
    if (!stage.f.n_node) {
        must(gg_view_stage_open(&stage, NULL, NULL, 3, NODES, 1, &err) == 0);
        snprintf(stage.f.id, sizeof stage.f.id, "fuzz/1");
    }
    return &stage.f;
}

static void find(const char *path)
{
    const char *files[] = {path};
    const struct gg_texts list = {1, files};
    struct gg_predictions p;
    struct gg_frame out = {0};
    struct gg_arena a = {0};
    struct gg_err err;
    int64_t unused;
    gg_predictions_init(&p, &list, "propensity", 1 << 20);
    if (gg_predictions_find(&p, liquid(), NULL, &out, &a, &err)) {
        fuzz_message(&err);
    } else {
        for (int k = 0; k < out.n_field; k++)
            for (uint64_t i = 0; i < gg_field_count(&out.field[k]); i++)
                must(gg_field_get(&out.field[k], i) != 0.123456789);
        must(gg_predictions_finish(&p, &unused, &err) == 0 || err.status >= GG_USAGE);
    }
    gg_predictions_free(&p);
    gg_frame_free(&out);
    gg_arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t n = size - 1;
    if (size < 2)
        return 0;
    if (data[0] % 2) {
        find(fuzz_path(data + 1, n));
        return 0;
    }
    void *bytes = fuzz_npz_file(data + 1, data + size, keys, sizeof keys / sizeof *keys, &n);
    if (bytes)
        find(fuzz_path(bytes, n));
    free(bytes);
    return 0;
}
