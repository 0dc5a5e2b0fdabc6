/* read.h -- bytes of a descriptor, as many as were asked for */
#ifndef GG_READ_H
#define GG_READ_H

#include "util/err.h"
#include <stddef.h>

/* Reads until `bytes` are there, through EINTR and short counts.  Returns the number read (less only at the end of
 * input), or -1 with GG_SYSTEM. */
ptrdiff_t gg_read_full(int fd, void *buffer, size_t bytes, struct gg_err *err);

#endif
