/* fuzz_foreign.h -- any bytes as a foreign file: refused in one line, or frames that pass every check */
#ifndef FUZZ_FOREIGN_H
#define FUZZ_FOREIGN_H

#include "formats/draft_frame.h"
#include "formats/foreign.h"
#include "fuzz.h"

/* All configurations of a file called `path` in memory, with the options a user might give. */
static inline void fuzz_file(const char *path, const void *data, size_t size,
                             const struct gg_foreign_options *o)
{
    static const struct gg_reals no_times = {0};
    static const struct gg_texts no_fields = {0};
    const struct gg_draft_options how = {&no_times, -1, &no_fields};
    struct gg_foreign f;
    struct gg_frame frame = {0};
    struct gg_draft draft = {0};
    struct gg_arena arena = {0};
    struct gg_err err = {0};
    int got = gg_foreign_open_memory(&f, path, data, size, o, &err);
    if (got) {
        fuzz_message(&err);
        return;
    }
    while ((got = gg_foreign_next(&f, &arena, &draft, &err)) == 1) {
        if (gg_draft_frame(&draft, &how, &frame, &arena, &err))
            fuzz_message(&err);
        else
            must(gg_frame_check(&frame, &err) == 0);
        gg_arena_reset(&arena);
    }
    if (got < 0)
        fuzz_message(&err);
    gg_draft_clear(&draft);
    gg_frame_free(&frame);
    gg_arena_free(&arena);
    gg_foreign_close(&f);
}

#endif
