/* input.c -- bytes and lines of a foreign file */
#include "formats/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int start(struct gg_input *in, int failed)
{
    in->room = 2 * GG_MAX_LINE;
    in->buffer = gg_xmalloc(in->room);
    if (failed)
        gg_input_close(in);
    return failed;
}

int gg_input_open(struct gg_input *in, const char *path, struct gg_err *err)
{
    bool standard = !strcmp(path, "-");
    *in = (struct gg_input){.name = standard ? "standard input" : path};
    int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return gg_fail_errno(err, "cannot open %s", in->name);
    int failed = gg_unpack_open(&in->from, fd, err);
    if (failed)
        gg_err_prefix(err, "reading %s: ", in->name);
    return start(in, failed);
}

int gg_input_open_memory(struct gg_input *in, const void *bytes, size_t n, struct gg_err *err)
{
    *in = (struct gg_input){.name = "memory"};
    return start(in, gg_unpack_open_memory(&in->from, bytes, n, err));
}

void gg_input_close(struct gg_input *in)
{
    gg_unpack_close(&in->from);
    free(in->buffer);
    *in = (struct gg_input){.name = NULL};
}

/* Reads on until `want` unread bytes are there or the input ends. */
static int fill(struct gg_input *in, size_t want, struct gg_err *err)
{
    if (in->end - in->begin >= want || in->ended)
        return 0;
    memmove(in->buffer, in->buffer + in->begin, in->end - in->begin);
    in->end -= in->begin;
    in->begin = 0;
    while (in->end < want && !in->ended) {
        ptrdiff_t n = gg_unpack_read(&in->from, in->buffer + in->end, in->room - 1 - in->end, err);
        if (n < 0)
            return -1;
        in->ended = n == 0;
        in->end += (size_t)n;
    }
    if (!in->begun && in->end >= 3 && !memcmp(in->buffer, "\xef\xbb\xbf", 3))
        in->begin = 3;
    in->begun = true;
    return 0;
}

ptrdiff_t gg_input_peek(struct gg_input *in, size_t want, const unsigned char **bytes, struct gg_err *err)
{
    if (fill(in, want, err))
        return -1;
    *bytes = in->buffer + in->begin;
    return (ptrdiff_t)(in->end - in->begin < want ? in->end - in->begin : want);
}

int gg_input_take(struct gg_input *in, void *to, size_t n, struct gg_err *err)
{
    for (size_t got = 0; got < n;) {
        size_t part = n - got < GG_MAX_LINE ? n - got : GG_MAX_LINE;
        if (fill(in, part, err))
            return -1;
        if (in->end - in->begin < part)
            return gg_fail(err, GG_TRUNCATED, "the input ends in the middle");
        memcpy((char *)to + got, in->buffer + in->begin, part);
        in->begin += part;
        got += part;
    }
    return 0;
}

int gg_input_line(struct gg_input *in, char **line, struct gg_err *err)
{
    if (fill(in, GG_MAX_LINE, err))
        return -1;
    char *start = (char *)in->buffer + in->begin;
    size_t have = in->end - in->begin, limit = have < GG_MAX_LINE ? have : GG_MAX_LINE;
    if (!have)
        return 0;
    in->line++;
    char *stop = memchr(start, '\n', limit);
    if (!stop && limit == GG_MAX_LINE)
        return gg_input_fail(in, err, GG_INPUT, "more than %d characters", GG_MAX_LINE - 1);
    size_t n = stop ? (size_t)(stop - start) : 0;
    if (!stop)
        return gg_input_fail(
            in, err, GG_TRUNCATED,
            "the input ends in the middle of it (no line feed): its last number may be cut; if it is "
            "whole, end the file with one: echo >>FILE");
    in->begin += n + 1;
    start[n] = 0;
    if (n && start[n - 1] == '\r')
        start[--n] = 0;
    if (strlen(start) < n)
        return gg_input_fail(in, err, GG_INPUT, "a zero byte in the text");
    *line = start;
    return 1;
}

int gg_input_all(struct gg_input *in, uint64_t limit, struct gg_arena *a, unsigned char **bytes, size_t *n,
                 struct gg_err *err)
{
    size_t room = 1 << 20, got = 0;
    unsigned char *all = gg_xmalloc(room);
    for (;;) {
        if (fill(in, GG_MAX_LINE, err)) {
            free(all);
            return -1;
        }
        size_t part = in->end - in->begin;
        if (!part)
            break;
        if (part > limit - got) {
            free(all);
            return gg_fail(err, GG_INPUT, "more than %llu bytes (--max-frame)", (unsigned long long)limit);
        }
        if (part > room - got)
            all = gg_xrealloc(all, room = 2 * room + part);
        memcpy(all + got, in->buffer + in->begin, part);
        in->begin = in->end;
        got += part;
    }
    *bytes = memcpy(gg_arena_alloc(a, got + 1), all, got);
    *n = got;
    free(all);
    return 0;
}

int gg_input_fail(const struct gg_input *in, struct gg_err *err, int status, const char *fmt, ...)
{
    char text[900];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return gg_fail(err, status, "line %llu: %s", (unsigned long long)in->line, text);
}
