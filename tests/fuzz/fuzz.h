/* fuzz.h -- what every target has: any bytes are refused in one line, or taken and then hold what was promised */
/*
 * make fuzz builds the targets with clang's libFuzzer; make units builds them with replay.c, which runs the inputs that tests/fuzz/corpus
 * keeps.  An input that was once wrong stays there. */
#ifndef FUZZ_H
#define FUZZ_H

#include "util/err.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(int holds)
{
    if (!holds)
        abort();
}

static inline void fuzz_message(const struct gg_err *err)
{
    must(err->status >= GG_USAGE && err->status <= GG_NUMERICS && err->text[0] && !strchr(err->text, '\n'));
}

/* The bytes as a file, for readers that want a path. */
static inline const char *fuzz_path(const void *data, size_t size)
{
    static int fd = -1;
    static char path[32];
    if (fd < 0)
        fd = memfd_create("fuzz", MFD_CLOEXEC);
    must(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

#endif
