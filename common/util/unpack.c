/* unpack.c -- gzip (RFC 1952), xz and zstd (RFC 8878), several members one behind the other, through their libraries */
#include "util/unpack.h"
#include "util/arena.h"
#include "util/read.h"

#include <fcntl.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { ROOM = 1 << 16, MAGIC = 6, WINDOW_LOG = 28 };

/* Unpacks from u->in + u->at to `to`; *n: room, then bytes made.  Sets `inside`; `done` where the format says so. */
struct gg_unpack_method {
    const char *name, *magic;
    size_t n_magic;
    void *(*begin)(void);
    int (*step)(struct gg_unpack *u, unsigned char *to, size_t *n, struct gg_err *err);
    void (*end)(void *state);
};

static int damaged(const struct gg_unpack *u, const char *why, struct gg_err *err)
{
    return gg_fail(err, GG_INPUT, "%s: %s", u->method->name, why ? why : "damaged");
}

static int no_memory(struct gg_err *err)
{
    return gg_fail(err, GG_SYSTEM, "out of memory");
}

/* ---- gzip ---- */

static void *gzip_begin(void)
{
    z_stream *z = calloc(1, sizeof *z);
    if (z && inflateInit2(z, 15 + 16) == Z_OK)
        return z;
    free(z);
    return NULL;
}

static int gzip_step(struct gg_unpack *u, unsigned char *to, size_t *n, struct gg_err *err)
{
    z_stream *z = u->state;
    if (!u->inside && u->have - u->at && inflateReset(z) != Z_OK)
        return damaged(u, NULL, err);
    u->inside = true;
    z->next_in = u->in + u->at;
    z->avail_in = (uInt)(u->have - u->at);
    z->next_out = to;
    z->avail_out = (uInt)*n;
    int code = inflate(z, Z_NO_FLUSH);
    u->at = u->have - z->avail_in;
    *n -= z->avail_out;
    u->inside = code != Z_STREAM_END;
    if (code == Z_MEM_ERROR)
        return no_memory(err);
    return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR ? 0 : damaged(u, z->msg, err);
}

static void gzip_end(void *state)
{
    inflateEnd(state);
    free(state);
}

/* ---- xz ---- */

static void *xz_begin(void)
{
    lzma_stream *x = calloc(1, sizeof *x);
    if (x && lzma_stream_decoder(x, 1ull << WINDOW_LOG, LZMA_CONCATENATED) == LZMA_OK)
        return x;
    free(x);
    return NULL;
}

static int xz_step(struct gg_unpack *u, unsigned char *to, size_t *n, struct gg_err *err)
{
    lzma_stream *x = u->state;
    x->next_in = u->in + u->at;
    x->avail_in = u->have - u->at;
    x->next_out = to;
    x->avail_out = *n;
    lzma_ret code = lzma_code(x, u->no_more ? LZMA_FINISH : LZMA_RUN);
    u->at = u->have - x->avail_in;
    *n -= x->avail_out;
    u->inside = code != LZMA_STREAM_END;
    u->done = code == LZMA_STREAM_END;
    if (code == LZMA_OK || code == LZMA_STREAM_END || code == LZMA_BUF_ERROR)
        return 0;
    if (code == LZMA_MEM_ERROR)
        return no_memory(err);
    return damaged(u, code == LZMA_MEMLIMIT_ERROR ? "wants more than 256 MiB" : NULL, err);
}

static void xz_end(void *state)
{
    lzma_end(state);
    free(state);
}

/* ---- zstd ---- */

static void *zstd_begin(void)
{
    ZSTD_DStream *z = ZSTD_createDStream();
    if (z)
        ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG);
    return z;
}

static int zstd_step(struct gg_unpack *u, unsigned char *to, size_t *n, struct gg_err *err)
{
    ZSTD_inBuffer in = {u->in, u->have, u->at};
    ZSTD_outBuffer out = {to, *n, 0};
    size_t code = ZSTD_decompressStream(u->state, &out, &in);
    u->at = in.pos;
    *n = out.pos;
    u->inside = code != 0;
    if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation)
        return no_memory(err);
    return ZSTD_isError(code) ? damaged(u, ZSTD_getErrorName(code), err) : 0;
}

static void zstd_end(void *state)
{
    ZSTD_freeDStream(state);
}

static const struct gg_unpack_method methods[] = {
    {"gzip", "\x1f\x8b", 2, gzip_begin, gzip_step, gzip_end},
    {"xz", "\xfd\x37zXZ\0", 6, xz_begin, xz_step, xz_end},
    {"zstd", "\x28\xb5\x2f\xfd", 4, zstd_begin, zstd_step, zstd_end},
};

/* ---- packed bytes ---- */

/* Reads on, to `most` bytes in all, if fewer than `want` are unused.  What is left stays in front. */
static int fill(struct gg_unpack *u, size_t want, size_t most, struct gg_err *err)
{
    if (u->have - u->at >= want || u->no_more)
        return 0;
    memmove(u->in, u->in + u->at, u->have - u->at);
    u->have -= u->at;
    u->at = 0;
    size_t room = most - u->have;
    ptrdiff_t got = (ptrdiff_t)(u->left < room ? u->left : room);
    if (u->fd >= 0)
        got = gg_read_full(u->fd, u->in + u->have, room, err);
    else {
        memcpy(u->in + u->have, u->memory, (size_t)got);
        u->memory += got;
        u->left -= (size_t)got;
    }
    if (got < 0)
        return -1;
    u->no_more = (size_t)got < room;
    u->have += (size_t)got;
    return 0;
}

static int refill(struct gg_unpack *u, size_t want, struct gg_err *err)
{
    return fill(u, want, ROOM, err);
}

/* No more than the magic is waited for: behind a pipe, a first frame is not held up. */
static int start(struct gg_unpack *u, struct gg_err *err)
{
    u->in = gg_xmalloc(ROOM);
    if (fill(u, MAGIC, MAGIC, err))
        return -1;
    for (size_t k = 0; k < sizeof methods / sizeof methods[0]; k++)
        if (u->have >= methods[k].n_magic && !memcmp(u->in, methods[k].magic, methods[k].n_magic))
            u->method = &methods[k];
    if (u->method && !(u->state = u->method->begin()))
        return gg_fail(err, GG_SYSTEM, "%s: no memory", u->method->name);
    return 0;
}

int gg_unpack_open(struct gg_unpack *u, int fd, struct gg_err *err)
{
    *u = (struct gg_unpack){.fd = fd};
    return start(u, err);
}

int gg_unpack_open_path(struct gg_unpack *u, const char *path, struct gg_err *err)
{
    bool standard = !strcmp(path, "-");
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return gg_fail_errno(err, "%s: cannot open", path);
    int status = gg_unpack_open(u, fd, err);
    if (status) {
        gg_err_prefix(err, "%s: ", standard ? "standard input" : path);
        gg_unpack_close(u);
    }
    return status;
}

int gg_unpack_open_memory(struct gg_unpack *u, const void *bytes, size_t n, struct gg_err *err)
{
    *u = (struct gg_unpack){.fd = -1, .memory = bytes ? bytes : (const void *)"", .left = n};
    return start(u, err);
}

void gg_unpack_close(struct gg_unpack *u)
{
    if (u->state)
        u->method->end(u->state);
    if (u->fd > STDIN_FILENO)
        close(u->fd);
    free(u->in);
    *u = (struct gg_unpack){.fd = -1};
}

/* What was read to see what it is, then straight to the caller. */
static ptrdiff_t plain(struct gg_unpack *u, void *to, size_t n, struct gg_err *err)
{
    if (u->at == u->have && u->fd >= 0)
        return gg_read_full(u->fd, to, n, err);
    if (refill(u, 1, err))
        return -1;
    size_t part = u->have - u->at < n ? u->have - u->at : n;
    memcpy(to, u->in + u->at, part);
    u->at += part;
    return (ptrdiff_t)part;
}

/* Zeros fill up the last block of a tape; anything else behind the last member is no end. */
static int check_rest(struct gg_unpack *u, struct gg_err *err)
{
    for (; u->at < u->have; u->at++)
        if (u->in[u->at])
            return damaged(u, "other bytes follow behind the end", err);
    return 0;
}

ptrdiff_t gg_unpack_read(struct gg_unpack *u, void *to, size_t n, struct gg_err *err)
{
    while (!u->done) {
        size_t made = n;
        if (!u->method)
            return plain(u, to, n, err);
        if (refill(u, u->inside ? 1 : MAGIC, err))
            return -1;
        bool ends = !u->inside && (u->have == u->at || u->in[u->at] != (unsigned char)u->method->magic[0]);
        if (ends && u->no_more)
            u->done = true;
        if (ends) {
            if (check_rest(u, err))
                return -1;
            continue;
        }
        bool dry = u->have == u->at && u->no_more;
        if (u->method->step(u, to, &made, err))
            return -1;
        if (made)
            return (ptrdiff_t)made;
        if (dry && u->inside)
            return gg_fail(err, GG_TRUNCATED, "%s: unexpected end of file", u->method->name);
    }
    return 0;
}

ptrdiff_t gg_unpack_full(struct gg_unpack *u, void *to, size_t n, struct gg_err *err)
{
    size_t have = 0;
    while (have < n) {
        ptrdiff_t got = gg_unpack_read(u, (char *)to + have, n - have, err);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return (ptrdiff_t)have;
}
