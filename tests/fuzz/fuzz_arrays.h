/* fuzz_arrays.h -- an npz file by a recipe: arrays that are themselves well formed, of any key, type, order, axes and numbers */
/* Checksums would keep a fuzzer out of what is in a zip. */
#ifndef FUZZ_ARRAYS_H
#define FUZZ_ARRAYS_H

#include "fuzz.h"
#include <zip.h>

static const char *const fuzz_types[] = {"|i1", "<f8", ">f8", "<f4", "<i4", "|b1", "<f2", ">i2"};
static inline uint8_t fuzz_take(const uint8_t **p, const uint8_t *end)
{
    return *p < end ? *(*p)++ : 0;
}

/* An npy file by the next bytes of the recipe. */
static inline void *fuzz_npy_file(const uint8_t **p, const uint8_t *end, size_t *n)
{
    char text[256], shape[64] = "";
    uint8_t kind = fuzz_take(p, end), axes = fuzz_take(p, end);
    const char *type = fuzz_types[kind % 8];
    size_t bytes = (size_t)(type[2] - '0');
    for (int d = 0; d < axes % 5; d++) {
        int length = fuzz_take(p, end) % 8;
        snprintf(shape + strlen(shape), sizeof shape - strlen(shape), "%d,", length);
        bytes *= (size_t)length;
    }
    snprintf(text, sizeof text, "{'descr':'%s','fortran_order':%s,'shape':(%s)}", type,
             kind & 8 ? "True" : "False", shape);
    size_t lead = strlen(text);
    unsigned char *out = calloc(1, 10 + lead + bytes);
    memcpy(out, "\x93NUMPY\1", 7);
    out[8] = (unsigned char)lead;
    memcpy(out + 10, text, lead);
    for (size_t k = 0; k < bytes; k++) {
        out[10 + lead + k] = fuzz_take(p, end);
        if (type[1] == 'f' && type[2] == '8' && k % 8 == 7) /* numbers of common size */
            out[10 + lead + k - (type[0] == '>' ? 7 : 0)] = 0x3f;
    }
    *n = 10 + lead + bytes;
    return out;
}

/* Up to ten arrays, their names among n_key; NULL where there is none.  free() gives it back. */
static inline void *fuzz_npz_file(const uint8_t *p, const uint8_t *end, const char *const *key, int n_key,
                                  size_t *n_byte)
{
    zip_error_t err;
    zip_stat_t s;
    void *bytes = NULL;
    zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, &err);
    zip_t *z = zip_open_from_source(whole, ZIP_CREATE | ZIP_TRUNCATE, &err);
    zip_source_keep(whole);
    for (int k = 0; k < 10 && p < end; k++) {
        char name[64];
        size_t n;
        snprintf(name, sizeof name, "%s.npy", key[fuzz_take(&p, end) % n_key]);
        void *npy = fuzz_npy_file(&p, end, &n);
        zip_int64_t at = zip_file_add(z, name, zip_source_buffer(z, npy, n, 1), ZIP_FL_OVERWRITE);
        zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0);
    }
    must(zip_close(z) == 0);
    if (!zip_source_stat(whole, &s) && s.size) {
        *n_byte = s.size;
        bytes = malloc(s.size);
        must(!zip_source_open(whole) && zip_source_read(whole, bytes, s.size) == (zip_int64_t)s.size);
        zip_source_close(whole);
    }
    zip_source_free(whole);
    return bytes;
}

#endif
