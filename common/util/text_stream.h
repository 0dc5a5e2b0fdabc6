/* text_stream.h -- text that grows in memory: what C has for it, except that out of memory is never passed over */
#ifndef GG_TEXT_STREAM_H
#define GG_TEXT_STREAM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* As open_memstream: *text, malloc'd, and *bytes are what was written once the stream is flushed or closed, with a NUL behind it.
 * Out of memory ends the process by gg_out_of_memory(); open_memstream loses what has no room, and most of its errors with it. */
FILE *gg_text_open(char **text, size_t *bytes);

/* malloc'd, or the end of the process. */
char *gg_xprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *gg_xvprintf(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));
char *gg_xstrndup(const char *s, size_t most);

#endif
