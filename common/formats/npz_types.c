/* npz_types.c -- the species of named arrays: whole numbers, or words */
#include "formats/columns.h"
#include "formats/npz_sets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* As a column of words, which is read as in a text: by --species, or as letters, or as numbers. */
static int by_words(const struct gg_foreign *f, const char *const *word, uint64_t n, struct gg_arena *a,
                    struct gg_draft *d, struct gg_err *err)
{
    struct gg_table t = {.n = 0};
    int failed = gg_table_add(&t, "type", 'S', 1, err);
    t.property[0].words = true;
    for (uint64_t i = 0; i < n && !failed; i++)
        failed = gg_table_row(&t, gg_arena_strdup(a, word[i]), err);
    failed = failed || gg_columns_types(f, &t, 0, -1, a, d, err);
    gg_table_free(&t);
    return failed ? -1 : 0;
}

static int by_numbers(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    uint64_t n = gg_field_count(&d->type);
    const char **word = GG_NEW(a, const char *, n + 1);
    for (uint64_t i = 0; i < n; i++)
        word[i] = gg_arena_printf(a, "%g", gg_field_get(&d->type, i));
    return by_words(f, word, n, a, d, err);
}

/* Species count from the smallest code that is there: GlassBench from 1, the other sets from 0.  Any npz: 0 or 1. */
static int set_first(const struct gg_foreign *f, bool any, struct gg_draft *d, struct gg_err *err)
{
    double lowest = INFINITY, highest = -INFINITY;
    for (uint64_t i = 0; i < gg_field_count(&d->type); i++) {
        lowest = fmin(lowest, gg_field_get(&d->type, i));
        highest = fmax(highest, gg_field_get(&d->type, i));
    }
    bool from_one = !strcmp(f->format->name, "glassbench");
    if (f->options->first_type > 0)
        from_one = f->options->first_type > 1;
    else if (any)
        from_one = lowest >= 1;
    else if (from_one ? lowest < 1 : lowest >= 1 && highest > 1)
        return gg_fail(err, GG_INPUT, "field 'type': codes begin at %g; format %s has them from %d", lowest,
                       f->format->name, from_one);
    d->first_is_open = any && !f->options->first_type;
    d->first_type = from_one;
    gg_meta_printf(&d->meta, "source.types", "%g to %g", lowest, highest);
    return 0;
}

int gg_npz_types(const struct gg_foreign *f, const char *key, bool any, struct gg_arena *a,
                 struct gg_draft *d, struct gg_err *err)
{
    uint64_t n;
    if (!gg_npz_has(&f->npz, key))
        return gg_fail(err, GG_INPUT, "no array '%s' for field 'type'; --map type=KEY names another", key);
    const char *const *word = gg_npz_words(&f->npz, key, a, &n);
    if (word)
        return by_words(f, word, n, a, d, err);
    if (gg_npz_read(&f->npz, key, a, &d->type, err))
        return -1;
    return f->options->species ? by_numbers(f, a, d, err) : set_first(f, any, d, err);
}
