/* seen.c -- which samples have gone by, at which times: a tree of ids with their times */
#include "stream/seen.h"

#include "stream/crc32c.h"
#include "util/same.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    char id[GG_ID];
    const char *from;
    uint32_t content;
    uint64_t n;
    double time[]; /* [n] */
};

/* Times that are equal up to rounding are one. */
static int compare(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    order = order ? order : (x->n > y->n) - (x->n < y->n);
    for (uint64_t t = 0; t < x->n && order == 0; t++)
        order = gg_same_order(x->time[t], y->time[t]);
    return order;
}

static uint32_t content_of(const struct gg_frame *f)
{
    const uint64_t size[] = {f->n_node, f->n_edge, (uint64_t)f->dim, (uint64_t)f->pbc};
    uint32_t crc = gg_crc32c(gg_crc32c(0, size, sizeof size), f->cell, sizeof f->cell);
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k];
        crc = gg_crc32c(crc, x->name, strlen(x->name) + 1);
        crc = gg_crc32c(crc, x->shape, x->ndim * sizeof *x->shape);
        crc = gg_crc32c(crc, x->data, x->nbytes);
    }
    return crc;
}

bool gg_seen_add(struct gg_seen *s, const struct gg_frame *f, const char *from, struct gg_seen_before *before)
{
    const struct gg_field *time = gg_frame_find(f, "time");
    uint64_t n = time ? gg_field_count(time) : 0;
    struct sample *kept = gg_xalloc(1, sizeof *kept + n * sizeof *kept->time);
    memcpy(kept->id, f->id, sizeof kept->id);
    kept->from = from;
    kept->content = content_of(f);
    kept->n = n;
    for (uint64_t t = 0; t < n; t++)
        kept->time[t] = gg_field_get(time, t);
    struct sample **at = tsearch(kept, &s->tree, compare);
    if (!at)
        gg_out_of_memory(0);
    if (*at == kept)
        return true;
    if (before)
        *before = (struct gg_seen_before){(*at)->from, (*at)->content == kept->content};
    free(kept);
    return false;
}

void gg_seen_free(struct gg_seen *s)
{
    tdestroy(s->tree, free);
    s->tree = NULL;
}
