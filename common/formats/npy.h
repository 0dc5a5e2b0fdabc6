/* npy.h -- numpy's array files */
#ifndef GG_NPY_H
#define GG_NPY_H

#include "stream/frame.h"

/* The array in the bytes of one .npy file (format versions 1 to 3), as an unnamed field: dtype, shape, C
 * order, native byte order.  Plain numbers and bool only; objects, text, records and complex numbers are
 * refused.  Either byte order, either axis order.  The data lie in `bytes` itself where nothing had to be
 * turned around, else in the arena. GG_INPUT for what is wrong, GG_TRUNCATED if bytes are missing. */
int gg_npy_parse(struct gg_field *out, struct gg_arena *a, void *bytes, size_t n_byte, struct gg_err *err);

/* How many bytes an .npy file that begins so must have.  GG_INPUT, GG_TRUNCATED for what is wrong in the header. */
int gg_npy_expected(const char *head, size_t n, uint64_t *bytes, struct gg_err *err);
/* The texts (U or S, no axis or one) of an .npy file as printable ASCII, *n of them; NULL for anything else. */
const char *const *gg_npy_texts(struct gg_arena *a, const void *bytes, size_t n_byte, int *ndim, uint64_t *n);

/* numpy's description of a type ("<f8", "|i1"; "f8" is native) -> its code and whether its bytes are the
 * other way round.  GG_INPUT for anything else. */
int gg_npy_dtype(const char *descr, int *dtype, bool *swap, struct gg_err *err);

/* In place: the bytes of each number turned round. */
void gg_npy_swap(void *data, uint64_t count, size_t size);
/* A copy in C order of an array stored with its first axis fastest. */
void *gg_npy_from_fortran(struct gg_arena *a, const void *data, int ndim, const uint64_t *shape, size_t size);

/* Checked product of a shape and an item size; false on overflow or above 2^47. */
bool gg_npy_bytes(int ndim, const uint64_t *shape, size_t size, uint64_t *nbytes);

#endif
