/* pt.c -- PyTorch's archives: the pickle of data.pkl, whose tensors lie in the members data/0, data/1, ...
 *
 * The pickle is data: known are tensors, their storages, dictionaries and the records of PyTorch Geometric
 * (pickle_object.c); every other name is refused. */
#include "formats/pt.h"
#include "formats/extra.h"
#include "formats/npz_sets.h"
#include "formats/pickle.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MAX_ARRAYS = 512, DEPTH = 8 };

struct archive {
    const struct gg_zip *zip;
    uint64_t limit;
    char folder[256];     /* "NAME/" */
    const void **storage; /* [members of the zip], unpacked once */
    uint64_t *bytes;
    const struct gg_pickle *const *item; /* configurations */
    size_t n;
};

static const char pickle_name[] = "data.pkl";

static bool is_pickle(const char *name)
{
    size_t n = strlen(name), m = sizeof pickle_name - 1;
    return n > m && name[n - m - 1] == '/' && !strcmp(name + n - m, pickle_name);
}

/* By its pickle the container was told from others (foreign.c). */
static int find_pickle(const struct gg_zip *z)
{
    int k = 0;
    while (k < z->n && !is_pickle(z->name[k]))
        k++;
    assert(k < z->n);
    return k;
}

static int read_storage(void *context, const char *key, struct gg_arena *a, const void **bytes, uint64_t *n,
                        struct gg_err *err)
{
    struct archive *x = context;
    char name[400], *data = NULL;
    snprintf(name, sizeof name, "%sdata/%.100s", x->folder, key);
    int k = gg_zip_find(x->zip, name);
    if (k < 0)
        return gg_fail(err, GG_TRUNCATED, "no member '%.120s' in the archive", name);
    if (!x->storage[k] && gg_zip_read(x->zip, k, x->limit, NULL, a, &data, &x->bytes[k], err))
        return gg_err_prefix(err, "member '%.120s': ", name);
    x->storage[k] = x->storage[k] ? x->storage[k] : data;
    *bytes = x->storage[k];
    *n = x->bytes[k];
    return 0;
}

/* ---- from values to arrays ---- */

/* The dictionary in a record: Data holds a storage, which holds the mapping. */
static const struct gg_pickle *mapping_of(const struct gg_pickle *v)
{
    for (int depth = 0; v && depth < DEPTH; depth++) {
        if (v->kind == GG_PICKLE_DICT) {
            const struct gg_pickle *inner = gg_pickle_get(v, "_store");
            inner = inner ? inner : gg_pickle_get(v, "_mapping");
            if (!inner)
                return v;
            v = inner;
        } else
            v = v->kind == GG_PICKLE_RECORD && v->n ? v->item[0] : NULL;
    }
    return NULL;
}

/* A tensor as it is, a number without axes; false for anything else. */
static bool to_array(const struct gg_pickle *v, struct gg_arena *a, struct gg_field *x)
{
    if (v->kind == GG_PICKLE_ARRAY && v->built) {
        *x = *v->array;
        return true;
    }
    if (v->kind != GG_PICKLE_INT && v->kind != GG_PICKLE_FLOAT)
        return false;
    *x = (struct gg_field){.dtype = GG_F64,
                           .nbytes = sizeof(double),
                           .data = gg_arena_alloc(a, sizeof(double))};
    *(double *)x->data = v->number;
    return true;
}

/* The record NAME/byteorder, of newer versions: "little" or "big". */
static int read_byteorder(const struct archive *x, struct gg_arena *a, bool *swap, struct gg_err *err)
{
    char name[300], *text = NULL;
    uint64_t n = 0;
    snprintf(name, sizeof name, "%sbyteorder", x->folder);
    int k = gg_zip_find(x->zip, name);
    *swap = false;
    if (k < 0)
        return 0;
    if (gg_zip_read(x->zip, k, 64, NULL, a, &text, &n, err))
        return gg_err_prefix(err, "member '%.120s': ", name);
    *swap = n == 3 && !memcmp(text, "big", 3);
    bool little = n == 6 && !memcmp(text, "little", 6);
    return *swap || little ? 0
                           : gg_fail(err, GG_INPUT, "member '%.120s': '%.*s'; little or big is wanted", name,
                                     (int)n, text);
}

static int open_archive(struct gg_foreign *f, struct archive *x, struct gg_err *err)
{
    const struct gg_zip *z = x->zip = &f->npz.zip;
    int k = find_pickle(z);
    char *bytes = NULL;
    uint64_t n = 0;
    x->limit = f->options->max_bytes;
    snprintf(x->folder, sizeof x->folder, "%.*s", (int)(strlen(z->name[k]) - strlen(pickle_name)),
             z->name[k]);
    x->storage = GG_NEW(&f->arena, const void *, (size_t)z->n);
    x->bytes = GG_NEW(&f->arena, uint64_t, (size_t)z->n);
    if (gg_zip_read(z, k, x->limit, NULL, &f->arena, &bytes, &n, err))
        return gg_err_prefix(err, "member '%.120s': ", z->name[k]);
    bool swap;
    if (read_byteorder(x, &f->arena, &swap, err))
        return -1;
    const struct gg_pickle_storages storages = {read_storage, x, x->limit, swap};
    const struct gg_pickle *value = gg_pickle_parse(bytes, n, &storages, &f->arena, err);
    if (!value)
        return gg_err_prefix(err, "%s: ", pickle_name);
    bool list = value->kind == GG_PICKLE_LIST || value->kind == GG_PICKLE_TUPLE;
    const struct gg_pickle **one = GG_NEW(&f->arena, const struct gg_pickle *, 1);
    *one = value;
    x->item = list ? (const struct gg_pickle *const *)value->item : one;
    x->n = list ? value->n : 1;
    return 0;
}

/* The arrays of one configuration, as if they were an npz. */
static int use_arrays(struct gg_foreign *f, const struct gg_pickle *dict, struct gg_arena *a,
                      struct gg_draft *d, struct gg_err *err)
{
    const char **name = GG_NEW(a, const char *, MAX_ARRAYS);
    struct gg_field *array = GG_NEW(a, struct gg_field, MAX_ARRAYS);
    int n = 0;
    for (size_t k = 0; k + 1 < dict->n; k += 2) {
        const struct gg_pickle *key = dict->item[k], *value = dict->item[k + 1];
        if (key->kind != GG_PICKLE_TEXT || value->kind == GG_PICKLE_NONE)
            continue;
        if (n == MAX_ARRAYS)
            return gg_fail(err, GG_INPUT, "more than %d tensors", MAX_ARRAYS);
        if (to_array(value, a, &array[n]))
            name[n++] = key->text;
        else
            gg_extra_left_out(d, key->text, "no tensor of numbers");
    }
    struct gg_npz held = f->npz;
    gg_npz_of_arrays(&f->npz, n, name, array);
    int got = gg_npz_arrays(f, a, d, err);
    gg_npz_close(&f->npz);
    f->npz = held;
    return got;
}

int gg_pt_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct archive *x = f->state;
    if (!x) {
        x = f->state = GG_NEW(&f->arena, struct archive, 1);
        if (open_archive(f, x, err))
            return -1;
    }
    if ((uint64_t)f->n_done >= x->n)
        return 0;
    const struct gg_pickle *dict = mapping_of(x->item[f->n_done]);
    if (!dict)
        return gg_fail(err, GG_INPUT,
                       "item %lld is no dictionary of tensors and no Data; save a list of those",
                       (long long)f->n_done);
    d->step = f->n_done;
    return use_arrays(f, dict, a, d, err) ? -1 : 1;
}
