/* seen.c -- which samples have gone by, at which times: a tree of "id time time ..." */
#include "stream/seen.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

bool gg_seen_add(struct gg_seen *s, const struct gg_frame *f, struct gg_arena *a)
{
    const struct gg_field *time = gg_frame_find(f, "time");
    const char *key = gg_arena_printf(a, "%s", f->id);
    for (uint64_t t = 0; time && t < time->shape[0]; t++)
        key = gg_arena_printf(a, "%s %.17g", key, ((double *)time->data)[t]);
    char *kept = gg_xstrdup(key);
    if (*(char **)tsearch(kept, &s->tree, compare) == kept)
        return true;
    free(kept);
    return false;
}

void gg_seen_free(struct gg_seen *s)
{
    tdestroy(s->tree, free);
    s->tree = NULL;
}
