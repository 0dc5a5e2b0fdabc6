/* text_stream.c -- text that grows in memory: what C has for it, except that out of memory is never passed over */
#include "util/text_stream.h"
#include "util/arena.h"
#include "util/err.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1024 };

/* Behind the stream; glibc (fopencookie) hands over what its buffer holds. */
struct memory {
    char **text;
    size_t *bytes, at, room;
};

static void make_room(struct memory *m, size_t bytes)
{
    if (bytes < m->room)
        return;
    while (m->room <= bytes)
        m->room *= 2;
    *m->text = gg_xrealloc(*m->text, m->room);
}

static ssize_t write_memory(void *context, const char *data, size_t n)
{
    struct memory *m = context;
    make_room(m, m->at + n);
    memcpy(*m->text + m->at, data, n);
    m->at += n;
    if (m->at > *m->bytes)
        *m->bytes = m->at;
    (*m->text)[*m->bytes] = '\0';
    return (ssize_t)n;
}

/* ftell asks for the place, rewind goes back to 0. */
static int seek_memory(void *context, off64_t *offset, int whence)
{
    struct memory *m = context;
    off64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off64_t)m->at : (off64_t)*m->bytes;
    if (from + *offset < 0 || from + *offset > (off64_t)*m->bytes)
        return -1;
    m->at = (size_t)(from + *offset);
    *offset = (off64_t)m->at;
    return 0;
}

static int close_memory(void *context)
{
    free(context);
    return 0;
}

FILE *gg_text_open(char **text, size_t *bytes)
{
    struct memory *m = gg_xmalloc(sizeof *m);
    *m = (struct memory){text, bytes, 0, FIRST_ROOM};
    *text = gg_xmalloc(FIRST_ROOM);
    **text = '\0';
    *bytes = 0;
    FILE *to = fopencookie(
        m, "w", (cookie_io_functions_t){.write = write_memory, .seek = seek_memory, .close = close_memory});
    if (!to)
        gg_out_of_memory(BUFSIZ);
    return to;
}

char *gg_xvprintf(const char *fmt, va_list args)
{
    char *text;
    if (vasprintf(&text, fmt, args) < 0)
        gg_out_of_memory(strlen(fmt));
    return text;
}

char *gg_xprintf(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = gg_xvprintf(fmt, args);
    va_end(args);
    return text;
}

char *gg_xstrndup(const char *s, size_t most)
{
    size_t n = strnlen(s, most);
    char *text = gg_xmalloc(n + 1);
    memcpy(text, s, n);
    text[n] = '\0';
    return text;
}
