/* npz_rest.c -- named arrays beside the known ones, and those that gg-dump wrote */
#include "formats/npz_rest.h"
#include "formats/extra.h"
#include "formats/own.h"

#include <stdio.h>
#include <string.h>

enum { FEW = 64 };

/* The name that --map gives to the array. */
static const char *mapped_name(const struct gg_foreign *f, const char *key, struct gg_arena *a)
{
    for (int k = 0; k < f->options->map.n; k++) {
        const char *map = f->options->map.v[k], *equals = strchr(map, '=');
        if (equals && !strcmp(equals + 1, key))
            return gg_arena_printf(a, "%.*s", (int)(equals - map), map);
    }
    return NULL;
}

static int add_array(const struct gg_foreign *f, const char *name, struct gg_arena *a, struct gg_draft *d,
                     struct gg_err *err)
{
    struct gg_field x;
    struct gg_err why = {0};
    uint64_t n_text;
    bool text = gg_npz_text(&f->npz, name, a) || gg_npz_words(&f->npz, name, a, &n_text);
    if (text || gg_npz_read(&f->npz, name, a, &x, &why)) {
        gg_extra_left_out(d, name, text ? "text" : why.text);
        return 0;
    }
    if (x.ndim && x.shape[0] == d->n_node) {
        x.axis[0] = GG_NODE;
        return gg_foreign_column(f, a, d, name, mapped_name(f, name, a), &x, err);
    }
    if (gg_field_count(&x) > FEW || !gg_field_count(&x)) {
        gg_extra_left_out(d, name, "no numbers of particles");
        return 0;
    }
    if (x.ndim == 1 && x.shape[0] == 1) {
        x.ndim = 0;
        x.shape[0] = 0;
    }
    return gg_extra_add(d, a, name, mapped_name(f, name, a), &x, err);
}

int gg_npz_rest(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    for (int k = 0; k < f->npz.n; k++)
        if (!f->npz.used[k] && add_array(f, f->npz.name[k], a, d, err))
            return -1;
    return 0;
}

/* ---- what gg-dump wrote ---- */

/* Array and description must agree; only lengths that the frame knows are not in the description. */
static int get_field(const struct gg_foreign *f, struct gg_field *x, struct gg_arena *a, struct gg_draft *d,
                     struct gg_err *err)
{
    struct gg_field array;
    if (gg_npz_read(&f->npz, x->name, a, &array, err))
        return -1;
    bool same =
        array.ndim == x->ndim && (array.dtype == x->dtype || (array.dtype == GG_F16 && x->dtype == GG_F32));
    for (int k = 0; same && k < x->ndim; k++)
        same = x->axis[k] == GG_NODE || x->axis[k] == GG_NODE1 || x->shape[k] == array.shape[k];
    if (!same)
        return gg_fail(err, GG_INPUT, "array '%.60s' is not what gg_fields says of it", x->name);
    for (int k = 0; k < x->ndim; k++) {
        if (x->axis[k] == GG_EDGE)
            d->n_edge = array.shape[k];
        if (x->axis[k] == GG_NODE && !strcmp(x->name, "pos"))
            d->n_node = array.shape[k];
    }
    x->dtype = array.dtype;
    x->data = array.data;
    x->nbytes = array.nbytes;
    memcpy(x->shape, array.shape, sizeof x->shape);
    x->flags = GG_NAN_ALLOWED;
    return gg_own_add(d, a, x, err);
}

static int get_info(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_field cell, pbc, dim;
    const char *id = gg_npz_text(&f->npz, "id", a);
    if (gg_npz_read(&f->npz, "cell", a, &cell, err) || gg_npz_read(&f->npz, "pbc", a, &pbc, err) ||
        gg_npz_read(&f->npz, "gg_dim", a, &dim, err))
        return -1;
    if (gg_field_count(&cell) != 9 || gg_field_count(&pbc) != 3 || gg_field_count(&dim) != 1)
        return gg_fail(err, GG_INPUT, "arrays cell, pbc and gg_dim of 9, 3 and 1 numbers are wanted");
    const char *meta = gg_npz_text(&f->npz, "gg_meta", a);
    gg_own_parse_meta(a, meta ? meta : "", &d->meta);
    snprintf(d->id, sizeof d->id, "%s", id ? id : "");
    d->dim = gg_field_get(&dim, 0) == 2 ? 2 : 3;
    for (uint64_t k = 0; k < 9; k++)
        d->cell[k / 3][k % 3] = gg_field_get(&cell, k);
    for (uint64_t k = 0; k < (uint64_t)d->dim; k++)
        d->pbc |= gg_field_get(&pbc, k) != 0 ? 1 << k : 0;
    return 0;
}

int gg_npz_own(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_field *fields;
    int n;
    const char *text = gg_npz_text(&f->npz, "gg_fields", a);
    if (!text)
        return gg_fail(err, GG_INPUT, "array 'gg_fields' is no text");
    if (get_info(f, a, d, err) || gg_own_parse(a, text, &fields, &n, err))
        return -1;
    for (int k = 0; k < n; k++)
        if (get_field(f, &fields[k], a, d, err))
            return -1;
    return d->pos.data && d->type.data ? 0 : gg_fail(err, GG_INPUT, "gg_fields has no pos or no type");
}
