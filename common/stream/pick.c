/* pick.c -- fields by name: keep, drop, rename, scramble */
#include "stream/crc32c.h"
#include "stream/cut.h"
#include "util/rng.h"
#include "util/words.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

static int refuse_absent(const struct gg_frame *f, const char *name, struct gg_err *err)
{
    const char *names[256];
    int n = 0;
    for (; n < f->n_field && n < 256; n++)
        names[n] = f->field[n].name;
    const char *near = gg_nearest(name, names, n);
    return gg_fail(err, GG_INPUT, "no field '%s'%s%s%s", name, near ? " (did you mean " : "",
                   near ? near : "", near ? "?)" : "");
}

/* Marks what a word matches. */
struct marks {
    const struct gg_frame *frame;
    bool *marked;
};

static int mark(void *context, const char *word, struct gg_err *err)
{
    struct marks *m = context;
    bool found = strpbrk(word, "*?[") != NULL; /* a pattern may match nothing */
    for (int k = 0; k < m->frame->n_field; k++)
        if (fnmatch(word, m->frame->field[k].name, 0) == 0)
            found = m->marked[k] = true;
    return found ? 0 : refuse_absent(m->frame, word, err);
}

/* Times of a field go where the field goes. */
static void mark_own_times(struct marks *m)
{
    for (int k = 0; k < m->frame->n_field; k++) {
        const struct gg_field *time = gg_frame_find_times(m->frame, m->frame->field[k].name);
        if (m->marked[k] && time)
            m->marked[time - m->frame->field] = true;
    }
}

/* Without fields on edges there are no edges. */
static void forget_edges(struct gg_frame *f)
{
    for (int k = 0; k < f->n_field; k++) {
        if (strcmp(f->field[k].name, "edge_ptr") == 0)
            return;
        for (int d = 0; d < f->field[k].ndim; d++)
            if (f->field[k].axis[d] == GG_EDGE)
                return;
    }
    f->n_edge = 0;
}

static int pick(struct gg_frame *f, const struct gg_texts *words, const char *option, bool keep,
                struct gg_err *err)
{
    struct gg_arena a = {0};
    struct marks m = {f, GG_NEW(&a, bool, (size_t)f->n_field)};
    int status = gg_words_each(words, option, mark, &m, err), n = 0;
    mark_own_times(&m);
    for (int k = 0; k < f->n_field && status == 0; k++)
        if (m.marked[k] == keep)
            f->field[n++] = f->field[k];
    if (status == 0) {
        f->n_field = n;
        forget_edges(f);
    }
    gg_arena_free(&a);
    return status;
}

int gg_frame_keep_fields(struct gg_frame *f, const struct gg_texts *words, struct gg_err *err)
{
    return pick(f, words, "--keep", true, err);
}

int gg_frame_drop_fields(struct gg_frame *f, const struct gg_texts *words, struct gg_err *err)
{
    return pick(f, words, "--drop", false, err);
}

static int rename_times(struct gg_field *time, const char *name, struct gg_err *err)
{
    char own[GG_NAME + 8];
    if (snprintf(own, sizeof own, "%s.time", name) >= GG_NAME)
        return gg_fail(err, GG_USAGE, "'%s' is too long: its times would be '%s'", name, own);
    strcpy(time->name, own);
    return 0;
}

static int rename_one(void *context, const char *word, struct gg_err *err)
{
    struct gg_frame *f = context;
    const char *equals = strchr(word, '=');
    size_t length = equals != NULL ? (size_t)(equals - word) : 0;
    if (length == 0 || length >= GG_NAME || strlen(equals + 1) >= GG_NAME || equals[1] == '\0')
        return gg_fail(err, GG_USAGE, "'%s' is not OLD=NEW", word);
    char old[GG_NAME];
    snprintf(old, sizeof old, "%.*s", (int)length, word);
    struct gg_field *x = gg_frame_find(f, old), *time = gg_frame_find_times(f, old);
    if (x == NULL)
        return refuse_absent(f, old, err);
    if (gg_frame_find(f, equals + 1) != NULL)
        return gg_fail(err, GG_INPUT, "there is a field '%s' already: --drop it first", equals + 1);
    strcpy(x->name, equals + 1);
    if (time != NULL && rename_times(time, x->name, err) < 0)
        return -1;
    return gg_field_lookup(x->name) == NULL || gg_frame_need(f, x->name, err) != NULL ? 0 : -1;
}

int gg_frame_rename_fields(struct gg_frame *f, const struct gg_texts *words, struct gg_err *err)
{
    return gg_words_each(words, "--rename", rename_one, f, err);
}

/* The particles of the types in turn, each type's in a random order of its own: node i gets the row of node from[i]. */
static int64_t *permutation(const struct gg_frame *f, const int32_t *type, uint64_t seed, struct gg_arena *a)
{
    int64_t *from = GG_NEW(a, int64_t, (size_t)f->n_node), *of_type = GG_NEW(a, int64_t, (size_t)f->n_node);
    bool *done = GG_NEW(a, bool, (size_t)f->n_node);
    struct gg_rng random = gg_rng_at(seed, gg_crc32c(0, f->id, strlen(f->id)), 0, 0);
    for (uint64_t first = 0; first < f->n_node; first++) {
        int64_t n = 0, next = 0;
        for (uint64_t i = first; i < f->n_node && !done[first]; i++)
            if (type[i] == type[first])
                of_type[n++] = (int64_t)i;
        gg_rng_shuffle(&random, of_type, n);
        for (uint64_t i = first; next < n; i++)
            if (type[i] == type[first]) {
                from[i] = of_type[next++];
                done[i] = true;
            }
    }
    return from;
}

static int permute_rows(struct gg_field *x, const int64_t *from, struct gg_arena *a, struct gg_err *err)
{
    if (x->ndim == 0 || x->axis[0] != GG_NODE)
        return gg_fail(err, GG_INPUT, "--scramble: field '%s' has no row for each particle", x->name);
    size_t n = (size_t)x->shape[0], bytes = (size_t)(n > 0 ? x->nbytes / n : 0);
    char *to = gg_arena_alloc(a, n * bytes);
    for (size_t i = 0; i < n; i++)
        memcpy(to + i * bytes, (const char *)x->data + (size_t)from[i] * bytes, bytes);
    x->data = to;
    return 0;
}

int gg_frame_scramble_fields(struct gg_frame *f, const struct gg_texts *words, uint64_t seed,
                             struct gg_arena *a, struct gg_err *err)
{
    const struct gg_field *type = gg_frame_need(f, "type", err);
    struct marks m = {f, GG_NEW(a, bool, (size_t)f->n_field)};
    if (type == NULL || gg_words_each(words, "--scramble", mark, &m, err) < 0)
        return -1;
    const int64_t *from = permutation(f, type->data, seed, a);
    for (int k = 0; k < f->n_field; k++)
        if (m.marked[k] && permute_rows(&f->field[k], from, a, err) < 0)
            return -1;
    return 0;
}
