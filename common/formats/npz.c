/* npz.c -- numpy's zip of named arrays */
#include "formats/npz.h"
#include "formats/npy.h"

#include <stdlib.h>
#include <string.h>

/* The name of member k without its suffix. */
static int add_name(struct gg_npz *z, int k, struct gg_err *err)
{
    const char *raw = z->zip.name[k];
    size_t n = strlen(raw);
    if (n < 5 || strcmp(raw + n - 4, ".npy"))
        return gg_fail(err, GG_INPUT, "member '%.100s' of the zip is no array (no .npy)", raw);
    z->name[k] = gg_xstrdup(raw);
    z->name[k][n - 4] = 0;
    z->n = k + 1;
    return 0;
}

int gg_npz_open(struct gg_npz *z, const void *bytes, size_t n_byte, uint64_t max_array, struct gg_err *err)
{
    *z = (struct gg_npz){.max_array = max_array};
    if (gg_zip_open(&z->zip, bytes, n_byte, err))
        return -1;
    z->name = gg_xmalloc((size_t)z->zip.n * sizeof *z->name);
    z->used = gg_xalloc((size_t)z->zip.n, sizeof *z->used);
    for (int k = 0; k < z->zip.n; k++)
        if (add_name(z, k, err)) {
            gg_npz_close(z);
            return -1;
        }
    return 0;
}

void gg_npz_of_arrays(struct gg_npz *z, int n, const char *const *name, const struct gg_field *array)
{
    *z = (struct gg_npz){.n = n, .array = array};
    z->name = gg_xmalloc(((size_t)n + 1) * sizeof *z->name);
    z->used = gg_xalloc((size_t)n + 1, sizeof *z->used);
    for (int k = 0; k < n; k++)
        z->name[k] = gg_xstrdup(name[k]);
}

void gg_npz_close(struct gg_npz *z)
{
    for (int k = 0; k < z->n; k++)
        free(z->name[k]);
    free(z->name);
    free(z->used);
    gg_zip_close(&z->zip);
    *z = (struct gg_npz){.n = 0};
}

static int find(const struct gg_npz *z, const char *name)
{
    for (int k = 0; k < z->n; k++)
        if (!strcmp(z->name[k], name))
            return k;
    return -1;
}

bool gg_npz_has(const struct gg_npz *z, const char *name)
{
    return find(z, name) >= 0;
}

int gg_npz_read(const struct gg_npz *z, const char *name, struct gg_arena *a, struct gg_field *out,
                struct gg_err *err)
{
    int k = find(z, name);
    char *bytes = NULL;
    uint64_t size = 0;
    if (k < 0)
        return gg_fail(err, GG_INPUT, "no array '%.100s'", name);
    z->used[k] = true;
    if (z->array) {
        *out = z->array[k];
        return 0;
    }
    if (gg_zip_read(&z->zip, k, z->max_array, gg_npy_expected, a, &bytes, &size, err) ||
        gg_npy_parse(out, a, bytes, size, err))
        return gg_err_prefix(err, "array '%.100s': ", name);
    return 0;
}

int gg_npz_raw(const struct gg_npz *z, const char *name, struct gg_arena *a, char **bytes, uint64_t *n,
               struct gg_err *err)
{
    int k = find(z, name);
    if (k < 0 || z->array)
        return gg_fail(err, GG_INPUT, "no array '%.100s' in an archive", name);
    z->used[k] = true;
    return gg_zip_read(&z->zip, k, z->max_array, NULL, a, bytes, n, err)
               ? gg_err_prefix(err, "array '%.100s': ", name)
               : 0;
}

/* Texts without axes, or along one. */
static const char *const *texts(const struct gg_npz *z, const char *name, int ndim, struct gg_arena *a,
                                uint64_t *n)
{
    struct gg_err err;
    char *bytes = NULL;
    uint64_t size = 0;
    int k = find(z, name), have = -1;
    if (k < 0 || z->array || gg_zip_read(&z->zip, k, z->max_array, gg_npy_expected, a, &bytes, &size, &err))
        return NULL;
    const char *const *text = gg_npy_texts(a, bytes, size, &have, n);
    if (have != ndim)
        return NULL;
    z->used[k] = true;
    return text;
}

const char *gg_npz_text(const struct gg_npz *z, const char *name, struct gg_arena *a)
{
    uint64_t n;
    const char *const *text = texts(z, name, 0, a, &n);
    return text ? *text : NULL;
}

const char *const *gg_npz_words(const struct gg_npz *z, const char *name, struct gg_arena *a, uint64_t *n)
{
    return texts(z, name, 1, a, n);
}
