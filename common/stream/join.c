/* join.c -- a second stream beside the first: frames of one sample id together */
#include "stream/join.h"

#include <stdlib.h>
#include <string.h>

/* A frame kept for later, with memory and META of its own. */
struct held {
    bool full;
    struct gg_frame frame;
    struct gg_arena arena;
    struct gg_meta meta;
};

struct gg_join_state {
    struct held held[GG_JOIN_AHEAD], given;
    struct gg_frame frame; /* of the reader */
    struct gg_set seen;    /* every id so far of the second stream */
    struct gg_set asked;   /* and asked for */
};

int gg_join_open(struct gg_join *j, const char *path, uint64_t max_frame, struct gg_err *err)
{
    *j = (struct gg_join){0};
    if (gg_reader_open(&j->reader, path, err))
        return -1;
    if (max_frame)
        j->reader.max_frame = max_frame;
    j->state = gg_xalloc(1, sizeof *j->state);
    return 0;
}

static void give(struct gg_join_state *s, struct held *h)
{
    struct held old = s->given;
    s->given = *h;
    *h = old;
    h->full = false;
}

static void hold(struct held *h, const struct gg_frame *f, const struct gg_meta *meta)
{
    gg_arena_reset(&h->arena);
    gg_frame_copy(&h->frame, f, &h->arena);
    gg_meta_clear(&h->meta);
    gg_meta_merge(&h->meta, meta);
    h->full = true;
}

/* Reads one more frame into a free place: 1, 0 at the end, -1. */
static int read_ahead(struct gg_join *j, struct held *to, struct gg_err *err)
{
    struct gg_join_state *s = j->state;
    int event;
    while ((event = gg_reader_next(&j->reader, &s->frame, err)) > 0) {
        if (event != GG_EVENT_FRAME)
            continue;
        if (!s->frame.id[0])
            return gg_fail(err, GG_INPUT, "%s: frame %llu: has no sample id to join by", j->reader.name,
                           (unsigned long long)j->reader.n_frame - 1);
        if (!gg_set_add(&s->seen, s->frame.id))
            return gg_fail(err, GG_INPUT, "%s: frame id '%s' occurs twice", j->reader.name, s->frame.id);
        hold(to, &s->frame, &j->reader.meta);
        return 1;
    }
    return event;
}

static struct held *free_place(struct gg_join_state *s)
{
    for (int k = 0; k < GG_JOIN_AHEAD; k++)
        if (!s->held[k].full)
            return &s->held[k];
    return NULL;
}

static struct held *find(struct gg_join_state *s, const char *id)
{
    for (int k = 0; k < GG_JOIN_AHEAD; k++)
        if (s->held[k].full && strcmp(s->held[k].frame.id, id) == 0)
            return &s->held[k];
    return NULL;
}

const struct gg_frame *gg_join_find(struct gg_join *j, const char *id, const struct gg_meta **meta,
                                    struct gg_err *err)
{
    struct gg_join_state *s = j->state;
    if (!*id || !gg_set_add(&s->asked, id)) {
        gg_fail(err, GG_INPUT, *id ? "sample id '%s' occurs twice" : "has no sample id%s to join by", id);
        return NULL;
    }
    struct held *h = find(s, id);
    while (!h) {
        struct held *to = free_place(s);
        int got = to ? read_ahead(j, to, err) : 0;
        if (got < 0)
            return NULL;
        if (got == 0) {
            gg_fail(err, GG_INPUT,
                    to ? "%s: has no frame '%s'" : "%s: no frame '%s' within a look-ahead of 64",
                    j->reader.name, id);
            return NULL;
        }
        h = strcmp(to->frame.id, id) == 0 ? to : NULL;
    }
    give(s, h);
    if (meta)
        *meta = &s->given.meta;
    return &s->given.frame;
}

int gg_join_finish(struct gg_join *j, struct gg_err *err)
{
    struct held spare = {0};
    int got;
    while ((got = read_ahead(j, &spare, err)) > 0)
        ;
    gg_frame_free(&spare.frame);
    gg_arena_free(&spare.arena);
    gg_meta_clear(&spare.meta);
    return got;
}

static void release(struct held *h)
{
    gg_frame_free(&h->frame);
    gg_arena_free(&h->arena);
    gg_meta_clear(&h->meta);
}

void gg_join_close(struct gg_join *j)
{
    if (!j->state)
        return;
    for (int k = 0; k < GG_JOIN_AHEAD; k++)
        release(&j->state->held[k]);
    release(&j->state->given);
    gg_frame_free(&j->state->frame);
    gg_set_clear(&j->state->seen);
    gg_set_clear(&j->state->asked);
    free(j->state);
    j->state = NULL;
    gg_reader_close(&j->reader);
}
