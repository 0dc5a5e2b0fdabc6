/* feed.c -- where a reader's bytes come from: the one read loop, and a buffer that grows as bytes arrive */
#include "stream/layout.h"

#include "stream/crc32c.h"
#include "util/unpack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 256 << 10, FIRST_ROOM = 64 << 10, PIPE_ROOM = 1 << 20 };

int gg_feed_open(struct gg_feed *in, const char *path, struct gg_err *err)
{
    bool is_stdin = !path || strcmp(path, "-") == 0;
    *in = (struct gg_feed){.fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)};
    if (in->fd < 0)
        return gg_fail_errno(err, "%s: cannot open", path);
    struct stat st;
    if (fstat(in->fd, &st) == 0 && S_ISFIFO(st.st_mode))
        (void)fcntl(in->fd, F_SETPIPE_SZ, PIPE_ROOM); /* fewer switches between programs; fine if refused */
    return 0;
}

void gg_feed_close(struct gg_feed *in)
{
    if (in->from.in)
        gg_unpack_close(&in->from);
    else if (in->fd > STDIN_FILENO)
        close(in->fd);
    free(in->buffer);
    *in = (struct gg_feed){.fd = -1};
}

ptrdiff_t gg_feed_read(struct gg_feed *in, void *to, size_t bytes, struct gg_err *err)
{
    ptrdiff_t got = (ptrdiff_t)bytes;
    if (in->fd >= 0) {
        if (!in->from.in && gg_unpack_open(&in->from, in->fd, err))
            return -1;
        got = gg_unpack_full(&in->from, to, bytes, err);
    } else {
        got = in->memory_left < bytes ? (ptrdiff_t)in->memory_left : got;
        if (got > 0)
            memcpy(to, in->memory, (size_t)got);
        in->memory += got;
        in->memory_left -= (size_t)got;
    }
    in->offset += got > 0 ? (uint64_t)got : 0;
    return got;
}

/* Room for `bytes`, of which the first `used` are kept. */
static void make_room(struct gg_feed *in, size_t used, size_t bytes)
{
    if (bytes <= in->room)
        return;
    size_t room = in->room ? in->room : FIRST_ROOM;
    while (room < bytes)
        room *= 2;
    unsigned char *larger = aligned_alloc(GG_ALIGN, room);
    if (!larger)
        gg_out_of_memory(room);
    if (used > 0)
        memcpy(larger, in->buffer, used);
    free(in->buffer);
    in->buffer = larger;
    in->room = room;
}

int gg_feed_take(struct gg_feed *in, size_t at, uint64_t bytes, bool keep, uint32_t wanted, const char *what,
                 struct gg_err *err)
{
    uint32_t crc = 0;
    while (bytes > 0) {
        size_t n = bytes < BLOCK ? (size_t)bytes : BLOCK; /* summed while it is in the cache */
        make_room(in, at, at + n);
        ptrdiff_t got = gg_feed_read(in, in->buffer + at, n, err);
        if (got < 0)
            return -1;
        bytes -= (uint64_t)got;
        if ((size_t)got < n)
            return gg_fail(err, GG_TRUNCATED, "input ends early, in %s (%llu bytes missing)", what,
                           (unsigned long long)bytes);
        crc = gg_crc32c(crc, in->buffer + at, n);
        at += keep ? n : 0;
    }
    return crc == wanted ? 0 : gg_fail(err, GG_INPUT, "checksum of %s is wrong", what);
}
