/* frame.c -- frames and fields in memory */
#include "stream/layout.h"
#include "util/irreps.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gg_frame_clear(struct gg_frame *f)
{
    struct gg_field *table = f->field;
    int room = f->room;
    *f = (struct gg_frame){.field = table, .room = room};
}

void gg_frame_free(struct gg_frame *f)
{
    free(f->field);
    *f = (struct gg_frame){0};
}

struct gg_field *gg_frame_append(struct gg_frame *f)
{
    if (f->n_field == f->room) {
        f->room = f->room ? 2 * f->room : 16;
        f->field = gg_xrealloc(f->field, (size_t)f->room * sizeof *f->field);
    }
    struct gg_field *x = &f->field[f->n_field++];
    memset(x, 0, sizeof *x);
    return x;
}

void gg_frame_copy(struct gg_frame *to, const struct gg_frame *from, struct gg_arena *a)
{
    gg_frame_clear(to);
    struct gg_frame copy = *from;
    copy.field = to->field;
    copy.room = to->room;
    copy.n_field = 0;
    *to = copy;
    for (int k = 0; k < from->n_field; k++) {
        struct gg_field *x = gg_frame_append(to);
        *x = from->field[k];
        x->data = gg_arena_alloc(a, x->nbytes);
        if (x->nbytes > 0)
            memcpy(x->data, from->field[k].data, x->nbytes);
    }
}

struct gg_field *gg_frame_find(const struct gg_frame *f, const char *name)
{
    for (int k = 0; k < f->n_field; k++)
        if (strcmp(f->field[k].name, name) == 0)
            return &f->field[k];
    return NULL;
}

struct gg_field *gg_frame_find_times(const struct gg_frame *f, const char *name)
{
    char own[GG_NAME + 8];
    snprintf(own, sizeof own, "%s.time", name);
    return gg_frame_find(f, own);
}

static bool take_out(struct gg_frame *f, struct gg_field *x)
{
    if (!x)
        return false;
    f->n_field--;
    memmove(x, x + 1, (size_t)(f->field + f->n_field - x) * sizeof *x);
    return true;
}

bool gg_frame_remove(struct gg_frame *f, const char *name)
{
    take_out(f, gg_frame_find_times(f, name));
    return take_out(f, gg_frame_find(f, name));
}

static bool copy_text(char *to, size_t room, const char *from)
{
    size_t n = strlen(from);
    if (n >= room)
        return false;
    memcpy(to, from, n + 1);
    return true;
}

/* "1o" is written "1x1o"; the bare words 0e and 0o say something else and stay. */
static bool copy_irreps(struct gg_field *x, const char *text)
{
    struct gg_irreps irreps;
    struct gg_err ignored;
    bool word = strcmp(text, "") == 0 || strcmp(text, "0e") == 0 || strcmp(text, "0o") == 0;
    if (word || gg_irreps_parse(&irreps, text, &ignored) < 0) /* gg_field_check refuses what does not parse */
        return copy_text(x->irreps, sizeof x->irreps, text);
    gg_irreps_print(&irreps, x->irreps);
    return true;
}

struct gg_field *gg_frame_add_as(struct gg_frame *f, struct gg_arena *a, const char *name, int dtype,
                                 int ndim, const uint64_t *shape, const int *axis, int role,
                                 const char *irreps, const char *unit, struct gg_err *err)
{
    assert(gg_dtype_size(dtype) > 0 && ndim >= 0 && ndim <= GG_MAX_DIM);
    struct gg_field x = {.dtype = (uint8_t)dtype,
                         .ndim = (uint8_t)ndim,
                         .role = (uint8_t)role,
                         .nbytes = gg_dtype_size(dtype)};
    if (!copy_text(x.name, sizeof x.name, name) || !copy_irreps(&x, irreps) ||
        !copy_text(x.unit, sizeof x.unit, unit)) {
        gg_fail(err, GG_USAGE, "field '%.80s': name, irreps or unit is too long", name);
        return NULL;
    }
    for (int k = 0; k < ndim; k++) {
        x.shape[k] = shape[k];
        x.axis[k] = (uint8_t)axis[k];
        if (__builtin_mul_overflow(x.nbytes, shape[k], &x.nbytes))
            x.nbytes = UINT64_MAX; /* refused next */
    }
    if (gg_field_check(f, &x, err) < 0) {
        err->status = GG_USAGE;
        return NULL;
    }
    x.data = gg_arena_calloc(a, x.nbytes, 1);
    if (gg_frame_find(f, x.name)) /* its times are those of the field that is replaced */
        take_out(f, gg_frame_find_times(f, x.name));
    struct gg_field *at = gg_frame_find(f, x.name);
    if (!at)
        at = gg_frame_append(f);
    *at = x;
    return at;
}

int gg_frame_prefix(const struct gg_frame *f, const char *file, uint64_t number, struct gg_err *err)
{
    bool named = f->id[0] != '\0';
    return gg_err_prefix(err, "%s: frame %llu%s%s%s: ", file, (unsigned long long)number, named ? " (" : "",
                         f->id, named ? ")" : "");
}
