/* file.h -- reading and writing that loses nothing */
#ifndef GG_FILE_H
#define GG_FILE_H

#include "util/err.h"
#include <stdbool.h>
#include <stddef.h>

/* A whole file of at most `limit` bytes into malloc'd memory with a NUL behind it ("-" is standard input),
 * unpacked if it is gzip, xz or zstd.  GG_SYSTEM; GG_INPUT above the limit; refusals of gg_unpack_read. */
char *gg_read_file(const char *path, size_t limit, size_t *bytes, struct gg_err *err);

/* All bytes, through interruptions and short writes: 0, or -1 and errno. */
int gg_write_all(int fd, const void *data, size_t bytes);

/* An output that appears under its name only when it is whole: written to a file without a name, of which a kill leaves
 * nothing (PATH.tmp.PID on file systems that have no such files), then fsync, link, rename, fsync of the folder.  Path "-" or NULL is standard output, whose close is checked.  Not-regular targets (/dev/full, named pipes)
 * are written in place.  Folders of PATH that are not there are made. */
struct gg_sink {
    int fd;
    bool is_stdout, in_place, is_pipe, nameless;
    char *path, *temporary;
    unsigned char *buffer; /* 256 KiB */
    size_t filled;
    unsigned long long written; /* bytes given to gg_sink_write so far */
};
int gg_sink_open(struct gg_sink *s, const char *path, struct gg_err *err);
int gg_sink_write(struct gg_sink *s, const void *data, size_t bytes,
                  struct gg_err *err); /* GG_SYSTEM; GG_PIPE on EPIPE */
int gg_sink_printf(struct gg_sink *s, struct gg_err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int gg_sink_flush(struct gg_sink *s, struct gg_err *err);
int gg_sink_commit(struct gg_sink *s,
                   struct gg_err *err);  /* flush, make durable, put under its name, close */
void gg_sink_discard(struct gg_sink *s); /* close and remove the temporary; safe after commit */

/* As a conversion does; denormals keep their value whatever the processor's mode. */
double gg_widen(float x);
/* The shortest decimal that reads back to the same float / double ("0.1", "1e-05", "nan"). */
void gg_print_float(char text[32], float x);
void gg_print_double(char text[32], double x);

#endif
