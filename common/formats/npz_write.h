/* npz_write.h -- numpy's archives, stored */
#ifndef GG_NPZ_WRITE_H
#define GG_NPZ_WRITE_H

#include "util/file.h"
#include <stdint.h>
#include <stdio.h>

struct gg_npz_writer {
    struct gg_sink sink;
    FILE *directory; /* in memory until the end */
    char *directory_text;
    size_t directory_bytes;
    uint64_t n_entry;
};
int gg_npz_create(struct gg_npz_writer *z, const char *path, struct gg_err *err);
/* An array called `name`; `descr` is numpy's word for its type: "<f8", "|S12". */
int gg_npz_add(struct gg_npz_writer *z, const char *name, const char *descr, int ndim, const uint64_t *shape,
               const void *data, uint64_t nbytes, struct gg_err *err);
/* The bytes of a whole .npy, as they are. */
int gg_npz_add_raw(struct gg_npz_writer *z, const char *name, const void *npy, uint64_t n,
                   struct gg_err *err);
int gg_npz_commit(struct gg_npz_writer *z, struct gg_err *err);
void gg_npz_discard(struct gg_npz_writer *z);

#endif
