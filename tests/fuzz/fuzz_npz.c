/* fuzz_npz.c -- npz files, npy arrays, and the sets made of arrays that are themselves well formed
 *
 * The first byte chooses.  Checksums would keep a fuzzer out of what is in a zip: so from 2 on the bytes are
 * recipes for arrays (key, type, order, lengths of axes, numbers), of which a zip is made. */
#include "fuzz_arrays.h"
#include "fuzz_foreign.h"
#include "formats/npy.h"
#include <stdio.h>

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

static void fuzz_sets(const uint8_t *p, const uint8_t *end, const char *path,
                      const struct gg_foreign_options *o)
{
    size_t n;
    void *bytes = fuzz_npz_file(p, end, keys, sizeof keys / sizeof *keys, &n);
    if (bytes)
        fuzz_file(path, bytes, n, o);
    free(bytes);
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
