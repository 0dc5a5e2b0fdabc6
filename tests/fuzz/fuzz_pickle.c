/* fuzz_pickle.c -- pickles, as DeepMind's files and as any */
#include "fuzz_foreign.h"
#include "formats/pickle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct gg_foreign_options o = {.dim = 3, .max_bytes = 1 << 24};
    struct gg_arena arena = {0};
    struct gg_err err = {0};
    if (!gg_pickle_parse(data, size, NULL, &arena, &err))
        fuzz_message(&err);
    gg_arena_free(&arena);
    fuzz_file("a.pickle", data, size, &o);
    return 0;
}
