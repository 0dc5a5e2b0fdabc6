/* input.h -- bytes and lines of a foreign file, packed or not */
#ifndef GG_INPUT_H
#define GG_INPUT_H

#include "util/arena.h"
#include "util/err.h"
#include "util/unpack.h"
#include <stdbool.h>
#include <stdint.h>

enum { GG_MAX_LINE = 65536 };

struct gg_input {
    const char *name; /* for messages */
    struct gg_unpack from;
    unsigned char *buffer;
    size_t begin, end, room; /* unread bytes of the buffer */
    bool ended, begun;       /* begun: a byte order mark in front was looked for */
    uint64_t line;           /* number of the line last returned, from 1 */
};

/* "-" is standard input.  gzip, xz and zstd are unpacked on the way, a byte order mark is passed over.  GG_SYSTEM if it
 * cannot be opened. */
int gg_input_open(struct gg_input *in, const char *path, struct gg_err *err);
/* The bytes stay the caller's. */
int gg_input_open_memory(struct gg_input *in, const void *bytes, size_t n, struct gg_err *err);
void gg_input_close(struct gg_input *in);

/* The next unread bytes without taking them: `want` (at most GG_MAX_LINE), fewer at the end.  -1: GG_SYSTEM,
 * or GG_TRUNCATED for a packed file that is cut, GG_INPUT for a damaged one. */
ptrdiff_t gg_input_peek(struct gg_input *in, size_t want, const unsigned char **bytes, struct gg_err *err);

/* Takes exactly n bytes.  GG_TRUNCATED if there are fewer. */
int gg_input_take(struct gg_input *in, void *to, size_t n, struct gg_err *err);

/* Takes the next line, without its line feed (and carriage return), NUL-terminated, valid until the next
 * call. 1; 0 at the end of the input; -1 also for a line of GG_MAX_LINE bytes, a NUL in it (GG_INPUT), or no
 * line feed: the last number of a cut file would be a wrong one (GG_TRUNCATED). */
int gg_input_line(struct gg_input *in, char **line, struct gg_err *err);

/* Takes everything that is left, at most `limit` bytes (GG_INPUT above), into the arena. */
int gg_input_all(struct gg_input *in, uint64_t limit, struct gg_arena *a, unsigned char **bytes, size_t *n,
                 struct gg_err *err);

/* gg_fail with "line 12: " in front. */
int gg_input_fail(const struct gg_input *in, struct gg_err *err, int status, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
