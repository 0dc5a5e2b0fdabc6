/* gsd.c -- the container GSD, versions 1 and 2 (https://gsd.readthedocs.io, File layer)
 *
 *     header, 256 bytes   u64 magic, index location, index entries, name list location, name list entries,
 *                         u32 schema version, gsd version; char application[64], schema[64], reserved[80]
 *     index entry, 32     u64 frame, N; i64 location; u32 M; u16 id; u8 type, flags    (location 0: unused)
 *     names               version 1: 64 bytes each; version 2: one behind the other, each with a NUL
 *
 * All positions and lengths are claims: each is held against the size of the file. */
#include "formats/gsd.h"
#include "formats/npy.h"

#include <string.h>

enum { HEADER = 256, ENTRY = 32, SLOT = 64 };
#define MAGIC 0x65DF65DF65DF65DFull

static uint64_t number(const unsigned char *p, int width)
{
    uint64_t x = 0;
    for (int k = width; k-- > 0;)
        x = x << 8 | p[k];
    return x;
}

/* n pieces of `size` bytes at `at` lie in the file. */
static bool inside(const struct gg_gsd *g, uint64_t at, uint64_t n, uint64_t size)
{
    return at <= g->n_byte && n <= (g->n_byte - at) / size;
}

static int read_names(struct gg_gsd *g, struct gg_arena *a, uint64_t at, uint64_t slots, struct gg_err *err)
{
    if (!inside(g, at, slots, SLOT))
        return gg_fail(err, GG_TRUNCATED, "list of names lies behind the end of the file");
    const char *p = (const char *)g->bytes + at, *end = p + slots * SLOT;
    g->name = GG_NEW(a, const char *, slots *SLOT / 2 + 1);
    while (p < end && *p && g->n_name < UINT16_MAX) {
        size_t n = strnlen(p, (size_t)(end - p)), step = g->version >> 16 < 2 ? SLOT : n + 1;
        if (p + n == end)
            return gg_fail(err, GG_INPUT, "a name in the list has no end");
        g->name[g->n_name++] = gg_arena_strdup(a, p);
        p += step;
    }
    return 0;
}

static int read_index(struct gg_gsd *g, struct gg_arena *a, uint64_t at, uint64_t n, struct gg_err *err)
{
    if (!inside(g, at, n, ENTRY))
        return gg_fail(err, GG_TRUNCATED, "index lies behind the end of the file");
    g->entry = GG_NEW(a, struct gg_gsd_entry, n + 1);
    for (uint64_t k = 0; k < n; k++) {
        const unsigned char *p = g->bytes + at + k * ENTRY;
        struct gg_gsd_entry e = {number(p, 8),
                                 number(p + 8, 8),
                                 (int64_t)number(p + 16, 8),
                                 (uint32_t)number(p + 24, 4),
                                 (uint16_t)number(p + 28, 2),
                                 p[30]};
        if (!e.location)
            continue;
        if (e.id >= g->n_name)
            return gg_fail(err, GG_INPUT, "index: entry %llu has name %d of %d", (unsigned long long)k, e.id,
                           g->n_name);
        if (e.frame >= n) /* every frame has a chunk of its own, its step */
            return gg_fail(err, GG_INPUT, "index: frame %llu among %llu entries", (unsigned long long)e.frame,
                           (unsigned long long)n);
        g->entry[g->n_entry++] = e;
        g->n_frame = e.frame + 1 > g->n_frame ? e.frame + 1 : g->n_frame;
    }
    return 0;
}

int gg_gsd_open(struct gg_gsd *g, struct gg_arena *a, const void *bytes, size_t n_byte, struct gg_err *err)
{
    const unsigned char *p = bytes;
    *g = (struct gg_gsd){.bytes = bytes, .n_byte = n_byte};
    if (n_byte < HEADER)
        return gg_fail(err, GG_TRUNCATED, "%zu bytes; a GSD header has %d", n_byte, HEADER);
    if (number(p, 8) != MAGIC)
        return gg_fail(err, GG_INPUT, "no GSD file");
    g->version = (uint32_t)number(p + 44, 4);
    if (g->version >> 16 < 1 || g->version >> 16 > 2)
        return gg_fail(err, GG_INPUT, "GSD version %u.%u; 1 and 2 are read", g->version >> 16,
                       g->version & 0xffff);
    snprintf(g->application, sizeof g->application, "%.63s", (const char *)p + 48);
    snprintf(g->schema, sizeof g->schema, "%.63s", (const char *)p + 112);
    return read_names(g, a, number(p + 24, 8), number(p + 32, 8), err) ||
                   read_index(g, a, number(p + 8, 8), number(p + 16, 8), err)
               ? -1
               : 0;
}

static int dtype_of(int type)
{
    static const uint8_t dtypes[] = {0,      GG_U8,  GG_U16, GG_U32, GG_U64, GG_I8,
                                     GG_I16, GG_I32, GG_I64, GG_F32, GG_F64};
    return type > 0 && type < (int)sizeof dtypes ? dtypes[type] : 0;
}

int gg_gsd_read(const struct gg_gsd *g, uint64_t frame, const char *name, struct gg_arena *a,
                struct gg_field *out, struct gg_err *err)
{
    *out = (struct gg_field){.data = NULL};
    for (uint64_t k = 0; k < g->n_entry; k++) {
        const struct gg_gsd_entry *e = &g->entry[k];
        if (e->frame != frame || strcmp(g->name[e->id], name))
            continue;
        int dtype = dtype_of(e->type);
        const uint64_t shape[2] = {e->rows, e->columns};
        if (!dtype)
            return gg_fail(err, GG_INPUT, "chunk %.80s: type %d is not known", name, e->type);
        out->dtype = (uint8_t)dtype;
        out->ndim = e->columns == 1 ? 1 : 2;
        memcpy(out->shape, shape, (size_t)out->ndim * sizeof *shape);
        if (e->location < 0 || !gg_npy_bytes(2, shape, gg_dtype_size(dtype), &out->nbytes) ||
            !inside(g, (uint64_t)e->location, out->nbytes, 1))
            return gg_fail(err, GG_TRUNCATED, "chunk %.80s of frame %llu lies behind the end of the file",
                           name, (unsigned long long)frame);
        out->data = gg_arena_alloc(a, out->nbytes + 1);
        memcpy(out->data, g->bytes + e->location, out->nbytes);
        return 0;
    }
    return 0;
}
