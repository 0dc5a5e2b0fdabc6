/* npz.h -- numpy's zip of named arrays */
#ifndef GG_NPZ_H
#define GG_NPZ_H

#include "stream/frame.h"

struct gg_npz {
    int n;
    char **name; /* of the arrays, without ".npy" */
    struct zip *zip;
    size_t n_byte;      /* of the whole file */
    uint64_t max_array; /* bytes of one array, unpacked */
};

/* The archive in memory; `bytes` must stay until the close.  GG_INPUT: not a zip, two members of one name,
 * ... */
int gg_npz_open(struct gg_npz *z, const void *bytes, size_t n_byte, uint64_t max_array, struct gg_err *err);
void gg_npz_close(struct gg_npz *z);

bool gg_npz_has(const struct gg_npz *z, const char *name);

/* Unpacks one array into the arena, as an unnamed field.  Every member is read to its end and its checksum
 * is compared. Refuses a member above max_array or one that unpacks to more than 1000 times its size; the
 * message names it. */
int gg_npz_read(const struct gg_npz *z, const char *name, struct gg_arena *a, struct gg_field *out,
                struct gg_err *err);

#endif
