/* zip.c -- the members of a zip archive
 *
 * libzip hands out all bytes of a damaged member and reports its checksum only behind the last one: so every member is read
 * until nothing comes, and its close is checked, too. */
#include "formats/zip.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { MAX_MEMBER = 65536, HEAD = 16384 };

/* What libzip says, whose failures for want of memory end as all do: some are without a reason, some are zlib's. */
static int refuse(zip_error_t *why, struct gg_err *err)
{
    enum { ZLIB_MEMORY = -4 };
    int code = zip_error_code_zip(why), system = zip_error_code_system(why);
    if (code == ZIP_ER_OK || code == ZIP_ER_MEMORY || (code == ZIP_ER_ZLIB && system == ZLIB_MEMORY) ||
        (zip_error_system_type(why) == ZIP_ET_SYS && system == ENOMEM))
        gg_out_of_memory(0);
    if (code == ZIP_ER_NOZIP) /* the table of contents is at the end */
        return gg_fail(err, GG_TRUNCATED, "zip has no end: truncated?");
    return gg_fail(err, GG_INPUT, "%s", zip_error_strerror(why));
}

static int add_name(struct gg_zip *z, int k, struct gg_err *err)
{
    const char *raw = zip_get_name(z->handle, (zip_uint64_t)k, ZIP_FL_ENC_RAW);
    assert(raw); /* as it stands in the table of contents, which was read */
    z->name[k] = gg_xstrdup(raw);
    z->n = k + 1;
    for (int other = 0; other < k; other++)
        if (!strcmp(z->name[other], z->name[k]))
            return gg_fail(err, GG_INPUT, "'%.100s' is in the zip twice", z->name[k]);
    return 0;
}

static int open_once(struct gg_zip *z, const void *bytes, zip_error_t *why)
{
    zip_source_t *source = zip_source_buffer_create(bytes, z->n_byte, 0, why);
    z->handle = source ? zip_open_from_source(source, ZIP_RDONLY, why) : NULL;
    if (!z->handle)
        zip_source_free(source);
    return z->handle ? 0 : -1;
}

/* libzip says NOZIP as well where it had no memory for the table of contents: what it says twice is believed. */
static int open_handle(struct gg_zip *z, const void *bytes, struct gg_err *err)
{
    zip_error_t why;
    zip_error_init(&why);
    int failed = open_once(z, bytes, &why);
    if (failed && zip_error_code_zip(&why) == ZIP_ER_NOZIP) {
        zip_error_fini(&why);
        zip_error_init(&why);
        failed = open_once(z, bytes, &why);
    }
    if (failed)
        refuse(&why, err);
    zip_error_fini(&why);
    return failed;
}

int gg_zip_open(struct gg_zip *z, const void *bytes, size_t n_byte, struct gg_err *err)
{
    *z = (struct gg_zip){.n_byte = n_byte};
    if (open_handle(z, bytes, err))
        return -1;
    zip_int64_t n = zip_get_num_entries(z->handle, 0);
    if (n < 1 || n > MAX_MEMBER) {
        gg_zip_close(z);
        return gg_fail(err, GG_INPUT, "zip of %lld members; 1 to %d are allowed", (long long)n, MAX_MEMBER);
    }
    z->name = gg_xmalloc((size_t)n * sizeof *z->name);
    for (int k = 0; k < n; k++)
        if (add_name(z, k, err)) {
            gg_zip_close(z);
            return -1;
        }
    return 0;
}

void gg_zip_close(struct gg_zip *z)
{
    for (int k = 0; k < z->n; k++)
        free(z->name[k]);
    free(z->name);
    if (z->handle)
        zip_discard(z->handle);
    *z = (struct gg_zip){.n = 0};
}

int gg_zip_find(const struct gg_zip *z, const char *name)
{
    for (int k = 0; k < z->n; k++)
        if (!strcmp(z->name[k], name))
            return k;
    return -1;
}

/* The sizes in the table of contents are claims: they are held against the file and the limits before any memory. */
static int check_sizes(const struct gg_zip *z, int k, uint64_t limit, zip_stat_t *s, struct gg_err *err)
{
    const zip_uint64_t needed =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(z->handle, (zip_uint64_t)k, ZIP_FL_ENC_RAW, s) || (s->valid & needed) != needed ||
        s->encryption_method != ZIP_EM_NONE)
        return gg_fail(err, GG_INPUT, "encrypted, or no sizes in the table of contents");
    if (s->comp_method != ZIP_CM_STORE && s->comp_method != ZIP_CM_DEFLATE)
        return gg_fail(err, GG_INPUT, "compression method %d; stored and deflate are known", s->comp_method);
    if (s->comp_size > z->n_byte)
        return gg_fail(err, GG_TRUNCATED, "%llu packed bytes announced in a file of %zu",
                       (unsigned long long)s->comp_size, z->n_byte);
    if (s->size > limit)
        return gg_fail(err, GG_INPUT, "%llu bytes; the limit is %llu (--max-frame)",
                       (unsigned long long)s->size, (unsigned long long)limit);
    return 0;
}

/* `size` bytes and no more. */
static int read_rest(zip_file_t *f, char *to, uint64_t got, uint64_t size, struct gg_err *err)
{
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
        return refuse(zip_file_get_error(f), err);
    return n ? gg_fail(err, GG_INPUT, "goes on behind its %llu bytes", (unsigned long long)size) : 0;
}

static int read_member(zip_file_t *f, uint64_t size,
                       int (*expected)(const char *, size_t, uint64_t *, struct gg_err *), struct gg_arena *a,
                       char **bytes, struct gg_err *err)
{
    char head[HEAD];
    uint64_t got = 0, want = size;
    zip_int64_t n = 0;
    while (got < HEAD && got < size && (n = zip_fread(f, head + got, (size < HEAD ? size : HEAD) - got)) > 0)
        got += (uint64_t)n;
    if (n < 0)
        return refuse(zip_file_get_error(f), err);
    if (expected && expected(head, got, &want, err))
        return -1;
    if (want != size)
        return gg_fail(err, size < want ? GG_TRUNCATED : GG_INPUT, "%llu bytes, its header announces %llu",
                       (unsigned long long)size, (unsigned long long)want);
    *bytes = gg_arena_alloc(a, size + 1);
    memcpy(*bytes, head, got);
    return read_rest(f, *bytes, got, size, err);
}

int gg_zip_read(const struct gg_zip *z, int k, uint64_t limit,
                int (*expected)(const char *head, size_t n, uint64_t *bytes, struct gg_err *err),
                struct gg_arena *a, char **bytes, uint64_t *size, struct gg_err *err)
{
    zip_stat_t s;
    zip_error_t why;
    if (check_sizes(z, k, limit, &s, err))
        return -1;
    zip_file_t *f = zip_fopen_index(z->handle, (zip_uint64_t)k, 0);
    if (!f)
        return refuse(zip_get_error(z->handle), err);
    *size = s.size;
    int failed = read_member(f, s.size, expected, a, bytes, err);
    zip_error_init_with_code(&why, zip_fclose(f));
    return failed || zip_error_code_zip(&why) == ZIP_ER_OK ? failed : refuse(&why, err);
}
