/* read.c -- bytes of a descriptor, as many as were asked for */
#include "util/read.h"

#include <errno.h>
#include <unistd.h>

enum { LARGEST_CALL = 1 << 30 };

ptrdiff_t gg_read_full(int fd, void *buffer, size_t bytes, struct gg_err *err)
{
    size_t have = 0;
    while (have < bytes) {
        size_t ask = bytes - have < LARGEST_CALL ? bytes - have : LARGEST_CALL;
        ssize_t n = read(fd, (char *)buffer + have, ask);
        if (n == 0)
            break;
        if (n > 0)
            have += (size_t)n;
        else if (errno != EINTR)
            return gg_fail_errno(err, "cannot read");
    }
    return (ptrdiff_t)have;
}
