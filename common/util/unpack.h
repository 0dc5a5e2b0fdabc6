/* unpack.h -- bytes of a file or of memory, unpacked on the way if they are gzip, xz or zstd */
#ifndef GG_UNPACK_H
#define GG_UNPACK_H

#include "util/err.h"
#include <stdbool.h>
#include <stddef.h>

struct gg_unpack {
    int fd;                      /* -1: from memory */
    const unsigned char *memory; /* the caller's */
    size_t left;                 /* of it */
    const struct gg_unpack_method *method;
    void *state;       /* the library's */
    unsigned char *in; /* packed bytes */
    size_t at, have;
    bool no_more, done; /* packed bytes are at their end; unpacked ones are */
    bool inside;        /* in the middle of a packed member */
};

/* By the first bytes, which it waits for.  `fd` is owned from here on; standard input is left open.  GG_SYSTEM, GG_INPUT. */
int gg_unpack_open(struct gg_unpack *u, int fd, struct gg_err *err);
/* "-" is standard input; messages begin with the name. */
int gg_unpack_open_path(struct gg_unpack *u, const char *path, struct gg_err *err);
int gg_unpack_open_memory(struct gg_unpack *u, const void *bytes, size_t n, struct gg_err *err);
void gg_unpack_close(struct gg_unpack *u);

/* Up to n unpacked bytes; 0 at the end.  -1: GG_SYSTEM; GG_TRUNCATED "gzip: unexpected end of file"; GG_INPUT for
 * damage, for bytes behind the last member that are none, and for a window above 256 MiB. */
ptrdiff_t gg_unpack_read(struct gg_unpack *u, void *to, size_t n, struct gg_err *err);

/* The same, but fewer than n only at the end. */
ptrdiff_t gg_unpack_full(struct gg_unpack *u, void *to, size_t n, struct gg_err *err);

#endif
