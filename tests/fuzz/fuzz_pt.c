/* fuzz_pt.c -- the pickle of a PyTorch archive, its storages being the input's own bytes; the zip is libzip's */
#include "fuzz_foreign.h"
#include "formats/pickle.h"

struct input {
    const uint8_t *data;
    size_t size;
};

static int read_storage(void *context, const char *key, struct gg_arena *a, const void **bytes, uint64_t *n,
                        struct gg_err *err)
{
    const struct input *in = context;
    (void)a;
    if (*key == '9')
        return gg_fail(err, GG_INPUT, "no member");
    *bytes = in->data;
    *n = in->size;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    const struct gg_pickle_storages storages = {read_storage, &in, 1 << 20};
    struct gg_arena arena = {0};
    struct gg_err err = {0};
    if (!gg_pickle_parse(data, size, &storages, &arena, &err))
        fuzz_message(&err);
    gg_arena_free(&arena);
    return 0;
}
