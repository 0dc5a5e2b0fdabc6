/* npz.c -- numpy's zip of named arrays, through libzip
 *
 * libzip hands out all bytes of a damaged member and reports its checksum only behind the last one: so every
 * member is read until nothing comes, and its close is checked, too. */
#include "formats/npz.h"
#include "formats/npy.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { MAX_MEMBER = 65536, MAX_RATIO = 1000 };

static int add_name(struct gg_npz *z, int k, struct gg_err *err)
{
    const char *raw = zip_get_name(z->zip, (zip_uint64_t)k, ZIP_FL_ENC_RAW);
    size_t n = raw ? strlen(raw) : 0;
    if (n < 5 || strcmp(raw + n - 4, ".npy"))
        return gg_fail(err, GG_INPUT, "member '%.100s' of the zip is no array (no .npy)", raw ? raw : "");
    z->name[k] = gg_xstrdup(raw);
    z->name[k][n - 4] = 0;
    z->n = k + 1;
    for (int other = 0; other < k; other++)
        if (!strcmp(z->name[other], z->name[k]))
            return gg_fail(err, GG_INPUT, "array '%.100s' is in the zip twice", z->name[k]);
    return 0;
}

int gg_npz_open(struct gg_npz *z, const void *bytes, size_t n_byte, uint64_t max_array, struct gg_err *err)
{
    *z = (struct gg_npz){.n_byte = n_byte, .max_array = max_array};
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(bytes, n_byte, 0, &why);
    z->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
    if (!z->zip) {
        int no_end = zip_error_code_zip(&why) == ZIP_ER_NOZIP; /* the table of contents is at the end */
        gg_fail(err, no_end ? GG_TRUNCATED : GG_INPUT, "%s",
                no_end ? "zip has no end: truncated?" : zip_error_strerror(&why));
        zip_source_free(source);
        zip_error_fini(&why);
        return -1;
    }
    zip_error_fini(&why);
    zip_int64_t n = zip_get_num_entries(z->zip, 0);
    if (n < 1 || n > MAX_MEMBER) {
        gg_npz_close(z);
        return gg_fail(err, GG_INPUT, "zip of %lld members; 1 to %d are allowed", (long long)n, MAX_MEMBER);
    }
    z->name = gg_xmalloc((size_t)n * sizeof *z->name);
    for (int k = 0; k < n; k++)
        if (add_name(z, k, err)) {
            gg_npz_close(z);
            return -1;
        }
    return 0;
}

void gg_npz_close(struct gg_npz *z)
{
    for (int k = 0; k < z->n; k++)
        free(z->name[k]);
    free(z->name);
    if (z->zip)
        zip_discard(z->zip);
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

/* The sizes in the table of contents are claims: they are held against the file and the limits before any
 * memory. */
static int check_sizes(const struct gg_npz *z, const zip_stat_t *s, struct gg_err *err)
{
    if (s->encryption_method != ZIP_EM_NONE)
        return gg_fail(err, GG_INPUT, "encrypted");
    if (s->comp_method != ZIP_CM_STORE && s->comp_method != ZIP_CM_DEFLATE)
        return gg_fail(err, GG_INPUT, "compression method %d; stored and deflate are known", s->comp_method);
    if (s->comp_size > z->n_byte)
        return gg_fail(err, GG_TRUNCATED, "%llu packed bytes announced in a file of %zu",
                       (unsigned long long)s->comp_size, z->n_byte);
    if (s->size > z->max_array)
        return gg_fail(err, GG_INPUT, "%llu bytes; the limit is %llu (--max-frame)",
                       (unsigned long long)s->size, (unsigned long long)z->max_array);
    if (s->size / MAX_RATIO > s->comp_size)
        return gg_fail(err, GG_INPUT, "unpacks to more than %d times its size", MAX_RATIO);
    return 0;
}

static int read_all(zip_file_t *f, char *to, uint64_t size, struct gg_err *err)
{
    uint64_t got = 0;
    char more;
    zip_int64_t n = 0;
    while (got < size && (n = zip_fread(f, to + got, size - got)) > 0)
        got += (uint64_t)n;
    if (n >= 0 && got < size)
        return gg_fail(err, GG_TRUNCATED, "ends after %llu of %llu bytes", (unsigned long long)got,
                       (unsigned long long)size);
    if (n >= 0)
        n = zip_fread(f, &more, 1);
    if (n < 0)
        return gg_fail(err, GG_INPUT, "%s", zip_file_strerror(f));
    return n ? gg_fail(err, GG_INPUT, "goes on behind its %llu bytes", (unsigned long long)size) : 0;
}

static int unpack(const struct gg_npz *z, int k, struct gg_arena *a, char **bytes, uint64_t *size,
                  struct gg_err *err)
{
    zip_stat_t s;
    const zip_uint64_t needed =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(z->zip, (zip_uint64_t)k, 0, &s) || (s.valid & needed) != needed)
        return gg_fail(err, GG_INPUT, "no sizes in the table of contents");
    if (check_sizes(z, &s, err))
        return -1;
    zip_file_t *f = zip_fopen_index(z->zip, (zip_uint64_t)k, 0);
    if (!f)
        return gg_fail(err, GG_INPUT, "%s", zip_strerror(z->zip));
    *size = s.size;
    *bytes = gg_arena_alloc(a, s.size);
    int failed = read_all(f, *bytes, s.size, err);
    int close = zip_fclose(f);
    return failed || !close ? failed : gg_fail(err, GG_INPUT, "checksum does not match");
}

int gg_npz_read(const struct gg_npz *z, const char *name, struct gg_arena *a, struct gg_field *out,
                struct gg_err *err)
{
    int k = find(z, name);
    if (k < 0)
        return gg_fail(err, GG_INPUT, "no array '%.100s'", name);
    char *bytes = NULL;
    uint64_t size = 0;
    if (unpack(z, k, a, &bytes, &size, err) || gg_npy_parse(out, a, bytes, size, err))
        return gg_err_prefix(err, "array '%.100s': ", name);
    return 0;
}
