/* fuzz_npz.c -- npz files, npy arrays, and the sets made of arrays that are themselves well formed
 *
 * The first byte chooses.  Checksums would keep a fuzzer out of what is in a zip: so from 2 on the bytes are
 * recipes for arrays (key, type, order, lengths of axes, numbers), of which a zip is made. */
#include "fuzz_foreign.h"
#include "formats/npy.h"
#include <stdio.h>
#include <zip.h>

static const char *const keys[] = {"types",
                                   "initial_positions",
                                   "initial_positions_inherent",
                                   "positions",
                                   "box",
                                   "temperature",
                                   "times",
                                   "md_prop",
                                   "md_disp",
                                   "bb_prop",
                                   "BOTAN",
                                   "replicas",
                                   "pos",
                                   "type",
                                   "time",
                                   "propensity"};
static const char *const types[] = {"|i1", "<f8", ">f8", "<f4", "<i4", "|b1", "<f2", ">i2"};
static const char *const paths[] = {"a_T0.44_1_tc07.npz", "T0.30/test/N1290T0.30_2_tc05.npz", "a.npz"};

static void fuzz_npy(const uint8_t *data, size_t size)
{
    struct gg_arena arena = {0};
    struct gg_field x;
    struct gg_err err = {0};
    void *copy = gg_arena_alloc(&arena, size);
    memcpy(copy, data, size);
    if (gg_npy_parse(&x, &arena, copy, size, &err))
        fuzz_message(&err);
    else
        for (uint64_t k = 0; k < gg_field_count(&x); k++)
            must(gg_field_get(&x, k) != 0.123456789);
    gg_arena_free(&arena);
}

static uint8_t take(const uint8_t **p, const uint8_t *end)
{
    return *p < end ? *(*p)++ : 0;
}

/* An npy file by the next bytes of the recipe. */
static void *make_npy(const uint8_t **p, const uint8_t *end, size_t *n)
{
    char text[256], shape[64] = "";
    uint8_t kind = take(p, end), axes = take(p, end);
    const char *type = types[kind % 8];
    size_t bytes = (size_t)(type[2] - '0');
    for (int d = 0; d < axes % 5; d++) {
        int length = take(p, end) % 8;
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
        out[10 + lead + k] = take(p, end);
        if (type[1] == 'f' && type[2] == '8' && k % 8 == 7) /* numbers of common size */
            out[10 + lead + k - (type[0] == '>' ? 7 : 0)] = 0x3f;
    }
    *n = 10 + lead + bytes;
    return out;
}

static void fuzz_sets(const uint8_t *p, const uint8_t *end, const char *path,
                      const struct gg_foreign_options *o)
{
    zip_error_t err;
    zip_stat_t s;
    zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, &err);
    zip_t *z = zip_open_from_source(whole, ZIP_CREATE | ZIP_TRUNCATE, &err);
    zip_source_keep(whole);
    for (int k = 0; k < 10 && p < end; k++) {
        char name[64];
        size_t n;
        snprintf(name, sizeof name, "%s.npy", keys[take(&p, end) % 16]);
        void *npy = make_npy(&p, end, &n);
        zip_int64_t at = zip_file_add(z, name, zip_source_buffer(z, npy, n, 1), ZIP_FL_OVERWRITE);
        zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0);
    }
    must(zip_close(z) == 0);
    if (!zip_source_stat(whole, &s) && s.size) {
        void *bytes = malloc(s.size);
        must(!zip_source_open(whole) && zip_source_read(whole, bytes, s.size) == (zip_int64_t)s.size);
        zip_source_close(whole);
        fuzz_file(path, bytes, s.size, o);
        free(bytes);
    }
    zip_source_free(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double box = 4, time = 4120;
    struct gg_foreign_options o = {.dim = 3, .max_bytes = 1 << 24};
    if (!size)
        return 0;
    if (data[0] % 8 == 0)
        fuzz_file(paths[0], data + 1, size - 1, &o);
    else if (data[0] % 8 == 1)
        fuzz_npy(data + 1, size - 1);
    else {
        if (data[0] & 16)
            o.box = (struct gg_reals){1, &box};
        if (data[0] & 32)
            o.time = (struct gg_reals){1, &time};
        fuzz_sets(data + 1, data + size, paths[data[0] % 3], &o);
    }
    return 0;
}
