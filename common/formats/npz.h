/* npz.h -- numpy's zip of named arrays */
#ifndef GG_NPZ_H
#define GG_NPZ_H

#include "formats/zip.h"
#include "stream/frame.h"

/* Named arrays: in a zip, or, if `array` is there, in memory (of another container). */
struct gg_npz {
    int n;
    char **name; /* of the arrays, without ".npy" */
    struct gg_zip zip;
    const struct gg_field *array; /* [n], the caller's */
    bool *used;                   /* [n] was read by gg_npz_read */
    uint64_t max_array;           /* bytes of one array, unpacked */
};

/* The archive in memory; `bytes` must stay until the close.  GG_INPUT: not a zip, two members of one name,
 * ... */
int gg_npz_open(struct gg_npz *z, const void *bytes, size_t n_byte, uint64_t max_array, struct gg_err *err);
/* Arrays that are in memory; names are copied. */
void gg_npz_of_arrays(struct gg_npz *z, int n, const char *const *name, const struct gg_field *array);
void gg_npz_close(struct gg_npz *z);

bool gg_npz_has(const struct gg_npz *z, const char *name);

/* Unpacks one array into the arena, as an unnamed field.  Every member is read to its end and its checksum is compared.
 * Refuses a member above max_array, or longer than its own header says; the message names it. */
int gg_npz_read(const struct gg_npz *z, const char *name, struct gg_arena *a, struct gg_field *out,
                struct gg_err *err);
/* The bytes of its .npy as they are, whatever it holds, in the arena. */
int gg_npz_raw(const struct gg_npz *z, const char *name, struct gg_arena *a, char **bytes, uint64_t *n,
               struct gg_err *err);
/* One text (numpy's U or S without axes) as printable ASCII, NULL if the array is something else. */
const char *gg_npz_text(const struct gg_npz *z, const char *name, struct gg_arena *a);
/* The same along one axis, *n of them. */
const char *const *gg_npz_words(const struct gg_npz *z, const char *name, struct gg_arena *a, uint64_t *n);

#endif
