/* chunk.c -- preambles and chunk headers: made, chained, checked */
/* Layout and limits: gg_stream(5).  Nothing here allocates or reads: a header is judged before a length is believed. */
#include "stream/layout.h"

#include "stream/crc32c.h"

#include <stddef.h>
#include <string.h>

static const unsigned char magic[8] = {0x89, 'G', 'G', 'S', '\r', '\n', 0x1A, '\n'};
static const unsigned char little[4] = {4, 3, 2, 1}, big[4] = {1, 2, 3, 4};

bool gg_is_zero(const void *data, size_t bytes)
{
    const unsigned char *p = data;
    unsigned char any = 0;
    for (size_t k = 0; k < bytes; k++)
        any |= p[k];
    return any == 0;
}

void gg_preamble_make(struct gg_preamble *p, const char *schema)
{
    memset(p, 0, sizeof *p);
    memcpy(p->magic, magic, sizeof magic);
    memcpy(p->order, little, sizeof little);
    p->major = 1;
    p->align = GG_ALIGN;
    strncpy(p->schema, schema, GG_SCHEMA - 1);
    p->crc = gg_crc32c(0, p, offsetof(struct gg_preamble, crc));
}

/* What the first bytes look like instead. */
static const struct {
    size_t n;
    const char *bytes, *what;
} foreign[] = {
    {6, "\x89GGS\n\x1A", "a gg stream whose line ends were changed (CR LF became LF: text-mode transfer)"},
    {5, "\x89GGS\r", "a gg stream whose line ends were changed (text-mode transfer)"},
    {4, "\x09GGS", "a gg stream whose high bits were stripped (7-bit transfer)"},
    {4, "PK\x03\x04", "zip or npz: use gg-import"},
    {6, "\x93NUMPY", "npy: use gg-import on an npz"},
    {8, "\x89HDF\r\n\x1A\n", "HDF5: use gg-import-hdf5 (made where libhdf5-dev is)"},
    {2, "\x80\x02", "a Python pickle: use gg-import"},
    {2, "\x80\x03", "a Python pickle: use gg-import"},
    {2, "\x80\x04", "a Python pickle: use gg-import"},
    {2, "\x80\x05", "a Python pickle: use gg-import"},
};

static const char *looks_like(const unsigned char *p)
{
    for (size_t k = 0; k < sizeof foreign / sizeof foreign[0]; k++)
        if (memcmp(p, foreign[k].bytes, foreign[k].n) == 0)
            return foreign[k].what;
    for (size_t k = 0; k < GG_ALIGN; k++)
        if (!(p[k] >= ' ' && p[k] < 0x7F) && !(p[k] >= '\t' && p[k] <= '\r'))
            return NULL;
    return "plain text: use gg-import, or gg-dump -r for the text form of a stream";
}

static int check_schema(const char *schema, struct gg_err *err)
{
    size_t n = strnlen(schema, GG_SCHEMA);
    if (n == GG_SCHEMA || !gg_is_zero(schema + n, GG_SCHEMA - n))
        return gg_fail(err, GG_INPUT, "schema is not padded with NUL");
    for (size_t k = 0; k < n; k++)
        if (schema[k] <= ' ' || schema[k] > '~')
            return gg_fail(err, GG_INPUT, "schema holds byte 0x%02x", (unsigned char)schema[k]);
    return n ? 0 : gg_fail(err, GG_INPUT, "schema is empty");
}

int gg_preamble_check(const struct gg_preamble *p, struct gg_err *err)
{
    if (memcmp(p->magic, magic, sizeof magic) != 0) {
        const char *what = looks_like((const unsigned char *)p);
        return gg_fail(err, GG_INPUT, "not a gg stream%s%s", what ? "; it looks like " : "",
                       what ? what : "");
    }
    if (memcmp(p->order, big, sizeof big) == 0)
        return gg_fail(err, GG_INPUT, "written on a big-endian machine");
    if (memcmp(p->order, little, sizeof little) != 0)
        return gg_fail(err, GG_INPUT, "byte order mark is damaged");
    if (p->crc != gg_crc32c(0, p, offsetof(struct gg_preamble, crc)))
        return gg_fail(err, GG_INPUT, "checksum of the preamble is wrong");
    if (p->major != 1)
        return gg_fail(err, GG_INPUT, "version %u.%u of the format, this program reads 1.x", p->major,
                       p->minor);
    if (p->align != GG_ALIGN)
        return gg_fail(err, GG_INPUT, "alignment %u, must be %d", p->align, GG_ALIGN);
    if (p->flags != 0 || p->reserved != 0)
        return gg_fail(err, GG_INPUT, "reserved bytes of the preamble are not zero");
    return check_schema(p->schema, err);
}

/* The six types of version 1. */
static const struct known {
    const char *type;
    uint32_t flags;
    bool counts; /* aux carries a number */
} known[] = {{"META", 0, false}, {"PROV", 0, false},          {"FRAM", GG_CRITICAL, true},
             {"INDX", 0, true},  {"ENDS", GG_CRITICAL, true}, {"ABRT", GG_CRITICAL, false}};

bool gg_chunk_is(const struct gg_chunk *h, const char *type)
{
    return memcmp(h->type, type, 4) == 0;
}

static const struct known *find_known(const struct gg_chunk *h)
{
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
        if (gg_chunk_is(h, known[k].type))
            return &known[k];
    return NULL;
}

/* The previous header ends in its own CRC, so the CRC over all of it is always the same residue, 48674BC7: by the letter
 * of the format a chain value ties a header to its own number, lengths and sums.  What exposes a chunk that was dropped,
 * doubled or moved is seq, with INDX and ENDS. */
void gg_chain_start(struct gg_chain *c, const struct gg_preamble *p)
{
    c->previous = gg_crc32c(0, p, sizeof *p);
    c->seq = 0;
}

void gg_chain_seal(struct gg_chain *c, struct gg_chunk *h)
{
    h->flags = find_known(h)->flags;
    h->seq = c->seq++;
    h->chain = gg_crc32c(c->previous, h, offsetof(struct gg_chunk, chain));
    h->crc = gg_crc32c(0, h, offsetof(struct gg_chunk, crc));
    c->previous = gg_crc32c(0, h, sizeof *h);
}

static int check_type(const struct gg_chunk *h, struct gg_err *err)
{
    for (int k = 0; k < 4; k++)
        if (h->type[k] <= ' ' || h->type[k] > '~')
            return gg_fail(err, GG_INPUT, "chunk type holds byte 0x%02x", (unsigned char)h->type[k]);
    const struct known *type = find_known(h);
    if (!type && h->flags & GG_CRITICAL)
        return gg_fail(err, GG_INPUT, "critical chunk '%.4s' is unknown: made by a newer version", h->type);
    if (type && h->flags != type->flags)
        return gg_fail(err, GG_INPUT, "chunk '%.4s' with flags %u, must be %u", h->type, h->flags,
                       type->flags);
    if (type && !type->counts && h->aux != 0)
        return gg_fail(err, GG_INPUT, "chunk '%.4s' with a number in aux, must be 0", h->type);
    return 0;
}

int gg_chain_check(struct gg_chain *c, const struct gg_chunk *h, struct gg_err *err)
{
    if (h->crc != gg_crc32c(0, h, offsetof(struct gg_chunk, crc)))
        return gg_fail(err, GG_INPUT, "checksum of the chunk header is wrong");
    if (h->flags & ~(uint32_t)GG_CRITICAL)
        return gg_fail(err, GG_INPUT, "unused flags of the chunk header are set (0x%x)", h->flags);
    if (h->reserved[0] != 0 || h->reserved[1] != 0)
        return gg_fail(err, GG_INPUT, "reserved bytes of the chunk header are not zero");
    if (check_type(h, err) < 0)
        return -1;
    if (h->seq != c->seq)
        return gg_fail(err, GG_INPUT,
                       "chunk '%.4s' has number %llu where %llu belongs: chunks lost, doubled or moved",
                       h->type, (unsigned long long)h->seq, (unsigned long long)c->seq);
    if (h->chain != gg_crc32c(c->previous, h, offsetof(struct gg_chunk, chain)))
        return gg_fail(err, GG_INPUT, "chunk '%.4s' does not follow the one before it: chain is broken",
                       h->type);
    if (h->table_len % GG_ALIGN != 0 || h->body_len % GG_ALIGN != 0)
        return gg_fail(err, GG_INPUT, "chunk '%.4s' has a length that is no multiple of %d", h->type,
                       GG_ALIGN);
    if (h->table_len == 0 && h->table_crc != 0)
        return gg_fail(err, GG_INPUT, "chunk '%.4s' has no table but a checksum of one", h->type);
    c->previous = gg_crc32c(0, h, sizeof *h);
    c->seq++;
    return 0;
}

static int too_long(const struct gg_chunk *h, uint64_t limit, struct gg_err *err)
{
    return gg_fail(err, GG_INPUT, "chunk '%.4s' of %llu + %llu bytes is above the limit of %llu%s", h->type,
                   (unsigned long long)h->table_len, (unsigned long long)h->body_len,
                   (unsigned long long)limit, gg_chunk_is(h, "FRAM") ? " (--max-frame raises it)" : "");
}

int gg_chunk_limits(const struct gg_chunk *h, uint64_t max_frame, struct gg_err *err)
{
    const struct known *type = find_known(h);
    uint64_t limit = gg_chunk_is(h, "FRAM") || !type ? max_frame
                     : gg_chunk_is(h, "INDX")        ? gg_padded(16 * GG_MAX_INDEX)
                     : gg_chunk_is(h, "ENDS")        ? sizeof(struct gg_ends)
                                                     : GG_MAX_TEXT;
    if (h->table_len > limit || h->body_len > limit - h->table_len)
        return too_long(h, limit, err);
    if (type && !gg_chunk_is(h, "FRAM") && h->table_len != 0)
        return gg_fail(err, GG_INPUT, "chunk '%.4s' has a table, must have none", h->type);
    return 0;
}
