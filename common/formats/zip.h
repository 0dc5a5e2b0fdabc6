/* zip.h -- the members of a zip archive in memory, through libzip */
#ifndef GG_ZIP_H
#define GG_ZIP_H

#include "util/arena.h"
#include "util/err.h"
#include <stdbool.h>
#include <stdint.h>

struct gg_zip {
    int n;
    char **name;        /* of the members */
    struct zip *handle; /* NULL: not open */
    size_t n_byte;      /* of the whole file */
};

/* `bytes` must stay until the close.  GG_INPUT: not a zip, two members of one name; GG_TRUNCATED: no table of contents at
 * the end. */
int gg_zip_open(struct gg_zip *z, const void *bytes, size_t n_byte, struct gg_err *err);
void gg_zip_close(struct gg_zip *z);
int gg_zip_find(const struct gg_zip *z, const char *name); /* -1 if absent */

/* Unpacks member k, at most `limit` bytes, into the arena.  It is read to its end and its checksum is compared.  If
 * `expected` is there, it tells from the first bytes (up to 16 KiB) how long the member must be: a member is unpacked no
 * further than what it announces itself.  GG_INPUT, GG_TRUNCATED. */
int gg_zip_read(const struct gg_zip *z, int k, uint64_t limit,
                int (*expected)(const char *head, size_t n, uint64_t *bytes, struct gg_err *err),
                struct gg_arena *a, char **bytes, uint64_t *size, struct gg_err *err);

#endif
