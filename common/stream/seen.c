/* seen.c -- which samples have gone by, at which times: a set of "id time time ..." */
#include "stream/seen.h"
#include "util/text_stream.h"

#include <stdlib.h>

bool gg_seen_add(struct gg_seen *s, const struct gg_frame *f)
{
    const struct gg_field *time = gg_frame_find(f, "time");
    char *key;
    size_t bytes;
    FILE *to = gg_text_open(&key, &bytes);
    fputs(f->id, to);
    for (uint64_t t = 0; time && t < gg_field_count(time); t++)
        fprintf(to, " %.17g", gg_field_get(time, t));
    fclose(to);
    bool is_new = gg_set_add(&s->samples, key);
    free(key);
    return is_new;
}

void gg_seen_free(struct gg_seen *s)
{
    gg_set_clear(&s->samples);
}
