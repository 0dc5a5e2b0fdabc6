/* extxyz_own.c -- extended XYZ that gg-dump wrote: the frame as it was, to the printed digits */
#include "formats/own.h"
#include "formats/words.h"
#include "formats/xyz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of one column a particle, or of the words of a key. */
static double *column_values(const struct gg_table *t, const struct gg_property *p, struct gg_arena *a)
{
    double *out = gg_arena_alloc(a, t->n * (uint64_t)p->width * sizeof *out + 1), *to = out;
    for (uint64_t i = 0; i < t->n; i++)
        for (int w = 0; w < p->width; w++)
            *to++ = t->value[i * (uint64_t)t->n_column + (uint64_t)(p->at + w)];
    return out;
}

static double *key_values(const char *text, uint64_t n, struct gg_arena *a)
{
    double *out = gg_arena_alloc(a, n * sizeof *out + 1);
    char *rest = gg_arena_strdup(a, text), *word;
    for (uint64_t k = 0; k < n; k++)
        if (!(word = gg_word(&rest)) || !gg_word_number(word, &out[k]))
            return NULL;
    return gg_word(&rest) ? NULL : out;
}

static int get_field(const struct gg_keys *keys, const struct gg_table *t, struct gg_field *x,
                     struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    int property = gg_table_find(t, x->name);
    const char *key = gg_keys_get(keys, x->name);
    uint64_t n = 1, room = t->n * (uint64_t)t->n_column + strlen(key ? key : "");
    for (int k = 0; k < x->ndim; k++) {
        if (x->axis[k] == GG_NODE)
            x->shape[k] = t->n;
        if (__builtin_mul_overflow(n, x->shape[k], &n) || n > room)
            return gg_fail(err, GG_INPUT, "field '%s': more numbers than there are", x->name);
    }
    bool node = x->ndim && x->axis[0] == GG_NODE;
    double *value = NULL;
    if (node && property >= 0 && (uint64_t)t->property[property].width * t->n == n)
        value = column_values(t, &t->property[property], a);
    else if (!node && key && n <= strlen(key))
        value = key_values(key, n, a);
    if (!value)
        return gg_fail(err, GG_INPUT, "field '%s': gg_fields announces %llu numbers that are not there",
                       x->name, (unsigned long long)n);
    return gg_own_fill(x, a, value, n, err) || gg_own_add(d, a, x, err);
}

static int get_cell(const struct gg_keys *keys, struct gg_draft *d, struct gg_err *err)
{
    const char *lattice = gg_keys_get(keys, "Lattice"), *pbc = gg_keys_get(keys, "pbc");
    double dim = 3;
    char flag[3];
    if (gg_keys_number(keys, "gg_dim", &dim, err))
        return -1;
    if (dim != 2 && dim != 3)
        return gg_fail(err, GG_INPUT, "gg_dim=%g; 2 or 3 is wanted", dim);
    d->dim = (int)dim;
    if (lattice && !gg_word_numbers(lattice, 9, d->cell[0]))
        return gg_fail(err, GG_INPUT, "Lattice=\"%.60s\"; 9 numbers are wanted", lattice);
    if (d->dim == 2)
        d->cell[2][2] = 0;
    if (!pbc || sscanf(pbc, " %c %c %c", &flag[0], &flag[1], &flag[2]) != 3)
        return gg_fail(err, GG_INPUT, "pbc is wanted as three of T, F");
    for (int k = 0; k < d->dim; k++)
        d->pbc |= flag[k] == 'T' ? 1 << k : 0;
    return 0;
}

int gg_extxyz_own(const struct gg_keys *keys, const struct gg_table *t, struct gg_arena *a,
                  struct gg_draft *d, struct gg_err *err)
{
    struct gg_field *fields;
    const char *id = gg_keys_get(keys, "id"), *meta = gg_keys_get(keys, "gg_meta");
    int n;
    gg_own_parse_meta(a, meta ? meta : "", &d->meta);
    d->n_node = t->n;
    snprintf(d->id, sizeof d->id, "%s", id ? id : "");
    if (get_cell(keys, d, err) || gg_own_parse(a, gg_keys_get(keys, "gg_fields"), &fields, &n, err))
        return -1;
    for (int k = 0; k < n; k++)
        if (get_field(keys, t, &fields[k], a, d, err))
            return -1;
    return d->pos.data && d->type.data ? 0 : gg_fail(err, GG_INPUT, "gg_fields has no pos or no type");
}
